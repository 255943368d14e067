"""Other questions to the same policies: whole catalogue, known truth, repeats, permuted ratings."""
__all__ = ['ProtocolError', 'whole_catalogue', 'MadeUp', 'made_up', 'with_repeats', 'permuted']
from dataclasses import replace
from typing import NamedTuple
import numpy as np
import pandas as pd
from .errors import MovieRLRecError as MovieRLRecError
from .novelty import NoveltyEnv as NoveltyEnv
from .priors import PriorFit as PriorFit
from .randomness import randomness as randomness, user_key as user_key
from .simulation import Replay as Replay

class ProtocolError(MovieRLRecError):
    """A protocol that cannot be set up as asked"""

def whole_catalogue(replay: Replay, least: int=1) -> Replay:
    ...

class MadeUp(NamedTuple):
    """Viewers who were made up, and what they really think"""
    replay: Replay
    truth: np.ndarray

    def by_truth(self, frame: pd.DataFrame) -> tuple:
        ...

def made_up(replay: Replay, fitted: PriorFit, n: int=200, least: int=5, seed: int=0) -> MadeUp:
    ...

def with_repeats(replay: Replay, fitted: PriorFit, n: int=24, movies: int=400, seed: int=0) -> NoveltyEnv:
    ...

def permuted(replay: Replay, seed: int=0) -> Replay:
    ...
