"""Convolutions of each channel by itself: depthwise and separable ones."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer
from cnncalc.layers.base import Layer, Saves
from cnncalc.layers.conv import Conv1d, Conv2d, Padded
from cnncalc.layers.fields import PARAMETRIZATION, count
from cnncalc.sizes.number import product
from cnncalc.sizes.shape import Shape

__all__ = [
    "DepthwiseConv1d",
    "DepthwiseConv2d",
    "DepthwiseConv3d",
    "SeparableConv1d",
    "SeparableConv2d",
]


@frozen(eq=False, repr=False)
class Depthwise(Padded):
    """Filters of its own over each channel, along any number of axes."""

    stem: ClassVar[str] = "depthwise"
    sees_one_channel: ClassVar[bool] = True

    multiplier: int = field(
        default=1, converter=integer, kw_only=True, metadata=count("M")
    )
    parametrization: str | None = field(
        default=None, kw_only=True, metadata=PARAMETRIZATION
    )

    @override
    def output_of(self, x: Shape, /) -> Shape:
        return Shape.made(self.window(x), x.channels * self.multiplier)

    @override
    def weights(self, x: Shape, /) -> int:
        return product(self.kernel) * x.channels * self.multiplier

    @override
    def biases(self, x: Shape, /) -> int:
        return x.channels * self.multiplier if self.bias else 0

    @override
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (x.channels * self.multiplier, *self.kernel, 1)


@frozen(eq=False, repr=False)
class Separable(Padded):
    """Filters over each channel, then filters of one position over the channels."""

    stem: ClassVar[str] = "separable"

    filters: int = field(converter=integer, metadata=count("F"))
    multiplier: int = field(
        default=1, converter=integer, kw_only=True, metadata=count("M")
    )

    @override
    def output_of(self, x: Shape, /) -> Shape:
        return Shape.made(self.window(x), self.filters)

    @override
    def weights(self, x: Shape, /) -> int:
        depthwise = product(self.kernel) * x.channels * self.multiplier
        return depthwise + x.channels * self.multiplier * self.filters

    @override
    def biases(self, x: Shape, /) -> int:
        return self.filters if self.bias else 0

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        first = super().saves(x, y)
        between = x.channels * self.multiplier * y.positions  # its two stages
        return first._replace(
            extra=first.extra + between, inner_macs=between * self.filters
        )

    @override
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (x.channels * self.multiplier, *self.kernel, 1)  # the first stage's

    @override
    def stages(self, x: Shape, /) -> tuple[Layer, ...]:
        first = {1: DepthwiseConv1d, 2: DepthwiseConv2d}[x.rank](
            self.kernel,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            padding_mode=self.padding_mode,
            multiplier=self.multiplier,
            bias=False,
            trainable=self.trainable,
        )
        second = {1: Conv1d, 2: Conv2d}[x.rank](
            1, self.filters, bias=self.bias, trainable=self.trainable
        )
        return first, second


@final
class DepthwiseConv1d(Depthwise):
    """Slide filters of their own along each channel of a sequence.

    Args:
        kernel: The length of a filter.
        multiplier: How many filters each channel has.
        stride: Steps.
        padding: As of `Conv1d`.
        dilation: Distance between neighbouring taps.
        padding_mode: As of `Conv2d`.
        bias: Whether each filter has a bias.
        parametrization: As of `Conv2d`.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        L×C → L′×(C·multiplier), L′ as of `Conv1d`.

    Counting:
        As a `Conv1d` with as many groups as channels.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If no sequence reaches it, or the kernel is larger than it.

    Source:
        Howard et al. 2017, https://arxiv.org/abs/1704.04861, §3.1; Keras'
        `DepthwiseConv1D`.

    Example:
        >>> from cnncalc import DepthwiseConv1d, Shape
        >>> layer, x = DepthwiseConv1d(31, padding="same"), Shape(400, 256)
        >>> print(layer.output(x), layer.params(x), layer.formula("params", x))
        400×256 8192 31×256×1 + 256×1
    """

    __slots__ = ()

    rank: ClassVar[int | None] = 1


@final
class DepthwiseConv2d(Depthwise):
    """Slide filters of their own over each channel of a map.

    Args:
        kernel: Height and width of a filter: an int or a pair.
        multiplier: How many filters each channel has.
        stride: Steps: an int or a pair.
        padding: As of `Conv2d`.
        dilation: Distances between neighbouring taps: an int or a pair.
        padding_mode: As of `Conv2d`.
        bias: Whether each filter has a bias.
        parametrization: As of `Conv2d`.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        H×W×C → H′×W′×(C·multiplier), H′ and W′ as of `Conv2d`.

    Counting:
        As a `Conv2d` with as many groups as channels.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If no map reaches it, or the kernel is larger than the padded map.

    Source:
        Howard et al. 2017, https://arxiv.org/abs/1704.04861, §3.1.

    Example:
        >>> from cnncalc import DepthwiseConv2d, Shape
        >>> layer, x = DepthwiseConv2d(3, padding=1, bias=False), Shape(14, 14, 512)
        >>> print(layer.output(x), layer.params(x), layer.formula("params", x))
        14×14×512 4608 3×3×512×1
    """

    __slots__ = ()

    rank: ClassVar[int | None] = 2


@final
class DepthwiseConv3d(Depthwise):
    """Slide filters of their own through each channel of a volume.

    Args:
        kernel: Depth, height and width of a filter: an int or three of them.
        multiplier: How many filters each channel has.
        stride: Steps: an int or three of them.
        padding: As of `Conv3d`.
        dilation: Distances between neighbouring taps: an int or three of them.
        padding_mode: As of `Conv2d`.
        bias: Whether each filter has a bias.
        parametrization: As of `Conv2d`.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        D×H×W×C → D′×H′×W′×(C·multiplier), each axis as of `Conv2d`.

    Counting:
        As a `Conv3d` with as many groups as channels.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If no volume reaches it, or the kernel is larger than it.

    Source:
        Tran et al. 2019, https://arxiv.org/abs/1904.02811, §3.2.

    Example:
        >>> from cnncalc import DepthwiseConv3d, Shape
        >>> layer, x = DepthwiseConv3d(3, padding=1, bias=False), Shape(8, 56, 56, 64)
        >>> print(layer.output(x), layer.params(x))
        8×56×56×64 1728
    """

    __slots__ = ()

    rank: ClassVar[int | None] = 3


@final
class SeparableConv1d(Separable):
    """Slide filters along each channel, then mix the channels at each position.

    Args:
        kernel: The length of a depthwise filter.
        filters: Number of mixing filters, the channels of the output.
        multiplier: How many depthwise filters each channel has.
        stride: Steps of the depthwise stage.
        padding: As of `Conv1d`.
        dilation: Distance between neighbouring taps.
        padding_mode: As of `Conv2d`.
        bias: Whether each mixing filter has a bias; the depthwise ones have none.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        L×C → L′×filters, L′ as of `Conv1d`.

    Counting:
        As of `SeparableConv2d`.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If no sequence reaches it, or the kernel is larger than it.

    Source:
        Chollet 2016, https://arxiv.org/abs/1610.02357; Keras' `SeparableConv1D`.

    Example:
        >>> from cnncalc import SeparableConv1d, Shape
        >>> layer, x = SeparableConv1d(3, 128, padding="causal"), Shape(100, 64)
        >>> print(layer.output(x), layer.params(x), layer.formula("params", x))
        100×128 8512 3×64×1 + 64×1×128 + 128
    """

    __slots__ = ()

    rank: ClassVar[int | None] = 1


@final
class SeparableConv2d(Separable):
    """Slide filters over each channel, then mix the channels by 1×1 filters.

    Args:
        kernel: Height and width of a depthwise filter: an int or a pair.
        filters: Number of 1×1 filters, the channels of the output.
        multiplier: How many depthwise filters each channel has.
        stride: Steps of the depthwise stage: an int or a pair.
        padding: As of `Conv2d`.
        dilation: Distances between neighbouring taps: an int or a pair.
        padding_mode: As of `Conv2d`.
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
        ShapeError: If no map reaches it, or the kernel is larger than the padded map.

    Source:
        Chollet 2016, https://arxiv.org/abs/1610.02357; Keras' `SeparableConv2D`.

    Example:
        >>> from cnncalc import SeparableConv2d, Shape
        >>> layer, x = SeparableConv2d(3, 128, padding=1), Shape(56, 56, 64)
        >>> print(layer.output(x), layer.params(x), layer.formula("params", x))
        56×56×128 8896 3×3×64×1 + 64×1×128 + 128
    """

    __slots__ = ()

    rank: ClassVar[int | None] = 2
