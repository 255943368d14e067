"""From a catalogue to a recommender: a new user is served at once, and every rating counts."""
__all__ = ['RecommenderError', 'Catalogue', 'make_catalogue', 'UserState', 'Scorer', 'Recommendation', 'Ranking', 'Recommender', 'content_map']
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property, partial
from pathlib import Path
from statistics import NormalDist
from threading import RLock
from typing import Any, NamedTuple
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from .data import DataError as DataError, Dataset as Dataset, Scale as Scale, validate_movies as validate_movies
from .embeddings import Embeddings as Embeddings, embed as embed
from .errors import MovieRLRecError as MovieRLRecError, patch_to as patch_to
from .features import MovieEncoder as MovieEncoder
from .policies import POLICIES as POLICIES, TIE as TIE, Agent as Agent, Belief as Belief, GreedyPolicy as GreedyPolicy, Items as Items, LinearPolicy as LinearPolicy, Policy as Policy, Prior as Prior, RandomPolicy as RandomPolicy, World as World, as_world as as_world, decaying as decaying, is_whole as is_whole, kth_best as kth_best, leaves as leaves, rising as rising, std as std
from .priors import FittedPolicy as FittedPolicy, UserKNN as UserKNN, fit as fit
from .randomness import Seed as Seed, seed_key as seed_key
from .simulation import catalogue_ratings as catalogue_ratings, make_items as make_items
from .store import atomic_write as atomic_write, load_arrays as load_arrays, save_arrays as save_arrays

class RecommenderError(MovieRLRecError):
    """A request that cannot be served: what it is, what was expected, what came and what to do"""

@dataclass(frozen=True, eq=False)
class Catalogue:
    """The movies, laid out once: all that is known before a new user rates anything"""
    movies: pd.DataFrame
    items: Items
    scale: Scale
    first: int
    vague: np.ndarray
    simulated: bool = False

    def __post_init__(self):
        ...

    def __len__(self):
        ...

    def world(self, rows: np.ndarray | slice) -> World:
        ...

    def with_features(self, features: np.ndarray) -> 'Catalogue':
        ...

    def frame(self, rows: Iterable[int], **columns: ArrayLike) -> pd.DataFrame:
        ...

    @cached_property
    def ids(self) -> list:
        ...

    @cached_property
    def titles(self) -> list:
        ...

    @cached_property
    def years(self) -> list:
        ...

    @cached_property
    def genres(self) -> list:
        ...

    @cached_property
    def folded(self) -> list:
        ...

    @cached_property
    def named(self) -> dict:
        ...

    def find_title(self, text: str, k: int=5) -> list[int]:
        ...

    def find_row(self, movie: object) -> int:
        ...

    def find_rows(self, movies: object) -> np.ndarray:
        ...

    @cached_property
    def light(self) -> np.ndarray:
        ...

    @cached_property
    def longest(self) -> float:
        ...

    def unseen(self, belief: Belief, rows: np.ndarray) -> np.ndarray:
        ...

    def lengthen(self, new: pd.DataFrame) -> Catalogue:
        ...

def make_catalogue(data: Dataset, vectors: Embeddings, train_users: Sequence | np.ndarray) -> Catalogue:
    ...

class UserState(NamedTuple):
    """Where one viewer stands after so many ratings"""
    count: int
    state: object

@dataclass(frozen=True, eq=False)
class Scorer:
    """A policy at work on a catalogue, for one viewer at a time: pure, as policies are"""
    policy: Policy[Any]
    catalogue: Catalogue
    seed: int

    @cached_property
    def new_user(self) -> UserState:
        ...

    def belief(self, state: object) -> Belief | None:
        ...

    def agent(self, user_id: int | str, user_state: UserState, rows: np.ndarray | slice=...) -> Agent:
        ...

    def after(self, user_state: UserState, rows: Iterable[int], stars: Iterable[float]) -> UserState:
        ...

    @cached_property
    def listed(self) -> bool:
        ...

    def state(self, user_state: UserState, log: dict, rows: np.ndarray | slice) -> Any:
        ...

    @cached_property
    def widths(self) -> np.ndarray:
        ...

    def upper_bounds(self, belief: Belief, rows: np.ndarray | slice, worth: float) -> Iterator[np.ndarray]:
        ...

    def contenders(self, agent: Agent, rows: np.ndarray | slice, k: int, few: int=200) -> np.ndarray:
        ...

    def evidence(self, belief: Belief, rows: list[int] | slice, log: dict) -> tuple[np.ndarray, np.ndarray]:
        ...

    def reasons(self, state: object, rows: list[int], log: dict) -> list[str]:
        ...

class Recommendation(NamedTuple):
    """One movie of a ranking"""
    movie_id: int | str
    title: str
    year: int | None
    rating: float
    low: float
    high: float
    reason: str

class Ranking(list[Recommendation]):
    """Recommendations, best first: a list, which Jupyter shows as a table"""

    def frame(self) -> pd.DataFrame:
        ...

    def __repr__(self):
        ...

    def _repr_html_(self):
        ...

class Recommender:
    """Serves viewers from a catalogue; safe to call from several threads"""

    def __init__(self, policy: Policy[Any], catalogue: Catalogue, seed: Seed=0, level: float=0.9, memory: float=64.0, name: str | None=None):
        ...

    def __len__(self):
        ...

    def __repr__(self):
        ...

    def _snapshot(self):
        ...

    @property
    def viewers(self) -> list:
        ...

    @property
    def catalogue(self) -> Catalogue:
        ...

    @property
    def policy(self) -> Policy[Any]:
        ...

    @classmethod
    def from_dataset(cls, dataset: Dataset, policy: Any='hybrid', embedding: str | Embeddings='pca', dim: int=16, train_users: Sequence | np.ndarray | None=None, seed: Seed=0, **settings: Any) -> 'Recommender':
        ...

    def _stars(self, rating):
        ...

    def _user_state(self, user_id):
        ...

    def rate(self, user_id: int | str, movie: object, rating: float) -> None:
        ...

    def _take(self, user_id, row, stars):
        ...

    def forget(self, user_id: int | str) -> int:
        ...

    def history(self, user_id: int | str) -> pd.DataFrame:
        ...

    def recommend(self, user_id: int | str, k: int=10, allow: object=None, exclude: object=None) -> Ranking:
        ...

    def _described(self, scorer, log, state, rows, places):
        ...

    def _expected(self, scorer, state, rows, places):
        ...

    def predict(self, user_id: int | str, movies: object=None) -> pd.DataFrame:
        ...

    def belief(self, user_id: int | str) -> Belief | None:
        ...

    def explain(self, user_id: int | str, movie: object) -> pd.DataFrame:
        ...

    def search(self, text: str, k: int=5) -> pd.DataFrame:
        ...

    @property
    def log(self) -> pd.DataFrame:
        ...

    def replay(self, log: pd.DataFrame) -> None:
        ...

    def under(self, policy: Any=None, ratings: bool=True) -> 'Recommender':
        ...

    def _another(self, policy, catalogue):
        ...

    def add_movies(self, frame: pd.DataFrame) -> None:
        ...

    def save(self, folder: str | Path) -> None:
        ...

    @classmethod
    def load(cls, folder: str | Path, policy: Policy[Any] | None=None) -> 'Recommender':
        ...

def content_map(movies: pd.DataFrame, columns: np.ndarray, new: pd.DataFrame, strength: float=10.0) -> tuple[np.ndarray, np.ndarray]:
    ...
