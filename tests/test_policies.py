"Policies: independent oracles and laws."
import copy
import pickle
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import norm
from sklearn.linear_model import Ridge

from movie_rl_rec.errors import MovieRLRecError
from movie_rl_rec.novelty import NOVELTY_POLICIES
from movie_rl_rec.policies import (
    POLICIES,
    Agent,
    BayesUCB,
    GreedyPolicy,
    Hidden,
    Items,
    LinearPolicy,
    LinTS,
    LinUCB,
    PolicyError,
    Prior,
    RandomPolicy,
    World,
    believe,
    check_policy,
    decaying,
    describe,
    expected,
    flat_prior,
    learn,
    load_agent,
    pick,
    rank,
    rising,
    save_agent,
    shortlist,
    shrunk_means,
    std,
)
from movie_rl_rec.priors import FullKnowledge, UserKNN
from movie_rl_rec.randomness import randomness


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("seed", [0, 1])
def test_keeps_the_contract(name, seed):
    assert check_policy(POLICIES[name], n=5, k=9, d=4, seed=seed) is None
    assert (pickle.loads(pickle.dumps(POLICIES[name])) == POLICIES[name]
            and "\n" not in describe(POLICIES[name]))


@given(st.integers(1, 30), st.integers(1, 8), st.floats(.1, 10), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_the_belief_is_ridge_regression(n, d, ridge, seed):
    rng = np.random.default_rng(seed)
    X, r = np.c_[np.ones(n), rng.normal(size=(n, d))], rng.normal(3, 1, n)
    belief = believe(flat_prior(d + 1, 3., ridge=ridge), 1)
    for x, reward in zip(X, r):
        belief = learn(belief, x[None], np.array([reward]))
    fitted = Ridge(alpha=ridge, fit_intercept=False).fit(X, r - 3.)
    assert_allclose(belief.mean[0] - np.r_[3., np.zeros(d)], fitted.coef_, rtol=1e-7, atol=1e-8)


@given(st.integers(1, 20), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_doubt_never_grows_and_order_does_not_matter(n, seed):
    rng = np.random.default_rng(seed)
    X, r, Z = rng.normal(size=(n, 4)), rng.normal(size=n), rng.normal(size=(1, 9, 4))
    belief, turned = believe(flat_prior(4), 1), believe(flat_prior(4), 1)
    for x, reward in zip(X, r):
        after = learn(belief, x[None], np.array([reward]))
        assert (std(after, Z) <= std(belief, Z) + 1e-12).all()
        belief = after
    for x, reward in zip(X[::-1], r[::-1]):
        turned = learn(turned, x[None], np.array([reward]))
    assert_allclose(expected(turned, Z), expected(belief, Z), atol=1e-9)


@given(st.integers(0, 10**6), st.integers(2, 40))
@settings(max_examples=40, deadline=None)
def test_a_tie_is_broken_by_one_number_whatever_the_candidates(seed, k):
    rng = randomness(seed, ["x"]).at(3)
    tied = np.random.default_rng(seed).permutation(k) < k//2 + 1
    chosen = pick(np.where(tied, 4., 1.)[None], np.ones((1, k), bool), rng)
    assert chosen == np.flatnonzero(tied)[int(rng.tie()[0]*tied.sum())]


@given(st.integers(0, 10**6), st.integers(1, 12))
@settings(max_examples=40, deadline=None)
def test_a_ranking_is_the_choice_again_and_again(seed, count):
    draw, rng = np.random.default_rng(seed), randomness(seed, ["x", "y"])
    scores, open_ = draw.integers(0, 4, (2, 40))*1., draw.random((2, 40)) < .7
    few, left = shortlist(scores, open_, count), open_.copy()
    ranking = few[rank(scores[:, few], open_[:, few], rng, count)]
    for nth in range(count):
        assert_array_equal(ranking[:, nth], pick(scores, left, rng, nth))
        left[[0, 1], ranking[:, nth]] = False
    assert (np.diff(np.take_along_axis(scores, ranking, axis=1)) <= 0).all()


def test_shrunk_means_are_pulled_towards_the_mean():
    rng = np.random.default_rng(0)
    items, stars = rng.integers(0, 50, 400), rng.integers(1, 6, 400).astype(float)
    loose, tight = shrunk_means(items, stars, 50, 0.001), shrunk_means(items, stars, 50, 100.)
    raw = np.array([stars[items == i].mean() for i in range(50)])
    assert_allclose(loose, raw, atol=1e-2)
    assert (np.abs(tight - stars.mean()) <= np.abs(raw - stars.mean()) + 1e-12).all()


def test_a_policy_without_a_method_is_named():
    with pytest.raises(PolicyError, match="must have a method `init`"):
        check_policy(object())


class Whole(RandomPolicy):
    "What it predicts is all it keeps"
    def init(self, world, n):
        return np.zeros(n), np.full((n, world.X.shape[1]), world.items.mean)


class Flat(GreedyPolicy):
    "One prediction for each viewer"
    def predict(self, state, X):
        return state.mean[:, 0]


class Together(GreedyPolicy):
    "Predictions that look at the other viewers"
    def predict(self, state, X):
        return expected(state, X) - expected(state, X).mean(axis=0)


class Counting(RandomPolicy):
    "A count for all viewers together"
    def init(self, world, n):
        return {"shown": 0, "level": np.full((n, world.X.shape[1]), world.items.mean)}
    def update(self, state, x, reward):
        return state | {"shown": state["shown"] + 1}
    def predict(self, state, X):
        return state["level"]


class Forgetful(GreedyPolicy):
    "Returns nothing"
    def update(self, state, x, reward):
        learn(state, x, reward)


class Held(GreedyPolicy):
    "Holds what cannot be sent to another process"
    def __init__(self):
        object.__setattr__(self, "held", (i for i in range(3)))


class Changed(GreedyPolicy):
    "Comes out of a pickle as another"
    def __init__(self, sign=1):
        object.__setattr__(self, "sign", sign)
    def score(self, state, X, rng, step):
        return self.sign * expected(state, X)
    def __reduce__(self):
        return Changed, (-1,)


@pytest.mark.parametrize("policy,why", [
    (Whole(), r"`predict` must return one number per viewer and candidate, "
              r"shape \(4, 12\), got tuple\(array, array\)"),
    (Flat(), r"`predict` must return .* got shape \(4,\)"), (Together(), "a viewer alone must get"),
    (Counting(), "gave no rating must be left as they were.* put the users on the first axis"),
    (Forgetful(), "of the form that `init` gave, Belief"),
    (Held(), "possible to pickle it"), (Changed(), "a copy must play the same")])
def test_what_simulate_would_stumble_over_is_named(policy, why):
    with pytest.raises(PolicyError, match=why):
        check_policy(policy)


@pytest.mark.parametrize("method", ["init", "score", "update"])
def test_what_goes_wrong_inside_a_policy_is_told_with_its_name(method):
    def fail(*args): return {}["key"]
    crash = type("Crash", (GreedyPolicy,), {method: fail})()
    with pytest.raises(
            PolicyError, match=f"Crash: violates the contract: `{method}` raised KeyError: 'key'"):
        check_policy(crash)


def test_one_viewer_is_not_enough_to_check():
    with pytest.raises(
            PolicyError, match="expected 2 viewers and 2 candidates or more, got 1 and 12"):
        check_policy(GreedyPolicy(), n=1)


def fitted_prior(d, seed):
    "A prior as it is learned from others: any mean, any covariance that is one"
    rng = np.random.default_rng(seed)
    L = rng.normal(size=(d, d)) * 10 ** rng.uniform(-2, .5)
    return Prior(np.r_[3.5, rng.normal(size=d - 1)], L @ L.T + 1e-6 * np.eye(d),
                 float(rng.uniform(.3, 1.5)))


def cast(d=5, seed=0):
    "Every policy by name; the linear ones once more with a learned prior"
    linear = {n: p for n, p in POLICIES.items() if isinstance(p, LinearPolicy)}
    return {**POLICIES,
            **{f"{n}, fitted": replace(p, prior=fitted_prior(d, seed)) for n, p in linear.items()},
            "user-knn": UserKNN(k=2),
            "full-knowledge, fitted": FullKnowledge(prior=fitted_prior(d, seed)),
            **NOVELTY_POLICIES}


def small_world(name, seed, n=2, k=6, d=5):
    ("A random world that suits the policy, its ratings, ties among its candidates, "
     "and features far from standardised")
    rng = np.random.default_rng(seed)
    X = np.concatenate(
        [np.ones((n, k, 1)), rng.normal(size=(n, k, d - 1)) * 10 ** rng.uniform(-1, 1)], axis=2)
    X[:, 1] = X[:, 0]
    if name in NOVELTY_POLICIES:
        X = np.concatenate(
            [X, np.where(rng.random((n, k, 1)) < .5, np.inf, rng.exponential(300, (n, k, 1)))],
            axis=2)
    stars = rng.integers(1, 6, (n, k)).astype(float)
    return World(Items(X, rng.integers(1, 99, (n, k)), rng.normal(3.5, .5, (n, k)),
                       rng.normal(3.5, .5, (n, k)), 3.5, 1.), stars)


def covariances(state):
    "All covariance matrices inside a state"
    if isinstance(state, tuple) and hasattr(state, "_fields"):
        named = dict(zip(state._fields, state))
        return [m for k, v in named.items()
                for m in ([v @ v.swapaxes(-1, -2)] if k == "root"
                          else [v] if k == "cov" else covariances(v))]
    return []


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[pytest.mark.slow]*(name in ("novelty-vb", "novelty-bayes-ucb")))
    for name in cast()])
