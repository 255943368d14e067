"As published: the original notebook's own numbers to the last bit, and the paper's policies."
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import real_data

from movie_rl_rec.as_published import (
    CLAIMS,
    CONTRASTS,
    PAPER,
    PAPER_MEASURES,
    PaperPolicy,
    PublishedError,
    paper_contrasts,
    paper_crowd,
    paper_features,
    paper_measures,
    paper_table,
    show_leaky,
    simulate_paper,
    simulate_published,
)
from movie_rl_rec.data import load, split_users

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
    subprocess.run([sys.executable, reference, "--movies", files[0], "--ratings", files[1],
                    "--users", "2", "--steps", "120", "--embeddings", tmp_path / "vectors.npy",
                    "--seed", str(seed), "--out", tmp_path / "run.json", "--quiet"],
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
            frame = simulate_published(stars, table, ours, steps=120, s=200, explored=explored)
            assert frame.title.tolist() == viewer["titles"]
            assert frame.rating.tolist() == viewer["ratings"]
            assert frame.cumregret.tolist() == viewer["cumregret"]
            assert frame.sq_err.tolist() == viewer["sq_err"]


def textbook(stars, vectors, steps, s, explored):
    "The original's rules once more, written as plainly as possible"
    theta, last, count, titles = (np.zeros(vectors.shape[1]), dict.fromkeys(stars, 1),
                                  dict.fromkeys(stars, 0), [])
    for t in range(steps):
        def score(k):
            bonus = np.sqrt(2 * np.log2(t + 2) / (count[k] * (t + 1))) if count[k] else 0
            return (theta @ vectors.loc[k].to_numpy(float)
                    * (1 - np.exp(-(t + 1 - last[k]) / s)) + bonus)
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
    best_left = [max([r for k, r in stars.items() if k not in set(frame.title[:i + 1])],
                     default=frame.rating[i]) for i in range(60)]
    np.testing.assert_allclose(frame.cumregret, np.cumsum(np.array(best_left) - frame.rating))


def told(stars, vectors, policy, epsilon, uniforms, s, crowd=None, viewer=None, means=None):
    "The paper's rules for one viewer, as plainly as possible; `uniforms`: four numbers a step"
    movies = list(stars)
    theta, last, count, shown = (np.zeros(vectors.shape[1]), dict.fromkeys(movies, 1),
                                 dict.fromkeys(movies, 0), [])
    vector = lambda k: vectors.loc[k].to_numpy()
    profile, level = {}, {}
    for v, given in (crowd or {}).items():
        profile[v] = np.mean([means[k] for k in given]) * np.mean(
            [means[k] ** 2 * vector(k) for k in given], axis=0)
        level[v] = np.mean(list(given.values()))
    for t, (coin, anything, tie, list_) in enumerate(uniforms):
        novelty = {k: 1 - np.exp(-(t + 1 - last[k]) / s) for k in movies}
        content = {k: theta @ vector(k) * novelty[k] for k in movies}
        bonus = {k: np.sqrt(2 * np.log2(t + 2) / (count[k] * (t + 1))) if count[k] else np.inf
                 for k in movies}
        near = sorted(profile, key=lambda v: -(theta @ profile[v]))
        if coin < (1 / np.sqrt(t + 2) if epsilon is None else epsilon):
            pick = movies[int(anything * len(movies))]
        elif policy == "content":
            pick = max(movies, key=content.get)
        elif policy == "ucb":
            pick = max(movies, key=lambda k: content[k] + bonus[k])
        else:
            if policy == "fair":
                ten = [v for v in near if v != viewer][:10]
                worth = {k: max(crowd[v][k] / level[v] for v in ten if k in crowd[v])
                         for k in movies if any(k in crowd[v] for v in ten)}
            else:
                whose = near[0] if policy == "leak" else list(crowd)[int(list_ * len(crowd))]
                worth = {k: stars[k] for k in movies if k in crowd[whose]}
            worth = {k: w * novelty[k] for k, w in worth.items()}
            best = [k for k in worth if worth[k] == max(worth.values())]
            pick = best[int(tie * len(best))] if best else max(movies, key=content.get)
        theta = (t * theta + stars[pick] * vector(pick)) / (t + 1)
        last[pick], count[pick] = t, count[pick] + 1
        shown.append(pick)
    return shown


RULES = {"random": ("content", 1), "epsilon": ("content", .3), "decaying": ("content", None),
         "greedy-ucb": ("ucb", None), "collaborative": ("leak", None),
         "collaborative-epsilon": ("leak", .3), "collaborative-fair": ("fair", None),
         "collaborative-fair-epsilon": ("fair", .3), "collaborative-anyone": ("anyone", None)}


def made_up(seed, users=30, movies=40, share=.4):
    "Ratings of some of the movies by everybody, vectors without pattern, public means"
    rng = np.random.default_rng(seed)
    names = [f"movie {i}" for i in range(movies)]
    vectors = pd.DataFrame(rng.normal(size=(movies, 5)), names)
    wide = pd.DataFrame(rng.integers(1, 11, (users, movies)) / 10,
                        [f"user {i}" for i in range(users)], names)
    wide = wide.where(rng.random(wide.shape) < share)
    return wide, vectors, pd.Series(rng.uniform(.3, .9, movies), names)


def test_the_replica_knows_every_policy():
    assert list(RULES) == list(PAPER)


@pytest.mark.parametrize("policy", RULES)
@pytest.mark.parametrize("s, user", [(200, "user 3"), (5, "user 0")])
def test_paper_policies_equal_a_plain_loop(policy, s, user):
    wide, vectors, means = made_up(7)
    mine = wide.loc[user].dropna()
    everybody = {v: row.dropna().to_dict() for v, row in wide.iterrows()}
    frame = simulate_paper(mine, vectors, policy, paper_crowd(wide, vectors, means), user,
                           steps=120, s=s, seed=5)
    uniforms = np.random.default_rng(5).random((120, 4))
    rule, epsilon = RULES[policy]
    assert frame.movie_id.tolist() == told(
        mine.to_dict(), vectors, rule, epsilon, uniforms, s, everybody, user, means)
    np.testing.assert_array_equal(frame.rating, mine[frame.movie_id])


@pytest.mark.parametrize("policy", ["collaborative", "collaborative-fair"])
def test_without_a_common_movie_the_content_decides(policy):
    wide, vectors, means = made_up(8)
    mine = wide.loc["user 3"].dropna()
    strangers = wide.drop(columns=mine.index).reindex(columns=wide.columns)
    shown = [simulate_paper(mine, vectors, p,
                            paper_crowd(strangers.drop("user 3"), vectors, means),
                            steps=50, seed=2).movie_id.tolist()
             for p in (policy, "decaying")]
    assert shown[0] == shown[1]


@pytest.mark.parametrize("seed", range(5))
def test_greedy_ucb_reads_the_catalogue(seed):
    wide, vectors, _ = made_up(seed, users=1, share=1)
    mine = wide.iloc[0].sample(frac=1, random_state=seed)
    scan = PaperPolicy(PAPER["greedy-ucb"].choose, 0.)
    shown = simulate_paper(mine, vectors, scan, steps=60).movie_id.tolist()
    assert shown[:40] == mine.index.tolist()
    with_luck = [simulate_paper(mine, vectors, p, steps=40, seed=seed).movie_id.nunique()
                 for p in ("greedy-ucb", "decaying")]
    assert with_luck[0] > with_luck[1]


def best_other(v):
    "The leak with the viewer taken out of the candidates"
    alike = v.profiles @ v.theta
    alike[v.me] = -np.inf
    return show_leaky(v, int(alike.argmax()))


def test_only_the_leak_notices_ratings_that_were_not_shown():
    noticed = set()
    policies = PAPER | {"another's list": PaperPolicy(best_other, .3)}
    for seed in range(6):
        wide, vectors, means = made_up(seed, movies=80, share=.6)
        user, rng = "user 3", np.random.default_rng(seed)
        for name, policy in policies.items():
            def shown(mine, name=policy):
                everybody = wide.copy()
                everybody.loc["user 3"] = mine
                return simulate_paper(mine, vectors, name, paper_crowd(everybody, vectors, means),
                                      "user 3", steps=20, seed=1).movie_id.tolist()
            mine = wide.loc[user].dropna()
            before, other = shown(mine), mine.copy()
            unseen = ~mine.index.isin(before)
            other[unseen] = rng.permutation(mine[unseen])
            if shown(other) != before:
                noticed.add(name)
    assert noticed == {"collaborative", "collaborative-epsilon", "collaborative-anyone",
                       "another's list"}


def test_regret_of_the_paper_by_hand():
    frame = paper_measures(np.array([.5, 1.]), np.array([[1., 0.], [0., 2.]]), s=10)
    np.testing.assert_allclose(frame.cumregret, [.5, 1.5 - .5 * 1 * 4 * (1 - np.exp(-.1))])
    np.testing.assert_allclose(frame.sq_err, [.25, (1 - 2 * (1 - np.exp(-.1))) ** 2])


def test_features_lose_what_the_paper_lost():
    movies = load("imdb", real_data("imdb-top1000").parent).movies
    features = paper_features(movies)
    assert features.onehot.shape == (1000, 50) and len(features.onehot.drop_duplicates()) == 228
    assert (features.onehot.sum(axis=1) == 2).all() and features.onehot["Thriller"].sum() == 1
    assert abs(features.explained - .8167) < 5e-5  # what their own notebook printed


def test_table_is_a_function_of_the_viewer(sample):
    users = sample.users[:60]
    both = [paper_table(sample, some, ("epsilon", "collaborative-fair"), steps=30, least=20,
                        progress=False) for some in (users, users)]
    pd.testing.assert_frame_equal(*both, check_exact=True)
    assert (both[0].groupby("policy").user_id.nunique().tolist() == [60, 60]
            and both[0].distinct.between(0, 1).all())
    with pytest.raises(PublishedError, match="choose other users"):
        paper_table(sample, sample.users, progress=False)


def test_claims_name_what_there_is():
    assert {c.who for c in CLAIMS} == {"Wang 2013", "Carpentier 2015", "original notebook"}
    assert ({c.ours for c in CLAIMS} - {None} <= set(CONTRASTS)
            and {p for pair in CONTRASTS.values() for p in pair} <= set(PAPER))


@pytest.mark.slow
def test_order_of_the_papers_figures_on_real_ratings():
    "The regrets fall in the order of the paper's figures, which has nothing to do with the picks"
    data = load("ml-100k", real_data("ml-100k").parent)
    names = ("random", "epsilon", "decaying", "greedy-ucb", "collaborative", "collaborative-fair")
    table = paper_table(data, split_users(data.users).test, names, progress=False)
    mean = table.groupby("policy")[list(PAPER_MEASURES)].mean()
    gaps = paper_contrasts(table).groupby("contrast")
    low, high = (gaps[list(PAPER_MEASURES)].mean() + sign * 4 * gaps[list(PAPER_MEASURES)].sem()
                 for sign in (-1, 1))
    regret = mean.regret
    assert (regret["decaying"] < regret["epsilon"] - 4 < regret["greedy-ucb"] - 10
            and low.regret["greedy-ucb - random"] < 0)
    assert regret["decaying"] < .85 * regret["random"]
    # and shows no better movies for it
    assert low.rating["content - random"] < 0 < high.rating["content - random"]
    assert mean.distinct["greedy-ucb"] > .98
    # the leak's part of the lead ...
    assert low.rating["collaborative - content"] > 0 and low.rating["leak - no leak"] > 0
    without = gaps.rating.mean()["collaborative without the leak - content"]
    # ... is more than half of it
    assert without < .5 * gaps.rating.mean()["collaborative - content"]
