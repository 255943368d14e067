"What is fitted to other viewers: nothing leaks, the invariants hold, and slow plain loops agree."
import numpy as np
import pytest
from conftest import real_data
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from movie_rl_rec.data import Dataset, load, split_users
from movie_rl_rec.embeddings import embed
from movie_rl_rec.policies import (
    POLICIES,
    GreedyPolicy,
    Items,
    LinearPolicy,
    UnseenRatingError,
    World,
    believe,
    check_policy,
    describe,
    expected,
    learn,
)
from movie_rl_rec.priors import (
    FACTORS,
    FEW_USERS,
    HYBRID,
    REGISTRY,
    UNFITTED,
    FittedPolicy,
    RatingArrays,
    Recipe,
    UnfittedPolicy,
    UserKNN,
    audience,
    covariance_features,
    estimate_prior,
    factorise,
    fit_prior,
    gather,
    item_facts,
    leave_one_out,
    log_evidence,
    neighbour_features,
    predictive_scores,
    rating_arrays,
    shrunk_effects,
)
from movie_rl_rec.simulation import make_replay, simulate


@pytest.fixture(scope="module")
def fitted(sample):
    "The sample's split, its vectors, and all policies fitted to its training users"
    split = split_users(sample.users)
    vectors, cache = embed(sample.movies, "pca", progress=False), {}
    return split, vectors, {
        n: p.fit(vectors.vectors, rating_arrays(sample, split.train), 0, cache)
        for n, p in UNFITTED.items()}


def dealt_anew(data, users):
    "The same data, ratings of some users dealt out anew among the movies they rated"
    rng, mine = np.random.default_rng(1), data.ratings.user_id.isin(users).to_numpy()
    stars = data.ratings.rating.to_numpy(float, copy=True)
    stars[mine] = data.ratings[mine].groupby("user_id").rating.transform(
        lambda r: rng.permutation(r.to_numpy())).to_numpy(float)
    return Dataset.from_frames(data.movies.reset_index(), data.ratings.assign(rating=stars),
                               scale=data.scale, name=data.name)


def made_up(seed, p=30, m=12, density=.5):
    "Made-up ratings of p users and m movies"
    rng = np.random.default_rng(seed)
    who, what = np.divmod(np.flatnonzero(rng.random(p * m) < density), m)
    return RatingArrays(who, what, rng.normal(3.5, 1, len(who)).round(1), p, m)


@pytest.mark.parametrize("name", UNFITTED)
def test_fitted_policies_keep_the_contract(fitted, name):
    policy, features = fitted[2][name]
    assert check_policy(policy, d=features.shape[1]) is None
    assert "\n" not in describe(UNFITTED[name]) and len(describe(UNFITTED[name])) > 40


def test_nothing_of_the_test_users_leaks_into_what_is_fitted(sample, fitted):
    split, vectors, policies = fitted
    other = dealt_anew(sample, np.r_[split.valid, split.test])
    assert (other.ratings.rating.to_numpy() != sample.ratings.rating.to_numpy()).sum() > 1000
    replays = [make_replay(data, vectors, split.train, split.test) for data in (sample, other)]
    for name in ("popularity", "item_mean", "X", "mean", "std"):
        assert_array_equal(*(getattr(r.items, name) for r in replays))
    cache = {}
    for name, unfitted in UNFITTED.items():
        policy, features = unfitted.fit(
            vectors.vectors, rating_arrays(other, split.train), 0, cache)
        assert_array_equal(features, policies[name].features)
        for a, b in zip(getattr(policy, "prior", ()), getattr(policies[name].policy, "prior", ())):
            assert_array_equal(a, b)
    assert not np.array_equal(replays[0].ratings, replays[1].ratings)


def test_a_fitted_policy_that_reaches_for_unshown_ratings_fails_loudly(sample, fitted):
    class Peek(GreedyPolicy):
        def init(self, world, n):
            return super().init(world._replace(mean=world.ratings.mean()), n)

    split, vectors, policies = fitted
    replay = make_replay(sample, vectors, split.train, split.test)
    with pytest.raises(UnseenRatingError, match="may learn only from the rewards"):
        simulate(replay, {"peek": FittedPolicy(Peek(prior=policies["hybrid"].policy.prior),
                                               policies["hybrid"].features)}, progress=False)


