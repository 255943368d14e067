"The compiled loop: the picks of NumPy, ties included; the same bits for any threads and order."
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import real_data
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from numpy.testing import assert_allclose, assert_array_equal

from movie_rl_rec.data import load, split_users
from movie_rl_rec.embeddings import embed
from movie_rl_rec.engine import (
    ALPHA,
    ROOM,
    TASTE,
    EngineError,
    UserData,
    Viewers,
    draw_normals,
    find_rule,
    is_fixed,
    learn_one,
    play,
    play_users,
    rule,
)
from movie_rl_rec.kernels import random_pair
from movie_rl_rec.policies import (
    OFUL,
    POLICIES,
    Agent,
    BayesUCB,
    Boltzmann,
    EpsilonGreedyPolicy,
    GreedyPolicy,
    Items,
    LinTS,
    LinUCB,
    Prior,
    World,
    flat_prior,
)
from movie_rl_rec.randomness import Purpose, randomness
from movie_rl_rec.simulation import SimulationError, make_replay, simulate

LEARNERS = [GreedyPolicy, EpsilonGreedyPolicy, LinUCB, LinTS, Boltzmann, OFUL, BayesUCB]


def numpy_path(policy, world, ratings, users, steps, seed, excluded=None, no_repeats=True,
               reward_noise=None):
    "An agent: what was picked, and what was expected of it"
    agent, rows, picks, guesses = (
        Agent(policy, world, users, seed, no_repeats), np.arange(len(users)), [], [])
    if excluded is not None:
        agent.open &= ~excluded
    for t in range(steps):
        a = agent.choose()
        picks.append(a)
        guesses.append(agent.predict(a))
        agent.update(a, ratings[rows, a] + (0 if reward_noise is None else reward_noise[:, t]))
    return np.array(picks).T, np.array(guesses).T


def compiled_path(policy, world, ratings, users, steps, seed,
                  threads=1, excluded=None, no_repeats=True, reward_noise=None):
    "The same through `play`"
    (n, k, d), rule = world.X.shape, find_rule(policy, steps)
    begin = np.arange(n)*k
    viewers = Viewers(world.X.reshape(n*k, d), np.arange(n*k), begin, begin + k, ratings.ravel(),
                      begin, np.full(n, steps))
    fixed = is_fixed(policy)
    scores = (policy.score(policy.init(world, n), world.X, None, 1).astype(float).ravel()
              if fixed else None)
    prior = (flat_prior(d, world.items.mean, world.items.std)
             if fixed or policy.prior is None else policy.prior)
    return play(viewers, rule, prior, randomness(seed, users), scores, no_repeats, reward_noise,
                None if excluded is None else excluded.ravel(), threads)


def a_world(n, k, d, seed, values):
    "Features of few values, so that many candidates are alike; ratings in whole stars"
    rng = np.random.default_rng(seed)
    X = np.concatenate([np.ones((n, k, 1)), rng.choice(values, size=(n, k, d - 1))], axis=2)
    ratings = rng.integers(1, 6, (n, k)).astype(float)
    return World(Items(X, rng.integers(1, 9, (n, k)), rng.normal(3.5, .5, (n, k)).round(1),
                       rng.normal(3.5, .5, (n, k)).round(1), 3.5, 1.1), ratings)


def assert_same(policy, world, users, steps, seed, **how):
    one, two = (path(policy, world, world.ratings, users, steps, seed, **how)
                for path in (numpy_path, compiled_path))
    assert_array_equal(one[0], two[0])
    if not is_fixed(policy):
        assert_allclose(one[1], two[1], atol=1e-9)


@pytest.mark.parametrize("name", POLICIES)
@given(st.integers(1, 3), st.sampled_from([11, 40, 140]), st.integers(2, 12), st.integers(0, 10**6),
       st.sampled_from([(0, 1), (-.6, .6), (.1, .2, .3, .4), (-1, 0, 1)]))
