"""Arrays on disk: written atomically, and rejected if anything was altered."""
__all__ = ['StoreError', 'atomic_write', 'save_arrays', 'load_arrays', 'require_absent', 'atomic_folder']
import json
import os
from collections.abc import Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import get_ident
import numpy as np
from safetensors.numpy import load as read_tensors
from safetensors.numpy import save as write_tensors
from .errors import MovieRLRecError as MovieRLRecError

class StoreError(MovieRLRecError):
    """Files that are missing, or not as they were saved"""

def atomic_write(path: str | Path, content: bytes) -> None:
    ...

def save_arrays(arrays: Mapping, folder: str | Path, name: str, metadata: Mapping | None=None) -> None:
    ...

def load_arrays(folder: str | Path, name: str, error: type=..., todo: str='save it again') -> tuple[dict, dict]:
    ...

def require_absent(out: str | Path) -> Path:
    ...

@contextmanager
def atomic_folder(out: str | Path):
    ...
