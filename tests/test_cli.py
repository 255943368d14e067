"The command line: four files, the same bytes, and one clear line for anything that cannot be."
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest
from conftest import archive, real_data, write
from test_data import CSV, IMDB

from movie_rl_rec.cli import main

FEW = ["--quiet", "--users", "8", "--steps", "10", "--repeats", "2", "--embedding", "pca",
       "--policies", "random", "greedy", "best-rated", "oracle"]


def command(*arguments, **env):
    "Run the command line as a user does"
    program = Path(sys.executable).with_name("movie-rl-rec")
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True,
                          env={**os.environ, **env})


@pytest.fixture
def inside(capfd):
    "Run the command line in this process: as `command`, but without starting Python again"
    def call(*arguments):
        capfd.readouterr()
        with warnings.catch_warnings():
            warnings.simplefilter("error")                    # of a process it would go to stderr
            try:
                code = main([*map(str, arguments)])
            except SystemExit as stop:
                code = stop.code
        said = capfd.readouterr()
        return subprocess.CompletedProcess(arguments, code, said.out, said.err)
    return call


def refused(result, why):
    "Bad input: one line that says why, exit code 2"
    assert result.returncode == 2, result.stderr
    assert (result.stderr.startswith("movie-rl-rec: ") and result.stderr.count("\n") == 1
            and why in result.stderr)
    return True


def test_run_writes_four_files(tmp_path):
    result = command("run", *FEW, "--out", tmp_path / "a")
    assert result.returncode == 0, result.stderr
    assert (sorted(p.name for p in (tmp_path / "a").iterdir())
            == ["config.json", "report.html", "results.parquet", "summary.csv"])
    config = json.loads((tmp_path / "a" / "config.json").read_text())
    assert (config["settings"]["seed"] == 0 and len(config["data"]["checksum"]) == 64
            and config["data"]["simulated"])
    summary = pd.read_csv(tmp_path / "a" / "summary.csv")
    assert {f"{m}{end}" for m in ("reward", "skill", "regret", "difference")
            for end in ("", "_low", "_high")} <= set(summary)
    assert ("simulated" in (tmp_path / "a" / "report.html").read_text()
            and "best-rated" in result.stdout)


@pytest.mark.slow
def test_same_seed_same_bytes_for_any_workers_and_for_a_user_alone(tmp_path, inside):
    "And in a process of its own"
    for name, more in {"a": [], "b": [], "c": ["--workers", "2"], "d": ["--seed", "1"]}.items():
        run = command if name == "b" else inside
        assert run("run", *FEW, *more, "--out", tmp_path / name).returncode == 0
    a, b, c, d = (pd.read_parquet(tmp_path / name / "results.parquet") for name in "abcd")
    pd.testing.assert_frame_equal(a, b, check_exact=True)
    pd.testing.assert_frame_equal(a, c, check_exact=True)
    assert not a.equals(d)
    alone = [*FEW[:2], "1", *FEW[3:]]
    assert inside("run", *alone, "--out", tmp_path / "e").returncode == 0
    e = pd.read_parquet(tmp_path / "e" / "results.parquet")
    pd.testing.assert_frame_equal(e, a[a.user_id == e.user_id[0]].reset_index(drop=True),
                                  check_exact=True)


BAD_FILES = {
    "missing file": (None, "a folder"), "empty file": ({"ratings.csv": ""}, "an empty file"),
    "missing column": ({"ratings.csv": CSV["ratings.csv"].replace("rating,", "stars,")},
                       "add rating"),
    "non-numeric rating": ({"ratings.csv": CSV["ratings.csv"].replace("4.0,", "good,")},
                           "invalid value 'good'"),
    "off the scale": ({"ratings.csv": CSV["ratings.csv"].replace("4.0,", "9.0,")},
                      "a rating on the scale"),
    "missing column of movies": ({"movies.csv": CSV["movies.csv"].replace("movieId,", "film,")},
                                 "a column movieId"),
    "not in UTF-8": ({"movies.csv": CSV["movies.csv"].replace("Toy", "\udce9")},
                     "text in UTF-8, got the byte 0xe9"),
    "line ends of 1990": ({"movies.csv": CSV["movies.csv"].replace("title,", "title\r,")},
                          "add genres"),
    "empty line of a table": ({"movies.csv": CSV["movies.csv"] + ",,\r\n"},
                              "an id for every movie"),
    "duplicate": ({"ratings.csv": CSV["ratings.csv"] + "1,1,3.0,964982703\n"}, "a second one"),
    "unknown movie": ({"ratings.csv": CSV["ratings.csv"] + "1,77,3.0,964982703\n"},
                      "an unknown movie")}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_bad_files(tmp_path, inside, kind):
    change, why = BAD_FILES[kind]
    folder = tmp_path / "data" if change is None else write(tmp_path / "data", {**CSV, **change})
    assert refused(inside("run", "--data", folder, "--out", tmp_path / "out"), why)
    assert not (tmp_path / "out").exists() and {p.name for p in tmp_path.iterdir()} <= {"data"}


