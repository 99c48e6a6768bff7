"""How far a layer sees: the window of input positions behind one output position.

A layer tells it in one of three ways: as a `Window`, which `LOCAL` is for a layer that
looks at each position by itself; as `GLOBAL`, when an output depends on all positions;
or as None, when it is not known.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

from cnncalc.formula import ceil_div
from cnncalc.shape import Pads, Pair, span

__all__ = ["GLOBAL", "LOCAL", "Reach", "Window", "first_padding", "window_of"]


class Window(NamedTuple):
    """What output position i sees: *size* positions from i·stride / up - padding on.

    Attributes:
        size: Positions that it reaches over, down and across; of an enlarging layer,
            at most.
        stride: By how many input positions the window moves, in *up* steps.
        padding: Positions before the input's first, top and left.
        up: How many output positions there are for each *stride*.
    """

    size: Pair
    stride: Pair
    padding: Pair
    up: Pair = (1, 1)


LOCAL: Final = Window((1, 1), (1, 1), (0, 0))
GLOBAL: Final = "global"

Reach: TypeAlias = Window | Literal["global"] | None


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
    return Window(reach, stride, before)
