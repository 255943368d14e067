"What is published: metadata that agree with settings.ini, and nothing imported undeclared."
import ast
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from shlex import split
from types import SimpleNamespace

import pytest
import yaml
from conftest import ROOT

from docs.release import notes, section

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


# --- the workflows

def workflow(name):
    "A workflow of the repository; YAML reads its key `on` as True"
    return yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8"))


WORKFLOWS = sorted(path.name for path in (ROOT / ".github" / "workflows").glob("*.yml"))
JOBS = [(name, job) for name in WORKFLOWS for job in workflow(name)["jobs"]]
MAY_WRITE = {("docs.yml", "site"): {"pages", "id-token"}, ("release.yml", "publish"): {"id-token"},
             ("release.yml", "announce"): {"contents"}}


def commands(job):
    return "\n".join(step.get("run", "") for step in job["steps"])


@pytest.mark.parametrize("name,job", JOBS, ids=[f"{name}-{job}" for name, job in JOBS])
def test_a_job_may_do_what_it_must_and_ends(name, job):
    whole = workflow(name)
    it = whole["jobs"][job]
    assert whole["permissions"] == {"contents": "read"} and "concurrency" in whole
    rights = it.get("permissions", {})
    assert {r for r, how in rights.items() if how == "write"} == MAY_WRITE.get((name, job), set())
    assert 0 < it["timeout-minutes"] <= 60
    for step in it["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w-]+@(v\d+|release/v\d+)", step["uses"])
        if step.get("uses", "").startswith("actions/setup-python@"):
            assert step["with"]["cache"] == "pip"


def test_ci_tries_the_pythons_of_the_classifiers():
    jobs = workflow("ci.yml")["jobs"]
    matrix = jobs["quick"]["strategy"]["matrix"]
    full = [step["with"]["python-version"] for step in jobs["all"]["steps"] if "with" in step]
    tried = {*full, *matrix["python"], *(more["python"] for more in matrix["include"])}
    assert tried == set(SETTINGS["pythons"].split()) and full == [SETTINGS["min_python"]]
    assert {more["os"].partition("-")[0] for more in matrix["include"]} >= {"macos", "windows"}
    assert [more for more in matrix["include"] if "constraints" not in more["versions"]]
    for name in re.findall(r"tests/\w+\.py", commands(jobs["quick"])):
        assert (ROOT / name).is_file()


def test_a_release_is_checked_and_tried_before_it_is_published():
    whole = workflow("release.yml")
    build, publish, announce = (whole["jobs"][job] for job in ("build", "publish", "announce"))
    assert whole[True] == {"push": {"tags": ["v*"]}}
    assert publish["needs"] == "build" and announce["needs"] == "publish"
    done = commands(build)
    order = ["docs/release.py", "python -m build", "twine check --strict",
             "smoke dist/*.whl", "smoke dist/*.tar.gz"]
    assert sorted(order, key=done.index) == order
    assert publish["environment"] and "--notes-file" in commands(announce)


def test_dependabot_watches_packages_and_actions():
    watched = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))
    assert {u["package-ecosystem"] for u in watched["updates"]} == {"pip", "github-actions"}


# --- the notes of a release

def test_the_notes_are_the_section_of_the_version():
    text = "# Changelog\n\n## 1.10.0\n\nlater\n\n## 1.1.0\n\n- one\n- two\n\n## 1.0.0\n\nfirst\n"
    assert section(text, "1.1.0") == "- one\n- two" and section(text, "1.0.0") == "first"
    assert section(text, "1.1") is None and section("## 1.0.0\n\n", "1.0.0") is None
    assert notes(f"v{SETTINGS['version']}") == section(
        (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), SETTINGS["version"])


@pytest.mark.parametrize("name,old,new,told", [
    ("settings.ini", "version = ", "version = 9", "expected the tag v9"),
    ("CITATION.cff", "\nversion: ", "\nversion: 9", "CITATION.cff: expected version"),
    ("movie_rl_rec/__init__.py", '__version__ = "', '__version__ = "9', "__init__.py: expected"),
    ("CHANGELOG.md", f"## {SETTINGS['version']}", "## 9.0", "CHANGELOG.md: expected a section")])
def test_a_tag_is_refused_in_one_line(tmp_path, name, old, new, told):
    for part in ("settings.ini", "CITATION.cff", "CHANGELOG.md", "movie_rl_rec/__init__.py",
                 "docs/release.py"):
        (tmp_path / part).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / part, tmp_path / part)
    command = [sys.executable, "docs/release.py", f"v{SETTINGS['version']}"]
    well = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert well.returncode == 0 and well.stdout.strip()
    path = tmp_path / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and done.stdout == "" and told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
