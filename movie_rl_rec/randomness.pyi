"""A random number is a function of seed, user, step and place: none is drawn out of turn."""
__all__ = ['Seed', 'philox', 'unit', 'RandomnessError', 'user_key', 'seed_key', 'Purpose', 'Randomness', 'randomness']
from collections.abc import Sequence
from enum import IntEnum
from hashlib import blake2b
from typing import NamedTuple
import numpy as np
from .errors import MovieRLRecError as MovieRLRecError, patch_to as patch_to

def philox(a, b, c, d, k, l):
    ...

def unit(high, low):
    ...

class RandomnessError(MovieRLRecError):
    """Something that cannot serve as a seed"""
Seed = int | np.random.SeedSequence | np.random.Generator

def user_key(user: object) -> int:
    ...

def seed_key(seed: Seed) -> int:
    ...

class Purpose(IntEnum):
    """What a random number is for"""
    UNIFORM, NORMAL, GUMBEL, TIE = range(4)

class Randomness(NamedTuple):
    """Random numbers of `n` users at one step, a pure function of seed, user, step and place: eq. (0f.1)"""
    seed: int
    users: np.ndarray
    step: int = 0

    def at(self, step: int) -> 'Randomness':
        ...

    def numbers(self, purpose: Purpose, k: int, first: int=0) -> np.ndarray:
        ...

    def _pairs(self, purpose, block, user):
        ...

    def uniform(self, place: int=0) -> np.ndarray:
        ...

    def normal(self, d: int) -> np.ndarray:
        ...

    def gumbel(self, k: int) -> np.ndarray:
        ...

    def tie(self, place: int=0) -> np.ndarray:
        ...

def randomness(seed: Seed, users: Sequence) -> Randomness:
    ...
