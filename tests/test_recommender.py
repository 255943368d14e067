"A recommender: nothing seen, picks as simulated, the same from log and disk, all or nothing."
import json
import re
import shutil
import tempfile
from pathlib import Path
from threading import Thread

import numpy as np
import pandas as pd
import pytest
from conftest import real_data
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from movie_rl_rec import recommender
from movie_rl_rec.data import Dataset, load, split_users
from movie_rl_rec.embeddings import embed
from movie_rl_rec.policies import (
    OFUL,
    BayesUCB,
    EpsilonGreedyPolicy,
    GreedyPolicy,
    Items,
    LinUCB,
)
from movie_rl_rec.priors import REGISTRY, fit
from movie_rl_rec.recommender import Ranking, Recommender, RecommenderError
from movie_rl_rec.simulation import make_replay, simulate

SERVED = sorted(name for name, entry in REGISTRY.items()
                if entry.servable and name != "catalogue")
LINEAR = ["greedy", "epsilon-greedy", "linucb", "lints", "boltzmann", "oful", "bayes-ucb",
          "content-prior", "hybrid", "hybrid-linucb", "hybrid-lints"]
quick = settings(max_examples=25, deadline=None,
                 suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def small(sample):
    "Sixty movies, and those who rated them"
    movies = sample.movies.iloc[::8]
    ratings = sample.ratings[sample.ratings.movie_id.isin(movies.index)]
    return Dataset.from_frames(movies, ratings, sample.scale, "small", simulated=True)


@pytest.fixture(scope="module")
def served(small):
    "A recommender for each policy, on one catalogue"
    first = Recommender.from_dataset(small, "greedy", dim=6)
    return {name: first.under(name) for name in SERVED}


logs = st.lists(st.tuples(st.integers(0, 61), st.integers(1, 10)), max_size=14)


def told(rec, viewer, log):
    "A recommender that knows no other viewer, after these ratings"
    rec = rec.under(ratings=False)
    for row, half in log:
        rec.rate(viewer, rec.catalogue.ids[row % len(rec.catalogue)], half/2)
    return rec


def leaves(state):
    return [np.asarray(leaf) for leaf in recommender.leaves(state)]


# --- what may be shown

@pytest.mark.parametrize("name", SERVED)
@quick
@given(log=logs, allow=st.none() | st.sets(st.integers(0, 61)),
       exclude=st.none() | st.sets(st.integers(0, 61)), k=st.integers(1, 70))
def test_nothing_seen_excluded_or_unavailable_is_shown_and_the_ranking_is_full(
        served, name, log, allow, exclude, k):
    rec = told(served[name], "ada", log)
    ids = rec.catalogue.ids
    seen = {ids[row % len(ids)] for row, _ in log}
    may = set(ids) if allow is None else {ids[row % len(ids)] for row in allow}
    not_ = set() if exclude is None else {ids[row % len(ids)] for row in exclude}
    ranking = rec.recommend("ada", k, None if allow is None else sorted(may),
                            None if exclude is None else sorted(not_))
    shown = [best.movie_id for best in ranking]
    assert len(set(shown)) == len(shown) == min(k, len(may - seen - not_))
    assert set(shown) <= may - seen - not_
    assert ranking == rec.recommend("ada", k, None if allow is None else sorted(may),
                                    None if exclude is None else sorted(not_))
    for best in ranking:
        assert best.reason and best.title and isinstance(best.reason, str)
        assert np.isnan(best.rating) or .5 <= best.rating <= 5
        assert np.isnan(best.low) or .5 <= best.low <= best.rating <= best.high <= 5


@quick
@given(seed=st.integers(0, 10**6),
       policy=st.sampled_from([*map(LinUCB, (0., .1, 1., 3.)), OFUL(), BayesUCB(),
                               BayesUCB(lambda step: .2)]),
       steps=st.integers(0, 6), k=st.integers(1, 30), copies=st.booleans())
def test_the_contenders_hold_the_best(served, seed, policy, steps, k, copies):
    "Cross-check: all scores. With many movies alike, so that ties occur"
    rng = np.random.default_rng(seed)
    X = np.c_[np.ones(600), rng.normal(size=(600, 5))]
    X[300:] = X[:300] if copies else X[300:]
    catalogue = recommender.replace(
        served["greedy"].catalogue,
        items=Items(X, np.zeros(600, int), np.full(600, 3.), np.full(600, np.nan), 3., 1.),
        movies=pd.DataFrame(dict(title="x", year=1999, genres=[("Drama",)]*600)))
    scorer = recommender.Scorer(policy, catalogue, 0)
    user_state = scorer.after(scorer.new_user, rng.integers(600, size=steps),
                              rng.integers(1, 6, steps))
    open_, agent = rng.random(600) < .9, scorer.agent("ada", user_state)
    agent.open[0] = open_
    left = scorer.contenders(agent, slice(None), k, few=0)
    scores = scorer.policy.score(user_state.state, X[None], None, steps + 1)[0]
    kth = np.sort(scores[open_])[-k]
    assert (open_[left].all()
            and set(np.flatnonzero(open_ & (scores >= kth - 1e-9*max(abs(kth), 1))))
            <= set(left.tolist()))


# --- a fold over the log

@pytest.mark.parametrize("name", SERVED)
@quick
@given(log=logs)
def test_replaying_the_log_gives_the_same_belief_bit_for_bit(served, name, log):
    rec = told(served[name], "ada", log)
    rec.recommend("ada", 3)                                        # a question changes nothing
    again = rec.under(ratings=False)
    again.replay(rec.log)
    mine, other = rec._user_state("ada")[2], again._user_state("ada")[2]
    assert all(a.tobytes() == b.tobytes()
               for a, b in zip(leaves(mine.state), leaves(other.state), strict=True))
    assert mine.count == other.count
    assert rec.recommend("ada", 9) == again.recommend("ada", 9)
    last = {}
    # by hand: the last rating of a movie counts, and stands where it was given
    for row, half in log:
        last.pop(row % len(rec.catalogue), None)
        last[row % len(rec.catalogue)] = half/2
    assert rec.history("ada")[["movie_id", "rating"]].values.tolist() == [
        [rec.catalogue.ids[row], stars] for row, stars in last.items()]


@pytest.mark.parametrize("name", LINEAR)
@quick
@given(log=st.lists(st.tuples(st.integers(0, 61), st.integers(1, 10)), max_size=14,
                    unique_by=lambda line: line[0] % 62),
       order=st.randoms(use_true_random=False))
def test_a_permuted_log_gives_the_same_belief(served, name, log, order):
    mixed = list(log)
    order.shuffle(mixed)
    one, other = (told(served[name], "ada", some).belief("ada") for some in (log, mixed))
    if name == "bayes-ucb":                                # its noise is a sum over ratings too
        assert np.allclose(one.noise, other.noise, atol=1e-9)
    assert (np.allclose(one.mean, other.mean, rtol=0, atol=1e-9)
            and np.allclose(one.cov, other.cov, rtol=0, atol=1e-9))


@quick
@given(plan=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 61), st.integers(1, 10)),
                     max_size=60))
