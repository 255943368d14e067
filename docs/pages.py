"Pages that are not chapters: guides, whose code is run, and pages made from package and tables."
import contextlib
import io
import json
import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pandas as pd

from docs.adapt import cited, equations, number, page_name, symbol_link
from docs.symbols import anchor, code_text, exported, parameter_list, signature

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SHOWN = re.compile(r"<!-- show: (\w+) -->\n.*?<!-- end -->", re.S)
BLOCK = re.compile(r"```python\n(.*?)```(\s*```text\n(.*?)```)?", re.S)


def chapters() -> list[Path]:
    "The notebooks of the chapters, in reading order"
    return sorted(p for p in (ROOT / "nbs").glob("*.ipynb") if p.stem != "index")


def prose(path: Path) -> str:
    "All Markdown of a notebook"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def title(path: Path) -> str:
    "The title of a chapter, with its number"
    return f"{number(path)}\u00a0· {re.search(r'^# (.+)$', prose(path), flags=re.M)[1]}"


# --- guides

def run(text: str) -> str:
    """A guide with its code run from top to bottom.

    The block after each piece of code holds what it prints; a value stands where it is to be shown.
    """
    names = {"__name__": "guide"}

    def filled(match):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(match[1], "guide", "exec"), names)      # noqa: S102
        shown = said.getvalue().rstrip()
        return f"```python\n{match[1]}```" + (f"\n\n```text\n{shown}\n```" if shown else "")
    text = BLOCK.sub(filled, text)
    return SHOWN.sub(lambda m: f"<!-- show: {m[1]} -->\n{names[m[1]]}\n<!-- end -->", text)


def guides() -> list[Path]:
    "The guides"
    return sorted((HERE / "pages").glob("*.md"))


# --- API reference

def heading_of(path: Path, name: str) -> str:
    "The heading under which a chapter defines a name"
    last = ""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            last = (re.findall(r"^##+ (.+)$", source, flags=re.M) or [last])[-1]
        elif re.search(rf"^(?:\w+, *)*{name}(?:, *\w+)*\s*(:[^=]+)?=", source, flags=re.M):
            break
    return last


def entry(symbol, path: Path) -> str:
    "One symbol of the reference: call, meaning, its parameters folded, a link to its chapter"
    page, klass = page_name(path), symbol.name.partition(".")[0]
    member = "." in symbol.name
    if symbol.form == "value":
        where = heading_of(path, symbol.name)
        doc = (f"A value ({symbol.returns[0]}). Explained under "
               f'<a href="{page}.html#{slug(where)}">{code_text(where)}</a>.')
    else:
        doc = code_text(symbol.doc) + (
            ' <span class="kind">(compiled)</span>' if symbol.form == "kernel" else "")
    href = f'{page}.html#{anchor((symbol.module, klass))}'
    call = signature(symbol)
    name = (f'<a href="{href}"><code>{code_text(symbol.name)}</code></a>'
            if symbol.form != "value" and not member else f"<code>{symbol.name}</code>")
    rest = code_text(call.removeprefix("class ").removeprefix(symbol.name)).replace(
        "-&gt;", '<span class="together">-&gt;</span>')
    folded = parameter_list(symbol)
    told = (f"<details><summary>{doc}</summary>{folded}</details>" if folded
            else f"<p>{doc}</p>")
    return (f'<div class="entry{" member" if member else ""}" id="{anchor(symbol)}">'
            f'<div class="call">{name}<code class="rest">{rest}</code></div>'
            f"{told}</div>")


def slug(text: str) -> str:
    "The id that Sphinx gives to a heading"
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"[`*$]", "", text).lower()).strip("-")


def api() -> str:
    "The reference: everything that is exported, by module"
    parts = ["# API reference\n\n*Everything the package exports, by module: how it is called, "
             "what it does, and a link to where it is explained.*\n\n"
             "A policy's `init`, `score`, `update` and `predict` keep to one protocol; "
             "what they take and give is the same for all of them. "
             "In Python, `help(movie_rl_rec.policies.learn)` shows signature and docstring; "
             "what each parameter means is a comment beside it in the source, which "
             "`learn??` shows in Jupyter, and `inspect.getsource(learn)` elsewhere. "
             "Here it unfolds where a ▸ stands before what a function does."]
    for path in chapters():
        module = page_name(path)
        subtitle = re.search(r"^> (.+)$", prose(path), flags=re.M)[1]
        entries = "\n".join(entry(s, path) for s in exported(module))
        parts.append(f"## `movie_rl_rec.{module}`\n\n{subtitle} "
                     f"Chapter [{title(path)}]({module}.ipynb).\n\n{entries}")
    return cited("\n\n".join(parts),
                 {n: page for path in chapters() for n, page in equations(path).items()})


# --- glossary

