"""Files of movies and ratings: the original notebook's, every MovieLens release, and your own."""
__all__ = ['LARGE', 'FORMATS', 'DataError', 'parse_list', 'parse_genres', 'line_numbers', 'read_tables', 'title_year', 'cache_folder', 'Format', 'find_format', 'require_format']
import ast
import re
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from csv import QUOTE_MINIMAL, QUOTE_NONE, reader
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import NamedTuple
import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, read_csv
from .errors import MovieRLRecError as MovieRLRecError
from .store import atomic_write as atomic_write

class DataError(MovieRLRecError):
    """Movies or ratings that cannot be used: the line names the file, row or argument"""

    @classmethod
    def demand_all(cls, good, what: Callable, expected: str, got: Callable, todo: str) -> None:
        ...

def parse_list(cell: str, kind: type=...) -> list:
    ...

def parse_genres(cell: str | None) -> tuple[str, ...]:
    ...

@contextmanager
def line_numbers(movies: str | Path, ratings: str | Path):
    ...

def read_tables(movies: str | Path, ratings: str | Path, columns: Mapping[str, str] | None=None) -> tuple[pd.DataFrame, pd.DataFrame]:
    ...

def title_year(title: str) -> int | None:
    ...
LARGE = 50000000

def cache_folder() -> Path:
    ...

def _movielens_csv(folder):
    ...

def _movielens_dat(folder):
    ...

def _movielens_100k(folder):
    ...

def _imdb(folder):
    ...

class Format(NamedTuple):
    """How to recognise and read a folder"""
    needs: tuple[str, ...]
    column: str
    read: Callable
    scale: tuple | None
FORMATS = [Format(('movies.csv', 'ratings.csv'), 'movieId', _movielens_csv, (0.5, 5, 0.5)), Format(('movies.csv', 'ratings.csv'), 'movie_id', lambda folder: read_tables(folder / 'movies.csv', folder / 'ratings.csv'), None), Format(('movies.dat', 'ratings.dat'), '', _movielens_dat, (0.5, 5, 0.5)), Format(('u.item', 'u.data', 'u.genre'), '', _movielens_100k, (1, 5, 1)), Format(('best_movie_ratings_features.csv', 'users_ratings.csv'), '', _imdb, (1, 10, 1))]

def find_format(folder: Path) -> Format | None:
    ...

def require_format(folder: Path) -> Format:
    ...
