"""Layers that slide weighted kernels over a map: the convolutions."""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import field, frozen
from typing_extensions import override

from cnncalc.errors import ConfigError, ShapeError
from cnncalc.formula import whole
from cnncalc.layers.base import (
    ONE,
    ZERO,
    Geometry,
    Weighted,
    count,
    flag,
    paddings,
    pairs,
)
from cnncalc.shape import (
    Pads,
    Pair,
    Shape,
    integer,
    is_count,
    optional_pair,
    pads,
    pair,
    slide,
    spread,
)

__all__ = [
    "Conv2d",
    "ConvTranspose2d",
    "DepthwiseConv2d",
    "PartialConv2d",
    "SeparableConv2d",
]

_DILATION = pairs("d")
_GROUPS = count("G", divides=True)


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
    def geometry(self) -> Geometry:
        return Geometry(self.kernel, self.stride, self.padding)

    def uses(self, x: Shape, /) -> int:
        """Return how many times each weight is used: once an output position."""
        return self.output(x).positions

    @override
    def connections(self, x: Shape, /) -> int:
        return self.params(x) * self.uses(x)

    @override
    def macs(self, x: Shape, /) -> int:
        return self.weights(x) * self.uses(x)


def _whole_groups(channels: int, groups: int) -> None:
    if channels % groups:
        why = f"its {groups} groups do not divide the {channels} channels that reach it"
        raise ShapeError(
            why, "Use a number of groups that divides both channels and filters"
        )


def _whole_filters(filters: int, groups: int, kind: str) -> None:
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
    dilation: Pair = field(
        default=ONE, converter=pair, kw_only=True, metadata=_DILATION
    )
    groups: int = field(default=1, converter=integer, kw_only=True, metadata=_GROUPS)

    @override
    def check(self) -> None:
        _whole_filters(self.filters, self.groups, self.class_name)

    @override
    def output(self, x: Shape, /) -> Shape:
        _whole_groups(x.channels, self.groups)
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
    dilation: Pair = field(
        default=ONE, converter=pair, kw_only=True, metadata=_DILATION
    )

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
        Both stages together, each as a `Conv2d`.

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
    dilation: Pair = field(
        default=ONE, converter=pair, kw_only=True, metadata=_DILATION
    )

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
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (self.filters, *self.kernel, x.channels)


