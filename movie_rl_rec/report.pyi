"""Tables in text, findings in sentences, interactive figures, and one page that holds them all."""
__all__ = ['LEARNERS', 'EXPLORING', 'caveat', 'compare_in_words', 'findings', 'to_text', 'plot_curves', 'plot_time', 'plot_intervals', 'plot_forest', 'plot_pooled', 'plot_differences', 'plot_groups', 'plot_session', 'report']
import json
from html import escape
import numpy as np
import pandas as pd
from .measures import FEW as FEW, MEASURES as MEASURES, by_group as by_group, compare as compare, curves as curves, differences as differences, interval as interval, session as session, user_traits as user_traits
from .policies import describe as describe
from .priors import REGISTRY as REGISTRY
from .simulation import time_policies as time_policies

def caveat(users: int) -> str:
    ...

def compare_in_words(users: pd.DataFrame, policy: str, other: str, verb: str='earns') -> str:
    ...
LEARNERS = tuple((name for name, entry in REGISTRY.items() if entry.family == 'learner'))

def findings(users: pd.DataFrame) -> list:
    ...

def to_text(summary: pd.DataFrame) -> pd.DataFrame:
    ...

def plot_curves(lines: pd.DataFrame, measure: str, title: str=''):
    ...

def plot_time(times: pd.DataFrame, title: str=''):
    ...

def plot_intervals(table: pd.DataFrame, value: str, label: str, axis: str, note: str='', title: str='', **marker):
    ...

def plot_forest(summary: pd.DataFrame, title: str=''):
    ...

def plot_pooled(folds: pd.DataFrame, title: str=''):
    ...

def plot_differences(table: pd.DataFrame, title: str=''):
    ...

def plot_groups(groups: pd.DataFrame, title: str=''):
    ...

def plot_session(steps: pd.DataFrame, genres: pd.DataFrame, title: str='', most: int=8):
    ...
EXPLORING = (('linucb', 'greedy'), ('epsilon-greedy', 'greedy'), ('lints', 'greedy'), ('hybrid-linucb', 'hybrid'), ('hybrid-lints', 'hybrid'), ('hybrid', 'greedy'))

def report(experiment) -> str:
    ...
