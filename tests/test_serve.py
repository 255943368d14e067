"The service loses nothing acknowledged, nothing sent breaks it, and its page works by keyboard."
import asyncio
import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event, Thread
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import service as trial
from movie_rl_rec import serve
from movie_rl_rec.serve import (
    Beliefs,
    Entry,
    HTTPRefusal,
    RatingLog,
    ServeError,
    Worker,
    recommendations_for,
    service,
    what_is_believed,
)


@pytest.fixture(scope="module")
def base_service(sample):
    "Beliefs that nobody has moved yet; `fresh` gives copies that share what was learned"
    return Beliefs(sample, ("hybrid", "content-prior", "best-rated"))


def fresh(base_service):
    "The same without viewers"
    new = object.__new__(Beliefs)
    new.__dict__ = base_service.__dict__ | dict(
        trail={}, recommenders={n: r.under(ratings=False)
                                for n, r in base_service.recommenders.items()})
    return new


@pytest.fixture
def client(base_service, tmp_path):
    port = serve.listen("127.0.0.1", 0)
    server = serve.Server(serve.Config(
        service(Worker(fresh(base_service), RatingLog(tmp_path/"viewers.sqlite"))),
        log_level="warning"))
    thread = Thread(target=server.run, args=[[port]])
    thread.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{port.getsockname()[1]}") as c:
        yield c
    server.should_exit = True
    thread.join()


def everything(beliefs, viewers):
    return [(recommendations_for(beliefs, v, p, 20), what_is_believed(beliefs, v, p))
            for v in viewers for p in beliefs.recommenders]


# --- what is guaranteed of ratings

@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path):
    row = trial.killed(tmp_path, times=3, seed=1)
    assert row["kills"] == 3 and row["acknowledged"] > 20 and row["beliefs_compared"] >= 8
    assert row["lost"] == row["broken_files"] == row["beliefs_apart"] == 0


CHANGES = st.lists(st.tuples(st.sampled_from(["ann", "bob"]),
                             st.sampled_from(["13", "20", "44", "101", None]),
                             st.sampled_from([.5, 2., 3.5, 5., None])),
                   max_size=14)


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(changes=CHANGES)
def test_whatever_happens_a_replay_of_the_log_believes_the_same(base_service, tmp_path, changes):
    db = tmp_path/"law.sqlite"
    for old in tmp_path.glob("law.sqlite*"):
        old.unlink()
    worker, left = Worker(fresh(base_service), RatingLog(db)), {"ann": {}, "bob": {}}
    for viewer, movie, stars in changes:
        try:
            rated = worker.submit(Entry(viewer, movie, None if movie is None else stars)).result()
        except HTTPRefusal as error:
            assert error.status == 404 and (movie is None and not left[viewer] or stars is None
                                            and int(movie) not in left[viewer])
            continue
        if movie is None:
            left[viewer] = {}
        else:
            left[viewer].pop(int(movie), None)
            left[viewer] |= {} if stars is None else {int(movie): stars}
        assert rated == len(left[viewer])
    now = everything(worker.beliefs, left)
    assert {v: worker.beliefs.history(v) for v in left} == left
    worker.close()
    again = Worker(fresh(base_service), RatingLog(db))
    assert everything(again.beliefs, left) == now
    again.close()
    for viewer, kept in left.items():  # cross-check: the recommender alone
        one = base_service.recommenders["hybrid"].under(ratings=False)
        for movie, stars in kept.items():
            one.rate(viewer, movie, stars)
        assert ([p.movie_id for p in one.recommend(viewer, 20)]
                == [m["movie"] for m in recommendations_for(again.beliefs, viewer, "hybrid",
                                                            20)["movies"]])


