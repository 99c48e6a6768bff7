"""A tiny writer of SVG: everything that goes through it comes out escaped.

Markup is a text of its own type; any other text is data, and is escaped where it is
put into an element. What XML cannot hold, and what would turn a line around, is
written as in Python's repr.

The extents of texts are upper bounds over the common sans-serif fonts, DejaVu Sans
being the widest of them, so that labels which do not overlap here do not overlap on
a screen either.
"""

from __future__ import annotations

import re
from html import escape
from typing import NamedTuple
from unicodedata import east_asian_width

from cnncalc.report.cells import written

__all__ = ["Label", "Markup", "clipped", "element", "extent", "number", "text"]

# Widths of characters, in ems.
_BROAD = frozenset("mwMW@%")
_BROADEST = 1.1  # in em: W where it is bold
_CAPITAL = 0.8
_SMALL = 0.65
_WIDE = 1.05
_LATIN_END = 0x250
_SYMBOLS = frozenset("×…→·–≥")

_ELLIPSIS = "…"

# Whole names at the end, or at the beginning, of a text that is cut within another.
_LAST_NAMES = re.compile(r"[/ ][^/ ].*", re.DOTALL)
_FIRST_NAMES = re.compile(r".*[^/ ](?=[/ ])", re.DOTALL)
_ASCENT, _DESCENT = 0.95, 0.3


class Markup(str):
    """Text that is markup already, and is not escaped again."""

    __slots__ = ()


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


def number(value: float) -> str:
    """Return a coordinate with at most one decimal.

    Example:
        >>> number(2.0), number(0.25 + 1), number(-0.01)
        ('2', '1.2', '0')
    """
    shown = f"{value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown


def element(tag: str, *children: str, **attributes: str | float) -> Markup:
    """Return an element.

    Args:
        tag: What it is.
        children: What is in it; text that is not `Markup` is escaped.
        attributes: Its attributes: ``_`` stands for ``-``, but at the end for nothing.

    Example:
        >>> print(element("text", "a < b", x=1.5, font_size=11, class_="name"))
        <text x="1.5" font-size="11" class="name">a &lt; b</text>
    """
    facts = "".join(
        f' {key.rstrip("_").replace("_", "-")}="'
        f'{escape(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
    )
    inside = "".join(
        child if isinstance(child, Markup) else escape(written(child, "text"))
        for child in children
    )
    end = f">{inside}</{tag}>" if inside else "/>"
    return Markup(f"<{tag}{facts}{end}")


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


def text(
    words: str,
    x: float,
    y: float,
    *,
    size: float,
    width: float,
    anchor: str = "start",
    tail: bool = False,
    class_: str = "",
) -> tuple[Markup, Label]:
    """Return a line of text, shortened to its room, and the room that it takes.

    Args:
        words: The text; where it is shortened, a tooltip has all of it.
        x: Where it stands: its start, middle or end, as *anchor* says.
        y: Its base line.
        size: The size of the font.
        width: The room that there is.
        anchor: "start", "middle" or "end".
        tail: Whether to keep the end of a text that is too long.
        class_: What the style goes by.
    """
    full = written(words, "text")
    shown = clipped(full, size, width, tail=tail)
    wide = extent(shown, size)
    facts: dict[str, str | float] = {"x": x, "y": y, "font_size": size}
    if anchor != "start":
        facts["text_anchor"] = anchor
    if class_:
        facts["class_"] = class_
    if not all(map(_is_plain, shown)):
        # Of such letters the fonts differ too much to trust an estimate.
        facts |= {"textLength": wide, "lengthAdjust": "spacingAndGlyphs"}
    more = (element("title", full),) if shown != full else ()
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
    height = (_ASCENT + _DESCENT) * size
    label = Label(left, y - _ASCENT * size, wide, height, shown, full)
    return element("text", shown, *more, **facts), label


def _is_plain(character: str) -> bool:
    return (
        ord(character) < _LATIN_END
        or character in _SYMBOLS
        or east_asian_width(character) in "WF"
    )
