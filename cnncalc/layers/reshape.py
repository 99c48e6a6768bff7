"""Layers that move values about without weighing them."""

from __future__ import annotations

from typing import Any, ClassVar, cast, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import IntLike, integer, is_count
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.layers.base import Free
from cnncalc.layers.fields import choice, count, paddings, pairs
from cnncalc.layers.window import GLOBAL, LOCAL, Positions, Reach, Window, behind
from cnncalc.sizes.shape import Pads, Pair, Shape, needs_map, optional_pair, pads

__all__ = [
    "ChannelShuffle",
    "Crop",
    "Flatten",
    "Pad",
    "Permute",
    "Split",
    "Upsample",
]


@final
class Flatten(Free):
    """Turn a map into a vector.

    Args:
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → H·W·C.

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

    stem: ClassVar[str] = "flatten"
    is_view: ClassVar[bool] = True

    @override
    def output(self, x: Shape, /) -> Shape:
        return Shape(1, 1, x.size, is_vector=True)

    @override
    def reach(self, x: Shape, /) -> Reach:
        return LOCAL if x.positions == 1 else GLOBAL

    @property
    @override
    def role(self) -> str:
        return "flatten"


@final
@frozen(eq=False, repr=False)
class Pad(Free):
    """Put zeros around a map.

    Args:
        padding: An int, a pair (height, width) or ((top, bottom), (left, right)).
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → (H + top + bottom)×(W + left + right)×C.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If *padding* is no such thing.
        ShapeError: If a vector reaches it.

    Source:
        Keras' and PyTorch's zero padding.

    Example:
        >>> from cnncalc import Pad, Shape
        >>> print(Pad(((0, 1), (0, 1))).output(Shape(224, 224, 3)))
        225×225×3
    """

    stem: ClassVar[str] = "pad"

    padding: Pads = field(converter=pads, metadata=paddings())

    @override
    def output(self, x: Shape, /) -> Shape:
        needs_map(x)
        (top, bottom), (left, right) = cast("tuple[Pair, Pair]", self.padding)
        return Shape(x.height + top + bottom, x.width + left + right, x.channels)

    @override
    def reach(self, x: Shape, /) -> Reach:
        (top, _), (left, _) = cast("tuple[Pair, Pair]", self.padding)
        return Window((1, 1), (1, 1), (top, left))

    @property
    @override
    def role(self) -> str:
        return "pad"


@final
@frozen(eq=False, repr=False)
class Crop(Free):
    """Cut off the border of a map.

    Args:
        padding: What to cut off: an int, a pair (height, width) or ((top, bottom),
            (left, right)).
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → (H - top - bottom)×(W - left - right)×C.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If *padding* is no such thing.
        ShapeError: If a vector reaches it, or nothing of the map remains.

    Source:
        Ronneberger et al. 2015, https://arxiv.org/abs/1505.04597, §2; Keras'
        `Cropping2D`.

    Example:
        >>> from cnncalc import Shape
        >>> from cnncalc.layers.reshape import Crop
        >>> print(Crop(4).output(Shape(64, 64, 512)))
        56×56×512
    """

    stem: ClassVar[str] = "crop"

    padding: Pads = field(converter=pads, metadata=paddings())

    @override
    def output(self, x: Shape, /) -> Shape:
        needs_map(x)
        (top, bottom), (left, right) = cast("tuple[Pair, Pair]", self.padding)
        rows, columns = x.height - top - bottom, x.width - left - right
        if rows < 1 or columns < 1:
            why = f"it cuts off {top + bottom}×{left + right} and leaves nothing"
            raise ShapeError(why, f"Cut off less than {x.height}×{x.width}")
        return Shape(rows, columns, x.channels)

    @override
    def reach(self, x: Shape, /) -> Reach:
        (top, _), (left, _) = cast("tuple[Pair, Pair]", self.padding)
        return Window((1, 1), (1, 1), (-top, -left))

    @property
    @override
    def role(self) -> str:
        return "crop"


@final
@frozen(eq=False, repr=False)
class Upsample(Free):
    """Enlarge a map by repeating or interpolating its values.

    Args:
        scale: How many times larger: an int or a pair.
        size: Height and width to reach instead: an int or a pair.
        mode: "nearest" or "bilinear".
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → (H·scale)×(W·scale)×C, or size×C.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If a field is no such thing, or not just one of *scale* and *size*
            is given.
        ShapeError: If a vector reaches it.

    Source:
        PyTorch's `Upsample`.

    Example:
        >>> from cnncalc import Shape, Upsample
        >>> print(Upsample(2).output(Shape(28, 28, 512)))
        56×56×512
    """

    stem: ClassVar[str] = "upsample"

    scale: Pair | None = field(
        default=None, converter=optional_pair, metadata=pairs("s", optional=True)
    )
    size: Pair | None = field(
        default=None,
        converter=optional_pair,
        kw_only=True,
        metadata=pairs("n", optional=True),
    )
    mode: str = field(
        default="nearest", kw_only=True, metadata=choice("nearest", "bilinear")
    )

    @override
    def check(self) -> None:
        if (self.scale is None) == (self.size is None):
            why = "it needs just one of scale and size"
            raise ConfigError(
                why, "Give scale, as in Upsample(2), or size", self.class_name
            )

    @override
    def output(self, x: Shape, /) -> Shape:
        needs_map(x)
        if self.size is not None:
            return Shape(*self.size, x.channels)
        rows, columns = self.scale or (1, 1)
        return Shape(x.height * rows, x.width * columns, x.channels)

    @override
    def reach(self, x: Shape, /) -> Reach:
        # The nearest input position, or of the two around it first the one before.
        y = self.output(x)
        reach, before = (1, 0) if self.mode == "nearest" else (2, 1)
        return Window(
            (reach, reach),
            (x.height, x.width),
            (before, before),
            (y.height, y.width),
        )

    @override
    def sees(
        self, x: Shape, rows: Positions, columns: Positions, /
    ) -> tuple[Positions, Positions] | None:
        if self.mode == "nearest":
            return super().sees(x, rows, columns)
        y = self.output(x)
        return _between(rows, x.height, y.height), _between(columns, x.width, y.width)

    @property
    @override
    def role(self) -> str:
        return f"upsample: {self.mode}"

    @property
    @override
    def sized(self) -> bool:
        return self.size is not None


def _between(outputs: Positions, size: int, enlarged: int) -> Positions:
    """Return the positions that some are interpolated from, by centres as PyTorch's.

    The centre of output o is at (o + ½)·size / enlarged - ½, between two inputs or just
    at one; beyond the first and the last centre it is one of these.
    """

    def one(output: int) -> range:
        first, rest = divmod((2 * output + 1) * size - enlarged, 2 * enlarged)
        return range(max(first, 0), first + (2 if rest else 1))

    return behind(outputs, size, one, gapless=size <= enlarged)


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
    """Take one part of the channels of a map or vector.

    Args:
        parts: Into how many equal parts the channels are split, or the parts' sizes.
        index: Which part to take, counted from 0.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → H×W×(C / parts), or H×W×sizes[index].

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If a field is no such thing, or there is no such part.
        ShapeError: If the parts do not make up the channels.

    Source:
        Ma et al. 2018, https://arxiv.org/abs/1807.11164, §3: channel split.

    Example:
        >>> from cnncalc import Shape, Split
        >>> x = Shape(28, 28, 116)
        >>> print(Split(2, 1).output(x), Split((16, 100)).output(x))
        28×28×58 28×28×16
    """

    stem: ClassVar[str] = "split"
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
    index: int = field(
        default=0,
        converter=integer,
        metadata={
            "symbol": None,
            "good": lambda value: is_count(value, least=0),
            "expected": "an integer from 0 on",
        },
    )

    @override
    def check(self) -> None:
        parts = len(self.parts) if isinstance(self.parts, tuple) else self.parts
        if self.index >= parts:
            why = f"there is no part {self.index} among {parts}"
            raise ConfigError(why, "Parts are counted from 0", self.class_name)

    @override
    def output(self, x: Shape, /) -> Shape:
        if isinstance(self.parts, tuple):
            fits, channels = sum(self.parts) == x.channels, self.parts[self.index]
        else:
            fits, channels = x.channels % self.parts == 0, x.channels // self.parts
        if not fits:
            why = f"its parts {self.parts} do not make up the {x.channels} channels"
            raise ShapeError(why, "Choose parts that do")
        return Shape(x.height, x.width, channels, is_vector=x.is_vector)

    @property
    @override
    def role(self) -> str:
        return "split"


def _order(value: tuple[IntLike, IntLike, IntLike]) -> tuple[int, int, int]:
    anything: Any = value
    if isinstance(anything, (tuple, list)):
        anything = tuple(map(integer, anything))
    return cast("tuple[int, int, int]", anything)


@final
@frozen(eq=False, repr=False)
class Permute(Free):
    """Reorder the axes of a map, or only its layout in memory.

    Args:
        order: Which of the input's (height, width, channels), counted from 0, become
            the output's. (0, 1, 2) keeps all three: a change of layout alone, as
            between channels first and channels last.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → the same sizes in the order asked for.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If *order* is no order of 0, 1 and 2.
        ShapeError: If a vector reaches it.

    Source:
        PyTorch's `permute`.

    Example:
        >>> from cnncalc import Permute, Shape
        >>> print(Permute((1, 0, 2)).output(Shape(28, 14, 6)))
        14×28×6
    """

    stem: ClassVar[str] = "permute"
    is_view: ClassVar[bool] = True

    order: tuple[int, int, int] = field(
        default=(0, 1, 2),
        converter=_order,
        metadata={
            "symbol": None,
            "good": lambda value: (
                isinstance(value, tuple)
                and all(is_count(axis, least=0) for axis in value)
                and sorted(value) == [0, 1, 2]
            ),
            "expected": "an order of 0, 1 and 2",
        },
    )

    @override
    def output(self, x: Shape, /) -> Shape:
        needs_map(x)
        sizes = (x.height, x.width, x.channels)
        return Shape(*(sizes[axis] for axis in self.order))

    @override
    def reach(self, x: Shape, /) -> Reach:
        return LOCAL if self.order == (0, 1, 2) else None

    @override
    def sees(
        self, x: Shape, rows: Positions, columns: Positions, /
    ) -> tuple[Positions, Positions]:
        # What became channels is behind each of them.
        seen: list[Positions] = [range(x.height), range(x.width)]
        for axis, positions in zip(self.order, (rows, columns), strict=False):
            if axis < len(seen):
                seen[axis] = positions
        return seen[0], seen[1]

    @property
    @override
    def role(self) -> str:
        return "permute"


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

    stem: ClassVar[str] = "channel_shuffle"

    groups: int = field(converter=integer, metadata=count("G", divides=True))

    @override
    def output(self, x: Shape, /) -> Shape:
        if x.channels % self.groups:
            why = f"its {self.groups} groups do not divide the {x.channels} channels"
            raise ShapeError(why, "Use a number of groups that divides them")
        return x

    @property
    @override
    def role(self) -> str:
        return "channel shuffle"
