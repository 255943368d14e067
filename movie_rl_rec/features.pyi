"""A movie becomes a row of numbers: its genres, and its year in the forms you ask for."""
__all__ = ['YEARS', 'FeatureError', 'Group', 'MovieEncoder', 'groups_of', 'check_names', 'encoder_to_dict', 'encoder_from_dict', 'Principal', 'pca_vectors', 'plot_explained']
from itertools import chain, groupby
from typing import NamedTuple
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.utils.validation import check_is_fitted, validate_data
from .errors import MovieRLRecError as MovieRLRecError, patch_to as patch_to

class FeatureError(MovieRLRecError):
    """Movies that cannot be encoded, or settings that make no sense"""

class Group(NamedTuple):
    """Columns of a feature matrix that belong together"""
    columns: slice
    kind: str
YEARS = {'both': ('onehot', 'number'), 'onehot': ('onehot',), 'number': ('number',), 'decade': ('decade',), None: ()}

class MovieEncoder(TransformerMixin, BaseEstimator):
    """Encode genres and year of movies as numbers"""

    def __init__(self, year: str | None='both', unknown: str='error'):
        ...

    def transform(self, movies) -> np.ndarray:
        ...

    def __sklearn_tags__(self):
        ...

    def fit(self, movies, y=None):
        ...

    @property
    def groups_(self) -> dict:
        ...

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        ...

def groups_of(names) -> dict:
    ...

def check_names(fitted, names) -> None:
    ...

def encoder_to_dict(encoder: MovieEncoder) -> dict:
    ...

def encoder_from_dict(plain: dict) -> MovieEncoder:
    ...

class Principal(NamedTuple):
    """Principal components of a feature matrix"""
    vectors: np.ndarray
    explained: np.ndarray
    directions: np.ndarray
    centre: np.ndarray

def pca_vectors(X: np.ndarray, dim: int=16) -> Principal:
    ...

def plot_explained(explained: np.ndarray, title: str=''):
    ...
