"The novelty model: a long Markov chain, dense grids, brute force, and laws."
import json
import pickle
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import stdtrit

from movie_rl_rec.novelty import (
    NOVELTY_POLICIES,
    Mixture,
    NoveltyBelief,
    NoveltyEnv,
    NoveltyError,
    NoveltyGreedy,
    NoveltyPrior,
    NoveltyTS,
    VBFit,
    believe_novelty,
    fit_vb,
    learn_novelty,
    novelty,
    play_novelty,
    refine,
    split_time,
    vb_bound,
    vb_prior,
)
from movie_rl_rec.policies import (
    BayesUCB,
    Items,
    Prior,
    RandomPolicy,
    World,
    believe,
    check_policy,
    describe,
    learn,
    pick,
)
from movie_rl_rec.randomness import randomness

LONG = json.loads((ROOT / "tests/fixtures/novelty_mcmc.json").read_text())
INFINITE = {"t", "ago"}


def arrays(case):
    "A stored case with arrays for lists and infinity for null"
    return {k: np.array([np.inf if v is None else v for v in value]) if k in INFINITE
            else np.array(value) if isinstance(value, list) else value
            for k, value in case.items()}


def fit(prior, x, t, reward, window=None):
    belief = believe_novelty(prior, 1, window)
    for a, b, c in zip(x, t, reward):
        belief = learn_novelty(belief, a[None], np.array([b]), np.array([c]))
    return belief


def history(seed, N=40, d=4, s=300., sigma=.5):
    rng = np.random.default_rng(seed)
    taste, x = rng.normal(size=d), np.c_[np.ones(N), rng.normal(size=(N, d - 1))]
    t = np.where(rng.random(N) < .4, rng.exponential(s, N), np.inf)
    return x, t, x @ taste * novelty(t, s) + sigma * rng.normal(size=N)


def asked(seed, k=60, d=4):
    rng = np.random.default_rng(seed)
    return (np.c_[np.ones(k), rng.normal(size=(k, d - 1))],
            np.where(rng.random(k) < .5, rng.exponential(100, k), np.inf))


# The grid

@pytest.mark.parametrize("case", LONG["exact"],
                         ids=lambda c: f"N={len(c['t'])}, d={len(c['x'][0])}")
def test_grid_is_the_posterior_a_long_chain_finds(case):
    c = arrays(case)
    assert c["r_hat"] < 1.001 and c["ess_mean"].min() > 20_000
    belief = fit(NoveltyPrior.wang(c["x"].shape[1]), c["x"], c["t"], c["reward"])
    mix = belief.utilities(c["X"], c["ago"])
    assert (np.abs(mix.mean() - c["mean"]) < 4 * c["sd"] / np.sqrt(c["ess_mean"])).all()
    assert_allclose(mix.sd(), c["sd"], rtol=.02)
    for alpha, q, ess in zip(LONG["alphas"], c["quantiles"], c["ess_quantiles"]):
        assert (np.abs(mix.cdf(q) - alpha) < 4 * np.sqrt(alpha * (1 - alpha) / ess)).all()
    s, w = belief.recovery[0], belief.weights[0]
    assert (abs(w @ s - c["recovery"]["mean"])
            < 4 * c["recovery"]["sd"] / np.sqrt(c["recovery"]["ess"]))
    assert_allclose(np.sqrt(w @ s**2 - (w @ s)**2), c["recovery"]["sd"], rtol=.03)


def apart(few, many, X, ago):
    "Largest difference of quantiles, in standard deviations"
    few, many = few.utilities(X, ago), many.utilities(X, ago)
    return max((np.abs(few.quantile(alpha) - many.quantile(alpha))
                / many.sd()).max() for alpha in (.5, .9, .99))


def test_128_points_are_enough_for_100_ratings():
    c = arrays(LONG["exact"][2])
    few, many = (fit(NoveltyPrior.wang(8)._replace(points=G), c["x"], c["t"], c["reward"])
                 for G in (128, 1024))
    assert len(c["t"]) == 100 and refine(few) is few and apart(few, many, c["X"], c["ago"]) < 1e-3


@pytest.mark.parametrize("seed", range(8))
def test_128_points_are_enough_for_100_telling_ratings_because_the_grid_is_renewed(seed):
    x, t, r = history(seed, N=100, d=20)
    few, many = (fit(NoveltyPrior.wang(20)._replace(points=G), x, t, r) for G in (128, 1024))
    fine = refine(few)
    assert apart(fine, many, *asked(seed, 100, 20)) < 1e-3
    assert (fine is few) == (few.effective_points[0] >= 6)


