"Learn a new viewer's taste one rating at a time: embeddings, contextual bandits, a simulation."
__version__ = "0.2.0"

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .data import Dataset, load, split_users
    from .embeddings import embed
    from .policies import (
        Agent,
        BayesUCB,
        EpsilonGreedyPolicy,
        GreedyPolicy,
        LinTS,
        LinUCB,
        check_policy,
    )
    from .priors import fit
    from .recommender import Recommender
    from .simulation import make_replay, simulate

# Where each name lives: its module is imported at first use, so importing costs nothing.
_HOME = {
    "Agent": "policies",
    "BayesUCB": "policies",
    "Dataset": "data",
    "EpsilonGreedyPolicy": "policies",
    "GreedyPolicy": "policies",
    "LinTS": "policies",
    "LinUCB": "policies",
    "Recommender": "recommender",
    "check_policy": "policies",
    "embed": "embeddings",
    "fit": "priors",
    "load": "data",
    "make_replay": "simulation",
    "simulate": "simulation",
    "split_users": "data",
}
__all__ = list(_HOME)


def __getattr__(name: str):
    "One of the names above, from its module"
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)


def __dir__():
    return sorted([*globals(), *__all__])