def test_a_rating_that_cannot_be_written_changes_nothing(base_service, tmp_path):
    class Full(RatingLog):
        full = False
        def write(self, entries):
            if self.full:
                raise sqlite3.OperationalError("database or disk is full")
            super().write(entries)

    worker = Worker(fresh(base_service), Full(tmp_path/"full.sqlite"))
    worker.submit(Entry("ann", "13", 4.)).result()
    before, worker.log.full = everything(worker.beliefs, ["ann"]), True
    with pytest.raises(HTTPRefusal, match="disk is full.*nothing was changed") as told:
        worker.submit(Entry("ann", "14", 4.)).result()
    assert told.value.status == 503 and everything(worker.beliefs, ["ann"]) == before
    worker.log.full = False
    assert worker.submit(Entry("ann", "14", 4.)).result() == 2
    worker.close()


def test_who_is_forgotten_is_nowhere_in_the_file(client, tmp_path):
    for movie in (13, 20, 44):
        assert client.post("/viewers/somebody-special/ratings",
                           json=dict(movie=movie, rating=4)).status_code == 200
    assert any(b"somebody-special" in p.read_bytes() for p in tmp_path.iterdir())
    assert (client.delete("/viewers/somebody-special").json()
            == dict(viewer="somebody-special", movie=None, rating=None, rated=0))
    assert not any(b"somebody-special" in p.read_bytes() for p in tmp_path.iterdir())
    assert client.delete("/viewers/somebody-special").status_code == 404


def test_two_services_cannot_share_a_log_and_a_log_needs_its_data(base_service, tmp_path):
    log = RatingLog(tmp_path/"a.sqlite")
    with pytest.raises(ServeError, match="stop the other service"):
        RatingLog(tmp_path/"a.sqlite")
    log.write([Entry("ann", "123456", 4.)])
    with pytest.raises(ServeError, match="movie 123456, which it does not have"):
        Worker(fresh(base_service), log)
    log.close()
    with pytest.raises(ServeError, match="name another file"):
        RatingLog(tmp_path/"nowhere"/"a.sqlite")
    (tmp_path/"text").write_text("ratings\n"*999)
    with pytest.raises(ServeError, match="name another file"):
        RatingLog(tmp_path/"text")


def test_doubt_only_shrinks_and_taste_is_beside_the_general_level(base_service):
    beliefs = fresh(base_service)
    for i, movie in enumerate([13, 77, 200, 301, 402, 33, 8]):
        beliefs.apply(Entry("ann", str(movie), [5., 1., 3.][i % 3]))
    for policy in ("hybrid", "content-prior"):
        told = what_is_believed(beliefs, "ann", policy)
        assert len(told["uncertainty"]) == 8 and (np.diff(told["uncertainty"]) < 0).all()
        catalogue, recommender = (beliefs.recommenders[policy].catalogue,
                                  beliefs.recommenders[policy])
        moved = recommender.belief("ann").mean[0] - recommender.belief("nobody").mean[0]
        drama = np.array(["Drama" in g for g in catalogue.genres])
        by_hand = (np.mean([x @ moved for x in catalogue.items.X[drama]])
                   - np.mean([x @ moved for x in catalogue.items.X]))
        assert (next(t["shift"] for t in told["taste"] if t["genre"] == "Drama")
                == pytest.approx(by_hand, rel=1e-9))
    fixed = what_is_believed(beliefs, "ann", "best-rated")
    assert fixed["uncertainty"] == [] and not any(t["shift"] for t in fixed["taste"])


def test_a_log_says_its_version(tmp_path):
    "A log of 0.1, which has no number, is read and gets one; a later one is refused, untouched"
    path = tmp_path/"viewers.sqlite"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE log(seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, "
                   "viewer TEXT NOT NULL,\nmovie TEXT NOT NULL, rating REAL) STRICT")
        db.execute("INSERT INTO log(at, viewer, movie, rating) VALUES(1, 'ann', '13', 4.5)")
    with closing(RatingLog(path)) as log:
        assert list(log) == [("ann", "13", 4.5)]
        log.write([Entry("ann", "20", 3.)])
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        db.execute("PRAGMA user_version=2")
    before = path.read_bytes()
    with pytest.raises(ServeError, match="expected a log of version 1 or earlier, got version 2"):
        RatingLog(path)
    assert path.read_bytes() == before


