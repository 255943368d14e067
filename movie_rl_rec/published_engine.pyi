"""The original notebook's simulation, compiled: the same picks, regrets and errors."""
__all__ = ['PublishedRuns', 'draw_exploration', 'play_published']
from collections.abc import Sequence
from typing import NamedTuple
import numpy as np
from .as_published import EPSILONS as EPSILONS, explore as explore
from .kernels import CLOSED as CLOSED, HUGE as HUGE, ROUND as ROUND, WIDE as WIDE, EngineError as EngineError, add as add, aligned_zeros as aligned_zeros, check_numbers as check_numbers, collect_above as collect_above, dot as dot, kernel as kernel, lay_out as lay_out, part as part, project as project, run_threads as run_threads, split_work as split_work, tile_maximum as tile_maximum
from .policies import is_whole as is_whole

class PublishedRuns(NamedTuple):
    """The original's simulation, user by user"""
    picks: np.ndarray
    regret: np.ndarray
    error: np.ndarray
    close: np.ndarray
FOUND, PUSH = range(2)

def draw_exploration(policy: str, lengths: Sequence, steps: int, seeds: Sequence) -> np.ndarray:
    ...

def play_published(vectors: np.ndarray, items: np.ndarray, start: np.ndarray, stars: np.ndarray, explored: np.ndarray, s: float=200.0, threads: int=1) -> PublishedRuns:
    ...
