"""Rate a movie, see the list change, see what it believes of you: in a terminal, or in Jupyter."""
__all__ = ['DemoError', 'taste', 'View', 'Session', 'say_taste', 'say_list', 'run_console', 'run_demo', 'snapshot', 'handle', 'widget']
import sys
from collections.abc import Callable
from functools import cache, lru_cache, partial
from importlib.resources import files
from typing import NamedTuple
import numpy as np
import pandas as pd
from .data import load as load
from .errors import MissingPackage as MissingPackage, MovieRLRecError as MovieRLRecError, patch_to as patch_to
from .recommender import Recommender as Recommender, Ranking as Ranking

class DemoError(MovieRLRecError):
    """A demo that cannot be started, or an answer that it cannot take"""

def taste(recommender: Recommender, user_id) -> pd.DataFrame:
    ...

class View(NamedTuple):
    """What a viewer sees after an answer"""
    question: object
    ranking: Ranking
    before: tuple
    skipped: frozenset
    taste: pd.DataFrame
    count: int

class Session:
    """One viewer, asked about one movie at a time"""

    def __init__(self, recommender: Recommender, user_id='you', k: int=5):
        ...

    def view(self) -> View:
        ...

    def answer(self, stars: float | None) -> View:
        ...

    def undo(self) -> View:
        ...

def say_taste(found: pd.DataFrame, k: int=3, block: str='█', count: int=0) -> str:
    ...

def say_list(view: View) -> str:
    ...

def run_console(session: Session, ask: Callable[[str], str]=..., say: Callable[[str], object]=..., block: str='█') -> int:
    ...

def run_demo(data: str='sample', policy: str='hybrid', seed: int=0, k: int=5) -> int:
    ...

def snapshot(session: Session, note: str='') -> dict:
    ...

def handle(session: Session, message) -> dict:
    ...
SCRIPT, STYLE = ((files('movie_rl_rec') / 'widget' / name).read_text(encoding='utf-8') for name in ('demo.js', 'demo.css'))

def widget(recommender: Recommender | None=None, user_id='you', k: int=5):
    ...
