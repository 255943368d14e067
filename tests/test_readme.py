"README.md belongs to the home page, and its code runs."
import re
import subprocess
import sys

from conftest import ROOT

from docs import readme


def test_in_sync():
    assert (ROOT / "README.md").read_text(encoding="utf-8") == readme.render()


def test_code_blocks_run_and_print_what_stands_below_them(tmp_path):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```(?:\n\n```\n(.*?)```)?", text, flags=re.S)
    said = [shown for _, shown in blocks if shown]
    (tmp_path / "blocks.py").write_text("\n".join(code for code, _ in blocks))
    run = subprocess.run([sys.executable, tmp_path / "blocks.py"], capture_output=True, text=True,
                         cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert len(blocks) >= 4 and len(said) >= 2 and run.stdout == "".join(said)
    assert "step 3: item" in run.stdout and "oracle" in run.stdout


def test_home_has_the_number_and_its_interval():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"\*\*One number\.\*\* .*stars a movie "
                     r"\(95% interval of the difference \S+ to \S+, \d+ viewers\)", text)
    assert (text.index("One number") < text.index("## A recommender") < text.index("## Start")
            < text.index("## The chapters"))
    for path in (ROOT / "nbs").glob("0*.ipynb"):
        assert f"(nbs/{path.name})" in text, f"{path.name} is not in the table of chapters"


def test_ci_calls_the_readmes_own_lines():
    text, script = ((ROOT / "README.md").read_text(encoding="utf-8"),
                    (ROOT / ".ci" / "run").read_text())
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, flags=re.S)
             for line in block.splitlines()]
    for key in ("movie-rl-rec run --out runs/first", "nbdev_test"):
        assert len([line for line in lines if key in line]) == 1 and f"readme '{key}'" in script