def symbol_rows() -> list[dict]:
    "All rows of the chapters' tables of symbols"
    rows = []
    for path in chapters():
        for table in re.findall(r"^\| symbol \| in code \|.*\n\|[-| ]+\n((?:\|.*\n?)+)",
                                prose(path), flags=re.M):
            for line in table.splitlines():
                symbol, code, shape, meaning = (
                    c.strip() for c in line.strip().strip("|").split("|"))
                rows.append(dict(symbol=symbol, code=code, shape=shape, meaning=meaning,
                                 page=page_name(path), chapter=number(path)))
    return rows


def glossary() -> str:
    "Every symbol of the chapters, alphabetically, with the chapters that use it"
    found = defaultdict(list)
    for r in symbol_rows():
        found[r["symbol"], r["code"], r["shape"], r["meaning"]].append(
            f"[{r['chapter']}]({r['page']}.ipynb)")
    key = lambda row: (re.sub(r"[^a-z]", "", re.sub(
        r"\\(?:bar|hat|tilde|mathcal|text)\b|\\var", "", row[0]).replace(r"\ell", "l").lower()),
        row[0])
    lines = [f"| {s} | {c} | {shape} | {m} | {', '.join(where)} |"
             for (s, c, shape, m), where in sorted(found.items(), key=lambda i: key(i[0]))]
    return ("# Symbols\n\n*The letters of all chapters: "
            "what they mean, what they are called in code, their shapes and units.*\n\n"
            "Made from the chapters' own tables. Where a letter serves more than once, "
            "all its meanings stand here, each with its chapters.\n\n"
            "| symbol | in code | shape | meaning, unit | chapters |\n|---|---|---|---|---|\n"
            + "\n".join(lines))


def vocabulary() -> list[dict]:
    "The words as written once, in words.toml"
    return tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))["word"]


def words() -> str:
    "Every word with its meaning, under a heading of its own, which is what a search finds first"
    told = {page_name(p): title(p) for p in chapters()}
    lines = [f"## {w['word']}\n\n{w['meaning']} Defined in "
             f"[{told[w['page']]}]({w['page']}.ipynb#{slug(w['place'])})." for w in vocabulary()]
    head = ("# Words\n\n*The terms of the site, in a line each, and where they are defined.*\n\n"
            "The letters are in [Symbols](glossary.md), the names of the policies in "
            "[Which policy should I choose?](which_policy.md).")
    return "\n\n".join([head, *lines])


# --- bibliography

def works() -> list[dict]:
    "The bibliography as written once, in bibliography.toml"
    return tomllib.loads((HERE / "bibliography.toml").read_text(encoding="utf-8"))["work"]


def references(path: Path) -> str:
    "The paragraph of references of a chapter, without line breaks"
    found = re.search(r"\*\*References\.\*\*(.*?)(?:\n\n|\Z)", prose(path), flags=re.S)
    return " ".join(found[1].split()) if found else ""


def cited_in(work: dict) -> list[Path]:
    "The chapters that list a work among their references"
    return [p for p in chapters() if f"*{work['title']}*".lower() in references(p).lower()]


def bibliography() -> str:
    "All works the chapters refer to, by author"
    lines = []
    for w in sorted(works(), key=lambda w: (w["authors"], w["year"])):
        links = [f"[doi:{w['doi']}](https://doi.org/{w['doi']})"] if "doi" in w else []
        links += ([f"[arXiv:{w['arxiv']}](https://arxiv.org/abs/{w['arxiv']})"]
                  if "arxiv" in w else [])
        links += ([f"[{re.sub(r'https?://(www.)?|/.*', '', w['url'])}]({w['url']})"]
                  if "url" in w else [])
        where = ", ".join(f"[{title(p)}]({page_name(p)}.ipynb)" for p in cited_in(w))
        lines.append(f"* {w['authors']}, *{w['title']}*, {w['where']}, {w['year']}. "
                     f"{', '.join(links)}{'. ' if links else ''}In {where}.")
    return "# Bibliography\n\n*What the chapters build on.*\n\n" + "\n".join(lines)


# --- the papers, revisited

WHERE = {
    "the exact Bayesian policy has the least regret": ("novelty", "A world with repeats"),
    "listeners prefer it to the greedy policy": (
        None, "Not measured: it would take listeners."),
    "a variational approximation makes it fast": (
        "novelty", "The approximation that could not be rebuilt"),
    "exact Bayesian inference is too slow to use": (
        "novelty", "Exact inference: one belief per recovery time"),
    "twenty components keep about 83% of the variance": (
        "as_published", "Features: the first genre"),
    "its greedy policies learn": ("as_published", "One correction after another")}


def stored_folders() -> list[Path]:
    "The folders of stored tables"
    return sorted(p for p in (ROOT / "results").iterdir() if p.is_dir())


def verdict(row: pd.Series) -> str:
    "What an interval says about the sign of a difference"
    return "more" if row.low > 0 else "less" if row.high < 0 else "cannot be told apart"


