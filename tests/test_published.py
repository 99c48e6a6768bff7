"""What papers and zoos print: each row of a network that the zoo has is ours."""

import runpy
from functools import cache
from pathlib import Path

import pytest
from printed import Figure, Term, table
from printed_by_imgclsmob import imgclsmob
from printed_by_tools import burden, keras, ptflops, st_edge_ai, torchvision

from cnncalc import zoo

DOCS = Path(__file__).parent.parent / "docs"
MADE = (torchvision, keras, ptflops, burden, st_edge_ai, imgclsmob)

# Rows ask networks of the zoo for totals, as many other tests do.
pytestmark = pytest.mark.no_cover


@cache
def made(source):
    """Return a source, whose rows are read and counted once."""
    return source()


@pytest.mark.parametrize("source", MADE, ids=lambda source: source.__name__)
def test_every_row_is_equal_or_explained(source):
    """At the precision that is printed, our numbers and their terms give the row."""
    for row in made(source).rows:
        printed = [f.printed for f in row.figures]
        reasons = [term.why and term.number for f in row.figures for term in f.terms]

        assert printed == [f.rounded for f in row.figures], row.of
        assert all(reasons), row.of


def test_as_many_rows_as_are_printed():
    """The files have all rows, as they were read on 29 November 2026."""
    assert [166, 26, 20, 48, 2, 1170] == [made(source).printed for source in MADE]


# Of the same weights as one of the zoo's, and other networks: their norms are split
# by instances, or they add inputs to outputs.
OTHERS = ("IBN-", "SqueezeResNet")


def test_no_row_is_left_out():
    """Whatever has as many parameters as a network of the zoo is compared with it."""
    compared = {row.of for row in made(imgclsmob).rows}
    ours = {zoo.build(name).params for name in zoo.names()}
    left = {
        row["model"]
        for row in table("imgclsmob.csv.gz")
        if int(row["params"]) in ours and row["model"] not in compared
    }

    assert not {model for model in left if not model.startswith(OTHERS)}


@pytest.mark.parametrize(
    ("printed", "counted", "agrees"),
    [
        ("0.714", 714_188_480, True),
        ("0.714", 714_500_001, False),
        ("0.71", 714_188_480, True),
        ("1", 714_188_480, True),
        ("0.715", 714_188_480, False),
    ],
)
def test_a_row_is_compared_as_it_is_printed(printed, counted, agrees):
    """No tolerance but that of the digits that are printed."""
    figure = Figure("GMACs", printed, counted, 10**9)

    assert agrees is figure.agrees
    assert Figure("GMACs", "0.715", counted, 10**9, (Term(10**6, "x"),)).agrees is (
        counted == 714_188_480
    )


def test_the_page_is_up_to_date():
    """The page in the documentation is what the rows give."""
    written = runpy.run_path(str(DOCS / "published.py"))["page"]()

    assert (DOCS / "published.md").read_text(encoding="utf-8") == written
