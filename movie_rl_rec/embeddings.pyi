"""The vectors that stand for movies: their origin, their neighbours, and what they tell."""
__all__ = ['KINDS', 'EmbeddingError', 'Embeddings', 'save_embeddings', 'load_embeddings', 'embed', 'train_model', 'load_model', 'neighbours', 'quality', 'plot_map']
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
import numpy as np
import pandas as pd
from sklearn.metrics import f1_score, median_absolute_error
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.preprocessing import MultiLabelBinarizer
from .errors import MovieRLRecError as MovieRLRecError, patch_to as patch_to
from .features import MovieEncoder as MovieEncoder, encoder_from_dict as encoder_from_dict, encoder_to_dict as encoder_to_dict, pca_vectors as pca_vectors
from .store import load_arrays as load_arrays, save_arrays as save_arrays

class EmbeddingError(MovieRLRecError):
    """Invalid vectors, or ids that have none"""

    @classmethod
    def demand_kind(cls, kind: str) -> None:
        ...

@dataclass(frozen=True, eq=False)
class Embeddings:
    """One vector per movie"""
    ids: np.ndarray
    vectors: np.ndarray

    def __post_init__(self):
        ...

    def __len__(self):
        ...

    def __repr__(self):
        ...

    def rows(self, ids) -> np.ndarray:
        ...

    def unit(self):
        ...

    def centred(self):
        ...

    def standardised(self):
        ...

def save_embeddings(embeddings: Embeddings, folder: str | Path) -> None:
    ...

def load_embeddings(folder: str | Path) -> Embeddings:
    ...
KINDS = {'autoencoder': 'codes of the autoencoder', 'pca': 'principal components of the features', 'onehot': 'the raw features', 'random': 'control: random vectors', 'shuffled': "control: every movie has another movie's autoencoder code"}

def embed(movies: pd.DataFrame, kind: str='autoencoder', dim: int=16, seed: int=0, device: str='cpu', model: str | Path | None=None, progress: bool=True) -> Embeddings:
    ...

def train_model(movies: pd.DataFrame, folder: str | Path, dim: int=16, seed: int=0, device: str='cpu', progress: bool=True) -> pd.DataFrame:
    ...

def load_model(folder: str | Path):
    ...

def neighbours(embeddings: Embeddings, movie, k: int=5) -> pd.Series:
    ...

def quality(embeddings: Embeddings, movies: pd.DataFrame, k: int=10, seed: int=0, limit: int=2000) -> dict:
    ...

def plot_map(embeddings: Embeddings, movies: pd.DataFrame, title: str=''):
    ...
