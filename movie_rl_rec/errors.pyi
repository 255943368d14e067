"""One base class for every error, and a class that may be written over several cells."""
__all__ = ['MovieRLRecError', 'patch_to']

class MovieRLRecError(ValueError):
    """The base of all errors of this package: what it is, what was expected, what came, what to do"""

    @classmethod
    def demand(cls, condition, what: str, expected: str, got, todo: str) -> None:
        ...

def patch_to(owner):
    ...