def test_ratings_that_come_later_change_no_earlier_pick_or_prediction(sample, fitted):
    split, vectors, policies = fitted
    first = {n: policies[n] for n in ("user-knn", "content-prior", "hybrid", "hybrid-lints")}
    replay = make_replay(sample, vectors, split.train, split.test[:6])
    seen = simulate(replay, first, steps=8, progress=False)
    for name in first:
        stars, part = replay.ratings.copy(), seen[seen.policy == name]
        for i, user in enumerate(replay.users):
            own = slice(replay.start[i], replay.start[i + 1])
            shown = np.isin(replay.ids[replay.rows[own]], part[part.user_id == user].movie_id)
            stars[own] = np.where(shown, stars[own], 5.5 - stars[own])
        changed = type(replay)(**{**vars(replay), "ratings": stars})
        again = simulate(changed, {name: first[name]}, steps=8, progress=False)
        assert again.equals(part.reset_index(drop=True))


@given(st.integers(0, 10**6), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_em_never_lowers_the_evidence(seed, d):
    r = made_up(seed)
    X = np.c_[np.ones(r.m), np.random.default_rng(seed).normal(size=(r.m, d))]
    prior, trace = estimate_prior(X, r, rounds=12)
    last = log_evidence(prior, gather(X, r)).sum()
    # the jitter of S_0 may cost a trifle
    assert (np.diff(np.r_[trace, last]) >= -1e-3 * np.abs(trace)).all() and last > trace[0]
    assert np.linalg.eigvalsh(prior.cov).min() > 0 and prior.noise > 0


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_leaving_one_out_is_learning_from_the_others(seed):
    rng, d, k = np.random.default_rng(seed), 3, 7
    L = rng.normal(size=(d, d))
    prior = estimate_prior(np.c_[np.ones(12), rng.normal(size=(12, d - 1))], made_up(seed),
                           rounds=2)[0]._replace(cov=L @ L.T + .1 * np.eye(d))
    X, r = np.c_[np.ones(k), rng.normal(size=(k, d - 1))], rng.integers(1, 6, k).astype(float)
    def without(j):
        belief = believe(prior, 1)
        for i in [i for i in range(k) if i != j]:
            belief = learn(belief, X[[i]], r[[i]])
        return expected(belief, X[None])[0, j]
    assert_allclose(leave_one_out(prior, X, r), [without(j) for j in range(k)],
                    rtol=1e-7, atol=1e-7)


def plain_knn(table, offsets, mean, shown, given_stars, movie, k=60):
    "Eq. (4b.8) once more, user by user"
    top, bottom, votes = [], 0., []
    for v in range(len(table)):
        both = [i for i, s in enumerate(shown) if not np.isnan(table[v, s])]
        own = np.nanmean(table[v])
        if len(both) > 1:
            a, b = np.array(given_stars)[both], table[v, [shown[i] for i in both]]
            if a.std() > 1e-12 and b.std() > 1e-12:
                s = np.corrcoef(a, b)[0, 1] * min(len(both), 20) / 20
                if s > 0:
                    votes.append((s, table[v, movie] - own))
    for s, vote in sorted(votes, key=lambda x: -x[0])[:k]:
        if not np.isnan(vote):
            top.append(s * vote)
            bottom += s
    return ((sum(given_stars) + 5 * mean) / (len(given_stars) + 5)
            + .7 * offsets[movie] + sum(top) / (bottom + .5))


def test_user_knn_is_the_plain_loop():
    r = made_up(3, p=25, m=15, density=.7)
    table, F = r.table(), neighbour_features(r).astype(float)
    policy, shown, stars = UserKNN(k=6), [3, 1, 8, 12, 5, 0], [4., 2., 5., 1., 3., 4.]
    state = policy.init(World(Items(F[None], mean=3.4)), 1)
    for movie, s in zip(shown, stars):
        state = policy.update(state, F[[movie]], np.array([s]))
    got = policy.predict(state, F[None])[0]
    wanted = [plain_knn(table, shrunk_effects(r).items, 3.4, shown, stars, k, 6)
              for k in range(r.m)]
    assert_allclose(got, wanted, atol=1e-5)  # features are single precision


def test_features_of_movies_nobody_rated_are_finite_and_say_nothing():
    r = made_up(0)
    r = r._replace(m=r.m + 2)
    effects = shrunk_effects(r)
    assert (effects.items[-2:] == 0).all() and np.isfinite(item_facts(r, effects)).all()
    assert_allclose(factorise(r, effects, f=2)[-2:], 0)
    assert_allclose(covariance_features(r, effects)[-2:], 0)
    assert_allclose(np.diff(audience(r, f=2)[-2:], axis=0), 0, atol=1e-12)
    # more factors than there can be: as many as there are
    fitted = fit_prior(Recipe(audience=40, covariance=.3), np.zeros((r.m, 1)), r)
    assert np.isfinite(fitted.features).all() and np.linalg.eigvalsh(fitted.prior.cov).min() > 0


def test_the_same_seed_fits_the_same(sample, fitted):
    split, vectors, policies = fitted
    again = UNFITTED["factors-prior"].fit(vectors.vectors, rating_arrays(sample, split.train), 0)
    other = UNFITTED["factors-prior"].fit(vectors.vectors, rating_arrays(sample, split.train), 1)
    assert_array_equal(again.features, policies["factors-prior"].features)
    assert not np.array_equal(other.features, again.features)


@pytest.mark.slow
def test_on_real_ratings_teaching_helps_and_cross_fitting_is_honest():
    real_data("ml-100k")
    data = load("ml-100k", progress=False)
    split, vectors = split_users(data.users), embed(data.movies, "pca", progress=False)
    train, valid = rating_arrays(data, split.train), rating_arrays(data, split.valid)
    inside, across = (fit_prior(r, vectors.vectors, train)
                      for r in (Recipe(content=False, factors=8), FACTORS))
    # fitted twice to the same stars, the noise looks too small
    assert inside.prior.noise < across.prior.noise
    cover = [predictive_scores(t.prior, t.features, valid)["coverage"] for t in (inside, across)]
    assert cover[0] < cover[1] < .93

    replay = make_replay(data, vectors, split.train, split.test)
    hybrid = UnfittedPolicy("", recipe=HYBRID).fit(vectors.vectors, train)
    assert isinstance(hybrid.policy, LinearPolicy)
    total = simulate(replay, {"hybrid": hybrid, **{
        n: UNFITTED[n].fit(vectors.vectors, train) for n in ("content-prior",)}}, progress=False)
    plain = simulate(replay, ["best-rated", "greedy"], progress=False)
    mean = {n: f.groupby("user_id").reward.mean()
            for frame in (total, plain) for n, f in frame.groupby("policy")}
    def clear(a, b):
        gap = mean[a] - mean[b]
        return gap.mean() > 2 * gap.std() / np.sqrt(len(gap))
    assert (clear("hybrid", "best-rated") and clear("content-prior", "best-rated")
            and clear("hybrid", "content-prior") and clear("best-rated", "greedy"))


@pytest.mark.parametrize("name", ["hybrid", "content-prior", "factors-prior"])
@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_a_handful_can_teach(sample, name, n):
    vectors, few = embed(sample.movies, "pca"), rating_arrays(sample, sample.users[:n])
    policy, features = UNFITTED[name].fit(vectors.vectors, few)
    assert (np.isfinite(features).all() and np.isfinite(policy.prior.cov).all()
            and np.linalg.eigvalsh(policy.prior.cov).min() > 0)
    assert policy.prior.noise > .5  # stars; the simulated ratings have .8 of noise


def test_intervals_from_few_users_are_calibrated_and_many_are_fitted_as_usual(sample):
    vectors, split = embed(sample.movies, "pca").vectors, split_users(sample.users)
    test, unfitted = rating_arrays(sample, split.test), UNFITTED["hybrid"]
    for n in (5, 12, 50):
        few = rating_arrays(sample, split.train[:n])
        now, before = unfitted.fit(vectors, few), fit_prior(HYBRID, vectors, few)
        kept, was = (predictive_scores(*fitted, test)
                     for fitted in ((now.policy.prior, now.features), before[::-1]))
        assert (.84 < kept["coverage"] < .96 and kept["coverage"] > was["coverage"] + .03
                and kept["rmse"] < was["rmse"])
    many = rating_arrays(sample, split.train[:FEW_USERS])
    now, before = unfitted.fit(vectors, many), fit_prior(HYBRID, vectors, many)
    for a, b in zip((now.features, *now.policy.prior), (before.features, *before.prior)):
        assert_array_equal(a, b)

def test_one_registry_of_policies():
    "Each policy stands in one place, with a colour of its own; only a bound sees hidden ratings"
    assert {name: entry.policy for name, entry in REGISTRY.items()} == POLICIES | UNFITTED
    assert len({entry.colour for entry in REGISTRY.values()}) == len(REGISTRY)
    assert {entry.family for entry in REGISTRY.values()} == {
        "baseline", "learner", "fitted", "bound"}
    for entry in REGISTRY.values():
        policy = getattr(entry.policy, "policy", entry.policy)
        assert entry.servable != getattr(policy, "sees_ratings", False)
