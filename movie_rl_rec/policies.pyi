"""A policy is a belief about a viewer, and a way to choose the next movie under it."""
__all__ = ['TIE', 'SCRATCH', 'POLICIES', 'PolicyError', 'UnseenRatingError', 'is_whole', 'Hidden', 'Items', 'World', 'as_world', 'Policy', 'pick', 'rank', 'kth_best', 'shortlist', 'Prior', 'Belief', 'square_root', 'flat_prior', 'believe', 'learn', 'expected', 'std', 'draw', 'plot_belief', 'ellipse', 'LinearPolicy', 'GreedyPolicy', 'decaying', 'EpsilonGreedyPolicy', 'LinUCB', 'LinTS', 'Boltzmann', 'OFUL', 'rising', 'BayesUCB', 'StaticPolicy', 'PredictedRanking', 'RandomPolicy', 'MostPopular', 'BestRated', 'CatalogueRating', 'Oracle', 'shrunk_means', 'Registered', 'choose_policies', 'describe', 'leaves', 'keep_unrated', 'Agent', 'check_policy', 'save_agent', 'load_agent']
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
import numpy as np
from numpy.typing import ArrayLike
from .errors import MovieRLRecError as MovieRLRecError, documented as documented, patch_to as patch_to
from .randomness import Randomness as Randomness, Seed as Seed, randomness as randomness, seed_key as seed_key
from .store import load_arrays as load_arrays, save_arrays as save_arrays

class PolicyError(MovieRLRecError):
    """A policy, or what was handed to it, violates the contract of `Policy`"""

class UnseenRatingError(PolicyError):
    """A policy reached for ratings that were not shown to it"""

def is_whole(number: object, least: int) -> bool:
    ...

class Hidden:
    """Stands where a user's ratings would be: any use of it is an error"""

    def _refuse(self, *args, **kwargs):
        ...
    __array__ = __getitem__ = __len__ = __iter__ = __getattr__ = _refuse

    def __reduce__(self):
        ...

    def __deepcopy__(self, memo):
        ...

    def __repr__(self):
        ...

@documented
class Items(NamedTuple):
    """What is known of some items before a new user rates any of them; `...` is (m,) for a catalogue, (n, k) for the candidates of users"""
    X: np.ndarray
    popularity: np.ndarray | None = None
    item_mean: np.ndarray | None = None
    catalogue: np.ndarray | None = None
    mean: float = 0.0
    std: float = 1.0

    def take(self, rows: np.ndarray | slice) -> 'Items':
        ...

@documented
class World(NamedTuple):
    """What a policy knows at the start about `n` users with `k` candidates each"""
    items: Items
    ratings: np.ndarray | Hidden = Hidden()
    listed: np.ndarray | None = None

    @property
    def X(self) -> np.ndarray:
        ...

    def rows(self, rows: np.ndarray) -> 'World':
        ...

def as_world(X: ArrayLike | Items | World, n: int) -> World:
    ...
_State = TypeVar('_State')

class Policy(Protocol[_State]):
    """A belief and a way to choose under it: pure functions over an explicit state of `n` viewers"""

    def init(self, world: World, n: int) -> _State:
        ...

    def score(self, state: _State, X: np.ndarray, rng: Randomness, step: int) -> np.ndarray:
        ...

    def update(self, state: _State, x: np.ndarray, reward: np.ndarray) -> _State:
        ...
TIE = 1e-09

def pick(scores: np.ndarray, open: np.ndarray, rng: Randomness, nth: int=0) -> np.ndarray:
    ...

def rank(scores: np.ndarray, open: np.ndarray, rng: Randomness, count: int) -> np.ndarray:
    ...

def kth_best(values: np.ndarray, k: int, block: int=256) -> float:
    ...

def shortlist(scores: np.ndarray, open: np.ndarray, count: int) -> np.ndarray:
    ...

@documented
class Prior(NamedTuple):
    """What is believed of a new user's taste: eq. (4.1)"""
    mean: np.ndarray
    cov: np.ndarray
    noise: float

@documented
class Belief(NamedTuple):
    """The posterior over the tastes of `n` users, Normal(mean, noise**2 root root'): eq. (4.1)"""
    mean: np.ndarray
    root: np.ndarray
    noise: np.ndarray
    count: np.ndarray
    growth: np.ndarray
    misfit: np.ndarray

    @property
    def cov(self) -> np.ndarray:
        ...

def square_root(cov: np.ndarray) -> np.ndarray:
    ...

def flat_prior(d: int, mean: float=0.0, noise: float=1.0, ridge: float=1.0) -> Prior:
    ...

