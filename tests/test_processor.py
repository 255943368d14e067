"The same numbers on every processor: codes and directions from interpreters that use less of it."
import os
import subprocess
import sys

import numpy as np
import pytest

CODES = """
import sys
import numpy as np
import torch
from movie_rl_rec.autoencoder import encode, fit_autoencoder
from movie_rl_rec.data import load
from movie_rl_rec.features import MovieEncoder
movies = load("sample").movies
encoder = MovieEncoder().fit(movies)
X = encoder.transform(movies)
model, history = fit_autoencoder(X, encoder.groups_, progress=False)
np.savez(sys.argv[1], codes=encode(model, X), losses=history)
print(torch.backends.cpu.get_cpu_capability())
"""
PRINCIPAL = """
import sys
import numpy as np
import pandas as pd
from movie_rl_rec.as_published import paper_features
from movie_rl_rec.data import load
from movie_rl_rec.features import MovieEncoder, pca_vectors
kinds = [("Crime",), ("Romance",), ("Crime", "Romance"), ("Travel",), ("Cookery",)]
shelf = pd.DataFrame({"genres": kinds*6, "year": range(1980, 2010)})
tied = pca_vectors(MovieEncoder().fit_transform(shelf), 16).vectors
np.savez(sys.argv[1], tied=tied, paper=paper_features(load("sample").movies).vectors)
"""


def fresh(code, path, **variables):
    "What a fresh interpreter saves under these environment variables, and what it prints"
    chosen = {"ATEN_CPU_CAPABILITY", "OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"}
    environment = {k: v for k, v in os.environ.items() if k not in chosen} | variables
    run = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True,
                         check=True, env=environment)
    with np.load(path) as arrays:
        return dict(arrays), run.stdout.strip()


@pytest.mark.slow
def test_codes_are_the_same_with_fewer_instructions(tmp_path):
    usual, most = fresh(CODES, tmp_path / "all.npz")
    fewer = [fresh(CODES, tmp_path / f"{level}.npz", ATEN_CPU_CAPABILITY=level)
             for level in ("default", "avx2")]
    fewer = {used: arrays for arrays, used in fewer if used != most}  # a level it lacks: no change
    if not fewer:
        pytest.skip(f"this machine computes at the level {most} alone")
    for arrays in fewer.values():
        assert arrays["codes"].shape == (491, 16)
        for name in usual:
            np.testing.assert_allclose(arrays[name], usual[name], rtol=0, atol=1e-10)


def test_directions_of_equal_variance_do_not_depend_on_the_matrix_routines(tmp_path):
    "OpenBLAS has routines for `Prescott`, which all have; other libraries ignore the variable"
    usual, _ = fresh(PRINCIPAL, tmp_path / "all.npz")
    older, _ = fresh(PRINCIPAL, tmp_path / "older.npz", OPENBLAS_CORETYPE="Prescott")
    for name in usual:
        np.testing.assert_allclose(older[name], usual[name], rtol=0, atol=1e-9)
