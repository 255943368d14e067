"The code of a page, copied cell by cell, runs in Jupyter; so do its exercises' solutions."
import importlib
import re

import nbformat
import pytest
from conftest import ROOT

from docs import execute, follow, pages
from docs.adapt import directives, page_name

CHAPTERS = pages.chapters()
NOTEBOOKS = sorted((ROOT / "nbs").glob("*.ipynb"))


def solutions(markdown):
    "The code in folded solutions"
    folded = re.findall(r"<details>.*?</details>", markdown, flags=re.S)
    return [code for text in folded
            for code in re.findall(r"^```python\n(.*?)^```", text, flags=re.S | re.M)]


@pytest.fixture(scope="session")
def visible(adapted):
    "What a reader of each page sees of its code: its cells, then the solutions of its exercises"
    def code(page):
        cells = adapted[page]
        shown = [c["source"] for c in cells
                 if c["cell_type"] == "code" and not c["metadata"]["tags"]]
        return shown + [code for c in cells if c["cell_type"] == "markdown"
                        for code in solutions(c["source"])]
    return code


def jupyter(cells, folder=ROOT / "nbs"):
    "A notebook of these cells after it ran in Jupyter, without a folder of real data"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MOVIE_RL_REC_DATA", raising=False)
        patch.setenv("PLOTLY_RENDERER", "plotly_mimetype")
        execute.run(notebook, folder)
    return notebook


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_visible_cells_run_in_jupyter(path, visible):
    "`nbdev_test` runs all cells of the notebook itself, hidden and exported ones too"
    shown = jupyter(visible(page_name(path))).cells
    assert shown and not [o for c in shown for o in c.outputs if o.output_type == "error"]


def test_what_is_defined_in_jupyter_is_compiled_there():
    "As the chapters' own kernels are, for those who work on them"
    shown = jupyter(["from movie_rl_rec.kernels import kernel",
                     "@kernel\ndef twice(x): return 2*x", "twice(2.), len(twice.signatures)"])
    assert shown.cells[-1].outputs[0]["data"]["text/plain"] == "(4.0, 1)"


def test_an_error_in_jupyter_would_be_noticed():
    from nbclient.exceptions import CellExecutionError
    with pytest.raises(CellExecutionError, match="NameError"):
        jupyter(["x = 1", "y"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_cells_that_nbdev_test_leaves_out_are_among_the_visible(path, visible):
    "Slow ones run here"
    cells = [directives(c.source) for c in nbformat.read(path, as_version=4).cells
             if c.cell_type == "code"]
    assert {code for found, code in cells if "slow" in found} <= set(visible(page_name(path)))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_visible_cells_name_all_they_use(path, visible):
    cells = visible(page_name(path))
    public = (set(importlib.import_module(f"movie_rl_rec.{page_name(path)}").__all__)
              if any(f"{page_name(path)} import *" in c for c in cells) else set())
    assert set(follow.missing(cells)) <= public


def test_what_is_missing_by_hand():
    cells = ["import numpy as np", "def f(x): return g(x) + np.sum(y)", "y = 1; print(f(z))",
             "z = 2"]
    assert follow.missing(cells) == ["g", "y", "z"]
    assert follow.joined(["import math", "from a import c", "from a import b"]) == [
        "import math", "from a import b, c"]


def test_solutions_are_found_by_hand():
    block = "```python\n%s\n```\n"
    text = (block % "not = folded" + "<details><summary>Exercise: why?</summary>\n\nSo:\n\n"
            + block % "a = 1\nb = 2" + "</details>\n<details>`c`</details>")
    assert solutions(text) == ["a = 1\nb = 2\n"]
