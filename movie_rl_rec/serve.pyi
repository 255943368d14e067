"""The recommender as a web service: ratings are on disk first, and a page shows the belief."""
__all__ = ['WAITING', 'VIEWERS', 'ServeError', 'HTTPRefusal', 'Entry', 'RatingLog', 'Beliefs', 'recommendations_for', 'what_is_believed', 'movies_called', 'Worker', 'RequestGuard', 'page_files', 'service', 'listen', 'serve']
import asyncio
import json
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import asynccontextmanager, closing, suppress
from importlib.resources import files
from ipaddress import ip_address
from pathlib import Path
from statistics import NormalDist
from typing import Annotated, Literal, NamedTuple
import numpy as np
from .data import Dataset as Dataset, load as load
from .embeddings import EmbeddingError as EmbeddingError
from .errors import MissingPackage as MissingPackage, MovieRLRecError as MovieRLRecError, patch_to as patch_to
from .policies import std as std
from .recommender import Recommender as Recommender, RecommenderError as RecommenderError
from fastapi import Depends, FastAPI, Path as InPath, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, create_model
from starlette.exceptions import HTTPException
from uvicorn import Config, Server

class ServeError(MovieRLRecError):
    """The service cannot start or go on as told"""

class HTTPRefusal(ServeError):
    """A request that cannot be answered as given: a status of 4xx (or 503) and one sentence"""

    def __init__(self, status: int, message: str, **headers: str):
        ...

    @classmethod
    def unless(cls, condition, status: int, message: str, **headers: str) -> None:
        ...

class Entry(NamedTuple):
    """One line of the log"""
    viewer: str
    movie: str | None
    rating: float | None

class RatingLog:
    """Ratings in the order they came, in one SQLite file; what `write` returned from is on the disk"""

    def __init__(self, path: str | Path):
        ...

    def __iter__(self) -> Iterator[Entry]:
        ...

    def __len__(self):
        ...

    def close(self) -> None:
        ...

    def write(self, entries: Sequence[Entry]) -> None:
        ...

    def replay(self, beliefs) -> None:
        ...

class Beliefs:
    """What every served policy believes of every viewer, and how unsure it was after each rating"""

    def __init__(self, data: Dataset, policies: Sequence[str]=..., embedding: str='pca', seed: int=0):
        ...

    def history(self, viewer: str) -> dict:
        ...

    def count(self, viewer: str) -> int:
        ...

    def margin(self, policy: str, viewer: str, rows: np.ndarray) -> np.ndarray:
        ...

    def apply(self, entry: Entry) -> int:
        ...

def recommendations_for(beliefs: Beliefs, viewer: str, policy: str, k: int=10) -> dict:
    ...

def what_is_believed(beliefs: Beliefs, viewer: str, policy: str) -> dict:
    ...

def movies_called(beliefs: Beliefs, text: str, k: int=10) -> dict:
    ...
WAITING = 256
VIEWERS = 10000

class Worker:
    """One thread that owns the beliefs; an entry moves them, and is acknowledged, once it is written"""

    def __init__(self, beliefs: Beliefs, log: RatingLog):
        ...

    def close(self) -> None:
        ...

    def submit(self, job) -> Future:
        ...

    def _enter(self, entry, future):
        ...

    def _write(self):
        ...

    def _acknowledge(self, error):
        ...
_SAID = {_NAME: '1 to 64 letters, digits, _ or -, not beginning with -', _SIGN: 'text with at least one letter, digit or sign'}
Viewer = Annotated[str, InPath(pattern=_NAME, description=f'Who: {_SAID[_NAME]}')]
Count = Annotated[int, Query(ge=1, le=50, description='How many movies')]

class Problem(BaseModel):
    """Every answer that is not a success"""
    error: str

class Movie(BaseModel):
    """A movie of the catalogue"""
    movie: int | str
    title: str
    year: int | None
    genres: list[str]

class Prediction(BaseModel):
    """A predicted rating"""
    rating: float | None
    low: float | None
    high: float | None
    margin: float | None

class Listed(Movie, Prediction):
    """A movie of a viewer's list"""
    reason: str
    before: Prediction

class Asked(BaseModel):
    """Which viewer an answer is about, and which policy gave it"""
    viewer: str
    policy: str

class WhatNext(Asked):
    """The list of a viewer"""
    rated: int
    movies: list[Listed]

class Given(Movie):
    """A rating that was given"""
    rating: float

class Taste(BaseModel):
    """What is believed of a viewer's liking for a genre"""
    genre: str
    shift: float

class Believed(Asked):
    """What is known and believed of a viewer"""
    ratings: list[Given]
    uncertainty: list[float]
    taste: list[Taste]

class Acknowledged(BaseModel):
    """What was written to the disk"""
    viewer: str
    movie: int | str | None
    rating: float | None
    rated: int

class Found(BaseModel):
    """Movies found by title"""
    movies: list[Movie]

class About(BaseModel):
    """What is served"""
    data: str
    simulated: bool
    movies: int
    scale: list[float]
    policies: list[str]

class Health(BaseModel):
    """Whether the service is well"""
    status: str
    viewers: int
    ratings: int
    waiting: int
BODY, QUERY, HEAD, PATIENCE = (4096, 1024, 16384, 10.0)
HEADERS = {'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin'}

class RequestGuard:
    """Turns away what is too large or not meant for us, before anything looks at it"""

    def __init__(self, app, names: Sequence=...):
        ...

    async def __call__(self, scope, receive, send):
        ...

def page_files() -> dict:
    ...

def service(worker: Worker, names: Sequence=...) -> FastAPI:
    ...

def listen(host: str, port: int) -> socket.socket:
    ...

def serve(data: str='sample', db: str | Path='viewers.sqlite', host: str='127.0.0.1', port: int=8000, policies: Sequence[str]=..., embedding: str='pca', names: Sequence[str]=..., seed: int=0) -> None:
    ...
