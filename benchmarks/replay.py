"Simulations of logged ratings: ten policies, many seeds, all users; and the original's own work."
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from movie_rl_rec.as_published import published_embeddings, published_features, simulate_published
from movie_rl_rec.data import load
from movie_rl_rec.embeddings import embed
from movie_rl_rec.published_engine import draw_exploration, play_published
from movie_rl_rec.simulation import make_replay, simulate

from .common import interleaved

NAMES = ("random", "most-popular", "best-rated", "greedy", "epsilon-greedy", "linucb", "lints",
         "boltzmann", "oful", "bayes-ucb")


def all_users(data, vectors):
    "All users as viewers: each half plays with the other half as training users, in one replay"
    users = np.array(sorted(data.users))
    one, two = (make_replay(data, vectors, users[a::2], users[1 - a::2]) for a in (0, 1))
    return replace(one, users=np.r_[one.users, two.users],
                   start=np.r_[one.start, one.start[-1] + two.start[1:]],
                   rows=np.r_[one.rows, two.rows], ratings=np.r_[one.ratings, two.ratings])


def whole(short, folder):
    "All users, 50 steps, ten policies, twenty seeds"
    name = "sample" if short or not folder or not (Path(folder)/"ml-100k").is_dir() else "ml-100k"
    data = load(name) if name == "sample" else load(name, folder)
    replay = all_users(data, embed(data.movies, "pca"))
    simulate(replay, NAMES, steps=2, progress=False)
    rows = []
    for workers in (1, 2):
        wall, cpu = time.perf_counter(), time.process_time()
        frame = simulate(replay, NAMES, steps=10 if short else 50, seeds=range(1 if short else 20),
                         workers=workers, progress=False)
        rows.append(dict(benchmark="replay",
                         way=f"{name}, {len(replay)} users, 10 policies, {workers} thread(s)",
                         user_steps=len(frame), seconds=time.perf_counter() - wall,
                         cpu_seconds=time.process_time() - cpu))
    return rows


def original(short, folder, repeats=5):
    "The original's greedy policy: its own code (where it is there), ours in Python, ours compiled"
    folder = Path(folder or "")/"imdb-top1000"
    if not folder.is_dir():
        return [dict(benchmark="original", way="imdb-top1000",
                     missing="no such data here; let MOVIE_RL_REC_DATA name the folder around it")]
    movies, users = (pd.read_csv(folder/f, index_col=0)
                     for f in ("best_movie_ratings_features.csv", "users_ratings.csv"))
    steps, rng = 20 if short else 500, np.random.default_rng(0)
    X, _ = published_features(movies.genres.astype(str), movies.year.astype(str))
    table = published_embeddings(X @ rng.normal(size=(X.shape[1], 16)) + .5, movies.index)
    place = {title: i for i, title in enumerate(movies.index)}
    lists = {u: r.rating[~r.index.duplicated()].sort_index(key=lambda t: t.map(place))
             for u, r in users.groupby("user")}
    def sample(many):
        return pd.Series(users.user.unique()).sample(many, random_state=42)
    if short:
        lists = {u: lists[u] for u in sample(2)}
    start, vectors = np.r_[0, np.cumsum([len(r) for r in lists.values()])], table.to_numpy()
    items, stars = (np.concatenate([[place[t] for t in r.index] for r in lists.values()]),
                    np.concatenate([r.to_numpy() for r in lists.values()]))
    picks = draw_exploration("greedy", np.diff(start), steps, range(len(lists)))
    run = play_published(vectors, items, start, stars, picks)

    def python():
        for r in list(lists.values())[:2]:
            simulate_published(r, table, "greedy", steps=20)
        return 40

    def compiled():
        play_published(vectors, items, start, stars, picks)
        return picks.size
    taken = interleaved({"ours, compiled": compiled, "ours, Python": python},
                        1 if short else repeats)
    rows = [dict(benchmark="original", way=way, **t) for way, t in taken.items()]
    # close: the two best differ by less than a part in 10^12
    same = close = parted = total = 0
    for i, r in enumerate(lists.values()):
        frame = simulate_published(r, table, "greedy", steps=steps)
        agree = frame.title.to_numpy() == r.index[run.picks[i]].to_numpy()
        # after a pick that differs, the two have different histories
        until = len(agree) if agree.all() else int(np.argmin(agree))
        same, total, parted = same + until, total + len(agree), parted + (until < len(agree))
        close += int(until < len(agree) and run.close[i, until])
    rows.append(dict(benchmark="original",
                     way="same picks as ours in Python, until a viewer parts",
                     steps=total, same=same, parted=parted,
                     parted_where_close=close, close=int(run.close[:, 1:].sum())))
    script = folder.parents[1]/"seed"/"reference_run.py"
    if script.is_file():
        # the original's own; more, with lists of usual length
        for many, played in ((1, 6), (2, 6)) if short else ((5, 500), (40, 50)):
            few = set(sample(many))
            places = [i for i, u in enumerate(lists) if u in few]*(1 if short else 200//many)
            begin = np.r_[0, np.cumsum(np.diff(start)[places])]
            cut = np.concatenate([np.arange(start[i], start[i + 1]) for i in places])

            def same_viewers():
                play_published(vectors, items[cut], begin, stars[cut], picks[places])
                return picks[places].size
            ours = interleaved({"ours": same_viewers},
                               1 if short else repeats)["ours"]["per_cpu_second"]
            theirs = _reference(script, folder, table, many, played)
            what = f"{many} viewers, {np.diff(begin).mean():.0f} movies each"
            rows += [dict(benchmark="original", way=f"ours, compiled, {what}", per_cpu_second=ours),
                     dict(benchmark="original", way=f"the original's code, {what}",
                          per_cpu_second=1/theirs, milliseconds=1000*theirs, ratio=ours*theirs)]
    return rows


def _reference(script, folder, table, users, steps):
    "The original's own code, greedy: seconds of processor time of a step, less its start"
    with TemporaryDirectory() as scratch:
        np.save(f"{scratch}/vectors.npy", table.to_numpy())

        def spent(steps):
            before = os.times()
            subprocess.run([sys.executable, script,
                            "--movies", folder/"best_movie_ratings_features.csv",
                            "--ratings", folder/"users_ratings.csv",
                            "--users", str(users), "--steps", str(steps), "--policies", "Greedy",
                            "--embeddings", f"{scratch}/vectors.npy", "--seed", "0",
                            "--out", f"{scratch}/run.json", "--quiet"],
                           check=True, capture_output=True)
            return (os.times().children_user + os.times().children_system
                    - before.children_user - before.children_system)
        # a short run would drown in noise
        return (spent(steps)/users/steps if steps < 20
                else (spent(steps) - spent(1))/users/(steps - 1))


def run(short=False, folder=None, **_):
    "Rows of both"
    return whole(short, folder) + original(short, folder)
