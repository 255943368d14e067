"""We replay logged ratings: a policy picks among rated movies, and the stored rating answers."""
__all__ = ['LEFT_OVER', 'SimulationError', 'Replay', 'catalogue_ratings', 'make_items', 'make_replay', 'candidates', 'session_world', 'tidy_frame', 'policy_view', 'simulate', 'in_order', 'time_policies']
import time
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
import numpy as np
import pandas as pd
from joblib import Parallel, delayed, parallel_config
from tqdm.auto import tqdm
from .data import Dataset as Dataset
from .embeddings import Embeddings as Embeddings
from .errors import MissingPackage as MissingPackage, MovieRLRecError as MovieRLRecError, patch_to as patch_to
from .policies import Agent as Agent, Hidden as Hidden, Items as Items, Policy as Policy, Prior as Prior, World as World, choose_policies as choose_policies, flat_prior as flat_prior, is_whole as is_whole, shrunk_means as shrunk_means
from .randomness import randomness as randomness
from .priors import FittedPolicy as FittedPolicy, needs_fitting as needs_fitting
LEFT_OVER = 10

class SimulationError(MovieRLRecError):
    """A simulation that cannot be run as asked"""

@dataclass(frozen=True, eq=False)
class Replay:
    """Logged viewers, laid out in advance: every policy meets the same ones"""
    users: np.ndarray
    start: np.ndarray
    rows: np.ndarray
    ratings: np.ndarray
    ids: np.ndarray
    items: Items

    def __len__(self):
        ...

    def __repr__(self):
        ...

    @property
    def lengths(self) -> np.ndarray:
        ...

    def find(self, users: Sequence | np.ndarray, error: type=...) -> np.ndarray:
        ...

    def only(self, users: Sequence | np.ndarray) -> Replay:
        ...

def catalogue_ratings(movies: pd.DataFrame) -> np.ndarray | None:
    ...

def make_items(data: Dataset, embeddings: Embeddings, users: Sequence | np.ndarray) -> Items:
    ...

def make_replay(data: Dataset, embeddings: Embeddings, train: Sequence | np.ndarray, test: Sequence | np.ndarray) -> Replay:
    ...

def candidates(replay: Replay, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    ...

def session_world(replay: Replay, rows: np.ndarray, ratings: np.ndarray, listed: np.ndarray, policy: Policy[Any]) -> World:
    ...

def tidy_frame(replay: Replay, rows: np.ndarray, shown: list, seed: int) -> pd.DataFrame:
    ...

def policy_view(replay: Replay, policy: Policy[Any] | FittedPolicy) -> tuple[Replay, Policy[Any]]:
    ...

def simulate(replay: Replay, policies: Mapping[str, Policy[Any] | FittedPolicy] | Sequence[str], steps: int=50, seeds: Sequence[int]=..., batch: int=64, workers: int=1, progress: bool=True, engine: str='auto') -> pd.DataFrame:
    ...

def in_order(frame: pd.DataFrame, replay: Replay, seeds: Sequence) -> pd.DataFrame:
    ...

def time_policies(replay: Replay, policies: Mapping[str, Policy[Any] | FittedPolicy] | Sequence[str], steps: int=20, viewers: int=10) -> pd.DataFrame:
    ...
