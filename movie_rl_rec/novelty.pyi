"""A song heard a minute ago is not wanted again yet: taste times a forgetting curve."""
__all__ = ['NOVELTY_POLICIES', 'NoveltyError', 'novelty', 'split_time', 'NoveltyPrior', 'NoveltyBelief', 'believe_novelty', 'learn_novelty', 'Mixture', 'refine', 'NoveltyBayesUCB', 'NoveltyTS', 'NoveltyGreedy', 'VBFit', 'vb_prior', 'vb_bound', 'fit_vb', 'NoveltyVB', 'NoveltyEnv', 'play_novelty', 'WithoutTime', 'TimeAsFeature']
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple
import numpy as np
from scipy.interpolate import PPoly
from scipy.special import digamma, gammainccinv, gammaincinv, gammaln, log_softmax, ndtr, ndtri, stdtr, stdtrit
from .errors import documented as documented, patch_to as patch_to
from .policies import Agent as Agent, Items as Items, LinUCB as LinUCB, PolicyError as PolicyError, World as World, flat_prior as flat_prior, rising as rising
from .randomness import randomness as randomness

class NoveltyError(PolicyError):
    """What was handed to the novelty model is not what it needs"""

def novelty(t, recovery) -> np.ndarray:
    ...

def split_time(X: np.ndarray) -> tuple:
    ...

@documented
class NoveltyPrior(NamedTuple):
    """What is believed of a new viewer: eq. (4a.2)"""
    mean: np.ndarray
    cov: np.ndarray
    shape: float
    rate: float
    recovery_shape: float = 3.0
    recovery_mean: float = 300.0
    points: int = 128

    @classmethod
    def wang(cls, d: int):
        ...

    @classmethod
    def flat(cls, d: int, mean: float=0.0, noise: float=1.0, strength: float=2.0):
        ...

@documented
class NoveltyBelief(NamedTuple):
    """What is believed of `n` viewers: a Normal-inverse-Gamma and a weight per recovery time"""
    logw: np.ndarray
    recovery: np.ndarray
    mean: np.ndarray
    cov: np.ndarray
    shape: np.ndarray
    rate: np.ndarray
    x: np.ndarray
    t: np.ndarray
    reward: np.ndarray
    prior: NoveltyPrior

    @property
    def weights(self) -> np.ndarray:
        ...

    @property
    def effective_points(self) -> np.ndarray:
        ...

    def viewer(self, i: int):
        ...

    def utilities(self, X: np.ndarray, t: np.ndarray, least: float=1e-12) -> Mixture:
        ...

def believe_novelty(prior: NoveltyPrior, n: int, window=None) -> NoveltyBelief:
    ...

def learn_novelty(belief: NoveltyBelief, x: np.ndarray, t: np.ndarray, reward: np.ndarray) -> NoveltyBelief:
    ...

@documented
class Mixture(NamedTuple):
    """One viewer's utilities: a mixture of `J` Student-t distributions per candidate, eq. (4a.5)"""
    weight: np.ndarray
    loc: np.ndarray
    scale: np.ndarray
    df: float

    def mean(self) -> np.ndarray:
        ...

    def sd(self) -> np.ndarray:
        ...

    def cdf(self, q) -> np.ndarray:
        ...

    def quantile(self, alpha: float) -> np.ndarray:
        ...

def refine(belief: NoveltyBelief, least: float=6.0) -> NoveltyBelief:
    ...

@dataclass(frozen=True)
class _NoveltyPolicy:
    """What the policies on the exact belief share; each adds its own `score`"""
    prior: NoveltyPrior | None = field(default=None, kw_only=True)

    def init(self, world, n):
        ...

    def update(self, state, x, reward):
        ...

    def predict(self, state, X):
        ...

    def _utilities(self, state, X):
        ...

@documented
@dataclass(frozen=True)
class NoveltyBayesUCB(_NoveltyPolicy):
    """Show the movie whose utility, taste times novelty, has the highest posterior quantile: eq. (4a.6); Wang et al. 2013, Bayes-UCB-CN, made exact"""
    schedule: Callable = rising

    def score(self, state, X, rng, step):
        ...

@documented
@dataclass(frozen=True)
class NoveltyTS(_NoveltyPolicy):
    """Draw one plausible taste and recovery time and show their favourite: eq. (4a.7); Thompson 1933, with the model of Wang et al. 2013"""

    def score(self, state, X, rng, step):
        ...

@documented
@dataclass(frozen=True)
class NoveltyGreedy(_NoveltyPolicy):
    """Fit taste and recovery time by least squares and show the best prediction: eq. (4a.8); Wang et al. 2013, Greedy-CN"""

    def score(self, state, X, rng, step):
        ...

    def predict(self, state, X):
        ...

@documented
class VBFit(NamedTuple):
    """Taste, curve and noise of a viewer, independent of each other: eq. (4a.10); fitted: (4a.11)"""
    taste: np.ndarray
    taste_cov: np.ndarray
    curve: np.ndarray
    curve_cov: np.ndarray
    shape: float
    rate: float
    knots: np.ndarray

    def basis(self, t: np.ndarray) -> np.ndarray:
        ...

    def utilities(self, X: np.ndarray, t: np.ndarray) -> Mixture:
        ...

def vb_prior(prior: NoveltyPrior, noise: float | None=None) -> VBFit:
    ...

def vb_bound(prior: VBFit, fit: VBFit, x: np.ndarray, T: np.ndarray, reward: np.ndarray) -> float:
    ...

def fit_vb(prior: VBFit, x: np.ndarray, T: np.ndarray, reward: np.ndarray, start: VBFit | None=None, sweeps: int=500, tol: float=1e-09) -> tuple:
    ...

@documented
@dataclass(frozen=True)
class NoveltyVB(NoveltyBayesUCB):
    """Bayes-UCB on the variational approximation of the novelty model: eqs. (4a.6) and (4a.11a-c); Wang et al. 2013, Bayes-UCB-CN-V, repaired"""
    tol: float = 1e-06

    def init(self, world, n):
        ...

    def update(self, state, x, reward):
        ...

@documented
@dataclass(frozen=True)
class NoveltyEnv:
    """A simulated world where the novelty model is right: eq. (4a.1); Wang et al., section 5.2"""
    X: np.ndarray
    taste: np.ndarray
    recovery: np.ndarray
    users: tuple
    noise: float
    gap: float = 50 / 60
    session: int = 20
    rest: float = 4.0

    @classmethod
    def wang(cls, n: int=8, k: int=400, d: int=10, noise: float=0.5, size: float=1.0, seed: int=0):
        ...

    def utility(self, t: np.ndarray) -> np.ndarray:
        ...

def play_novelty(policy, env: NoveltyEnv, steps: int, seed: int=0) -> np.ndarray:
    ...

@documented
@dataclass(frozen=True)
class WithoutTime:
    """Play a policy that knows no novelty: the elapsed times are taken off the features; Wang et al. 2013, LinUCB-C"""
    policy: object = LinUCB()

    def _plain(self, X):
        ...

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
class TimeAsFeature(WithoutTime):
    """Play a linear policy with the elapsed time as one more feature, in months, at most 1; Wang et al. 2013, LinUCB-CN"""
    month: float = 43200.0

    def _plain(self, X):
        ...
NOVELTY_POLICIES = {'novelty-bayes-ucb': NoveltyBayesUCB(), 'novelty-ts': NoveltyTS(), 'novelty-greedy': NoveltyGreedy(), 'novelty-vb': NoveltyVB(), 'linucb-c': WithoutTime(), 'linucb-cn': TimeAsFeature()}