def test_a_small_memory_changes_nothing_and_viewers_do_not_meet(served, plan):
    roomy = served["hybrid"].under(ratings=False)
    tight = Recommender(roomy.policy, roomy.catalogue, memory=1e-9)
    assert tight._kept == 1
    for viewer, row, half in plan:
        for rec in (roomy, tight):
            rec.rate(viewer, rec.catalogue.ids[row % len(rec.catalogue)], half/2)
        assert roomy.recommend(viewer, 3) == tight.recommend(viewer, 3)
    assert len(tight._user_states) <= 1
    for viewer in roomy.viewers:
        alone = told(roomy, viewer, [(row, half) for v, row, half in plan if v == viewer])
        assert alone.recommend(viewer, 5) == roomy.recommend(viewer, 5)
    if roomy.viewers:
        gone = roomy.viewers[0]
        assert (roomy.forget(gone) > 0 and gone not in roomy.viewers
                and gone not in roomy._user_states)
        assert roomy.recommend(gone, 3) == tight.under(ratings=False).recommend(gone, 3)


# --- the simulation

@pytest.mark.parametrize("name", SERVED)
def test_picks_are_those_of_the_simulation(sample, name):
    split = split_users(sample.users)
    vectors = embed(sample.movies, "pca", progress=False)
    replay = make_replay(sample, vectors, split.train, split.test)
    player = fit([name], sample, vectors, split.train)[name]
    played = simulate(replay.only(replay.users[[0, 5, 9, 14]]), {name: player}, steps=25,
                      seeds=(11,), progress=False)
    rec = Recommender.from_dataset(sample, player, vectors, train_users=split.train, seed=11)
    for user, shown in played.groupby("user_id"):
        mine = sample.ratings[sample.ratings.user_id == user].movie_id
        for line in shown.itertuples():
            best, = rec.recommend(user, 1, allow=mine)
            assert best.movie_id == line.movie_id
            assert best.rating == pytest.approx(np.clip(line.prediction, .5, 5), abs=1e-9,
                                                nan_ok=True)
            assert rec.recommend(user, 7, allow=mine)[0] == best
            rec.rate(user, line.movie_id, line.reward)


