"""Layers that summarise windows of what reaches them: the pools."""

from __future__ import annotations

from functools import partial
from math import gcd
from typing import final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.errors import ConfigError
from cnncalc.layers.base import Free, Geometry, Layer, Saves
from cnncalc.layers.fields import ONE, ZERO, axiswise, choice, flag, paddings
from cnncalc.sizes.axes import Axes, Pads, along, axes, optional_axes, pads, sides
from cnncalc.sizes.number import ceil_div, common_divisor, product
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import (
    GLOBAL,
    LOCAL,
    Reach,
    Window,
    needs_space,
    slide,
    window_of,
)

__all__ = ["AdaptivePool", "GlobalPool", "Pool"]


@final
@frozen(eq=False, repr=False)
class Pool(Layer):
    """Summarise each window of a sequence, map or volume, channel by channel.

    Args:
        kernel: The size of the window: an int, or one for each axis.
        stride: Steps: an int, or one for each axis; None means the kernel.
        padding: In the forms of the convolutions, at most half the kernel on each side.
        dilation: Distances between neighbouring taps: an int, or one for each axis.
        mode: "max", "average", or "subsample": LeNet-5's trainable sum of the
            window, with one coefficient and one bias for each channel.
        ceil: Round the output size up, as PyTorch defines it: a last window that the
            border cuts off counts if it starts inside the map or its left padding.
        name: What to call it.
        trainable: Whether training changes it; only "subsample" has parameters.

    Shape:
        H×W×C → H′×W′×C, H′ and W′ as of `Conv2d`, rounded up with *ceil*; other axes
        likewise.

    Counting:
        Parameters: 2C with "subsample", else none. Connections: the window's taps
        for each output, and one for the bias of a sub-sampling; whole windows,
        padding included. No MACs: nothing is multiplied by a weight of its own.

    Raises:
        ConfigError: If a field is no such thing, or the padding is more than half the
            kernel.
        ShapeError: If a vector reaches it, or no window fits.

    Source:
        LeCun et al. 1998, §II.B: S2 has 12 parameters and 5,880 connections;
        PyTorch's `MaxPool2d` for *ceil* and the limit of the padding.

    Example:
        >>> from cnncalc import Pool, Shape
        >>> s2, x = Pool(2, mode="subsample"), Shape(28, 28, 6)
        >>> print(s2.output(x), s2.params(x), s2.connections(x))
        14×14×6 12 5880
    """

    kernel: int | Axes = field(converter=axes, metadata=axiswise("k"))
    stride: int | Axes | None = field(
        default=None,
        converter=optional_axes,
        metadata={**axiswise("s", optional=True), "by_name": True},
    )
    padding: Pads = field(
        default=ZERO, converter=pads, kw_only=True, metadata=paddings("same", "valid")
    )
    dilation: int | Axes = field(
        default=ONE, converter=axes, kw_only=True, metadata=axiswise("d")
    )
    mode: str = field(
        default="max", kw_only=True, metadata=choice("max", "average", "subsample")
    )
    ceil: bool = field(default=False, kw_only=True, metadata=flag())

    @override
    def check(self) -> None:
        if isinstance(self.padding, str):
            return
        stated = (self.kernel, self.stride, self.padding, self.dilation)
        ranks = {len(part) for part in stated if isinstance(part, tuple)}
        if len(ranks) > 1:
            why = "its kernel, stride, padding and dilation are stated along different "
            why += f"numbers of axes: {' and '.join(map(str, sorted(ranks)))}"
            fix = "State one number, or one for each axis"
            raise ConfigError(why, fix, self.class_name)
        rank = max(ranks, default=1)
        kernel, ends = along(self.kernel, rank), sides(self.padding, rank)
        for side, size in zip(map(max, ends), kernel, strict=True):
            if 2 * side > size:
                why = f"its padding {side} is more than half of its kernel {size}"
                fix = "A window must not lie in the padding alone: pad less"
                raise ConfigError(why, fix, self.class_name)

    @override
    def output_of(self, x: Shape, /) -> Shape:
        needs_space(x)
        space = slide(*self._along(x), ceil=self.ceil)
        return Shape.made(space, x.channels)

    def _along(self, x: Shape) -> tuple[Axes, Axes, Axes, Pads, Axes]:
        """Return the space that reaches it, and what is stated along its axes."""
        space = x[:-1]
        rank = len(space)
        kernel, padding = along(self.kernel, rank), self.padding
        return (
            space,
            kernel,
            kernel if self.stride is None else along(self.stride, rank),
            padding if type(padding) is str else sides(padding, rank),
            along(self.dilation, rank),
        )

    @override
    def params_of(self, x: Shape, /) -> int:
        return 2 * x.channels if self.mode == "subsample" else 0

    @override
    def connections_of(self, x: Shape, y: Shape, /) -> int:
        taps = product(along(self.kernel, len(x) - 1))
        links = taps + 1 if self.mode == "subsample" else taps
        return links * y.positions * y.channels

    @override
    def macs_of(self, x: Shape, y: Shape, /) -> int:
        return 0

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        return Saves("inputs", indices=y.size if self.mode == "max" else 0)

    @override
    def reach(self, x: Shape, /) -> Reach:
        return window_of(*self._along(x))

    @property
    @override
    def role(self) -> str:
        return f"{self.mode} pool"

    @property
    @override
    def geometry(self) -> Geometry:
        stride = self.stride or self.kernel
        return Geometry(self.kernel, stride, self.padding, self.dilation)


