"""One base class for every error, classes over several cells, and what `help` says of them."""
__all__ = ['MovieRLRecError', 'MissingPackage', 'patch_to', 'documented']
import re
from importlib import import_module
from inspect import getsource
from typing import TypeVar

class MovieRLRecError(ValueError):
    """The base of all errors of this package: what it is, what was expected, what came, what to do"""

    @classmethod
    def demand(cls, condition, what: str, expected: str, got, todo: str) -> None:
        ...

class MissingPackage(MovieRLRecError, ImportError):
    """A package that something needs, and that cannot be imported"""

    @classmethod
    def demand_import(cls, package: str, what: str, install: str, instead: str='') -> None:
        ...

def patch_to(owner):
    ...
_Class = TypeVar('_Class', bound=type)

def documented(owner: _Class) -> _Class:
    ...
