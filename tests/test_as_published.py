"The as-published road gives the original notebook's own numbers: same titles, same regret, to the last bit."
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import real_data

from movie_rl_rec.as_published import simulate_published

NAMES = {"Greedy": "greedy", "EpsilonGreedy": "epsilon_greedy", "Random": "random"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_equals_the_reference_run(tmp_path, seed):
    data = real_data("imdb-top1000")
    reference = data.parents[1] / "seed" / "reference_run.py"
    if not reference.is_file():
        pytest.skip("needs seed/reference_run.py beside the data folder")
    vectors = np.random.default_rng(seed).normal(.3, 1, (1000, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    np.save(tmp_path / "vectors.npy", vectors)
    files = [data / "best_movie_ratings_features.csv", data / "users_ratings.csv"]
    subprocess.run([sys.executable, reference, "--movies", files[0], "--ratings", files[1], "--users", "5", "--steps", "200",
                    "--embeddings", tmp_path / "vectors.npy", "--seed", str(seed), "--out", tmp_path / "run.json", "--quiet"],
                   check=True, capture_output=True)
    run = json.loads((tmp_path / "run.json").read_text())
    movies, users = (pd.read_csv(f, index_col=0) for f in files)
    table = pd.DataFrame(vectors, movies.index)
    sampled = users[users.user.isin([u["user"] for u in run["users"]["Greedy"]])]
    order = table.loc[sampled.index.unique()].index
    for theirs, ours in NAMES.items():
        for viewer in run["users"][theirs]:
            stars = users[users.user == viewer["user"]].rating
            stars = stars.loc[order[order.isin(stars.index)]]
            explored = [t if e else None for t, e in zip(viewer["titles"], viewer["explored"])]
            frame = simulate_published(stars, table, ours, steps=200, s=200, explored=explored)
            assert frame.title.tolist() == viewer["titles"]
            assert frame.rating.tolist() == viewer["ratings"]
            assert frame.cumregret.tolist() == viewer["cumregret"]
            assert frame.sq_err.tolist() == viewer["sq_err"]


def textbook(stars, vectors, steps, s, explored):
    "The original's rules once more, written as plainly as possible"
    theta, last, count, titles = np.zeros(vectors.shape[1]), dict.fromkeys(stars, 1), dict.fromkeys(stars, 0), []
    for t in range(steps):
        def score(k):
            bonus = np.sqrt(2 * np.log2(t + 2) / (count[k] * (t + 1))) if count[k] else 0
            return theta @ vectors.loc[k].to_numpy(float) * (1 - np.exp(-(t + 1 - last[k]) / s)) + bonus
        pick = explored[t] or max(stars, key=score)
        theta = (t * theta + stars[pick] * vectors.loc[pick].to_numpy(float)) / (t + 1)
        last[pick], count[pick] = t, count[pick] + 1
        titles.append(pick)
    return titles


@pytest.mark.parametrize("s", [2, 200])
def test_equals_a_plain_loop_on_made_up_ratings(s):
    rng = np.random.default_rng(3)
    names = [f"movie {i}" for i in range(25)]
    vectors = pd.DataFrame(rng.normal(size=(25, 4)).astype(np.float32), names)
    stars = pd.Series(rng.integers(1, 11, 25), names)
    explored = [names[rng.integers(25)] if rng.random() < .3 else None for _ in range(60)]
    frame = simulate_published(stars, vectors, "epsilon_greedy", steps=60, s=s, explored=explored)
    assert frame.title.tolist() == textbook(dict(stars), vectors, 60, s, explored)
    best_left = [max([r for k, r in stars.items() if k not in set(frame.title[:i + 1])], default=frame.rating[i]) for i in range(60)]
    np.testing.assert_allclose(frame.cumregret, np.cumsum(np.array(best_left) - frame.rating))
