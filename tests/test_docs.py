"The built site in a real browser: every page whole, drawn, readable, and asking nobody else."
import os
import re
import shutil
import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from conftest import ROOT

pytestmark = pytest.mark.slow
PAGES = ["index", "data", "features", "autoencoder", "embeddings", "policies", "novelty", "as_published", "simulation", "results", "cli"]
LEAKS = ["#|", "$$", "\\tag", "\\theta", "show_doc(", "\\mathcal"]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args): pass


def chromium() -> str:
    "The browser of this machine"
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return found or pytest.skip("needs a browser: install Chromium, or let CHROMIUM name one")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    "The site, built once"
    out = tmp_path_factory.mktemp("site") / "html"
    subprocess.run([sys.executable, "-m", "docs", "build", "--out", str(out)], cwd=ROOT, check=True)
    return out


@pytest.fixture(scope="module")
def address(site):
    "The site, served on this machine"
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright
    with sync_playwright() as p:
        opened = p.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def visit(browser, url, width):
    "Open a page and note what it complained about and whom it asked"
    page, errors, asked = browser.new_page(viewport=dict(width=width, height=900)), [], []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("request", lambda r: asked.append(r.url))
    page.goto(url, wait_until="load")
    page.wait_for_timeout(1500)
    return page, errors, asked


def test_every_chapter_has_its_page(site):
    assert sorted(p.stem for p in site.glob("*.html") if p.stem not in ("genindex", "search")) == sorted(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_page_is_whole(browser, address, name):
    page, errors, asked = visit(browser, f"{address}/{name}.html", 1400)
    assert not errors
    assert not [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    undrawn = page.evaluate("[...document.querySelectorAll('figure.plot > div')].filter(d => !d.querySelector('svg.main-svg') "
                            "|| d.querySelector('svg.main-svg').getBoundingClientRect().height < 100).map(d => d.id)")
    assert not undrawn
    prose = page.evaluate("[...document.querySelectorAll('article p, article li, article h1, article h2, article h3, article td')]"
                          ".filter(e => !e.closest('pre')).map(e => {e = e.cloneNode(true); "
                          "e.querySelectorAll('code, mjx-assistive-mml').forEach(c => c.remove()); return e.textContent}).join('\\n')")
    assert not [leak for leak in LEAKS if leak in prose]
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_a_phone(browser, address, name):
    page, errors, _ = visit(browser, f"{address}/{name}.html", 400)
    assert not errors
    assert page.evaluate("document.documentElement.scrollWidth") <= 401
    page.close()


def test_links_inside_the_site_lead_somewhere(site):
    pages = {p.name: p.read_text(encoding="utf-8") for p in site.glob("*.html")}
    ids = {name: set(re.findall(r'\bid="([^"]+)"', text)) for name, text in pages.items()}
    broken = []
    for name, text in pages.items():
        for href in re.findall(r'<a [^>]*href="([^":]+)"', text):
            target, _, anchor = href.partition("#")
            target = target or name
            if not (site / target).is_file() or (anchor and target in ids and anchor not in ids[target]):
                broken.append(f"{name}: {href}")
    assert sum(len(i) for i in ids.values()) > 100
    assert not broken


def test_figures_carry_the_finding_as_a_caption(browser, address):
    page, _, _ = visit(browser, f"{address}/results.html", 1400)
    captions = page.evaluate("[...document.querySelectorAll('figure.plot figcaption')].map(c => c.textContent)")
    assert len(captions) >= 10 and all(captions)
    page.close()
