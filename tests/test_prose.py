"No number in prose that no cell computes: typed numbers in Results, on the home page, in README."
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLAIN = [                                                 # what is not a measured number
    r"```.*?```", r"`[^`]*`", r"\$\$.*?\$\$", r"\$[^$]*\$", r"<code>.*?</code>", r"\]\([^)]*\)",
    r"\[?doi:\S+", r"\[?arXiv:\S+", r"<[^>]+>",
    r"(?m)^\|.*\|$",                                      # tables of words: cells make the others
    r"(?m)^\s*\d+\.\s", r"(?m)^#+ .*$",                   # numbers of lists; headings
    r"\beqs?\. \(?[\da-c.]+\)?", r"\([\da-c]+\.\d+[a-z]?\)",   # equations
    r"\b(18|19|20)\d\d\b",                                # years
    r"MovieLens[- ]\d+K|ML-\d+\w|ml-100k|Python 3\.\d+|PyTorch \d\S*",
    # ends of a scale, a quantile, the name of a measure
    r"(?<![\d.])[01](?![\d.%])|1\.96 standard errors|\(F1\)",
    # levels, which are chosen
    r"\b95%|\b5%|\b80%|\bcentral 90%|\b90% (intervals?|interval)|cover 90%",
]


def prose(cell):
    "A Markdown cell without code, formulas, links and the numbers that are chosen, not measured"
    text = "".join(cell["source"])
    for pattern in PLAIN:
        text = re.sub(pattern, " ", text, flags=re.S)
    return text


def typed(notebook):
    "Numbers with digits in the prose of a notebook"
    cells = json.loads((ROOT / "nbs" / notebook).read_text(encoding="utf-8"))["cells"]
    return [(match.group(), " ".join(text.split())[max(0, match.start() - 60):][:160])
            for cell in cells if cell["cell_type"] == "markdown"
            for text in [prose(cell)]
            for match in re.finditer(r"[-+−]?\d[\d,]*(\.\d+)?%?|\.\d+", text)]


@pytest.mark.parametrize("notebook", ["05c_protocols.ipynb", "06_results.ipynb",
                                      "06b_measures.ipynb", "06c_report.ipynb", "index.ipynb"])
def test_no_number_is_typed_into_prose(notebook):
    assert typed(notebook) == []


def test_a_typed_number_would_be_found(tmp_path, monkeypatch):
    cells = [dict(cell_type="markdown", source=[
        "The hybrid earns 4.07 stars in 2015, eq. (6.1), `k=3`, at 95%."])]
    (tmp_path / "nbs").mkdir()
    (tmp_path / "nbs" / "x.ipynb").write_text(json.dumps(dict(cells=cells)))
    monkeypatch.setattr("test_prose.ROOT", tmp_path)
    assert [number for number, _ in typed("x.ipynb")] == ["4.07"]


def test_the_readme_is_made_from_the_home_page():
    from docs.readme import render
    assert (ROOT / "README.md").read_text(encoding="utf-8") == render()
