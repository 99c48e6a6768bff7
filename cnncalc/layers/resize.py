"""Layers that make space larger or smaller: padding, cropping, upsampling."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, cast, final

from attrs import evolve, field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer, is_count, plain
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.layers.base import Free, Saves
from cnncalc.layers.conv import MODE, checked_padding
from cnncalc.layers.fields import axiswise, choice, paddings
from cnncalc.sizes.axes import (
    Axes,
    Pads,
    along,
    kind_of,
    optional_axes,
    pads,
    sides,
)
from cnncalc.sizes.number import holds, in_symbols
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import (
    LOCAL,
    Reach,
    Window,
    needs_space,
)

__all__ = ["Crop", "Pad", "Upsample"]


def _pair(value: Any) -> Any:
    """Return a pair with plain integers; of an int that twice."""
    both = value if isinstance(value, (tuple, list)) else (value, value)
    return tuple(map(integer, both))


# Without a symbol: what is stated along no axis.
_ENDS = {
    "symbol": None,
    "good": lambda value: (
        len(value) == len("ab") and all(is_count(n, 0) for n in value)
    ),
    "expected": "an integer from 0 on, or a pair (before, after) of them",
    "short": True,
}


@final
@frozen(eq=False, repr=False)
class Pad(Free):
    """Put zeros, or values of its own, around a sequence, map or volume.

    Args:
        padding: An int, one for each axis, or a pair (before, after) for each:
            ((top, bottom), (left, right)).
        padding_mode: "zeros", or its own values: "reflect" mirrors them without the
            border, "edge" repeats the border, "wrap" begins at the other end.
        channels: How many channels of zeros to put before and behind its own: an int,
            or a pair.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → (H + top + bottom)×(W + left + right)×(C + channels); other axes
        likewise.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If a field is no such thing, or there are channels that are no
            zeros.
        ShapeError: If a vector reaches it, or a padding that repeats what is there is
            longer than that.

    Source:
        Keras' and PyTorch's padding; NumPy's words for the modes; He et al. 2015,
        https://arxiv.org/abs/1512.03385, §3.3, for channels.

    Example:
        >>> from cnncalc import Pad, Shape
        >>> print(Pad(((0, 1), (0, 1))).output(Shape(224, 224, 3)))
        225×225×3
    """

    task: ClassVar[str] = "pad"

    padding: Pads = field(converter=pads, metadata=paddings())
    padding_mode: str = field(default="zeros", kw_only=True, metadata=MODE)
    channels: tuple[int, int] = field(
        default=(0, 0), converter=_pair, kw_only=True, metadata=_ENDS
    )

    @override
    def check(self) -> None:
        if any(self.channels) and self.padding_mode != "zeros":
            why = f"it has channels, and its padding is {self.padding_mode}"
            raise ConfigError(why, "Put zeros around them, or Concat", self.class_name)

    @override
    def output_of(self, x: Shape, /) -> Shape:
        needs_space(x)
        ends = sides(self.padding, len(x) - 1)
        if self.padding_mode != "zeros":
            checked_padding(x, ends, self.padding_mode)
        space = [size + a + b for size, (a, b) in zip(x.space, ends, strict=True)]
        return Shape.made(tuple(space), x.channels + sum(self.channels))

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
        if not all(holds(n >= 0) for n in more):
            why = f"{other}, whose size it follows, is larger than {x}"
            raise ShapeError(why, "Follow what is smaller")
        return evolve(self, padding=tuple([(n // 2, n - n // 2) for n in more]))

    @override
    def reach(self, x: Shape, /) -> Reach:
        before = tuple([-a for a, _ in sides(self.padding, len(x) - 1)])
        return Window(1, 1, before)


# Along how many axes a mode of upsampling interpolates.
_INTERPOLATING = {"linear": 1, "bilinear": 2, "trilinear": 3, "bicubic": 2}
_SCALE = axiswise("s", optional=True)


def _scales(value: Any) -> Any:
    """Return factors with plain numbers: those that are whole as integers."""
    if isinstance(value, (tuple, list)):
        return tuple(map(_scales, value))
    value = plain(integer(value)) if value is not None else None
    return int(value) if type(value) is float and value.is_integer() else value


def _are_scales(value: Any) -> bool:
    if type(value) is tuple:
        return bool(value) and all(map(_are_scales, value))
    if type(value) is float:
        return _LEAST <= value < _MOST
    return value is None or is_count(value)


_LEAST, _MOST = 1e-9, 1e9  # of a factor that is a fraction


@final
@frozen(eq=False, repr=False)
class Upsample(Free):
    """Enlarge a sequence, map or volume by repeating or interpolating its values.

    Args:
        scale: How many times larger: a number, or one for each axis. By a fraction a
            size is rounded down, as PyTorch has it; below 1 it gets smaller.
        size: The size to reach instead: an int, or one for each axis.
        mode: "nearest", or for a sequence "linear", a map "bilinear" or "bicubic", and
            a volume "trilinear".
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → ⌊H·scale⌋×⌊W·scale⌋×C, or size×C; other axes likewise.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If a field is no such thing, or not just one of *scale* and *size*
            is given.
        ShapeError: If a vector reaches it, its mode is for other axes, or nothing is
            left.

    Source:
        PyTorch's `Upsample`.

    Example:
        >>> from cnncalc import Shape, Upsample
        >>> print(Upsample(2).output(Shape(28, 28, 512)))
        56×56×512
        >>> print(Upsample(1.8, mode="bicubic").output(Shape(32, 32, 3)))
        57×57×3
    """

    scale: float | tuple[float, ...] | None = field(
        default=None,
        converter=_scales,
        metadata={
            **_SCALE,
            "good": _are_scales,
            "expected": "a positive number, or a tuple of them, one for each axis",
        },
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
        scale: Any = along(cast("Axes", self.scale), rank)
        space = tuple(map(_enlarged, x.space, scale))
        if not all(holds(size >= 1) for size in space):
            why = f"its scale {self.scale} leaves nothing of {x}"
            raise ShapeError(why, "Use a larger scale")
        return Shape.made(space, x.channels)

    def _ratios(self, x: Shape) -> tuple[Axes, Axes]:
        """Return input positions, and for how many of the output they stand."""
        sizes = self.output_of(x).space
        scale: Any = along(cast("Axes", self.scale), x.rank) if self.scale else ()
        if float not in set(map(type, scale)):
            return x.space, sizes
        whole = self.mode == "bicubic" and sizes != x.space
        ratios = [
            (size, enlarged)
            if not whole and enlarged in _exact(size, self.mode)
            else _fraction(times)
            for size, enlarged, times in zip(x.space, sizes, scale, strict=True)
        ]
        return tuple([step for step, _ in ratios]), tuple([up for _, up in ratios])

    @override
    def fitted(self, x: Shape, other: Shape, /) -> Upsample:
        needs_space(other)
        return evolve(self, scale=None, size=other.space)

    @override
    def reach(self, x: Shape, /) -> Reach:
        taps = _TAPS.get(self.mode, 2)
        steps, up = self._ratios(x)
        if steps == up:
            return LOCAL
        if self.mode == "nearest":
            return Window(1, steps, 0, up)
        each = [
            partial(_between, *ratio, taps) for ratio in zip(steps, up, strict=True)
        ]
        return Window(taps, steps, taps // 2, up, 1, "edge", tuple(each))

    @property
    @override
    def role(self) -> str:
        return f"upsample: {self.mode}"


# How many positions along an axis a value is computed from, if not two.
_TAPS = {"nearest": 1, "bicubic": 4}


def _exact(size: int, mode: str) -> tuple[int, ...]:
    """Return the sizes that PyTorch goes by instead of the factor that led to them."""
    return (size, 2 * size) if mode == "nearest" else (size,)


def _fraction(times: float) -> tuple[int, int]:
    """Return input and output positions of a factor, as the decimal that it is."""
    from fractions import Fraction

    exact = Fraction(str(times))
    return exact.denominator, exact.numerator


def _enlarged(size: int, times: Any) -> Any:
    """Return a size times a factor, rounded down as a product of floats is."""
    if isinstance(times, int) or in_symbols((times,)):
        return size * times
    step, up = _fraction(times)
    numerator, denominator = times.as_integer_ratio()
    if numerator * step < up * denominator:  # 0.29 · 100 is 28.999999999999996
        return int(int(size) * times)
    return size * up // step


def _between(step: int, up: int, taps: int, output: int) -> range:
    """Return the positions that one is interpolated from, by centres as PyTorch's.

    The centre of output o is at (o + ½)·step / up - ½, between two inputs or just at
    one; beyond the first and the last centre stand copies of these.
    """
    first, rest = divmod((2 * output + 1) * step - up, 2 * up)
    if not rest:
        return range(first, first + 1)
    return range(first - taps // 2 + 1, first + taps // 2 + 1)
