"""The command line `movie-rl-rec`: from data to report in one command."""
__all__ = ['run', 'parser', 'main']
import argparse
import json
import os
import re
import sys
import warnings
from ast import literal_eval
from collections.abc import Sequence
from importlib.resources import files
from itertools import count
from pathlib import Path
from . import __version__ as __version__
from .errors import MovieRLRecError as MovieRLRecError
from .store import require_absent as require_absent, atomic_folder as atomic_folder

def run(out: str | Path, settings=None, progress: bool=True):
    ...

def parser(command: str | None=None) -> argparse.ArgumentParser:
    ...

def main(arguments: Sequence[str] | None=None) -> int:
    ...
