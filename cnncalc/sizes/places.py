"""Places: the positions of an input behind some of an output, along each axis."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import gcd
from typing import Any, NamedTuple, TypeAlias

from cnncalc.sizes.axes import Axes
from cnncalc.sizes.window import Taken, Window

__all__ = [
    "MOST_POSITIONS",
    "Place",
    "Positions",
    "Slide",
    "behind",
    "either",
    "hull",
    "inside",
    "slides",
]

# Positions along one axis; a range has the step 1. A place has some along each axis.
Positions: TypeAlias = range | frozenset[int]
Place: TypeAlias = tuple[Positions, ...]

MOST_POSITIONS = 100_000  # positions that are looked at one by one


def hull(positions: Positions) -> range:
    """Return the smallest range that holds some positions."""
    if isinstance(positions, range):
        return positions
    return range(min(positions), max(positions) + 1) if positions else range(0)


def either(a: Positions, b: Positions) -> Positions:
    """Return all positions that are in one of two; their hull, if that is very long."""
    if not (a and b):
        return a or b
    one, other = hull(a), hull(b)
    start, stop = min(one.start, other.start), max(one.stop, other.stop)
    touching = max(one.start, other.start) <= min(one.stop, other.stop)
    ranges = isinstance(a, range) and isinstance(b, range)
    if (ranges and touching) or stop - start > MOST_POSITIONS:
        return range(start, stop)
    return frozenset(a) | frozenset(b)


def behind(
    outputs: Positions,
    size: int,
    one: Callable[[int], range],
    *,
    gapless: bool,
    outside: str = "zeros",
) -> Positions:
    """Return the positions of one axis of an input that are behind some of the output.

    Where more than 100,000 leave gaps between them, it is all from what is behind the
    first up to what is behind the last.

    Args:
        outputs: Positions of the output.
        size: How long the axis of the input is.
        one: What is behind one position: it moves with this, and may reach outside.
        gapless: Whether what is behind neighbours leaves no gap.
        outside: What stands around the input, as of `Window`.
    """
    if not outputs:
        return range(0)
    whole = hull(outputs)
    if (gapless and isinstance(outputs, range)) or len(whole) > MOST_POSITIONS:
        every = range(one(whole[0]).start, one(whole[-1]).stop)
        return _taken(every, size, outside)
    found: set[int] = set()
    for position in outputs:
        found.update(_taken(one(position), size, outside))
    return frozenset(found)


def _taken(positions: range, size: int, outside: str) -> Positions:
    """Return the positions of an axis whose values stand at some, padding included."""
    found: Positions = _inside(positions, size)
    if outside == "zeros" or len(found) == len(positions):
        return found
    there = {_source(n, size, outside) for n in positions if not 0 <= n < size}
    return found if there.issubset(found) else either(found, frozenset(there))


def _source(position: int, size: int, outside: str) -> int:
    """Return the position whose value is repeated at one outside the axis."""
    if outside == "wrap":
        return position % size
    if outside == "edge":
        return 0 if position < 0 else size - 1
    return -position if position < 0 else 2 * (size - 1) - position


def _inside(positions: range, size: int) -> range:
    """Return those of some positions that an axis of that length has."""
    start, step = positions.start, positions.step
    first = start % step if start < 0 else start
    return range(first, min(positions.stop, size), step)


def inside(window: Window, space: Axes, outputs: Place) -> Place:
    """Return the positions that a window takes in along each axis, at some places."""
    outside, axes = window.outside, slides(window, len(space))
    return tuple(
        [
            behind(some, size, axis.taken, gapless=axis.gapless, outside=outside)
            for some, size, axis in zip(outputs, space, axes, strict=True)
        ]
    )


class Slide(NamedTuple):
    """The positions that a window takes in along one axis, output by output.

    Attributes:
        taken: Tells the positions behind an output.
        stride: How much farther on these are *up* outputs later.
        up: How many outputs that is.
    """

    taken: Taken
    stride: int
    up: int

    @property
    def gapless(self) -> bool:
        """Whether what is behind neighbours leaves no gap, and never goes back."""
        if self.up > MOST_POSITIONS:
            return False
        every = list(map(self.taken, range(self.up + 1)))
        return all(
            one.step == 1 and one.start <= two.start <= one.stop <= two.stop
            for one, two in pairwise(every)
        )


def slides(window: Window, rank: int) -> list[Slide]:
    """Return how a window moves along each of so many axes."""
    *stated, _, each = window.along(rank)
    axes: Any = zip(*stated, each or (None,) * rank, strict=True)
    return [_sliding(*axis) for axis in axes]


def _sliding(
    size: int, stride: int, padding: int, up: int, apart: int, each: Taken | None
) -> Slide:
    def taken(output: int) -> range:
        first = output * stride // up - padding
        return range(first, first + size, apart)

    common = gcd(stride, up)
    return Slide(each or taken, stride // common, up // common)
