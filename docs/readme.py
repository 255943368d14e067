"README.md from nbs/index.ipynb: what nbdev_readme does, without Quarto."
import json
import re
import sys
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def repository() -> str:
    "Address of the main branch, from settings.ini, where it stands once"
    config = ConfigParser(delimiters=["="])
    config.read(ROOT / "settings.ini", encoding="utf-8")
    return f"{config['DEFAULT']['git_url']}/blob/{config['DEFAULT']['branch']}"


def outputs(cell: dict) -> str:
    "What a cell gave: Markdown as it is, anything else but figures as plain text"
    parts = []
    for out in cell["outputs"]:
        data = out.get("data", {})
        if "application/vnd.plotly.v1+json" in data:
            continue                                          # a README cannot draw
        if "text/markdown" in data:
            parts.append("".join(data["text/markdown"]))
        else:
            parts.append("```\n" + "".join(
                out.get("text") or data.get("text/plain", "")).strip("\n") + "\n```")
    return "\n\n".join(parts)


def block(cell: dict) -> str:
    "A code cell as Markdown: its code unless `echo: false`, and what it gave"
    source = "".join(cell["source"])
    code = re.sub(r"^#\|.*\n?", "", source, flags=re.M).strip("\n")
    shown = [] if re.search(r"^#\|\s*echo:\s*false", source, re.M) else [f"```python\n{code}\n```"]
    return "\n\n".join(filter(None, [*shown, outputs(cell)]))


def render() -> str:
    "The README that belongs to the notebook"
    cells = json.loads((ROOT / "nbs" / "index.ipynb").read_text(encoding="utf-8"))["cells"]
    parts = ["<!-- made from nbs/index.ipynb by `python -m docs readme` -->"]
    for cell in cells:
        source = "".join(cell["source"])
        if re.search(r"^#\|\s*(hide|include:\s*false)", source, re.M):
            continue
        parts.append(source.strip() if cell["cell_type"] == "markdown" else block(cell))
    text = "\n\n".join(p for p in parts if p) + "\n"
    return re.sub(r"\]\((\w+\.ipynb)\)", r"](nbs/\1)", text)


def write() -> int:
    "Write README.md"
    (ROOT / "README.md").write_text(render(), encoding="utf-8")
    return 0


def check() -> int:
    "Say whether README.md is what `write` would write"
    if (ROOT / "README.md").read_text(encoding="utf-8") == render():
        return 0
    print("README.md: expected what nbs/index.ipynb gives, got another text; "
          "run `python -m docs readme`", file=sys.stderr)
    return 1
