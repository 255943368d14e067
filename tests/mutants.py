"""Small faults that the tests must notice: `python -m tests.mutants [NAME ...]`.

Each fault is put into a copy of the project, alone: into the notebook and the module made from it.
Then the test files named beside it run there, and the notebook, until something fails.
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parents[1]

class Mutant(NamedTuple):
    "One small fault"
    module: str # where it goes
    old: str    # what stands there, once
    new: str    # the fault
    tests: str  # which test files see it, without `test_` and `.py`


MUTANTS = {
    "surprise with the wrong sign": Mutant(
        "policies", "belief.mean + gain*surprise", "belief.mean - gain*surprise", "policies"),
    "a rating that is not counted": Mutant(
        "policies", "        belief.count + 1,\n", "        belief.count,\n", "policies"),
    "closed candidates can be picked": Mutant(
        "policies", "best = np.where(open, scores, -np.inf).max(axis=1, keepdims=True)\n"
        "    tied = open & (scores", "best = scores.max(axis=1, keepdims=True)\n    tied = (scores",
        "policies simulation"),
    "ties broken by the first": Mutant(
        "policies", "place = np.floor(rng.tie(nth)*count).astype(int)",
        "place = np.floor(0*rng.tie(nth)*count).astype(int)", "policies"),
    "epsilon of the step before": Mutant(
        "policies", "return 1/np.sqrt(step + 1)", "return 1/np.sqrt(step)", "policies"),
    "variance in place of a standard deviation": Mutant(
        "policies", 'np.sqrt(np.einsum("nke,nke->nk", XL, XL))', 'np.einsum("nke,nke->nk", XL, XL)',
        "policies"),
    "the oracle's ratings for everyone": Mutant(
        "simulation", 'getattr(policy, "sees_ratings", False)', "True", "simulation policies"),
    "one step too few": Mutant(
        "simulation", "np.minimum(steps, replay.lengths[rows] - LEFT_OVER), []",
        "np.minimum(steps, replay.lengths[rows] - LEFT_OVER - 1), []", "simulation engine"),
    "predictions after the update": Mutant(
        "simulation", "_answer(agent, a, ratings), expected, t",
        "_answer(agent, a, ratings), agent.predict(a), t", "simulation engine"),
    "test users among those who teach": Mutant(
        "simulation", "movies, mine = data.movies, data.ratings[",
        "movies, mine = data.movies, data.ratings[True | ", "simulation package"),
    "regret with the wrong sign": Mutant(
        "measures", "regret=runs.best - runs.total", "regret=runs.total - runs.best",
        "simulation"),
    "an interval of the wrong spread": Mutant(
        "measures", "values.std(axis=0, ddof=1)/np.sqrt(n)", "values.std(axis=0)/np.sqrt(n)",
        "simulation"),
    "a prior that forgets what the belief is unsure of": Mutant(
        "priors", "P  = P0 + G/s2  # (p, d, d)", "P  = P0 + G  # (p, d, d)", "priors"),
    "user and item swapped": Mutant(
        "priors", "mean - items[k], ratings.p)", "mean - items[u % ratings.m], ratings.p)",
        "priors"),
    "a compiled loop that shows a movie twice": Mutant(
        "engine", "if no_repeats: close(a, work)", "if no_repeats and step: close(a, work)",
        "engine"),
    "limits of a tile too low": Mutant(
        "engine", "raised = max(bonus - L[BONUS, t], 0.)*L[WIDEST, t]", "raised = 0.", "engine"),
    "a tile that loses its last candidate": Mutant(
        "kernels", "for n in range(width): best =", "for n in range(width - 1): best =",
        "engine published_engine"),
    "a round too few of the hash": Mutant(
        "randomness", "for _ in range(10):", "for _ in range(9):", "policies engine"),
    "the last rating of a log is lost": Mutant(
        "recommender", "for row, rating in zip(rows, stars):\n        agent.update(row, rating)",
        "for row, rating in zip(rows[:-1], stars):\n        agent.update(row, rating)",
        "recommender"),
    "the wrong movie of two with one title": Mutant(
        "recommender", "if len(rows) == 1:\n        return", "if rows:\n        return",
        "recommender"),
    "files that were altered are read": Mutant(
        "store", 'intact = metadata.pop("sha256") == _digest(data, metadata)',
        'intact = metadata.pop("sha256") != ""', "recommender"),
    "lengths of columns for those of rows": Mutant(
        "embeddings", "norms = np.linalg.norm(self.vectors, axis=1, keepdims=True)",
        "norms = np.linalg.norm(self.vectors, axis=0, keepdims=True)", "as_published"),
    "ratings outside of the scale": Mutant(
        "data", "(steps < (self.high - self.low)/self.step + 1e-9)",
        "(steps < (self.high - self.low)/self.step + 1.001)", "data"),
}


def copied(folder):
    "The files that git knows, copied"
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True,
                           text=True, check=True).stdout.split("\0")[:-1]
    for name in names:
        (folder/name).parent.mkdir(parents=True, exist_ok=True)
        (folder/name).write_bytes((ROOT/name).read_bytes())


def sources(folder, module):
    "The module, and the notebook that it is made from"
    path = folder/"movie_rl_rec"/f"{module}.py"
    return path, path.parent/re.search(r"File to edit: (\S+ipynb)", path.read_text())[1]


def faulty(path, mutant):
    "The text of a module, or of a notebook, with the fault in it"
    text = path.read_text()
    if path.suffix == ".py":
        return text.replace(mutant.old, mutant.new)
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).replace(mutant.old, mutant.new)
    return json.dumps(notebook)


def first_failure(folder, tests, notebook):
    "What fails first in a copy: a test, or the notebook; None: nothing"
    where = dict(cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)},
                 capture_output=True, text=True)
    run = subprocess.run([sys.executable, "-m", "pytest", "-xq", "-p", "no:cacheprovider",
                          *(f"tests/test_{name}.py" for name in tests.split())], **where)
    assert run.returncode in (0, 1), run.stdout + run.stderr
    if run.returncode:
        return re.search(r"^FAILED (\S+)", run.stdout, flags=re.M)[1]
    cells = subprocess.run(["nbdev_test", "--path", notebook], **where)
    return notebook.name if cells.returncode else None


def survivors(names):
    "Put each fault in, and say who noticed; the names of those that nobody did"
    left = []
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        copied(folder)
        for name in names:
            mutant = MUTANTS[name]
            sound = {path: path.read_text() for path in sources(folder, mutant.module)}
            for path in sound:
                path.write_text(faulty(path, mutant))
            noticed = first_failure(folder, mutant.tests, list(sound)[1])
            for path, text in sound.items():
                path.write_text(text)
            print(f"{name}: {noticed or 'NOT NOTICED'}", flush=True)
            left += [] if noticed else [name]
    return left


if __name__ == "__main__":
    left = survivors(sys.argv[1:] or MUTANTS)
    sys.exit(f"{len(left)} of {len(MUTANTS)} faults went unnoticed" if left else 0)
