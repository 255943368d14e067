"""What the compiled loops share: tiles, random numbers, threads, and checked arrays."""
__all__ = ['TILE', 'WIDE', 'ROUND', 'CLOSED', 'HUGE', 'EngineError', 'kernel', 'part', 'aligned_zeros', 'dot', 'add', 'copy', 'project', 'lay_out', 'tile_maximum', 'collect_above', 'random_pair', 'normal_quantile', 'split_work', 'run_threads', 'check_numbers']
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from math import copysign, log, sqrt
import numpy as np
from .errors import MissingPackage as MissingPackage, MovieRLRecError as MovieRLRecError
from .randomness import philox as philox, unit as unit
TILE = 256
WIDE = 64
ROUND = 6e-08
CLOSED = np.float32(-1e+30)
HUGE = 1000000000000.0

class EngineError(MovieRLRecError):
    """Arrays that the compiled loop cannot work with"""

def kernel(function, counted: bool=False):
    ...

def part(function):
    ...

def aligned_zeros(*shape: int) -> np.ndarray:
    ...

@part
def dot(A: np.ndarray, i: int, B: np.ndarray, j: int) -> float:
    ...

@part
def add(weight: float, x: np.ndarray, out: np.ndarray):
    ...

@part
def copy(x: np.ndarray, out: np.ndarray):
    ...

@kernel
def project(X: np.ndarray, t: int, width: int, H: np.ndarray, i: int, S: np.ndarray, base: int, out: int):
    ...

@part
def lay_out(vectors: np.ndarray, items: np.ndarray, X: np.ndarray) -> tuple[int, float]:
    ...

@part
def tile_maximum(t: int, width: int, row: int, bits: np.ndarray) -> np.int32:
    ...

@part
def collect_above(t: int, width: int, edge: np.float32, row: int, S: np.ndarray, who: np.ndarray, found: int) -> int:
    ...

@part
def random_pair(purpose: int, block: int, step: int, seed: np.uint64, user: np.uint64) -> tuple[float, float]:
    ...

@part
def normal_quantile(q: float) -> float:
    ...

def split_work(work, threads: int) -> list:
    ...

def run_threads(function, parts: list, threads: int) -> list:
    ...

def check_numbers(name: str, values: np.ndarray, shape: tuple, whole: bool=False, most: float=...):
    ...