@pytest.mark.slow
def test_on_real_ratings_picks_agree_and_intervals_hold():
    data = load("ml-latest-small", real_data("ml-latest-small"))
    split = split_users(data.users)
    vectors = embed(data.movies, "pca", progress=False)
    replay = make_replay(data, vectors, split.train, split.test)
    policies = fit(["linucb", "hybrid", "user-knn"], data, vectors, split.train)
    played = simulate(replay.only(replay.users[:40]), policies, steps=10, progress=False)
    first, inside = Recommender.from_dataset(data, "random", vectors, train_users=split.train), []
    for name, shown in played.groupby("policy"):
        rec = first.under(policies[name])
        for line in shown.itertuples():
            mine = data.ratings[data.ratings.user_id == line.user_id].movie_id
            best, = rec.recommend(line.user_id, 1, allow=mine)
            assert best.movie_id == line.movie_id
            inside += [best.low <= line.reward <= best.high]*(name == "hybrid")
            rec.rate(line.user_id, line.movie_id, line.reward)
    print(f"{len(inside)} answers, {100*np.mean(inside):.1f}% within the 90% interval")
    assert .8 < np.mean(inside) < .98


# --- new movies

@pytest.mark.parametrize("name", SERVED)
def test_new_movies_change_nothing_for_the_old_ones_and_can_be_recommended(served, name):
    rec = told(served[name], "ada", [(1, 9), (17, 3), (30, 10)])
    old = rec.catalogue.movies.index
    before, ranking, scores = (rec.predict("ada", old), rec.recommend("ada", 30, allow=old),
                               rec.catalogue.items.X.tobytes())
    rec.add_movies(pd.DataFrame(dict(movie_id=[7001, 7002], title=["Later", "Latest"],
                                     genres=[["Drama"], ["Never heard of"]], year=[2024, None])))
    pd.testing.assert_frame_equal(rec.predict("ada", old), before)
    assert rec.recommend("ada", 30, allow=old) == ranking
    assert rec.catalogue.items.X[:len(old)].tobytes() == scores
    both = rec.recommend("ada", 2, allow=["later", 7002])
    assert {best.movie_id for best in both} == {7001, 7002}
    rec.rate("ada", "Later", 5)
    assert (7001 not in {best.movie_id for best in rec.recommend("ada", 100)}
            and len(rec.recommend("ada", 100)) == len(old) + 2 - 4)
    one = rec.under("linucb").catalogue
    assert one.titles[-2:] == ["Later", "Latest"] and np.isfinite(one.items.X).all()


