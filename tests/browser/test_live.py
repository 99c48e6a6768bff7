"""Cells of the lessons in a browser: they give what they gave when the page was built."""

import re
from pathlib import Path

import pytest

BUILT = Path(__file__).parents[2] / "build" / "docs"
LESSONS = sorted(
    path.stem
    for path in Path(BUILT.parents[1], "docs", "tutorial").glob("*.md")
    if "```{code-cell}" in path.read_text(encoding="utf-8")
)


@pytest.fixture
def lesson(visit, serve):
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

    return opened


def left(page):
    """Return what stands below each cell, as words; an error is its last line."""
    return [
        [
            words(output.text_content())[
                -60 if "traceback" in (output.get_attribute("class") or "") else 0 :
            ]
            for output in cell.locator(
                ".cell_output > .output, .cell_output > svg"
            ).all()
        ]
        for cell in page.locator(".cell:has(.live-run)").all()
    ]


def words(text):
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize("name", LESSONS)
def test_cells_give_what_the_page_has(lesson, name):
    """Run from the last, which runs all above it, the page stays what it was."""
    page = lesson(name)
    before = left(page)
    page.locator(".live-run").last.click()
    page.locator("body[data-ran]").wait_for()

    assert before == left(page)
    assert len(before) > 1


def test_nothing_is_loaded_before_the_first_click(lesson):
    """A page of which no cell is run asks for no file of Python's."""
    asked = []
    page = lesson("lenet", asked)
    page.wait_for_load_state("networkidle")
    loaded = {path.rpartition("/")[2] for path in asked if "calculator" in path}

    assert {"live.js", "live.css"} == loaded


def test_a_cell_is_changed(lesson):
    """What is written into a cell is run; what stands above it is run before."""
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

    assert "NameError: name 'side' is not defined" in error.text_content()
