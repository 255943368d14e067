"From nbdev's processed notebooks to notebooks that MyST understands."
import ast
import html
import importlib
import inspect
import json
import re
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import yaml

from docs import tables
from docs.figures import figure_html
from docs.follow import with_imports
from docs.symbols import Symbol, anchor, exported, method_list, parameter_list, signature, unwrap

NOTEBOOKS = Path(__file__).resolve().parents[1] / "nbs"
DIRECTIVE = re.compile(r"^\s*#\s*\|\s*([\w-]+):?\s*(.*)$")
FIGURE = "application/vnd.plotly.v1+json"
NUMBER = re.compile(r"^(\d+[a-zA-Z]?)_")
EQUATION = re.compile(r"^\$\$.*?\$\$", re.M | re.S)
CITED = re.compile(r"\b[Ee]q(?:uation|s?\.)[ \n]"
                   r"(?:\((\d+[a-z]?\.\d+[a-z]?)\)|(\d+[a-z]?\.\d+[a-z]?))")


class Place(NamedTuple):
    "What the adapter knows of the whole site while it works on one page"
    base: str        # the address that nbdev writes in front of its links
    source: str      # the address of the repository's main branch
    equations: dict  # number -> page


def page_name(path: Path) -> str:
    "00_data.ipynb -> data, as nbdev names its pages"
    return NUMBER.sub("", path.stem)


def number(path: Path) -> str:
    "The number of a chapter: 04a_novelty.ipynb -> 04a; nothing for the home page"
    found = NUMBER.match(path.stem)
    return found[1] if found else ""


def equations(path: Path) -> dict:
    "The numbered equations of a notebook, and the page they are on"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return {n: page_name(path) for n in re.findall(r"\\tag\{([^}]+)\}", text)}


def directives(source: str) -> tuple[dict, str]:
    "The directives at the head of a cell, and the code without them"
    lines, found = source.splitlines(), {}
    while lines and (not lines[0].strip() or DIRECTIVE.match(lines[0])):
        match = DIRECTIVE.match(lines.pop(0))
        if match:
            found[match[1]] = match[2].strip().strip('"')
    return found, "\n".join(lines).strip("\n")


def symbol_link(page: str, name: str, shown: str) -> str:
    "A link to where a symbol is explained; plain text where it has no place of its own"
    known = (next((s for s in exported(page) if s.name == name), None)
             or next((s for s in exported(page) if s.name.lower() == name.lower()), None))
    return (f'<a class="symbol" href="{page}.html#{anchor(known)}">'
            f"<code>{html.escape(shown)}</code></a>" if known else f"`{shown}`")


def cited(text: str, known: dict) -> str:
    "Equations by number as links, for those whose page is known"
    def link(match):
        n = match[1] or match[2]
        return f'<a href="{known[n]}.html#eq-{n}">{match[0]}</a>' if n in known else match[0]
    return CITED.sub(link, text)


def parameters(page: str) -> set[str]:
    "The names of all parameters, fields and methods that a chapter explains"
    if page == "index":
        return set()
    return ({p.name for s in exported(page) for p in s.parameters}
            | {s.name.partition(".")[2] for s in exported(page) if "." in s.name})


# nbdev takes what comes from a notebook with "auto" in its name for generated code,
# and knows no symbol of it
UNINDEXED = "autoencoder"


def relink(text: str, place: Place, page: str) -> str:
    "Links between chapters and to symbols, and equations by number, as links inside this site"
    def symbol(match):
        name = (match[3].lower() if match[1].split("(")[0].lower() != match[3].lower()
                else match[1].split("(")[0])
        # a parameter here that bears the name of a function elsewhere
        if match[2] != page and name in parameters(page):
            return f"`{match[1]}`"
        return symbol_link(match[2], name, match[1])
    text = re.sub(r"\[`([^`]+)`\]\(" + re.escape(place.base) + r"([\w-]+)\.html#([\w.]+)\)",
                  symbol, text)
    # a value has no place of its own
    names = {s.name for s in exported(UNINDEXED) if s.form != "value"}
    text = re.sub(r"(?<![`\w\[])`(\w+)`(?!`)",
                  lambda m: (symbol_link(UNINDEXED, m[1], m[1])
                             if m[1] in names - parameters(page) else m[0]), text)
    text = cited(text, place.equations)
    return re.sub(r"\]\(\d+[a-zA-Z]?_(\w+)\.ipynb\)", r"](\1.ipynb)", text)


