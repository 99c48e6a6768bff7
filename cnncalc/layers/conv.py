"""Convolutions, which slide weighted kernels along any number of axes.

Their rules stand here once; a kind says along how many axes it works.
"""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.layers.base import Geometry, Saves, Weighted
from cnncalc.layers.fields import (
    ONE,
    PARAMETRIZATION,
    ZERO,
    axiswise,
    choice,
    count,
    flag,
    paddings,
)
from cnncalc.sizes.axes import Axes, Pads, Sides, axes, pads
from cnncalc.sizes.number import holds, product
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import (
    Reach,
    needs_space,
    slide,
    whole_groups,
    window_of,
)

__all__ = ["Conv1d", "Conv2d", "Conv3d"]

DILATION = axiswise("d")
GROUPS = count("G", divides=True)
MODE = choice("zeros", "reflect", "edge", "wrap")


@frozen(eq=False, repr=False)
class Sliding(Weighted):
    """The base of all convolutions: weighted kernels that slide over space."""

    task: ClassVar[str] = "conv"

    kernel: Axes = field(converter=axes, metadata=axiswise("k"))
    stride: Axes = field(
        default=ONE, converter=axes, kw_only=True, metadata=axiswise("s")
    )
    padding: Pads = field(
        default=ZERO,
        converter=pads,
        kw_only=True,
        metadata=paddings("same", "valid", "causal"),
    )
    bias: bool = field(default=True, kw_only=True, metadata=flag())

    @override
    def check(self) -> None:
        if self.padding == "causal" and len(self.kernel) > 1:
            why = "its padding is causal, and it works along several axes"
            raise ConfigError(
                why, "Only time has a before: use Conv1d", self.class_name
            )

    @property
    def spacing(self) -> Axes:
        """The distance of its taps along each axis."""
        return (1,) * len(self.kernel)

    @property
    @override
    def geometry(self) -> Geometry:
        groups = getattr(self, "groups", 1)
        return Geometry(self.kernel, self.stride, self.padding, self.spacing, groups)

    @override
    def reach(self, x: Shape, /) -> Reach:
        return window_of(x.space, self.kernel, self.stride, self.padding, self.spacing)

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves | None:
        return Saves("inputs")

    def uses(self, x: Shape, y: Shape, /) -> int:
        """Return how many times each weight is used: once an output position."""
        return y.positions

    @override
    def connections_of(self, x: Shape, y: Shape, /) -> int:
        return self.linked(x) * self.uses(x, y)

    @override
    def macs_of(self, x: Shape, y: Shape, /) -> int:
        return self.weights(x) * self.uses(x, y)


@frozen(eq=False, repr=False)
class Padded(Sliding):
    """A convolution whose taps may be apart, and whose padding need not be zeros."""

    dilation: Axes = field(default=ONE, converter=axes, kw_only=True, metadata=DILATION)
    padding_mode: str = field(default="zeros", kw_only=True, metadata=MODE)

    @property
    @override
    def spacing(self) -> Axes:
        return self.dilation

    def window(self, x: Shape) -> Axes:
        """Return how many windows fit along each axis."""
        space = x[:-1]
        if len(space) != len(self.kernel):
            needs_space(x, len(self.kernel))
        if self.padding_mode != "zeros":
            checked_padding(x, self.sides(x), self.padding_mode)
        return slide(space, self.kernel, self.stride, self.padding, self.dilation)

    def sides(self, x: Shape) -> Sides:
        """Return what it pads before and behind each axis."""
        return self.geometry.sides(x.space)

    @override
    def reach(self, x: Shape, /) -> Reach:
        return window_of(
            x.space,
            self.kernel,
            self.stride,
            self.padding,
            self.dilation,
            self.padding_mode,
        )

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        """Its inputs; where PyTorch pads a copy of them, that copy instead.

        It does so where "same" or "causal" pads one side more, and for every mode but
        zeros, even if nothing is padded; the gradients of two of these need the inputs.
        """
        more = [before + after for before, after in self.sides(x)]
        tensors = ""
        if self.padding_mode == "zeros":
            if self.padding == "same" and set(self.stride) == {1}:
                more = [odd % 2 for odd in more]
            elif self.padding != "causal":
                more = []
            if not any(more):
                return Saves("inputs")
        elif self.padding_mode != "wrap":
            tensors = "inputs with gradients"
        copy = [size + extra for size, extra in zip(x.space, more, strict=True)]
        return Saves(tensors, extra=product(copy) * x.channels)


def checked_padding(x: Shape, ends: Sides, mode: str) -> None:
    """Refuse a padding that repeats more than there is.

    Raises:
        ShapeError: If a side is longer than what it repeats.

    Source:
        PyTorch's `pad`: "reflect" leaves out the border, "circular" repeats once.
    """
    for size, (before, after) in zip(x.space, ends, strict=True):
        most = size - 1 if mode == "reflect" else size
        if mode != "edge" and not holds(max(before, after) <= most):
            why = (
                f"its padding {max(before, after)} repeats more than an axis of {size}"
            )
            fix = f"Pad at most {most}, or by edge or zeros"
            raise ShapeError(f"{why} has", fix)


DIVIDING = "Use a number of groups that divides both channels and filters"


def whole_filters(filters: int, groups: int, kind: str) -> None:
    """Refuse groups that do not divide the filters.

    Raises:
        ConfigError: If they do not.
    """
    if filters % groups:
        why = f"its {groups} groups do not divide its {filters} filters"
        raise ConfigError(why, DIVIDING, kind)


@frozen(eq=False, repr=False)
class Conv(Padded):
    """Filters that each see all channels of their group, along any number of axes."""

    stem: ClassVar[str] = "conv"

    filters: int = field(converter=integer, metadata=count("F"))
    groups: int = field(default=1, converter=integer, kw_only=True, metadata=GROUPS)
    parametrization: str | None = field(
        default=None, kw_only=True, metadata=PARAMETRIZATION
    )

    @override
    def check(self) -> None:
        super().check()
        whole_filters(self.filters, self.groups, type(self).__name__)

    @override
    def output_of(self, x: Shape, /) -> Shape:
        if self.groups != 1:
            whole_groups(x.channels, self.groups, DIVIDING)
        return Shape.made(self.window(x), self.filters)

    @override
    def weights(self, x: Shape, /) -> int:
        return product(self.kernel) * (x.channels // self.groups) * self.filters

    @override
    def biases(self, x: Shape, /) -> int:
        return self.filters if self.bias else 0

    @override
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (self.filters, *self.kernel, x.channels // self.groups)


# The kinds.


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