@given(seed=st.integers(0, 2**31))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_traces_keep_scores_finite_closed_movies_unpicked_and_covariances_positive(name, seed):
    policy, world = cast(seed=seed)[name], small_world(name, seed)
    n, k = world.X.shape[:2]
    rng, open_, told = (
        randomness(seed, range(n)), np.random.default_rng(seed).random((n, k)) < .8, world)
    open_[:, :2] = True
    if not getattr(policy, "sees_ratings", False):
        told = world._replace(ratings=Hidden())
    state, rows = policy.init(told, n), np.arange(n)
    for step in range(1, int(open_.sum(axis=1).min()) + 1):
        scores = policy.score(state, world.X, rng.at(step), step)
        a = pick(scores, open_, rng.at(step))
        assert np.isfinite(scores).all() and open_[rows, a].all()
        state = policy.update(state, world.X[rows, a], world.ratings[rows, a])
        open_[rows, a] = False
        for cov in covariances(state):
            scale = np.trace(cov, axis1=-2, axis2=-1)[..., None]
            assert (np.linalg.eigvalsh(cov) > -1e-12 * scale).all()


@pytest.mark.parametrize("away", ["saved", "copied", "pickled"])
@pytest.mark.parametrize("name", cast())
def test_an_agent_put_away_continues_bit_for_bit(name, away, tmp_path):
    policy, world = cast()[name], small_world(name, seed=4, k=9)
    told = world if getattr(policy, "sees_ratings", False) else world._replace(ratings=Hidden())

    def play(agent, steps):
        log = []
        for _ in range(steps):
            log.append((agent.choose(), agent.predict(agent.choose()), agent.rank(3)))
            agent.update(log[-1][0], world.ratings[[0, 1], log[-1][0]])
        return log
    agent = Agent(policy, told, ["ann", 7], seed=2**63)
    play(agent, 4)
    if away == "saved":
        save_agent(agent, tmp_path)
        later = load_agent(tmp_path, policy, told)
    else:
        later = deepcopy(agent) if away == "copied" else pickle.loads(pickle.dumps(agent))
    for one, other in zip(play(agent, 4), play(later, 4)):
        for a, b in zip(one, other):
            assert_array_equal(a, b, strict=True)
    assert_array_equal(agent.open, later.open)


