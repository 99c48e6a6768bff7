"""Layers that reshape, cut and turn: values at other places, along any axis.

Axes are counted over the sizes of a space and its channels: 0 is the first, and -1 is
the channels.
"""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import SYMBOLIC, integer, is_count, optional_integer
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.layers.base import Free, Saves
from cnncalc.layers.fields import ANY_AXES, AXIS, COUNT, each_of, one_or_more, optional
from cnncalc.sizes.axes import axis_of
from cnncalc.sizes.number import ceil_div, holds, product, without_terms
from cnncalc.sizes.places import Place, inside
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import LOCAL, Reach, Window

__all__ = ["Gather", "Roll", "Select", "Slice"]


def _are_shifts(value: Any) -> bool:
    kinds = set(map(type, each_of(value)))
    return bool(kinds) and kinds <= {int, *SYMBOLIC}


class Move(Free):
    """A layer whose values are those of its input, at other places.

    It computes nothing, and its output is the memory of its input if it is a view.
    """

    __slots__ = ()

    task: ClassVar[str] = "move"


@final
@frozen(eq=False, repr=False)
class Slice(Move):
    """Take a run of positions along an axis, or each so many of them.

    Args:
        start: The first position; from the end if it is below 0.
        stop: The position behind the last, from the end if it is below 0; None is the
            end.
        step: How far those that are taken are from each other.
        axis: Along which axis; -1 is the channels.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → with fewer positions along the axis, as Python slices a list.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If there is no such axis, or nothing is left.

    Source:
        NumPy's `slice`.

    Example:
        >>> from cnncalc import Shape, Slice
        >>> x = Shape(197, 768)
        >>> print(Slice(1, axis=0).output(x), Slice(0, 64).output(x))
        196×768 197×64
    """

    is_view: ClassVar[bool] = True

    start: int = field(
        default=0,
        converter=integer,
        metadata={**AXIS, "expected": "an integer; below 0 it is counted from the end"},
    )
    stop: int | None = field(
        default=None,
        converter=optional_integer,
        metadata={**optional(AXIS), "expected": "an integer, or None for the end"},
    )
    step: int = field(default=1, converter=integer, metadata=COUNT)
    axis: int = field(default=-1, converter=integer, kw_only=True, metadata=AXIS)

    def _taken(self, size: int) -> range:
        """Return the positions that are taken of an axis of that size."""
        return range(*self._ends(int(size)), self.step)

    def _ends(self, size: int) -> tuple[int, int]:
        """Return where it begins on an axis of that size, and where it ends."""
        stop = size if self.stop is None else self.stop
        ends = [n if holds(n >= 0) else size + n for n in (self.start, stop)]
        start, stop = (min(max(n, 0), size) for n in ends)
        return start, stop

    @override
    def output_of(self, x: Shape, /) -> Shape:
        axis = axis_of(self.axis, x)
        start, stop = self._ends(without_terms(x[axis]))
        taken = ceil_div(stop - start, self.step)
        if not holds(taken >= 1):
            why = f"nothing is left of the {x[axis]} positions of axis {self.axis}"
            raise ShapeError(why, "Begin before the end")
        sizes = (*x[:axis], taken, *x[axis + 1 :])
        return Shape.made(sizes[:-1], sizes[-1])

    @override
    def reach(self, x: Shape, /) -> Reach:
        axis = axis_of(self.axis, x)
        if axis == x.rank:
            return LOCAL
        steps, before = [1] * x.rank, [0] * x.rank
        steps[axis], before[axis] = self.step, -self._taken(x[axis]).start
        return Window(1, tuple(steps), tuple(before))


@final
@frozen(eq=False, repr=False)
class Select(Move):
    """Take what stands at one position of an axis, which then is gone.

    Args:
        index: The position, from the end if it is below 0.
        axis: Along which axis; -1 is the channels, and then what was the last axis is.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → W×C, H×C or H×W, by the axis.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If there is no such axis or position, or no axis would be left.

    Source:
        PyTorch's `select`.

    Example:
        >>> from cnncalc import Select, Shape
        >>> print(Select(0, axis=0).output(Shape(197, 768)))
        768
    """

    is_view: ClassVar[bool] = True

    index: int = field(
        converter=integer,
        metadata={**AXIS, "expected": "an integer; below 0 it is counted from the end"},
    )
    axis: int = field(default=-1, converter=integer, metadata=AXIS)

    @override
    def output_of(self, x: Shape, /) -> Shape:
        axis = axis_of(self.axis, x)
        if x.is_vector:
            why = f"it takes one of the values of a vector of {x}, and no axis is left"
            raise ShapeError(why, "Use Slice, which keeps the axis")
        if not -x[axis] <= self.index < x[axis]:
            why = f"there is no position {self.index} among the {x[axis]} of axis "
            raise ShapeError(f"{why}{self.axis}", "Positions are counted from 0")
        sizes = (*x[:axis], *x[axis + 1 :])
        return Shape.made(sizes[:-1], sizes[-1])

    @override
    def reach(self, x: Shape, /) -> Reach:
        return LOCAL if x.positions == 1 else None

    @override
    def input_positions(self, x: Shape, place: Place, /) -> Place:
        axis = axis_of(self.axis, x)
        if (
            axis == x.rank
        ):  # whose last axis became the channels, of which all are asked
            return (*place, range(x[-2]))
        one = self.index % x[axis]
        return (*place[:axis], range(one, one + 1), *place[axis:])


