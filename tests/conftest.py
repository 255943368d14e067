"What all tests share: real data, the sample, one browser, one built site, and their order."
import http.server
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from hashlib import md5
from pathlib import Path
from threading import Thread

if "PYTEST_XDIST_WORKER" in os.environ:    # a worker a core: none starts more threads than that
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import pooch
import pytest
from filelock import FileLock

from movie_rl_rec import downloads

os.environ.setdefault("PLOTLY_RENDERER", "json")

ROOT = Path(__file__).resolve().parents[1]
DAT = {"movies.dat": "1::Toy Story (1995)::Animation|Children's\n2::Misérables, Les (1995)::Drama\n"
                     "3::A :: B (2000)::War\n",
       "ratings.dat": "1::1::5::978300760\n1::2::3::978302109\n2::3::4::978301968\n"}


def real_data(name: str) -> Path:
    "The folder of a real data set; the test is skipped, saying why, where it is absent"
    folder = Path(os.environ.get("MOVIE_RL_REC_DATA", "")) / name
    if not os.environ.get("MOVIE_RL_REC_DATA") or not folder.is_dir():
        pytest.skip(f"needs the data set {name}: let MOVIE_RL_REC_DATA name the folder around it")
    return folder


@pytest.fixture(scope="session")
def sample():
    from movie_rl_rec.data import load
    return load("sample")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Tests that take long come first, in each worker's share, so that all workers end together.

    At first each worker gets its part of the list; who has done them all takes some of another's.
    """
    workers = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    long, short = ([item for item in items if ("slow" in item.keywords) == slow]
                   for slow in (True, False))
    share, shares = len(items)//workers, []
    for worker in range(workers):
        mine = long[worker::workers]
        rest = share - len(mine) if worker < workers - 1 else len(short)
        shares += [*mine, *short[:rest]]
        short = short[rest:]
    items[:] = shares


def once(tmp_path_factory, name, make):
    "What `make` writes to the path it is given: made by the first worker, shared by all"
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with FileLock(folder / f"{name}.lock"):
        if not (folder / name).exists():
            make(folder / f"{name}.part")
            (folder / f"{name}.part").rename(folder / name)
    return folder / name


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    "The site: the one that was built last if nothing changed since, or built once for all"
    from docs import build
    if build.is_fresh(ROOT / "_docs"):
        return ROOT / "_docs"
    return once(tmp_path_factory, "site", lambda out: subprocess.run(
        [sys.executable, "-m", "docs", "build", "--out", out], cwd=ROOT, check=True))


@pytest.fixture(scope="session")
def adapted(tmp_path_factory):
    "The cells of each page as the site shows them"
    from docs.adapt import Place, adapt, page_name
    from docs.build import processed
    place = Place("https://movie-rl-rec.github.io/movie_rl_rec/", "", {"4.2": "policies"})

    def make(path):
        with processed() as paths:
            path.write_text(json.dumps({page_name(p): adapt(p, place)[1]["cells"] for p in paths}))
    return json.loads(once(tmp_path_factory, "adapted.json", make).read_text())


def chromium() -> str:
    "The browser of this machine"
    found = os.environ.get("CHROMIUM") or next(filter(None, map(
        shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return found or pytest.skip("needs a browser: install Chromium, or let CHROMIUM name one")


@pytest.fixture(scope="session")
def browser():
    "One browser for all tests of a worker"
    path = chromium()
    from playwright.sync_api import sync_playwright
    with sync_playwright() as p:
        opened = p.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def write(folder, texts, encoding="utf-8"):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        # "\udce9" stands for the byte e9
        (folder / name).write_bytes(text.encode(encoding, "surrogateescape"))
    return folder


def archive(texts, folder="ml-1m/"):
    "A zip archive as the publisher makes them"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as z:
        for name, text in texts.items():
            z.writestr(folder + name, text)
    return buffer.getvalue()


class Publisher(http.server.BaseHTTPRequestHandler):
    "A publisher on this machine that can cut a download short"
    def do_GET(self):
        content, state = self.server.content, self.server.state
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        if start > len(content):
            state["asked"].append(start)
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        state["asked"].append(start)
        self.wfile.write(content[start:len(content)//2] if state.pop("cut", False)
                         else content[start:])

    def log_message(self, *args):
        pass


@pytest.fixture
def publisher(monkeypatch):
    "A publisher of ml-1m; what it serves and how is set by the test"
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    server.content, server.state = archive(DAT), dict(asked=[])
    Thread(target=server.serve_forever, daemon=True).start()
    source = downloads.SOURCES["ml-1m"]._replace(
        archive=f"http://127.0.0.1:{server.server_port}/ml-1m.zip",
        md5=md5(server.content).hexdigest())
    monkeypatch.setitem(downloads.SOURCES, "ml-1m", source)
    monkeypatch.delenv(downloads.ENV, raising=False)
    pooch.get_logger().setLevel("WARNING")
    yield server
    server.shutdown()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    "A cache folder of the test's own"
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache")
    return tmp_path / "cache"