def test_the_state_of_an_older_version_is_refused_with_the_way_out(tmp_path):
    (tmp_path/"state.json").write_text("{}")
    with pytest.raises(PolicyError, match="make a new `Agent`, and `update` it with the ratings"):
        load_agent(tmp_path, LinUCB(), np.ones((3, 2)))
    with pytest.raises(PolicyError, match="others cannot be saved"):
        save_agent(Agent(LinUCB(), np.ones((3, 2)), [("a", 1)]), tmp_path)


@pytest.mark.parametrize("seed", [7, np.random.SeedSequence(7), np.random.default_rng(7)],
                         ids=["number", "sequence", "generator"])
def test_a_seed_may_be_a_number_a_seed_sequence_or_a_generator(seed):
    agents = [Agent(LinTS(), np.eye(4), ["a"], made) for made in (deepcopy(seed), deepcopy(seed))]
    assert_array_equal(*(agent.rng.at(1).normal(9) for agent in agents))
    assert np.shape(agents[0].choose()) == (1,)


@pytest.mark.parametrize("seed", [-1, 1.5, "7", None, True])
def test_what_is_no_seed_is_refused(seed):
    with pytest.raises(MovieRLRecError, match="`seed`: expected a whole number from 0 on"):
        Agent(LinTS(), np.eye(4), ["a"], seed)