def test_a_new_movie_of_settled_columns_gets_what_its_twin_has(sample):
    rec = Recommender.from_dataset(sample, "greedy")
    rec.add_movies(sample.movies.rename(index=lambda i: i + 9000))
    m = len(sample.movies)
    assert (np.allclose(rec.catalogue.items.X[m:], rec.catalogue.items.X[:m], atol=1e-6)
            and np.allclose(rec.catalogue.vague, 0))


def test_nothing_is_settled_where_anything_fits(small):
    noise = np.random.default_rng(0).normal(size=(len(small.movies), 3))
    few, many = (recommender.content_map(small.movies.iloc[:m], noise[:m], small.movies.iloc[40:])
                 for m in (20, 62))
    for told, left in (few, many):
        assert np.abs(told).max() < 3 and np.trace(left) > 1


def test_what_is_left_open_widens_the_interval_as_it_should(small):
    m, twins = len(small.movies), small.movies.rename(index=lambda i: i + 9000)
    hybrid = Recommender.from_dataset(small, "hybrid", dim=6)
    hybrid.add_movies(twins)
    hybrid.rate("ada", small.movies.index[7], 5)
    belief, catalogue, rng = hybrid.belief("ada"), hybrid.catalogue, np.random.default_rng(0)
    assert (np.linalg.eigvalsh(catalogue.vague) > -1e-12).all() and np.trace(catalogue.vague) > .1
    # a statistical check: features and tastes are drawn
    theta = rng.multivariate_normal(belief.mean[0], belief.noise[0]**2*belief.cov[0], 20_000,
                                    method="eigh")
    guess = rng.multivariate_normal(catalogue.items.X[m], catalogue.vague, 20_000, method="eigh")
    spread = np.var(np.einsum("kd,kd->k", theta, guess))
    told = (recommender.std(belief, catalogue.items.X[None, [m]])[0, 0]**2
            + catalogue.unseen(belief, np.array([m]))[0])
    # a product of Gaussians has somewhat heavier tails
    assert told == pytest.approx(spread, rel=4*np.sqrt(2/20_000)*1.5)


# --- the disk

@pytest.mark.parametrize("name", SERVED)
@settings(max_examples=8, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=logs, more=logs)
def test_what_was_saved_continues_bit_for_bit(served, name, log, more):
    rec = told(served[name], "ada", log)
    rec.rate(7, rec.catalogue.ids[3], 2.5)
    with tempfile.TemporaryDirectory() as folder:
        rec.save(folder)
        again = Recommender.load(folder)
    pd.testing.assert_frame_equal(again.catalogue.movies, rec.catalogue.movies)
    pd.testing.assert_frame_equal(again.log, rec.log)
    for row, half in more:
        for one in (rec, again):
            one.rate("ada", one.catalogue.ids[row % len(one.catalogue)], half/2)
        assert again.recommend("ada", 5) == rec.recommend("ada", 5)
    for viewer in ("ada", 7, "new"):
        mine, other = rec._user_state(viewer)[2], again._user_state(viewer)[2]
        assert all(a.tobytes() == b.tobytes()
                   for a, b in zip(leaves(mine.state), leaves(other.state), strict=True))
    assert again.recommend("ada", 100) == rec.recommend("ada", 100)
    assert (again.name, again.level, again.seed, again.policy.__class__) == (
        rec.name, rec.level, rec.seed, rec.policy.__class__)


@pytest.fixture(scope="module")
def kept(served, tmp_path_factory):
    "A saved recommender"
    rec = told(served["content-prior"], "ada", [(1, 9), (17, 3)])
    rec.save(tmp_path_factory.mktemp("kept") / "one")
    return rec, next(tmp_path_factory.getbasetemp().glob("kept*/one"))


