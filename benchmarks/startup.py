"How long a first import and `--help` take, from the disk's cache."
import subprocess
import sys
import time
from statistics import median

WAYS = {"python alone": "pass",
        "movie-rl-rec --help": "from movie_rl_rec.cli import main; main(['--help'])",
        "import movie_rl_rec.policies": "import movie_rl_rec.policies",
        "import movie_rl_rec.simulation": "import movie_rl_rec.simulation",
        "import movie_rl_rec.engine": "import movie_rl_rec.engine"}


def run(short=False, repeats=7, **_):
    "Seconds on the wall, the median of some starts"
    rows = []
    for name, code in WAYS.items():
        spent = []
        for _ in range(2 if short else repeats):
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
            spent.append(time.perf_counter() - begin)
        rows.append(dict(benchmark="startup", way=name, seconds=median(spent)))
    return rows
