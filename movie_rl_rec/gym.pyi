"""Logged ratings as Gymnasium environments: a learner plays one viewer, or many at once."""
__all__ = ['ENV_ID', 'GymError', 'sample_replay', 'MovieRec', 'MovieRecVector', 'register_envs', 'play_policy']
from .errors import MissingPackage as MissingPackage, MovieRLRecError as MovieRLRecError, patch_to as patch_to
from collections.abc import Mapping, Sequence
from functools import cache
import gymnasium
import numpy as np
import pandas as pd
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from .data import load as load, split_users as split_users
from .embeddings import embed as embed
from .policies import Agent as Agent
from .simulation import LEFT_OVER as LEFT_OVER, Replay as Replay, candidates as candidates, in_order as in_order, make_replay as make_replay, policy_view as policy_view, session_world as session_world, tidy_frame as tidy_frame
ENV_ID = 'movie_rl_rec/MovieRec-v0'

class GymError(MovieRLRecError):
    """An environment that cannot be made, or a request that it cannot carry out"""

@cache
def sample_replay() -> Replay:
    ...

class MovieRec(gymnasium.Env):
    """One viewer at a time: an action is a place in their list, a reward their own rating of it"""
    metadata = {'render_modes': ['ansi'], 'render_fps': 4}

    def __init__(self, replay: Replay | None=None, steps: int=20, penalty: float | None=0.0, render_mode: str | None=None):
        ...

    def reset(self, *, seed: int | None=None, options: Mapping | None=None) -> tuple:
        ...

    def step(self, action: int) -> tuple:
        ...

    def render(self) -> str | None:
        ...

    def action_masks(self) -> np.ndarray:
        ...

class MovieRecVector(VectorEnv):
    """Many viewers at once, one per slot"""
    metadata = dict(MovieRec.metadata, autoreset_mode=AutoresetMode.NEXT_STEP)

    def __init__(self, num_envs: int=1, replay: Replay | None=None, steps: int=20, penalty: float | None=0.0, render_mode: str | None=None, autoreset_mode: AutoresetMode | str=...):
        ...

    @property
    def np_random(self) -> tuple:
        ...

    def render(self) -> tuple | None:
        ...

    def reset(self, *, seed: int | Sequence | None=None, options: Mapping | None=None) -> tuple:
        ...

    def step(self, actions: np.ndarray) -> tuple:
        ...

def register_envs() -> None:
    ...

def play_policy(env, policy, users: Sequence | None=None, seed: int=0) -> pd.DataFrame:
    ...
