"The simulation: the same bits for any batch, workers and company; floor and ceiling; no leak."
import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.model_selection import KFold
from sklearn.neighbors import NearestNeighbors

from movie_rl_rec.data import split_users, validate_movies
from movie_rl_rec.embeddings import Embeddings, embed, quality
from movie_rl_rec.measures import FEW, curves, interval, per_user, summarise
from movie_rl_rec.policies import POLICIES, GreedyPolicy, PolicyError, check_policy, expected, learn
from movie_rl_rec.priors import FittedPolicy
from movie_rl_rec.protocols import whole_catalogue
from movie_rl_rec.simulation import SimulationError, make_replay, simulate

NAMES = [name for name in POLICIES if name != "catalogue"]


@pytest.fixture(scope="module")
def replay(sample):
    split = split_users(sample.users)
    return make_replay(sample, embed(sample.movies, "pca"), split.train, split.test[:12])


@pytest.fixture(scope="module")
def whole(replay):
    return simulate(replay, NAMES, steps=30, seeds=(0, 5), progress=False)


@pytest.mark.parametrize("how", [dict(batch=1), dict(batch=5), dict(workers=2, batch=3),
                                 dict(workers=3)])
def test_same_bits_for_any_batch_and_workers(replay, whole, how):
    pd.testing.assert_frame_equal(
        simulate(replay, NAMES, steps=30, seeds=(0, 5), progress=False, **how), whole,
        check_exact=True)


@pytest.mark.parametrize("place", [0, 4, 11])
def test_same_bits_alone_or_among_others(replay, whole, place):
    user = replay.users[place]
    alone = simulate(replay.only([user]), NAMES, steps=30, seeds=(0, 5), progress=False)
    pd.testing.assert_frame_equal(
        alone, whole[whole.user_id == user].reset_index(drop=True), check_exact=True)


def test_more_steps_begin_like_fewer(replay, whole):
    short = simulate(replay, NAMES, steps=7, seeds=(0, 5), progress=False)
    pd.testing.assert_frame_equal(
        short, whole[whole.step <= 7].reset_index(drop=True), check_exact=True)


def test_policies_do_not_disturb_each_other(replay, whole):
    alone = simulate(replay, ["lints"], steps=30, seeds=(5,), progress=False)
    pd.testing.assert_frame_equal(
        alone, whole[(whole.policy == "lints") & (whole.seed == 5)].reset_index(drop=True),
        check_exact=True)


def test_rewards_are_the_viewers_own_and_nothing_repeats(sample, whole):
    truth = sample.ratings.set_index(["user_id", "movie_id"]).rating
    assert (truth.loc[list(zip(whole.user_id, whole.movie_id))].to_numpy()
            == whole.reward.to_numpy()).all()
    assert not whole.duplicated(["policy", "seed", "user_id", "movie_id"]).any()


def test_steps_stop_short_of_the_list(sample, whole):
    longest = whole.groupby("user_id").step.max()
    count = sample.ratings.user_id.value_counts().loc[longest.index]
    assert (longest == np.minimum(30, count - 10)).all()


def test_nobody_beats_the_oracle(whole):
    total = whole.groupby(["user_id", "seed", "policy"]).reward.sum().unstack()
    assert ((total.le(total["oracle"] + 1e-9, axis=0)).all(axis=None)
            and (total["oracle"] > total["random"]).any())


def test_catalogue_is_refused_where_there_is_none(replay):
    with pytest.raises(PolicyError, match="a catalogue with a rating of its own"):
        simulate(replay, ["catalogue"], progress=False)


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_features_that_are_no_numbers_are_refused(replay, engine):
    holes = replay.items.X.copy()
    holes[replay.rows, 1] = np.nan
    with pytest.raises(ValueError, match="check for NaN"):
        simulate(replay, {"greedy": FittedPolicy(POLICIES["greedy"], holes)}, steps=3,
                 engine=engine, progress=False)


def test_viewers_who_like_everything_alike_have_no_skill_to_measure(sample, replay):
    alike = dataclasses.replace(replay, ratings=np.full_like(replay.ratings, 3.))
    played = simulate(alike, [p for p in POLICIES if p != "catalogue"], steps=5, progress=False)
    assert ((played.reward == 3).all()
            and played.groupby("policy").user_id.nunique().eq(len(alike)).all())
    users = per_user(played, alike, sample.scale)
    assert (users.skill.isna().all() and (users.regret == 0).all()
            and summarise(users).skill.isna().all())


def test_lists_are_played_to_the_last_candidate_that_may_be_shown(replay):
    short = replay.only(replay.users[:2])
    played = simulate(short, ["greedy", "random"], steps=10_000, progress=False)
    assert (played.groupby(["policy", "user_id"]).step.max().to_numpy().tolist()
            == (short.lengths - 10).tolist() * 2)