def refusal(folder):
    "The one line with which a folder is refused; None where it was loaded"
    try:
        return None, Recommender.load(folder)
    except RecommenderError as error:
        assert len(str(error).splitlines()) == 1 and str(folder) in str(error)
        return str(error), None


@settings(max_examples=150, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0, 2), place=st.floats(0, 1, exclude_max=True),
       how=st.sampled_from(["flip", "cut", "drop", "add"]), bit=st.integers(1, 255))
def test_an_altered_or_truncated_folder_is_refused_in_one_line(kept, which, place, how, bit):
    rec, source = kept
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "one"
        shutil.copytree(source, folder)
        path = sorted(folder.iterdir())[which]
        whole = path.read_bytes()
        i = int(place*len(whole))
        path.write_bytes({"flip": whole[:i] + bytes([whole[i] ^ bit]) + whole[i + 1:],
                          "cut": whole[:i], "drop": whole[:i] + whole[i + 1:],
                          "add": whole[:i] + bytes([bit]) + whole[i:]}[how])
        said, loaded = refusal(folder)
        if said is None:                  # only where JSON says the same in other white space
            assert path.suffix == ".json" and json.loads(path.read_text()) == json.loads(whole)
            assert loaded.recommend("ada") == rec.recommend("ada")


def test_a_missing_file_another_version_and_nonsense_say_so(kept, tmp_path):
    _, source = kept
    for name in sorted(p.name for p in source.iterdir()):
        folder = tmp_path / name
        shutil.copytree(source, folder)
        (folder / name).unlink()
        assert "got no " in refusal(folder)[0]
    for version, word in ((0, "an older"), (2, "a newer")):
        folder = tmp_path / str(version)
        shutil.copytree(source, folder)
        (folder / "recommender.json").write_text(
            json.dumps(dict(version=version, files="recommender-1")))
        assert f"got version {version}; it was saved by {word} movie_rl_rec" in refusal(folder)[0]
    for text in ("", "[]", "{}", '{"version": 1}', '{"version": "1", "files": "recommender-1"}',
                 '{"version": 1, "files": "../recommender-1"}', "\x00"):
        (folder / "recommender.json").write_text(text)
        assert "was altered" in refusal(folder)[0]


def test_a_save_that_is_cut_short_leaves_the_old_state(kept, tmp_path, monkeypatch):
    "Every moment at which the machine may stop: each write, each exchange, each removal"
    rec, source = kept
    later = rec.under()
    later.rate("ada", later.catalogue.ids[40], 1.)
    for moment in range(12):
        folder = tmp_path / str(moment)
        shutil.copytree(source, folder)
        left = [moment]

        def stop(method, left=left):
            def wrapped(self, *args, **kwargs):
                if left[0] == 0:
                    raise KeyboardInterrupt
                left[0] -= 1
                return method(self, *args, **kwargs)
            return wrapped
        with monkeypatch.context() as patch:
            for name in ("write_bytes", "replace", "unlink"):
                patch.setattr(Path, name, stop(getattr(Path, name)))
            try:
                later.save(folder)
                done = True
            except KeyboardInterrupt:
                done = False
        loaded = Recommender.load(folder)
        assert loaded.recommend("ada") in (rec.recommend("ada"), later.recommend("ada"))
        later.save(folder)                                        # and the next save goes through
        assert Recommender.load(folder).recommend("ada") == later.recommend("ada")
        assert len([p for p in folder.iterdir() if not p.name.endswith(".part")]) == 3
    assert done


def test_settings_that_are_no_data_are_refused_before_anything_is_written(served, tmp_path):
    odd = served["greedy"].under(EpsilonGreedyPolicy(epsilon=lambda step: .1))
    with pytest.raises(RecommenderError, match="a function of your own cannot be saved"):
        odd.save(tmp_path / "new")
    assert not (tmp_path / "new").exists()


# --- the door

