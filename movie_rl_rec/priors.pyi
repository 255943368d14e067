"""What the ratings of others tell about a new user: levels, factors, a prior, neighbours."""
__all__ = ['FEW_USERS', 'HYBRID', 'FACTORS', 'REGISTRY', 'UNFITTED', 'PriorError', 'RatingArrays', 'rating_arrays', 'Effects', 'shrunk_effects', 'factorise', 'gather', 'log_evidence', 'estimate_prior', 'audience', 'covariance_features', 'item_facts', 'Recipe', 'PriorFit', 'with_covariance', 'inflate_noise', 'fit_prior', 'predictive_scores', 'overconfidence', 'fit_prior_few', 'FittedPolicy', 'UnfittedPolicy', 'leave_one_out', 'FullKnowledge', 'neighbour_features', 'UserKNN', 'UnfittedKNN', 'needs_fitting', 'fit']
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple
import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import block_diag, eigh
from scipy.sparse import csr_array
from scipy.sparse.linalg import svds
from .data import Dataset as Dataset
from .embeddings import Embeddings as Embeddings
from .errors import documented as documented, patch_to as patch_to
from .policies import POLICIES as POLICIES, SCRATCH as SCRATCH, GreedyPolicy as GreedyPolicy, LinearPolicy as LinearPolicy, LinTS as LinTS, LinUCB as LinUCB, Policy as Policy, PolicyError as PolicyError, PredictedRanking as PredictedRanking, Prior as Prior, Registered as Registered, World as World, believe as believe, choose_policies as choose_policies, describe as describe, expected as expected, flat_prior as flat_prior, is_whole as is_whole, learn as learn, std as std

class PriorError(PolicyError):
    """Training users from whom nothing can be learned, or features that do not fit them"""

@documented
class RatingArrays(NamedTuple):
    """Ratings of training users as arrays, sorted by user"""
    user: np.ndarray
    item: np.ndarray
    stars: np.ndarray
    p: int
    m: int

    def only(self, keep: np.ndarray):
        ...

    def table(self) -> np.ndarray:
        ...

def rating_arrays(data: Dataset, users: Sequence | np.ndarray) -> RatingArrays:
    ...

@documented
class Effects(NamedTuple):
    """How much users and movies are above the mean: eq. (4b.1)"""
    mean: float
    users: np.ndarray
    items: np.ndarray

def shrunk_effects(ratings: RatingArrays, strength: float=5.0, rounds: int=20) -> Effects:
    ...

def factorise(ratings: RatingArrays, effects: Effects, f: int=8, strength: float=10.0, rounds: int=15, seed: int=0) -> np.ndarray:
    ...

def gather(X: np.ndarray, ratings: RatingArrays) -> tuple:
    ...

def log_evidence(prior: Prior, sums: tuple) -> np.ndarray:
    ...
FEW_USERS = 100

def estimate_prior(X: np.ndarray, ratings: RatingArrays, rounds: int=30, pseudo_users: float=0.0) -> tuple[Prior, np.ndarray]:
    ...

def audience(ratings: RatingArrays, f: int=32, strength: float=5.0) -> np.ndarray:
    ...

def covariance_features(ratings: RatingArrays, effects: Effects, rank: int=100, strength: float=100.0, least: int=5) -> np.ndarray:
    ...

def item_facts(ratings: RatingArrays, effects: Effects, strength: float=10.0) -> np.ndarray:
    ...

@documented
@dataclass(frozen=True)
class Recipe:
    """What is taken from other viewers, beside the four facts about each movie"""
    content: bool = True
    audience: int = 0
    factors: int = 0
    covariance: float = 0.0
    crossfit: bool = False
    noise_inflation: float = 1.0

    def __post_init__(self):
        ...

@documented
class PriorFit(NamedTuple):
    """What is learned from other viewers: features of all movies, and a prior for them"""
    features: np.ndarray
    prior: Prior

def with_covariance(fitted: PriorFit, phi: np.ndarray, share: float) -> PriorFit:
    ...

def inflate_noise(fitted: PriorFit, noise_inflation: float) -> PriorFit:
    ...

def fit_prior(recipe: Recipe, vectors: ArrayLike | Embeddings, ratings: RatingArrays, seed: int=0, pseudo_users: float=0.0) -> PriorFit:
    ...