@given(st.integers(0, 10**6), st.integers(1, 30))
@settings(max_examples=30, deadline=None)
def test_the_order_of_ratings_does_not_matter(seed, N):
    x, t, r = history(seed, N)
    order = np.random.default_rng(seed).permutation(N)
    (X, ago), prior = asked(seed, 10), NoveltyPrior.flat(4)
    a, b = fit(prior, x, t, r), fit(prior, x[order], t[order], r[order])
    assert_allclose(a.weights, b.weights, atol=1e-9)
    assert_allclose(a.utilities(X, ago).mean(), b.utilities(X, ago).mean(), atol=1e-8)
    assert_allclose(a.utilities(X, ago).sd(), b.utilities(X, ago).sd(), rtol=1e-7)


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_without_repeats_it_is_the_normal_inverse_gamma(seed):
    x, _, r = history(seed, 15)
    fresh, plain = np.full(15, np.inf), believe(Prior(np.zeros(4), np.eye(4), 1.), 1)
    for a, b in zip(x, r):
        plain = learn(plain, a[None], np.array([b]))
    X, wanted = asked(seed, 10)[0], BayesUCB(strength=2.)
    for points in (1, 64):
        belief = fit(NoveltyPrior.flat(4)._replace(points=points), x, fresh, r)
        assert_allclose(belief.mean[0], np.tile(plain.mean, (points, 1)), rtol=1e-11)
        assert_allclose(belief.rate[0], np.tile(2 + plain.misfit/2, points), rtol=1e-11)
        q = belief.utilities(X, np.full(10, np.inf)).quantile(.9)
        assert_allclose(q, wanted.score(plain, X[None], None, 10)[0], atol=1e-9)


def test_a_grid_too_coarse_is_renewed_and_then_as_good_as_a_fine_one():
    x, t, r = history(0, N=300, sigma=.01)
    X, ago = asked(0)
    wang = NoveltyPrior.wang(4)
    belief, renewed = believe_novelty(wang, 1), 0
    for a, b, c in zip(x, t, r):
        belief = learn_novelty(belief, a[None], np.array([b]), np.array([c]))
        finer = refine(belief)
        renewed += finer is not belief
        belief = finer
        assert belief.effective_points[0] >= 6
    assert 1 <= renewed <= 20
    centre = belief.weights[0] @ np.log(belief.recovery[0])
    wide = np.log(believe_novelty(wang, 1).recovery[0, [0, -1]])
    dense = fit(wang._replace(points=8192), x, t, r, np.clip([centre - 1, centre + 1], *wide))
    fine, wanted = belief.utilities(X, ago), dense.utilities(X, ago)
    for alpha in (.5, .99):
        assert (np.abs(fine.quantile(alpha) - wanted.quantile(alpha))
                / wanted.sd()).max() < 1e-3


def test_a_grid_too_narrow_is_widened():
    x, t, r = history(1, N=60)
    wide = fit(NoveltyPrior.wang(4), x, t, r)
    centre = wide.weights[0] @ np.log(wide.recovery[0])
    narrow = fit(wide.prior, x, t, r, [centre - .1, centre + .1])
    assert_allclose(refine(narrow).recovery, wide.recovery, rtol=1e-12)
    assert refine(wide) is wide


def test_only_the_viewer_who_needs_one_gets_a_new_grid():
    (x, t, r), (y, u, q) = history(2, N=200, sigma=.01), history(3, N=200, sigma=2.)
    both = believe_novelty(NoveltyPrior.wang(4), 2)
    for j in range(200):
        both = learn_novelty(both, np.stack([x[j], y[j]]), np.array([t[j], u[j]]),
                             np.array([r[j], q[j]]))
    new = refine(both)
    assert (new.recovery[0] != both.recovery[0]).any()
    for old, part in zip(both[:-1], new[:-1]):
        assert_array_equal(old[1], part[1])
    for alone, part in zip(refine(both.viewer(0))[:-1], new[:-1]):
        assert_array_equal(alone[0], part[0])


# The quantile and the best movie

@given(st.integers(0, 10**6), st.integers(1, 40), st.floats(.5, 300),
       st.lists(st.floats(1e-4, .9999), min_size=2, max_size=5))