# --- what is guaranteed of requests

@pytest.mark.slow
def test_requests_made_up_from_the_description(tmp_path):
    with trial.running(tmp_path/"fuzz.sqlite", policies=["content-prior"]) as (_, address):
        seen, faults = trial.fuzz(address, 150)
    print(f"answers by status: {dict(sorted(seen.items()))}")
    assert not faults, faults[:3]
    assert sum(seen.values()) >= 130 and seen[200] > 20 and seen[422] > 20 and max(seen) < 500


@pytest.mark.slow
def test_many_clients_get_answers(tmp_path):
    taken, *_ = trial.under_load(tmp_path, seconds=5, clients=8, rate=40)
    assert len(taken) == 200 and not [t for t in taken if t[2] == 0 or t[2] >= 500]
    assert {t[1] for t in taken} >= {"recommendations", "belief", "rate", "search"}


def refused(answer, status, why):
    "A refusal: the status, and one clear sentence"
    assert answer.status_code == status, answer.text
    assert (list(answer.json()) == ["error"] and why in answer.json()["error"]
            and "\n" not in answer.json()["error"] and len(answer.json()["error"]) < 300)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return True


BODIES = {
    "text": ('{"movie": 13, "rating": "4"}', "rating: expected a valid number, got '4'"),
    "NaN": ('{"movie": 13, "rating": NaN}', "rating: expected a finite number, got nan"),
    "infinity": ('{"movie": 13, "rating": 1e999}', "finite"),
    "true": ('{"movie": 13, "rating": true}', "a valid number"),
    "list": ('{"movie": [13], "rating": 4}', "movie"),
    "null": ('{"movie": 13, "rating": null}', "a valid number, got None"),
    "too much": ('{"movie": 13, "rating": 5.5}', "less than or equal to 5"),
    "negative": ('{"movie": 13, "rating": -1}', "greater than or equal to 0.5"),
    "off the step": ('{"movie": 13, "rating": 3.3}', "a multiple of 0.5"),
    "nothing": ("", "body"), "a list": ("[]", "body"), "a number": ("7", "body"),
    "one key": ('{"movie": 13}', "rating: expected a value, got nothing"),
    "more keys": ('{"movie": 13, "rating": 4, "admin": 1}', "admin: expected no such key"),
    "cut": ('{"movie":', "JSON"), "deep": ("["*2000 + "]"*2000, "body"),
    "long text": ('{"movie": "' + "x"*999 + '", "rating": 4}', "movie"),
    "a fraction": ('{"movie": 1.5, "rating": 4}', "movie: expected an id")}


@pytest.mark.parametrize("name", BODIES)
def test_a_malformed_rating_is_refused_in_one_sentence(client, name):
    body, why = BODIES[name]
    answer = client.post("/viewers/ann/ratings", content=body,
                         headers={"content-type": "application/json"})
    assert refused(answer, 400 if name == "deep" else 422, why if name != "deep" else "")
    assert client.get("/health").json()["ratings"] == 0


def test_unknown_things_are_not_found(client):
    assert refused(client.post("/viewers/ann/ratings", json=dict(movie=10**9, rating=4)), 404,
                   "GET /movies?q= finds ids")
    assert refused(client.post("/viewers/ann/ratings", json=dict(movie="\u2603", rating=4)), 404,
                   "the id of a movie")
    assert refused(client.delete("/viewers/ann/ratings/13"), 404, "one that ann has rated")
    assert refused(client.delete("/viewers/ann"), 404, "who has not")
    assert refused(client.get("/viewers/ann/recommendations?policy=luck"), 422,
                   "policy: expected 'hybrid'")
    assert refused(client.get("/viewers/ann/recommendations?k=51"), 422,
                   "k: expected less than or equal to 50")
    assert refused(client.get("/viewers/ann/recommendations?n=5"), 422,
                   "query: expected k and policy, got 'n'")
    assert refused(client.get("/viewers/-newcomer-/recommendations"), 422, "viewer")
    assert refused(client.get(f"/viewers/{'x'*65}/recommendations"), 422, "viewer")
    assert refused(client.get("/movies?q=%20"), 422, "q: expected text")
    assert refused(client.get(f"/movies?q={'x'*1100}"), 414, "query: expected at most 1,024 bytes")
    assert (refused(client.get("/docs"), 404, "Not Found")
            and refused(client.get("/redoc"), 404, "Not Found"))
    assert refused(client.put("/viewers/ann/ratings"), 405, "Not Allowed")
    assert client.get("/viewers/ann/recommendations").status_code == 200  # a new viewer is welcome


