"""Data sets by name: found on disk, or downloaded with checksums, resumably, all or nothing."""
__all__ = ['ENV', 'SOURCES', 'Source', 'find_folder', 'available', 'download']
import os
import re
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile
import pandas as pd
from tqdm.auto import tqdm
from .formats import DataError as DataError, cache_folder as cache_folder, find_format as find_format
ENV = 'MOVIE_RL_REC_DATA'

class Source(NamedTuple):
    """Where a known data set comes from"""
    what: str
    archive: str | None = None
    md5: str | None = None
    folder: str | None = None
    scale: tuple | None = None
_SITE = 'https://files.grouplens.org/datasets/movielens/'
SOURCES = {'imdb': Source("the original notebook's IMDb files, 1 to 10 stars", folder='imdb-top1000'), 'ml-latest-small': Source('MovieLens latest-small, 0.1M ratings', f'{_SITE}ml-latest-small.zip'), 'ml-100k': Source('MovieLens 100K (1998)', f'{_SITE}ml-100k.zip', '0e33842e24a9c977be4e0107933c0723'), 'ml-1m': Source('MovieLens 1M (2003)', f'{_SITE}ml-1m.zip', 'c4d9eecfca2ab87c1945afe126590906', scale=(1, 5, 1)), 'ml-10m': Source('MovieLens 10M (2009)', f'{_SITE}ml-10m.zip', 'ce571fd55effeba0271552578f2648bd', folder='ml-10M100K'), 'ml-20m': Source('MovieLens 20M (2016)', f'{_SITE}ml-20m.zip', 'cd245b17a1ae2cc31bb14903e1204af3'), 'ml-25m': Source('MovieLens 25M (2019)', f'{_SITE}ml-25m.zip', '6b51fb2759a8657d3bfcbfc42b592ada'), 'ml-32m': Source('MovieLens 32M (2024)', f'{_SITE}ml-32m.zip', 'd472be332d4daa821edc399621853b57')}

def find_folder(name: str, directory: str | Path | None=None) -> Path | None:
    ...

def available(directory: str | Path | None=None) -> pd.DataFrame:
    ...

def download(name: str, folder: str | Path | None=None, progress: bool=True) -> Path:
    ...
