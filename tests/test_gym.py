"The environments: Gymnasium's own checks, warnings as errors, and the same frames as `simulate`."
import pickle
import subprocess
import sys
from copy import deepcopy
from dataclasses import replace

import gymnasium
import numpy as np
import pandas as pd
import pytest
from gymnasium.utils.env_checker import check_env, data_equivalence
from gymnasium.utils.env_match import check_environments_match
from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv, VectorEnv
from hypothesis import given, settings
from hypothesis import strategies as st

from movie_rl_rec.data import split_users
from movie_rl_rec.embeddings import embed
from movie_rl_rec.gym import (
    ENV_ID,
    GymError,
    MovieRec,
    MovieRecVector,
    play_policy,
    register_envs,
    sample_replay,
)
from movie_rl_rec.policies import POLICIES, GreedyPolicy
from movie_rl_rec.priors import fit
from movie_rl_rec.protocols import whole_catalogue
from movie_rl_rec.simulation import make_replay, simulate, time_policies

pytestmark = pytest.mark.filterwarnings("error")
NAMES = [name for name in POLICIES if name != "catalogue"]
MODES = [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP]


@pytest.fixture(scope="module")
def replay():
    return sample_replay().only(sample_replay().users[:13])


@pytest.fixture(scope="module")
def named(sample):
    "Viewers and movies whose ids are words"
    words = lambda ids: "id " + pd.Series(ids).astype(str)  # noqa: E731
    data = type(sample).from_frames(
        sample.movies.reset_index().assign(movie_id=lambda m: words(m.movie_id)),
        sample.ratings.assign(user_id=words(sample.ratings.user_id).values,
                              movie_id=words(sample.ratings.movie_id).values),
        scale=sample.scale, name="words")
    split = split_users(data.users)
    return make_replay(data, embed(data.movies, "pca", dim=4), split.train, split.test[:6])


def told(replay, policy, steps, seed):
    return simulate(replay, {"it": policy}, steps=steps, seeds=(seed,), engine="numpy",
                    progress=False).drop(columns="policy")


@pytest.mark.parametrize("settings", [dict(), dict(steps=2), dict(steps=10_000),
                                      dict(penalty=-2.5)], ids=str)
def test_the_checker_of_gymnasium_finds_nothing(settings):
    check_env(gymnasium.make(ENV_ID, **settings).unwrapped)


def test_the_checker_finds_nothing_with_words_for_ids(named):
    check_env(gymnasium.make(ENV_ID, replay=named).unwrapped)


@pytest.mark.parametrize("name", NAMES)
def test_one_viewer_gets_what_simulate_shows(replay, name):
    pd.testing.assert_frame_equal(
        play_policy(gymnasium.make(ENV_ID, replay=replay, steps=25), POLICIES[name], seed=3),
        told(replay, POLICIES[name], 25, 3), check_exact=True)


@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("slots", [1, 5, 13, 20])
def test_many_viewers_get_what_simulate_shows(replay, slots, mode):
    env = gymnasium.make_vec(ENV_ID, num_envs=slots, replay=replay, steps=40, autoreset_mode=mode)
    for name in ("random", "linucb", "lints", "boltzmann", "oracle"):
        pd.testing.assert_frame_equal(play_policy(env, POLICIES[name], seed=1),
                                      told(replay, POLICIES[name], 40, 1), check_exact=True)


def test_fitted_policies_get_what_simulate_shows(sample):
    split = split_users(sample.users)
    vectors = embed(sample.movies, "pca", dim=8)
    for name, policy in fit(["hybrid", "full-knowledge"], sample, vectors, split.train).items():
        few = sample_replay().only(sample_replay().users[20:26])
        pd.testing.assert_frame_equal(play_policy(MovieRecVector(4, few, 12), policy),
                                      told(few, policy, 12, 0), check_exact=True, obj=name)


def test_words_for_ids(named):
    for env in (MovieRec(named), MovieRecVector(4, named)):
        pd.testing.assert_frame_equal(play_policy(env, GreedyPolicy()),
                                      told(named, GreedyPolicy(), 20, 0), check_exact=True)
    env = MovieRecVector(3, named, steps=1)
    assert (env.reset(options={"users": named.users[:3]})[1]["user_id"].tolist()
            == named.users[:3].tolist())
    infos = [env.step(np.zeros(3, int))[-1], env.step(np.zeros(3, int))[-1]]
    assert (all(isinstance(m, str) for m in infos[0]["movie_id"]) and "movie_id" not in infos[1]
            and infos[1]["_user_id"].all())


def test_some_viewers_in_the_order_asked_for(replay):
    users = replay.users[[5, 2, 9]]
    got = play_policy(MovieRecVector(2, replay), GreedyPolicy(), users)
    whole = told(replay, GreedyPolicy(), 20, 0)
    pd.testing.assert_frame_equal(got, whole[whole.user_id.isin(users)].reset_index(drop=True),
                                  check_exact=True)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), steps=st.integers(1, 30), slots=st.integers(1, 4),
       mode=st.sampled_from(list(AutoresetMode)), wild=st.floats(0, 1))