def test_refusals_are_one_line_and_leave_everything_as_it_was(served):
    rec = told(served["hybrid"], "ada", [(1, 9), (2, 3)])
    log, movies, title = rec.log, len(rec.catalogue), rec.catalogue.titles[5]
    movie = dict(movie_id=[9001], title=["New"], genres=[["Drama"]])
    calls = {
        "did you mean": lambda: rec.rate("ada", title[:-3] + "x", 3),
        "a number on the scale 0.5 to 5": lambda: rec.rate("ada", title, 3.3),
        "got nan": lambda: rec.rate("ada", title, float("nan")),
        "got '4'": lambda: rec.rate("ada", title, "4"),
        "got True": lambda: rec.rate("ada", title, True),
        "movie []": lambda: rec.rate("ada", [], 3),
        "viewer: expected a whole number or text, got 1.5": lambda: rec.rate(1.5, title, 3),
        "viewer: expected a whole number or text, got True": lambda: rec.recommend(True),
        "viewer: expected a whole number or text, got ['ada']": lambda: rec.forget(["ada"]),
        "at least 1, got 0": lambda: rec.recommend("ada", 0),
        "at least 1, got 2.5": lambda: rec.recommend("ada", 2.5),
        "movie 'nothing like it'": lambda: rec.recommend("ada", allow=["nothing like it"]),
        "movie -1": lambda: rec.recommend("ada", exclude=-1),
        "movie None": lambda: rec.predict("ada", [None]),
        "got ''": lambda: rec.search(""),
        "a pandas DataFrame": lambda: rec.replay([("ada", 1, 3)]),
        "add movie_id, rating": lambda: rec.replay(pd.DataFrame(dict(viewer=["a"]))),
        "log row 1: movie 'Nope'": lambda: rec.replay(pd.DataFrame(dict(
            user_id=["eve", "eve"], movie_id=[title, "Nope"], rating=[3, 3]))),
        "one that was loaded": lambda: Recommender(rec.policy, rec.catalogue).under("linucb"),
        "baselines are for `simulate`": lambda: rec.under("full-knowledge"),
        "policy: expected an object with `init`, `score` and `update`, got LinUCB":
            lambda: rec.under(LinUCB),
        "a row for each of":
            lambda: rec.under(recommender.FittedPolicy(GreedyPolicy(), np.ones((3, 2)))),
        "a probability and a positive number of MB":
            lambda: Recommender(rec.policy, rec.catalogue, level=1.),
        "in the catalogue":
            lambda: rec.add_movies(pd.DataFrame({**movie, "movie_id": rec.catalogue.ids[:1]})),
        "bring the ids into one form":
            lambda: rec.add_movies(pd.DataFrame({**movie, "movie_id": ["text"]})),
        "new movies: movies: expected a pandas DataFrame": lambda: rec.add_movies("New"),
        "column `year`": lambda: rec.add_movies(pd.DataFrame({**movie, "year": [12]})),
        "unique ids": lambda: rec.add_movies(pd.concat([pd.DataFrame(movie)]*2)),
        "users of small with ratings":
            lambda: Recommender.from_dataset(load_small(rec), train_users=[10**9]),
    }
    for words, call in calls.items():
        with pytest.raises(RecommenderError, match=re.escape(words)) as refused:
            call()
        assert len(str(refused.value).splitlines()) == 1
    pd.testing.assert_frame_equal(rec.log, log)
    assert len(rec.catalogue) == movies and rec.viewers == ["ada"]


def load_small(rec):
    "A data set of the catalogue's movies with one rating"
    return Dataset.from_frames(
        rec.catalogue.movies,
        pd.DataFrame(dict(user_id=[1], movie_id=rec.catalogue.ids[:1], rating=[3.])),
        (.5, 5, .5), "small")