# tails so heavy that a component of a millionth of a millionth of the range still counts
@example(0, 21, .5, [.5, 1e-4])
@settings(max_examples=150, deadline=None)
def test_quantiles_are_solved_to_nine_digits_and_rise_with_alpha(seed, J, df, alphas):
    rng = np.random.default_rng(seed)
    mix = Mixture(rng.dirichlet(np.ones(J)), rng.normal(size=(J, 7)),
                  np.exp(2 * rng.normal(size=(J, 7))), df)
    q = np.array([mix.quantile(alpha) for alpha in sorted(alphas)])
    for alpha, row in zip(sorted(alphas), q):
        assert_allclose(mix.cdf(row), alpha, atol=1e-9)
    assert (np.diff(q, axis=0) >= -1e-9 * (1 + np.abs(q[1:]))).all()
    one = Mixture(np.ones(1), mix.loc[:1], mix.scale[:1], df)
    assert_allclose(one.quantile(alphas[0]),
                    mix.loc[0] + stdtrit(df, alphas[0]) * mix.scale[0], rtol=1e-12, atol=1e-300)


@given(st.floats(.5, 3000), st.floats(-6, 6))
@settings(max_examples=60, deadline=None)
def test_tabulated_student_is_student(df, log_width):
    "Two components of the same shape: the quantiles use the table, `Mixture.cdf` does not"
    loc = np.array([[0.], [10.**log_width]]) * np.linspace(.01, 1, 40)
    mix = Mixture(np.array([.3, .7]), loc, np.ones((2, 40)), df)
    for alpha in np.r_[1e-4, np.linspace(.001, .999, 25), .9999]:
        assert_allclose(mix.cdf(mix.quantile(alpha)), alpha, atol=1e-10)


# Draws and fits

class Bulk:
    "Random numbers for many equal users at once"
    def __init__(self, n):
        self.n, self.rng = n, np.random.default_rng(0)

    def uniform(self, place=0):
        return self.rng.random(self.n)

    def normal(self, d):
        return self.rng.normal(size=(self.n, d))


def test_thompson_draws_come_from_the_mixture():
    n, d = 100_000, 3
    belief = fit(NoveltyPrior.flat(d), *history(4, 12, d))
    crowd = NoveltyBelief(*(np.broadcast_to(part, (n, *part.shape[1:])) for part in belief[:-1]),
                          belief.prior)
    X, ago = asked(4, 8, d)
    candidates = np.broadcast_to(np.c_[X, ago], (n, 8, d + 1))
    U, mix = NoveltyTS().score(crowd, candidates, Bulk(n), 1), belief.utilities(X, ago)
    assert (np.abs(U.mean(0) - mix.mean()) < 4 * mix.sd() / np.sqrt(n)).all()
    assert_allclose(U.std(0), mix.sd(), rtol=.02)
    for alpha in (.01, .1, .5, .9, .99):
        assert_allclose((mix.quantile(alpha) > U).mean(0), alpha,
                        atol=4 * np.sqrt(alpha * (1 - alpha) / n))


def test_greedy_is_ridge_regression_at_the_best_recovery_time():
    x, t, r = history(5, 50)
    belief = fit(NoveltyPrior.wang(4), x, t, r)
    losses = []
    for s in belief.recovery[0]:
        z = x * novelty(t, s)[:, None]
        fitted = np.linalg.solve(z.T @ z + np.eye(4) / 10, z.T @ r)
        losses.append((((z @ fitted - r)**2).sum() + fitted @ fitted / 10, s, fitted))
    loss, s, fitted = min(losses, key=lambda row: row[0])
    predict = lambda t: NoveltyGreedy().predict(belief, np.c_[np.eye(4), np.full(4, t)][None])[0]
    assert_allclose(predict(np.inf), fitted, rtol=1e-8)
    assert_allclose(predict(s), fitted * novelty(s, s), rtol=1e-8)
    assert_allclose(2 * (belief.rate[0].min() - 1e-3), loss, rtol=1e-9)


# Variational Bayes

@pytest.mark.parametrize("case", LONG["approximate"],
                         ids=lambda c: f"N={len(c['t'])}, d={len(c['x'][0])}")
def test_variational_bayes_against_long_gibbs(case):
    c = arrays(case)
    assert c["r_hat"] < 1.001 and c["ess_mean"].min() > 20_000
    exact = NoveltyPrior.wang(c["x"].shape[1])
    prior = vb_prior(exact, noise=.5)
    assert_allclose(prior.curve, c["curve"], atol=1e-5)
    assert_allclose(prior.curve_cov, c["curve_cov"], atol=1e-4)
    fit, bounds = fit_vb(prior, c["x"], prior.basis(c["t"]), c["reward"])
    mix = fit.utilities(c["X"], c["ago"])
    assert (np.abs(mix.mean() - c["mean"]) / c["sd"]).max() < .05
    assert .85 < (mix.sd() / c["sd"]).min() and (mix.sd() / c["sd"]).max() < 1.1
    assert len(bounds) < 50 and (np.diff(bounds) > -1e-8).all()


