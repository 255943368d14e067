"The site: nbdev processes the notebooks, `adapt` makes MyST notebooks of them, Sphinx makes pages of those."
import json
import shutil
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from docs.adapt import adapt, page_name

HERE = Path(__file__).resolve().parent
TOC = "```{toctree}\n:hidden:\n:maxdepth: 2\n%s\n```"


def write_pages(folder: Path) -> None:
    "One MyST notebook per chapter; the home page carries the table of contents"
    from nbdev.config import get_config
    from nbdev.serve import proc_nbs
    config = get_config()
    base = f"{config.doc_host}{config.doc_baseurl}/"
    paths = sorted(proc_nbs(force=True, n_workers=0).glob("*.ipynb"))
    chapters = [page_name(p) for p in paths if p.stem != "index"]
    for path in paths:
        title, notebook = adapt(path, base)
        if path.stem == "index":
            notebook["cells"].append(dict(cell_type="markdown", id="toc", metadata={}, source=TOC % "\n".join(chapters)))
        (folder / f"{page_name(path)}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def write_static(folder: Path) -> None:
    "Everything that a page needs, so that none asks another host"
    shutil.copytree(HERE / "static", folder / "_static")
    plotly = Path(find_spec("plotly").origin).parent
    shutil.copy(plotly / "package_data" / "plotly.min.js", folder / "_static" / "plotly.min.js")


def build(out: Path) -> None:
    "Build the site into `out`; any warning is an error"
    from sphinx.cmd.build import build_main
    with TemporaryDirectory() as scratch:
        source = Path(scratch) / "source"
        source.mkdir()
        write_pages(source)
        write_static(source)
        shutil.copy(HERE / "conf.py", source / "conf.py")
        shutil.rmtree(out, ignore_errors=True)
        if build_main(["-W", "--keep-going", "-q", "-b", "html", "-d", f"{scratch}/cache", str(source), str(out)]):
            raise SystemExit("docs: expected a build without warnings, got those above; mend the notebooks they name")
    print(f"{out}/index.html")
