"In scikit-learn's company: its own checks with warnings as errors, frames, pipelines, grid search."
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks as checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from movie_rl_rec.autoencoder import (
    PUBLISHED,
    AutoencoderSettings,
    AutoencoderTransformer,
    encode,
    load_autoencoder,
    save_autoencoder,
)
from movie_rl_rec.features import YEARS, MovieEncoder, encoder_from_dict, encoder_to_dict, groups_of

pytestmark = pytest.mark.filterwarnings("error")
SHORT = dict(epochs=5)
ENCODERS = [*(MovieEncoder(year, unknown="ignore") for year in YEARS),
            MovieEncoder("number"), MovieEncoder(None), MovieEncoder()]
WRAPPERS = [AutoencoderTransformer(**SHORT), AutoencoderTransformer(epochs=5, valid=0., loss="mse")]


def expected_failures(estimator):
    "The one check `unknown='error'` cannot pass: it hands in years that were not there in `fit`"
    refuses = (isinstance(estimator, MovieEncoder) and estimator.unknown == "error"
               and estimator.year in ("both", "onehot", "decade"))
    return ({"check_fit_idempotent": "a year not seen in `fit` is refused, as the setting says"}
            if refuses else {})


@parametrize_with_checks([*ENCODERS, *WRAPPERS], expected_failed_checks=expected_failures,
                         xfail_strict=True)
def test_the_checks_of_scikit_learn(estimator, check):
    check(estimator)


MORE = [checks.check_transformer_get_feature_names_out,
        checks.check_transformer_get_feature_names_out_pandas, checks.check_set_output_transform,
        checks.check_set_output_transform_pandas, checks.check_global_output_transform_pandas,
        checks.check_get_feature_names_out_error, checks.check_dataframe_column_names_consistency,
        checks.check_n_features_in_after_fitting]


@pytest.mark.parametrize(
    "estimator", [MovieEncoder(unknown="ignore"), MovieEncoder(None), *WRAPPERS],
    ids=["encoder", "genres", "wrapper", "mse"])
@pytest.mark.parametrize("check", MORE, ids=lambda c: c.__name__)
def test_the_checks_that_scikit_learn_keeps_for_its_own(estimator, check):
    # two of them mix frames and arrays, of which every estimator warns
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="X (has|does not have valid) feature names")
        check(type(estimator).__name__, clone(estimator))


def test_a_pipeline_keeps_the_ids_of_the_movies(sample):
    pipe = make_pipeline(MovieEncoder(), AutoencoderTransformer(**SHORT)).set_output(
        transform="pandas")
    frame = pipe.fit_transform(sample.movies)
    assert (frame.index.equals(sample.movies.index) and list(frame.columns)
            == [f"z{i}" for i in range(16)] == pipe.get_feature_names_out().tolist())
    with config_context(transform_output="pandas"):
        pd.testing.assert_frame_equal(clone(pipe).fit_transform(sample.movies), frame)
    encoded = pipe[0].transform(sample.movies)
    assert encoded.index.equals(sample.movies.index) and encoded.columns[0] == "genre Action"


def test_a_pipeline_without_frames_is_told_its_groups(sample):
    encoder = MovieEncoder().fit(sample.movies)
    plain = make_pipeline(MovieEncoder(), AutoencoderTransformer(
        encoder.groups_, **SHORT)).fit_transform(sample.movies)
    named = make_pipeline(MovieEncoder(), AutoencoderTransformer(**SHORT)).set_output(
        transform="pandas").fit_transform(sample.movies)
    np.testing.assert_array_equal(plain, named.to_numpy())


def test_grid_search_over_the_whole_pipeline(sample):
    target = sample.ratings.groupby("movie_id").rating.mean()
    pipe = make_pipeline(MovieEncoder(unknown="ignore"), AutoencoderTransformer(**SHORT),
                         Ridge()).set_output(transform="pandas")
    grid = dict(movieencoder__year=["number", "decade"], autoencodertransformer__dim=[4, 16])
    search = GridSearchCV(pipe, grid, cv=KFold(3, shuffle=True, random_state=0),
                          error_score="raise").fit(sample.movies.loc[target.index], target)
    assert (len(search.cv_results_["params"]) == 4
            and np.isfinite(search.cv_results_["mean_test_score"]).all())
    assert search.predict(sample.movies).shape == (len(sample.movies),)


def test_the_score_serves_cross_validation(sample):
    X = MovieEncoder(unknown="ignore").set_output(transform="pandas").fit_transform(sample.movies)
    scores = [cross_val_score(AutoencoderTransformer(epochs=n), X, cv=3, error_score="raise").mean()
              for n in (1, 60)]
    assert scores[0] < scores[1] < 1


