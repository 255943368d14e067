"The web service as a process: how fast it is under load, what a kill loses, how it takes nonsense."
import http.client
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from urllib.parse import urlsplit

import numpy as np

POLICIES = ("hybrid", "content-prior")
START = "import json, sys; from movie_rl_rec.serve import serve; serve(**json.loads(sys.argv[1]))"


@contextmanager
def running(db, **settings):
    "A service on a free port of this machine: the process and its address"
    told = json.dumps(dict(db=str(db), port=0, policies=POLICIES) | settings)
    process = subprocess.Popen([sys.executable, "-c", START, told], stdout=subprocess.PIPE,
                               text=True)
    try:
        said = process.stdout.readline()
        if "http://" not in said:
            raise RuntimeError(f"the service did not start: {said!r}")
        yield process, re.search(r"http://\S+(?=/)", said)[0]
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)
        process.stdout.close()


class Client:
    "One connection that stays open; `lost` answers count as status 0"
    def __init__(self, address):
        self.link = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)

    def ask(self, method, path, content=None):
        "Status and JSON of an answer"
        try:
            self.link.request(method, path, None if content is None else json.dumps(content),
                              {} if content is None else {"Content-Type": "application/json"})
            answer = self.link.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            self.link.close()
            return 0, None


# --- load

def visit(client, viewer, rng, movies, mine):
    "What a viewer does next: mostly look, often rate, sometimes search, take back or leave"
    dice = rng.random()
    if dice < .50:
        return "recommendations", *client.ask(
            "GET", f"/viewers/{viewer}/recommendations?policy={rng.choice(POLICIES)}")
    if dice < .60:
        return "belief", *client.ask("GET", f"/viewers/{viewer}")
    if dice < .88:
        mine.append(rng.choice(movies))
        return "rate", *client.ask("POST", f"/viewers/{viewer}/ratings",
                                   dict(movie=mine[-1], rating=rng.randrange(1, 11)/2))
    if dice < .95:
        return "search", *client.ask(
            "GET", f"/movies?q={rng.choice(['star', 'the', 'love', 'matrx', 'day'])}")
    if dice < .98:
        return "take back", *client.ask(
            "DELETE", f"/viewers/{viewer}/ratings/{mine.pop() if mine else 1}")
    mine.clear()
    return "forget", *client.ask("DELETE", f"/viewers/{viewer}")


def memory(pid):
    "Memory of a process now, in MB; NaN where the system does not say"
    try:
        return next(int(line.split()[1])/1024
                    for line in Path(f"/proc/{pid}/status").read_text().splitlines()
                    if line.startswith("VmRSS"))
    except OSError:
        return float("nan")


def cpu(pid):
    "Processor time of a process so far, in seconds; NaN where the system does not say"
    try:
        return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])
                   )/os.sysconf("SC_CLK_TCK")
    except OSError:
        return float("nan")


def under_load(folder, seconds=120, clients=16, rate=50):
    """Requests at a fixed rate, by clients who do not wait for each other.

    An answer's time is taken from the moment at which its request was due, so that a service that
    falls behind cannot hide it. How late the client itself was, because the machine had other work
    or because it waited for its own last answer, is noted too.
    """
    with running(Path(folder)/"load.sqlite") as (process, address):
        movies = list(range(1, 201))
        before, taken, begin = cpu(process.pid), [], time.perf_counter() + 1

        def one(i):
            client, rng, mine = Client(address), random.Random(i), []
            for n in range(int(seconds*rate/clients)):
                due = begin + (n*clients + i)/rate
                time.sleep(max(0, due - time.perf_counter()))
                late = time.perf_counter() - due
                kind, status, _ = visit(client, f"viewer{i}", rng, movies, mine)
                taken.append((due - begin, kind, status, time.perf_counter() - due, late))

        threads = [Thread(target=one, args=[i]) for i in range(clients)]
        for t in threads:
            t.start()
        size = []
        while any(t.is_alive() for t in threads):
            size.append((time.perf_counter() - begin, memory(process.pid)))
            time.sleep(min(1, seconds/20))
        spent = cpu(process.pid) - before
    return taken, size, spent


