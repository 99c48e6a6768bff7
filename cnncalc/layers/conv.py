"""Layers that slide weighted kernels over a map: the convolutions."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.layers.base import NOTHING, Geometry, Kept, Weighted
from cnncalc.layers.fields import ONE, ZERO, count, flag, paddings, pairs
from cnncalc.layers.window import Reach, sliding_source, window_of
from cnncalc.sizes.shape import Pads, Pair, Shape, pads, pair, slide, span

__all__ = [
    "Conv2d",
    "DepthwiseConv2d",
    "SeparableConv2d",
    "Sliding",
    "whole_filters",
    "whole_groups",
]

DILATION = pairs("d")
GROUPS = count("G", divides=True)


@frozen(eq=False, repr=False)
class Sliding(Weighted):
    """What all convolutions have: weighted kernels that slide over a map."""

    kernel: Pair = field(converter=pair, metadata=pairs("k"))
    stride: Pair = field(default=ONE, converter=pair, kw_only=True, metadata=pairs("s"))
    padding: Pads = field(
        default=ZERO, converter=pads, kw_only=True, metadata=paddings("same", "valid")
    )
    bias: bool = field(default=True, kw_only=True, metadata=flag())

    @property
    @override
    def role(self) -> str:
        return "conv"

    @property
    @override
    def size_source(self) -> str:  # type: ignore[override]
        return sliding_source(self.padding)

    @property
    @override
    def geometry(self) -> Geometry:
        return Geometry(self.kernel, self.stride, self.padding)

    @property
    @override
    def spacing(self) -> Pair:
        return getattr(self, "dilation", (1, 1))

    @override
    def reach(self, x: Shape, /) -> Reach:
        size = (x.height, x.width)
        return window_of(size, self.kernel, self.stride, self.padding, self.spacing)

    @override
    def weights_per_tap(self, x: Shape, /) -> int:
        return self.weights(x) // (self.kernel[0] * self.kernel[1])

    @property
    def uneven(self) -> Pair:
        """How many rows and columns PyTorch's "same" pads on one side only."""
        if self.padding != "same" or self.stride != (1, 1):
            return (0, 0)
        rows, columns = map(span, self.kernel, self.spacing)
        return (rows - 1) % 2, (columns - 1) % 2

    @property
    @override
    def keeps(self) -> str:  # type: ignore[override]
        """Its inputs; where it pads one side more, the copy that it pads instead."""
        return "inputs" if self.uneven == (0, 0) else ""

    @override
    def keeps_besides(self, x: Shape, /) -> Kept:
        rows, columns = self.uneven
        if rows == columns == 0:
            return NOTHING
        return Kept((x.height + rows) * (x.width + columns) * x.channels)

    def uses(self, x: Shape, /) -> int:
        """Return how many times each weight is used: once an output position."""
        return self.output(x).positions

    @override
    def connections(self, x: Shape, /) -> int:
        return self.params(x) * self.uses(x)

    @override
    def macs(self, x: Shape, /) -> int:
        return self.weights(x) * self.uses(x)


def whole_groups(channels: int, groups: int) -> None:
    """Refuse groups that do not divide the channels.

    Raises:
        ShapeError: If they do not.
    """
    if channels % groups:
        why = f"its {groups} groups do not divide the {channels} channels that reach it"
        raise ShapeError(
            why, "Use a number of groups that divides both channels and filters"
        )


def whole_filters(filters: int, groups: int, kind: str) -> None:
    """Refuse groups that do not divide the filters.

    Raises:
        ConfigError: If they do not.
    """
    if filters % groups:
        why = f"its {groups} groups do not divide its {filters} filters"
        raise ConfigError(
            why, "Use a number of groups that divides both channels and filters", kind
        )


