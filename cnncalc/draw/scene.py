"""A picture as data: what is drawn where, and which look it has.

Layouts choose places and styles choose outlines; what they make stands here, in user
units from the left upper corner, and writers turn it into SVG, TikZ and PDF.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias
from unicodedata import east_asian_width

from cnncalc.draw.texts import ASCENT, DESCENT, Label, clipped, extent
from cnncalc.report.cells import written

__all__ = [
    "ANCHORS",
    "UNIT",
    "Element",
    "Group",
    "Outline",
    "Point",
    "Primitive",
    "Rectangle",
    "Scene",
    "Text",
    "Trace",
    "cubics",
    "moved",
    "polygon",
    "straight",
    "text",
    "trace",
]

Point: TypeAlias = tuple[float, float]

UNIT = 0.75  # points of a user unit, as browsers print it

# The share of a text that is left of where it stands.
ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}

_LATIN_END = 0x250
_SYMBOLS = frozenset("×…→·–≥")


class Rectangle(NamedTuple):
    """A rectangle.

    Attributes:
        x: Its left edge.
        y: Its upper edge.
        width: Its width.
        height: Its height.
        look: The name of its look.
        radius: That of its corners.
        tip: What a pointer shows of it.
        nodes: The numbers of the nodes that it stands for.
    """

    x: float
    y: float
    width: float
    height: float
    look: str
    radius: float = 0.0
    tip: Sequence[str] = ()
    nodes: str = ""


class Trace(NamedTuple):
    """A way that a pen goes.

    Attributes:
        start: Where it begins.
        steps: The points of each step: its end, or before it one or two controls.
        closed: Whether it ends where it began.
    """

    start: Point
    steps: tuple[tuple[Point, ...], ...]
    closed: bool = False


class Outline(NamedTuple):
    """Lines, or what is within them.

    Attributes:
        traces: The ways of the pen.
        look: The name of its look.
        dash: The lengths of dashes and gaps, where they are not those of the look.
        tip: What a pointer shows of it.
    """

    traces: tuple[Trace, ...]
    look: str
    dash: tuple[float, ...] = ()
    tip: Sequence[str] = ()


class Text(NamedTuple):
    """A line of text.

    Attributes:
        words: What is shown, maybe shortened.
        full: The text in full.
        x: Where it stands: its start, middle or end.
        y: Its base line.
        size: That of the font.
        anchor: "start", "middle" or "end".
        look: The name of its look.
    """

    words: str
    full: str
    x: float
    y: float
    size: float
    anchor: str
    look: str

    @property
    def width(self) -> float:
        """The most that it takes."""
        return extent(self.words, self.size)

    @property
    def is_plain(self) -> bool:
        """Whether the width of its letters is known well enough."""
        return all(map(_is_plain, self.words))

    @property
    def label(self) -> Label:
        """The room that it takes."""
        left = self.x - self.width * ANCHORS[self.anchor]
        top, high = self.y - ASCENT * self.size, (ASCENT + DESCENT) * self.size
        return Label(left, top, self.width, high, self.words, self.full)


class Group(NamedTuple):
    """Elements that belong together.

    Attributes:
        parts: What is in it.
        look: The name of the look that it gives to all of them, if it does.
        tip: What a pointer shows of it, line by line.
        nodes: The numbers of the nodes that it stands for.
        is_block: Whether it stands for a box of the picture, which overlaps no other.
    """

    parts: tuple[Element, ...]
    look: str = ""
    tip: Sequence[str] = ()
    nodes: str = ""
    is_block: bool = False


Primitive: TypeAlias = Rectangle | Outline | Text
Element: TypeAlias = "Primitive | Group"


class Scene(NamedTuple):
    """A whole picture.

    Attributes:
        title: What it shows, as screen readers read it out first.
        description: Its text alternative.
        width: Its width.
        height: Its height.
        parts: What is drawn, the lowest first.
    """

    title: str
    description: str
    width: float
    height: float
    parts: tuple[Element, ...]

    def elements(self) -> Iterator[Element]:
        """Yield all that is drawn, also in groups, and these before what is in them."""
        return _each(self.parts)


def _each(parts: Iterable[Element]) -> Iterator[Element]:
    for part in parts:
        yield part
        if isinstance(part, Group):
            yield from _each(part.parts)


def straight(look: str, *points: Point, tip: Sequence[str] = ()) -> Outline:
    """Return a line with corners at points, or between two."""
    return Outline((trace(*points),), look, tip=tip)


def trace(start: Point, *points: Point, closed: bool = False) -> Trace:
    """Return the way of a pen from point to point."""
    return Trace(start, tuple((point,) for point in points), closed)


def polygon(*corners: Point, look: str) -> Outline:
    """Return what is within straight lines between corners."""
    return Outline((trace(*corners, closed=True),), look)


def moved(part: Primitive, x: float, y: float) -> Primitive:
    """Return an element moved to the right and down.

    Example:
        >>> moved(polygon((0, 0), (2, 0), (0, 3), look="tip"), 1, 1).traces[0].steps
        (((3, 1),), ((1, 4),))
    """
    if not isinstance(part, Outline):
        return part._replace(x=part.x + x, y=part.y + y)
    # Lists are faster than generators, and there are thousands of steps.
    traces = [
        Trace(
            (a + x, b + y),
            tuple([tuple([(c + x, d + y) for c, d in step]) for step in steps]),
            closed,
        )
        for (a, b), steps, closed in part.traces
    ]
    return part._replace(traces=tuple(traces))


def cubics(trace: Trace) -> Iterator[tuple[Point, ...]]:
    """Yield the steps of a way with no control point or two.

    Example:
        >>> list(cubics(Trace((0, 0), (((3, 0), (3, 3)),))))
        [((2.0, 0.0), (3.0, 1.0), (3, 3))]
    """
    x, y = trace.start
    for step in trace.steps:
        if len(step) == len("ab"):
            (a, b), (c, d) = step
            first = (x + 2 * (a - x) / 3, y + 2 * (b - y) / 3)
            yield first, (c + 2 * (a - c) / 3, d + 2 * (b - d) / 3), (c, d)
        else:
            yield step
        x, y = step[-1]


def text(
    words: str,
    x: float,
    y: float,
    *,
    size: float,
    width: float,
    anchor: str = "start",
    tail: bool = False,
    look: str = "",
) -> Text:
    """Return a line of text, shortened to its room.

    Args:
        words: The text.
        x: Where it stands: its start, middle or end, as *anchor* says.
        y: Its base line.
        size: The size of the font.
        width: The room that there is.
        anchor: "start", "middle" or "end".
        tail: Whether to keep the end of a text that is too long.
        look: The name of its look.
    """
    full = written(words, "text")
    shown = clipped(full, size, width, tail=tail)
    return Text(shown, full, x, y, size, anchor, look)


def _is_plain(character: str) -> bool:
    return (
        ord(character) < _LATIN_END
        or character in _SYMBOLS
        or east_asian_width(character) in "WF"
    )
