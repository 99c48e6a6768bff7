"""Everything that was found in version 0.1, entry by entry.

`data/found.txt` has what is asked, and the right value: of a paper, of another library,
or a sum. What takes more than a line to ask is tested elsewhere, and named there.
"""

import itertools
import json
import pickle
import pydoc
import re
from pathlib import Path

import pytest
from strategies import PUBLIC
from test_mistakes import silent

import cnncalc
from cnncalc import Builder, Layer, Sequential

HERE = Path(__file__).parent
TEXT = (HERE / "data" / "found.txt").read_text(encoding="utf-8")
ENTRIES = dict(re.findall(r"^# ([\d.]+ .+)\n((?:.+\n?)+)", TEXT, re.MULTILINE))
ASKED = re.compile(r"^\? (.+)\n([=!]) (.+)$", re.MULTILINE)
NAMED = re.compile(r"^@ (\S+): (.+)$", re.MULTILINE)


class Working(Layer):
    """A layer of one's own, of which only the multiply-adds are known."""

    role = "work"

    def output_of(self, x):
        return x

    def macs_of(self, x, y):
        return 100


def wide(width):
    """Return a network with a setting."""
    return Sequential(input=(8, 8, 3)).conv(3, width)


def two(join, one, other):
    """Return what a join makes of two shapes."""
    g = Builder()
    return g.graph(g.add(join, g.input(one), g.input(other))).output


HELPERS = (Working, wide, two, silent, json, pickle, pydoc, re, itertools)
SPACE = PUBLIC | {helper.__name__: helper for helper in HELPERS}


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("code", "sign", "right"),
    [
        pytest.param(*asked, id=f"{title}: {asked[0]}")
        for title, text in ENTRIES.items()
        for asked in ASKED.findall(text)
    ],
)
def test_what_was_wrong_is_right(code, sign, right):
    """It has the right value, or an error that says what to do."""
    if sign == "=":
        assert eval(right, SPACE) == eval(code, SPACE)
        return
    kind, _, message = right.partition(": ")
    with pytest.raises(getattr(cnncalc, kind), match=re.escape(message)):
        eval(code, SPACE)


@pytest.mark.parametrize("title", ENTRIES)
def test_every_entry_is_tested(title):
    """Each has something that is asked, or tests that are there."""
    text = ENTRIES[title]
    named = NAMED.findall(text)

    assert named or ASKED.search(text)
    for file, words in named:
        assert words in (HERE / file).read_text(encoding="utf-8"), (file, words)


def test_there_are_all():
    """What was found has twelve entries of wrong numbers, and so on; but two are not
    of cnncalc's own: arenas of a runtime, and kinds of layers."""
    found = {tuple(map(int, title.split()[0].split("."))) for title in ENTRIES}
    every = {
        (part, n)
        for part, most in enumerate((12, 6, 16, 20), 1)
        for n in range(1, most + 1)
    }

    assert {(1, 2), (3, 7)} == every - found
