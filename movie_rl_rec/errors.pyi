"""One base class for every error, classes over several cells, and what `help` says of them."""
__all__ = ['MovieRLRecError', 'patch_to', 'documented']
import re
from inspect import getsource
from typing import TypeVar

class MovieRLRecError(ValueError):
    """The base of all errors of this package: what it is, what was expected, what came, what to do"""

    @classmethod
    def demand(cls, condition, what: str, expected: str, got, todo: str) -> None:
        ...

def patch_to(owner):
    ...
_Class = TypeVar('_Class', bound=type)

def documented(owner: _Class) -> _Class:
    ...
