"""The styles of an architecture: what stands for a box, and how much room it takes.

A style draws a box with the words about it. Where it stands is the layout's choice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import log2
from typing import Any, NamedTuple

from cnncalc.draw.blocks import Solid, block_of, contents, drawn, tallness
from cnncalc.draw.boxes import Box
from cnncalc.draw.layout import Footprint
from cnncalc.draw.scene import Primitive, Rectangle, moved, text
from cnncalc.draw.texts import ASCENT, extent
from cnncalc.sizes.shape import Shape

__all__ = ["STYLES", "Drawn", "Form", "Words"]

_NAME, _SMALL = 11.0, 10.0
_LINE = 14.0
_LABEL = 140.0  # the widest label
_BESIDE = 4.0  # between an edge and its size
_PLANES = 14  # at most
_PLANE, _DEEP = 5.0, 36.0  # from one plane to the next, and to the last, at most
_PLAIN = 9.0  # how wide a bar is
_SMALLER = 0.7  # than blocks, for there are many planes
_INSIDE = 8.0  # between a frame and the words in it


class Words(NamedTuple):
    """The words about a box.

    Attributes:
        lines: Its name, and what else there is to say.
        up: The sizes that are written at the edge that goes up, if any.
        back: That at the edge that goes to the back.
        channels: How many there are.
    """

    lines: list[str]
    up: str = ""
    back: str = ""
    channels: str = ""


class Form(NamedTuple):
    """Something that stands for a box.

    Attributes:
        parts: What is drawn.
        room: How large it is, and where lines arrive and leave.
        x: How far to the right of its left edge the parts count from.
        y: How far below its upper edge they do.
    """

    parts: list[Primitive]
    room: Footprint
    x: float = 0.0
    y: float = 0.0

    def at(self, x: float, y: float) -> list[Primitive]:
        """Return the parts of the form, of which the left upper corner stands there."""
        return [moved(part, x + self.x, y + self.y) for part in self.parts]


Drawn = Callable[[Box, Words, Mapping[int, int]], Form]


def _boxes(box: Box, words: Words, largest: Mapping[int, int]) -> Form:
    return _solid(box, block_of(box, largest), words)


def _flat(box: Box, words: Words, largest: Mapping[int, int]) -> Form:
    """Draw only the front of a block."""
    block = block_of(box, largest)._replace(back=0.0, rise=0.0, deck=1)
    sizes = "×".join(filter(None, (words.up, words.back)))
    return _solid(box, block, words._replace(up=sizes, back=""))


def _solid(box: Box, block: Solid, words: Words) -> Form:
    top, wide = block.rise + block.deep, block.length + block.back + block.deep
    port = top + block.height / 2
    room = Footprint(wide, top + block.height, 0.0, wide, port)
    sized = _sized(Form(drawn(box, block, 0.0, top), room), words, top, block)
    return _captioned(sized, words.lines)


def _lenet(box: Box, words: Words, largest: Mapping[int, int]) -> Form:
    """Draw a plane for each channel, if they are few, as LeCun et al. 1998 do."""
    shape = box.output
    if not shape or shape.positions == 1:
        return _flat(box, words, largest)
    high, *rest = (_SMALLER * size for size in tallness(shape, largest))
    wide = rest[0] if rest else _PLAIN
    count = _planes(shape)
    deep = min(_PLANE * (count - 1), _DEEP)
    step = deep / max(count - 1, 1)
    parts: list[Primitive] = [
        Rectangle(step * k, step * k, wide, high, box.family) for k in range(count)
    ]
    if box.family == "group":
        parts += contents(box, deep, deep + high, wide)
    port = high / 2
    right = wide + min(deep, port)  # of the planes that high
    room = Footprint(wide + deep, high + deep, 0.0, right, port)
    return _captioned(Form(parts, room), words.lines)


def _planes(shape: Shape) -> int:
    """Return how many planes are drawn: fewer and fewer, the more channels there are.

    Example:
        >>> [_planes(Shape(8, 8, channels)) for channels in (1, 3, 6, 16, 64, 2048)]
        [1, 3, 6, 8, 11, 14]
    """
    channels = shape.channels
    return min(channels, 2 + round(1.5 * log2(channels)), _PLANES)


def _graph(box: Box, words: Words, _largest: Mapping[int, int]) -> Form:
    """Draw a frame with the words in it."""
    lines = words.lines
    width = min(_LABEL, max(_widths(lines))) + 2 * _INSIDE
    height = _LINE * len(lines) + _INSIDE
    parts: list[Primitive] = [Rectangle(0, 0, width, height, box.family, radius=5.0)]
    parts += _written(lines, width / 2, _INSIDE / 2 + _NAME, "inside name", "inside")
    return Form(parts, Footprint(width, height, 0.0, width, height / 2))


# The styles by name, the usual one first.
STYLES: dict[str, Drawn] = {
    "boxes": _boxes,
    "flat": _flat,
    "lenet": _lenet,
    "graph": _graph,
}


def _widths(lines: list[str]) -> list[float]:
    return [extent(line, _SMALL if k else _NAME) for k, line in enumerate(lines)]


def _written(
    lines: list[str], x: float, base: float, first: str, others: str
) -> list[Primitive]:
    """Return lines in the middle, of which the first is a name with these looks."""
    return [
        text(
            line,
            x,
            base + _LINE * place,
            size=_SMALL if place else _NAME,
            width=_LABEL,
            anchor="middle",
            tail=place == 0,
            look=others if place else first,
        )
        for place, line in enumerate(lines)
    ]


def _sized(form: Form, words: Words, top: float, block: Solid) -> Form:
    """Write sizes at the edges of a block, if there are some to write.

    Args:
        form: The block, without words.
        words: Those about it.
        top: The upper edge of its front.
        block: The block again.
    """
    parts, room, *_ = form
    size: dict[str, Any] = {"size": _SMALL, "width": _LABEL, "look": "soft"}
    beside: list[tuple[str, float, float]] = []
    if words.up:  # above the line that arrives in the middle
        base = min(top + _SMALL, room.port - _BESIDE - 1)
        beside.append((words.up, -_BESIDE, base))
    if words.back:
        half = block.back / 2 if block.deck == 1 else 0.0  # a deck reaches that far
        base = min(top - block.rise / 2 - 1, beside[0][2] - _LINE)
        beside.append((words.back, half - _BESIDE, base))
    parts = parts + [text(w, x, y, anchor="end", **size) for w, x, y in beside]
    left = max([0.0, *(extent(words, _SMALL) - x for words, x, _ in beside)])
    above = max([0.0, *(ASCENT * _SMALL - y for _, _, y in beside)])
    wide, high = room.width, room.height
    if words.channels:
        middle, half = block.length / 2, extent(words.channels, _SMALL) / 2
        high += _LINE
        below = text(words.channels, middle, high - 3, anchor="middle", **size)
        parts.append(below)
        left, wide = max(left, half - middle), max(wide, middle + half)
    room = room._replace(width=wide, height=high)
    return _padded(Form(parts, room), left, above)


def _padded(form: Form, left: float, above: float) -> Form:
    """Return a form with more room before it and above."""
    parts, room, x, y = form
    room = Footprint(
        room.width + left,
        room.height + above,
        room.left + left,
        room.right + left,
        room.port + above,
    )
    return Form(parts, room, x + left, y + above)


def _captioned(form: Form, lines: list[str]) -> Form:
    """Return a form with words below it."""
    wide = min(_LABEL, max(_widths(lines)))
    parts, room, x, y = _padded(form, max(0.0, (wide - form.room.width) / 2), 0.0)
    width, base = max(wide, room.width), room.height + _LINE
    parts = parts + _written(lines, width / 2 - x, base - y, "name", "soft")
    room = room._replace(width=width, height=room.height + _LINE * len(lines) + 4)
    return Form(parts, room, x, y)