def believe(prior: Prior, n: int) -> Belief:
    ...

def learn(belief: Belief, x: np.ndarray, reward: np.ndarray) -> Belief:
    ...

def expected(belief: Belief, X: np.ndarray) -> np.ndarray:
    ...

def std(belief: Belief, X: np.ndarray) -> np.ndarray:
    ...

def draw(belief: Belief, rng: Randomness, scale: float=1.0) -> np.ndarray:
    ...

def plot_belief(beliefs: dict, truth: np.ndarray, title: str=''):
    ...

def ellipse(belief: Belief, sds: float=2.0, points: int=60) -> np.ndarray:
    ...

@documented
@dataclass(frozen=True)
class LinearPolicy:
    """A linear-Gaussian belief, scored by expected rating plus `bonus` standard deviations: eq. (4.3b)"""
    prior: Prior | None = field(default=None, kw_only=True)

    def init(self, world: World, n: int) -> Belief:
        ...

    def noise(self, belief: Belief) -> np.ndarray:
        ...

    def bonus(self, belief: Belief, step: int) -> float | np.ndarray:
        ...

    def score(self, state: Belief, X: np.ndarray, rng: Randomness, step: int) -> np.ndarray:
        ...

    def update(self, state: Belief, x: np.ndarray, reward: np.ndarray) -> Belief:
        ...

    def predict(self, state: Belief, X: np.ndarray) -> np.ndarray:
        ...

@documented
@dataclass(frozen=True)
class GreedyPolicy(LinearPolicy):
    """Show the movie with the highest expected rating: eq. (4.4)"""

def decaying(step: int) -> float:
    ...

@documented
@dataclass(frozen=True)
class EpsilonGreedyPolicy(LinearPolicy):
    """Show a random movie with probability epsilon, otherwise the best expected one: eq. (4.5); Carpentier et al. 2015"""
    epsilon: float | Callable = 0.3

    def __post_init__(self):
        ...

    def score(self, state: Belief, X: np.ndarray, rng: Randomness, step: int) -> np.ndarray:
        ...

@documented
@dataclass(frozen=True)
class LinUCB(LinearPolicy):
    """Show the movie with the highest optimistic rating, expected plus alpha standard deviations: eq. (4.6); Li et al. 2010, Chu et al. 2011"""
    alpha: float = 1.0

    def __post_init__(self):
        ...

    def bonus(self, belief: Belief, step: int) -> float | np.ndarray:
        ...

@documented
@dataclass(frozen=True)
class LinTS(LinearPolicy):
    """Draw one plausible taste and show its favourite: eq. (4.7); Thompson 1933, Agrawal & Goyal 2013"""
    scale: float = 1.0

    def __post_init__(self):
        ...

    def score(self, state: Belief, X: np.ndarray, rng: Randomness, step: int) -> np.ndarray:
        ...

@documented
@dataclass(frozen=True)
class Boltzmann(LinearPolicy):
    """Show a movie with probability proportional to exp(expected rating / temperature): eq. (4.8); Luce 1959"""
    temperature: float = 0.2

    def __post_init__(self):
        ...

    def score(self, state: Belief, X: np.ndarray, rng: Randomness, step: int) -> np.ndarray:
        ...

@documented
@dataclass(frozen=True)
class OFUL(LinearPolicy):
    """LinUCB with the radius of eq. (4.9): the true taste is inside at all steps with probability 1 - delta; Abbasi-Yadkori et al. 2011"""
    delta: float = 0.1
    bound: float = 1.0

    def __post_init__(self):
        ...

    def bonus(self, belief: Belief, step: int) -> float | np.ndarray:
        ...

def rising(step: int) -> float:
    ...

@documented
@dataclass(frozen=True)
class BayesUCB(LinearPolicy):
    """Show the movie whose mean rating has the highest posterior quantile, the noise being unknown: eq. (4.10); Kaufmann et al. 2012"""
    schedule: Callable = rising
    strength: float = 2.0

    def noise(self, belief: Belief) -> np.ndarray:
        ...

    def bonus(self, belief: Belief, step: int) -> float | np.ndarray:
        ...

@documented
@dataclass(frozen=True)
class StaticPolicy:
    """What all fixed rankings share: one score per movie, known beforehand; nothing is learned"""

    def score(self, state: Any, X: np.ndarray, rng: Randomness, step: int) -> np.ndarray:
        ...

    def update(self, state: Any, x: np.ndarray, reward: np.ndarray) -> Any:
        ...