def test_genres_that_are_no_list(tmp_path):
    "A process of its own, as a user starts it; the other bad input comes to the same `main`"
    broken = {**IMDB, "best_movie_ratings_features.csv":
                  IMDB["best_movie_ratings_features.csv"].replace("['Comedy']", "Comedy")}
    write(tmp_path / "data" / "imdb", broken)
    assert refused(command("run", "--data", tmp_path / "data" / "imdb", "--out", tmp_path / "out"),
                   "a list such as")


@pytest.mark.parametrize("arguments,why", [
    (["--policies", "psychic"], "'psychic'"), (["--users", "5000"], "expected at most"),
    (["--steps", "0"], "--steps: expected 1 or more"),
    (["--repeats", "0"], "--repeats"), (["--workers", "-1"], "--workers"),
    (["--seed", "-1"], "--seed"), (["--embedding", "word2vec"], "embedding 'word2vec'"),
    (["--device", "abacus"], "device"), (["--data", "ml-3m"], "check the spelling"),
    (["--model", "nowhere"], "movie-rl-rec train"),
    (["--policies", "catalogue", "--embedding", "pca"], "policy `catalogue`")])
def test_bad_arguments(tmp_path, inside, arguments, why):
    assert refused(inside("run", "--quiet", *arguments, "--out", tmp_path / "deep" / "out"), why)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("fault,why",
                         [("other", "expected the published checksum"), ("cut", "cut short")])
def test_a_download_that_goes_wrong(publisher, cache, tmp_path, capsys, fault, why):
    if fault == "cut":
        publisher.state["cut"] = True
    else:
        publisher.content = archive({"ratings.dat": "1::1::1::1\n"})
    assert main(["run", "--quiet", "--data", "ml-1m", "--out", str(tmp_path / "out")]) == 2
    said = [line for line in capsys.readouterr().err.splitlines()
            if not line.startswith("Downloading")]
    assert len(said) == 1 and why in said[0]
    assert not (tmp_path / "out").exists() and not (cache / "ml-1m").exists()


def test_out_that_exists_is_left_as_it_is(tmp_path, inside):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("precious")
    assert refused(inside("run", "--out", tmp_path / "out"), "an existing one")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_a_model_that_was_altered(tmp_path, inside):
    assert inside("train", "--quiet", "--out", tmp_path / "model").returncode == 0
    few = [a for a in FEW if a not in ("--embedding", "pca")]
    assert inside("run", *few, "--model", tmp_path / "model", "--out",
                  tmp_path / "good").returncode == 0
    weights = bytearray((tmp_path / "model" / "model.safetensors").read_bytes())
    weights[-5] ^= 1
    (tmp_path / "model" / "model.safetensors").write_bytes(weights)
    assert refused(inside("run", *few, "--model", tmp_path / "model", "--out", tmp_path / "bad"),
                   "a file that was altered")
    assert not (tmp_path / "bad").exists()