def with_anchors(text: str) -> str:
    """Every equation as MathJax wants it, numbered ones with a place to link to.

    Sphinx would put `split` around several lines, which takes no number.
    """
    def marked(match):
        tag  = re.search(r"\\tag\{([^}]+)\}", match[0])
        body = f"\\begin{{equation*}}\n{match[0][2:-2].strip()}\n\\end{{equation*}}\n"
        return f'\n<div class="eq" id="eq-{tag[1]}"></div>\n\n{body}' if tag else body
    return EQUATION.sub(marked, text)


def api_section(symbol: Symbol, level: int, source: str, place: Place, called: bool) -> str:
    "The documentation of one symbol; how it is called only where its source does not follow"
    link = f'<a class="source" href="{html.escape(source)}">source</a>' if source else ""
    head = f'<span id="{anchor(symbol)}"></span>\n\n{"#"*level} `{symbol.name}`\n\n{link}'
    doc = relink(symbol.doc.replace("$", "\\$"), place, symbol.module)
    if not called:
        return f"{head}\n\n{doc}"
    call = (f'<pre class="signature"><code>{html.escape(signature(symbol))}</code></pre>'
            if symbol.parameters or symbol.form == "function" else "")
    call += parameter_list(symbol) + method_list(symbol)
    return f"{head}\n\n{doc}\n\n{cited(call, place.equations)}"


def output(out: dict, ident: str) -> dict:
    "One output of a cell: figures drawn, tables in a box that scrolls"
    data = out.get("data", {})
    out.pop("id", None)
    if FIGURE in data:
        out["data"] = {"text/html": figure_html(data[FIGURE], ident), "text/plain": "(a figure)"}
    elif "text/html" in data:
        shown = tables.tidy("".join(data["text/html"]))
        out["data"] = {"text/html": f'<div class="scroll" tabindex="0">{shown}</div>',
                       "text/plain": data.get("text/plain", "")}
    return out


def source_of(symbol: Symbol, place: Place) -> str:
    "The address of the line at which a symbol begins"
    thing = attrgetter(symbol.name)(importlib.import_module(f"movie_rl_rec.{symbol.module}"))
    thing = getattr(thing, "py_func", unwrap(thing) or thing)
    return f"{place.source}/movie_rl_rec/{symbol.module}.py#L{inspect.getsourcelines(thing)[1]}"


def documented(cell: dict, body: str, page: str, level: int, place: Place) -> dict | None:
    "The cell in which nbdev shows the documentation of a symbol, as Markdown of ours"
    name = re.match(r"show_doc\(\s*([\w.]+)", body)[1]
    symbol = next((s for s in exported(page) if s.name == name), None)
    if not symbol:
        return None
    whole, short = (api_section(symbol, level, source_of(symbol, place), place, called)
                    for called in (True, False))
    return dict(cell_type="markdown", metadata=dict(symbol=name, short=short), source=whole)


