"What all tests share: where the real data are, and the sample."
import os
from pathlib import Path

import pytest

os.environ.setdefault("PLOTLY_RENDERER", "json")

ROOT = Path(__file__).resolve().parents[1]


def real_data(name: str) -> Path:
    "The folder of a real data set; the test is skipped, saying why, where it is absent"
    folder = Path(os.environ.get("MOVIE_RL_REC_DATA", "")) / name
    if not os.environ.get("MOVIE_RL_REC_DATA") or not folder.is_dir():
        pytest.skip(f"needs the data set {name}: let MOVIE_RL_REC_DATA name the folder around it")
    return folder


@pytest.fixture(scope="session")
def sample():
    from movie_rl_rec.data import load
    return load("sample")
