"Everything that is exported says what it is, and what each of its parameters means."
import importlib
import inspect

import pytest
from conftest import ROOT

from docs.symbols import exported, methods

MODULES = sorted(p.stem for p in (ROOT / "movie_rl_rec").glob("*.py")
                 if not p.stem.startswith("_"))
PRINTED = [(module, symbol) for module in MODULES for symbol in exported(module)]


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is(module):
    doc = importlib.import_module(f"movie_rl_rec.{module}").__doc__
    assert doc and len(doc.splitlines()) == 1 and doc[-1] in ".?"


def test_nothing_exported_is_without_a_docstring():
    wanted = [(m, s) for m, s in PRINTED if s.form != "value"]
    missing = [f"{m}.{s.name}" for m, s in wanted if not s.doc]
    assert len(wanted) > 300 and len(MODULES) >= 12
    assert not missing, f"{len(missing)} of {len(wanted)} without a docstring: {', '.join(missing)}"


def test_every_public_method_says_itself_what_it_does():
    "`help(LinUCB.score)` reads only the method, so a docstring of the base class does not count"
    classes = [(m, getattr(importlib.import_module(f"movie_rl_rec.{m}"), s.name))
               for m, s in PRINTED if s.form == "class"]
    found   = [(f"{m}.{c.__name__}.{name}", function)
               for m, c in classes for name, function, _ in methods(c)]
    missing = [name for name, function in found if not function.__doc__]
    assert len(found) >= 100
    assert not missing, f"{len(missing)} of {len(found)} without a docstring: {', '.join(missing)}"


def test_no_parameter_is_without_a_word():
    "Compiled functions included"
    wanted = [(m, s, p) for m, s in PRINTED for p in s.parameters]
    missing = [f"{m}.{s.name}({p.name})" for m, s, p in wanted if not p.comment]
    assert len(wanted) > 800 and any(s.form == "kernel" for _, s, _ in wanted)
    assert not missing, f"{len(missing)} of {len(wanted)} without a docment: {', '.join(missing)}"


def test_docstrings_are_real_ones_not_those_that_dataclass_writes():
    for module, symbol in PRINTED:
        if symbol.form == "class":
            assert not symbol.doc.startswith(f"{symbol.name}("), f"{module}.{symbol.name}"


def test_what_is_exported_exists_once():
    names = {}
    for module in MODULES:
        home = importlib.import_module(f"movie_rl_rec.{module}")
        assert len(set(home.__all__)) == len(home.__all__)
        for name in home.__all__:
            assert hasattr(home, name)
            # a compiled function holds the one it was made from
            thing = getattr(getattr(home, name), "py_func", getattr(home, name))
            if inspect.isfunction(thing) or inspect.isclass(thing):
                assert names.setdefault(name, module) == module, (
                    f"{name} is exported by {names[name]} and by {module}")


def test_help_reads_well():
    for module, symbol in PRINTED:
        first = symbol.doc.splitlines()[0] if symbol.doc else ""
        assert len(first) <= 220 and not first.startswith(
            ("TODO", "Returns the", "This function")), f"{module}.{symbol.name}: {first}"