@final
@frozen(eq=False, repr=False)
class GlobalPool(Free):
    """Summarise each whole channel of a sequence, map or volume by one number.

    Args:
        mode: "average" or "max".
        keep_map: Put out as many axes, of size 1, rather than a vector.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → C, or 1×1×C with *keep_map*; other axes likewise.

    Counting:
        Connections: one for each input. No parameters, no MACs.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If a vector reaches it.

    Source:
        Lin et al. 2013, https://arxiv.org/abs/1312.4400, §3.2.

    Example:
        >>> from cnncalc import GlobalPool, Shape
        >>> print(GlobalPool().output(Shape(7, 7, 2048)))
        2048
    """

    mode: str = field(default="average", metadata=choice("average", "max"))
    keep_map: bool = field(default=False, kw_only=True, metadata=flag())

    @override
    def output_of(self, x: Shape, /) -> Shape:
        needs_space(x)
        return Shape.made((1,) * (len(x) - 1) if self.keep_map else (), x.channels)

    @override
    def connections_of(self, x: Shape, y: Shape, /) -> int:
        return x.size

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        if self.mode == "max":
            return Saves("inputs", indices=y.size)
        return Saves()  # a mean needs nothing

    @override
    def reach(self, x: Shape, /) -> Reach:
        return LOCAL if x.positions == 1 else GLOBAL

    @property
    @override
    def role(self) -> str:
        return f"global {self.mode} pool"


@final
@frozen(eq=False, repr=False)
class AdaptivePool(Free):
    """Summarise space to a given size, by windows that cover it evenly.

    Args:
        size: The size of the output: an int, or one for each axis.
        mode: "average" or "max".
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → size×C, and with other axes likewise. Window i of n over a side of
        length H reaches from ⌊i·H / n⌋ up to ⌈(i + 1)·H / n⌉.

    Counting:
        Connections: the taps of all windows. No parameters, no MACs.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If a vector reaches it.

    Source:
        PyTorch's `AdaptiveAvgPool2d`.

    Example:
        >>> from cnncalc import AdaptivePool, Shape
        >>> pool, x = AdaptivePool(7), Shape(13, 13, 512)
        >>> print(pool.output(x), pool.connections(x))
        7×7×512 184832
    """

    size: int | Axes = field(converter=axes, metadata=axiswise("n"))
    mode: str = field(default="average", metadata=choice("average", "max"))

    @override
    def output_of(self, x: Shape, /) -> Shape:
        needs_space(x)
        return Shape.made(along(self.size, len(x) - 1), x.channels)

    @override
    def connections_of(self, x: Shape, y: Shape, /) -> int:
        return product(tuple(map(_taps, x.space, y.space))) * x.channels

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        if self.mode == "max":
            return Saves("inputs", indices=y.size)
        # One mean over all positions needs nothing.
        return Saves("inputs" if self.size != 1 else "")

    @override
    def reach(self, x: Shape, /) -> Reach:
        sizes = along(self.size, x.rank)
        if x.space == sizes:
            return LOCAL
        if set(sizes) == {1}:
            return GLOBAL
        ratios = list(zip(x.space, sizes, strict=True))
        widest = tuple([_widest(*ratio) for ratio in ratios])
        each = tuple([partial(_covered, *ratio) for ratio in ratios])
        return Window(widest, x.space, 0, sizes, each=each)

    @property
    @override
    def role(self) -> str:
        return f"adaptive {self.mode} pool"


def _covered(size: int, count: int, window: int) -> range:
    """Return the positions of one axis that a window of *count* covers."""
    return range(window * size // count, ceil_div((window + 1) * size, count))


def _widest(size: int, count: int) -> int:
    """Return the length of the longest of *count* windows over one axis.

    Of size = q·count + r, window i is longer than q by what i·r mod count and r make
    up: the first of these is count - g at most, with g the divisor common to both.
    """
    rest = size % count
    return size // count + ceil_div(count - gcd(count, rest) + rest, count)


def _taps(size: int, windows: int) -> int:
    """Return the lengths of all windows over one axis, summed.

    They cover it once, and overlap by one wherever a border between two of the
    windows falls within a position, which it does but for gcd(size, windows).
    """
    if windows == 1:  # as mostly
        return size
    overlaps: int = windows - common_divisor(size, windows)
    return size + overlaps
