"""The original's and the paper's policies, faults included, and what each correction changes."""
__all__ = ['EPSILONS', 'RUNGS', 'PAPER', 'PAPER_MEASURES', 'CONTRASTS', 'CLAIMS', 'PublishedError', 'published_features', 'published_embeddings', 'explore', 'simulate_published', 'Corrections', 'play_corrected', 'ladder', 'PaperFeatures', 'paper_features', 'Viewing', 'show_content', 'show_ucb', 'show_leaky', 'show_anyone', 'show_fair', 'PaperPolicy', 'Crowd', 'paper_crowd', 'paper_measures', 'simulate_paper', 'paper_table', 'paper_contrasts', 'Claim']
import math
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import NamedTuple
import numpy as np
import pandas as pd
from sklearn.preprocessing import MultiLabelBinarizer, OneHotEncoder
from tqdm.auto import tqdm
from .data import Dataset as Dataset
from .errors import MovieRLRecError as MovieRLRecError
from .features import pca_vectors as pca_vectors
from .policies import believe as believe, decaying as decaying, expected as expected, flat_prior as flat_prior, learn as learn, std as std
from .randomness import user_key as user_key

class PublishedError(MovieRLRecError):
    """Input that the original's or the paper's code could not have worked with"""

def published_features(genres: Sequence[str], years: Sequence) -> tuple[np.ndarray, list]:
    ...

def published_embeddings(vectors: np.ndarray, titles: Sequence[str]) -> pd.DataFrame:
    ...
EPSILONS = {'greedy': 0.0, 'epsilon_greedy': 0.3, 'random': 1.0}

def explore(generator: np.random.Generator, k: int, epsilon: float, out: np.ndarray):
    ...

def simulate_published(ratings: pd.Series, embeddings: pd.DataFrame, policy: str, steps: int=500, s: float=200, seed: int | None=None, explored: Sequence | None=None) -> pd.DataFrame:
    ...

class Corrections(NamedTuple):
    """Which of the original's faults are mended; all off is the original's greedy policy"""
    random_ties: bool = False
    unseen_is_new: bool = False
    once: bool = False
    centred: bool = False
    posterior: bool = False
    optimism: bool = False
RUNGS = {name: Corrections(*[True] * mended) for mended, name in enumerate(('as published', 'ties at random', 'full novelty for the unseen', 'no repeats', 'centred ratings and vectors', 'Bayesian regression', 'optimism (LinUCB)'))}

def play_corrected(ratings: pd.Series, embeddings: pd.DataFrame, corrections: Corrections, steps: int=20, s: float=200, mean: float=0.0, seed: int=0) -> list:
    ...

def ladder(viewers: Mapping, embeddings: pd.DataFrame, mean: float, steps: int=20, s: float=200, seeds: Sequence=...) -> pd.DataFrame:
    ...

class PaperFeatures(NamedTuple):
    """What the paper knows of each movie"""
    onehot: pd.DataFrame
    vectors: pd.DataFrame
    explained: float

def paper_features(movies: pd.DataFrame, dim: int=20) -> PaperFeatures:
    ...

class Viewing(NamedTuple):
    """What the paper's code has before it when it chooses: one viewer at one moment"""
    X: np.ndarray
    ratings: np.ndarray
    given: np.ndarray
    profiles: np.ndarray
    me: int | None
    theta: np.ndarray
    novelty: np.ndarray
    count: np.ndarray
    epoch: int
    draws: np.ndarray

def show_content(v: Viewing) -> int:
    ...

def show_ucb(v: Viewing) -> int:
    ...

def show_leaky(v: Viewing, whose: int | None=None) -> int:
    ...

def show_anyone(v: Viewing) -> int:
    ...

def show_fair(v: Viewing, neighbours: int=10) -> int:
    ...

class PaperPolicy(NamedTuple):
    """What to show, and how often to show anything instead"""
    choose: Callable
    epsilon: float | Callable
PAPER = {'random': PaperPolicy(show_content, 1.0), 'epsilon': PaperPolicy(show_content, 0.3), 'decaying': PaperPolicy(show_content, decaying), 'greedy-ucb': PaperPolicy(show_ucb, decaying), 'collaborative': PaperPolicy(show_leaky, decaying), 'collaborative-epsilon': PaperPolicy(show_leaky, 0.3), 'collaborative-fair': PaperPolicy(show_fair, decaying), 'collaborative-fair-epsilon': PaperPolicy(show_fair, 0.3), 'collaborative-anyone': PaperPolicy(show_anyone, decaying)}

