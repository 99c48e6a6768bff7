"""How far a layer sees: the window of input positions behind one output position.

A layer tells it in one of three ways: as a `Window`, which `LOCAL` is for a layer that
looks at each position by itself; as `GLOBAL`, when an output depends on all positions;
or as None, when it is not known. Which positions exactly are behind some others, along
one axis, `behind` tells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, NamedTuple, TypeAlias

from cnncalc.formula import ceil_div
from cnncalc.sizes.shape import Pads, Pair, span

__all__ = [
    "GLOBAL",
    "LOCAL",
    "Positions",
    "Reach",
    "Window",
    "behind",
    "either",
    "first_padding",
    "hull",
    "inside",
    "sliding_source",
    "window_of",
]


class Window(NamedTuple):
    """What output position i sees: *size* positions from i·stride / up - padding on.

    Attributes:
        size: Positions that it reaches over, down and across; of an enlarging layer,
            at most.
        stride: By how many input positions the window moves, in *up* steps.
        padding: Positions before the input's first, top and left.
        up: How many output positions there are for each *stride*.
        apart: How far its taps are from each other.
    """

    size: Pair
    stride: Pair
    padding: Pair
    up: Pair = (1, 1)
    apart: Pair = (1, 1)


LOCAL: Final = Window((1, 1), (1, 1), (0, 0))
GLOBAL: Final = "global"

Reach: TypeAlias = Window | Literal["global"] | None


def sliding_source(padding: Pads) -> str:
    """Return where the rule stands of how often a window fits, with such a padding."""
    if isinstance(padding, str):
        return "TensorFlow, https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2."
    return "Dumoulin & Visin 2016, https://arxiv.org/abs/1603.07285, relationship 6."


def first_padding(size: int, kernel: int, stride: int) -> int:
    """Return what "same" pads before the first position; an odd one goes behind.

    Source:
        https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
    """
    return max((ceil_div(size, stride) - 1) * stride + kernel - size, 0) // 2


def window_of(
    size: Pair, kernel: Pair, stride: Pair, pads: Pads, dilation: Pair
) -> Window:
    """Return the window of a layer that slides over a map of that size."""
    reach = (span(kernel[0], dilation[0]), span(kernel[1], dilation[1]))
    if pads == "valid":
        before = (0, 0)
    elif pads == "same":
        rows = first_padding(size[0], reach[0], stride[0])
        before = (rows, first_padding(size[1], reach[1], stride[1]))
    else:
        before = (pads[0][0], pads[1][0])
    if reach == stride == (1, 1) and before == (0, 0):
        return LOCAL
    return Window(reach, stride, before, apart=dilation)


# Positions along one axis; a range has the step 1.
Positions: TypeAlias = range | frozenset[int]

_MOST = 100_000  # positions that are looked at one by one


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
    if (ranges and touching) or stop - start > _MOST:
        return range(start, stop)
    return frozenset(a) | frozenset(b)


def behind(
    outputs: Positions, size: int, one: Callable[[int], range], *, gapless: bool
) -> Positions:
    """Return the positions of one axis of an input that are behind some of the output.

    Where more than 100,000 leave gaps between them, it is all from what is behind the
    first up to what is behind the last.

    Args:
        outputs: Positions of the output.
        size: How long the axis of the input is.
        one: What is behind one position: it moves with this, and may reach outside.
        gapless: Whether what is behind neighbours leaves no gap.
    """
    if not outputs:
        return range(0)
    whole = hull(outputs)
    if (gapless and isinstance(outputs, range)) or whole[-1] - whole[0] >= _MOST:
        return _inside(range(one(whole[0]).start, one(whole[-1]).stop), size)
    found: set[int] = set()
    for position in outputs:
        found.update(_inside(one(position), size))
    return frozenset(found)


def _inside(positions: range, size: int) -> range:
    """Return those of some positions that an axis of that length has."""
    start, step = positions.start, positions.step
    if start < 0:
        start += ceil_div(-start, step) * step
    return range(start, min(positions.stop, size), step)


def inside(window: Window, axis: int, outputs: Positions, size: int) -> Positions:
    """Return the positions that a window takes in along an axis, at some places."""
    reach, stride, before, up, apart = (pair[axis] for pair in window)

    def one(output: int) -> range:
        first = output * stride // up - before
        return range(first, first + reach, apart)

    gapless = apart == 1 and ceil_div(stride, up) <= reach
    return behind(outputs, size, one, gapless=gapless)
