"What is published: metadata that agree with settings.ini, and nothing imported undeclared."
import ast
import re
import sys
from configparser import ConfigParser
from shlex import split
from types import SimpleNamespace

import pytest
from conftest import ROOT

CONFIG = ConfigParser(delimiters=["="])
CONFIG.read(ROOT / "settings.ini", encoding="utf-8")
SETTINGS = CONFIG["DEFAULT"]
NAMES = {"scikit-learn": "sklearn"}                            # imported by another name
# What the interface of a declared package is made of: its arguments and base classes.
SPOKEN = {"pydantic": "fastapi", "starlette": "fastapi", "traitlets": "anywidget"}


@pytest.fixture
def metadata(monkeypatch):
    "What setup.py tells setuptools"
    told = {}
    monkeypatch.setitem(sys.modules, "setuptools", SimpleNamespace(
        setup=lambda **given: told.update(given), find_packages=lambda **given: []))
    path = ROOT / "setup.py"
    exec(compile(path.read_text(encoding="utf-8"), path, "exec"), {"__file__": str(path)})
    return told


def distributions(requirements):
    "What a line of requirements installs, as it is imported"
    found = [re.match(r"[\w.-]+", r)[0].lower() for r in split(requirements)]
    return {NAMES.get(name, name.replace("-", "_")) for name in found}


def imported(path):
    "The packages of others that a module imports, wherever it does"
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = [a.name for n in nodes if isinstance(n, ast.Import) for a in n.names]
    names += [n.module for n in nodes if isinstance(n, ast.ImportFrom) and not n.level]
    ours = {"movie_rl_rec"}
    return {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - ours


def test_everything_imported_is_declared():
    needed = set().union(*(imported(p) for p in (ROOT / "movie_rl_rec").glob("*.py")))
    extras = [key for key in SETTINGS if key.endswith("requirements")
              and key not in ("dev_requirements", "docs_requirements")]
    declared = set().union(*(distributions(SETTINGS[key]) for key in extras))
    assert "requests" in needed and {SPOKEN.get(name, name) for name in needed} <= declared


def test_the_metadata_name_pythons_systems_and_addresses(metadata):
    pythons = [c.rpartition(" ")[2] for c in metadata["classifiers"]
               if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", c)]
    assert pythons == SETTINGS["pythons"].split()
    assert metadata["python_requires"] == f">={pythons[0]}" and SETTINGS["min_python"] == pythons[0]
    assert set(metadata["project_urls"]) == {"Documentation", "Source", "Changelog", "Issues"}
    assert all(url.startswith("https://") for url in metadata["project_urls"].values())
    assert {"Operating System :: MacOS", "Operating System :: Microsoft :: Windows",
            "Operating System :: POSIX :: Linux"} < set(metadata["classifiers"])
    assert "](nbs/" not in metadata["long_description"]


def test_the_version_stands_everywhere():
    version = SETTINGS["version"]
    init, citation, changes = ((ROOT / name).read_text(encoding="utf-8") for name in (
        "movie_rl_rec/__init__.py", "CITATION.cff", "CHANGELOG.md"))
    assert f'__version__ = "{version}"' in init and f"\nversion: {version}\n" in citation
    assert f"\n## {version}\n" in changes