@final
@frozen(eq=False, repr=False)
class ConvTranspose2d(Sliding):
    """Let each input position paint a weighted kernel onto a larger map.

    Args:
        kernel: Height and width of a filter: an int or a pair.
        filters: Number of filters, the channels of the output.
        stride: Steps in the output: an int or a pair.
        padding: What is cut off the output, in the forms of `Conv2d`; "same" and
            "valid" are Keras'.
        output_padding: What is added at the bottom and the right: an int or a pair.
            None means 0; with "same" or "valid" None leaves the size to the word,
            while 0 is Keras' explicit 0, which may give another size.
        dilation: Distances between neighbouring taps: an int or a pair. PyTorch takes 0
            where there are groups, and so does this.
        groups: Into how many groups channels and filters are divided.
        bias: Whether each filter has a bias.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        H×W×C → H′×W′×filters with H′ = (H - 1)·stride - top - bottom
        + dilation·(kernel - 1) + output_padding + 1. With "same" H′ = H·stride, with
        "valid" H′ = (H - 1)·stride + max(dilation·(kernel - 1) + 1, stride).

    Counting:
        Each weight is used once an *input* position:
        inputs × filters / groups × kernel multiply-adds. Connections are these, and
        one for each biased output.

    Raises:
        ConfigError: If a field is no such thing, the groups do not divide the filters,
            or the output padding is not below the stride (or, with a padding in
            numbers, the dilation).
        ShapeError: If a vector reaches it, the padding cuts everything away, or the
            groups do not divide the channels.

    Source:
        Dumoulin & Visin 2016, https://arxiv.org/abs/1603.07285, §4.

    Example:
        >>> from cnncalc import ConvTranspose2d, Shape
        >>> layer, x = ConvTranspose2d(2, 512, stride=2), Shape(28, 28, 1024)
        >>> print(layer.output(x), layer.params(x), layer.formula("params", x))
        56×56×512 2097664 2×2×1024×512 + 512
    """

    stem: ClassVar[str] = "conv_transpose"

    filters: int = field(converter=integer, metadata=count("F"))
    output_padding: Pair | None = field(
        default=None,
        converter=optional_pair,
        kw_only=True,
        metadata=pairs("o", least=0, optional=True),
    )
    dilation: Pair = field(
        default=ONE, converter=pair, kw_only=True, metadata=pairs("d", least=0)
    )
    groups: int = field(default=1, converter=integer, kw_only=True, metadata=_GROUPS)

    @override
    def check(self) -> None:
        _whole_filters(self.filters, self.groups, self.class_name)
        if 0 in self.dilation and self.groups == 1:
            # As PyTorch has it: only with groups may all taps meet at one place.
            why, fix = "its dilation is 0", "It must be a positive integer"
            raise ConfigError(why, fix, self.class_name)
        in_numbers = isinstance(self.padding, tuple)
        axes = zip(
            self.output_padding or (0, 0), self.stride, self.dilation, strict=True
        )
        for extra, stride, dilation in axes:
            limit = max(stride, dilation) if in_numbers else stride
            if extra >= limit:
                why = f"its output padding {extra} is not below {limit}"
                fix = "Keep it below the stride"
                raise ConfigError(why, fix, self.class_name)

    @override
    def output(self, x: Shape, /) -> Shape:
        _whole_groups(x.channels, self.groups)
        rows, columns = spread(
            x,
            self.kernel,
            self.stride,
            self.padding,
            self.dilation,
            self.output_padding,
        )
        return Shape(rows, columns, self.filters)

    @override
    def weights(self, x: Shape, /) -> int:
        k_h, k_w = self.kernel
        return k_h * k_w * x.channels * (self.filters // self.groups)

    @override
    def biases(self, x: Shape, /) -> int:
        return self.filters if self.bias else 0

    @override
    def uses(self, x: Shape, /) -> int:
        return x.positions

    @override
    def connections(self, x: Shape, /) -> int:
        return self.macs(x) + self.biases(x) * self.output(x).positions

    @property
    @override
    def role(self) -> str:
        return "transposed conv"

    @override
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (self.filters, *self.kernel, x.channels // self.groups)


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
        and all(len(set(row)) == len(row) for row in value)
    )


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

    table: tuple[tuple[int, ...], ...] = field(
        converter=_table,
        metadata={
            "symbol": None,
            "good": _is_table,
            "expected": "a row of different input maps, from 0 on, for each output map",
        },
    )

    @override
    def output(self, x: Shape, /) -> Shape:
        last = max(map(max, self.table))
        if last >= x.channels:
            why = f"its table names map {last}, and maps 0 to {x.channels - 1} reach it"
            raise ShapeError(why, "Name maps that exist, or give it more channels")
        rows, columns = slide(x, self.kernel, self.stride, self.padding, (1, 1))
        return Shape(rows, columns, len(self.table))

    def _runs(self) -> list[tuple[int, int]]:
        """Return (output maps, maps that each sees) for neighbours of one sort.

        LeCun et al. tell contiguous subsets (round the end, too) from others.
        """
        runs: list[tuple[tuple[int, bool], int]] = []
        channels = 1 + max(map(max, self.table))
        for row in self.table:
            gaps = sum((i + 1) % channels not in row for i in row)
            sort = (len(row), gaps <= 1)
            if runs and runs[-1][0] == sort:
                runs[-1] = (sort, runs[-1][1] + 1)
            else:
                runs.append((sort, 1))
        return [(maps, seen) for (seen, _), maps in runs]

    @override
    def weights(self, x: Shape, /) -> int:
        area = whole(self.kernel[0] * self.kernel[1])
        return sum(maps * (seen * area) for maps, seen in self._runs())

    @override
    def biases(self, x: Shape, /) -> int:
        return len(self.table) if self.bias else 0

    @override
    def params(self, x: Shape, /) -> int:
        area = whole(self.kernel[0] * self.kernel[1])
        bias = 1 if self.bias else 0
        return sum(maps * (seen * area + bias) for maps, seen in self._runs())

    @override
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (len(self.table), *self.kernel, max(map(len, self.table)))
