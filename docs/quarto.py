"For Quarto: `nbdev_docs` gets the same figures as this site. Named as `procs` in settings.ini."
import shutil
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from docs.figures import figure_html

FIGURE = "application/vnd.plotly.v1+json"
_number = count()


@cache
def place_scripts() -> None:
    "What draws the figures, beside the pages: `_quarto.yml` names it"
    from nbdev.config import get_config
    folder = Path(get_config().config_path) / "_proc" / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(find_spec("plotly").origin).parent / "package_data" / "plotly.min.js", folder)
    shutil.copy(Path(__file__).parent / "static" / "figures.js", folder)


def plotly_figures(cell) -> None:
    "A processor of nbdev: figures that are stored as data get a box to be drawn into"
    for out in (cell.get("outputs") or []) if cell.cell_type == "code" else []:
        if FIGURE in out.get("data", {}) and "text/html" not in out["data"]:
            place_scripts()
            figure = {**out["data"][FIGURE], "layout": dict(out["data"][FIGURE]["layout"])}
            out["data"]["text/html"] = figure_html(figure, f"figure-{next(_number)}")