def load_rows(taken, size, cpu_seconds):
    "Per kind of request: counts and milliseconds; and memory, at the start and at the end"
    spent = max(t for t, *_ in taken)
    rows = []
    for kind in ["all", *sorted({t[1] for t in taken})]:
        these = [(s, x, late) for _, k, s, x, late in taken if kind in ("all", k)]
        ms, late = (1000*np.array([x[i] for x in these]) for i in (1, 2))
        count = lambda kept: sum(kept(s) for s, *_ in these)    # noqa: E731
        rows.append(dict(benchmark="service under load", way=kind, requests=len(these),
                         server_errors=count(lambda s: s >= 500), lost=count(lambda s: s == 0),
                         refused=count(lambda s: 400 <= s < 500), median_ms=np.median(ms),
                         p99_ms=np.quantile(ms, .99), most_ms=ms.max(),
                         client_late_p99_ms=np.quantile(late, .99)))
    part = lambda a, b: np.median(    # noqa: E731
        [m for t, m in size if a*spent <= t <= b*spent])
    rows.append(dict(benchmark="service memory", way="resident",
                     second_quarter_mb=part(.25, .5), last_quarter_mb=part(.75, 1),
                     cpu_ms_per_request=1000*cpu_seconds/len(taken)))
    return rows


# --- kill

def write_until_killed(address, i, seed, told):
    "Rate, change and take back until nobody answers; `told` gets what was acknowledged"
    client, rng, mine = Client(address), random.Random(seed), {}
    while True:
        movie = rng.choice(list(mine)) if mine and rng.random() < .3 else rng.randrange(1, 201)
        stars = None if movie in mine and rng.random() < .3 else rng.randrange(1, 11)/2
        if stars is None:
            status, _ = client.ask("DELETE", f"/viewers/viewer{i}/ratings/{movie}")
        else:
            status, _ = client.ask("POST", f"/viewers/viewer{i}/ratings",
                                   dict(movie=movie, rating=stars))
        if status == 200:
            told.append((str(movie), stars))
            mine.pop(movie, None) if stars is None else mine.update({movie: stars})
        if status == 0:
            return


def entries(db):
    "What the file itself says: entries by viewer, and SQLite's own check"
    link = sqlite3.connect(db)
    found, whole = {}, link.execute("PRAGMA integrity_check").fetchone()[0]
    for viewer, movie, rating in link.execute("SELECT viewer, movie, rating FROM log ORDER BY seq"):
        found.setdefault(viewer, []).append((movie, rating))
    link.close()
    return found, whole


def fresh_replay(recommender, entries):
    "The list of a viewer from a recommender that has just been made and reads these entries"
    left = {}
    for movie, rating in entries:
        left.pop(movie, None)
        if rating is not None:
            left[movie] = rating
    new = recommender.under(ratings=False)
    for movie, rating in left.items():
        new.rate("somebody", int(movie), rating)
    return [(p.movie_id, p.rating, p.low, p.high, p.reason) for p in new.recommend("somebody", 20)]