@final
@frozen(eq=False, repr=False)
class Roll(Move):
    """Move all values along axes; what leaves at one end comes in at the other.

    Args:
        shift: By how many positions: an int, or one for each axis.
        axis: Along which axis, or axes; -1 is the channels.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        Any → the same.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If a field is no such thing, or there is not a shift for each axis.
        ShapeError: If there is no such axis.

    Source:
        Liu et al. 2021, https://arxiv.org/abs/2103.14030, §3.2.

    Example:
        >>> from cnncalc import Roll, Shape
        >>> print(Roll((-3, -3), axis=(0, 1)).output(Shape(56, 56, 96)))
        56×56×96
    """

    shift: int | tuple[int, ...] = field(
        converter=one_or_more,
        metadata={
            "symbol": None,
            "good": _are_shifts,
            "expected": "an integer, or a tuple of them",
        },
    )
    axis: int | tuple[int, ...] = field(
        default=-1, converter=one_or_more, metadata=ANY_AXES
    )

    @override
    def check(self) -> None:
        shifts, axes = len(each_of(self.shift)), len(each_of(self.axis))
        if shifts != axes:
            why = f"it has {shifts} shifts, and axes: {axes}"
            raise ConfigError(why, "Give a shift for each axis", self.class_name)

    def _shifts(self, x: Shape) -> dict[int, int]:
        """Return by how much it moves along each axis that it moves along."""
        found: dict[int, int] = {}
        for shift, axis in zip(each_of(self.shift), each_of(self.axis), strict=True):
            place = axis_of(axis, x)
            found[place] = (found.get(place, 0) + shift) % int(x[place])
        return found

    @override
    def output_of(self, x: Shape, /) -> Shape:
        for axis in each_of(self.axis):
            axis_of(axis, x)
        return x

    @override
    def reach(self, x: Shape, /) -> Reach:
        moved = [n for axis, n in self._shifts(x).items() if axis < x.rank]
        return None if any(moved) else LOCAL

    @override
    def input_positions(self, x: Shape, place: Place, /) -> Place:
        shifts = self._shifts(x)
        window = Window(1, 1, tuple([shifts.get(axis, 0) for axis in range(x.rank)]))
        return inside(window._replace(outside="wrap"), x.space, place)


@final
@frozen(eq=False, repr=False)
class Gather(Move):
    """Take what stands at given positions of an axis, in any order, and repeatedly.

    Which positions these are changes no number, and is not stated.

    Args:
        shape: How many they are: an int, or the sizes of a table of them.
        axis: Along which axis; -1 is the channels.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        N×C → shape×C along axis 0; along another one *shape* takes its place likewise.

    Counting:
        Nothing counts.

        Its receptive field is unknown. For the backward pass it keeps the positions.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If there is no such axis.

    Source:
        ONNX's `Gather`; Liu et al. 2021, https://arxiv.org/abs/2103.14030, §3.2.

    Example:
        >>> from cnncalc import Gather, Shape
        >>> print(Gather((49, 49), axis=0).output(Shape(169, 3)))
        49×49×3
    """

    shape: int | tuple[int, ...] = field(
        converter=one_or_more,
        metadata={
            "symbol": None,
            "good": lambda value: value != () and all(map(is_count, each_of(value))),
            "expected": "a positive integer, or a tuple of them",
        },
    )
    axis: int = field(default=-1, converter=integer, metadata=AXIS)

    @override
    def output_of(self, x: Shape, /) -> Shape:
        axis = axis_of(self.axis, x)
        sizes = (*x[:axis], *each_of(self.shape), *x[axis + 1 :])
        return Shape.made(sizes[:-1], sizes[-1])

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        return Saves(indices=product(each_of(self.shape)))

    @override
    def reach(self, x: Shape, /) -> Reach:
        return None
