"""The same simulation, compiled: each rating moves all scores by one number times one vector."""
__all__ = ['START_SCORE', 'START_VAR', 'SCORE', 'VAR', 'FOUND', 'PUSH', 'ZEROS', 'TOP', 'BONUS', 'CAUGHT', 'LOOKED', 'LIMIT', 'LEFT', 'WIDTH', 'SPREAD', 'WIDEST', 'MIDDLE', 'THEN', 'MEAN', 'AIM', 'STEP', 'ROOM', 'FIXED', 'TASTE', 'DRAW', 'GUMBEL', 'ALPHA', 'RADIUS', 'QUANTILE', 'RULES', 'Workspace', 'workspace', 'learn_one', 'Rule', 'rule', 'is_fixed', 'bonus_rule', 'find_rule', 'Viewers', 'RunInputs', 'play_users', 'play']
from math import log, log1p, sqrt
from typing import NamedTuple
import numpy as np
from scipy.special import stdtrit
from .kernels import CLOSED as CLOSED, HUGE as HUGE, ROUND as ROUND, TILE as TILE, EngineError as EngineError, add as add, aligned_zeros as aligned_zeros, check_numbers as check_numbers, collect_above as collect_above, copy as copy, dot as dot, kernel as kernel, lay_out as lay_out, normal_quantile as normal_quantile, part as part, project as project, random_pair as random_pair, run_threads as run_threads, split_work as split_work, tile_maximum as tile_maximum
from .policies import OFUL as OFUL, TIE as TIE, BayesUCB as BayesUCB, Boltzmann as Boltzmann, EpsilonGreedyPolicy as EpsilonGreedyPolicy, LinearPolicy as LinearPolicy, LinTS as LinTS, Prior as Prior, RandomPolicy as RandomPolicy, StaticPolicy as StaticPolicy, is_whole as is_whole, square_root as square_root
from .randomness import Purpose as Purpose, Randomness as Randomness
START_SCORE, START_VAR, SCORE, VAR, FOUND, PUSH, ZEROS = range(7)
TOP, BONUS, CAUGHT, LOOKED, LIMIT, LEFT, WIDTH, SPREAD, WIDEST = range(9)
MIDDLE, THEN = range(2)
MEAN, AIM, STEP, ROOM = range(4)

class Workspace(NamedTuple):
    """One user's candidates in T tiles, and what is known of them"""
    X: np.ndarray
    S: np.ndarray
    bits: np.ndarray
    H: np.ndarray
    L: np.ndarray
    P: np.ndarray
    B: np.ndarray
    C: np.ndarray
    who: np.ndarray
    exact: np.ndarray

def workspace(k: int, d: int, steps: int) -> Workspace:
    ...

@kernel
def update_tile(X: np.ndarray, t: int, width: int, H: np.ndarray, first: int, last: int, S: np.ndarray):
    ...

@kernel
def recompute_tile(X: np.ndarray, t: int, width: int, H: np.ndarray, S: np.ndarray, B: np.ndarray, C: np.ndarray):
    ...

@kernel
def upper_bounds(t: int, width: int, S: np.ndarray, bonus: np.float32, blur: np.float32):
    ...

@part
def tile_limits(count: int, bonus: float, work: Workspace) -> int:
    ...

@part
def transposed_times(C: np.ndarray, A: np.ndarray, i: int, out: np.ndarray):
    ...

@part
def times(C: np.ndarray, A: np.ndarray, i: int, B: np.ndarray, out: int):
    ...

@part
def learn_one(features: np.ndarray, i: int, surprise: float, B: np.ndarray, C: np.ndarray) -> float:
    ...
FIXED, TASTE, DRAW, GUMBEL, ALPHA, RADIUS, QUANTILE = range(7)

class Rule(NamedTuple):
    """What the compiled loop must know of a policy"""
    how: int
    weight: np.ndarray
    chance: np.ndarray
    extra: float

def rule(how: int, steps: int, weight=0.0, chance=0.0, extra: float=0.0) -> Rule:
    ...