def test_slots_are_a_list_of_environments(seed, steps, slots, mode, wild):
    "Whatever the seed, the length, the mode, and however many closed movies are asked for"
    ours = MovieRecVector(slots, steps=steps, autoreset_mode=mode)
    theirs = SyncVectorEnv([lambda: MovieRec(steps=steps)]*slots, autoreset_mode=mode)
    rng, seen = np.random.default_rng(seed), ours.reset(seed=seed)
    assert (data_equivalence(seen, theirs.reset(seed=seed), exact=True)
            and seen[0] in ours.observation_space)
    for _ in range(40):
        free = (rng.random(seen[0]["action_mask"].shape)*seen[0]["action_mask"]).argmax(axis=1)
        drawn = np.where(rng.random(slots) < wild,
                         rng.integers(ours.single_action_space.n, size=slots), free)
        seen, other = ours.step(drawn), theirs.step(drawn)
        assert (data_equivalence(seen, tuple(other), exact=True)
                and seen[0] in ours.observation_space)
        if mode is AutoresetMode.DISABLED and seen[2].any():
            seen, other = (v.reset(options={"reset_mask": seen[2].copy()}) for v in (ours, theirs))
            assert data_equivalence(seen, other, exact=True)


def test_environments_of_the_same_settings_match():
    check_environments_match(gymnasium.make(ENV_ID, steps=30), MovieRec(steps=30),
                             num_steps=80, seed=4)


def test_what_was_returned_is_never_changed_later():
    for env in (MovieRec(steps=4),
                *(MovieRecVector(3, steps=4, autoreset_mode=mode) for mode in MODES)):
        kept = [env.reset(seed=0)]
        taken = deepcopy(kept)
        for t in range(12):
            if isinstance(env, MovieRec) and len(kept[-1]) == 5 and kept[-1][2]:
                kept.append(env.reset())
            else:
                kept.append(env.step(t if isinstance(env, MovieRec) else np.full(3, t)))
            taken.append(deepcopy(kept[-1]))
        assert all(data_equivalence(k, t, exact=True) for k, t in zip(kept, taken, strict=True))


def test_in_processes_of_its_own():
    async_, sync = (kind([lambda: MovieRec(steps=3)]*2) for kind in (AsyncVectorEnv, SyncVectorEnv))
    assert data_equivalence(async_.reset(seed=1), sync.reset(seed=1), exact=True)
    for t in range(5):
        assert data_equivalence(tuple(async_.step(np.full(2, t))),
                                tuple(sync.step(np.full(2, t))), exact=True)
    async_.close()


def test_wrappers_of_gymnasium_fit():
    env = gymnasium.wrappers.RecordEpisodeStatistics(gymnasium.wrappers.FlattenObservation(
        gymnasium.make(ENV_ID, steps=3, penalty=None)))
    seen, info = env.reset(seed=2)
    rewards = []
    for _ in range(3):
        seen, reward, ended, _, info = env.step(int(np.flatnonzero(info["action_mask"])[0]))
        assert seen in env.observation_space
        rewards.append(reward)
    assert ended and info["episode"]["r"] == sum(rewards)
    many = gymnasium.wrappers.vector.RecordEpisodeStatistics(
        gymnasium.make_vec(ENV_ID, num_envs=4, steps=2))
    many.reset(seed=0)
    total = many.step(np.full(4, 1))[1] + many.step(np.full(4, 2))[1]
    assert (total > 0).all()


def test_time_limits_of_others_cut():
    env = gymnasium.make(ENV_ID, steps=20, max_episode_steps=2)
    env.reset(seed=0)
    assert [env.step(a)[2:4] for a in (0, 1)] == [(False, False), (False, True)]


def test_masks_have_the_names_that_others_look_for():
    env = MovieRec()
    seen, info = env.reset(seed=0)
    assert (env.action_masks().dtype == bool
            and (env.action_masks() == (seen["action_mask"] == 1)).all()
            and seen["action_mask"].dtype == np.int8)
    env.action_space.seed(0)
    assert all(info["action_mask"][env.action_space.sample(info["action_mask"])]
               for _ in range(200))
    env.action_masks()[:] = False
    assert env.action_masks().any()


def test_no_rating_is_seen_before_it_was_shown(replay):
    "Shuffle the ratings that were not shown: no observation changes"
    first = MovieRec(replay, steps=8)
    second = MovieRec(replace(replay, ratings=replay.ratings.copy()), steps=8)
    user, log = replay.users[4], []
    a, b = (env.reset(options={"user_id": user}) for env in (first, second))
    for place in (3, 1, 7, 7, 0):
        hidden = second._slots.ratings
        rest = np.setdiff1d(np.arange(hidden.shape[1]), [*log, place])
        hidden[0, rest] = np.random.default_rng(place).permutation(hidden[0, rest])
        hidden[0, place] = first._slots.ratings[0, place]
        a, b = first.step(place), second.step(place)
        assert data_equivalence(a, b, exact=True)
        log.append(place)