def test_titles_that_occur_twice_are_asked_back(small):
    movies = small.movies.assign(title=["Twins (1988)", "Twins (2001)", *small.movies.title[2:]])
    rec = Recommender.from_dataset(
        Dataset.from_frames(movies, small.ratings, small.scale), "best-rated", dim=4)
    with pytest.raises(RecommenderError, match="2 of that title: 'Twins \\(1988\\)'"):
        rec.rate("ada", "twins", 3)
    rec.rate("ada", " TWINS  (2001)", 3)
    assert rec.history("ada").movie_id.tolist() == [movies.index[1]]
    assert rec.search("twins (20", 1).title.tolist() == ["Twins (2001)"]


def test_every_title_and_id_finds_its_movie_and_a_slip_finds_it_near(sample):
    catalogue = Recommender.from_dataset(sample, "best-rated").catalogue
    found = []
    for row, title in enumerate(catalogue.titles):
        assert catalogue.find_row(catalogue.ids[row]) == catalogue.find_row(title) == row
        slip = title[:2] + title[3:] if len(title) > 9 else title
        found.append(row in catalogue.find_title(slip, 3))
    assert np.mean(found) > .98


def test_text_ids_and_years_that_are_missing(small):
    ids = [f"tt{i:04}" for i in range(len(small.movies))]
    rename = dict(zip(small.movies.index, ids))
    movies = small.movies.rename(index=rename)
    movies.loc[ids[:5], "year"] = pd.NA
    data = Dataset.from_frames(
        movies, small.ratings.assign(movie_id=small.ratings.movie_id.map(rename)), small.scale)
    rec = Recommender.from_dataset(data, "hybrid", dim=4)
    rec.rate("ada", "tt0003", 4)
    ranking = rec.recommend("ada", 60, exclude="tt0000")
    assert len(ranking) == len(ids) - 2 and all(
        (best.year is None) == (best.movie_id in ids[:5]) for best in ranking)
    assert (isinstance(ranking, Ranking) and ranking.frame().shape == (len(ranking), 7)
            and "<table" in ranking._repr_html_())
    with tempfile.TemporaryDirectory() as folder:
        rec.save(folder)
        assert Recommender.load(folder).recommend("ada", 60, exclude="tt0000") == ranking


def test_terms_add_up_to_the_prediction(served):
    for name in LINEAR:
        rec = told(served[name], "ada", [(1, 9), (17, 3), (30, 10), (44, 1)])
        for movie in rec.catalogue.ids[::9]:
            total = rec.explain("ada", movie).adds.sum()
            assert rec.predict("ada", movie).rating[0] == pytest.approx(
                np.clip(total, .5, 5), abs=1e-9)
    with pytest.raises(RecommenderError, match="a linear belief"):
        served["best-rated"].explain("ada", served["best-rated"].catalogue.ids[0])


