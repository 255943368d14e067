"The code of a chapter, copied from the site cell by cell, runs; so do its exercises' solutions."
import importlib
import json
import re
import subprocess
import sys

import pytest
from conftest import ROOT

from docs import follow, pages
from docs.adapt import Place, adapt, page_name
from docs.build import processed

CHAPTERS = pages.chapters()
RUN = """
import json, sys
import plotly.io
plotly.io.renderers.default = "json"
names = {"__name__": "__main__"}
for cell in json.load(sys.stdin): exec(compile(cell, "the page", "exec"), names)
"""


def solutions(markdown):
    "The code in folded solutions"
    folded = re.findall(r"<details>.*?</details>", markdown, flags=re.S)
    return [code for text in folded
            for code in re.findall(r"^```python\n(.*?)^```", text, flags=re.S | re.M)]


@pytest.fixture(scope="module")
def visible():
    "What a reader of each chapter sees of its code: its cells, then the solutions of its exercises"
    with processed() as paths:
        adapted = {page_name(p): adapt(p, Place("https://nowhere/", "", {}))[1]["cells"]
                   for p in paths}
    def code(page):
        cells = adapted[page]
        shown = [c["source"] for c in cells
                 if c["cell_type"] == "code" and not c["metadata"]["tags"]]
        return shown + [code for c in cells if c["cell_type"] == "markdown"
                        for code in solutions(c["source"])]
    return code


@pytest.mark.slow
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_visible_cells_run_in_order(path, visible):
    done = subprocess.run([sys.executable, "-c", RUN], input=json.dumps(visible(page_name(path))),
                          cwd=ROOT / "nbs", capture_output=True, text=True)
    assert not done.returncode, done.stderr[-2000:]


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