def defined(cell: dict) -> list[str]:
    "The functions and classes that a visible code cell defines"
    if cell["cell_type"] != "code" or cell["metadata"]["tags"]:
        return []
    return [node.name for node in ast.parse(cell["source"]).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def arranged(cells: list[dict], page: str) -> list[dict]:
    """Symbols in the order of the source (nbdev's is that of a set).

    Where a cell shows the source itself, they stand above it, and do not repeat its parameters.
    """
    place  = {s.name: i for i, s in enumerate(exported(page))}
    found  = {c["metadata"]["symbol"]: c for c in cells if "symbol" in c["metadata"]}
    shown  = {name for c in cells for name in defined(c)}
    result = []
    for documents, group in groupby(
            (c for c in cells if c["metadata"].get("symbol") not in shown),
            key=lambda c: "symbol" in c["metadata"]):
        if documents:
            result += sorted(group, key=lambda c: place[c["metadata"]["symbol"]])
            continue
        for c in group:
            here = [found[name] for name in defined(c) if name in found]
            result += [*(dict(h, source=h["metadata"]["short"]) for h in here), c]
    return result


def code_cell(cell: dict, page: str, index: int, level: int, place: Place) -> dict | None:
    "A code cell as MyST wants it; None if it is not to be seen"
    found, body = directives("".join(cell["source"]))
    if not body.strip() or found.get("include") == "false" or "hide" in found:
        return None
    if body.startswith("show_doc("):
        return documented(cell, body, page, level + 1, place)
    # this line makes the page, and is not for its readers
    body = re.sub(r"^from nbdev\.showdoc import show_doc\n?", "", body, flags=re.M).strip("\n")
    tags = ["remove-input"] if found.get("echo") == "false" else []
    shown = [] if found.get("output") == "false" else [
        output(o, f"{page}-{index}-{k}") for k, o in enumerate(cell["outputs"])]
    return dict(cell_type="code", metadata={"tags": tags}, execution_count=None, source=body,
                outputs=shown)


def private(notebook: Path, kept: set) -> dict[str, dict]:
    """Exported code that nbdev leaves out, to unfold: its names are private, or not for `import *`.

    The keys are the cells of the page after which it belongs.
    """
    found, last = {}, ""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        last = cell["id"] if cell["id"] in kept else last
        marks, body = directives("".join(cell["source"]))
        names = [n.name for n in ast.parse(body).body
                 if isinstance(n, ast.FunctionDef | ast.ClassDef)] if (
            {"export", "exporti"} & set(marks)) else []
        if names and cell["id"] not in kept and (
                "exporti" in marks or all(n.startswith("_") for n in names)):
            before = found.get(last, dict(source="", names=[]))
            found[last] = dict(source=f"{before['source']}\n\n{body}".strip(),
                               names=before["names"] + names)
    return {at: dict(cell_type="code", execution_count=None, outputs=[], source=cell["source"],
                     metadata=dict(tags=["hide-input"], mystnb=dict(
                         code_prompt_show=f"The code: {', '.join(cell['names'])}",
                         code_prompt_hide="The code")))
            for at, cell in found.items()}


def heading(path: Path, front: dict, place: Place) -> dict:
    "Title with the chapter's number, subtitle, and links to module, notebook and plain text"
    page, n = page_name(path), number(path)
    title = f"{n}\u00a0· {front['title']}" if n else front["title"]
    facts = [f'<code>movie_rl_rec.{page}</code>'] if n else []
    facts += [f'<a href="{place.source}/nbs/{path.name}">notebook</a>',
              f'<a href="{page}.html.md">plain text</a>']
    return dict(cell_type="markdown", metadata={},
                source=f'# {title}\n\n*{front.get("description", "")}*\n\n'
                       f'<p class="facts">{" · ".join(facts)}</p>')


def deepest(source: str, level: int) -> int:
    "The level of the last heading so far"
    found = re.findall(r"^(#{1,6}) ", re.sub(r"```.*?```", "", source, flags=re.S), flags=re.M)
    return len(found[-1]) if found else level


def adapt(path: Path, place: Place) -> tuple[dict, dict]:
    "A processed notebook: its front matter, and the notebook for MyST"
    page, front, cells, level = page_name(path), {}, [], 1
    processed = json.loads(path.read_text(encoding="utf-8"))["cells"]
    folded = private(NOTEBOOKS / path.name, {c["id"] for c in processed})
    for i, cell in enumerate(processed):
        source = "".join(cell["source"])
        if cell["cell_type"] == "raw":
            front = yaml.safe_load(source.strip().strip("-")) or {}
        elif cell["cell_type"] == "markdown" and "AUTOGENERATED" not in source:
            level = deepest(source, level)
            cells.append(dict(cell_type="markdown", metadata={},
                              source=with_anchors(relink(source, place, page))))
        elif cell["cell_type"] == "code":
            cells.append(code_cell(cell, page, i, level, place))
        cells += [folded[cell["id"]]] if cell["id"] in folded else []
    front.setdefault("title", page)
    cells = [c for c in cells if c]
    cells = with_imports(page, arranged(cells, page)) if number(path) else cells
    cells = [dict(c, id=f"c{i}") for i, c in enumerate([heading(path, front, place), *cells])]
    kernel = {"kernelspec": {"name": "python3", "display_name": "python3", "language": "python"}}
    return front, dict(cells=cells, metadata=kernel, nbformat=4, nbformat_minor=5)


__all__ = ["adapt", "equations", "number", "page_name"]