@given(st.integers(0, 10**6), st.integers(1, 60), st.floats(-2, 2))
@settings(max_examples=40, deadline=None)
def test_the_bound_never_falls_wherever_it_starts(seed, N, log_noise):
    x, t, r = history(seed, N, sigma=10**log_noise)
    prior, rng = vb_prior(NoveltyPrior.flat(4)), np.random.default_rng(seed)
    q = len(prior.knots)
    start = VBFit(np.zeros(4), np.zeros((4, 4)), rng.normal(size=q),
                  np.eye(q) * rng.random(), 1., 10.**rng.normal(), prior.knots)
    fit, bounds = fit_vb(prior, x, prior.basis(t), r, start=start, sweeps=60)
    assert (np.diff(bounds) > -1e-8 * (1 + np.abs(bounds[1:]))).all()


def test_the_bound_is_at_its_maximum():
    x, t, r = history(6, 30)
    prior = vb_prior(NoveltyPrior.flat(4))
    T = prior.basis(t)
    fit, bounds = fit_vb(prior, x, T, r, tol=1e-13)
    assert_allclose(vb_bound(prior, fit, x, T, r), bounds[-1])
    for name in ("taste", "curve", "shape", "rate"):
        for factor in (.99, 1.01):
            assert vb_bound(prior, fit._replace(**{name: getattr(fit, name) * factor}),
                            x, T, r) < bounds[-1]


def test_zero_start_is_refused_and_the_sign_is_free():
    x, t, r = history(7, 50)
    knots = vb_prior(NoveltyPrior.wang(4)).knots
    q = len(knots)
    prior = VBFit(np.zeros(4), 10 * np.eye(4), np.zeros(q), np.eye(q), 1e-3, 1e-3, knots)
    T = prior.basis(t)
    with pytest.raises(NoveltyError, match="no update ever leaves"):
        fit_vb(prior, x, T, r)
    start = VBFit(np.zeros(4), np.zeros((4, 4)), np.ones(q), np.zeros((q, q)), 1., 1., knots)
    a, b = (fit_vb(prior, x, T, r, start=start._replace(curve=sign * start.curve))[0]
            for sign in (1, -1))
    for alpha in (.5, .9):
        assert_allclose(*(fit.utilities(x, t).quantile(alpha) for fit in (a, b)),
                        rtol=1e-8, atol=1e-9)


# The policies

def novelty_world(n, k, d, seed=0):
    "A random world with elapsed times: never shown, just shown, and in between"
    rng = np.random.default_rng(seed)
    x, t = rng.normal(size=(n, k, d)), rng.exponential(300, (n, k))
    x[:, :, 0], x[:, 1:2], t[:, ::3], t[:, 1:2], t[:, -1] = 1, x[:, :1], np.inf, np.inf, 0
    items = Items(np.concatenate([x, t[:, :, None]], axis=2), rng.integers(1, 99, (n, k)),
                  rng.normal(3.5, .5, (n, k)), None, 3.5, 1.)
    return World(items, rng.integers(1, 6, (n, k)).astype(float))


@pytest.mark.parametrize("name", NOVELTY_POLICIES)
@pytest.mark.parametrize("seed", [0, 1])
def test_keeps_the_contract(name, seed):
    policy = NOVELTY_POLICIES[name]
    assert check_policy(policy, world=novelty_world(3, 9, 4, seed), seed=seed) is None
    assert pickle.loads(pickle.dumps(policy)) == policy and "\n" not in describe(policy)


def covariances(state):
    "All covariance matrices inside a state"
    if hasattr(state, "fit"):
        return [state.fit.taste_cov, state.fit.curve_cov]
    return [state.cov]


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[pytest.mark.slow]*(name in ("novelty-vb", "novelty-bayes-ucb")))
    for name in NOVELTY_POLICIES])
def test_traces_keep_covariances_positive_scores_finite_and_closed_movies_unshown(name):
    time = st.one_of(st.just(0.), st.just(np.inf), st.floats(1e-3, 1e5))
    seen = st.tuples(st.integers(0, 5), time, st.sampled_from([1., 2., 3., 4., 5.]))

    @given(st.lists(seen, min_size=1, max_size=8), st.integers(0, 10**6))
    @settings(max_examples=200, deadline=None)
    def play(trace, seed):
        policy, world = NOVELTY_POLICIES[name], novelty_world(1, 6, 3, seed)
        state, X, rng, open_ = (policy.init(world, 1), world.X.copy(), randomness(seed, ["a"]),
                                np.ones((1, 6), bool))
        for step, (k, t, reward) in enumerate(trace, 1):
            now = rng.at(step)
            scores = policy.score(state, X, now, step)
            assert np.isfinite(scores).all() and open_[0, pick(scores, open_, now)[0]]
            X = X.copy()
            X[0, k, -1] = t
            state = policy.update(state, X[:, k], np.array([reward]))
            open_[0, k] &= open_.sum() == 1
            for cov in covariances(state):
                assert (np.linalg.eigvalsh(cov) > 0).all()
    play()


