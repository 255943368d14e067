("How the cost of the compiled loop grows with users, movies, features and steps; "
 "threads; compile time; memory.")
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from movie_rl_rec.policies import LinTS, LinUCB, Prior

from .common import interleaved, rounds, world
from .speed import compiled, plain

BASE = dict(movies=1000, dim=16, users=60, steps=100)
GROWN = dict(movies=(300, 1000, 3000, 10_000), dim=(8, 16, 32, 64), users=(20, 60, 180),
             steps=(50, 100, 200, 400))

MEMORY = """
import json, numpy as np
from benchmarks.common import peak_memory
from movie_rl_rec.engine import Viewers, find_rule, play
from movie_rl_rec.policies import LinUCB, flat_prior
from movie_rl_rec.randomness import randomness
n, m, steps = {users}, {movies}, 50
rng = np.random.default_rng(0)
X = np.c_[np.ones(m), rng.normal(size=(m, 16))/4]
ratings = np.empty(n*m)
for i in range(n): ratings[i*m:(i + 1)*m] = rng.integers(1, 6, m)
seen = rng.random(n*m, dtype=np.float32) < .04
begin = np.zeros(n, int)
viewers = Viewers(X, np.arange(m), begin, begin + m, ratings, np.arange(n)*m, np.full(n, steps))
before = peak_memory()
picks, _ = play(viewers, find_rule(LinUCB(), steps), flat_prior(17, 3., 1.),
                randomness(0, range(n)), excluded=seen, threads=2)
assert not seen[np.arange(n)[:, None]*m + picks].any()
print(json.dumps(dict(peak_mb=peak_memory(), before_mb=before)))
"""

COMPILE = """
import time
begin = time.process_time()
import numpy as np
from movie_rl_rec.engine import Viewers, find_rule, play
from movie_rl_rec.policies import GreedyPolicy, flat_prior
from movie_rl_rec.randomness import randomness
loaded, one = time.process_time(), np.array([0])
play(Viewers(np.ones((5, 3)), np.arange(5), one, one + 5, np.ones(5), one, one + 2),
     find_rule(GreedyPolicy(), 2), flat_prior(3), randomness(0, "a"))
print(f"[{loaded - begin}, {time.process_time() - loaded}]")
"""


def _child(code, **env):
    import os
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          env={**os.environ, **env})
    return json.loads(done.stdout.splitlines()[-1])


def _threads(shape, repeats):
    ("Two threads against one by the clock on the wall; "
     "and twice the work by two threads that share nothing: what the machine can give")
    rows = []
    for name, policy in (("linucb", LinUCB), ("lints", LinTS)):
        ways = {n: compiled(
            policy(prior=Prior(np.zeros(shape["dim"]), np.eye(shape["dim"]), 1.)),
            *world(**shape), threads=n) for n in (1, 2)}

        def apart(alone=ways[1]):
            with ThreadPoolExecutor(2) as pool:
                return sum(pool.map(lambda _: alone(), range(2)))
        taken = rounds(ways | {"apart": apart}, repeats)
        # by the wall, round by round
        two, both = (float(np.median(taken[way][:, 1]/taken[1][:, 1])) for way in (2, "apart"))
        rows.append(dict(benchmark="threads", way=f"{name}, 2 threads against 1, wall time",
                         ratio=two, machine=both))
    return rows


def run(short=False, repeats=5, **_):
    "Rows for each size, the exponent of growth, threads, compile time and memory"
    from tempfile import TemporaryDirectory
    rows, base = [], dict(movies=60, dim=5, users=4, steps=10) if short else BASE
    for what, sizes in GROWN.items():
        ways = {}
        for size in sizes[:2] if short else sizes:
            shape = base | {what: size//4 if short else size}
            for name, policy in (("linucb", LinUCB), ("lints", LinTS)):
                ways[name, shape[what]] = compiled(
                    policy(prior=Prior(np.zeros(shape["dim"]), np.eye(shape["dim"]), 1.)),
                    *world(**shape))
            if what == "movies":
                ways["plain NumPy linucb", shape[what]] = plain("linucb", *world(**shape), users=1)
        taken = interleaved(ways, 1 if short else repeats)
        for name in dict.fromkeys(name for name, _ in ways):
            mine = {size: 1e6/taken[way, size]["per_cpu_second"]
                    for way, size in ways if way == name}
            slope = float(np.polyfit(np.log(list(mine)), np.log(list(mine.values())), 1)[0])
            rows += [dict(benchmark="growth", policy=name, grows=what, size=size,
                          microseconds=us, exponent=slope) for size, us in mine.items()]
    rows += _threads(base if short else BASE | dict(users=1000, steps=200), 1 if short else 9)
    with TemporaryDirectory() as folder:
        for what in ("first call, compiling", "first call, from the disk"):
            loading, calling = _child(COMPILE, NUMBA_CACHE_DIR=folder)
            rows.append(dict(benchmark="compile", way=what, seconds=calling, loading=loading))
    size = dict(users=60, movies=300) if short else dict(users=6040, movies=3706)
    rows.append(dict(benchmark="memory", way="all movies open to all viewers, less those seen",
                     **size, **_child(MEMORY.format(**size))))
    return rows