def test_without_out_each_run_gets_a_folder_of_its_own(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert ([main(["run", *FEW]) for _ in range(3)] == [0, 0, 0]
            and "runs/sample-3/report.html" in capsys.readouterr().out)
    assert (sorted(p.name for p in (tmp_path / "runs").iterdir())
            == ["sample", "sample-2", "sample-3"])
    assert (main(["run", *FEW, "--users", "5000"]) == 2
            and len(list((tmp_path / "runs").iterdir())) == 3)


@pytest.mark.parametrize("arguments",
                         [["run", "--steps", "ten"], ["run", "--stepz", "9"], [],
                          ["dance"], ["train"]])
def test_what_cannot_be_parsed_is_one_line(inside, arguments):
    result = inside(*arguments)
    assert (result.returncode == 2 and result.stderr.count("\n") == 1
            and result.stderr.startswith("movie-rl-rec") and "--help" in result.stderr)


def test_help_policies_and_data(inside):
    assert "examples:" in inside("run", "--help").stdout
    assert "linucb" in inside("policies").stdout and "sample" in inside("data").stdout
    assert command("dance").returncode == 2


def small_world(folder, users, each):
    "So many users with so many ratings each"
    movies = "".join(f"{m},M{m},{1980 + m},{'Crime' if m % 2 else 'Drama|War'}\n"
                     for m in range(40))
    ratings = "".join(f"{u},{(7*u + i) % 40},{1 + (u*i) % 5}\n" for u in range(users)
                      for i in range(each))
    return write(folder,
                 {"movies.csv": "movie_id,title,year,genres\n" + movies,
                  "ratings.csv": "user_id,movie_id,rating\n" + ratings})


def test_a_handful_of_viewers_decide_nothing(tmp_path, inside):
    data, few = small_world(tmp_path / "data", 12, 20), FEW[:1] + FEW[3:]
    result = inside("run", *few, "--data", data, "--out", tmp_path / "a")
    assert result.returncode == 0 and "2 viewers decide nothing" in result.stdout
    page = (tmp_path / "a" / "report.html").read_text()
    said = page[page.index("<ul class=say>"):page.index("</ul>")]
    assert ("<p class=note>2 viewers decide nothing" in page
            and said.count("2 viewers decide nothing between") >= 2)
    assert ("earns more than" not in said and "earns less than" not in said
            and "cannot be told" not in said)
    assert "decide nothing" not in inside("run", *FEW, "--out", tmp_path / "b").stdout


def test_too_few_users_and_too_short_lists_are_told_in_numbers(tmp_path, inside):
    assert refused(inside("run", "--data", small_world(tmp_path / "a", 2, 20), "--out",
                          tmp_path / "x"), "at least 3, ")
    short = inside("run", "--data", small_world(tmp_path / "b", 12, 10), "--out", tmp_path / "x")
    assert refused(short, "more than 10 ratings, got 2, of whom none rated more than 10")


@pytest.mark.slow
@pytest.mark.parametrize("name,folder",
                         [("imdb", "imdb-top1000"), ("ml-latest-small", "ml-latest-small")])
def test_real_data_best_rated_well_above_random(tmp_path, inside, name, folder):
    real_data(folder)
    result = inside("run", "--quiet", "--data", name, "--embedding", "pca", "--repeats", "2",
                    "--policies", "random", "best-rated", "greedy",
                    "--out", tmp_path / "a")
    assert result.returncode == 0, result.stderr
    summary = pd.read_csv(tmp_path / "a" / "summary.csv").set_index("policy")
    assert (summary.reward_low["best-rated"] > summary.reward["random"]
            and summary.difference_high["random"] < -.1)
    assert summary.loc["greedy, shuffled", "reward"] < summary.loc["greedy", "reward"]


@pytest.mark.slow
def test_report_opens_from_disk_without_a_network(tmp_path, browser, inside):
    assert inside("run", *FEW, "--out", tmp_path / "a").returncode == 0
    for width in (1400, 400):
        page, errors, asked = browser.new_page(viewport=dict(width=width, height=900)), [], []
        page.on("console", lambda m, e=errors: e.append(m.text) if m.type == "error" else None)
        page.on("request", lambda r, a=asked: a.append(r.url))
        page.goto((tmp_path / "a" / "report.html").as_uri(), wait_until="load")
        page.wait_for_timeout(1500)
        assert not errors and not [u for u in asked
                                   if not u.startswith(("file:", "data:", "blob:"))]
        assert page.evaluate(
            "document.querySelectorAll('.plotly-graph-div svg.main-svg').length") >= 5
        assert page.evaluate("document.documentElement.scrollWidth") <= width + 1
        page.close()


def test_version_loads_no_library():
    code = ("import sys; from movie_rl_rec.cli import main\n"
            "try: main(['--version'])\nexcept SystemExit: pass\n"
            "assert not {'pandas', 'scipy', 'sklearn', 'torch'} & set(sys.modules)")
    from movie_rl_rec import __version__
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0 and result.stdout == f"movie-rl-rec {__version__}\n"


def test_a_saved_recommender_is_no_data_set(tmp_path, inside):
    (tmp_path / "recommender.json").write_text("{}")
    assert refused(inside("run", "--data", tmp_path, "--out", tmp_path / "x"),
                   "a recommender that was saved")
