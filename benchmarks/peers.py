"""Other libraries on the same work, each in the shape it was made for, in a Python of its own.

Started as a script (`python peers.py LIBRARY POLICY SHAPE SECONDS`) it plays for some seconds and
prints one line of JSON. Libraries with one model per movie are given the viewer's true taste as
context, which no one could know.
"""
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

LIBRARIES = ("mabwiser", "contextualbandits", "river", "calvera", "bayesianbandits", "vowpalwabbit")


def peers(python, policy, shape, short):
    "User-steps per second of each library, the median of some runs, or why there is none"
    taken = {}
    for library in LIBRARIES:
        runs = [_once(python, library, policy, shape, .5 if short else 4)
                for _ in range(1 if short else 3)]
        good = [r for r in runs if "per_cpu_second" in r]
        taken[library] = dict(
            per_cpu_second=median(r["per_cpu_second"] for r in good),
            per_second=median(r["per_second"] for r in good)) if good else runs[0]
    return taken


def _once(python, library, policy, shape, seconds):
    command = [python, __file__, library, policy, json.dumps(shape), str(seconds)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300,
                              cwd=Path(__file__).parent)
        return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else dict(
            missing=(done.stderr.strip().splitlines() or ["no reason given"])[-1])
    except (subprocess.TimeoutExpired, IndexError, ValueError, FileNotFoundError) as error:
        return dict(missing=f"{type(error).__name__}: {error}"[:200])


# What follows runs in the libraries' own environment, where this package is not installed.

def mabwiser(policy, X, tastes):
    from mabwiser.mab import MAB, LearningPolicy
    how = {"linucb": LearningPolicy.LinUCB(alpha=1.), "lints": LearningPolicy.LinTS(alpha=.5),
           "epsilon-greedy": LearningPolicy.LinGreedy(epsilon=.1)}[policy]
    mab = MAB(arms=list(range(len(X))), learning_policy=how, seed=1)
    mab.fit(decisions=[0], rewards=[0.], contexts=tastes[:1])
    return (lambda u: mab.predict(tastes[u:u+1]),
            lambda u, a, r: mab.partial_fit([a], [r], tastes[u:u+1]))


def contextualbandits(policy, X, tastes):
    import numpy as np
    from contextualbandits.linreg import LinearRegression
    from contextualbandits.online import EpsilonGreedy, LinTS, LinUCB
    common = dict(nchoices=len(X), random_state=1, njobs=1)
    model = {"linucb": lambda: LinUCB(alpha=1., lambda_=1., **common),
             "lints": lambda: LinTS(v_sq=.25, lambda_=1., **common),
             "epsilon-greedy": lambda: EpsilonGreedy(
                 LinearRegression(lambda_=1., fit_intercept=False), explore_prob=.1, decay=None,
                 beta_prior=None, smoothing=None, batch_train=True, **common)}[policy]()
    model.partial_fit(tastes[:2], np.array([0, 1]), np.array([0., 1.]))
    return (lambda u: int(model.predict(tastes[u:u+1])[0]),
            lambda u, a, r: model.partial_fit(tastes[u:u+1], np.array([a]), np.array([r])))


def river(policy, X, tastes):
    from river import bandit, stats
    arms = list(range(len(X)))
    if policy == "linucb":
        model, contexts = (bandit.LinUCBDisjoint(alpha=1., beta=1., seed=1),
                           [{f"f{j}": float(x) for j, x in enumerate(t)} for t in tastes])
        return (lambda u: model.pull(arms, context=contexts[u]),
                lambda u, a, r: model.update(a, contexts[u], r))
    if policy == "epsilon-greedy":      # without features: river has no linear one
        models = [bandit.EpsilonGreedy(epsilon=.1, decay=0., reward_obj=stats.Mean(), seed=1)
                  for _ in tastes]
        return lambda u: models[u].pull(arms), lambda u, a, r: models[u].update(a, r)
    raise NotImplementedError("river has no linear Thompson sampling")