def test_modes_are_declared():
    assert (issubclass(MovieRecVector, VectorEnv)
            and MovieRecVector.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP)
    for mode in AutoresetMode:
        assert gymnasium.make_vec(ENV_ID, num_envs=2, autoreset_mode=mode.value).metadata[
            "autoreset_mode"] is mode


@pytest.mark.parametrize("name", ["movie_rl_rec/MovieRec-v0", "MovieRec-v0"])
def test_registered_once_and_by_name(name):
    "The id has a namespace; the former one still works; both play the sample without a word"
    register_envs()
    spec = gymnasium.spec(name)
    assert (spec.entry_point == "movie_rl_rec.gym:MovieRec"
            and spec.vector_entry_point == "movie_rl_rec.gym:MovieRecVector")
    assert type(spec).from_json(spec.to_json()) == spec
    check_env(gymnasium.make(name).unwrapped)
    assert gymnasium.make_vec(name, num_envs=2).reset(seed=0)[0]["features"].shape[0] == 2


def test_an_id_that_was_not_imported_names_its_module():
    "Gymnasium 1 has no plug-ins: if it finds the id by itself one day, the guide is to say so"
    assert ENV_ID == "movie_rl_rec/MovieRec-v0"
    code = f"import gymnasium; gymnasium.make('{ENV_ID}')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "Namespace movie_rl_rec not found" in run.stderr
    code = ("import gymnasium; "
            f"print(gymnasium.make('movie_rl_rec.gym:{ENV_ID}').reset(seed=0)[1]['user_id'])")
    run = subprocess.run([sys.executable, "-W", "error", "-c", code],
                         capture_output=True, text=True)
    assert run.stderr == "" and run.stdout.strip() == str(MovieRec().reset(seed=0)[1]["user_id"])


def test_without_gymnasium_the_import_names_the_extra_and_the_rest_of_the_package_works():
    code = ("import sys; sys.modules['gymnasium'] = None; "
            "import movie_rl_rec.simulation, movie_rl_rec.cli; print('fine'); "
            "import movie_rl_rec.gym")
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    last = run.stderr.strip().splitlines()[-1]
    assert (run.stdout == "fine\n" and last.startswith("movie_rl_rec.errors.MissingPackage: ")
            and last.count("pip install 'movie_rl_rec[gym]'") == 1)
    assert run.stderr.count("Traceback") == 1


@pytest.mark.parametrize("action", [-1, 129, 1.5, "0", None, np.array([0])], ids=repr)
def test_what_is_no_action_is_refused(action):
    env = MovieRec()
    env.reset(seed=0)
    with pytest.raises(GymError, match="a place from 0 to 128"):
        env.step(action)
    many = MovieRecVector(2)
    many.reset(seed=0)
    with pytest.raises(GymError, match="2 places from 0 to 128"):
        many.step([action, 0] if not isinstance(action, np.ndarray) else action)


def test_a_finished_viewer_wants_a_reset():
    env = MovieRec(steps=1)
    env.reset(seed=0)
    assert env.step(0)[2] is True
    with pytest.raises(GymError, match="call `reset` first"):
        env.step(1)


def test_a_refused_step_changes_nothing(replay):
    env = MovieRecVector(2, replay, penalty=None)
    seen, _ = env.reset(seed=0)
    env.step(np.array([0, 1]))
    before = pickle.dumps(env._slots.look([0, 1]))
    with pytest.raises(GymError, match="got 0, which is closed"):
        env.step(np.array([0, 2]))
    assert pickle.dumps(env._slots.look([0, 1])) == before


def test_the_whole_catalogue_plays_everywhere(replay):
    "A movie that the user never rated earns nothing, and no path learns from it"
    whole, policy, steps = whole_catalogue(replay, least=20), GreedyPolicy(), 6
    check_env(gymnasium.make(ENV_ID, replay=whole, steps=steps).unwrapped)
    frame = told(whole, policy, steps, 0)
    assert (frame.reward == 0).any() and np.isfinite(frame.reward).all()
    timed = time_policies(whole, {"it": policy}, steps=steps, viewers=2)
    assert timed["median"].item() > 0
    for env in (gymnasium.make(ENV_ID, replay=whole, steps=steps),
                gymnasium.make_vec(ENV_ID, num_envs=4, replay=whole, steps=steps)):
        pd.testing.assert_frame_equal(play_policy(env, policy), frame, check_exact=True)


def test_a_movie_never_rated_is_a_miss(replay):
    whole = whole_catalogue(replay, least=20)
    env = gymnasium.make(ENV_ID, replay=whole, steps=3)
    obs, info = env.reset(options={"user_id": whole.users[0]})
    never = int(np.flatnonzero(np.isnan(whole.ratings[:whole.lengths[0]]))[0])
    seen, reward, _, _, info = env.step(never)
    assert reward == 0 and not info["rated"] and not info["closed"]
    assert env.observation_space.contains(seen) and seen["shown_at"][never] == 1