def contrast_tables(contrast: str) -> str:
    "Our number for a claim, for each data set that has one; nothing where none has"
    from movie_rl_rec.as_published import PAPER_MEASURES
    parts = []
    for folder in stored_folders():
        path = folder / "paper_contrasts.csv"
        rows = (pd.read_csv(path).query("contrast == @contrast")
                if path.is_file() else pd.DataFrame())
        lines = [f"| {PAPER_MEASURES.get(r.measure, r.measure)} | {r['mean']:{form}} "
                 f"| {r.low:{form}} to {r.high:{form}} | {int(r.users)} | {verdict(r)} |"
                 for _, r in rows.iterrows()
                 for form in ["+.3f" if max(-r.low, r.high) < 1 else "+.3g"]]
        head = (f"On `{folder.name}`, *{contrast}*, viewer by viewer:\n\n"
                "| measure | difference | 95% interval | viewers | verdict |\n"
                "|---|---|---|---|---|\n")
        parts += [head + "\n".join(lines)] if lines else []
    return "\n\n".join(parts)


def ladder_tables() -> str:
    "What each correction of the original's greedy policy changes, by data set"
    parts = []
    for folder in stored_folders():
        path = folder / "ladder.csv"
        if path.is_file():
            lines = [f"| {r.rung} | {r.gain:+.2f} | {r.low:+.2f} to {r.high:+.2f} "
                     f"| {int(r.users)} |" for _, r in pd.read_csv(path).iterrows()]
            parts.append(f"On `{folder.name}`, stars above the viewer's own mean rating "
                         "(random: zero), mending one fault after the other:\n\n"
                         "| up to and including | gain | 95% interval | viewers |\n"
                         "|---|---|---|---|\n" + "\n".join(lines))
    return "\n\n".join(parts)


def answer(claim) -> str:
    "What we found about a claim: our numbers where a table is stored, else where it is treated"
    if claim.ours:
        table = contrast_tables(claim.ours)
        return table or (f"The contrast *{claim.ours}* of [As published](as_published.ipynb); "
                         "no table of real ratings is stored yet.")
    page, place = WHERE[claim.claim]
    text = f"See [{place}]({page}.ipynb#{slug(place)})." if page else place
    return f"{text}\n\n{ladder_tables()}" if claim.claim == "its greedy policies learn" else text


def papers() -> str:
    "The claims of the papers and of the original notebook, each with our numbers beside it"
    from movie_rl_rec.as_published import CLAIMS
    parts = ["# The papers, revisited\n\n*What the two papers and the original notebook say, "
             "what their code did, and what we find.*\n\n"
             "The list is `CLAIMS` of [As published](as_published.ipynb). Their numbers are "
             "as printed, or read off their figures. Ours come from the stored "
             "tables in `results/`, made by the commands at the end of this page. A difference "
             "is taken within each viewer, and the interval is over viewers; "
             "where it contains zero, the two *cannot be told apart*. *More* and *less* are said "
             "of the first named. Ratings are parts of the highest possible one. The paper's "
             "*regret* is the sum of rating minus utility, its *RMSE* the squared error (less is "
             "better, by its account); what is wrong with them is said there. Its cut leaves only "
             "viewers with fifty ratings or more of the thousand most "
             "rated movies: fewer than were tested."]
    for who in dict.fromkeys(c.who for c in CLAIMS):
        parts.append(f"## {who[0].upper()}{who[1:]}")
        for c in (c for c in CLAIMS if c.who == who):
            parts.append(f"### {c.claim[0].upper()}{c.claim[1:]}\n\n"
                         f"**They measured:** {c.measured}.\n\n**Their code:** {c.code}.\n\n"
                         f"**We find:** {answer(c)}")
    return "\n\n".join([*parts, made_by()])


def made_by() -> str:
    "Where the stored tables come from"
    lines = ["## Where the tables come from\n",
             "| data | command | viewers tested | tables |", "|---|---|---|---|"]
    for folder in stored_folders():
        made = (json.loads((folder / "provenance.json").read_text())
                if (folder / "provenance.json").is_file() else {})
        tables = ", ".join(f"`{p.stem}`" for p in sorted(folder.glob("*.csv")))
        data, command, tested = (made.get("data", {}).get("contents", folder.name),
                                 made.get("command", "see the folder"),
                                 made.get("users", {}).get("test", ""))
        lines.append(f"| {data} | `{command}` | {tested} | {tables} |")
    return "\n".join(lines)


def changelog() -> str:
    "The changelog of the repository"
    return (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


GENERATED = {"api": api, "papers": papers, "words": words, "glossary": glossary,
             "bibliography": bibliography, "changelog": changelog}
__all__ = ["GENERATED", "chapters", "guides", "run", "symbol_link"]
