"The site: nbdev processes the notebooks, docs makes MyST pages of them, Sphinx makes HTML of all."
import html
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock

from docs import pages, plain
from docs.adapt import Place, adapt, equations, page_name
from docs.readme import repository

HERE = Path(__file__).resolve().parent
READING = {"Start": ["quickstart"], "Chapters": None, "Reference": ["api"],
           "Guides": ["which_policy", "agent", "add_policy", "own_catalogue", "gymnasium",
                      "serve_it"],
           "More": ["papers", "words", "glossary", "bibliography", "changelog"]}
TOC = "```{toctree}\n:hidden:\n:caption: %s\n\n%s\n```"


def contents(chapters: list[str]) -> str:
    "The table of contents: the reading order of the whole site"
    return "\n\n".join(TOC % (caption, "\n".join(names or chapters))
                       for caption, names in READING.items())


def summary(markdown: str) -> tuple[str, str]:
    "Title and subtitle of a page"
    title = re.search(r"^# (.+)$", markdown, flags=re.M)[1]
    about = re.search(r"^\*([^*\n].*)\*$", markdown, flags=re.M)
    return title, about[1] if about else ""


@contextmanager
def processed() -> Iterator[list[Path]]:
    "The notebooks as nbdev processes them; one process at a time, for all use the same folder"
    from nbdev.config import get_config
    from nbdev.serve import proc_nbs
    with FileLock(get_config().config_path / "_proc.lock"):
        yield sorted(proc_nbs(force=True, n_workers=0).glob("*.ipynb"))


def write_pages(folder: Path, paths: list[Path]) -> dict[str, str]:
    "All pages as Sphinx reads them, processed notebooks first; returns each as plain Markdown"
    from nbdev.config import get_config
    config, texts = get_config(), {}
    numbered = {n: page for path in paths for n, page in equations(path).items()}
    place = Place(f"{config.doc_host}{config.doc_baseurl}/", repository(), numbered)
    for path in paths:
        notebook = adapt(path, place)[1]
        texts[page_name(path)] = plain.notebook_markdown(notebook)
        if path.stem == "index":
            toc = contents([page_name(p) for p in paths if p.stem != "index"])
            notebook["cells"].append(dict(cell_type="markdown", id="toc", metadata={}, source=toc))
        (folder / f"{page_name(path)}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    written = ({p.stem: p.read_text(encoding="utf-8") for p in pages.guides()}
               | {name: make() for name, make in pages.GENERATED.items()})
    for name, text in written.items():
        texts[name] = plain.without_html(text)
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return texts


def write_static(folder: Path) -> None:
    "Everything that a page needs, so that none asks another host"
    shutil.copytree(HERE / "static", folder / "_static")
    plotly = Path(find_spec("plotly").origin).parent
    shutil.copy(plotly / "package_data" / "plotly.min.js", folder / "_static" / "plotly.min.js")


CODE = re.compile(r'(<div class="(?:highlight-(?:i?python3?|ipython|sh|console|text)'
                  r'|output (?:stream|text_plain))[ "][^>]*><div class="highlight"><pre>)'
                  r'(.*?)(</pre>)', re.S)


def unbroken(line: str) -> str:
    """A line of code that never breaks behind a hyphen: `1e-12` and `--out` stay whole.

    The mark joins by CSS, so that nobody copies it.
    """
    line = re.sub(r"-(?=</span>(?:<span[^>]*>)?[\w.])", '<span class="hy">-</span>', line)
    return re.sub(r"(?<=>)[^<]+|^[^<]+",
                  lambda m: re.sub(r"-(?=[\w.-])", '<span class="hy">-</span>', m[0]), line)


