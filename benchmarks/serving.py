"How long a viewer waits for a ranking after a rating, and how much memory viewers take."
import json
import subprocess
import sys
import time

import numpy as np
import pandas as pd

from movie_rl_rec.data import Dataset
from movie_rl_rec.recommender import Recommender

from .common import peak_memory

GENRES = [f"Genre {i}" for i in range(18)]
POLICIES = ("hybrid", "greedy", "linucb", "lints", "hybrid-linucb", "hybrid-lints", "user-knn",
            "best-rated")

CHILD = """
import json
from benchmarks.serving import hold
print(json.dumps(hold({viewers}, {movies}, {ratings}, "{policy}")))
"""


def catalogue(
    movies: int, users: int = 400, each: int = 60, rated: int = 5000, seed: int = 0,
) -> Dataset:
    "Movies with made-up genres, years and ratings; the first `rated` of them have been rated"
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(dict(
        movie_id=np.arange(movies), title=[f"Film {i}" for i in range(movies)],
        year=1930 + np.arange(movies) % 90,
        genres=[tuple(GENRES[g] for g in rng.choice(18, rng.integers(1, 4), replace=False))
                for _ in range(movies)]))
    pairs = [(u, i) for u in range(users)
             for i in np.unique(rng.integers(0, min(movies, rated), each)).tolist()]
    ratings = pd.DataFrame(pairs, columns=["user_id", "movie_id"])
    return Dataset.from_frames(
        frame, ratings.assign(rating=rng.integers(1, 6, len(ratings)).astype(float)),
        scale=(1, 5, 1), name="made up")


def waits(rec: Recommender, viewer, ratings: int, k: int = 10, seed: int = 0) -> np.ndarray:
    """Milliseconds on the wall and of the processor from the end of a rating to the ranking.

    One viewer has rated from 1 to `ratings` movies.
    """
    rng, taken = np.random.default_rng(seed), []
    for movie in rng.permutation(len(rec.catalogue))[:ratings].tolist():
        rec.rate(viewer, movie, float(rng.integers(1, 6)))
        wall, cpu = time.perf_counter(), time.process_time()
        rec.recommend(viewer, k)
        taken.append((1e3*(time.perf_counter() - wall), 1e3*(time.process_time() - cpu)))
    return np.array(taken)


def hold(viewers: int, movies: int, ratings: int, policy: str) -> dict:
    "Memory that viewers add to a recommender, each with some ratings and a ranking seen, in MB"
    rec = Recommender.from_dataset(catalogue(movies), policy)
    waits(rec, "first", 3)
    before, rng = peak_memory(), np.random.default_rng(0)
    for viewer in range(viewers):
        for movie in rng.choice(movies, ratings, replace=False).tolist():
            rec.rate(viewer, movie, float(rng.integers(1, 6)))
        rec.recommend(viewer, 10)
    assert len(rec) == viewers + 1
    return dict(added_mb=peak_memory() - before, at_hand=len(rec._user_states),
                features=rec.catalogue.items.X.shape[1])


def run(short=False, **_):
    "Rows for each catalogue and policy, and for the memory of many viewers"
    rows = []
    for movies in (300,) if short else (1000, 100_000):
        data = catalogue(movies)
        first = Recommender.from_dataset(data, "best-rated")
        for policy in POLICIES[:2] if short else POLICIES:
            # a table of opinions, movies times users, is not made for so many
            if movies > 10_000 and policy == "user-knn":
                continue
            rec = first.under(policy)
            waits(rec, "warm", 2)
            taken = waits(rec, "ada", 10 if short else 50)
            (wall, cpu), p95 = (np.median(taken, axis=0).tolist(),
                                float(np.percentile(taken[:, 0], 95)))
            rows.append(dict(benchmark="serving", movies=movies, policy=policy,
                             features=rec.catalogue.items.X.shape[1], median_ms=wall, p95_ms=p95,
                             processor_ms=cpu))
    for policy in ("linucb", "hybrid"):
        size = (dict(viewers=20, movies=300, ratings=5) if short
                else dict(viewers=10_000, movies=1000, ratings=50))
        done = subprocess.run([sys.executable, "-c", CHILD.format(**size, policy=policy)],
                              capture_output=True, text=True, check=True)
        rows.append(dict(benchmark="viewers", policy=policy, **size,
                         **json.loads(done.stdout.splitlines()[-1])))
    return rows