def calvera(policy, X, tastes):
    import logging
    import warnings

    import torch
    from calvera.bandits import LinearTSBandit, LinearUCBBandit
    warnings.filterwarnings("ignore")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    torch.set_num_threads(1)
    if policy == "epsilon-greedy":
        raise NotImplementedError("calvera has no linear epsilon-greedy")
    movies, d = torch.tensor(X, dtype=torch.float32)[None], X.shape[1]
    make = {"linucb": lambda: LinearUCBBandit(n_features=d, exploration_rate=1., lambda_=1.,
                                              eps=1e-6),
            "lints": lambda: LinearTSBandit(n_features=d, lambda_=1., eps=1e-6)}
    models = [make[policy]() for _ in tastes]

    def select(u):
        with torch.no_grad():
            return int(models[u](movies)[0].argmax())

    # its inner step, without the trainer around it, which is a thousand times slower
    def update(u, a, r):
        with torch.no_grad():
            models[u]._perform_update(movies[:, a:a+1], torch.tensor([[r]], dtype=torch.float32))
    return select, update


def bayesianbandits(policy, X, tastes):
    import numpy as np
    from bayesianbandits import (
        Arm,
        ArmFeaturizer,
        EpsilonGreedy,
        LipschitzContextualAgent,
        NormalRegressor,
        ThompsonSampling,
        UpperConfidenceBound,
    )

    class Movies(ArmFeaturizer):
        def transform(self, contexts, *, action_tokens):
            return X if len(action_tokens) == len(X) else X[np.asarray(action_tokens)]
    how = {"linucb": lambda: UpperConfidenceBound(.84), "lints": ThompsonSampling,
           "epsilon-greedy": lambda: EpsilonGreedy(.1)}[policy]
    models = [LipschitzContextualAgent(
        arms=[Arm(i) for i in range(len(X))], learner=NormalRegressor(alpha=1., beta=4.),
        arm_featurizer=Movies(), policy=how(), random_seed=u)
        for u in range(min(len(tastes), 4))]
    one, m = np.zeros((1, 1)), len(models)
    return (lambda u: models[u % m].pull(one)[0],
            lambda u, a, r: models[u % m].select_for_update(a).update(one, np.array([r])))


def vowpalwabbit(policy, X, tastes):
    import numpy as np
    import vowpalwabbit as vw
    # its nearest relatives
    how = {"linucb": "--regcbopt --mellowness 0.01", "lints": "--bag 5",
           "epsilon-greedy": "--epsilon 0.1"}[policy]
    rng, lines = (np.random.default_rng(1),
                  ["|m " + " ".join(f"f{j}:{x:.6f}" for j, x in enumerate(row)) for row in X])
    models = [vw.Workspace(f"--cb_explore_adf {how} --noconstant -b 10 --quiet --random_seed 1 "
                           "--cb_type mtr") for _ in range(min(len(tastes), 4))]
    m, last = len(models), {}

    def select(u):
        p = np.clip(np.asarray(models[u % m].predict(lines)), 0, None)
        a = int(rng.choice(len(p), p=p/p.sum()))
        last[u] = p[a]/p.sum()
        return a

    def update(u, a, r):
        models[u % m].learn([f"0:{-r:.5f}:{last[u]:.6f} {line}" if i == a else line
                             for i, line in enumerate(lines)])
    return select, update


def main(library, policy, shape, seconds):
    import warnings

    from common import world
    warnings.filterwarnings("ignore")
    X, tastes, noise = world(**json.loads(shape))
    try:
        select, update = globals()[library](policy, X, tastes)
    except (ImportError, NotImplementedError) as error:
        return dict(missing=str(error))
    done, wall, cpu = 0, time.perf_counter(), time.process_time()
    for t in range(noise.shape[1]):
        for u in range(len(tastes)):
            a = select(u)
            update(u, a, float(X[a] @ tastes[u]) + noise[u, t])
            done += 1
            if time.perf_counter() - wall > float(seconds):
                wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
                return dict(per_cpu_second=done/cpu, per_second=done/wall)
    return dict(per_cpu_second=done/(time.process_time() - cpu),
                per_second=done/(time.perf_counter() - wall))


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
