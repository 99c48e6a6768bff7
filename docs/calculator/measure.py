"""Sizes and times of what was built: ``python docs/calculator/measure.py FOLDER``.

Sizes are those of brotli, as a server sends them, and as they are. Times are those of
Chromium on this machine, each from nothing: until something is shown, until Python has
answered for the first time; and then of networks that are written. It takes the extra
`browser`, and Chromium on the path.
"""

from __future__ import annotations

import functools
import shutil
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import brotli
from calculator_pages import FILES
from playwright.sync_api import Page, sync_playwright

# What is asked for when the calculator is opened, besides what Python is made of.
OPENED = ["index.html", "tables.js", "report.js", "report.css", "calculator.css"]
OPENED += ["calculator.js", "files.js", "links.js", "markup.js", "python.js"]
NETWORKS = ["lenet", "googlenet", "resnet152"]
TURNS = 3
WAIT = 120_000  # milliseconds, on a machine that has other things to do


def main(folder: Path) -> None:
    """Print all of it."""
    print_sizes(folder)
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=folder)
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    beside = f"http://127.0.0.1:{server.server_port}/index.html"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        for name, place in (
            ("index.html", beside),
            ("cnncalc.html", (folder / "cnncalc.html").as_uri()),
        ):
            context = browser.new_context()
            context.set_default_timeout(WAIT)
            print_times(f"{name}, cold", context.new_page(), place)
            print_times(f"{name}, again", context.new_page(), place)
            context.close()
        page = browser.new_page()
        page.goto(beside)
        page.locator("body[data-calculated]").wait_for(timeout=WAIT)
        for network in NETWORKS:
            print_network(page, network)
        browser.close()
    server.shutdown()


def print_sizes(folder: Path) -> None:
    """Print what is sent."""
    sent = raw = 0
    for name in [*FILES, *OPENED]:
        content = (folder / name).read_bytes()
        packed = len(brotli.compress(content))
        sent, raw = sent + packed, raw + len(content)
        if packed > 50_000:  # noqa: PLR2004 - the large ones
            print(
                f"{name:20} {packed / 1e6:6.2f} MB sent, {len(content) / 1e6:6.2f} MB"
            )
    print(f"{'all of it':20} {sent / 1e6:6.2f} MB sent, {raw / 1e6:6.2f} MB")
    alone = (folder / "cnncalc.html").stat().st_size
    print(f"{'cnncalc.html':20} {alone / 1e6:6.2f} MB")


def print_times(name: str, page: Page, place: str) -> None:
    """Print when something is shown, and when Python has answered."""
    page.goto(place)
    page.locator("body[data-ready]").wait_for()
    shown = now(page)
    page.locator("body[data-calculated]").wait_for(timeout=WAIT)
    print(f"{name:20} {shown:6.2f} s until shown, {now(page):6.2f} s until answered")
    page.close()


def print_network(page: Page, name: str) -> None:
    """Print how long a network takes: what is least of a few turns."""
    times: dict[str, list[float]] = {"totals": [], "drawings": []}
    for turn in range(TURNS):
        source = f"zoo.{name}()  # {turn}"
        page.locator("#source").fill(source)
        page.locator(f'body[data-calculated="{source}"]').wait_for()
        for part, found in times.items():
            found.append(measured(page, part))
    least = {part: min(found) for part, found in times.items()}
    print(
        f"{name:20} {least['totals']:4.0f} ms totals, {least['drawings']:4.0f} ms all"
    )


def now(page: Page) -> float:
    """Return for how many seconds the page has been opened."""
    return evaluated(page, "performance.now()") / 1e3


def measured(page: Page, name: str) -> float:
    """Return how long it took what has a name in the page, in milliseconds."""
    return evaluated(page, f"performance.getEntriesByName('{name}').at(-1).duration")


def evaluated(page: Page, expression: str) -> float:
    """Return the value of an expression, whatever the policy of the page is."""
    session = page.context.new_cdp_session(page)
    found = session.send("Runtime.evaluate", {"expression": expression})
    session.detach()
    return float(found["result"]["value"])


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