def test_threads_lose_no_rating_and_see_no_half_of_one(served):
    rec, plans = (served["linucb"].under(ratings=False),
                  np.random.default_rng(0).permuted(np.tile(np.arange(60), (4, 1)), axis=1))
    wrong = []

    def serve(me):
        for i, row in enumerate(plans[me].tolist()):
            try:
                rec.rate(f"viewer {me}", rec.catalogue.ids[row], 1 + i % 5)
                rec.rate("all", rec.catalogue.ids[row], 1 + i % 5)
                shown = {best.movie_id for best in rec.recommend(f"viewer {me}", 60)}
                if shown & {rec.catalogue.ids[r] for r in plans[me][:i + 1].tolist()}:
                    wrong.append((me, i))
                rec.recommend("all", 5)
                if me == 0 and i % 20 == 0:
                    rec.add_movies(pd.DataFrame(dict(
                        movie_id=[8000 + i], title=[f"Late {i}"], genres=[["Drama"]])))
            except Exception as error:                            # noqa: BLE001
                wrong.append(error)
    threads = [Thread(target=serve, args=(me,)) for me in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    again = rec.under(ratings=False)
    again.replay(rec.log)
    for me in range(4):
        assert rec.history(f"viewer {me}").movie_id.tolist() == [
            rec.catalogue.ids[row] for row in plans[me].tolist()]
        assert again.recommend(f"viewer {me}") == rec.recommend(f"viewer {me}")
    assert len(rec.history("all")) == 60


def test_a_catalogue_without_genres_and_years_is_served_by_what_others_think(small, recwarn):
    bare = small.movies.assign(year=pd.array([pd.NA]*len(small.movies), "Int64"),
                               genres=pd.Series([()]*len(small.movies), small.movies.index))
    rec = Recommender.from_dataset(Dataset.from_frames(bare, small.ratings, small.scale), "hybrid")
    assert not recwarn.list and len(rec.recommend("ada", 5)) == 5

def test_a_belief_is_a_copy(served):
    "Whoever changes what `belief` returned changes nothing of the recommender"
    rec = served["linucb"].under(ratings=False)
    before, belief = rec.recommend("ann", 3), rec.belief("ann")
    belief.mean[:], belief.root[:] = 0, 0
    assert rec.recommend("ann", 3) == before == rec.recommend("ben", 3)

def test_a_log_has_each_column_once(served):
    rec = served["linucb"].under(ratings=False)
    movie = rec.catalogue.ids[0]
    for log in (dict(user_id=[1], viewer=[1], movie_id=[movie], rating=[4]),
                dict(user_id=[1], movie=[movie], movie_id=[movie], rating=[4])):
        with pytest.raises(RecommenderError, match="each column once"):
            rec.replay(pd.DataFrame(log))
    assert not rec.viewers
    rec.replay(pd.DataFrame(dict(viewer=[1], movie=[movie], rating=[4])))
    assert rec.log.values.tolist() == [[1, movie, 4]]

def test_saving_leaves_other_files_alone(served, tmp_path):
    rec, mine = served["linucb"].under(ratings=False), tmp_path/"recommender-notes.json"
    mine.write_text("mine")
    for _ in range(2):
        rec.save(tmp_path)
    assert mine.read_text() == "mine"
    assert len(list(tmp_path.glob("recommender-[0-9]*.json"))) == 1


def test_the_catalogue_s_own_rating_is_served_where_the_first_movie_lacks_it(small, tmp_path):
    "And a movie that comes later brings its own; without any, the policy is refused"
    own = small.movies.assign(mean_rating=[np.nan] + [2.]*(len(small.movies) - 2) + [5.])
    rec = Recommender.from_dataset(
        Dataset.from_frames(own, small.ratings, small.scale, "own"), "catalogue", dim=6)
    assert rec.recommend("a", 1)[0].title == own.title.iloc[-1]
    new = pd.DataFrame(dict(movie_id=[10**6], title=["New (2020)"], genres=[["Drama"]],
                            year=[2020], mean_rating=[4.5]))
    rec.add_movies(new)
    assert rec.recommend("a", 2)[1].movie_id == 10**6
    rec.save(tmp_path)
    assert Recommender.load(tmp_path).recommend("a", 9) == rec.recommend("a", 9)
    with pytest.raises(ValueError, match="column `mean_rating`"):
        Recommender.from_dataset(small, "catalogue", dim=6)


@pytest.mark.parametrize("rating", [np.nan, np.True_, True, b"4", "4", None, [4], np.inf])
def test_what_is_no_number_is_no_rating(served, rating):
    rec = served["greedy"].under(ratings=False)
    with pytest.raises(RecommenderError, match="a number on the scale"):
        rec.rate("a", int(rec.catalogue.ids[0]), rating)
    assert not len(rec)


def test_settings_of_numpy_are_saved_and_a_policy_that_is_not_wanted_is_refused(small, tmp_path):
    rec = Recommender.from_dataset(small, LinUCB(alpha=np.float32(.5)), dim=6,
                                   level=np.float32(.9), memory=np.int64(8))
    rec.save(tmp_path)
    assert Recommender.load(tmp_path).policy.alpha == .5
    with pytest.raises(RecommenderError, match="it holds its own LinUCB, got OFUL"):
        Recommender.load(tmp_path, policy=OFUL())
