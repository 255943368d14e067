"Policies: independent oracles and laws."
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import Ridge

from movie_rl_rec.policies import POLICIES, PolicyError, believe, check_policy, describe, doubt, expected, flat_prior, learn, pick, shrunk_means, streams


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("seed", [0, 1])
def test_keeps_its_promises(name, seed):
    assert check_policy(POLICIES[name], n=5, k=9, d=4, seed=seed) is None
    assert pickle.loads(pickle.dumps(POLICIES[name])) == POLICIES[name] and "\n" not in describe(POLICIES[name])


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
        assert (doubt(after, Z) <= doubt(belief, Z) + 1e-12).all()
        belief = after
    for x, reward in zip(X[::-1], r[::-1]):
        turned = learn(turned, x[None], np.array([reward]))
    assert_allclose(expected(turned, Z), expected(belief, Z), atol=1e-9)


def test_pick_uses_one_number_per_viewer_whatever_the_candidates():
    a, b = streams(0, ["x"]), streams(0, ["x"])
    pick(np.zeros((1, 3)), np.ones((1, 3), bool), a)
    pick(np.arange(500.)[None], np.ones((1, 500), bool), b)
    assert_array_equal(a.uniform(), b.uniform())


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
