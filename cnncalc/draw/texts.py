"""The room that texts take, and texts cut to the room that there is.

The extents are upper bounds over the common sans-serif fonts, DejaVu Sans being the
widest of them, so that labels which do not overlap here do not overlap on a screen
either.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from unicodedata import east_asian_width

__all__ = ["ASCENT", "DESCENT", "Label", "clipped", "extent"]

# Widths of characters, in ems.
_BROAD = frozenset("mwMW@%")
_BROADEST = 1.1  # in em: W where it is bold
_CAPITAL = 0.8
_SMALL = 0.65
_WIDE = 1.05

_ELLIPSIS = "…"

# Whole names at the end, or at the beginning, of a text that is cut within another.
_LAST_NAMES = re.compile(r"[/ ][^/ ].*", re.DOTALL)
_FIRST_NAMES = re.compile(r".*[^/ ](?=[/ ])", re.DOTALL)

ASCENT, DESCENT = 0.95, 0.3  # of a line around its base, in ems


class Label(NamedTuple):
    """The room that a text takes in a picture, in user units.

    Attributes:
        left: Its left edge.
        top: Its upper edge.
        width: Its width, an upper bound.
        height: Its height.
        text: The text as it is shown, maybe shortened.
        full: The text in full.
    """

    left: float
    top: float
    width: float
    height: float
    text: str
    full: str


def extent(words: str, size: float) -> float:
    """Return the width that a text takes at most.

    Args:
        words: The text.
        size: The size of the font.

    Example:
        >>> extent("C3", 10), extent("conv", 10), extent("卷积", 10)
        (14.5, 26.0, 21.0)
    """
    return round(sum(map(_em, words)) * size, 3)


def _em(character: str) -> float:
    if character in _BROAD:
        return _BROADEST
    if character == _ELLIPSIS:
        return 1.0
    if character.isascii():
        return _CAPITAL if character.isupper() else _SMALL
    if east_asian_width(character) in "WF":
        return _WIDE
    return _CAPITAL


def clipped(words: str, size: float, width: float, *, tail: bool = False) -> str:
    """Return as much of a text as fits, with an ellipsis where it was cut.

    It is cut between two words or names if there are two in what fits.

    Args:
        words: The text.
        size: The size of the font.
        width: The room that there is.
        tail: Whether to keep the end of the text, not its beginning.

    Example:
        >>> clipped("inception_3a", 10, 60), clipped("max pool 3", 10, 60)
        ('incepti…', 'max…')
        >>> clipped("layer3/35/conv1", 10, 60, tail=True)
        '…/conv1'
    """
    if extent(words, size) <= width:
        return words
    room = width / size - _em(_ELLIPSIS)
    order = words[::-1] if tail else words
    kept = 0
    while (room := room - _em(order[kept])) >= 0:
        kept += 1
    if tail:
        end = words[len(words) - kept :]
        whole = _LAST_NAMES.search(end)
        return _ELLIPSIS + (whole[0] if whole else end)
    whole = _FIRST_NAMES.match(words[: kept + 1])
    return (whole[0] if whole else words[:kept]) + _ELLIPSIS
