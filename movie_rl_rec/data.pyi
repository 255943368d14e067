"""Movies, ratings and the users who gave them: loaded, checked once, and split by user."""
__all__ = ['Scale', 'Dataset', 'validate_movies', 'load', 'Split', 'split_users', 'user_folds']
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
import numpy as np
import pandas as pd
from .downloads import SOURCES as SOURCES, download as download, find_folder as find_folder
from .downloads import available as available
from .errors import patch_to as patch_to
from .formats import DataError as DataError, line_numbers as line_numbers, read_tables as read_tables, require_format as require_format
from .simulated import read_sample as read_sample
from .simulated import simulate_ratings as simulate_ratings

class Scale(NamedTuple):
    """The ratings that are possible, in stars: `low`, `low + step`, ... `high`"""
    low: float
    high: float
    step: float

    def holds(self, ratings: np.ndarray) -> np.ndarray:
        ...

    def __str__(self):
        ...

@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Movies, ratings and their scale, checked once when it is made"""
    name: str
    movies: pd.DataFrame
    ratings: pd.DataFrame
    scale: Scale
    simulated: bool = False

    def __post_init__(self):
        ...

    def __repr__(self):
        ...

    @classmethod
    def from_frames(cls, movies: pd.DataFrame, ratings: pd.DataFrame, scale: Scale | tuple[float, float, float] | None=None, name: str='my data', simulated: bool=False):
        ...

    @classmethod
    def from_csv(cls, movies: str | Path, ratings: str | Path, columns: Mapping[str, str] | None=None, scale: Scale | tuple[float, float, float] | None=None, name: str='my data'):
        ...

    @cached_property
    def checksum(self) -> str:
        ...

    @property
    def users(self) -> np.ndarray:
        ...

def validate_movies(movies: pd.DataFrame, scale: Scale | None=None) -> pd.DataFrame:
    ...

def load(name: str | Path, directory: str | Path | None=None, progress: bool=True) -> Dataset:
    ...

class Split(NamedTuple):
    """Three groups of users, no user in two of them"""
    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray

def split_users(users: Sequence | np.ndarray, fractions: tuple=..., seed: int=0) -> Split:
    ...

def user_folds(data: Dataset, folds: int=4, size: int=120, least: int=60, seed: int=0) -> list:
    ...