def test_bayes_ucb_with_known_noise_is_linucb_at_the_normal_quantile():
    world = small_world("", seed=3, k=9)
    sure = BayesUCB(strength=1e9)    # so many imaginary ratings that the noise is known
    state, belief = sure.init(world, 2), LinUCB().init(world, 2)
    for a in (0, 4, 7):
        state, belief = (sure.update(state, world.X[:, a], world.ratings[:, a]),
                         learn(belief, world.X[:, a], world.ratings[:, a]))
    for step in (3, 10, 50):
        wanted = LinUCB(alpha=norm.ppf(1 - 1 / step)).score(belief, world.X, None, step)
        assert_allclose(sure.score(state, world.X, None, step), wanted, rtol=1e-6)

# --- what an agent refuses, and what it keeps for itself

ITEMS = np.c_[np.ones(6), np.random.default_rng(0).normal(size=(6, 2))]

@pytest.mark.parametrize("what, how", [
    ("finite numbers", dict(X=np.where(np.eye(6, 3, 1) == 1, np.nan, ITEMS))),
    ("below 1e12", dict(X=ITEMS*1e160)), ("expected numbers", dict(X=[[1], [1, 2]])),
    ("`users`", dict(users=5)), ("`users`", dict(users=[])),
    ("`step`", dict(step=1.5)), ("`step`", dict(step=-1)), ("`step`", dict(step=2**30))])
def test_an_agent_refuses_what_it_cannot_play(what, how):
    with pytest.raises(PolicyError, match=what) as error:
        Agent(LinUCB(), **{"X": ITEMS} | how)
    assert "\n" not in str(error.value)

@pytest.mark.parametrize("what, ask", [
    *(("`k`", lambda a, k=k: a.rank(k)) for k in (0, -3, 2., "2", None, True)),
    *(("`among`", lambda a, m=m: a.rank(2, m))
      for m in ([-1, 2], [9], [1, 1], [True, False], [[0, 1]], [])),
    *(("`answered`", lambda a, w=w: a.update(0, 3., answered=w))
      for w in (["False"], [0], True, [True, True]))])
def test_a_refused_request_changes_nothing(what, ask):
    agent = Agent(LinTS(), ITEMS)
    with pytest.raises(PolicyError, match=what):
        ask(agent)
    assert agent.open.all() and agent.step == 0
    assert agent.choose() == Agent(LinTS(), ITEMS).choose()

