"""What we found on real ratings: who learns a viewer's taste fastest, by how much, and how sure."""
__all__ = ['stored', 'provenance']
import json
from pathlib import Path
import pandas as pd
from .measures import ResultError as ResultError, interval as interval, per_user as per_user, summarise as summarise
from .report import compare_in_words as compare_in_words, plot_curves as plot_curves, to_text as to_text

def stored(folder: str | Path, name: str) -> pd.DataFrame:
    ...

def provenance(folder: str | Path) -> dict:
    ...
