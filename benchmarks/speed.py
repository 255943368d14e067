"One policy, one world, many implementations: user-steps per second of one core."
import numpy as np

from movie_rl_rec.engine import Viewers, find_rule, play
from movie_rl_rec.policies import Agent, EpsilonGreedyPolicy, LinTS, LinUCB, Prior
from movie_rl_rec.randomness import randomness

from .common import ALPHA, EPSILON, SCALE, interleaved, world
from .peers import peers

OURS = {"linucb": lambda prior: LinUCB(ALPHA, prior=prior),
        "lints": lambda prior: LinTS(SCALE, prior=prior),
        "epsilon-greedy": lambda prior: EpsilonGreedyPolicy(EPSILON, prior=prior)}


def compiled(policy, X, tastes, noise, threads=1, no_repeats=False):
    "Our compiled loop; its random numbers included"
    (n, steps), k = noise.shape, len(X)
    ratings, begin = tastes @ X.T, np.zeros(n, int)
    rule = find_rule(policy, steps)
    viewers = Viewers(X, np.arange(k), begin, begin + k, ratings.ravel(), np.arange(n)*k,
                      np.full(n, steps))

    def way():
        play(viewers, rule, policy.prior, randomness(0, range(n)), no_repeats=no_repeats,
             reward_noise=noise, threads=threads)
        return n*steps
    return way


def numpy_road(policy, X, tastes, noise, batch=64, steps=None):
    "Our NumPy loop, some viewers at once"
    tastes, noise = tastes[:batch], noise[:batch, :steps]
    n, rows = len(tastes), np.arange(len(tastes))
    ratings = tastes @ X.T

    def way():
        agent = Agent(policy, X, range(n), no_repeats=False)
        for t in range(noise.shape[1]):
            a = agent.choose()
            agent.update(a, ratings[rows, a] + noise[:, t])
        return noise.size
    return way


def plain(name, X, tastes, noise, users=4):
    "Well-made NumPy for one user at a time: Sherman-Morrison updates, all movies in one product"
    (k, d), luck = X.shape, np.random.default_rng(1)

    def score(mean, cov):
        if name == "linucb":
            return X @ mean + ALPHA*np.sqrt(np.einsum("kd,kd->k", X @ cov, X))
        if name == "lints":
            return X @ (mean + SCALE*(np.linalg.cholesky(cov) @ luck.standard_normal(d)))
        return X @ mean

    def way():
        for taste, sway in zip(tastes[:users], noise[:users]):
            mean, cov = np.zeros(d), np.eye(d)
            for e in sway:
                a = (int(luck.integers(k)) if name == "epsilon-greedy" and luck.random() < EPSILON
                     else int(np.argmax(score(mean, cov))))
                x = X[a]
                v = cov @ x
                c = 1/(1 + x @ v)
                mean, cov = mean + c*(x @ taste + e - x @ mean)*v, cov - np.outer(c*v, v)
        return users*noise.shape[1]
    return way


def torch_batched(name, X, tastes, noise, precision="float32"):
    ("torch, all users at once; the width of every movie as one product of matrices "
     "(the fastest of several forms tried)")
    import torch
    torch.set_num_threads(1)
    kind = getattr(torch, precision)
    X, tastes, noise = (torch.tensor(a, dtype=kind) for a in (X, tastes, noise))
    (k, d), (n, steps) = X.shape, noise.shape
    squares, ratings, rows = (
        (X[:, :, None]*X[:, None]).reshape(k, d*d), tastes @ X.T, torch.arange(n))

    @torch.no_grad()
    def way():
        mean, cov = torch.zeros(n, d, dtype=kind), torch.eye(d, dtype=kind).repeat(n, 1, 1)
        for t in range(steps):
            if name == "linucb":
                a = (mean @ X.T).add_(
                    (cov.reshape(n, -1) @ squares.T).clamp_(min=0).sqrt_(), alpha=ALPHA).argmax(1)
            elif name == "lints":
                root = torch.linalg.cholesky(cov)
                a = ((mean + SCALE*(root @ torch.randn(n, d, 1, dtype=kind))[..., 0])
                     @ X.T).argmax(1)
            else:
                a = torch.where(torch.rand(n) < EPSILON, torch.randint(k, (n,)),
                                (mean @ X.T).argmax(1))
            x = X[a]
            v = torch.bmm(cov, x[..., None])[..., 0]
            c = 1/(1 + (x*v).sum(1))
            mean += v*(c*(ratings[rows, a] + noise[:, t] - (x*mean).sum(1)))[:, None]
            cov.baddbmm_((v*-c[:, None])[:, :, None], v[:, None, :])
        return n*steps
    return way


def run(short=False, peers_python=None, repeats=7):
    "One row per policy and implementation"
    shape = (dict(movies=200, dim=8, users=8, steps=20) if short
             else dict(movies=1000, dim=16, users=200, steps=200))
    X, tastes, noise = world(**shape)
    rows, prior = [], Prior(np.zeros(shape["dim"]), np.eye(shape["dim"]), 1.)
    for name, make in OURS.items():
        policy = make(prior)
        ways = {"ours, compiled": compiled(policy, X, tastes, noise),
                "ours, compiled, no repeats": compiled(policy, X, tastes, noise, no_repeats=True),
                "ours, NumPy": numpy_road(policy, X, tastes, noise, steps=4 if short else 20),
                "plain NumPy": plain(name, X, tastes, noise)}
        ways |= {f"torch, batched, {p}": torch_batched(name, X, tastes, noise, p)
                 for p in ("float32", "float64")}
        taken = interleaved(ways, 1 if short else repeats) | (
            peers(peers_python, name, shape, short) if peers_python else {})
        rows += [dict(benchmark="speed", policy=name, way=way, **shape, **t,
                      ratio=taken["ours, compiled"]["per_cpu_second"]/t["per_cpu_second"])
                 for way, t in taken.items() if "per_cpu_second" in t]
        rows += [dict(benchmark="speed", policy=name, way=way, **shape, **t)
                 for way, t in taken.items() if "per_cpu_second" not in t]
    return rows
