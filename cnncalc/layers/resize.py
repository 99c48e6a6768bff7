"""Layers that make space larger or smaller: padding, cropping, upsampling."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import evolve, field, frozen

from cnncalc._typing import override
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.layers.base import Free, Saves
from cnncalc.layers.fields import axiswise, choice, paddings
from cnncalc.layers.sliding import MODE, checked_padding
from cnncalc.sizes.axes import (
    Axes,
    Pads,
    along,
    kind_of,
    optional_axes,
    pads,
    sides,
)
from cnncalc.sizes.number import holds
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import Place, Positions, Reach, Window, behind, needs_space

__all__ = ["Crop", "Pad", "Upsample"]


@final
@frozen(eq=False, repr=False)
class Pad(Free):
    """Put zeros, or values of its own, around a sequence, map or volume.

    Args:
        padding: An int, one for each axis, or a pair (before, after) for each:
            ((top, bottom), (left, right)).
        padding_mode: "zeros", or its own values: "reflect" mirrors them without the
            border, "edge" repeats the border, "wrap" begins at the other end.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → (H + top + bottom)×(W + left + right)×C; other axes likewise.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If a vector reaches it, or a padding that repeats what is there is
            longer than that.

    Source:
        Keras' and PyTorch's padding; NumPy's words for the modes.

    Example:
        >>> from cnncalc import Pad, Shape
        >>> print(Pad(((0, 1), (0, 1))).output(Shape(224, 224, 3)))
        225×225×3
    """

    stem: ClassVar[str] = "pad"
    task: ClassVar[str] = "pad"

    padding: Pads = field(converter=pads, metadata=paddings())
    padding_mode: str = field(default="zeros", kw_only=True, metadata=MODE)

    @override
    def output_of(self, x: Shape, /) -> Shape:
        needs_space(x)
        ends = sides(self.padding, len(x) - 1)
        if self.padding_mode != "zeros":
            checked_padding(x, ends, self.padding_mode)
        space = [size + a + b for size, (a, b) in zip(x.space, ends, strict=True)]
        return Shape.made(tuple(space), x.channels)

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        # PyTorch's gradients of these two ask for the input.
        return Saves("inputs" if self.padding_mode in {"reflect", "edge"} else "")

    @override
    def reach(self, x: Shape, /) -> Reach:
        before = tuple([a for a, _ in sides(self.padding, len(x) - 1)])
        return Window(1, 1, before, outside=self.padding_mode)


@final
@frozen(eq=False, repr=False)
class Crop(Free):
    """Cut off the border of a sequence, map or volume.

    Args:
        padding: What to cut off: an int, one for each axis, or a pair (before, after)
            for each: ((top, bottom), (left, right)).
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → (H - top - bottom)×(W - left - right)×C; other axes likewise.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If *padding* is no such thing.
        ShapeError: If a vector reaches it, or nothing remains.

    Source:
        Ronneberger et al. 2015, https://arxiv.org/abs/1505.04597, §2; Keras'
        `Cropping2D`.

    Example:
        >>> from cnncalc import Shape
        >>> from cnncalc.layers.resize import Crop
        >>> print(Crop(4).output(Shape(64, 64, 512)))
        56×56×512
    """

    stem: ClassVar[str] = "crop"
    task: ClassVar[str] = "crop"

    padding: Pads = field(converter=pads, metadata=paddings())

    @override
    def output_of(self, x: Shape, /) -> Shape:
        needs_space(x)
        ends = sides(self.padding, len(x) - 1)
        space = [size - a - b for size, (a, b) in zip(x.space, ends, strict=True)]
        if not all(holds(size >= 1) for size in space):
            cut = "×".join([str(a + b) for a, b in ends])
            why = f"it cuts off {cut} and leaves nothing"
            raise ShapeError(why, f"Cut off less than {'×'.join(map(str, x.space))}")
        return Shape.made(tuple(space), x.channels)

    @override
    def fitted(self, x: Shape, other: Shape, /) -> Crop:
        """Return what leaves the middle of its input."""
        needs_space(x, other.rank)
        more = [size - least for size, least in zip(x.space, other.space, strict=True)]
        if min(more) < 0:
            why = f"{other}, whose size it follows, is larger than {x}"
            raise ShapeError(why, "Follow what is smaller")
        return evolve(self, padding=tuple([(n // 2, n - n // 2) for n in more]))

    @override
    def reach(self, x: Shape, /) -> Reach:
        before = tuple([-a for a, _ in sides(self.padding, len(x) - 1)])
        return Window(1, 1, before)


# Between how many axes of neighbours a mode of upsampling interpolates.
_INTERPOLATING = {"linear": 1, "bilinear": 2, "trilinear": 3}


@final
@frozen(eq=False, repr=False)
class Upsample(Free):
    """Enlarge a sequence, map or volume by repeating or interpolating its values.

    Args:
        scale: How many times larger: an int, or one for each axis.
        size: The size to reach instead: an int, or one for each axis.
        mode: "nearest", or for a sequence "linear", a map "bilinear", and a volume
            "trilinear".
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → (H·scale)×(W·scale)×C, or size×C; other axes likewise.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If a field is no such thing, or not just one of *scale* and *size*
            is given.
        ShapeError: If a vector reaches it, or its mode is for other axes.

    Source:
        PyTorch's `Upsample`.

    Example:
        >>> from cnncalc import Shape, Upsample
        >>> print(Upsample(2).output(Shape(28, 28, 512)))
        56×56×512
    """

    stem: ClassVar[str] = "upsample"

    scale: int | Axes | None = field(
        default=None, converter=optional_axes, metadata=axiswise("s", optional=True)
    )
    size: int | Axes | None = field(
        default=None,
        converter=optional_axes,
        kw_only=True,
        metadata=axiswise("n", optional=True),
    )
    mode: str = field(
        default="nearest", kw_only=True, metadata=choice("nearest", *_INTERPOLATING)
    )

    @override
    def check(self) -> None:
        if (self.scale is None) == (self.size is None):
            why = "it needs just one of scale and size"
            raise ConfigError(
                why, "Give scale, as in Upsample(2), or size", self.class_name
            )

    @override
    def output_of(self, x: Shape, /) -> Shape:
        needs_space(x)
        rank = len(x) - 1
        if self.mode != "nearest" and rank != _INTERPOLATING.get(self.mode):
            fitting = [mode for mode, axes in _INTERPOLATING.items() if axes == rank]
            why = f"its mode {self.mode} is not for {x}, a {kind_of(rank)}"
            raise ShapeError(why, f"Use {' or '.join([*fitting, 'nearest'])}")
        if self.size is not None:
            return Shape.made(along(self.size, rank), x.channels)
        scale = along(self.scale or 1, rank)
        space = [size * times for size, times in zip(x.space, scale, strict=True)]
        return Shape.made(tuple(space), x.channels)

    @override
    def fitted(self, x: Shape, other: Shape, /) -> Upsample:
        needs_space(other)
        return evolve(self, scale=None, size=other.space)

    @override
    def reach(self, x: Shape, /) -> Reach:
        # The nearest input position, or of the two around it first the one before.
        reach, before = (1, 0) if self.mode == "nearest" else (2, 1)
        return Window(reach, x.space, before, self.output_of(x).space)

    @override
    def input_positions(self, x: Shape, place: Place, /) -> Place | None:
        if self.mode == "nearest":
            return super().input_positions(x, place)
        return tuple(map(_between, place, x.space, self.output_of(x).space))

    @property
    @override
    def role(self) -> str:
        return f"upsample: {self.mode}"


def _between(outputs: Positions, size: int, enlarged: int) -> Positions:
    """Return the positions that some are interpolated from, by centres as PyTorch's.

    The centre of output o is at (o + ½)·size / enlarged - ½, between two inputs or just
    at one; beyond the first and the last centre it is one of these.
    """

    def one(output: int) -> range:
        first, rest = divmod((2 * output + 1) * size - enlarged, 2 * enlarged)
        return range(max(first, 0), first + (2 if rest else 1))

    return behind(outputs, size, one, gapless=size <= enlarged)