def test_beside_other_columns(sample):
    table = sample.movies.assign(votes=sample.ratings.groupby("movie_id").size())[
        ["title", "genres", "year", "votes"]].fillna({"votes": 0})
    both = make_column_transformer(
        (MovieEncoder(), ["genres", "year"]),
        ("passthrough", ["votes"])).set_output(transform="pandas")
    frame = both.fit_transform(table)
    assert (frame.shape == (len(table), MovieEncoder().fit_transform(sample.movies).shape[1] + 1)
            and "passthrough__votes" in frame)


@pytest.mark.parametrize("year", list(YEARS))
def test_flags_say_the_same_as_lists(sample, year):
    flags = pd.DataFrame({g: [float(g in genres) for genres in sample.movies.genres]
                          for g in sorted({g for gs in sample.movies.genres for g in gs})},
                         sample.movies.index)
    flags.insert(0, "year", sample.movies.year)
    one, other = MovieEncoder(year).fit(sample.movies), MovieEncoder(year).fit(flags)
    np.testing.assert_array_equal(one.transform(sample.movies), other.transform(flags))
    again = encoder_from_dict(encoder_to_dict(other))
    np.testing.assert_array_equal(again.transform(flags), other.transform(flags))
    assert again.get_feature_names_out().tolist() == one.get_feature_names_out().tolist()
    assert groups_of(one.get_feature_names_out()) == one.groups_
    once_more = other.fit(sample.movies)
    assert once_more.n_features_in_ == 2 and not hasattr(once_more, "feature_names_in_")


def test_a_fitted_wrapper_travels(sample):
    X = MovieEncoder().fit_transform(sample.movies)
    wrapped = AutoencoderTransformer(**SHORT).fit(X)
    again = pickle.loads(pickle.dumps(wrapped))
    np.testing.assert_array_equal(again.transform(X), wrapped.transform(X))
    np.testing.assert_allclose(wrapped.transform(X[:1])[0], wrapped.transform(X)[0], rtol=1e-12)


@pytest.mark.parametrize("settings", [SHORT, {**vars(PUBLISHED), "epochs": 3}],
                         ids=["balanced", "mse"])
def test_what_comes_back_is_probable(sample, settings):
    encoder = MovieEncoder().fit(sample.movies)
    wrapped = AutoencoderTransformer(encoder.groups_, **settings).fit(
        encoder.transform(sample.movies))
    back = wrapped.inverse_transform(wrapped.transform(encoder.transform(sample.movies)))
    assert ((back[:, :-1] >= 0) & (back[:, :-1] <= 1)).all()
    if settings is SHORT:
        np.testing.assert_allclose(back[:, encoder.groups_["year"].columns].sum(axis=1), 1)


def test_every_setting_is_a_parameter_whose_default_is_written_once():
    parameters = AutoencoderTransformer().get_params()
    assert (parameters.keys()
            == vars(AutoencoderSettings()).keys() | {"groups", "settings", "seed", "device"})
    for name, default in vars(AutoencoderSettings()).items():
        assert parameters[name] is default
    changed = clone(AutoencoderTransformer(lr=.01).set_params(dim=8, loss="mse"))
    assert {name: value for name, value in changed.get_params().items()
            if value != parameters[name]} == dict(lr=.01, dim=8, loss="mse")


def test_settings_as_a_whole_still_serve(sample):
    X = MovieEncoder().fit_transform(sample.movies)
    whole = AutoencoderTransformer(None, AutoencoderSettings(dim=4, epochs=3)).fit(X)
    np.testing.assert_array_equal(
        whole.transform(X), AutoencoderTransformer(dim=4, epochs=3).fit(X).transform(X))
    with pytest.raises(ValueError, match=r"got settings and \{'dim': 8\}; spell all of them out"):
        whole.set_params(dim=8).fit(X)


def test_rows_that_are_no_rows_are_refused_before_training():
    for bad, says in ((np.array([[1., np.nan], [0, 1]]), "NaN"), (np.zeros((1, 3)), "minimum of 2"),
                      (np.zeros(3), "Expected 2D array")):
        with pytest.raises(ValueError, match=says):
            AutoencoderTransformer().fit(bad)


def test_the_encoder_needs_no_torch():
    code = ("import sys; from movie_rl_rec.features import MovieEncoder; "
            "MovieEncoder().fit([[1990., 1, 0], [2000, 0, 1]]); print('torch' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          check=True).stdout.strip() == "False"


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8])
def test_a_length_from_numpy_is_saved_as_a_plain_number(sample, tmp_path, kind):
    "A grid over `np.arange` hands NumPy's whole numbers over"
    X = MovieEncoder().fit_transform(sample.movies)
    wrapped = AutoencoderTransformer(dim=kind(4), hidden=kind(24), epochs=kind(2)).fit(X)
    save_autoencoder(wrapped.model_, tmp_path)
    again, _ = load_autoencoder(tmp_path)
    assert again.settings == AutoencoderSettings(dim=4, hidden=24, epochs=2)
    assert {type(n) for n in vars(again.settings).values()} == {int, float, str}
    np.testing.assert_array_equal(encode(again, X), wrapped.transform(X))
