"""One experiment, and all policies, embeddings and protocols in a study that may be interrupted."""
__all__ = ['CONTROL', 'StudyError', 'RunSettings', 'Inputs', 'Experiment', 'experiment', 'versions', 'under_way', 'tuning', 'coverage_of_intervals', 'work_list', 'study']
import json
import os
import platform
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple
import numpy as np
import pandas as pd
from filelock import FileLock, Timeout
from tqdm.auto import tqdm
from .as_published import PAPER_MEASURES as PAPER_MEASURES, ladder as ladder, paper_contrasts as paper_contrasts, paper_features as paper_features, paper_table as paper_table, published_embeddings as published_embeddings, published_features as published_features, simulate_published as simulate_published
from .data import Dataset as Dataset, Split as Split, load as load, split_users as split_users, user_folds as user_folds
from .embeddings import KINDS as KINDS, EmbeddingError as EmbeddingError, embed as embed, quality as quality
from .errors import MovieRLRecError as MovieRLRecError, patch_to as patch_to
from .features import Group as Group, MovieEncoder as MovieEncoder, pca_vectors as pca_vectors
from .measures import by_group as by_group, calibration as calibration, catalogue_coverage as catalogue_coverage, compare as compare, curves as curves, differences as differences, interval as interval, means as means, per_user as per_user, pooled_skill as pooled_skill, predictive as predictive, summarise as summarise, user_traits as user_traits, users_needed as users_needed
from .novelty import NOVELTY_POLICIES as NOVELTY_POLICIES, play_novelty as play_novelty
from .policies import GreedyPolicy as GreedyPolicy, LinTS as LinTS, LinUCB as LinUCB, choose_policies as choose_policies
from .priors import REGISTRY as REGISTRY, FittedPolicy as FittedPolicy, Recipe as Recipe, UnfittedPolicy as UnfittedPolicy, covariance_features as covariance_features, fit as fit, fit_prior as fit_prior, inflate_noise as inflate_noise, rating_arrays as rating_arrays, shrunk_effects as shrunk_effects, with_covariance as with_covariance
from .protocols import made_up as made_up, permuted as permuted, whole_catalogue as whole_catalogue, with_repeats as with_repeats
from .report import EXPLORING as EXPLORING, LEARNERS as LEARNERS, findings as findings
from .simulation import LEFT_OVER as LEFT_OVER, Replay as Replay, make_replay as make_replay, simulate as simulate, time_policies as time_policies
from .store import require_absent as require_absent, atomic_write as atomic_write

class StudyError(MovieRLRecError):
    """An experiment that cannot be carried out as asked"""

@dataclass(frozen=True)
class RunSettings:
    """What an experiment does; on the command line each field is a flag, and its comment the help"""
    data: str = 'sample'
    policies: tuple = ()
    users: int | None = None
    steps: int = 50
    repeats: int = 5
    seed: int = 0
    embedding: str = 'autoencoder'
    model: str | None = None
    device: str = 'cpu'
    workers: int = 1

    def __post_init__(self):
        ...
CONTROL = 'greedy, shuffled'

@dataclass(eq=False)
class Inputs:
    """What the simulations of every group of viewers need, made when first asked for"""
    data: Dataset
    settings: RunSettings
    folder: Path | None = None
    progress: bool = False

    def __post_init__(self):
        ...

    def cached(self, key, make: Callable):
        ...

    def names(self):
        ...

    def simulate(self, replay: Replay, policies, **how) -> pd.DataFrame:
        ...

    def of(self, kind: str):
        ...

    @cached_property
    def vectors(self):
        ...

    def split(self, group: int) -> Split:
        ...

    def train_users(self, group: int) -> np.ndarray:
        ...

    def replay(self, group: int) -> Replay:
        ...

    def policies(self, group: int, names) -> dict:
        ...

    def model(self, recipe: Recipe):
        ...

    def cell(self, *key) -> pd.DataFrame:
        ...

    def cells_of(self, *start) -> pd.DataFrame:
        ...

class Experiment(NamedTuple):
    """What was simulated, and what came of it"""
    data: Dataset
    policies: dict
    replay: Replay
    frame: pd.DataFrame
    users: pd.DataFrame
    summary: pd.DataFrame
    config: dict

def experiment(settings: RunSettings=..., progress: bool=True) -> Experiment:
    ...

def versions() -> dict:
    ...

@contextmanager
def under_way(out: Path, settings: dict):
    ...

def tuning(inputs: Inputs, group: int) -> pd.DataFrame:
    ...

def coverage_of_intervals(replay: Replay, fitted, runs: int=500, viewers: int=120, steps: int=20, seed: int=0) -> pd.DataFrame:
    ...

def work_list(inputs: Inputs) -> list:
    ...

def study(out: str | Path, settings: RunSettings=..., progress: bool=True) -> pd.DataFrame:
    ...