@pytest.mark.parametrize("name", NOVELTY_POLICIES)
def test_odd_worlds(name):
    "One candidate, ratings that are all equal, and more ratings than candidates"
    policy, world = NOVELTY_POLICIES[name], novelty_world(2, 1, 3)
    state, rng = policy.init(world, 2), randomness(0, ["a", "b"])
    for step in range(1, 30):
        scores = policy.score(state, world.X, rng.at(step), step)
        assert np.isfinite(scores).all() and scores.shape == (2, 1)
        state = policy.update(state, world.X[:, 0], np.full(2, 3.))
    with pytest.raises(NoveltyError, match="got nan"):
        policy.update(state, world.X[:, 0] * np.nan, np.full(2, 3.))


def test_before_the_first_rating_all_fresh_movies_tie():
    world = novelty_world(1, 12, 4)
    X = np.concatenate([world.X[:, :, :-1], np.full((1, 12, 1), np.inf)], axis=2)
    for name in ("novelty-bayes-ucb", "novelty-greedy", "novelty-vb"):
        policy = NOVELTY_POLICIES[name]
        policy = type(policy)(prior=NoveltyPrior.wang(4))
        assert len(set(policy.score(policy.init(world, 1), X, None, 1)[0])) == 1


def test_errors_say_what_to_do():
    with pytest.raises(NoveltyError, match="or use BayesUCB"):
        split_time(np.array([[1., -3.]]))
    with pytest.raises(NoveltyError, match="both 0.001 is Wang's choice"):
        believe_novelty(NoveltyPrior.wang(3)._replace(rate=0.), 1)
    with pytest.raises(NoveltyError, match="strictly between"):
        Mixture(np.ones(1), np.zeros((1, 1)), np.ones((1, 1)), 3.).quantile(0.)


# The world with repeats

class Knowing:
    "Knows the viewers: shows what is best now"
    def __init__(self, env):
        self.env = env

    def init(self, world, n):
        return 0

    def score(self, state, X, rng, step):
        return (np.einsum("nkd,nd->nk", X[..., :-1], self.env.taste)
                * novelty(X[..., -1], self.env.recovery[:, None]))

    def update(self, state, x, reward):
        return state


def test_regret_is_zero_for_who_knows_and_never_negative():
    env = NoveltyEnv.wang(n=4, k=50, d=5)
    assert_allclose(play_novelty(Knowing(env), env, 60), 0, atol=1e-12)
    assert (play_novelty(RandomPolicy(), env, 60) >= 0).all()


@pytest.mark.parametrize("name", NOVELTY_POLICIES)
def test_a_viewer_alone_lives_the_same_life(name):
    env = NoveltyEnv.wang(n=3, k=40, d=5)
    among = play_novelty(NOVELTY_POLICIES[name], env, 25)
    only = replace(env, taste=env.taste[[1]], recovery=env.recovery[[1]], users=env.users[1:2])
    alone = play_novelty(NOVELTY_POLICIES[name], only, 25)
    assert_array_equal(alone[0], among[1])


def test_wangs_order_as_far_as_it_is_robust():
    env, wang = NoveltyEnv.wang(n=12, k=200, d=8, seed=5), NoveltyPrior.wang(8)
    policies = {name: type(p)(prior=wang) if "novelty" in name else p
                for name, p in NOVELTY_POLICIES.items() if name != "novelty-bayes-ucb"}
    total = {name: play_novelty(p, env, 100).sum(axis=1)
             for name, p in {"random": RandomPolicy(), **policies}.items()}
    error = partial(np.std, ddof=1)
    apart = lambda worse, better: ((total[worse] - total[better]).mean()
                                   / error(total[worse] - total[better]) * np.sqrt(12))
    assert apart("random", "linucb-c") > 2
    assert min(apart("linucb-c", name) for name in policies if name != "linucb-c") > 3


def test_a_policy_that_knows_no_repeats_is_named():
    from movie_rl_rec.policies import LinUCB
    named = ("policy LinUCB: expected one that reads the last column .* "
             "play one of novelty-bayes-ucb")
    with pytest.raises(NoveltyError, match=named), np.errstate(invalid="ignore"):
        play_novelty(LinUCB(), NoveltyEnv.wang(n=2), 3)
