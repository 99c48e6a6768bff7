"""Convolutions along one, two and three axes.

Their rules, which are the same along any number of axes, are in
`cnncalc.layers.sliding`.
"""

from __future__ import annotations

from typing import ClassVar, final

from cnncalc.layers.sliding import Conv

__all__ = [
    "Conv1d",
    "Conv2d",
    "Conv3d",
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