@documented
@dataclass(frozen=True)
class PredictedRanking(StaticPolicy):
    """A fixed ranking by ratings in stars: what is scored is also what is predicted"""

    def predict(self, state: Any, X: np.ndarray) -> np.ndarray:
        ...

@documented
@dataclass(frozen=True)
class RandomPolicy(PredictedRanking):
    """Show any open movie, all alike: the floor"""

    def init(self, world: World, n: int) -> np.ndarray:
        ...

    def score(self, state: Any, X: np.ndarray, rng: Randomness, step: int) -> np.ndarray:
        ...

@documented
@dataclass(frozen=True)
class MostPopular(StaticPolicy):
    """Show what most training users have rated"""

    def init(self, world: World, n: int) -> np.ndarray:
        ...

@documented
@dataclass(frozen=True)
class BestRated(PredictedRanking):
    """Show what the training users rate highest, small counts shrunk towards the mean: eq. (4.11)"""

    def init(self, world: World, n: int) -> np.ndarray:
        ...

@documented
@dataclass(frozen=True)
class CatalogueRating(StaticPolicy):
    """Show what the catalogue's own rating column ranks highest, where it has one"""

    def init(self, world: World, n: int) -> np.ndarray:
        ...

@documented
@dataclass(frozen=True)
class Oracle(PredictedRanking):
    """Show the viewer's own best-rated movies first: the ceiling, which knows every rating beforehand"""
    sees_ratings = True

    def init(self, world: World, n: int) -> np.ndarray:
        ...

def shrunk_means(items: np.ndarray, ratings: np.ndarray, m: int, strength: float=5.0) -> np.ndarray:
    ...

class Registered(NamedTuple):
    """A policy as the registry knows it"""
    policy: Any
    family: str
    colour: str
    main: bool = False

    @property
    def servable(self) -> bool:
        ...
SCRATCH = {'random': Registered(RandomPolicy(), 'baseline', '#888888', main=True), 'most-popular': Registered(MostPopular(), 'baseline', '#ff9896', main=True), 'best-rated': Registered(BestRated(), 'baseline', '#d62728', main=True), 'catalogue': Registered(CatalogueRating(), 'baseline', '#e377c2'), 'greedy': Registered(GreedyPolicy(), 'learner', '#1f77b4', main=True), 'epsilon-greedy': Registered(EpsilonGreedyPolicy(), 'learner', '#9467bd'), 'epsilon-decay': Registered(EpsilonGreedyPolicy(epsilon=decaying), 'learner', '#c5b0d5'), 'linucb': Registered(LinUCB(), 'learner', '#2ca02c', main=True), 'lints': Registered(LinTS(), 'learner', '#17becf', main=True), 'boltzmann': Registered(Boltzmann(), 'learner', '#8c6d31'), 'oful': Registered(OFUL(), 'learner', '#98df8a'), 'bayes-ucb': Registered(BayesUCB(), 'learner', '#ff7f0e'), 'oracle': Registered(Oracle(), 'bound', '#111111', main=True)}
POLICIES = {name: entry.policy for name, entry in SCRATCH.items()}

def choose_policies(names: Sequence[str], known: dict | None=None) -> dict[str, Any]:
    ...

def describe(policy: Policy[Any]) -> str:
    ...

def leaves(state: object) -> list[np.ndarray]:
    ...

def keep_unrated(after: _State, before: _State, rated: np.ndarray) -> _State:
    ...

@documented
class Agent(Generic[_State]):
    """A policy in a session with `n` users: what it believes of each, and what may still be shown"""
    policy: Policy[_State]
    users: tuple
    world: World
    rng: Randomness
    state: _State
    open: np.ndarray
    step: int

    def __init__(self, policy: Policy[_State], X: ArrayLike | Items | World, users: Sequence | np.ndarray=..., seed: Seed=0, no_repeats: bool=True, state: _State | None=None, step: int=0):
        ...

    def __copy__(self):
        ...

    def choose(self) -> np.ndarray:
        ...

    def rank(self, k: int, among: ArrayLike | None=None) -> np.ndarray:
        ...

    def predict(self, rows: ArrayLike) -> np.ndarray:
        ...

    def update(self, rows: ArrayLike, rewards: ArrayLike, answered: ArrayLike | None=None) -> None:
        ...

def check_policy(policy: Policy[Any], n: int=4, k: int=12, d: int=5, seed: Seed=0, world: World | None=None) -> None:
    ...

def save_agent(agent: 'Agent[Any]', folder: str | Path) -> None:
    ...

def load_agent(folder: str | Path, policy: Policy[_State], X: ArrayLike | Items | World) -> 'Agent[_State]':
    ...
