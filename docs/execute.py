"Run notebooks top to bottom through a real kernel, and keep what they show."
import os
import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient

SKIP = re.compile(r"^\s*#\s*\|\s*eval:\s*false|nbdev_export\(", re.M | re.I)


def run(notebook: nbformat.NotebookNode, folder: Path) -> None:
    "Run the cells in a kernel that starts in this folder; the first error is raised"
    NotebookClient(notebook, timeout=900, record_timing=False,
                   resources={"metadata": {"path": str(folder)}}).execute()


def execute(path: Path, write: bool = True) -> nbformat.NotebookNode:
    "Run a notebook but for the cells that `nbdev_test` leaves out; figures are kept as JSON only"
    os.environ["PLOTLY_RENDERER"] = "plotly_mimetype"
    notebook = nbformat.read(path, as_version=4)
    before = notebook.metadata.copy()
    for cell in notebook.cells:
        if cell.cell_type == "code" and SKIP.search(cell.source):
            cell.metadata["tags"] = ["skip-execution"]
    run(notebook, path.parent)
    for cell in notebook.cells:
        cell.metadata.pop("tags", None)
    notebook.metadata = before
    if write:
        nbformat.write(notebook, path)
    return notebook
