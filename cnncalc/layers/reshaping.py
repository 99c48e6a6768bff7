"""Layers that put values into another shape, or spread them over it."""

from __future__ import annotations

from itertools import product as every
from typing import Any, ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import is_count
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.layers.fields import each_of, one_or_more
from cnncalc.layers.moves import Move
from cnncalc.sizes.number import ceil_div, holds, product
from cnncalc.sizes.places import MOST_POSITIONS, Place
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import GLOBAL, LOCAL, Reach

__all__ = ["Expand", "Reshape"]


def _are_sizes(value: Any) -> bool:
    return value != () and all(map(_is_size, each_of(value)))


def _is_size(value: Any) -> bool:
    return is_count(value) or (type(value) is int and value == -1)


_SIZES = {
    "symbol": None,
    "good": _are_sizes,
    "expected": "the sizes of an output, its channels last; -1 leaves one open",
}


def _of_all(x: Shape, y: Shape) -> Reach:
    """Return the reach of a layer that takes all values of a shape to another."""
    if x.space == y.space or x.positions == y.positions == 1:
        return LOCAL
    return GLOBAL if x.positions == 1 or y.positions == 1 else None


@final
@frozen(eq=False, repr=False)
class Reshape(Move):
    """Put the same values, in their order, into another shape.

    The order is that of shapes here, with the channels last.

    Args:
        shape: The sizes of the output, its channels last; one of them may be -1, and is
            then what is left. The batch is no part of it. An int makes a vector.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        Any → *shape*, of as many values.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If *shape* is none, or leaves several sizes open.
        ShapeError: If it has another number of values than what reaches it.

    Source:
        PyTorch's `reshape`.

    Example:
        >>> from cnncalc import Reshape, Shape
        >>> print(Reshape((7, 7, -1)).output(6272), Reshape((-1, 8)).output((7, 7, 16)))
        7×7×128 98×8
    """

    is_view: ClassVar[bool] = True

    shape: int | tuple[int, ...] = field(converter=one_or_more, metadata=_SIZES)

    @override
    def check(self) -> None:
        if each_of(self.shape).count(-1) > 1:
            why = f"its shape {self.shape} leaves several sizes open"
            raise ConfigError(why, "Leave one open, as -1", self.class_name)

    @override
    def output_of(self, x: Shape, /) -> Shape:
        shape = each_of(self.shape)
        known = product(tuple([size for size in shape if size != -1]))
        fits = x.size % known == 0 if -1 in shape else x.size == known
        if not holds(fits):
            sizes = "×".join(map(str, shape))
            why = f"{x} has {x.size} values, and its shape {sizes} takes {known}"
            if -1 in shape:
                why += " or a multiple of that"
            raise ShapeError(why, "Choose sizes whose product is that, or leave one -1")
        *space, channels = [x.size // known if size == -1 else size for size in shape]
        return Shape.made(tuple(space), channels)

    @override
    def reach(self, x: Shape, /) -> Reach:
        return _of_all(x, self.output_of(x))

    @override
    def input_positions(self, x: Shape, place: Place, /) -> Place:
        *space, values = self.output_of(x)
        whole = place == tuple(map(range, space))
        if whole or product(tuple(map(len, place))) > MOST_POSITIONS:
            return tuple(map(range, x.space))
        found: set[int] = set()
        for position in every(*place):
            before = 0
            for n, size in zip(position, space, strict=True):
                before = before * size + n
            first, stop = before * values, (before + 1) * values
            found.update(range(first // x.channels, ceil_div(stop, x.channels)))
        seen: list[frozenset[int]] = []
        for size in reversed(x.space):
            seen.insert(0, frozenset(n % size for n in found))
            found = {n // size for n in found}
        return tuple(seen)


@final
@frozen(eq=False, repr=False)
class Expand(Move):
    """Spread axes of size 1, and put further axes before the first.

    Args:
        shape: The sizes of the output, its channels last; -1 keeps that of the input.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        1×1×C → H×W×C, and whatever else NumPy broadcasts to *shape*.

    Counting:
        Nothing counts. It makes no new values: memory has what is spread once.

    Raises:
        ConfigError: If *shape* is none.
        ShapeError: If what reaches it cannot be spread to that.

    Source:
        PyTorch's `expand`.

    Example:
        >>> from cnncalc import Expand, Shape
        >>> print(Expand((7, 7, -1)).output(Shape(1, 1, 64)))
        7×7×64
    """

    is_view: ClassVar[bool] = True

    shape: int | tuple[int, ...] = field(converter=one_or_more, metadata=_SIZES)

    @override
    def output_of(self, x: Shape, /) -> Shape:
        shape = each_of(self.shape)
        new = len(shape) - len(x)
        if new < 0 or -1 in shape[:new]:
            sizes = "×".join(map(str, shape))
            why = f"{x} has {len(x)} axes with its channels, and its shape is {sizes}"
            raise ShapeError(why, "Name as many sizes, or more before them")
        spread = list(shape[:new])
        for size, own in zip(shape[new:], x, strict=True):
            if size != -1 and not holds((own == 1) | (own == size)):
                why = f"{x} cannot be spread to a size of {size} where it has {own}"
                raise ShapeError(why, "Only what has size 1 is spread")
            spread.append(own if size == -1 else size)
        return Shape.made(tuple(spread[:-1]), spread[-1])

    @override
    def reach(self, x: Shape, /) -> Reach:
        return _of_all(x, self.output_of(x))

    @override
    def input_positions(self, x: Shape, place: Place, /) -> Place:
        own = place[len(place) - x.rank :]
        return tuple(
            [range(1) if n == 1 else some for n, some in zip(x.space, own, strict=True)]
        )
