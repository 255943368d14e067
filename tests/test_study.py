"The study: killed at any moment it goes on, and ends with the same bytes; its intervals hold."
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from movie_rl_rec.data import load, split_users
from movie_rl_rec.embeddings import embed
from movie_rl_rec.priors import Recipe, fit_prior, rating_arrays
from movie_rl_rec.simulation import make_replay
from movie_rl_rec.study import StudyError, coverage_of_intervals, under_way

GENRES = ["Comedy", "Drama", "Horror", "Western"]
TIMES = {"times.csv"}                                    # milliseconds differ between any two runs


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    "Forty users who rated seventy of ninety movies each, by a taste for genres"
    folder, rng = tmp_path_factory.mktemp("data") / "made", np.random.default_rng(0)
    folder.mkdir()
    kinds = rng.integers(0, 4, 90)
    pd.DataFrame(dict(movie_id=range(90), title=[f"movie {i}" for i in range(90)],
                      year=rng.integers(1980, 2000, 90),
                      genres=[GENRES[k] for k in kinds])).to_csv(folder / "movies.csv", index=False)
    rows = [(u, m, float(np.clip(np.round(3 + taste[kinds[m]] + rng.normal(0, .7)), 1, 5)))
            for u in range(40) for taste in [rng.normal(0, 1, 4)] for m in rng.permutation(90)[:70]]
    pd.DataFrame(rows, columns=["user_id", "movie_id", "rating"]).to_csv(folder / "ratings.csv",
                                                                         index=False)
    return folder


# The command line, with less in the two tables that take half of a small study
STUDY = """
import sys
from functools import partial
from movie_rl_rec import cli, study
play = study.play_novelty
study.play_novelty = lambda policy, env, steps, seed: play(policy, env, 20, seed)
study.coverage_of_intervals = partial(study.coverage_of_intervals, runs=20)
sys.exit(cli.main(sys.argv[1:]))
"""


def start(catalogue, out):
    "A study as its own process"
    return subprocess.Popen([sys.executable, "-c", STUDY,
                             "study", "--quiet", "--data", catalogue, "--out", out,
                             "--steps", "8", "--repeats", "1", "--embedding", "pca"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                            env={**os.environ, "OMP_NUM_THREADS": "1"})


def contents(folder):
    "Every file's bytes but the times; of the provenance, all but the minutes and the folder's name"
    files = {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.name not in TIMES}
    kept = json.loads(files.pop("provenance.json"))
    return files, {k: v for k, v in kept.items() if k not in ("minutes", "command")}


@pytest.mark.slow
def test_a_killed_study_ends_with_the_same_bytes(catalogue, tmp_path):
    begin = time.monotonic()
    whole = start(catalogue, tmp_path / "a" / "whole")
    assert whole.wait() == 0, whole.stderr.read()
    took, rng, kills = time.monotonic() - begin, np.random.default_rng(0), 0
    for moment in rng.uniform(.1, .6, int(os.environ.get("KILLS", 3))):
        process = start(catalogue, tmp_path / "b" / "killed")
        try:
            process.wait(timeout=moment * took)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            kills += process.wait() == -signal.SIGKILL
    if not (tmp_path / "b" / "killed").exists():
        last = start(catalogue, tmp_path / "b" / "killed")
        assert last.wait() == 0, last.stderr.read()
    assert kills > 0
    assert contents(tmp_path / "b" / "killed") == contents(tmp_path / "a" / "whole")
    assert ([p.name for p in (tmp_path / "b").iterdir()] == ["killed"]
            and [p.name for p in (tmp_path / "a").iterdir()] == ["whole"])


def test_a_study_under_way_belongs_to_its_settings_and_to_one_process(tmp_path):
    with under_way(tmp_path / "x", dict(seed=0)):
        with (pytest.raises(StudyError, match="wait for it"),
              under_way(tmp_path / "x", dict(seed=0))):
            pass
    with (pytest.raises(StudyError, match="remove it to start anew"),
          under_way(tmp_path / "x", dict(seed=1))):
        pass
    (tmp_path / "mine").mkdir()
    with (pytest.raises(ValueError, match="an existing one"),
          under_way(tmp_path / "mine", dict(seed=0))):
        pass
    assert sorted(p.name for p in tmp_path.iterdir()) == [".x.study", "mine"]


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say():
    sample = load("sample")
    split, vectors = split_users(sample.users), embed(sample.movies, "pca")
    replay = make_replay(sample, vectors, split.train, split.test)
    fitted = fit_prior(Recipe(), vectors.vectors, rating_arrays(sample, split.train))
    table = coverage_of_intervals(replay, fitted)
    assert (table.runs == 500).all() and table.coverage.between(.93, .97).all(), table
