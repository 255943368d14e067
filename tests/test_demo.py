"The demo: a conversation through a pipe and in a terminal, and the widget in a real browser."
import fcntl
import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from movie_rl_rec.cli import main
from movie_rl_rec.demo import (
    SCRIPT,
    STYLE,
    DemoError,
    Session,
    handle,
    run_console,
    say_list,
    say_taste,
    snapshot,
    taste,
    widget,
)
from movie_rl_rec.policies import POLICIES
from movie_rl_rec.recommender import Recommender, RecommenderError

PROGRAM = [Path(sys.executable).with_name("movie-rl-rec"), "demo"]
LIGHT = ["--policy", "content-prior"]                # where the policy does not matter


@pytest.fixture(scope="module")
def shop(sample):
    return Recommender.from_dataset(sample, dim=8)


def run(given_, *options, **environment):
    return subprocess.run([*PROGRAM, *options], input=given_, capture_output=True, cwd=ROOT,
                          timeout=120,
                          env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment})


def same(one, other):
    return (one.question == other.question and list(one.ranking) == list(other.ranking)
            and one.skipped == other.skipped and one.taste.equals(other.taste))


# --- a session

@settings(max_examples=20, deadline=None)
@given(answers=st.lists(st.sampled_from([None, .5, 2., 3.5, 5.]), max_size=8),
       back=st.integers(0, 8))
def test_undo_is_never_having_said_it(shop, answers, back):
    one, other = Session(shop.under()), Session(shop.under())
    for stars in answers:
        one.answer(stars)
    back = min(back, len(answers))
    for _ in range(back):
        one.undo()
    for stars in answers[:len(answers) - back]:
        other.answer(stars)
    assert same(one.view(), other.view()) and one.answers == other.answers


def test_a_session_leaves_other_viewers_alone(shop):
    shop = shop.under()
    shop.rate("ann", shop.catalogue.ids[3], 4)
    shop.rate("you", shop.catalogue.ids[5], 1)
    session = Session(shop)
    session.answer(5)
    session.undo()
    assert shop.viewers == ["ann"] and shop.history("ann").rating.tolist() == [4.]


def test_what_was_skipped_is_not_asked_again_and_stays_on_the_list(shop):
    session = Session(shop.under())
    asked = []
    for _ in range(6):
        asked.append(session.view().question.movie_id)
        view = session.answer(None)
    assert len(set(asked)) == 6 and view.question.movie_id not in asked and view.count == 0
    assert [r.movie_id for r in view.ranking] == asked[:5]


def test_everything_can_be_answered(shop, sample):
    movies = sample.movies.head(30)
    data = type(sample).from_frames(movies.reset_index(),
                                    sample.ratings[sample.ratings.movie_id.isin(movies.index)],
                                    scale=sample.scale, name="few")
    few = Recommender.from_dataset(data, "linucb", dim=4)
    session = Session(few, k=40)
    for i in range(30):
        view = session.answer(None if i % 3 else 4)
    assert (view.question is None and len(view.ranking) == 20 and "(skipped)" in say_list(view)
            and snapshot(session)["question"] is None)
    with pytest.raises(DemoError, match="all were rated or skipped"):
        session.answer(3)
    assert ("late" in handle(session, dict(act="skip", movie=None))["note"]
            and handle(session, dict(act="undo"))["question"])


@pytest.mark.parametrize("policy", [p for p in POLICIES if p not in ("oracle", "catalogue")]
                         + ["user-knn", "hybrid-lints"])
def test_with_every_policy(shop, policy):
    session = Session(shop.under(policy, ratings=False))
    said, lines = [], iter(["4", "s", "1", "w", "u", "q"])
    run_console(session, lambda prompt: next(lines), said.append)
    json.dumps(snapshot(session), allow_nan=False)
    assert said[-1] == "You rated 1 movie. Goodbye." and all(isinstance(line, str) for line in said)
    assert not re.search(r"\bnan\b|\bNone\b", "\n".join(said))


def test_tastes_add_up(shop):
    "Cross-check: a taste is the mean of what `explain` says the genre's movies gained, less all's"
    shop = shop.under()
    for movie, stars in zip(shop.catalogue.ids[::60], (5, 1, 4, 2, 3, 5, 1, 2, 4)):
        shop.rate("eve", movie, stars)
    gained = np.array([shop.explain("eve", movie).adds.iloc[1:].sum()
                       for movie in shop.catalogue.ids])
    told = taste(shop, "eve").set_index("genre")
    for genre in ("Drama", "Horror", "Western"):
        inside = np.array([genre in g for g in shop.catalogue.genres])
        assert told.stars[genre] == pytest.approx(gained[inside].mean() - gained.mean(), abs=1e-8)
    assert (told.sd > 0).all() and told.stars.is_monotonic_decreasing


