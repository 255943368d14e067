"What users of nbdev expect: its commands do their part and leave the checkout clean."
import json
import os
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

QUARTO = """#!/bin/sh
echo "quarto $*"
[ "$1" = render ] || exit 1
[ "$2" = --no-cache ] || [ -f "$2" ] || { echo "ERROR: No valid input files: $2"; exit 1; }
mkdir -p _docs && echo made by Quarto | tee _docs/index.html > _docs/README.md
"""


def git(folder, *arguments):
    who = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"]
    return subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True,
                          check=True).stdout


@pytest.fixture
def checkout(tmp_path):
    "A clean repository with the files of this one, and of its notebooks the two smallest"
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("no git repository here")
    folder = tmp_path / "checkout"
    kept = ("nbs/00a_errors.ipynb", "nbs/00f_randomness.ipynb")
    for name in git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        if name.startswith(("results/", "tests/")) or (
                name.endswith(".ipynb") and name not in kept) or not (ROOT / name).is_file():
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all")
    return folder


def run(folder, code, path=""):
    "Run a command of nbdev in a checkout, by its Python name, as somebody with an empty home"
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    env = {**os.environ, "HOME": str(home), "USERPROFILE": str(home), "PYTHONPATH": str(folder),
           "PATH": os.pathsep.join(filter(None, [str(path), os.environ["PATH"]]))}
    for name in ("IN_TEST", "XDG_CONFIG_HOME"):
        env.pop(name, None)
    return subprocess.run([sys.executable, *code], cwd=folder, env=env, capture_output=True,
                          text=True)


def changed(folder):
    return git(folder, "status", "--porcelain")


def command(name):
    module, _, function = name.partition(":")
    return ["-c", f"from nbdev.{module} import {function} as f; f()"]


def test_hooks_leave_the_checkout_clean(checkout):
    done = run(checkout, command("clean:nbdev_install_hooks"))
    assert "Hooks are installed." in done.stdout and changed(checkout) == ""
    assert git(checkout, "config", "merge.nbdev-merge.driver").startswith("nbdev_merge ")
    assert "nbdev-merge" in git(checkout, "check-attr", "merge", "nbs/00a_errors.ipynb")


def spoil(folder):
    "What an edit in Jupyter leaves behind: counts, another module, an old stub"
    path = folder / "nbs" / "00a_errors.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for count, cell in enumerate(c for c in notebook["cells"] if c["cell_type"] == "code"):
        cell["execution_count"] = count
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "movie_rl_rec" / "errors.py").write_text("old = True\n", encoding="utf-8")


@pytest.mark.slow
def test_prepare_exports_tests_cleans_and_leaves_readme_alone(checkout):
    spoil(checkout)
    assert changed(checkout) != ""
    done = run(checkout, command("quarto:prepare"))
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first == "Success." and second.startswith("Could not find ")
    assert "README.md and the stubs come from python -m docs prepare" in second
    assert changed(checkout) == ""


@pytest.mark.slow
def test_our_prepare_writes_stubs_and_readme_too(checkout):
    home = json.loads((ROOT / "nbs" / "index.ipynb").read_text(encoding="utf-8"))
    home["cells"] = [cell for cell in home["cells"] if cell["cell_type"] == "markdown"]
    (checkout / "nbs" / "index.ipynb").write_text(
        json.dumps(home, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert run(checkout, ["-m", "docs", "readme"]).returncode == 0
    git(checkout, "add", "-A")
    git(checkout, "commit", "-qm", "the home page")
    spoil(checkout)
    for old in ("movie_rl_rec/errors.pyi", "README.md"):
        (checkout / old).write_text("old = True\n", encoding="utf-8")
    done = run(checkout, ["-m", "docs", "prepare"])
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Success.\n" and changed(checkout) == ""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the stand-in for Quarto is a shell script")
def test_with_quarto_the_site_is_made_and_readme_stays(checkout, tmp_path):
    "A stand-in for Quarto: it answers as Quarto does to the two commands that nbdev sends"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "quarto").write_text(QUARTO)
    (tmp_path / "bin" / "quarto").chmod(0o755)
    refused = run(checkout, command("quarto:nbdev_readme"), tmp_path / "bin")
    assert refused.returncode == 1 and changed(checkout) == ""
    done = run(checkout, command("quarto:nbdev_docs"), tmp_path / "bin")
    assert done.returncode == 0, done.stderr
    assert (checkout / "_docs" / "index.html").read_text() == "made by Quarto\n"
    assert changed(checkout) == ""
