"""Cells of the lessons in a browser: they give what they gave when the page was built."""

from pathlib import Path

import pytest

BUILT = Path(__file__).parents[2] / "build" / "docs"
LESSONS = sorted(
    path.stem
    for path in Path(BUILT.parents[1], "docs", "tutorial").glob("*.md")
    if "```{code-cell}" in path.read_text(encoding="utf-8")
)


@pytest.fixture
def lesson(visit, serve, complaints):
    """Give a function that opens a lesson, and notes in a list what is asked for."""
    if not (BUILT / "calculator" / "live.js").exists():
        pytest.skip("needs python docs/calculator/build.py build/docs/calculator")
    if not (BUILT / "tutorial").exists():
        pytest.skip("needs python -m sphinx -t calculator docs build/docs")

    def opened(name, asked=None):
        page = visit(f"{serve(BUILT, asked)}tutorial/{name}.html")
        page.set_default_timeout(240_000)
        page.locator(".live-run").first.wait_for()
        return page

    yield opened
    icon = "404 (File not found)"  # these pages have none
    complaints[:] = [said for said in complaints if icon not in said]


# What stands below each cell, as words: of an error its last line, which says it all.
LEFT = """() => [...document.querySelectorAll(".cell:has(.live-run)")].map((cell) =>
    [...cell.querySelectorAll(".cell_output > *")].map((output) => {
        const copy = output.cloneNode(true);
        for (const part of copy.querySelectorAll("style, script")) part.remove();
        const lines = copy.textContent.trim().split("\\n");
        const said = output.matches(".traceback") ? lines.slice(-1) : lines;
        return said.join(" ").replace(/\\s+/g, " ").trim();
    }).filter(Boolean))"""


@pytest.mark.parametrize("name", LESSONS)
def test_cells_give_what_the_page_has(lesson, name):
    """Run from the last, which runs all above it, the page stays what it was."""
    page = lesson(name)
    before = page.evaluate(LEFT)
    page.locator(".live-run").last.click()
    page.locator("body[data-ran]").wait_for()

    assert before == page.evaluate(LEFT)
    assert len(before) > 1


def test_nothing_is_loaded_before_the_first_click(lesson):
    """A page of which no cell is run asks for no file of Python's."""
    asked = []
    page = lesson("lenet", asked)
    page.wait_for_load_state("networkidle")
    loaded = {path.rpartition("/")[2] for path in asked if "calculator" in path}

    assert {"live.js", "live.css"} == loaded


def test_a_cell_is_changed(lesson):
    """What is written into a cell is run; what was changed above it is run before."""
    page = lesson("lenet")
    first, second = (page.locator(".cell_input pre").nth(place) for place in (0, 1))
    first.fill("side = 12")
    second.fill("print(side * side)")
    second.press("Shift+Enter")
    page.locator(".cell:has(.live-run)").nth(1).locator("pre:text-is('144')").wait_for()
    first.fill("side = 13")
    second.press("Shift+Enter")
    page.locator("pre:text-is('169')").wait_for()
    first.fill("side / 0")
    page.locator(".live-run").first.click()
    error = page.locator(".live-error").first

    assert "ZeroDivisionError: division by zero" in error.text_content()