# --- text

def test_through_a_pipe():
    done = run(b"4\ns\nnonsense\n6\n3,5 stars\nu\nw\n?\n\nq\n")
    out = done.stdout.decode()
    assert (done.returncode == 0 and done.stderr == b""
            and out.endswith("You rated 1 movie. Goodbye.\n"))
    assert (out.count("neither stars") == 2 and "> nonsense\n" in out and "█" in out
            and "SIMULATED" in out and "Because" in out)


@pytest.mark.parametrize("typed", ["", "4\n", "4\ns\n5"],
                         ids=["nothing", "a line", "no end of line"])
def test_the_end_of_the_input_is_a_way_to_leave(typed, monkeypatch, capsys):
    told = []
    for _ in range(2):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        assert main(["demo", *LIGHT]) == 0
        told.append(capsys.readouterr())
    # and the same again
    assert told[0].err == "" and told[0].out.endswith("Goodbye.\n") and told[0] == told[1]


def test_bytes_that_are_no_text():
    done = run(b"\xff\xfe\x00\n4\nq\n", *LIGHT)
    assert (done.returncode == 0 and done.stderr == b"" and b"neither stars" in done.stdout
            and b"You rated 1 movie." in done.stdout)


def test_a_terminal_without_blocks():
    done = run(b"1\nq\n", *LIGHT, PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and done.stderr == b"" and b"#" in done.stdout


def test_whoever_reads_along_may_leave():
    one = subprocess.Popen([*PROGRAM, *LIGHT], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, cwd=ROOT)
    one.stdout.readline()
    one.stdout.close()
    one.stdin.write(b"4\n"*200)
    one.stdin.close()
    assert one.wait(timeout=60) == 0 and one.stderr.read() == b""


@pytest.mark.parametrize("options, says",
                         [(["--data", "no-such-data"], "no-such-data"),
                          (["--policy", "oracle"], "baselines"), (["--list", "0"], "try 5"),
                          (["--policy", "clairvoyant"], "clairvoyant")])
def test_bad_input_is_one_line(options, says, capsys):
    assert main(["demo", *options]) == 2
    told = capsys.readouterr()
    assert told.out == "" and says in told.err and len(told.err.splitlines()) == 1


def test_options(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("5\nq\n"))
    assert main(["demo", "--policy", "best-rated", "--seed", "3", "--list", "2"]) == 0
    out = capsys.readouterr().out
    assert ("best-rated" in out and "everybody gets the same list" in out and " 2. " in out
            and " 3. " not in out)


def take_the_terminal():
    "In the new process: Ctrl-C works, even where the tests run with it ignored; its own terminal"
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    "A pseudo-terminal with the demo in it"
    def __init__(self):
        self.main, other = pty.openpty()
        self.process = subprocess.Popen([*PROGRAM, *LIGHT], stdin=other, stdout=other,
                                        stderr=other, cwd=ROOT, start_new_session=True,
                                        env={**os.environ, "TERM": "dumb",
                                             "PYTHONIOENCODING": "utf-8"},
                                        preexec_fn=take_the_terminal)
        os.close(other)
        self.seen, self.at = "", 0  # all that was read, and how far it was looked at

    def until(self, text, seconds=60):
        "Read on until a text appears"
        end = time.monotonic() + seconds
        while text not in self.seen[self.at:] and time.monotonic() < end:
            if select.select([self.main], [], [], 1)[0]:
                try:
                    self.seen += os.read(self.main, 65536).decode(errors="replace")
                except OSError:
                    break
        assert text in self.seen[self.at:], self.seen[-2000:]
        self.at = self.seen.index(text, self.at) + len(text)

    def type(self, text):
        os.write(self.main, text.encode())

    def left(self):
        return self.process.wait(timeout=30)


@pytest.fixture
def terminal():
    one = Terminal()
    yield one
    if one.process.poll() is None:
        os.kill(one.process.pid, signal.SIGKILL)
        one.process.wait()
    os.close(one.main)


def test_in_a_terminal(terminal):
    terminal.until("> ")
    terminal.type("4.5\n")
    terminal.until("The list now:")
    terminal.until("> ")
    terminal.type("s\n")
    terminal.until("> ")
    terminal.type("q\n")
    terminal.until("You rated 1 movie. Goodbye.")
    assert terminal.left() == 0
    # the terminal echoes what is typed; the demo does not do it again
    assert terminal.seen.count("4.5\r\n") == 1


@pytest.mark.parametrize("keys", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_leaving_a_terminal(terminal, keys):
    terminal.until("> ")
    terminal.type("2\n")
    terminal.until("Have you seen")
    terminal.until("> ")
    # a key that comes between the prompt and the reading is not heard: only a test is that fast
    for _ in range(20):
        terminal.type(keys)
        with suppress(AssertionError):
            terminal.until("You rated 1 movie. Goodbye.", seconds=3)
            break
    assert terminal.left() == 0 and "Traceback" not in terminal.seen


def test_numbers_are_shown_as_they_are(shop):
    session = Session(shop.under(ratings=False))
    view = session.answer(.5)
    first = view.ranking[0]
    assert f"{first.rating:.1f} stars, {first.low:.1f} to {first.high:.1f}" in say_list(view)
    shown = say_taste(view.taste, 2).splitlines()
    assert all(f"{s:+.2f} stars" in line
               for line, s in zip(shown, [*view.taste.stars.head(2), *view.taste.stars.tail(2)]))


# --- the widget

def test_messages_change_the_view(shop):
    shown = widget(shop.under(ratings=False))
    sent = []
    shown.observe(lambda change: sent.append(change["new"]["count"]), "view")
    for act in ("rate", "skip", "undo", "undo"):
        shown._handle_custom_msg(dict(act=act, movie=shown.view["question"]["movie"], stars=4.), [])
    assert sent == [1, 1, 1, 0] and not shown.view["undo"]


def test_nothing_is_asked_from_elsewhere():
    assert not re.search(r"https?:|import\s|fetch\(|XMLHttp|@import|url\(|innerHTML|eval\(",
                         SCRIPT + STYLE)
    assert "widget/*" in (ROOT/"setup.py").read_text()


def test_without_anywidget_the_error_names_the_extra():
    code = ("import sys; sys.modules['anywidget'] = None; "
            "from movie_rl_rec.demo import widget; widget()")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stderr.strip().splitlines()[-1].endswith("`pip install 'movie_rl_rec[widget]'`")
            and done.stderr.count("Traceback") == 1)


HARNESS = """<!doctype html><meta charset="utf-8"><style>%s</style>
<style>body { margin: 8px; background: Canvas; color: CanvasText }
:root { color-scheme: light dark }</style>
<div id="here"></div><script type="module">
const heard = {}, model = { view: %s, sent: [], get(name) { return this[name] },
  on(name, f) { heard[name] = f }, off(name) { delete heard[name] },
  send(message) { this.sent.push(message) } };
window.model = model;
window.show = (view) => { model.view = view; heard["change:view"]() };
const code = new Blob([%s], { type: "text/javascript" });
const module = await import(URL.createObjectURL(code));
window.leave = module.default.render({ model, el: document.getElementById("here") });
window.ready = true;
</script>"""


class Page:
    "The widget's browser side in a browser, its Python side here; messages go between them"
    def __init__(self, opened, shop, width=1000, scheme="light"):
        self.widget = widget(shop.under(ratings=False))
        self.page = opened.new_page(viewport=dict(width=width, height=700), color_scheme=scheme)
        self.wrong = []
        self.page.on("pageerror", lambda e: self.wrong.append(str(e)))
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        self.page.on("request", lambda r: None if r.url.startswith(("about:", "blob:", "data:"))
                     else self.wrong.append(r.url))
        self.page.set_content(HARNESS % (STYLE, json.dumps(self.widget.view), json.dumps(SCRIPT)))
        self.page.wait_for_function("window.ready")

    def carry(self, deliver=1):
        "Carry what was sent to Python, and the answer back"
        sent = self.page.evaluate("model.sent.splice(0)")
        for message in sent:
            for _ in range(deliver):
                self.widget._handle_custom_msg(message, [])
        if sent:
            self.page.evaluate("view => show(view)", self.widget.view)
        return sent

    def text(self, what):
        return self.page.inner_text(what)


@pytest.fixture
def page(browser, shop):
    one = Page(browser, shop)
    yield one
    assert one.wrong == []
    one.page.close()


@pytest.mark.slow
def test_clicks_in_a_browser(page):
    first = page.widget.view["question"]["title"]
    assert first in page.text(".mrr-question") and "rate a movie" in page.text(".mrr")
    page.page.click("text='5'")
    assert [m["act"] for m in page.carry()] == ["rate"] and "1 rating so far" in page.text(".mrr")
    assert page.page.locator("ol li").count() == 5 and page.page.locator(".mrr-bar i").count() >= 1
    page.page.click("text='not seen'")
    page.carry()
    assert "skipped" in page.text("ol")
    for _ in range(2):
        page.page.click("text='undo'")
        page.carry()
    assert first in page.text(".mrr-question") and page.page.locator("text='undo'").is_disabled()


@pytest.mark.slow
def test_keys_in_a_browser(page):
    page.page.focus("button")
    for key, act in (("4", "rate"), ("s", "skip"), ("u", "undo"), ("u", "undo")):
        page.page.keyboard.press(key)
        assert [m["act"] for m in page.carry()] == [act]
    page.page.keyboard.press("9")
    page.page.keyboard.press("Control+s")
    page.page.keyboard.press("u")
    assert page.carry() == []
    reached = set()
    for _ in range(14):
        page.page.keyboard.press("Tab")
        reached.add(page.page.evaluate("document.activeElement.textContent"))
    assert {"0.5", "1", "5", "not seen"} <= reached
    page.page.focus("[data-key='r4.5']")
    page.page.keyboard.press("Enter")
    page.carry()
    # the focus stays where it was
    assert (page.page.evaluate("document.activeElement.dataset.key") == "r4.5"
            and page.widget.view["count"] == 1)


@pytest.mark.slow
def test_two_clicks_are_one_answer(page):
    page.page.evaluate("() => { for (const i of [1, 2]) "
                       "document.querySelector('[data-key=\"r3\"]').click() }")
    assert (len(page.carry(deliver=2)) == 1 and page.widget.view["count"] == 1
            and "came late" in page.text(".mrr-note"))
    page.page.click("text='2'")
    page.carry()
    assert page.widget.view["count"] == 2 and page.text(".mrr-note") == ""


@pytest.mark.slow
def test_titles_are_text_and_never_code(page):
    view = json.loads(json.dumps(page.widget.view))
    view["question"]["title"] = view["list"][0]["title"] = "<img src=x onerror=alert(1)>"
    page.page.evaluate("view => show(view)", view)
    assert "<img" in page.text(".mrr-question") and page.page.locator("img").count() == 0


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1000])
def test_it_can_be_read_by_day_and_night_on_any_screen(
        browser, shop, width, scheme, tmp_path):
    one = Page(browser, shop, width, scheme)
    one.page.click("text='5'")
    one.carry()
    light = lambda what, part: one.page.evaluate("""([what, part]) => {
        const c = document.createElement("canvas").getContext("2d");
        c.fillStyle = getComputedStyle(document.querySelector(what))[part]; c.fillRect(0, 0, 1, 1);
        const [r, g, b] = c.getImageData(0, 0, 1, 1).data;
        return (.299*r + .587*g + .114*b)/255 }""", [what, part])
    ground = light("body", "backgroundColor")
    assert ((ground < .3) == (scheme == "dark")
            and all(abs(light(what, "color") - ground) > .6
                    for what in (".mrr", ".mrr button", ".mrr-question")))
    assert one.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert one.page.evaluate("[...document.querySelectorAll('.mrr button')].every(b => "
                             "b.getBoundingClientRect().height >= 30 && "
                             "b.getAttribute('aria-label'))")
    where = os.environ.get("DEMO_PICTURES") or tmp_path
    one.page.screenshot(path=f"{where}/widget_{width}_{scheme}.png")
    assert one.wrong == []
    one.page.close()


@pytest.mark.slow
def test_leaving_the_page_stops_listening(page):
    page.page.evaluate("leave()")
    assert page.page.evaluate("() => { try { show(model.view); return 'heard' } "
                              "catch { return 'not heard' } }") == "not heard"


def test_a_rating_off_the_scale_is_the_recommenders_to_refuse(shop):
    with pytest.raises(RecommenderError, match="on the scale"):
        Session(shop.under(ratings=False)).answer(4.3)


def test_ratings_that_move_nothing_are_not_asked_for_again(shop):
    from movie_rl_rec.demo import say_taste, taste
    shop.forget("calm")
    still = taste(shop, "calm")
    assert ("rate a movie" in say_taste(still)
            and "so far you rate as was expected" in say_taste(still, count=1))