FORMS = {"tuple": (tuple, lambda s: s[0]), "list": (list, lambda s: s[0]),
         "dict": (lambda parts: dict(zip("abc", parts)), lambda s: s["a"])}


@pytest.mark.parametrize("form", FORMS)
def test_a_state_of_any_form_plays_where_viewers_did_not_rate(replay, form):
    pack, belief = FORMS[form]

    class Packed(GreedyPolicy):
        "Greedy, its belief inside a state of another form"
        def init(self, world, n):
            return pack([super().init(world, n), None, np.zeros(n)])
        def score(self, state, X, rng, step):
            return expected(belief(state), X)
        def update(self, state, x, reward):
            return pack([learn(belief(state), x, reward), None, np.zeros(len(x))])
        def predict(self, state, X):
            return expected(belief(state), X)

    check_policy(Packed())
    whole = whole_catalogue(replay.only(replay.users[:4]))
    both = simulate(whole, {"greedy": POLICIES["greedy"], "packed": Packed()}, steps=12,
                    progress=False, engine="numpy")
    one, other = (both[both.policy == name].drop(columns="policy").reset_index(drop=True)
                  for name in ("greedy", "packed"))
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert (one.reward == 0).any()               # a user was shown a movie that they never rated


def test_the_catalogue_s_own_rating_does_not_depend_on_the_company(replay):
    "A batch of viewers whose candidates all lack the rating plays on, an average each"
    known = np.full(len(replay.ids), np.nan)
    known[replay.rows[replay.start[3]:replay.start[4]]] = 4
    partly = dataclasses.replace(replay, items=replay.items._replace(catalogue=known))
    one, many = (simulate(partly, ["catalogue"], steps=5, progress=False, engine=engine, batch=1)
                 for engine in ("numpy", "auto"))
    pd.testing.assert_frame_equal(one, many)
    assert one.user_id.nunique() == len(replay)


def test_more_steps_than_movies_are_the_same_as_all_of_them(replay):
    longest = int(replay.lengths.max())
    frames = [simulate(replay, ["linucb"], steps=steps, progress=False)
              for steps in (longest, 10**9)]
    pd.testing.assert_frame_equal(*frames)


def test_a_seed_that_a_table_cannot_hold_is_refused(replay):
    with pytest.raises(SimulationError, match="2\\*\\*63 - 1"):
        simulate(replay, ["linucb"], seeds=[0, 2**63], progress=False)
    assert simulate(replay, ["random"], steps=1, seeds=[2**63 - 1],
                    progress=False).seed.unique().tolist() == [2**63 - 1]


def test_curves_leave_out_a_policy_that_no_full_length_user_played(replay):
    frame = simulate(replay, ["greedy", "random"], steps=60, progress=False)
    last = frame.groupby("user_id").step.max()
    short = frame.user_id.isin(last.index[last < last.max()])
    assert short.any()
    found = curves(frame[short | (frame.policy == "greedy")], replay)
    assert found.policy.unique().tolist() == ["greedy"]


@pytest.mark.parametrize("genres", [1, 2, 5])
def test_quality_of_genres_is_f1_whatever_their_number(genres):
    "Vectors that say nothing, against the formula 2 TP/(2 TP + FP + FN) of all pairs"
    rng = np.random.default_rng(genres)
    mine = rng.integers(0, 2, (40, genres))
    movies = validate_movies(pd.DataFrame(dict(
        movie_id=range(40), title=[f"m{i}" for i in range(40)], year=1950 + rng.integers(0, 50, 40),
        genres=[tuple(f"g{j}" for j in np.flatnonzero(row)) for row in mine])))
    vectors = Embeddings(movies.index.to_numpy(), rng.normal(size=(40, 3)))
    folds = KFold(5, shuffle=True, random_state=0)
    hits = said = 0
    for train, test in folds.split(vectors.vectors):
        near = NearestNeighbors(n_neighbors=10).fit(vectors.vectors[train]).kneighbors(
            vectors.vectors[test], return_distance=False)
        votes = mine[train][near].mean(axis=1) > .5
        hits, said = hits + (votes & (mine[test] == 1)).sum(), said + votes.sum()
    assert quality(vectors, movies, k=10)["genres"] == pytest.approx(
        2*hits/max(said + mine.sum(), 1))


def test_the_interval_of_few_users_is_students():
    "scipy's own interval of a mean, for a number and for a curve"
    values = np.array([[1., 3.], [2., 5.], [4., 4.]])
    assert len(values) < FEW
    for column in (values[:, 0], values):
        found = interval(column)
        mean, error = column.mean(axis=0), stats.sem(column, axis=0)
        assert np.allclose([found.low, found.high], stats.t.interval(.95, 2, mean, error))
