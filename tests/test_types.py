"Types: what a checker sees of the package is what the package is."
import os
import re
import subprocess
import sys

import pytest
from conftest import ROOT

from docs import pages, stubs

PACKAGE = ROOT / "movie_rl_rec"
SOURCES = {path.stem: path.read_text() for path in PACKAGE.glob("[a-z]*.py")}

USER = '''
import numpy as np
from movie_rl_rec import (
    Agent, GreedyPolicy, LinUCB, Recommender, embed, fit, load, make_replay, simulate, split_users)
from movie_rl_rec.policies import Belief

class Curious(GreedyPolicy):
    def bonus(self, belief: Belief, step: int) -> float:
        return 1/step

data = load("sample")
split = split_users(data.users)
vectors = embed(data.movies, "pca")
replay = make_replay(data, vectors, split.train, split.test)
simulate(replay, {"mine": Curious(), "linucb": LinUCB(.5)}, steps=10)
simulate(replay, fit(["hybrid"], data, vectors, split.train))
agent = Agent(LinUCB(), np.ones((4, 3)), users=["ada"], seed=np.random.default_rng(0))
agent.update(agent.choose(), 4.5, [True])
taste = agent.state.mean
found = Recommender.from_dataset(data, "hybrid").recommend("ada", 3)
reveal_type(data)
reveal_type(split.train)
reveal_type(replay.items)
reveal_type(agent.policy)
reveal_type(taste)
reveal_type(agent.rank(3))
reveal_type(found[0].title)
reveal_type(found[0].rating)
reveal_type(Curious().score)
'''


def mypy(folder, code, *flags):
    "What mypy says of some code, line by line; `code`: file -> text"
    for name, text in code.items():
        (folder / name).write_text(text)
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--follow-imports", "silent", *flags, *code],
        cwd=folder, env=os.environ | {"MYPYPATH": str(ROOT)}, capture_output=True, text=True)
    assert run.returncode < 2, run.stdout + run.stderr
    return run.stdout.splitlines()


def test_stubs_are_in_step_with_the_modules():
    made = stubs.stubs(dict(sorted(SOURCES.items())))
    assert {path.stem for path in PACKAGE.glob("*.pyi")} == set(made)
    assert [name for name, text in made.items()
            if (PACKAGE / f"{name}.pyi").read_text() != text] == []
    assert (PACKAGE / "py.typed").is_file()


def test_a_stub_by_hand():
    source = """
class Base:
    def score(self, x: int, *, y=_SIZE) -> float: return x/2
_SIZE = 3
@dataclass
class Own(Base):
    size: int = 3
    def score(self, x): return 0.
@patch_to(Own)
@property
def wide(self)->bool: # whether
    return True
def _private(): pass
"""
    own = stubs.stubs({"own": source})["own"]
    assert own.split("class Own")[1] == """(Base):
    size: int = 3

    def score(self, x: int) -> float:
        ...

    @property
    def wide(self) -> bool:
        ...
"""
    assert "_private" not in own and "_SIZE = 3" not in own


def test_a_type_of_another_module_is_imported():
    made = stubs.stubs({"a": "class A: pass\nclass P:\n    def f(self, x: A): pass",
                        "b": "from .a import P\nclass Q(P):\n    def f(self, x): pass"})
    assert "from .a import A\n" in made["b"] and "def f(self, x: A)" in made["b"]


@pytest.mark.slow
def test_a_user_under_strict_mypy_sees_types(tmp_path):
    said = mypy(tmp_path, {"user.py": USER}, "--strict")
    kinds = [re.search(r'Revealed type is "(.*)"', line).group(1) for line in said[:-1]]
    assert said[-1].startswith("Success") and len(kinds) == 9
    assert "Any" not in kinds
    array = "numpy.ndarray[tuple[Any, ...], numpy.dtype[Any]]"
    assert kinds[0] == "movie_rl_rec.data.Dataset" and kinds[1] == kinds[4] == kinds[5] == array
    assert "movie_rl_rec.policies.Belief" in kinds[3] and kinds[6:8] == ["str", "float"]


@pytest.mark.slow
def test_a_wrong_call_is_seen(tmp_path):
    said = mypy(tmp_path, {"user.py": "from movie_rl_rec import Agent, LinUCB\n"
                                      "Agent(LinUCB(), [[1, 2]]).rank(k='three')\n"
                                      "Agent(LinUCB(), [[1, 2]]).chose()\nAgent(3, [[1, 2]])\n"})
    assert [re.search(r"\[([\w-]+)\]$", line).group(1) for line in said[:-1]] == [
        "arg-type", "attr-defined", "arg-type"]


@pytest.mark.slow
def test_the_code_of_the_guides_has_no_wrong_types(tmp_path):
    code = {f"guide_{path.stem.lower()}.py": "\n".join(
        re.findall(r"^```python\n(.*?)^```", path.read_text(), re.S | re.M))
        for path in [ROOT / "README.md", *pages.guides()]}
    said = mypy(tmp_path, code, "--disable-error-code", "import-untyped")
    assert said == [f"Success: no issues found in {len(code)} source files"]
