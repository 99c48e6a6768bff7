"""Layers that summarise windows of a map: the pools."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.errors import ConfigError
from cnncalc.formula import ceil_div
from cnncalc.layers.base import NOTHING, Free, Geometry, Kept, Layer
from cnncalc.layers.fields import ONE, ZERO, choice, flag, paddings, pairs
from cnncalc.layers.window import (
    GLOBAL,
    LOCAL,
    Positions,
    Reach,
    behind,
    sliding_source,
    window_of,
)
from cnncalc.sizes.shape import (
    Pads,
    Pair,
    Shape,
    needs_map,
    optional_pair,
    pads,
    pair,
    slide,
)

__all__ = ["AdaptivePool", "GlobalPool", "Pool"]


@final
@frozen(eq=False, repr=False)
class Pool(Layer):
    """Summarise each window of a map, channel by channel.

    Args:
        kernel: Height and width of the window: an int or a pair.
        stride: Steps: an int or a pair; None means the kernel.
        padding: As of `Conv2d`, at most half the kernel on each side.
        dilation: Distances between neighbouring taps: an int or a pair.
        mode: "max", "average", or "subsample": LeNet-5's trainable sum of the
            window, with one coefficient and one bias for each channel.
        ceil: Round the output size up, as PyTorch defines it: a last window that the
            border cuts off counts if it starts inside the map or its left padding.
        name: What to call it.
        trainable: Whether training changes it; only "subsample" has parameters.

    Shape:
        H×W×C → H′×W′×C, H′ and W′ as of `Conv2d`, rounded up with *ceil*.

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

    stem: ClassVar[str] = "pool"
    keeps: ClassVar[str | None] = "inputs"

    kernel: Pair = field(converter=pair, metadata=pairs("k"))
    stride: Pair | None = field(
        default=None,
        converter=optional_pair,
        kw_only=True,
        metadata=pairs("s", optional=True),
    )
    padding: Pads = field(
        default=ZERO, converter=pads, kw_only=True, metadata=paddings("same", "valid")
    )
    dilation: Pair = field(
        default=ONE, converter=pair, kw_only=True, metadata=pairs("d")
    )
    mode: str = field(
        default="max", kw_only=True, metadata=choice("max", "average", "subsample")
    )
    ceil: bool = field(default=False, kw_only=True, metadata=flag())

    @override
    def check(self) -> None:
        if isinstance(self.padding, str):
            return
        for sides, size in zip(self.padding, self.kernel, strict=True):
            if 2 * max(sides) > size:
                why = f"its padding {max(sides)} is more than half of its kernel {size}"
                fix = "A window must not lie in the padding alone: pad less"
                raise ConfigError(why, fix, self.class_name)

    @override
    def output(self, x: Shape, /) -> Shape:
        stride = self.stride or self.kernel
        rows, columns = slide(
            x, self.kernel, stride, self.padding, self.dilation, ceil=self.ceil
        )
        return Shape(rows, columns, x.channels)

    @override
    def params(self, x: Shape, /) -> int:
        return 2 * x.channels if self.mode == "subsample" else 0

    @override
    def connections(self, x: Shape, /) -> int:
        y = self.output(x)
        taps = self.kernel[0] * self.kernel[1]
        links = taps + 1 if self.mode == "subsample" else taps
        return links * y.positions * y.channels

    @override
    def macs(self, x: Shape, /) -> int:
        return 0

    @override
    def keeps_besides(self, x: Shape, /) -> Kept:
        return Kept(indices=self.output(x).size) if self.mode == "max" else NOTHING

    @override
    def reach(self, x: Shape, /) -> Reach:
        stride = self.stride or self.kernel
        size = (x.height, x.width)
        return window_of(size, self.kernel, stride, self.padding, self.dilation)

    @property
    @override
    def role(self) -> str:
        return f"{self.mode} pool"

    @property
    @override
    def size_source(self) -> str:  # type: ignore[override]
        return sliding_source(self.padding)

    @property
    @override
    def geometry(self) -> Geometry:
        return Geometry(self.kernel, self.stride or self.kernel, self.padding)


@final
@frozen(eq=False, repr=False)
class GlobalPool(Free):
    """Summarise each whole channel of a map by one number.

    Args:
        mode: "average" or "max".
        keep_map: Put out a 1×1×C map rather than a vector.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → C, or 1×1×C with *keep_map*.

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

    stem: ClassVar[str] = "global_pool"

    mode: str = field(default="average", metadata=choice("average", "max"))
    keep_map: bool = field(default=False, kw_only=True, metadata=flag())

    @override
    def output(self, x: Shape, /) -> Shape:
        needs_map(x)
        return Shape(1, 1, x.channels, is_vector=not self.keep_map)

    @override
    def connections(self, x: Shape, /) -> int:
        return x.size

    @property
    @override
    def keeps(self) -> str:  # type: ignore[override]
        return "inputs" if self.mode == "max" else ""  # a mean needs nothing

    @override
    def keeps_besides(self, x: Shape, /) -> Kept:
        return Kept(indices=x.channels) if self.mode == "max" else NOTHING

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
    """Summarise a map to a given size, by windows that cover it evenly.

    Args:
        size: Height and width of the output: an int or a pair.
        mode: "average" or "max".
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → size×C. Window i of n over a side of length H reaches from
        ⌊i·H / n⌋ up to ⌈(i + 1)·H / n⌉.

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

    stem: ClassVar[str] = "adaptive_pool"

    size: Pair = field(converter=pair, metadata=pairs("n"))
    mode: str = field(default="average", metadata=choice("average", "max"))

    @override
    def output(self, x: Shape, /) -> Shape:
        needs_map(x)
        return Shape(*self.size, x.channels)

    @override
    def connections(self, x: Shape, /) -> int:
        rows, columns = self.size
        return _taps(x.height, rows) * _taps(x.width, columns) * x.channels

    @property
    @override
    def keeps(self) -> str:  # type: ignore[override]
        # One mean over all positions needs nothing.
        return "inputs" if self.mode == "max" or self.size != (1, 1) else ""

    @override
    def keeps_besides(self, x: Shape, /) -> Kept:
        return Kept(indices=self.output(x).size) if self.mode == "max" else NOTHING

    @override
    def reach(self, x: Shape, /) -> Reach:
        return LOCAL if (x.height, x.width) == self.size else GLOBAL

    @override
    def sees(
        self, x: Shape, rows: Positions, columns: Positions, /
    ) -> tuple[Positions, Positions]:
        return (
            _covered(rows, x.height, self.size[0]),
            _covered(columns, x.width, self.size[1]),
        )

    @property
    @override
    def role(self) -> str:
        return f"adaptive {self.mode} pool"


def _covered(windows: Positions, size: int, count: int) -> Positions:
    """Return the positions of one side that some of *count* windows cover."""

    def one(window: int) -> range:
        return range(window * size // count, ceil_div((window + 1) * size, count))

    return behind(windows, size, one, gapless=True)


def _taps(size: int, windows: int) -> int:
    """Return the lengths of all windows over one side, summed.

    They cover the side once, and overlap by one wherever a border between two of the
    windows falls within a position, which it does but for gcd(size, windows).
    """
    if windows == 1:  # as mostly
        return size
    from math import gcd

    return size + windows - gcd(size, windows)