def test_the_door(client):
    assert refused(client.get("/health", headers={"host": "evil.example"}), 421, "'evil.example'")
    assert refused(client.get("/health", headers={"host": "127.0.0.1.evil.example:8000"}),
                   421, "Host")
    assert refused(client.get("/health", headers={"x": "y"*20_000}), 431,
                   "headers: expected at most 16,384 bytes")
    assert refused(client.delete("/viewers/ann", headers={"sec-fetch-site": "cross-site"}), 403,
                   "another site")
    assert refused(client.post("/viewers/ann/ratings", content="{}",
                               headers={"content-type": "text/plain"}), 415, "application/json")
    assert refused(client.post("/viewers/ann/ratings", content=b"x"*5000,
                               headers={"content-type": "application/json"}), 413,
                   "at most 4,096 bytes, got 5,000")
    answer = client.get("/health", headers={"origin": "http://evil.example"})
    assert answer.status_code == 200 and not [h for h in answer.headers
                                              if h.startswith("access-control")]
    assert {"x-content-type-options", "x-frame-options", "referrer-policy",
            "cross-origin-resource-policy"} <= set(answer.headers)
    page = client.get("/")
    assert (page.headers["content-type"].startswith("text/html")
            and "script-src 'self'" in page.headers["content-security-policy"])


def raw(address, *parts, wait=0.):
    "What comes back when these bytes are sent"
    place = urlsplit(address)
    with socket.create_connection((place.hostname, place.port), timeout=20) as link:
        for part in parts:
            link.sendall(part)
            time.sleep(wait)
        said = b""
        while got := link.recv(65536):
            said += got
            if b"}" in said or b"Invalid" in said:
                break
        return said


@pytest.mark.slow
def test_bytes_that_are_hardly_a_request(tmp_path):
    head = (b"POST /viewers/ann/ratings HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: application/json\r\n")
    with trial.running(tmp_path/"raw.sqlite", policies=["content-prior"]) as (process, address):
        assert b" 400 " in raw(address, b"what is this\r\n\r\n")
        assert raw(address, b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"x"*100_000
                   + b"\r\n\r\n").split()[1] in (b"400", b"431")
        assert b" 413 " in raw(address, head + b"Content-Length: 9000\r\n\r\n", b"x"*9000)
        chunk = b"1000\r\n" + b"x"*4096 + b"\r\n"
        assert b" 413 " in raw(address, head + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk]*5,
                               b"0\r\n\r\n")
        # it does not wait for the rest
        assert b" 413 " in raw(address, head + b"Content-Length: 4000000000\r\n\r\n",
                               *[b"x"*65536]*16)
        assert b" 421 " in raw(address, b"GET /health HTTP/1.0\r\n\r\n")
        assert b" 422 " in raw(address, head
                               + b'Content-Length: 28\r\n\r\n{"movie": 13, "rating": NaN}')
        assert (trial.Client(address).ask("GET", "/health")[1]["ratings"] == 0
                and process.poll() is None)


