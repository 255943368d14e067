"The package without PyTorch, without Numba, and without anything that nobody asked for."
import importlib.metadata
import json
import subprocess
import sys
import warnings

import pandas as pd
import pytest

from movie_rl_rec import study
from movie_rl_rec.data import load, split_users
from movie_rl_rec.embeddings import embed
from movie_rl_rec.errors import MissingPackage, MovieRLRecError
from movie_rl_rec.policies import LinUCB
from movie_rl_rec.simulation import make_replay, simulate

HIDE = """
import sys
class Hidden:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {packages}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden)
"""
INSTALL = "`pip install 'movie_rl_rec[autoencoder]'`"


def without(*packages, code, folder=None, status=0):
    "What a program prints and says where some packages are not installed"
    run = subprocess.run([sys.executable, "-c", HIDE.format(packages=packages) + code],
                         capture_output=True, text=True, cwd=folder)
    assert run.returncode == status, run.stderr
    return run.stdout, run.stderr.splitlines()


def small():
    "A few viewers of the sample"
    data = load("sample")
    split = split_users(data.users)
    return make_replay(data, embed(data.movies, "pca", dim=4), split.train, split.test[:8])


SMALL = """
from movie_rl_rec import embed, load, make_replay, simulate, split_users
data = load("sample")
split = split_users(data.users)
replay = make_replay(data, embed(data.movies, "pca", dim=4), split.train, split.test[:8])
"""
POLICIES, HOW = ["random", "linucb", "lints"], dict(steps=6, seeds=(0, 1), progress=False)


def test_one_module_needs_torch_and_none_needs_numba():
    said, errors = without("torch", "numba", code="""
import importlib, pkgutil, movie_rl_rec
for module in pkgutil.iter_modules(movie_rl_rec.__path__):
    try:
        importlib.import_module(f"movie_rl_rec.{module.name}")
    except ImportError as error:
        print(module.name, error, sep=": ")
""")
    assert errors == [] and said.count("\n") == 1
    assert said.startswith("autoencoder: ") and INSTALL in said and "`run --embedding pca`" in said


def test_whatever_trains_says_so_before_it_loads_or_writes(tmp_path):
    "There is no such data set, and no such model: nothing of that is looked at"
    commands = [["run"], ["run", "--embedding", "shuffled"], ["study", "--embedding", "pca"],
                ["train"], ["serve", "--embedding", "autoencoder"]]
    said, errors = without("torch", folder=tmp_path, code=f"""
from movie_rl_rec import Recommender, embed, load
from movie_rl_rec.cli import main
from movie_rl_rec.embeddings import load_model
for command in {commands}:
    print(main([*command, "--data", "no-such-data",
                *(["--out", "mine"] if command[0] != "serve" else [])]))
for asked in (lambda: embed(None), lambda: load_model("no-such-model"),
              lambda: Recommender.from_dataset(load("sample"), embedding="autoencoder")):
    try: asked()
    except ValueError as error: print(type(error).__name__, error)
""")
    codes, calls = said.splitlines()[:len(commands)], said.splitlines()[len(commands):]
    assert codes == ["2"]*len(commands) and len(errors) == len(commands)
    assert all(line.startswith("movie-rl-rec: the autoencoder, ") for line in errors)
    assert len(calls) == 3 and all(line.startswith("MissingPackage the aut") for line in calls)
    assert all(line.count("No module named 'torch'") == line.count(INSTALL) == 1
               for line in errors + calls)
    assert list(tmp_path.iterdir()) == []


def test_the_main_job_without_both(tmp_path):
    said, errors = without("torch", "numba", folder=tmp_path, code="""
from movie_rl_rec import Recommender, load
from movie_rl_rec.cli import main
code = main("run --embedding pca --users 12 --steps 6 --repeats 1 --quiet --out mine --policies "
            "random linucb hybrid best-rated oracle".split())
recommender = Recommender.from_dataset(load("sample"))
recommender.rate("ada", "Alien", 5)
print(len(recommender.recommend("ada", k=5)), code)
""")
    assert said.splitlines()[-1] == "5 0"
    assert [line.partition(":")[0] for line in errors] == ["movie-rl-rec"]
    assert "playing in NumPy" in errors[0] and "`pip install numba`" in errors[0]
    assert (tmp_path/"mine"/"report.html").stat().st_size > 100_000
    assert json.loads((tmp_path/"mine"/"config.json").read_text())["settings"]["embedding"] == "pca"


def test_without_numba_numpy_plays_the_same_and_says_so_once(tmp_path):
    _, errors = without("numba", folder=tmp_path, code=SMALL + f"""
for name in ("a", "b"):
    simulate(replay, {POLICIES}, **{HOW}).to_parquet(name)
""")
    assert len([line for line in errors if "RuntimeWarning" in line]) == 1
    assert "playing in NumPy" in errors[0] and "No module named 'numba'" in errors[0]
    told = simulate(small(), POLICIES, **HOW, engine="numpy")
    for name in ("a", "b"):
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path/name), told)


def test_without_numba_the_compiled_loops_refuse():
    said, errors = without("numba", code=SMALL + """
import numpy as np
from movie_rl_rec.published_engine import draw_exploration, play_published
lists = np.arange(6), np.array([0, 6]), np.ones(6)
for asked in (lambda: simulate(replay, ["linucb"], engine="compiled"),
              lambda: draw_exploration("random", [6], 3, [0]),
              lambda: play_published(np.eye(6), *lists, np.full((1, 3), -1))):
    try: asked()
    except ValueError as error: print(type(error).__name__, error)
""")
    lines = said.splitlines()
    assert errors == [] and len(lines) == 3
    assert lines[0] == ("MissingPackage engine 'compiled': expected the package numba, got No "
                        "module named 'numba'; `pip install numba`, or use engine='numpy'")
    assert all(line.startswith("MissingPackage ") and "`pip install numba`" in line
               for line in lines)


class Mine(LinUCB):
    "A policy that the compiled loop does not know, so that nothing is compiled"

    def score(self, state, X, rng, step):
        return super().score(state, X, rng, step)


def test_with_numba_nothing_is_said():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        simulate(small(), {"mine": Mine()}, **HOW)


def test_versions_cope_with_what_is_not_installed(monkeypatch):
    found = study.versions()

    def absent(package):
        if package in ("torch", "numba"):
            raise importlib.metadata.PackageNotFoundError(package)
        return found[package]
    monkeypatch.setattr(study, "version", absent)
    assert study.versions() == found | dict(torch=None, numba=None)
    assert None not in found.values()


def test_the_error_is_pythons_and_ours():
    for kind in (ImportError, ValueError, MovieRLRecError):
        with pytest.raises(kind, match="^x: expected the package no_such, got No module named"):
            MissingPackage.demand_import("no_such", "x", "no_such")
    MissingPackage.demand_import("numpy", "x", "numpy")


def test_importing_the_package_imports_nothing_else():
    "Not even one of its own modules, and of Python's own only what is there for others too"
    code = ("import sys; before = set(sys.modules); import movie_rl_rec; "
            "print(*sorted(set(sys.modules) - before))")
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                            check=True).stdout.split()
    roots = {name.partition(".")[0] for name in loaded}
    assert [name for name in loaded if name.startswith("movie_rl_rec")] == ["movie_rl_rec"]
    assert roots - {"movie_rl_rec"} <= set(sys.stdlib_module_names) and len(loaded) < 40
