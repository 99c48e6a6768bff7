"""How long reports take to be made and to be opened, and how large they are.

``python tests/bench/pages.py`` prints a line for each network of the zoo, or for those
that are named, and what is beyond its limit; it needs the extra `browser`, and Chromium.
A page is opened when its table stands there and its script waits for the reader. Both are
in processor time, of the process and of the page's main thread, which a busy machine does
not lengthen; besides stands the time from the navigation on, as a reader waits. With
``--sliders`` the pages have sliders.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from cnncalc import zoo

LIMITS = {"made": 1.5, "opened": 0.5}
READY = "() => performance.getEntriesByName('ready')[0].startTime"


def opened(browser: Browser, path: Path) -> tuple[float, float]:
    """Return the processor time that a page takes to open, and the time it takes."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.goto(path.as_uri())
    page.locator("body[data-ready]").wait_for(state="attached")
    told = session.send("Performance.getMetrics")["metrics"]
    (used,) = (each["value"] for each in told if each["name"] == "ThreadTime")
    waited = page.evaluate(READY) / 1000
    page.close()
    return used, waited


def main() -> None:
    """Print the measurements."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("names", nargs="*", default=zoo.names())
    words.add_argument("--sliders", action="store_true")
    words.add_argument("--runs", type=int, default=2, help="opened so often")
    asked = words.parse_args()
    late = []
    print(f"{'network':<28} {'kB':>6} {'made':>6} {'opened':>6} {'waited':>6}")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        program = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program)
        for name in asked.names:
            path, runs = Path(folder) / f"{name}.html", []
            for _ in range(asked.runs):
                start = time.process_time()
                zoo.build(name).report(path, sliders=asked.sliders)
                runs.append((time.process_time() - start, *opened(browser, path)))
            least = dict(
                zip(("made", "opened", "waited"), map(min, *runs), strict=True)
            )
            size = path.stat().st_size / 1000
            times = " ".join(f"{seconds:6.2f}" for seconds in least.values())
            print(f"{name:<28} {size:6.1f} {times}", flush=True)
            late += [f"{name}: {k}" for k, limit in LIMITS.items() if least[k] > limit]
        browser.close()
    print("beyond the limits:", "; ".join(late) or "none")


if __name__ == "__main__":
    main()
