"The compiled loop of the original: the picks of `simulate_published`, for any threads, but ties."
import numpy as np
import pandas as pd
import pytest
from conftest import real_data
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from movie_rl_rec.as_published import simulate_published
from movie_rl_rec.engine import EngineError
from movie_rl_rec.published_engine import draw_exploration, play_published


@pytest.mark.parametrize("change, words", [
    (dict(items=np.arange(1, 7)), "items: expected rows of the 6 vectors, got 1 to 6"),
    (dict(items=np.arange(6.)), "items: expected whole numbers"),
    (dict(start=[0, 3, 7]), "start: expected rising places inside the 6 `items`"),
    (dict(start=[0, 3, 3]), "start: expected rising"),
    (dict(stars=np.ones(5)), r"stars: expected numbers of shape \(6,\)"),
    (dict(stars=np.full(6, np.nan)), "stars: expected finite numbers"),
    (dict(stars=np.full(6, 1e7)), r"stars: expected finite numbers below 1e\+06"),
    (dict(explored=np.full((3, 4), -1)), r"explored: expected numbers of shape \(2, any\)"),
    (dict(explored=np.full((2, 4), 3)), "explored places"),
    (dict(explored=np.full((2, 4), -2)), "explored places"),
    (dict(s=0.), "a number above 0"),
    (dict(threads=0), "at least 1")])
def test_the_published_road_reads_nothing_beyond_an_array(change, words):
    given = dict(vectors=np.eye(6), items=np.arange(6), start=[0, 3, 6], stars=np.ones(6),
                 explored=np.full((2, 4), -1))
    assert play_published(**given).picks.shape == (2, 4)
    with pytest.raises(EngineError, match=words):
        play_published(**given | change)


def assert_published(titles, vectors, lists, policy, steps, s):
    "The compiled loop shows what the original's rules show, until two scores tie but for rounding"
    table, place = pd.DataFrame(vectors, titles), {t: i for i, t in enumerate(titles)}
    start = np.r_[0, np.cumsum([len(r) for r in lists])]
    picks = draw_exploration(policy, np.diff(start), steps, range(len(lists)))
    items, stars = (np.concatenate([[place[t] for t in r.index] for r in lists]),
                    np.concatenate([r.to_numpy() for r in lists]))
    run, other = (play_published(vectors, items, start, stars, picks, s, threads)
                  for threads in (1, 2))
    for one, two in zip(run, other):
        assert_array_equal(one, two)
    parted = 0
    for i, r in enumerate(lists):
        frame = simulate_published(r, table, policy, steps, s, seed=i)
        same = frame.title.to_numpy() == r.index[run.picks[i]].to_numpy()
        until = len(same) if same.all() else int(np.argmin(same))
        parted += until < len(same)
        assert until == len(same) or run.close[i, until]
        assert_array_equal(frame.cumregret[:until], run.regret[i, :until])
        assert_allclose(frame.sq_err[:until], run.error[i, :until], rtol=1e-9, atol=1e-9)
    return parted


@given(st.integers(0, 10**6), st.sampled_from(["greedy", "epsilon_greedy", "random"]),
       st.sampled_from([3., 200.]), st.booleans(), st.integers(1, 19))
@settings(max_examples=60, deadline=None)
def test_published_road_on_made_up_viewers(seed, policy, s, twins, d):
    rng = np.random.default_rng(seed)
    titles = [f"movie {i}" for i in range(40)]
    vectors = (rng.choice([1, 2], (40, d)) if twins
               else rng.normal(.3, 1, (40, d))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    lists = [pd.Series(rng.integers(1, 11, k),
                       [titles[a] for a in rng.choice(40, k, replace=False)]) for k in (1, 7, 40)]
    assert_published(titles, vectors, lists, policy, 60, s)


@pytest.mark.slow
def test_published_road_on_every_user_of_the_original(capsys):
    folder = real_data("imdb-top1000")
    movies, users = (pd.read_csv(folder/f, index_col=0)
                     for f in ("best_movie_ratings_features.csv", "users_ratings.csv"))
    vectors = np.random.default_rng(0).normal(.3, 1, (len(movies), 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    place = {t: i for i, t in enumerate(movies.index)}
    lists = [r.rating[~r.index.duplicated()].sort_index(key=lambda t: t.map(place))
             for _, r in users.groupby("user")]
    parted = assert_published(list(movies.index), vectors, lists, "greedy", 500, 200.)
    with capsys.disabled():
        print(f" {len(lists)} viewers x 500 steps, {parted} parted where the two best scores "
              "differ by rounding alone")
    assert parted < len(lists)/50