class Crowd(NamedTuple):
    """Everybody's ratings, and what the paper's code makes of them"""
    ratings: pd.DataFrame
    level: np.ndarray
    profiles: np.ndarray

def paper_crowd(ratings: pd.DataFrame, features: pd.DataFrame, means: pd.Series) -> Crowd:
    ...

def paper_measures(ratings: np.ndarray, X: np.ndarray, s: float=200.0) -> pd.DataFrame:
    ...

def simulate_paper(ratings: pd.Series, features: pd.DataFrame, policy: str | PaperPolicy, crowd: Crowd | None=None, user_id=None, steps: int=200, s: float=200.0, seed=0) -> pd.DataFrame:
    ...
PAPER_MEASURES = {'regret': 'sum of rating minus utility, after all steps', 'sq_err': 'squared error, last ten steps', 'rating_mid': 'mean rating of twenty steps around the middle', 'rating_last': 'mean rating, last ten steps', 'rating': 'mean rating, all steps', 'distinct': 'different movies shown, as a share of the most possible'}

def paper_table(data: Dataset, users: Sequence, policies: Sequence=..., steps: int=200, s: float=200.0, most: int=1000, least: int=50, seed: int=0, progress: bool=True) -> pd.DataFrame:
    ...
CONTRASTS = {'collaborative - content': ('collaborative', 'decaying'), 'collaborative without the leak - content': ('collaborative-fair', 'decaying'), 'leak without a neighbour - content': ('collaborative-anyone', 'decaying'), 'leak - no leak': ('collaborative', 'collaborative-fair'), 'content - random': ('decaying', 'random'), 'decaying - constant epsilon': ('decaying', 'epsilon'), 'greedy-ucb - random': ('greedy-ucb', 'random')}

def paper_contrasts(table: pd.DataFrame) -> pd.DataFrame:
    ...

class Claim(NamedTuple):
    """A claim of the papers or of the original notebook"""
    claim: str
    who: str
    measured: str
    code: str
    ours: str | None
CLAIMS: tuple[Claim, ...] = (Claim('the exact Bayesian policy has the least regret', 'Wang 2013', 'simulated songs, regret at 200: random 325, LinUCB 203, greedy 172, Bayes-UCB 103', "not published; noise, scale of the features and LinUCB's alpha are not stated", None), Claim('listeners prefer it to the greedy policy', 'Wang 2013', '15 listeners, 200 songs each, mean rating at the end: 3.22 against 3.09 of 5', 'not published', None), Claim('a variational approximation makes it fast', 'Wang 2013', '1.3 s at 1,000 ratings; sampling: about 25 s at 100', 'not published', None))
CLAIMS += (Claim('collaborative filtering beats content', 'Carpentier 2015', 'regret at 200: 108 against 120; rating of the last ten: .83 against .79', "shows the viewer's own best rated movie of somebody's list: a leak", 'collaborative without the leak - content'), Claim('the content policy learns', 'Carpentier 2015', "regret at 200: 120 against random's 146; rating of the last ten: .79 against .78", 'the regret is a residual: no best movie enters, and a high prediction lowers it', 'content - random'), Claim('an epsilon that falls beats a constant one', 'Carpentier 2015', 'regret at 200: 120 against 128; rating of the last ten: .79 against .79', 'as described', 'decaying - constant epsilon'), Claim('greedy-UCB does badly, for want of tuning', 'Carpentier 2015', "regret at 200: 143 against random's 146; rating of the last ten: .77 against .78", 'an infinite bonus for what was never shown: the catalogue from top to bottom', 'greedy-ucb - random'), Claim('exact Bayesian inference is too slow to use', 'Carpentier 2015', '205 to 220 s for each recommendation', 'a sampler started anew for every recommendation', None), Claim('twenty components keep about 83% of the variance', 'Carpentier 2015', '.8167 in their own output', 'first genre and year, one-hot', None), Claim('its greedy policies learn', 'original notebook', 'curves over five viewers, without intervals', 'a bonus for what was already shown; the regret looks at what is left after the choice', None))