def test_a_body_that_never_comes_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(serve, "PATIENCE", .05)

    async def call():
        told = []
        async def never():
            await asyncio.sleep(9)
        async def send(message):
            told.append(message)
        scope = dict(type="http", method="POST", path="/viewers/ann/ratings", raw_path=b"",
                     query_string=b"", root_path="", scheme="http", http_version="1.1",
                     headers=[(b"host", b"localhost"), (b"content-type", b"application/json")],
                     client=("127.0.0.1", 1), server=("127.0.0.1", 80))
        await serve.RequestGuard(None)(scope, never, send)
        return told
    with ThreadPoolExecutor(1) as another:             # the browser's loop may run in this one
        told = another.submit(asyncio.run, call()).result()
    assert told[0]["status"] == 408 and b"within" in told[1]["body"]


def test_a_queue_that_is_full_says_so(base_service, tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "WAITING", 4)
    worker, go = Worker(fresh(base_service), RatingLog(tmp_path/"queue.sqlite")), Event()
    first = worker.submit(lambda beliefs: go.wait(20))
    time.sleep(.2)  # the worker is busy on the first one
    others = [worker.submit(Entry("ann", str(m), 4.)) for m in (13, 14, 15)]
    with pytest.raises(HTTPRefusal, match="too many requests are waiting") as told:
        worker.submit(Entry("ann", "16", 4.))
    assert told.value.status == 429 and told.value.headers["Retry-After"]
    go.set()
    assert first.result() and [f.result() for f in others] == [1, 2, 3] and len(worker.log) == 3
    worker.close()
    with pytest.raises(HTTPRefusal, match="stopping"):
        worker.submit(Entry("ann", "16", 4.))


def test_a_question_does_not_wait_for_the_disk(base_service, tmp_path):
    class Stuck(RatingLog):
        go, commits = Event(), 0
        def write(self, entries):
            assert self.go.wait(20)
            self.commits += 1
            super().write(entries)

    worker = Worker(fresh(base_service), Stuck(tmp_path/"stuck.sqlite"))
    slow = [worker.submit(Entry(f"viewer{i}", "13", 4.)) for i in range(30)]
    # answered, and not by what is not on the disk
    assert (worker.submit(lambda b: recommendations_for(b, "viewer0", "hybrid")["rated"]).result(20)
            == 0)
    assert not any(f.done() for f in slow)
    worker.log.go.set()
    # the first one, then all who came meanwhile
    assert [f.result(20) for f in slow] == [1]*30 and worker.log.commits == 2
    assert (worker.submit(lambda b: recommendations_for(b, "viewer0", "hybrid")["rated"]).result(20)
            == 1)
    worker.close()


def test_the_number_of_viewers_is_limited(base_service, tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "VIEWERS", 2)
    worker = Worker(fresh(base_service), RatingLog(tmp_path/"many.sqlite"))
    for viewer in ("a", "b"):
        worker.submit(Entry(viewer, "13", 4.)).result()
    with pytest.raises(HTTPRefusal, match="at most 2"):
        worker.submit(Entry("c", "13", 4.)).result()
    assert worker.submit(Entry("a", "14", 4.)).result() == 2
    worker.close()


# --- starting and stopping

@pytest.mark.slow
def test_it_stops_when_told_and_leaves_one_whole_file(tmp_path):
    db = tmp_path/"term.sqlite"
    with trial.running(db, policies=["content-prior"]) as (process, address):
        assert trial.Client(address).ask("POST", "/viewers/ann/ratings",
                                         dict(movie=13, rating=4.5))[0] == 200
        second = subprocess.run([sys.executable, "-c", trial.START,
                                 json.dumps(dict(db=str(db), port=0))],
                                capture_output=True, text=True)
        assert second.returncode == 1 and "stop the other service" in second.stderr
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in (0, -signal.SIGTERM)
    assert [p.name for p in tmp_path.iterdir()] == ["term.sqlite"]
    assert trial.entries(db) == ({"ann": [("13", 4.5)]}, "ok")


def test_without_fastapi_it_says_what_to_install():
    code = "import sys; sys.modules['fastapi'] = None\nimport movie_rl_rec.recommender\n" \
           "try: import movie_rl_rec.serve\nexcept ImportError as error: print(error)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          check=True).stdout
    assert "pip install 'movie_rl_rec[serve]'" in said and said.count("\n") == 1