@final
@frozen(eq=False, repr=False)
class Conv2d(Sliding):
    """Slide filters over a map; each sees all channels of its group.

    Args:
        kernel: Height and width of a filter: an int or a pair.
        filters: Number of filters, the channels of the output.
        stride: Steps: an int or a pair.
        padding: Zeros around the map: an int, a pair (height, width),
            ((top, bottom), (left, right)), or "same" or "valid" as in TensorFlow.
        dilation: Distances between neighbouring taps: an int or a pair.
        groups: Into how many groups channels and filters are divided.
        bias: Whether each filter has a bias.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        H×W×C → H′×W′×filters with
        H′ = ⌊(H + top + bottom - dilation·(kernel - 1) - 1) / stride⌋ + 1;
        with "same" H′ = ⌈H / stride⌉. Widths likewise.

    Counting:
        A parameter is a weight or a bias. A MAC is one multiply-add by a weight;
        adding the bias is none. A connection is one use of a weight or of a bias.
        Uses that fall on padding count.

    Raises:
        ConfigError: If a field is no such thing, or the groups do not divide the
            filters.
        ShapeError: If a vector reaches it, the kernel is larger than the padded map,
            or the groups do not divide the channels.

    Source:
        LeCun et al. 1998, §II.B: C1 has 156 parameters and 122,304 connections.

    Example:
        >>> from cnncalc import Conv2d, Shape
        >>> c1, x = Conv2d(5, 6), Shape(32, 32, 1)
        >>> print(c1.output(x), c1.params(x), c1.formula("params", x))
        28×28×6 156 5×5×1×6 + 6
    """

    stem: ClassVar[str] = "conv"

    filters: int = field(converter=integer, metadata=count("F"))
    dilation: Pair = field(default=ONE, converter=pair, kw_only=True, metadata=DILATION)
    groups: int = field(default=1, converter=integer, kw_only=True, metadata=GROUPS)

    @override
    def check(self) -> None:
        whole_filters(self.filters, self.groups, self.class_name)

    @override
    def output(self, x: Shape, /) -> Shape:
        whole_groups(x.channels, self.groups)
        rows, columns = slide(x, self.kernel, self.stride, self.padding, self.dilation)
        return Shape(rows, columns, self.filters)

    @override
    def weights(self, x: Shape, /) -> int:
        k_h, k_w = self.kernel
        return k_h * k_w * (x.channels // self.groups) * self.filters

    @override
    def biases(self, x: Shape, /) -> int:
        return self.filters if self.bias else 0

    @override
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (self.filters, *self.kernel, x.channels // self.groups)


@final
@frozen(eq=False, repr=False)
class DepthwiseConv2d(Sliding):
    """Slide filters of their own over each channel of a map.

    Args:
        kernel: Height and width of a filter: an int or a pair.
        multiplier: How many filters each channel has.
        stride: Steps: an int or a pair.
        padding: As of `Conv2d`.
        dilation: Distances between neighbouring taps: an int or a pair.
        bias: Whether each filter has a bias.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        H×W×C → H′×W′×(C·multiplier), H′ and W′ as of `Conv2d`.

    Counting:
        As a `Conv2d` with as many groups as channels.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If a vector reaches it, or the kernel is larger than the padded map.

    Source:
        Howard et al. 2017, https://arxiv.org/abs/1704.04861, §3.1.

    Example:
        >>> from cnncalc import DepthwiseConv2d, Shape
        >>> layer, x = DepthwiseConv2d(3, padding=1, bias=False), Shape(14, 14, 512)
        >>> print(layer.output(x), layer.params(x), layer.formula("params", x))
        14×14×512 4608 3×3×512×1
    """

    stem: ClassVar[str] = "depthwise"

    multiplier: int = field(
        default=1, converter=integer, kw_only=True, metadata=count("M")
    )
    dilation: Pair = field(default=ONE, converter=pair, kw_only=True, metadata=DILATION)

    @override
    def output(self, x: Shape, /) -> Shape:
        rows, columns = slide(x, self.kernel, self.stride, self.padding, self.dilation)
        return Shape(rows, columns, x.channels * self.multiplier)

    @override
    def weights(self, x: Shape, /) -> int:
        k_h, k_w = self.kernel
        return k_h * k_w * x.channels * self.multiplier

    @override
    def biases(self, x: Shape, /) -> int:
        return x.channels * self.multiplier if self.bias else 0

    @override
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (x.channels * self.multiplier, *self.kernel, 1)


@final
@frozen(eq=False, repr=False)
class SeparableConv2d(Sliding):
    """Slide filters over each channel, then mix the channels by 1×1 filters.

    Args:
        kernel: Height and width of a depthwise filter: an int or a pair.
        filters: Number of 1×1 filters, the channels of the output.
        multiplier: How many depthwise filters each channel has.
        stride: Steps of the depthwise stage: an int or a pair.
        padding: As of `Conv2d`.
        dilation: Distances between neighbouring taps: an int or a pair.
        bias: Whether each 1×1 filter has a bias; the depthwise ones have none.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        H×W×C → H′×W′×filters, H′ and W′ as of `Conv2d`.

    Counting:
        Both stages together, each as a `Conv2d`. It is one node: what is between its
        stages is kept for training, but is no output that takes memory of its own.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If a vector reaches it, or the kernel is larger than the padded map.

    Source:
        Chollet 2016, https://arxiv.org/abs/1610.02357; Keras' `SeparableConv2D`.

    Example:
        >>> from cnncalc import SeparableConv2d, Shape
        >>> layer, x = SeparableConv2d(3, 128, padding=1), Shape(56, 56, 64)
        >>> print(layer.output(x), layer.params(x), layer.formula("params", x))
        56×56×128 8896 3×3×64×1 + 64×1×128 + 128
    """

    stem: ClassVar[str] = "separable"

    filters: int = field(converter=integer, metadata=count("F"))
    multiplier: int = field(
        default=1, converter=integer, kw_only=True, metadata=count("M")
    )
    dilation: Pair = field(default=ONE, converter=pair, kw_only=True, metadata=DILATION)

    @override
    def output(self, x: Shape, /) -> Shape:
        rows, columns = slide(x, self.kernel, self.stride, self.padding, self.dilation)
        return Shape(rows, columns, self.filters)

    @override
    def weights(self, x: Shape, /) -> int:
        k_h, k_w = self.kernel
        depthwise = k_h * k_w * x.channels * self.multiplier
        return depthwise + x.channels * self.multiplier * self.filters

    @override
    def biases(self, x: Shape, /) -> int:
        return self.filters if self.bias else 0

    @override
    def weights_per_tap(self, x: Shape, /) -> int:
        return x.channels * self.multiplier  # the second stage has no window

    @override
    def inner_macs(self, x: Shape, /) -> int:
        return x.channels * self.multiplier * self.filters * self.uses(x)

    @override
    def keeps_besides(self, x: Shape, /) -> Kept:
        between = x.channels * self.multiplier * self.uses(x)  # its stages
        return Kept(Sliding.keeps_besides(self, x).extra + between)

    @override
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (x.channels * self.multiplier, *self.kernel, 1)  # the first stage's
