"""How good was it, and how sure are we? Measures, intervals, paired differences, calibration."""
__all__ = ['MEASURES', 'FEW', 'ResultError', 'per_user', 'Interval', 'interval', 'means', 'summarise', 'pooled_skill', 'catalogue_coverage', 'predictive', 'calibration', 'curves', 'compare', 'holm', 'differences', 'users_needed', 'user_traits', 'by_group', 'session']
from typing import NamedTuple
import numpy as np
import pandas as pd
from scipy.stats import bootstrap, norm, wilcoxon
from scipy.stats import t as student
from .data import Scale as Scale
from .errors import MovieRLRecError as MovieRLRecError
from .policies import LinearPolicy as LinearPolicy, believe as believe, std as std, expected as expected, flat_prior as flat_prior, learn as learn
from .simulation import Replay as Replay, policy_view as policy_view
MEASURES = {'reward': 'mean rating of what was shown, stars', 'skill': 'share of the best possible (0 random, 1 best order)', 'regret': 'stars lost against the best possible order', 'hits': 'share of movies really liked, rated at least three quarters up the scale', 'rmse': 'prediction error before the rating, stars'}

class ResultError(MovieRLRecError):
    """Results that cannot be summarised as asked"""

def per_user(frame: pd.DataFrame, replay: Replay, scale: Scale) -> pd.DataFrame:
    ...
FEW = 8

class Interval(NamedTuple):
    """A mean over users and its interval: numbers, or arrays of one shape"""
    mean: float | np.ndarray
    low: float | np.ndarray
    high: float | np.ndarray

    def columns(self, name: str) -> dict:
        ...

def interval(values: np.ndarray, resamples: int=2000, seed: int=0, level: float=0.95) -> Interval:
    ...

def means(users: pd.DataFrame, columns, by=..., **how) -> pd.DataFrame:
    ...

def summarise(users: pd.DataFrame, reference: str='best-rated', seed: int=0) -> pd.DataFrame:
    ...

def pooled_skill(users: pd.DataFrame, seed: int=0) -> pd.DataFrame:
    ...

def catalogue_coverage(frame: pd.DataFrame, replay: Replay) -> pd.DataFrame:
    ...

def predictive(frame: pd.DataFrame, replay: Replay, policy) -> pd.DataFrame:
    ...

def calibration(predicted: pd.DataFrame) -> pd.DataFrame:
    ...

def curves(frame: pd.DataFrame, replay: Replay) -> pd.DataFrame:
    ...

def compare(users: pd.DataFrame, policy: str, other: str, measure: str='reward') -> tuple:
    ...

def holm(p: np.ndarray) -> np.ndarray:
    ...

def differences(users: pd.DataFrame, pairs) -> pd.DataFrame:
    ...

def users_needed(users: pd.DataFrame, policy: str, other: str, difference: float=0.01, power: float=0.8) -> int:
    ...

def user_traits(replay: Replay) -> pd.DataFrame:
    ...

def by_group(users: pd.DataFrame, traits: pd.DataFrame, policy: str, other: str) -> pd.DataFrame:
    ...

def session(frame: pd.DataFrame, replay: Replay, policy, name: str, user_id, movies: pd.DataFrame) -> tuple:
    ...