def test_only_this_machine_unless_told():
    import inspect
    assert inspect.signature(serve.serve).parameters["host"].default == "127.0.0.1"
    with serve.listen("127.0.0.1", 0) as taken:
        assert taken.getsockname()[0] == "127.0.0.1"
        with pytest.raises(ServeError, match="free port"):
            serve.listen("127.0.0.1", taken.getsockname()[1])


# --- the page

def test_the_page_is_shipped_and_asks_nobody_else(tmp_path):
    files = serve.page_files()
    assert set(files) == {"/", "/page/app.js", "/page/style.css", "/page/icon.svg"}
    text = b"".join(content for content, _ in files.values()).decode()
    assert set(re.findall(r"https?://[^\s\"')]+", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"innerHTML|outerHTML|document\.write|\beval\b|\bstyle=|\bon\w+=\"", text)
    assert "page/*" in (ROOT/"setup.py").read_text()


@pytest.fixture(scope="module")
def page_of(browser, tmp_path_factory):
    "A service, and a way to open its page in the browser that notes complaints and requests"
    policies, db, opened = (["hybrid", "content-prior", "best-rated"],
                            tmp_path_factory.mktemp("page")/"page.sqlite", [])
    with trial.running(db, policies=policies) as (_, address):

        def visit(width=1400, **options):
            context = browser.new_context(viewport=dict(width=width, height=900),
                                          reduced_motion="reduce", **options)
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.complaints, page.asked = [], []
            page.on("console", lambda m: page.complaints.append(m.text)
                    if m.type in ("error", "warning") else None)
            page.on("pageerror", lambda e: page.complaints.append(str(e)))
            page.on("request", lambda r: page.asked.append(r.url))
            page.goto(address)
            page.wait_for_selector("#list-a .movie")
            opened.append(page)
            return page
        yield visit
        for page in opened:
            page.context.close()
    for page in opened:
        assert not page.complaints and not [u for u in page.asked if not u.startswith(address)]


def rated(page, n):
    page.wait_for_selector(f"body[data-rated='{n}']", state="attached")


def titles(page, which="a"):
    return page.locator(f"#list-{which} .title").all_inner_texts()


def shown(page):
    "All that a viewer sees of the belief"
    return dict(list=titles(page), sure=page.locator("#sure svg").get_attribute("aria-label"),
                taste=page.locator("#taste").inner_text(),
                lead=page.locator("#lead").inner_text(),
                ratings=page.locator("#rated .title").all_inner_texts())


@pytest.mark.slow
def test_ten_ratings_by_keyboard_alone(page_of):
    page = page_of()
    before = shown(page)
    for _ in range(30):  # Tab, as often as it takes to reach the list
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('#list-a .movie') !== null"):
            break
    assert page.evaluate("document.activeElement.matches('#list-a .movie')")
    assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2
    widths = []
    for n, key in enumerate("5255142553"):
        page.keyboard.press("ArrowDown")
        page.keyboard.press(key)
        rated(page, n + 1)
        widths.append(float(re.search(
            r"±([\d.]+) after", page.locator("#sure svg").get_attribute("aria-label"))[1]))
        # the focus stays in the list
        assert page.evaluate("document.activeElement.matches('#list-a .movie')")
    after = shown(page)
    assert (all(before[k] != after[k] for k in before) and len(after["ratings"]) == 10
            and len(set(titles(page))) == 10)
    assert widths == sorted(widths, reverse=True) and widths[-1] < widths[0]
    assert re.search(r"stars?\. .*First on the list: ", page.locator("#said").inner_text())
    page.reload()
    rated(page, 10)
    assert shown(page) == after  # nothing is lost by a reload
    page.locator("#list-a .movie").first.focus()
    page.keyboard.press("u")
    rated(page, 9)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("matrix")
    page.wait_for_selector("#found .movie")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("4")
    rated(page, 10)
    assert page.locator("#rated .title").first.inner_text() == "The Matrix"


@pytest.mark.slow
def test_two_policies_side_by_side(page_of):
    page = page_of()
    for n, key in enumerate("515"):
        page.locator("#list-a .movie").first.focus()
        page.keyboard.press(key)
        rated(page, n + 1)
    page.locator("#compare").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#list-b .movie")
    a, b = titles(page), titles(page, "b")
    both = {t for t in a} & {t for t in b}
    assert (page.locator("#links path").count() == len(both)
            and f"{len(both)} of 10" in page.locator("#lead").inner_text())
    assert page.locator("#sure .line").count() == 2
    page.locator("#list-a .movie").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.closest('#list-b') !== null")
    page.keyboard.press("3")
    rated(page, 4)
    page.locator("#policy-b").select_option("best-rated")
    page.wait_for_selector("#of-b:text('best-rated')")
    page.reload()
    rated(page, 4)
    assert (page.locator("#list-b .movie").count() == 10
            and page.locator("#of-b").inner_text() == "best-rated")


@pytest.mark.slow
def test_on_a_phone_with_a_thumb(page_of):
    page = page_of(400, has_touch=True, is_mobile=True, color_scheme="dark")
    for n in range(2):
        page.locator("#list-a .movie").nth(n).get_by_role("button", name="4 stars").tap()
        rated(page, n + 1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert not page.evaluate(SMALL)
    page.locator("#compare").tap()
    page.wait_for_selector("#list-b .movie")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.locator("#list-b .movie").nth(1).tap()
    page.locator("#list-b .movie").nth(1).get_by_role("button", name="2 stars").tap()
    rated(page, 3)
    page.locator("#rated button", has_text="Take back").first.tap()
    rated(page, 2)
    page.locator("#forget").tap()
    page.locator("dialog button", has_text="Forget me").tap()
    rated(page, 0)
    assert "newcomer" in page.locator("#lead").inner_text()


SMALL = """[...document.querySelectorAll('button, select, input')]
    .filter(e => e.offsetParent && (e.offsetHeight < 32 || e.offsetWidth < 28))
    .map(e => e.outerHTML)"""
UNNAMED = """[...document.querySelectorAll(
        'button, input, select, svg[role=img], img, ul, ol, section, dialog')]
    .filter(e => e.offsetParent && !(e.getAttribute('aria-label')
        || e.getAttribute('aria-labelledby') || e.labels?.length || e.textContent.trim()
        || e.hasAttribute('alt')))
    .map(e => e.outerHTML.slice(0, 90))"""
CONTRAST = """[...document.querySelectorAll(
        'h1, h2, p, .title, .meta, .why, .rank, .stars button, output, label, .chart text'
    )].map(e => {
    const light = c => {
        const v = c.match(/[\\d.]+/g).slice(0, 3).map(x => {
            x /= 255; return x <= .03928 ? x/12.92 : ((x + .055)/1.055)**2.4});
        return .2126*v[0] + .7152*v[1] + .0722*v[2]};
    let b = e;
    while (b && (getComputedStyle(b).backgroundColor === 'rgba(0, 0, 0, 0)')) b = b.parentElement;
    const s = getComputedStyle(e), [x, y] = [
        light(e.closest('svg') ? s.fill : s.color),
        light(getComputedStyle(b).backgroundColor)].sort((p, q) => q - p);
    return [e.outerHTML.slice(0, 80), (x + .05)/(y + .05)]}).filter(([, r]) => r < 4.5)"""


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_and_everything_has_a_name(page_of, scheme):
    page = page_of(color_scheme=scheme)
    page.locator("#list-a .movie").first.focus()
    page.keyboard.press("5")
    rated(page, 1)
    assert not page.evaluate(CONTRAST)
    assert not page.evaluate(UNNAMED)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids)) and page.evaluate("document.documentElement.lang") == "en"