@settings(max_examples=60, deadline=None)
def test_same_picks_in_worlds_full_of_ties(name, n, k, d, seed, values):
    world = a_world(n, k, d, seed, values)
    assert_same(POLICIES[name], world, range(n), k - 1, seed)


@pytest.mark.parametrize("name", POLICIES)
@given(st.integers(0, 10**6))
@settings(max_examples=8, deadline=None)
def test_same_picks_with_repeats_closed_candidates_and_noisy_ratings(name, seed):
    world, rng = a_world(3, 150, 6, seed, (-.5, 0, .5)), np.random.default_rng(seed)
    assert_same(POLICIES[name], world, range(3), 60, seed, no_repeats=False,
                reward_noise=rng.normal(size=(3, 60)))
    excluded = rng.random((3, 150)) < .5
    assert_same(POLICIES[name], world, range(3), int((~excluded).sum(axis=1).min()), seed,
                excluded=excluded)


def some_prior(d, seed, noise=.7):
    "A prior as in chapter Priors: two blocks, one of them singular, and a column that is certain"
    rng = np.random.default_rng(seed)
    cov, h = np.zeros((d, d)), d//2
    A, B = (rng.normal(size=(h, h))/np.sqrt(h),
            rng.normal(size=(d - 1 - h, max((d - 1 - h)//2, 1)))/np.sqrt(d))
    cov[:h, :h], cov[h:-1, h:-1] = A @ A.T, B @ B.T
    return Prior(np.r_[3.5, rng.normal(size=d - 2)/np.sqrt(d), 1.], cov, noise)


@pytest.mark.parametrize("kind", LEARNERS)
@pytest.mark.parametrize("d", [3, 8, 17, 40, 150])
def test_same_picks_for_any_prior(kind, d):
    rng = np.random.default_rng(d)
    world = a_world(2, 60, d, d, (0, 1))
    X = np.concatenate([np.ones((2, 60, 1)), rng.normal(size=(2, 60, d - 1))/np.sqrt(d)], axis=2)
    world = world._replace(items=world.items._replace(X=X))
    assert_same(kind(prior=some_prior(d, d)), world, range(2), 50, 1)


@pytest.mark.parametrize("kind", LEARNERS)
def test_same_picks_in_long_runs_on_large_catalogues(kind):
    rng = np.random.default_rng(7)
    X = np.concatenate([np.ones((1, 1500, 1)), rng.normal(size=(1, 1500, 11))/3], axis=2)
    world = World(
        Items(X, mean=3.5),
        np.clip(np.round(3.5 + X[..., 1:4].sum(-1) + rng.normal(size=(1, 1500))), 1, 5))
    assert_same(kind(), world, ["someone"], 400, 3)


def test_ten_thousand_updates_stay_with_the_direct_solve():
    rng = np.random.default_rng(0)
    X, r = rng.normal(size=(10_000, 17)), rng.normal(3, 1, 10_000)
    B, C = np.zeros((4, 17)), np.eye(17)
    for i in range(len(X)):
        learn_one(X, i, r[i] - X[i] @ B[0], B, C)
    A = np.eye(17) + X.T @ X
    assert_allclose(B[0], np.linalg.solve(A, X.T @ r), atol=1e-8)
    assert_allclose(C @ C.T, np.linalg.inv(A), atol=1e-8)


@njit
def each_number(user, step, B, numbers):
    draw_normals(step, user, B)
    for purpose in range(4):
        for i in range(numbers.shape[1]):
            numbers[purpose, i] = random_pair(
                purpose, i//2, step + 1, user.seed, user.key)[i % 2]


@given(st.integers(0, 100) | st.integers(0, 2**80),
       st.lists(st.integers(0, 10**7) | st.text(max_size=8), min_size=1, max_size=4, unique_by=str),
       st.integers(0, 2**30 - 2), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_the_compiled_random_numbers_are_those_of_the_agents(seed, users, step, k):
    rng, none = randomness(seed, users), np.zeros((0, 0))
    for i in range(len(users)):
        user, B, numbers = (
            UserData(*[none]*6, np.uint64(rng.seed), rng.users[i], none[0:, :0].ravel()),
            np.zeros((4, k)), np.zeros((4, k)))
        each_number(user, step, B, numbers)
        now = rng.at(step + 1)
        for purpose in Purpose:
            assert_array_equal(numbers[purpose], now.numbers(purpose, k)[i])
        assert_allclose(B[ROOM], now.normal(k)[i], rtol=1e-13, atol=1e-15)


BITS = """
import hashlib
import os
import subprocess
import sys

import numpy as np
from movie_rl_rec.engine import Viewers, find_rule, play
from movie_rl_rec.randomness import randomness
from movie_rl_rec.policies import BayesUCB, Boltzmann, GreedyPolicy, LinTS, LinUCB, flat_prior
rng, begin = np.random.default_rng(0), np.zeros(5, int)
viewers = Viewers(np.c_[np.ones(300), rng.normal(size=(300, 16))], np.arange(300), begin,
                  begin + 300, rng.normal(3, 1, 1500), 300*np.arange(5), begin + 30)
for policy in (GreedyPolicy(), LinTS(), LinUCB(), BayesUCB(), Boltzmann()):
    rule = find_rule(policy, 30)
    parts = play(viewers, rule, flat_prior(17, 3., 1.), randomness(0, range(5)))
    print(*(hashlib.sha256(part.tobytes()).hexdigest() for part in parts))
"""


@pytest.mark.slow
def test_the_same_bits_just_compiled_and_from_the_disk(tmp_path):
    here = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    fresh, kept = (
        subprocess.run([sys.executable, "-c", BITS],
                       env=here, capture_output=True, text=True, check=True).stdout
        for _ in range(2))
    assert list(tmp_path.rglob("*.nbc")) and len(fresh.split()) == 10 and fresh == kept


@pytest.fixture(scope="module")
def replay(sample):
    split = split_users(sample.users)
    return make_replay(sample, embed(sample.movies, "pca"), split.train, split.test[:12])


NAMES = [name for name in POLICIES if name != "catalogue"]


@pytest.fixture(scope="module")
def whole(replay):
    return simulate(replay, NAMES, steps=30, seeds=(0, 5), progress=False, engine="compiled")


@pytest.mark.parametrize("how", [dict(batch=1), dict(batch=5), dict(workers=2),
                                 dict(workers=4, batch=3)])
def test_same_bits_for_any_threads_and_batch(replay, whole, how):
    pd.testing.assert_frame_equal(
        simulate(replay, NAMES, steps=30, seeds=(0, 5), progress=False, engine="compiled", **how),
        whole, check_exact=True)


def test_same_bits_in_any_order_and_alone(replay, whole):
    by = ["policy", "seed", "user_id", "step"]
    order = np.random.default_rng(0).permutation(replay.users)
    mixed = simulate(replay.only(order), NAMES, steps=30, seeds=(0, 5), progress=False,
                     engine="compiled")
    pd.testing.assert_frame_equal(mixed.sort_values(by, ignore_index=True),
                                  whole.sort_values(by, ignore_index=True), check_exact=True)
    assert len(play_users.signatures) == 1              # one machine code for all that was played
    alone = simulate(replay.only(replay.users[[4]]), NAMES, steps=30, seeds=(0, 5), progress=False,
                     engine="compiled")
    pd.testing.assert_frame_equal(
        alone, whole[whole.user_id == replay.users[4]].reset_index(drop=True), check_exact=True)


def test_same_frame_as_numpy_and_mixed_roads(replay, whole):
    plain = simulate(replay, NAMES, steps=30, seeds=(0, 5), progress=False, engine="numpy")
    pd.testing.assert_frame_equal(plain, whole, rtol=0, atol=1e-9)
    pd.testing.assert_frame_equal(plain.drop(columns="prediction"),
                                  whole.drop(columns="prediction"), check_exact=True)

    class Own(LinUCB):
        def score(self, state, X, rng, step):
            return super().score(state, X, rng, step)
    mixed = simulate(replay, {"own": Own(), "linucb": LinUCB()}, steps=30, seeds=(0, 5),
                     progress=False)
    same = [mixed[mixed.policy == name].drop(columns=["policy", "prediction"])
            .reset_index(drop=True) for name in ("own", "linucb")]
    pd.testing.assert_frame_equal(*same, check_exact=True)
    with pytest.raises(SimulationError, match="engine='auto'"):
        simulate(replay, {"own": Own()}, progress=False, engine="compiled")


@pytest.mark.slow
def test_same_picks_on_real_ratings():
    data = load("ml-100k", real_data("ml-100k").parent)
    split = split_users(data.users)
    replay = make_replay(data, embed(data.movies, "pca"), split.train, split.test)
    replay = replay.only(replay.users[:100])
    one, two = (simulate(replay, NAMES, steps=100, seeds=range(3), progress=False, engine=path)
                for path in ("numpy", "compiled"))
    assert one.user_id.nunique() == 100
    pd.testing.assert_frame_equal(one.drop(columns="prediction"), two.drop(columns="prediction"),
                                  check_exact=True)
    assert_allclose(one.prediction, two.prediction, atol=1e-9)


@pytest.mark.parametrize("change, words", [
    (dict(features=np.full((5, 3), np.nan)), "features: expected finite numbers"),
    (dict(ratings=np.full(5, 1e13)), "ratings: expected finite numbers"),
    (dict(last=np.array([6])), "viewer 0: expected candidates for 6 steps, got 5"),
    (dict(end=np.array([9])), "one that goes beyond"),
    (dict(items=np.full(5, 7)), "one that goes beyond")])
def test_what_is_refused(change, words):
    viewers = Viewers(np.ones((5, 3)), np.arange(5), np.array([0]), np.array([5]), np.ones(5),
                      np.array([0]), np.array([2]))
    rule, rng = find_rule(GreedyPolicy(), 9), randomness(0, ["a"])
    play(viewers, rule, flat_prior(3), rng)
    with pytest.raises(EngineError, match=words):
        play(viewers._replace(**change), rule, flat_prior(3), rng)


def test_mismatches_are_refused():
    viewers = Viewers(np.ones((5, 3)), np.arange(5), np.array([0]), np.array([5]), np.ones(5),
                      np.array([0]), np.array([2]))
    with pytest.raises(EngineError, match="make the prior for these features"):
        play(viewers, find_rule(GreedyPolicy(), 9), flat_prior(4), randomness(0, ["a"]))
    with pytest.raises(EngineError,
                       match="rng: expected random numbers of 1 users, got those of 2"):
        play(viewers, find_rule(LinTS(), 9), flat_prior(3), randomness(0, ["a", "b"]))
    with pytest.raises(EngineError, match="rng: expected random numbers of 1 users, got 7"):
        play(viewers, find_rule(LinTS(), 9), flat_prior(3), 7)
    with pytest.raises(EngineError, match="number of open candidates"):
        play(viewers, find_rule(GreedyPolicy(), 9), flat_prior(3), randomness(0, ["a"]),
             excluded=np.arange(5) > 0)
    picks, _ = play(viewers, find_rule(GreedyPolicy(), 9), flat_prior(3), randomness(0, ["a"]),
                    excluded=np.arange(5) > 0, no_repeats=False)
    assert_array_equal(picks, [[0, 0]])
    with pytest.raises(EngineError, match="one for each rating"):
        play(viewers, find_rule(GreedyPolicy(), 9), flat_prior(3), randomness(0, ["a"]),
             excluded=np.zeros(3, bool))
    with pytest.raises(EngineError, match="one per candidate for a fixed ranking"):
        play(viewers, find_rule(POLICIES["best-rated"], 9), flat_prior(3), randomness(0, ["a"]))


@pytest.mark.parametrize("change, words", [
    (dict(reward_noise=np.zeros((1, 1))),
     r"reward_noise: expected shape \(4, 6\).*got shape \(1, 1\)"),
    (dict(reward_noise=np.zeros((4, 5))), r"got shape \(4, 5\)"),
    (dict(reward_noise=np.zeros(6)), r"got shape \(6,\)"),
    (dict(reward_noise=np.full((4, 6), np.nan)),
     r"reward_noise: expected finite numbers.*got nan at \(0, 0\)"),
    (dict(at=np.zeros(1, int)), r"at: expected numbers of shape \(4,\)"),
    (dict(begin=np.zeros(1, int)), r"begin: expected numbers of shape \(4,\)"),
    (dict(last=np.full(4, 6.)), "last: expected whole numbers"),
    (dict(last=np.array([6, 6, 9, 6])), "viewer 2: expected candidates for 9 steps, got 8"),
    (dict(last=np.zeros(4, int)), "with a step to play"),
    (dict(features=np.ones(8)), r"features: expected numbers of shape \(any, any\)"),
    (dict(ratings=np.ones((4, 8))), r"ratings: expected numbers of shape \(any,\)"),
    (dict(end=np.array([8, 8, 80, 8])), "viewer 2: .* one that goes beyond"),
    (dict(rule=None), "rule: expected a `Rule`, got None"),
    (dict(rule=rule(ALPHA, 6, -.5)), "numbers from 0 on, got -0.5"),
    (dict(rule=rule(ALPHA, 5, 1.)), "settings for 6 steps, got 5"),
    (dict(prior=None), "prior: expected a `Prior`"),
    (dict(prior=Prior(np.zeros(3), -np.eye(3), 1.)), "without negative variances"),
    (dict(prior=Prior(np.zeros(3), np.triu(np.ones((3, 3))), 1.)), "a symmetric matrix"),
    (dict(threads=0), "threads: expected a whole number"),
    (dict(rng=randomness(0, range(3))), "rng: expected random numbers of 4 users, got those of 3"),
    (dict(excluded=np.zeros((4, 8), bool)), r"shape \(32,\), got shape \(4, 8\)")])
def test_nothing_is_read_beyond_an_array(change, words):
    n, k, steps = 4, 8, 6
    viewers = Viewers(np.ones((k, 3)), np.arange(k), np.zeros(n, int), np.full(n, k), np.ones(n*k),
                      np.arange(n)*k, np.full(n, steps))
    given = dict(rule=find_rule(LinUCB(), steps), prior=flat_prior(3), rng=randomness(0, range(n)))
    play(viewers, **given, reward_noise=np.zeros((n, steps)), excluded=np.zeros(n*k, bool))
    with pytest.raises(EngineError, match=words):
        play(viewers._replace(**{f: v for f, v in change.items() if f in Viewers._fields}),
             **given | {f: v for f, v in change.items() if f not in Viewers._fields})


@pytest.mark.parametrize("make, words", [
    (lambda: rule(99, 5), "way to score"),
    (lambda: rule("ALPHA", 5), "way to score"),
    (lambda: rule(TASTE, 5, chance=2.), "probabilities, got 2 to 2"),
    (lambda: rule(ALPHA, 5, np.nan), "finite numbers"),
    (lambda: rule(ALPHA, 5, np.ones(4)), r"5 of them, .* got shape \(4,\)"),
    (lambda: rule(ALPHA, 0), "at least 1, got 0"),
    (lambda: find_rule(LinUCB, 5), "such as LinUCB()"),
    (lambda: find_rule("linucb", 5), "got 'linucb'")])
def test_rules_that_cannot_be(make, words):
    with pytest.raises(EngineError, match=words):
        make()


def test_settings_may_be_a_number_an_array_or_a_function():
    for weight in (2., np.full(3, 2.), [2., 2., 2.], lambda t: 2.):
        assert_array_equal(rule(ALPHA, 3, weight).weight, [2., 2., 2.])