def wrapped(match) -> str:
    """Code and output whose long lines wrap where there is no room, indented below themselves.

    Pygments closes its marks at the end of each line.
    """
    lines, code = [], not re.search("output|-text", match[1])
    if "-sh " in match[1] and max(len(html.unescape(re.sub(r"<[^>]+>", "", line)))
                                  for line in match[2].split("\n")) > 90:
        match = (match[0], match[1],
                 re.sub(r'(?:<span class="w"> {3,}</span>| {3,})(<span class="c1">)', r"  \1",
                        match[2]),
                 match[3])
    plain = [html.unescape(re.sub(r"<[^>]+>", "", line)) for line in match[2].split("\n")]
    rows = [bool(re.search(r"\S {2,}\S.* {2,}\S|\] .*\]$", text)) for text in plain]
    table = not code and 2*sum(rows) > sum(map(bool, plain))     # then its last row is one too
    for line, text, row in zip(match[2].split("\n"), plain, rows, strict=True):
        indent = len(text) - len(text.lstrip())
        # a comment need not stand far to the right
        line = (re.sub(r' {3,}(<span class="c1">)', r"  \1", line)
                if code and len(text) > 100 else line)
        # a row of a table does not wrap, but scrolls
        if not code and len(text) > 48 and (row or table):
            line = f'<span class="row">{line}</span>'
        elif len(text) > 48 or (code and indent >= 12):
            line = re.sub(r"^((?:</?span[^>]*>)*)( +)", r'\1<span class="pad">\2</span>',
                          unbroken(line))
            line = f'<span class="long" style="--i:{indent + 4}ch">{line}</span>'
        lines.append(line)
    return match[1] + "\n".join(lines) + match[3]


def write_plain(out: Path, texts: dict[str, str]) -> None:
    "Every page as Markdown beside its HTML, and llms.txt"
    from nbdev.config import get_config
    config = get_config()
    for name, text in texts.items():
        (out / f"{name}.html.md").write_text(text, encoding="utf-8")
    listed = {name for names in READING.values() for name in names or []}
    chapters = [page_name(p) for p in pages.chapters()]
    assert listed | set(chapters) | {"index"} == set(texts)
    groups = {caption: [(n, *summary(texts[n])) for n in names or chapters]
              for caption, names in READING.items()}
    host = f"{config.doc_host}{config.doc_baseurl}/"
    (out / "llms.txt").write_text(
        plain.llms(config.title, config.description, groups, host), encoding="utf-8")


MADE_FROM = ".made_from"                             # in the folder of a site: what it is made from


def sources() -> str:
    "Checksum of all that the site is made from: files of the repository, and versions of the tools"
    root, found = HERE.parent, sha256()
    for part in ("nbs/*.ipynb", "nbs/*.yml", "docs/**/*", "movie_rl_rec/*.py", "results/**/*",
                 "settings.ini", "*.md", "LICENSE"):
        for path in sorted(root.glob(part)):
            if path.is_file() and path.suffix != ".pyc":
                found.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes() + b"\0")
    found.update(" ".join(f"{tool} {version(tool)}" for tool in (
        "sphinx", "myst-nb", "furo", "nbdev", "plotly")).encode())
    return found.hexdigest()


def is_fresh(out: Path) -> bool:
    "Whether a folder holds the site as it would be built now"
    stamp = out / MADE_FROM
    return stamp.is_file() and stamp.read_text() == sources()


def build(out: Path) -> None:
    "Build the site into `out`, which is replaced once it is whole; any warning is an error"
    from sphinx.cmd.build import build_main
    made_from = sources()
    with TemporaryDirectory() as scratch:
        source = Path(scratch) / "source"
        source.mkdir()
        with processed() as paths:
            texts = write_pages(source, paths)
        write_static(source)
        shutil.copy(HERE / "conf.py", source / "conf.py")
        made = Path(scratch) / "html"
        if build_main(["-W", "--keep-going", "-q", "-b", "html", "-d", f"{scratch}/cache",
                       str(source), str(made)]):
            raise SystemExit("docs: expected a build without warnings, got those above; "
                             "mend the pages they name")
        for path in made.glob("*.html"):
            path.write_text(CODE.sub(wrapped, path.read_text(encoding="utf-8")), encoding="utf-8")
        write_plain(made, texts)
        (made / MADE_FROM).write_text(made_from)
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(made, out, ignore=shutil.ignore_patterns(".buildinfo", "objects.inv"))
    print(f"{out}/index.html")
