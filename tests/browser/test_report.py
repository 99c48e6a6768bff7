"""Reports in a browser: what a reader can do there, at two widths and in two schemes."""

import pytest

from cnncalc import zoo

VIEWS = [(1400, "light"), (1400, "dark"), (400, "light"), (400, "dark")]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Give a function that writes the report of a network, and returns its path."""
    folder = tmp_path_factory.mktemp("reports")

    def written(name):
        path = folder / f"{name}.html"
        if not path.exists():
            zoo.build(name).report(path)
        return path

    return written


@pytest.fixture(params=VIEWS, ids=lambda view: "-".join(map(str, view)))
def googlenet(request, pages, visit):
    """Give the page of GoogLeNet, opened."""
    width, scheme = request.param
    page = visit(pages("googlenet"), width=width, scheme=scheme)
    page.locator("body[data-ready]").wait_for()
    return page


def test_nothing_is_in_anybodys_way(googlenet, violations, sideways):
    """No rule of axe's is broken, with arithmetic shown; the page fits the window."""
    googlenet.locator("#table tbody tr[data-node] button").first.focus()
    googlenet.locator("#arithmetic details").first.wait_for()

    assert [] == violations(googlenet)
    assert sideways(googlenet) == 0
