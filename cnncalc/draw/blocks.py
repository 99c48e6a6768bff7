"""Blocks of a picture, sized by shapes.

A map is a block as high as its height, as deep as its width, on a square-root scale,
and as long as its channels on a logarithmic one. A volume is a deck of such blocks, of
which there are more the deeper it is, on a logarithmic scale; a sequence is a bar as
high as its length, and a vector an upright bar of one thickness. Norms, activations
and dropout after a layer are thin slabs on its back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import log2, sqrt
from typing import NamedTuple

from cnncalc.draw.boxes import FAMILIES, Box, family
from cnncalc.draw.scene import Primitive, Rectangle, polygon
from cnncalc.sizes.number import product
from cnncalc.sizes.shape import Shape

__all__ = ["Solid", "block_of", "contents", "drawn", "largest_sizes", "tallness"]

_TALL = 104.0  # of the largest map
_BACK, _RISE = 0.3, 0.6  # how far back it reaches: of its width; up, of that
_LEAST = 7.0
_THIN = 4.0  # how far back a bar reaches
_BEHIND, _DECK = 5.0, 6  # from one block of a deck to the next; and how many at most
_REPEATED = 3  # of equal groups
_SLAB, _SLABS = 4.0, 5  # the length of a slab, and how many are shown
_GROUP = 30.0  # the least length of a group
_STRIPE = 6.0


class Solid(NamedTuple):
    """A block: its slabs from left to right, and how far it reaches."""

    slabs: tuple[tuple[str, float], ...]  # family and length of each
    height: float
    back: float  # to the right
    rise: float  # and up
    deck: int = 1  # so many of it stand one behind another

    @property
    def length(self) -> float:
        """The length of all slabs."""
        return sum(length for _, length in self.slabs)

    @property
    def deep(self) -> float:
        """The way from a deck's first block to its last: to the right, and up."""
        return _BEHIND * (self.deck - 1)


def largest_sizes(shown: list[Box]) -> dict[int, int]:
    """Return the largest size that is drawn to scale, for each number of axes.

    A bar has a scale of its own: signals are longer than maps are high.
    """
    largest: dict[int, int] = {}
    for box in shown:
        if (x := box.output) and x.positions > 1:
            largest[x.rank] = max(largest.get(x.rank, 1), *x.space[-2:])
    return largest


def block_of(box: Box, largest: Mapping[int, int]) -> Solid:
    """Return the block of a box.

    Args:
        box: What it stands for.
        largest: The sizes that are drawn as high as there is room.
    """
    shape, deck = box.output, 1
    if not shape or shape.positions == 1:  # what is unknown is as low as it gets
        channels = shape.channels if shape else 0
        height, back, length = 12 + 5.5 * log2(channels + 1), _THIN, 9.0
    else:
        # The last axis goes to the back and the one before it up; of a sequence, the
        # only one goes up. What is before them is how deep the deck is.
        up, *rest = tallness(shape, largest)
        height, back = up, rest[0] * _BACK if rest else _THIN
        length = 4 + 4 * log2(shape.channels + 1)
        deck = min(product(shape.space[:-2]).bit_length(), _DECK)
    if box.family == "group":
        deck = max(deck, min(box.run, _REPEATED))
        slabs_ = (("group", max(length, _GROUP)),)
        return Solid(slabs_, height, back, back * _RISE, deck)
    after = [(family(row.role), _SLAB) for row in box.rows[1 : 1 + _SLABS]]
    slabs = ((box.family, length), *after)
    return Solid(slabs, height, back, back * _RISE, deck)


def tallness(shape: Shape, largest: Mapping[int, int]) -> list[float]:
    """Return how large the last two axes of a map are drawn, or the only one.

    Args:
        shape: That of the map.
        largest: The sizes that are drawn as high as there is room.
    """
    return [
        max(_LEAST, _TALL * sqrt(size / largest[shape.rank]))
        for size in shape.space[-2:]
    ]


def drawn(box: Box, block: Solid, x: float, y: float) -> list[Primitive]:
    """Return a block whose front has its left upper corner there."""
    parts: list[Primitive] = []
    for place in reversed(range(block.deck)):
        away = place * _BEHIND
        parts += _faces(block, box.family, x + away, y - away)
    if box.family == "group":
        parts += contents(box, x, y + block.height, block.length)
    return parts


def _faces(block: Solid, family: str, x: float, y: float) -> list[Primitive]:
    """Return the front, the top and the side of one block of a deck."""
    faces: list[Primitive] = []
    height, back, rise = block.height, block.back, block.rise
    bottom, far, high = y + height, x + back, y - rise
    for kind, length in block.slabs:
        front = (x, y), (x + length, y), (x + length, bottom), (x, bottom)
        faces.append(polygon(*front, look=kind))
        if back:
            top = (x, y), (far, high), (far + length, high), (x + length, y)
            faces.append(polygon(*top, look=f"{kind} up"))
        x, far = x + length, far + length
    if back:
        side = (x, y), (far, high), (far, high + height), (x, bottom)
        faces.append(polygon(*side, look=f"{family} side"))
    return faces


def contents(box: Box, x: float, y: float, length: float) -> list[Rectangle]:
    """Return stripes that show the shares of the families in a group.

    Args:
        box: The group.
        x: Their left edge.
        y: Their lower edge.
        length: How long they are together.
    """
    counts = Counter(family(row.role) for row in box.rows)
    whole = len(box.rows)
    stripes = []
    for kind in FAMILIES:
        if counts[kind]:
            wide = length * counts[kind] / whole
            stripes.append(Rectangle(x, y - _STRIPE, wide, _STRIPE, kind))
            x += wide
    return stripes
