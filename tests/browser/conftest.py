"""A browser for tests: Debian's Chromium, or another on the path, which Playwright drives.

Where either is missing the tests are skipped, and say so. A message of an error or a
warning in the console fails the test, unless the test takes it out of the list.
"""

import functools
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import ClassVar

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium():
    """Give a browser without a window."""
    reason = "needs the extra `browser`, and Chromium on the path"
    driver = pytest.importorskip("playwright.sync_api", reason=reason)
    found = [path for path in map(shutil.which, NAMES) if path]
    if not found:
        pytest.skip(reason)
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found[0])
        yield browser
        browser.close()


@pytest.fixture
def complaints():
    """Give what the console says; what is left of it when a test ends is an error."""
    said = []
    yield said

    assert [] == said


@pytest.fixture
def visit(chromium, complaints):
    """Give a function that opens a page in a context of its own, and returns it.

    It takes an address or a path, the width of the window, and a scheme; and what else
    a context of Playwright's takes.
    """
    contexts = []

    def opened(place, *, width=1400, scheme="light", **how):
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, color_scheme=scheme, **how)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                message.type in {"error", "warning"} and complaints.append(message.text)
            ),
        )
        page.goto(place if isinstance(place, str) else place.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def serve():
    """Give a function that serves a folder to this machine, and returns its address.

    What was asked for is in the list that it is given, in order.
    """
    servers = []

    def served(folder, asked=None):
        handler = functools.partial(_Handler, asked, directory=folder)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield served
    for server in servers:
        server.shutdown()
        server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    """Serves files; without a word, and with the types that modules ask for."""

    extensions_map: ClassVar = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def __init__(self, asked, *args, **how):
        self.asked = asked
        super().__init__(*args, **how)

    def send_head(self):
        """Note what is asked for, and answer."""
        if self.asked is not None:
            self.asked.append(self.path)
        return super().send_head()

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def violations():
    """Give a function that lists where a page breaks a rule of axe's."""
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")

    def listed(page):
        # What a debugger evaluates is not under the page's policy.
        session = page.context.new_cdp_session(page)
        session.send("Runtime.evaluate", {"expression": f"{axe};0"})
        session.detach()
        found = page.evaluate("() => axe.run().then(({ violations }) => violations)")
        return [
            f"{rule['id']}: {node['html'][:200]}: {node['failureSummary']}"
            for rule in found
            for node in rule["nodes"]
        ]

    return listed


@pytest.fixture
def sideways():
    """Give a function that tells by how much a page is wider than its window."""

    def wider(page):
        root = page.locator("html")
        return root.evaluate("(page) => page.scrollWidth - page.clientWidth")

    return wider