RULES = {RandomPolicy: lambda p, steps: rule(FIXED, steps, chance=1.0), EpsilonGreedyPolicy: lambda p, steps: rule(TASTE, steps, chance=p.epsilon), LinTS: lambda p, steps: rule(DRAW, steps, p.scale), OFUL: lambda p, steps: rule(RADIUS, steps, 2 * log(1 / p.delta), extra=p.bound), BayesUCB: lambda p, steps: rule(QUANTILE, steps, lambda t: stdtrit(2 * p.strength + t - 1, p.schedule(t)), extra=p.strength), Boltzmann: lambda p, steps: rule(GUMBEL, steps, p.temperature)}

def is_fixed(policy) -> bool:
    ...

def bonus_rule(policy, steps: int) -> Rule | None:
    ...

def find_rule(policy, steps: int) -> Rule | None:
    ...

class Viewers(NamedTuple):
    """Users with their candidates and what they would rate them"""
    features: np.ndarray
    items: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    ratings: np.ndarray
    at: np.ndarray
    last: np.ndarray

class RunInputs(NamedTuple):
    """How candidates stand at the start, and what may happen"""
    score: np.ndarray
    variance: np.ndarray
    reward_noise: np.ndarray
    excluded: np.ndarray
    no_repeats: bool

class UserData(NamedTuple):
    """One user's k candidates, what they would rate them, and their random numbers"""
    features: np.ndarray
    items: np.ndarray
    ratings: np.ndarray
    score: np.ndarray
    variance: np.ndarray
    excluded: np.ndarray
    seed: np.uint64
    key: np.uint64
    reward_noise: np.ndarray

@part
def user_data(i: int, viewers: Viewers, rng: Randomness, inputs: RunInputs) -> UserData:
    ...

@part
def fill_numbers(t: int, items: np.ndarray, user: UserData, work: Workspace):
    ...

@part
def tiles(user: UserData) -> int:
    ...

@part
def fill_tiles(user: UserData, work: Workspace) -> float:
    ...

@part
def close(a: int, work: Workspace):
    ...

@part
def reset(prior: Prior, user: UserData, work: Workspace):
    ...

@part
def random_open(u: float, work: Workspace) -> int:
    ...

@part
def uniform_number(purpose: int, place: int, step: int, user: UserData) -> float:
    ...

@part
def draw_normals(step: int, user: UserData, B: np.ndarray):
    ...

class StepContext(NamedTuple):
    """What stays as it is while one movie is chosen"""
    how: int
    step: int
    bonus: float
    error: float
    blur: float

@part
def score_tile(t: int, now: StepContext, work: Workspace) -> np.float32:
    ...

@part
def exact_score(a: int, now: StepContext, user: UserData, work: Workspace) -> float:
    ...

@part
def lowest_tie(score: float) -> float:
    ...

@part
def scan_tiles(count: int, now: StepContext, work: Workspace) -> tuple[int, float]:
    ...

@part
def rescore(best: int, sure: float, now: StepContext, user: UserData, work: Workspace) -> int:
    ...

@part
def choose(found: int, step: int, user: UserData, work: Workspace) -> int:
    ...

@part
def boltzmann_scores(temperature: float, step: int, user: UserData, work: Workspace) -> int:
    ...

@part
def rounding_at_start(longest: float, user: UserData, work: Workspace) -> tuple[float, float, float]:
    ...

@part
def step_bonus(rule: Rule, step: int, noise: float, growth: float, rate: float) -> float:
    ...

@part
def set_aim(rule: Rule, step: int, noise: float, user: UserData, work: Workspace) -> float:
    ...

@part
def note_rating(step: int, surprise: float, q: float, longest: float, work: Workspace) -> tuple[float, float]:
    ...

@part
def play_user(rule: Rule, noise: float, user: UserData, no_repeats: bool, longest: float, work: Workspace, picks: np.ndarray, guesses: np.ndarray):
    ...

@kernel
def play_users(rule: Rule, prior: Prior, viewers: Viewers, rng: Randomness, inputs: RunInputs, work: Workspace, picks: np.ndarray, guesses: np.ndarray):
    ...

def play(viewers: Viewers, rule: Rule, prior: Prior, rng: Randomness, scores: np.ndarray | None=None, no_repeats: bool=True, reward_noise: np.ndarray | None=None, excluded: np.ndarray | None=None, threads: int=1) -> tuple[np.ndarray, np.ndarray]:
    ...
