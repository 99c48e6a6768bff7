"""Convolutions along one, two and three axes.

Their rules, which are the same along any number of axes, are in
`cnncalc.layers.sliding`.
"""

from __future__ import annotations

from typing import ClassVar, final

from cnncalc.layers.sliding import Conv, Depthwise, Separable

__all__ = [
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "DepthwiseConv1d",
    "DepthwiseConv2d",
    "DepthwiseConv3d",
    "SeparableConv1d",
    "SeparableConv2d",
]


@final
class Conv1d(Conv):
    """Slide filters along a sequence; each sees all channels of its group.

    Args:
        kernel: The length of a filter.
        filters: Number of filters, the channels of the output.
        stride: Steps.
        padding: What is put around the sequence: an int, ((before, after),), "same" or
            "valid" as in TensorFlow, or "causal": all of it before the beginning, so
            that no output sees what comes later.
        dilation: Distance between neighbouring taps.
        padding_mode: As of `Conv2d`.
        groups: Into how many groups channels and filters are divided.
        bias: Whether each filter has a bias.
        parametrization: As of `Conv2d`.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        L×C → L′×filters with
        L′ = ⌊(L + before + after - dilation·(kernel - 1) - 1) / stride⌋ + 1;
        with "same" and "causal" L′ = ⌈L / stride⌉.

    Counting:
        As of `Conv2d`.

    Raises:
        ConfigError: If a field is no such thing, or the groups do not divide the
            filters.
        ShapeError: If no sequence reaches it, the kernel is larger than the padded
            sequence, or the groups do not divide the channels.

    Source:
        van den Oord et al. 2016, https://arxiv.org/abs/1609.03499, §2.1, for "causal";
        Keras' and PyTorch's `Conv1d`.

    Example:
        >>> from cnncalc import Conv1d, Shape
        >>> layer, x = Conv1d(5, 128, stride=2, padding=2), Shape(100, 64)
        >>> print(layer.output(x), layer.params(x), layer.formula("params", x).general)
        50×128 41088 k×C_in×F + F
    """

    __slots__ = ()

    rank: ClassVar[int | None] = 1


@final
class Conv2d(Conv):
    """Slide filters over a map; each sees all channels of its group.

    Args:
        kernel: Height and width of a filter: an int or a pair.
        filters: Number of filters, the channels of the output.
        stride: Steps: an int or a pair.
        padding: What is put around the map: an int, a pair (height, width),
            ((top, bottom), (left, right)), or "same" or "valid" as in TensorFlow.
        dilation: Distances between neighbouring taps: an int or a pair.
        padding_mode: "zeros", or the map's own values: "reflect" mirrors them without
            the border, "edge" repeats the border, "wrap" begins at the other end.
        groups: Into how many groups channels and filters are divided.
        bias: Whether each filter has a bias.
        parametrization: "weight_norm" or "spectral_norm", which normalise the weights
            of each filter, as PyTorch does: the first has a length of each as a
            parameter besides, the second two vectors as buffers.
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
        ShapeError: If no map reaches it, the kernel is larger than the padded map, the
            groups do not divide the channels, or a padding that repeats the map is
            longer than the map.

    Source:
        LeCun et al. 1998, §II.B: C1 has 156 parameters and 122,304 connections.

    Example:
        >>> from cnncalc import Conv2d, Shape
        >>> c1, x = Conv2d(5, 6), Shape(32, 32, 1)
        >>> print(c1.output(x), c1.params(x), c1.formula("params", x))
        28×28×6 156 5×5×1×6 + 6
    """

    __slots__ = ()

    rank: ClassVar[int | None] = 2


@final
class Conv3d(Conv):
    """Slide filters through a volume; each sees all channels of its group.

    Args:
        kernel: Depth, height and width of a filter: an int or three of them.
        filters: Number of filters, the channels of the output.
        stride: Steps: an int or three of them.
        padding: What is put around the volume: an int, one for each axis, a pair
            (before, after) for each, or "same" or "valid" as in TensorFlow.
        dilation: Distances between neighbouring taps: an int or three of them.
        padding_mode: As of `Conv2d`.
        groups: Into how many groups channels and filters are divided.
        bias: Whether each filter has a bias.
        parametrization: As of `Conv2d`.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        D×H×W×C → D′×H′×W′×filters, each axis as of `Conv2d`.

    Counting:
        As of `Conv2d`.

    Raises:
        ConfigError: If a field is no such thing, or the groups do not divide the
            filters.
        ShapeError: If no volume reaches it, the kernel is larger than the padded
            volume, or the groups do not divide the channels.

    Source:
        Tran et al. 2014, https://arxiv.org/abs/1412.0767, §3.1; PyTorch's `Conv3d`.

    Example:
        >>> from cnncalc import Conv3d, Shape
        >>> layer = Conv3d((3, 7, 7), 64, stride=(1, 2, 2), padding=(1, 3, 3))
        >>> x = Shape(16, 112, 112, 3)
        >>> print(layer.output(x), layer.params(x), layer.formula("params", x))
        16×56×56×64 28288 3×7×7×3×64 + 64
    """

    __slots__ = ()

    rank: ClassVar[int | None] = 3


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