def test_a_ranking_does_not_depend_on_who_else_is_there():
    "Users with fewer items left get -1 at the end; the others get what they get alone"
    both, alone = Agent(LinTS(), ITEMS, ["a", "b"]), Agent(LinTS(), ITEMS, ["b"])
    both.open[0, 1:] = False
    assert both.rank(3).tolist() == [[0, -1, -1], alone.rank(3)[0].tolist()]
    both.open[0] = False
    assert both.rank(3).tolist() == [[-1, -1, -1], alone.rank(3)[0].tolist()]
    with pytest.raises(PolicyError, match="user 'a', who has seen all of them"):
        both.choose()
    both.open[:] = False
    assert both.rank(3).shape == (2, 0)
    assert alone.rank(2, [1, 4]).tolist() == [[r for r in alone.rank(6)[0] if r in (1, 4)]]

def test_an_agent_goes_its_own_way():
    "A copy shares nothing that changes, nor does the array that the features came in"
    X = ITEMS.copy()
    agent = Agent(LinUCB(), X)
    other = copy.copy(agent)
    other.update(other.choose(), 5.)
    assert agent.open.all() and agent.step == 0 and (other.step, other.open.sum()) == (1, 5)
    before = agent.predict(0)
    X[0] *= 10
    assert agent.predict(0) == before
    assert (Agent(LinTS(), ITEMS, step=np.int8(40)).choose()
            == Agent(LinTS(), ITEMS, step=40).choose()).all()

def test_a_saved_agent_wants_its_own_items(tmp_path):
    save_agent(Agent(LinUCB(), ITEMS), tmp_path)
    with pytest.raises(PolicyError, match="that it was saved with"):
        load_agent(tmp_path, LinUCB(), np.ones((6, 9)))

def test_a_saved_agent_wants_its_own_policy(tmp_path):
    save_agent(Agent(LinUCB(), ITEMS), tmp_path)
    assert isinstance(load_agent(tmp_path, LinUCB(), ITEMS).policy, LinUCB)
    with pytest.raises(PolicyError, match="to be handed a LinUCB, got LinTS"):
        load_agent(tmp_path, LinTS(), ITEMS)

def test_an_error_is_one_line():
    with pytest.raises(PolicyError) as caught:
        Agent(LinUCB(), ITEMS).update(np.zeros((3, 3), int), 1)
    assert "\n" not in str(caught.value) and "[0 0 0]" in str(caught.value)

@pytest.mark.parametrize("user", ["\ud800", "\U0001f600", "", 2**80, ("a", 1)])
def test_any_id_has_random_numbers_of_its_own(user):
    numbers = randomness(0, [user, "another"]).at(np.int8(100)).uniform()
    assert numbers[0] != numbers[1]
    assert numbers[0] == randomness(0, [user]).at(100).uniform()[0]

def test_a_check_takes_a_generator_and_refuses_a_single_candidate():
    check_policy(LinTS(), seed=np.random.default_rng(3))
    with pytest.raises(PolicyError, match="got 4 and 1"):
        check_policy(LinTS(), k=1)

def test_a_prior_for_other_features_is_refused():
    with pytest.raises(PolicyError, match="prior: expected one for 9 features, got one for 3"):
        Agent(LinTS(prior=flat_prior(3)), np.ones((6, 9)))

def test_a_class_in_place_of_a_policy_is_told_so(tmp_path):
    save_agent(Agent(LinUCB(), ITEMS), tmp_path)
    with pytest.raises(PolicyError, match=r"write LinUCB\(\)"):
        load_agent(tmp_path, LinUCB, ITEMS)


def test_schedules_by_hand():
    assert [decaying(step) for step in (1, 3, 8)] == pytest.approx([2**-.5, 1/2, 1/3])
    assert [rising(step) for step in (1, 2, 3, 10)] == pytest.approx([1/2, 1/2, 2/3, 9/10])
