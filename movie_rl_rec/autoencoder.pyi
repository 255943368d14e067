"""A movie's numbers to a short code and back: what survives is what the movie is about."""
__all__ = ['PUBLISHED', 'ModelError', 'Autoencoder', 'AutoencoderSettings', 'fit_autoencoder', 'plot_history', 'encode', 'rebuild', 'recovered', 'save_autoencoder', 'load_autoencoder', 'AutoencoderTransformer']
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from math import ceil
from pathlib import Path
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data
from tqdm.auto import tqdm
from .errors import MissingPackage as MissingPackage, MovieRLRecError as MovieRLRecError, patch_to as patch_to
from .features import Group as Group, check_names as check_names, groups_of as groups_of
from .store import load_arrays as load_arrays, save_arrays as save_arrays
import torch
from torch import nn

class ModelError(MovieRLRecError):
    """A model that cannot be trained, saved or trusted"""

class Autoencoder(nn.Module):
    """Rows to codes and back: eq. (2.1)"""

    def __init__(self, n_inputs: int, hidden: int=48, dim: int=16, seed=0):
        ...

    def forward(self, x):
        ...

@dataclass(frozen=True)
class AutoencoderSettings:
    """How an autoencoder is built and trained"""
    hidden: int = 48
    dim: int = 16
    loss: str = 'balanced'
    lr: float = 0.003
    batch: int = 64
    decay: float = 0.1
    smoothing: float = 0.1
    epochs: int = 400
    steps: int = 12000
    patience: int = 40
    valid: float = 0.1

    def __post_init__(self):
        ...
PUBLISHED = AutoencoderSettings(loss='mse', lr=0.001, epochs=50, patience=0, valid=0.0, decay=0.0, smoothing=0.0)

def fit_autoencoder(X: np.ndarray, groups: Mapping | None=None, settings: AutoencoderSettings=..., seed: int=0, device: str='cpu', progress: bool=True) -> tuple[Autoencoder, pd.DataFrame]:
    ...

def plot_history(history: pd.DataFrame, title: str=''):
    ...

def encode(model: Autoencoder, X: np.ndarray) -> np.ndarray:
    ...

def rebuild(model: Autoencoder, X: np.ndarray) -> np.ndarray:
    ...

def recovered(rebuilt: np.ndarray, X: np.ndarray, groups: Mapping, threshold: float=0.0) -> dict:
    ...

def save_autoencoder(model: Autoencoder, folder: str | Path, meta: Mapping | None=None) -> None:
    ...

def load_autoencoder(folder: str | Path) -> tuple[Autoencoder, dict]:
    ...

class AutoencoderTransformer(TransformerMixin, BaseEstimator):
    """`fit_autoencoder` and `encode` as a scikit-learn transformer"""

    def __init__(self, groups=None, settings=None, seed=0, device='cpu', *, hidden=..., dim=..., loss=..., lr=..., batch=..., decay=..., smoothing=..., epochs=..., steps=..., patience=..., valid=...):
        ...

    def fit(self, X, y=None):
        ...

    def transform(self, X):
        ...

    def inverse_transform(self, X):
        ...

    def score(self, X, y=None) -> float:
        ...

    def get_feature_names_out(self, input_features=None):
        ...
