"Learn a new viewer's taste one rating at a time: embeddings, contextual bandits, a simulation."
__version__ = "0.2.0"

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING: # `as`: type checkers take these for the package's own
    from .data import Dataset as Dataset
    from .data import load as load
    from .data import split_users as split_users
    from .embeddings import embed as embed
    from .policies import Agent as Agent
    from .policies import BayesUCB as BayesUCB
    from .policies import EpsilonGreedyPolicy as EpsilonGreedyPolicy
    from .policies import GreedyPolicy as GreedyPolicy
    from .policies import LinTS as LinTS
    from .policies import LinUCB as LinUCB
    from .policies import check_policy as check_policy
    from .priors import fit as fit
    from .recommender import Recommender as Recommender
    from .simulation import make_replay as make_replay
    from .simulation import simulate as simulate

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


def __getattr__(name: str) -> object:
    "One of the names above, from its module"
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
