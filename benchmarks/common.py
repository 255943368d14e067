"What all benchmarks share: the world they play in, and how time is taken."
import resource
import time
from collections.abc import Callable

import numpy as np

# of the ratings, in stars; of LinUCB; of epsilon-greedy; of Thompson sampling
NOISE, ALPHA, EPSILON, SCALE = .5, 1., .1, .5


def world(movies: int, dim: int, users: int, steps: int, seed: int = 0):
    "Movies on the unit sphere (movies, dim), tastes (users, dim), noise of ratings (users, steps)"
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((movies, dim))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    return X, rng.standard_normal((users, dim)), NOISE*rng.standard_normal((users, steps))


def rounds(ways: dict[str, Callable[[], int]], repeats: int) -> dict[str, np.ndarray]:
    """Let every way play in turn, and again: whatever else the machine does meets all alike.

    A way returns how many user-steps it made. The first round is left out. Per way, (repeats, 2):
    user-steps per second of processor time, and by the clock on the wall.
    """
    spent = {name: [] for name in ways}
    for turn in range(repeats + 1):
        for name, way in ways.items():
            wall, cpu = time.perf_counter(), time.process_time()
            done = way()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            if turn:
                spent[name].append((done/max(cpu, 1e-9), done/max(wall, 1e-9)))
    return {name: np.array(taken) for name, taken in spent.items()}


def interleaved(ways: dict[str, Callable[[], int]], repeats: int) -> dict[str, dict]:
    "The medians of `rounds`"
    return {name: dict(zip(("per_cpu_second", "per_second"), np.median(taken, axis=0).tolist()))
            for name, taken in rounds(ways, repeats).items()}


def peak_memory() -> float:
    "Largest memory of this process so far, in MB"
    # Linux: of this program alone; `getrusage` would count what the program that started it needed
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1])/1024 for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024
