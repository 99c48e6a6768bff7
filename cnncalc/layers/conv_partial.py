"""The convolution of LeNet-5, whose filters see only chosen maps."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer, is_count
from cnncalc.errors import ShapeError
from cnncalc.layers.conv import Sliding
from cnncalc.sizes.number import added, product, whole
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import needs_space, slide

__all__ = ["PartialConv2d"]


def _table(value: Any) -> Any:
    if not isinstance(value, (tuple, list)):
        return value
    return tuple(
        tuple(map(integer, row)) if isinstance(row, (tuple, list)) else row
        for row in value
    )


def _is_table(value: Any) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) > 0
        and all(isinstance(row, tuple) and len(row) > 0 for row in value)
        and all(is_count(channel, least=0) for row in value for channel in row)
        and all(map(_differ, value))
    )


def _gaps(row: tuple[int, ...], channels: int) -> int:
    """Return how many maps of a row are followed, round the end, by none of it."""
    maps = sorted(row)
    wraps = maps[0] == 0 and maps[-1] == channels - 1
    return sum(b - a > 1 for a, b in pairwise(maps)) + (not wraps)


def _differ(row: tuple[int, ...]) -> bool:
    """Tell whether all maps of a row differ; sorted, for hashes can be made to meet."""
    return all(a != b for a, b in pairwise(sorted(row)))


@final
@frozen(eq=False, repr=False)
class PartialConv2d(Sliding):
    """Slide filters over a map; each sees only the input maps that a table names.

    Args:
        kernel: Height and width of a filter: an int or a pair.
        table: For each output map, the input maps that it sees, counted from 0.
        stride: Steps: an int or a pair.
        padding: As of `Conv2d`.
        bias: Whether each filter has a bias.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        H×W×C → H′×W′×(length of the table), H′ and W′ as of `Conv2d`.

    Counting:
        As of `Conv2d`, with a kernel for each link of the table. Connections and
        MACs are those of the links that exist.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If a vector reaches it, the kernel is larger than the padded map, or
            the table names a map that does not reach it.

    Source:
        LeCun et al. 1998, table I: C3 has 1,516 parameters and 151,600 connections.

    Example:
        >>> from cnncalc import PartialConv2d, Shape
        >>> layer, x = PartialConv2d(5, [(0, 1), (1, 2), (0, 1, 2)]), Shape(14, 14, 3)
        >>> print(layer.output(x), layer.params(x), layer.formula("params", x))
        10×10×3 178 2×(2×25 + 1) + 1×(3×25 + 1)
    """

    stem: ClassVar[str] = "partial_conv"
    rank: ClassVar[int | None] = 2

    table: tuple[tuple[int, ...], ...] = field(
        converter=_table,
        metadata={
            "symbol": None,
            "good": _is_table,
            "expected": "a row of different input maps, from 0 on, for each output map",
        },
    )

    @override
    def output_of(self, x: Shape, /) -> Shape:
        last = max(map(max, self.table))
        if last >= x.channels:
            why = f"its table names map {last}, and maps 0 to {x.channels - 1} reach it"
            raise ShapeError(why, "Name maps that exist, or give it more channels")
        needs_space(x, len(self.kernel))
        space = slide(x.space, self.kernel, self.stride, self.padding, self.spacing)
        return Shape.made(space, len(self.table))

    def _runs(self) -> list[tuple[int, int]]:
        """Return (output maps, maps that each sees) for neighbours of one sort.

        LeCun et al. tell contiguous subsets (round the end, too) from others.
        """
        runs: list[tuple[tuple[int, bool], int]] = []
        channels = 1 + max(map(max, self.table))
        for row in self.table:
            sort = (len(row), _gaps(row, channels) <= 1)
            if runs and runs[-1][0] == sort:
                runs[-1] = (sort, runs[-1][1] + 1)
            else:
                runs.append((sort, 1))
        return [(maps, seen) for (seen, _), maps in runs]

    @override
    def weights(self, x: Shape, /) -> int:
        area = whole(product(self.kernel))
        return added(maps * (seen * area) for maps, seen in self._runs())

    @override
    def biases(self, x: Shape, /) -> int:
        return len(self.table) if self.bias else 0

    @override
    def linked(self, x: Shape, /) -> int:
        area = whole(product(self.kernel))
        bias = 1 if self.bias else 0
        return added(maps * (seen * area + bias) for maps, seen in self._runs())

    @override
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (len(self.table), *self.kernel, max(map(len, self.table)))
