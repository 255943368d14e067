"Guides run as printed; symbols, references and claims agree wherever they are told."
import importlib
import inspect
import re
from collections import defaultdict

import pandas as pd
import pytest
from conftest import ROOT

from docs import pages

# symbols with a second meaning, which the chapter that needs it states in its own table
SERVES_TWICE = {"$u$", "$k$", "$d$", "$X$", "$x$", "$\\mu$", "$t$", "$s$", "$G$", "$\\theta$"}


LONG = {"which_policy", "serve_it"}


@pytest.mark.parametrize("path", [
    pytest.param(path, marks=[pytest.mark.slow]*(path.stem in LONG)) for path in pages.guides()],
    ids=lambda p: p.stem)
def test_guide_runs_and_prints_what_it_says(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = path.read_text(encoding="utf-8")
    assert text.count("```python") >= 3 and text == pages.run(text), "run `python -m docs guides`"


def test_a_guide_shows_a_value_where_it_says_so():
    text = "<!-- show: b -->\nold\n<!-- end -->\n\n```python\na = 1\nprint(a)\nb = '| two |'\n```\n"
    shown = pages.run(text)
    assert (shown.startswith("<!-- show: b -->\n| two |\n<!-- end -->\n")
            and "```text\n1\n```" in shown and pages.run(shown) == shown)


def test_symbols_are_used_alike():
    meanings = defaultdict(set)
    for row in pages.symbol_rows():
        for letter in row["symbol"].split(", "):
            meanings[letter.strip("$").join("$$")].add((row["code"], row["shape"], row["meaning"]))
    twice = {letter for letter, found in meanings.items() if len(found) > 1}
    assert len(meanings) >= 20
    assert twice <= SERVES_TWICE, {letter: meanings[letter] for letter in twice - SERVES_TWICE}


def test_every_word_is_defined_where_it_says():
    words = pages.vocabulary()
    headings = {pages.page_name(p): re.findall(r"^##+ (.+)$", pages.prose(p), flags=re.M)
                for p in pages.chapters()}
    assert ([w["word"].lower() for w in words] == sorted({w["word"].lower() for w in words})
            and len(words) >= 16)
    for word in words:
        assert (set(word) == {"word", "meaning", "page", "place"}
                and word["place"] in headings[word["page"]]), word
        assert word["meaning"].endswith(".") and len(word["meaning"]) < 200


def test_every_reference_is_in_the_bibliography():
    known = {w["title"].lower(): w for w in pages.works()}
    assert len(known) == len(pages.works()) >= 20
    for path in pages.chapters():
        text = pages.references(path)
        for title, rest in re.findall(r"\*([^*]{4,})\*((?:(?!\*).)*)", text):
            work = known.get(title.lower())
            assert work, f"{path.name}: {title} is not in docs/bibliography.toml"
            address = work.get("doi") or work.get("arxiv") or work.get("url")
            assert not address or address in rest, (
                f"{path.name}: {title}: expected a link to {address}")
            told = re.findall(r"doi\.org/([^)]+)\)", rest)
            assert not told or told[0] == work.get("doi"), (
                f"{path.name}: {title}: {told} against {work.get('doi')}")
            told = re.findall(r"arxiv\.org/abs/([^)]+)\)", rest)
            assert not told or told[0] == work.get("arxiv"), (
                f"{path.name}: {title}: {told} against {work.get('arxiv')}")


def test_every_work_is_cited_and_has_a_doi_if_it_says_so():
    for work in pages.works():
        assert pages.cited_in(work), f"{work['title']}: no chapter refers to it"
        assert {"authors", "title", "where", "year"} <= set(work) <= {
            "authors", "title", "where", "year", "doi", "arxiv", "url"}
        assert re.fullmatch(r"10\.\d{4,5}/\S+", work.get("doi", "10.1000/x"))


def test_every_claim_has_an_answer(tmp_path, monkeypatch):
    from movie_rl_rec.as_published import CLAIMS
    assert {c.claim for c in CLAIMS if c.ours is None} == set(pages.WHERE)
    headings = {page: re.findall(r"^##+ (.+)$", pages.prose(p), flags=re.M)
                for p in pages.chapters() for page in [pages.page_name(p)]}
    assert all(page is None or place in headings[page] for page, place in pages.WHERE.values())
    text = pages.papers()
    assert all(c.claim[1:] in text and c.measured in text and c.code in text for c in CLAIMS)


def test_new_tables_appear_beside_the_claims(tmp_path, monkeypatch):
    (tmp_path / "results" / "toy").mkdir(parents=True)
    pd.DataFrame([["collaborative - content", "rating_last", .04, .01, .07, 99],
                  ["content - random", "regret", -3., -9., 2., 99]],
                 columns=["contrast", "measure", "mean", "low", "high", "users"]).to_csv(
        tmp_path / "results" / "toy" / "paper_contrasts.csv", index=False)
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    assert ("| mean rating, last ten steps | +0.040 | +0.010 to +0.070 | 99 | more |"
            in pages.contrast_tables("collaborative - content"))
    assert ("| -3 | -9 to +2 | 99 | cannot be told apart |"
            in pages.contrast_tables("content - random"))
    assert pages.contrast_tables("leak - no leak") == ""


def test_the_reference_lists_everything():
    from docs.symbols import exported
    text = pages.api()
    for path in pages.chapters():
        for symbol in exported(pages.page_name(path)):
            assert f'id="movie_rl_rec.{symbol.module}.{symbol.name}"' in text


def test_compiled_functions_are_told_like_others():
    from docs.symbols import exported
    found = {s.name: s for s in exported("kernels")}
    compiled = found["project"]
    assert compiled.form == "kernel" and compiled.doc.startswith("S[out] = S[base]")
    assert found["TILE"].form == "value"
    # a part of kernels is a function of Python
    assert found["tile_maximum"].form == "function"
    assert found["tile_maximum"].returns[0] == "np.int32"
    entry = pages.entry(compiled, next(
        path for path in pages.chapters() if pages.page_name(path) == "kernels"))
    assert ("(compiled)" in entry
            and "<dt><code>width</code> <span>int</span></dt>"
                "<dd>how many candidates" in entry)


def test_a_table_reads_from_left_to_right():
    from docs.tables import tidy
    frame = pd.DataFrame({"title": ["Heat", "Big"], "stars": ["4.10 [4.00, 4.20]", "–"],
                          "n": [3, -4]})
    shown = tidy(frame.to_html())
    assert shown == (
        '<table class="dataframe"><thead><tr><th class="words">title</th><th>stars</th><th>n</th>'
        '</tr></thead><tbody>'
        '<tr><td class="words">Heat</td><td>4.10 [4.00, 4.20]</td><td>3</td></tr>'
        '<tr><td class="words">Big</td><td>–</td><td>-4</td></tr></tbody></table>')
    named = tidy(frame.set_index("title").to_html())
    assert "<tr><th class=\"words\">title</th><th>stars</th><th>n</th></tr></thead>" in named
    assert tidy(frame.set_index([[1, 1], [2, 3]]).to_html()).count("rowspan") == 1


def test_long_lines_wrap_without_changing():
    import html

    from docs.build import CODE, wrapped
    code = 'x = f(1e-12, "a-b",' + " "*30 + "# why\n" + " "*20 + "y=-1)" + "\n"
    page = f'<div class="highlight-python notranslate"><div class="highlight"><pre>{code*3}</pre>'
    shown = CODE.sub(wrapped, page)
    assert (shown.count('class="hy"') == 9
            and html.unescape(re.sub(r"<[^>]+>", "", shown)) == code*3)
    table = ('<div class="output stream highlight-x"><div class="highlight"><pre>' + "policy"
             + "  4.53 [4.45, 4.60]"*4 + "\nwords " + "and words "*9 + "</pre>")
    assert (CODE.sub(wrapped, table).count('class="row"')
            == CODE.sub(wrapped, table).count('class="long"') == 1)


def test_private_code_unfolds_and_parameters_are_not_taken_for_functions(adapted):
    from docs.adapt import Place, relink
    place = Place("https://movie-rl-rec.github.io/movie_rl_rec/", "", {"4.2": "policies"})
    def cells(page):
        return adapted[page]
    hidden = [c for c in cells("data")
              if c["cell_type"] == "code" and "hide-input" in c["metadata"]["tags"]]
    assert hidden and all(re.match(r"(@\S+\n)*(def|class) _", c["source"])
                          or " _" in c["metadata"]["mystnb"]["code_prompt_show"] for c in hidden)
    # the service's answers, which `import *` leaves out, are described on its page
    answers = "\n".join(c["source"] for c in cells("serve")
                        if "hide-input" in c["metadata"].get("tags", ()))
    assert all(f"class {name}(" in answers for name in ("WhatNext", "Believed", "Health"))
    told = "\n".join(c["source"] for c in cells("as_published") if c["cell_type"] == "markdown")
    assert "(`explored`)" in told
    def linked(name):
        return relink(f"[`{name}`]({place.base}engine.html#{name})", place, "as_published")
    # a parameter there, and none
    assert linked("explored") == "`explored`" and linked("find_rule").startswith("<a ")
    told = "\n".join(c["source"] for c in cells("engine") if c["cell_type"] == "markdown")
    assert ('<a href="policies.html#eq-4.2">eq. 4.2</a>' in told
            or '<a href="policies.html#eq-4.2">eq. (4.2)</a>' in told)


def test_chapters_have_their_parts():
    "The parts of a chapter"
    for path in pages.chapters():
        parts = {"**The question.**", "**The idea.**", "What we saw", "**Different from",
                 "**References.**", "<details>"}
        missing = {p for p in parts if p not in pages.prose(path)}
        assert not missing, (path.name, missing)


def test_the_workflow_publishes_what_is_built_here():
    workflow = (ROOT / ".github" / "workflows" / "docs.yml").read_text()
    assert ("python -m docs build --out _docs" in workflow
            and "path: _docs" in workflow and "deploy-pages" in workflow)


def test_quarto_would_get_the_figures(tmp_path, monkeypatch):
    from execnb.nbio import read_nb
    from nbdev.processors import FilterDefaults

    from docs import quarto
    assert quarto.plotly_figures in list(FilterDefaults().xtra_procs())
    monkeypatch.setattr(quarto, "place_scripts", lambda: None)
    cells = read_nb(ROOT / "nbs" / "01_features.ipynb").cells
    for cell in cells:
        quarto.plotly_figures(cell)
    drawn = [o["data"]["text/html"] for c in cells if c.cell_type == "code"
             for o in c.outputs if quarto.FIGURE in o.get("data", {})]
    assert drawn and all('role="img"' in h and 'type="application/json"' in h for h in drawn)
    header = (ROOT / "nbs" / "_quarto.yml").read_text()
    assert ("figures/plotly.min.js" in header and "figures/figures.js" in header
            and "https://" not in header)


def test_quarto_is_told_what_settings_say():
    "nbdev.yml is what `nbdev_docs` would write, and `_quarto.yml` keeps all of nbdev's own"
    import yaml
    from nbdev.config import get_config
    from nbdev.quarto import _nbdev_yml, _quarto_yml
    config = get_config()
    told = {k: config[k] for k in ("title", "description", "branch", "git_url", "doc_host",
                                   "doc_baseurl")}
    assert (ROOT / "nbs" / "nbdev.yml").read_text() == _nbdev_yml.format(
        **told, doc_path=config.doc_path.name)
    ours, theirs = (yaml.safe_load((ROOT / "nbs" / "_quarto.yml").read_text()),
                    yaml.safe_load(_quarto_yml))
    assert (theirs["metadata-files"] == ours["metadata-files"]
            and theirs["website"].items() <= ours["website"].items())
    assert set(theirs["format"]["html"]) <= set(ours["format"]["html"])


@pytest.mark.parametrize("module,name", [
    ("policies", "LinUCB"), ("novelty", "NoveltyVB"), ("priors", "FullKnowledge"),
    ("priors", "UnfittedPolicy"), ("simulation", "simulate")])
def test_signatures_are_those_of_python(module, name):
    from docs.symbols import exported
    thing = getattr(importlib.import_module(f"movie_rl_rec.{module}"), name)
    told = next(s for s in exported(module) if s.name == name).parameters
    assert [(p.name, p.by_name) for p in told] == [
        (p.name, p.kind is p.KEYWORD_ONLY) for p in inspect.signature(thing).parameters.values()]
