"""Exact Bayes in hundredths of a second: learn a rating, find the best movie; and a Markov chain.

`python -m benchmarks.novelty` prints a table of CPU times, on one thread. Both have the same model:
exact Bayes learns one rating and finds the best of 1,000 movies. The rival is a well-made collapsed
sampler: taste and noise are integrated out of the step for the recovery time s (a random walk in
log s on the marginal likelihood), then drawn from their conditional distributions, and one chain
serves all movies.
"""
from statistics import median
from time import process_time

import numpy as np
from threadpoolctl import threadpool_limits

from movie_rl_rec.novelty import (
    NoveltyBelief,
    NoveltyPrior,
    believe_novelty,
    learn_novelty,
    novelty,
    refine,
)
from movie_rl_rec.policies import rising

MOVIES, FEATURES, STEPS, WARM = 1000, 21, 120, 20


def viewer(seed: int, repeats: bool):
    "Movies, and a viewer who rates one every 50 seconds, with breaks; four in ten are repeats"
    rng = np.random.default_rng(seed)
    X = np.c_[np.ones(MOVIES), rng.normal(size=(MOVIES, FEATURES - 1)) / np.sqrt(FEATURES)]
    taste, s, clock, last = (np.r_[3., rng.normal(size=FEATURES - 1)], 400., 0.,
                             np.full(MOVIES, -np.inf))
    while True:
        seen = np.flatnonzero(np.isfinite(last))
        k = (int(rng.choice(seen)) if repeats and len(seen) and rng.random() < .4
             else int(rng.choice(np.flatnonzero(np.isinf(last)))))
        t = clock - last[k]
        reward = X[k] @ taste * novelty(t, s) + .5 * rng.normal()
        last[k] = clock if repeats else -np.inf
        clock += 50 / 60 + (rng.exponential(120) if rng.random() < .15 else 0)
        yield X, k, t, reward, clock - last


def grid(repeats: bool, points: int = 128, steps: int = STEPS, seed: int = 0):
    "CPU milliseconds of each step (learn a rating, find the best movie); belief, movies and delays"
    ms, life = [], viewer(seed, repeats)
    X, *_ = next(life)
    belief = believe_novelty(NoveltyPrior.wang(FEATURES)._replace(points=points), 1)
    for step, (_, k, t, reward, ago) in zip(range(2, steps + 2), life):
        begin = process_time()
        belief = refine(learn_novelty(belief, X[[k]], np.array([t]), np.array([reward])))
        belief.utilities(X, ago).quantile(rising(step)).argmax()
        ms.append(1000 * (process_time() - begin))
    return ms[WARM:], belief, X, ago


def chain(belief: NoveltyBelief, X: np.ndarray, ago: np.ndarray, draws: int, alpha: float,
          seed: int = 0):
    "CPU milliseconds and the utilities' quantiles, by collapsed MCMC from the same ratings"
    rng, prior = np.random.default_rng(seed), belief.prior
    x, t, r = (part[0] for part in (belief.x, belief.t, belief.reward))
    begin, e0 = process_time(), prior.recovery_shape / prior.recovery_mean
    P, a = np.linalg.inv(prior.cov), prior.shape + len(r) / 2

    def given(log_s):
        "Cholesky factor, mean, rate of the noise and marginal log posterior of log s"
        z = x * novelty(t, np.exp(log_s))[:, None]
        L = np.linalg.cholesky(P + z.T @ z)
        m = np.linalg.solve(L.T, np.linalg.solve(L, z.T @ r))
        b = prior.rate + (r @ r - m @ (z.T @ r)) / 2
        return L, m, b, (prior.recovery_shape * log_s - e0 * np.exp(log_s)
                         - np.log(np.diag(L)).sum() - a * np.log(b))

    log_s, step = np.log(prior.recovery_mean), .5
    now, tastes, recovery = given(log_s), np.empty((draws, x.shape[1])), np.empty(draws)
    for i in range(-draws // 10, draws):
        trial = log_s + step * rng.normal()
        new = given(trial)
        accept = np.log(rng.random()) < new[3] - now[3]
        if accept:
            log_s, now = trial, new
        if i < 0:
            step *= np.exp(.2 * (accept - .4))
        else:
            tau = rng.gamma(a) / now[2]
            tastes[i], recovery[i] = (
                now[1] + np.linalg.solve(now[0].T, rng.normal(size=len(P))) / np.sqrt(tau),
                np.exp(log_s))
    q = np.quantile(tastes @ X.T * novelty(ago, recovery[:, None]), alpha, axis=0)
    return 1000 * (process_time() - begin), q


def largest_error(q, exact, sd):
    "In posterior standard deviations, over the movies whose utility is not known for sure"
    return float(np.abs((q - exact)[sd > 0] / sd[sd > 0]).max())


def measure(alpha: float = .99, chains: tuple = (1000, 5000)) -> list:
    "One row per method and world, as dicts; `chains`: how many draws each chain makes"
    rows = []
    for repeats, world in ((True, "with repeats"), (False, "without repeats")):
        for points in (128, 64):
            ms, *_ = grid(repeats, points)
            rows.append(dict(method=f"grid, G={points}", world=world, ms=median(ms),
                             p95=float(np.quantile(ms, .95)), error_sd=None, times_grid=None))
    _, belief, X, ago = grid(True, steps=100)
    dense = believe_novelty(belief.prior._replace(points=2048), 1)
    for i in range(belief.t.shape[1]):
        dense = learn_novelty(dense, belief.x[:, i], belief.t[:, i], belief.reward[:, i])
    truth = dense.utilities(X, ago)
    exact, sd = truth.quantile(alpha), truth.sd()
    rows[0]["error_sd"] = largest_error(belief.utilities(X, ago).quantile(alpha), exact, sd)
    for draws in chains:
        ms, q = chain(belief, X, ago, draws, alpha)
        rows.append(dict(method=f"collapsed MCMC, {draws} draws", world="with repeats",
                         ms=ms, p95=None,
                         error_sd=largest_error(q, exact, sd), times_grid=ms / rows[0]["ms"]))
    return rows


def run(short: bool = False, **_) -> list:
    "The rows, for `python -m benchmarks`"
    with threadpool_limits(1):
        return [dict(benchmark="novelty", **row)
                for row in measure(chains=(50,) if short else (1000, 5000))]


def main() -> list:
    "Measure, print a table, and return its rows"
    with threadpool_limits(1):
        rows = measure()
    shown = lambda value, form: "-" if value is None else format(value, form)
    print(f"One rating learned and the best of {MOVIES} movies found, d={FEATURES}: "
          "CPU time on one thread; error of the 0.99 quantile after 100 ratings")
    print(f"{'method':28}{'world':18}{'median ms':>10}{'95 %':>8}"
          f"{'largest error, sd':>20}{'times the grid':>16}")
    for row in rows:
        print(f"{row['method']:28}{row['world']:18}{row['ms']:10.2f}{shown(row['p95'], '.2f'):>8}"
              f"{shown(row['error_sd'], '.1e'):>20}{shown(row['times_grid'], '.0f'):>16}")
    return rows


if __name__ == "__main__":
    main()
