"""A catalogue of well-known movies, and a model that makes up ratings whose truth is known."""
__all__ = ['Simulated', 'TasteModel', 'simulate_ratings', 'read_sample']
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple
import numpy as np
import pandas as pd
from .formats import read_tables as read_tables

class Simulated(NamedTuple):
    """Simulated ratings and the truth behind them"""
    ratings: pd.DataFrame
    truth: pd.DataFrame

@dataclass(frozen=True)
class TasteModel:
    """Settings of eq. (0e.1): standard deviations in stars, chosen to look like MovieLens"""
    level: float = 3.5
    viewer: float = 0.35
    quality: float = 0.4
    genre: float = 0.5
    era: float = 0.2
    noise: float = 0.8
    fame: float = 1.0
    pull: float = 0.4

def simulate_ratings(movies: pd.DataFrame, n_users: int=400, seed: int=2015, model: TasteModel=..., scale: tuple=...) -> Simulated:
    ...

def read_sample() -> tuple[pd.DataFrame, pd.DataFrame]:
    ...
