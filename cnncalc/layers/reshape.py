"""Layers that move values about without weighing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import IntLike, integer, is_count
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.layers.base import Free, Layer
from cnncalc.layers.fields import AXIS, FROM_0, count
from cnncalc.sizes.axes import axis_of
from cnncalc.sizes.number import holds
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import (
    GLOBAL,
    LOCAL,
    Reach,
    Window,
    needs_space,
    whole_groups,
)

if TYPE_CHECKING:
    from cnncalc.sizes.places import Place, Positions

__all__ = ["ChannelShuffle", "Flatten", "Permute", "Split"]


@final
class Flatten(Free):
    """Turn a sequence, map or volume into a vector.

    Args:
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → H·W·C; other axes likewise.

    Counting:
        Nothing counts.

    Source:
        Keras' and PyTorch's layers of that name.

    Example:
        >>> from cnncalc import Flatten, Shape
        >>> print(Flatten().output(Shape(5, 5, 16)))
        400
    """

    __slots__ = ()

    task: ClassVar[str] = "flatten"
    is_view: ClassVar[bool] = True

    @override
    def output_of(self, x: Shape, /) -> Shape:
        return Shape.made((), x.size)

    @override
    def reach(self, x: Shape, /) -> Reach:
        return LOCAL if x.positions == 1 else GLOBAL


def _parts(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return tuple(map(integer, value))
    return integer(value)


def _is_parts(value: Any) -> bool:
    if isinstance(value, tuple):
        return len(value) > 0 and all(map(is_count, value))
    return is_count(value)


@final
@frozen(eq=False, repr=False)
class Split(Free):
    """Take one part of the channels, or of another axis.

    Args:
        parts: Into how many equal parts the channels are split, or the parts' sizes.
        index: Which part to take, counted from 0.
        axis: Along which axis; -1 is the channels.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → H×W×(C / parts), or H×W×sizes[index]; along other axes likewise.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If a field is no such thing, or there is no such part.
        ShapeError: If the parts do not make up the channels, or there is no such axis.

    Source:
        Ma et al. 2018, https://arxiv.org/abs/1807.11164, §3: channel split.

    Example:
        >>> from cnncalc import Shape, Split
        >>> x = Shape(28, 28, 116)
        >>> print(Split(2, 1).output(x), Split((16, 100)).output(x))
        28×28×58 28×28×16
    """

    task: ClassVar[str] = "split"
    is_view: ClassVar[bool] = True

    parts: int | tuple[int, ...] = field(
        default=2,
        converter=_parts,
        metadata={
            "symbol": "G",
            "divides": True,
            "axes": False,
            "good": _is_parts,
            "expected": "a positive integer, or a tuple of them",
        },
    )
    index: int = field(default=0, converter=integer, metadata=FROM_0)

    axis: int = field(default=-1, converter=integer, kw_only=True, metadata=AXIS)

    @override
    def check(self) -> None:
        parts = len(self.parts) if isinstance(self.parts, tuple) else self.parts
        if self.index >= parts:
            why = f"there is no part {self.index} among {parts}"
            raise ConfigError(why, "Parts are counted from 0", self.class_name)

    @override
    def output_of(self, x: Shape, /) -> Shape:
        axis = axis_of(self.axis, x)
        size = x[axis]
        if isinstance(self.parts, tuple):
            fits, taken = sum(self.parts) == size, self.parts[self.index]
        else:
            fits, taken = size % self.parts == 0, size // self.parts
        if not holds(fits):
            what = "channels" if axis == x.rank else f"positions of axis {self.axis}"
            why = f"its parts {self.parts} do not make up the {size} {what}"
            raise ShapeError(why, "Choose parts that do")
        sizes = (*x[:axis], taken, *x[axis + 1 :])
        return Shape.made(sizes[:-1], sizes[-1])

    @override
    def reach(self, x: Shape, /) -> Reach:
        axis = axis_of(self.axis, x)
        if axis == x.rank:
            return LOCAL
        if isinstance(self.parts, tuple):
            start = sum(self.parts[: self.index])
        else:
            start = x[axis] // self.parts * self.index
        before = tuple([-start if place == axis else 0 for place in range(x.rank)])
        return Window(1, 1, before)


def _order(value: tuple[IntLike, ...]) -> tuple[int, ...]:
    anything: Any = value
    if isinstance(anything, (tuple, list)):
        anything = tuple(map(integer, anything))
    return cast("tuple[int, ...]", anything)


@final
@frozen(eq=False, repr=False)
class Permute(Free):
    """Reorder axes and channels, or only their layout in memory.

    Args:
        order: Which of the input's (height, width, channels), counted from 0, become
            the output's; of other shapes likewise. Whatever keeps the order, as
            (0, 1, 2) does, is a change of layout alone, as between channels first and
            channels last, and takes any number of axes.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → the same sizes in the order asked for.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If *order* is no order of numbers from 0 on.
        ShapeError: If a vector reaches it, or a shape of other axes.

    Source:
        PyTorch's `permute`.

    Example:
        >>> from cnncalc import Permute, Shape
        >>> print(Permute((1, 0, 2)).output(Shape(28, 14, 6)))
        14×28×6
    """

    task: ClassVar[str] = "permute"
    is_view: ClassVar[bool] = True

    order: tuple[int, ...] = field(
        default=(0, 1, 2),
        converter=_order,
        metadata={
            "symbol": None,
            "good": lambda value: (
                isinstance(value, tuple)
                and all(is_count(axis, least=0) for axis in value)
                and sorted(value) == list(range(max(len(value), 2)))
            ),
            "expected": "an order of 0, 1 and 2, or of as many as there are axes",
        },
    )

    @override
    def output_of(self, x: Shape, /) -> Shape:
        needs_space(x)
        if self._keeps_all():
            return x
        if len(self.order) != len(x):
            why = (
                f"its order {self.order} is of {len(self.order)}, and {x} has {len(x)}"
            )
            fix = "Name every axis and the channels"
            batch = ", without a batch" if len(self.order) == len(x) + 1 else ""
            raise ShapeError(why, fix + batch)
        *space, channels = [x[axis] for axis in self.order]
        return Shape.made(tuple(space), channels)

    def _keeps_all(self) -> bool:
        return self.order == tuple(range(len(self.order)))

    @override
    def reach(self, x: Shape, /) -> Reach:
        return LOCAL if self._keeps_all() else None

    @override
    def input_positions(self, x: Shape, place: Place, /) -> Place:
        if self._keeps_all():
            return place
        # What became channels is behind each of them.
        seen: list[Positions] = list(map(range, x.space))
        for axis, positions in zip(self.order[:-1], place, strict=True):
            if axis < len(seen):
                seen[axis] = positions
        return tuple(seen)


@final
@frozen(eq=False, repr=False)
class ChannelShuffle(Free):
    """Interleave the channels of several groups.

    Args:
        groups: Number of groups.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → the same.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If *groups* is no positive integer.
        ShapeError: If the groups do not divide the channels.

    Source:
        Zhang et al. 2017, https://arxiv.org/abs/1707.01083, §3.1.

    Example:
        >>> from cnncalc import ChannelShuffle, Shape
        >>> print(ChannelShuffle(2).output(Shape(28, 28, 116)))
        28×28×116
    """

    task: ClassVar[str] = "channel shuffle"

    groups: int = field(converter=integer, metadata=count("G", divides=True))

    @override
    def output_of(self, x: Shape, /) -> Shape:
        whole_groups(x.channels, self.groups)
        return x

    @override
    def stages(self, x: Shape, /) -> tuple[Layer, ...]:
        """Return the groups as an axis of their own, turned behind the channels."""
        from cnncalc.layers.reshaping import Reshape

        groups = Reshape((*x.space, self.groups, x.channels // self.groups))
        order = (*range(x.rank), x.rank + 1, x.rank)
        return groups, Permute(order), Reshape(tuple(x))