def killed(folder, times=20, writers=4, seed=0):
    "Kill the service while it writes, again and again; compare its beliefs with those of the file"
    from movie_rl_rec.data import load
    from movie_rl_rec.recommender import Recommender
    db, rng, known = Path(folder)/"killed.sqlite", random.Random(seed), {}
    recommender = Recommender.from_dataset(load("sample"), POLICIES[0])
    row = dict(benchmark="service killed", way=f"SIGKILL while {writers} write", kills=0,
               acknowledged=0, lost=0, broken_files=0, beliefs_compared=0, beliefs_apart=0)
    for turn in range(times + 1):
        with running(db) as (process, address):
            client = Client(address)
            for viewer, found in known.items():
                _, told = client.ask("GET", f"/viewers/{viewer}/recommendations?k=20")
                shown = [(m["movie"], m["rating"], m["low"], m["high"], m["reason"])
                         for m in told["movies"]]
                row["beliefs_apart"] += shown != fresh_replay(recommender, found)
                row["beliefs_compared"] += 1
            if turn == times:
                break
            told = [[] for _ in range(writers)]
            threads = [Thread(target=write_until_killed, args=[address, i, 1000*turn + i, told[i]])
                       for i in range(writers)]
            for t in threads:
                t.start()
            time.sleep(rng.uniform(.3, 1))
            process.send_signal(signal.SIGKILL)
            process.wait()
            for t in threads:
                t.join()
        before = {v: len(found) for v, found in known.items()}
        known, whole = entries(db)
        for i in range(writers):
            new = known.get(f"viewer{i}", [])[before.get(f"viewer{i}", 0):]
            row["lost"] += len(told[i]) - sum(a == b for a, b in zip(told[i], new))
            # at most the one that was under way
            row["lost"] += not len(told[i]) <= len(new) <= len(told[i]) + 1
        row["acknowledged"] += sum(map(len, told))
        row["broken_files"] += whole != "ok"
        row["kills"] += 1
    return row


# --- nonsense

def fuzz(address, cases=1000, seed=0):
    "Right and wrong requests made from the service's own description; each answer is checked by it"
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from schemathesis import GenerationMode
    from schemathesis.specs.openapi.checks import negative_data_rejection
    schema, seen, faults = schemathesis.openapi.from_url(f"{address}/openapi.json"), {}, []
    operations = [result.ok() for result in schema.get_all_operations()]
    # the others can be asked in one way only
    rich = [o for o in operations if o.body or o.path_parameters or o.query]
    pairs = ([(o, mode) for o in rich for mode in GenerationMode]
             + [(o, GenerationMode.POSITIVE) for o in operations if o not in rich])
    how = dict(database=None, deadline=None, phases=[Phase.generate],
               suppress_health_check=list(HealthCheck))
    for operation, mode in pairs:
        @seeded(seed)
        @settings(max_examples=-(-cases//(2*len(rich))), **how)
        @given(case=operation.as_strategy(generation_mode=mode))
        def one(case):
            answer = case.call()
            seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
            # it does not know that 413, 414 and 421 reject too
            rejected = [negative_data_rejection] if 400 <= answer.status_code < 500 else []
            try:
                case.validate_response(answer, excluded_checks=rejected)
            except (Exception, BaseExceptionGroup) as error:
                faults.append(f"{answer.status_code} {answer.text[:200]} "
                              f"{' '.join(map(str, getattr(error, 'exceptions', [error])))}\n"
                              f"{case.as_curl_command()}")
            if answer.status_code >= 500 or (
                    answer.status_code >= 400 and list(answer.json()) != ["error"]):
                faults.append(f"{case.method} {case.path}: "
                              f"{answer.status_code} {answer.text[:200]}")
        one()
    return seen, faults


def run(short=False, **_):
    "Load, kills and nonsense, as rows"
    with TemporaryDirectory() as folder:
        rows = load_rows(*under_load(folder, seconds=3 if short else 120,
                                     clients=4 if short else 16, rate=20 if short else 50))
        rows.append(killed(folder, times=1 if short else 20))
        with running(Path(folder)/"fuzz.sqlite") as (_, address):
            begin = time.perf_counter()
            seen, faults = fuzz(address, 30 if short else 1000)
        rows.append(dict(benchmark="service fuzzed", way="schemathesis",
                         requests=sum(seen.values()),
                         server_errors=sum(n for s, n in seen.items() if s >= 500),
                         refused=sum(n for s, n in seen.items() if 400 <= s < 500),
                         faults=len(faults), seconds=time.perf_counter() - begin))
    return rows


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    for r in run("--short" in sys.argv):
        print(json.dumps(r, default=float))
