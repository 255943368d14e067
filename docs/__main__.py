"`python -m docs build|serve|prepare|readme|execute|guides|stubs`, from the repository's root."
import argparse
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from docs import build, pages, readme, stubs

COMMANDS = ["build", "serve", "prepare", "readme", "execute", "guides", "stubs"]


def serve(folder: Path, port: int) -> None:
    "Show the built site on this machine until interrupted"
    with ThreadingHTTPServer(("127.0.0.1", port),
                             partial(SimpleHTTPRequestHandler, directory=folder)) as server:
        print(f"http://127.0.0.1:{server.server_port}  (stop with Ctrl-C)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


def prepare() -> int:
    "What `nbdev_prepare` does (export, clean, test), with the stubs and README.md"
    from nbdev.clean import nbdev_clean
    from nbdev.doclinks import nbdev_export
    from nbdev.test import nbdev_test
    nbdev_export.__wrapped__()         # not as scripts: these would read our command line
    stubs.write()
    nbdev_clean.__wrapped__()
    nbdev_test.__wrapped__()
    return readme.write()


def main() -> int:
    "Carry out one command"
    p = argparse.ArgumentParser("python -m docs", description=__doc__)
    p.add_argument("command", choices=COMMANDS)
    p.add_argument("notebooks", nargs="*", type=Path, help="for execute: which to run")
    p.add_argument("--out", type=Path, default=Path("_docs"),
                   help="where the site goes (default: %(default)s)")
    p.add_argument("--port", type=int, default=8000, help="for serve (default: %(default)s)")
    p.add_argument("--check", action="store_true",
                   help="for readme: only say whether README.md is in sync")
    args = p.parse_args()
    if args.command == "readme":
        return readme.check() if args.check else readme.write()
    if args.command == "prepare":
        return prepare()
    if args.command == "execute":
        from docs.execute import execute
        for path in args.notebooks or sorted(Path("nbs").glob("*.ipynb")):
            execute(path)
        return 0
    if args.command == "stubs":
        stubs.write()
        return 0
    if args.command == "guides":
        for path in pages.guides():
            path.write_text(pages.run(path.read_text(encoding="utf-8")), encoding="utf-8")
        return 0
    if args.command == "build" or not (args.out / "index.html").is_file():
        build.build(args.out)
    if args.command == "serve":
        serve(args.out, args.port)
    return 0


sys.exit(main())