def predictive_scores(prior: Prior, features: np.ndarray, ratings: RatingArrays, reveal: int=10, seed: int=0) -> dict:
    ...

def overconfidence(recipe: Recipe, vectors: ArrayLike | Embeddings, ratings: RatingArrays, seed: int=0, folds: int=5) -> float:
    ...

def fit_prior_few(recipe: Recipe, vectors: ArrayLike | Embeddings, ratings: RatingArrays, seed: int=0) -> PriorFit:
    ...

@documented
class FittedPolicy(NamedTuple):
    """A policy that looks at the movies through features of its own"""
    policy: Policy[Any]
    features: np.ndarray

@documented
@dataclass(frozen=True)
class UnfittedPolicy:
    """A linear policy that starts with what was learned from other viewers"""
    idea: str
    policy: LinearPolicy = GreedyPolicy()
    recipe: Recipe = Recipe()

    def fit(self, vectors: ArrayLike | Embeddings, ratings: RatingArrays, seed: int=0, cache: dict | None=None) -> FittedPolicy:
        ...

    def about(self) -> str:
        ...

def leave_one_out(prior: Prior, X: np.ndarray, stars: np.ndarray) -> np.ndarray:
    ...

@documented
@dataclass(frozen=True)
class FullKnowledge(PredictedRanking, LinearPolicy):
    """Show what the viewer's own other ratings predict to be best: a bound, not a policy, eq. (4b.7)"""
    sees_ratings = True

    def init(self, world: World, n: int) -> Any:
        ...

def neighbour_features(ratings: RatingArrays) -> np.ndarray:
    ...

@documented
@dataclass(frozen=True)
class UserKNN:
    """Show what the most alike training users liked, judged by movies rated so far: eq. (4b.8); Herlocker et al. 1999"""
    k: int = 60
    trust: float = 20.0
    weight: float = 0.7
    shrink: float = 0.5

    def init(self, world, n):
        ...

    def score(self, state, X, rng, step):
        ...

    def update(self, state, x, reward):
        ...

    def predict(self, state, X):
        ...

@documented
@dataclass(frozen=True)
class UnfittedKNN:
    """User-kNN, which must be told what the training users gave"""
    policy: UserKNN = UserKNN()

    def fit(self, vectors, ratings: RatingArrays, seed=0, cache=None) -> FittedPolicy:
        ...

    def about(self) -> str:
        ...
HYBRID = Recipe(audience=40, covariance=0.3, noise_inflation=1.1)
FACTORS = Recipe(content=False, factors=8, crossfit=True)
REGISTRY: dict[str, Registered] = SCRATCH | {'user-knn': Registered(UnfittedKNN(), 'fitted', '#8c564b'), 'content-prior': Registered(UnfittedPolicy('Greedy on genres and year, with a prior fitted to other users; Lindley & Smith 1972'), 'fitted', '#c49c94', main=True), 'factors-prior': Registered(UnfittedPolicy('Greedy on rating factors, with a prior fitted to other users; Koren et al. 2009', recipe=FACTORS), 'fitted', '#dbdb8d'), 'hybrid': Registered(UnfittedPolicy('Greedy on content, audience and item-item covariance, with a prior fitted to other users: the flagship', recipe=HYBRID), 'fitted', '#006d2c', main=True), 'hybrid-linucb': Registered(UnfittedPolicy('The flagship with a little optimism; Li et al. 2010', LinUCB(0.1), HYBRID), 'fitted', '#41ab5d'), 'hybrid-lints': Registered(UnfittedPolicy('The flagship with Thompson sampling; Agrawal & Goyal 2013', LinTS(0.25), HYBRID), 'fitted', '#74c476'), 'full-knowledge': Registered(UnfittedPolicy('A bound: what the flagship would show if it knew all other ratings of the viewer; Cook & Weisberg 1982', FullKnowledge(), HYBRID), 'bound', '#555555')}
UNFITTED = {name: entry.policy for name, entry in REGISTRY.items() if name not in SCRATCH}

def needs_fitting(policy: object) -> bool:
    ...

def fit(policies: Sequence[str] | Mapping[str, Any], dataset: Dataset, vectors: Embeddings, users: Sequence | np.ndarray, seed: int=0, cache: dict | None=None) -> dict[str, Any]:
    ...
