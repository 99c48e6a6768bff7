"""The convolutions that enlarge: each input paints a kernel onto the output."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from typing import ClassVar, NamedTuple, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer
from cnncalc.errors import ConfigError
from cnncalc.layers.conv import DIVIDING, GROUPS, Sliding, whole_filters
from cnncalc.layers.fields import ONE, PARAMETRIZATION, axiswise, count
from cnncalc.sizes.axes import Axes, axes, optional_axes
from cnncalc.sizes.number import ceil_div, product
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import (
    Reach,
    Window,
    needs_space,
    span,
    spread,
    whole_groups,
)

__all__ = ["ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]


@frozen(eq=False, repr=False)
class ConvTranspose(Sliding):
    """Input positions that paint kernels onto an output, along any number of axes."""

    stem: ClassVar[str] = "conv_transpose"
    task: ClassVar[str] = "transposed conv"

    filters: int = field(converter=integer, metadata=count("F"))
    output_padding: Axes | None = field(
        default=None,
        converter=optional_axes,
        kw_only=True,
        metadata=axiswise("o", least=0, optional=True),
    )
    dilation: Axes = field(
        default=ONE, converter=axes, kw_only=True, metadata=axiswise("d", least=0)
    )
    groups: int = field(default=1, converter=integer, kw_only=True, metadata=GROUPS)
    parametrization: str | None = field(
        default=None, kw_only=True, metadata=PARAMETRIZATION
    )

    @override
    def check(self) -> None:
        whole_filters(self.filters, self.groups, type(self).__name__)
        if self.padding == "causal":
            why, fix = "its padding is causal", "Cut off the end instead: ((0, n),)"
            raise ConfigError(why, fix, self.class_name)
        if 0 in self.dilation and self.groups == 1:
            # As PyTorch has it: only with groups may all taps meet at one place.
            why, fix = "its dilation is 0", "It must be a positive integer"
            raise ConfigError(why, fix, self.class_name)
        if self.output_padding is None:
            return
        in_numbers = isinstance(self.padding, tuple)
        stated = zip(self.output_padding, self.stride, self.dilation, strict=True)
        for extra, stride, dilation in stated:
            limit = max(stride, dilation) if in_numbers else stride
            if extra >= limit:
                why = f"its output padding {extra} is not below {limit}"
                fix = "Keep it below the stride"
                raise ConfigError(why, fix, self.class_name)

    @property
    @override
    def spacing(self) -> Axes:
        return self.dilation

    @override
    def output_of(self, x: Shape, /) -> Shape:
        needs_space(x, len(self.kernel))
        whole_groups(x.channels, self.groups, DIVIDING)
        space = spread(
            x.space,
            self.kernel,
            self.stride,
            self.padding,
            self.dilation,
            self.output_padding,
        )
        return Shape.made(space, self.filters)

    @override
    def weights(self, x: Shape, /) -> int:
        return product(self.kernel) * x.channels * (self.filters // self.groups)

    @override
    def biases(self, x: Shape, /) -> int:
        return self.filters if self.bias else 0

    @override
    def normalised(self, x: Shape, /) -> int:
        """As PyTorch has it: an input's, or for a spectral norm a filter's."""
        if self.parametrization == "spectral_norm":
            return self.filters // self.groups
        return x.channels

    @override
    def uses(self, x: Shape, y: Shape, /) -> int:
        return x.positions

    @override
    def connections_of(self, x: Shape, y: Shape, /) -> int:
        return self.macs_of(x, y) + self.biases(x) * y.positions

    @override
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (self.filters, *self.kernel, x.channels // self.groups)

    def _axes(self, x: Shape) -> Iterator[_Axis]:
        """Yield what is stated along each axis, and how much is cut off before it."""
        sizes = self.output_of(x).space
        stated = zip(x.space, self.kernel, self.stride, self.dilation, strict=True)
        for place, (size, *axis) in enumerate(stated):
            kernel, stride, dilation = axis
            full = (size - 1) * stride + span(kernel, dilation)
            if isinstance(self.padding, tuple):
                cut = self.padding[place][0]
            elif self.padding == "valid":
                cut = 0
            else:
                cut = max(full - sizes[place], 0) // 2
            yield _Axis(kernel, stride, dilation, cut)

    @override
    def reach(self, x: Shape, /) -> Reach:
        every = list(self._axes(x))
        size = tuple([axis.reach() for axis in every])
        before = tuple([axis.before() for axis in every])
        painters = tuple([axis.painters for axis in every])
        return Window(size, 1, before, self.stride, each=painters)


class _Axis(NamedTuple):
    """A transposed convolution along one axis, of which so many positions are cut."""

    kernel: int
    stride: int
    dilation: int
    cut: int

    def reach(self) -> int:
        """Return over how many inputs those reach that paint one place, at most.

        They are dilation / g apart, with g = gcd(dilation, stride), for each is a tap
        that is stride / g from the next.
        """
        common = gcd(self.stride, self.dilation)
        taps = ceil_div(self.kernel * common, self.stride)
        return (taps - 1) * (self.dilation // common) + 1

    def before(self) -> int:
        """Return how many positions before the input the first output begins to see."""
        painters = self.painters(0)
        far = span(self.kernel, self.dilation) - 1 - self.cut
        return -painters.start if painters else far // self.stride

    def painters(self, output: int) -> range:
        """Return the inputs that paint an output.

        Input i paints i·stride + tap·dilation, so that the taps which meet the place
        are those that are equal to one of them modulo stride / g.
        """
        place, step, apart = output + self.cut, self.stride, self.dilation
        if apart == 1:
            return range(ceil_div(place - self.kernel + 1, step), place // step + 1)
        common = gcd(step, apart)
        if place % common:
            return range(0)
        every = step // common
        first = place // common * pow(apart // common, -1, every) % every
        last = self.kernel - 1 - (self.kernel - 1 - first) % every
        if last < first:
            return range(0)
        low, high = (place - last * apart) // step, (place - first * apart) // step
        return range(low, high + 1, apart // common or 1)


@final
class ConvTranspose1d(ConvTranspose):
    """Let each input position paint a weighted kernel onto a longer sequence.

    Args:
        kernel: The length of a filter.
        filters: Number of filters, the channels of the output.
        stride: Steps in the output.
        padding: What is cut off the output: an int, ((before, after),), or Keras'
            "same" and "valid".
        output_padding: What is added at the end, as of `ConvTranspose2d`.
        dilation: Distance between neighbouring taps.
        groups: Into how many groups channels and filters are divided.
        bias: Whether each filter has a bias.
        parametrization: As of `Conv2d`.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        L×C → L′×filters, L′ as of `ConvTranspose2d`.

    Counting:
        As of `ConvTranspose2d`.

    Raises:
        ConfigError: As of `ConvTranspose2d`.
        ShapeError: If no sequence reaches it, the padding cuts everything away, or the
            groups do not divide the channels.

    Source:
        Dumoulin & Visin 2016, https://arxiv.org/abs/1603.07285, §4.

    Example:
        >>> from cnncalc import ConvTranspose1d, Shape
        >>> layer, x = ConvTranspose1d(16, 128, stride=8, padding=4), Shape(50, 256)
        >>> print(layer.output(x), layer.params(x), layer.formula("params", x))
        400×128 524416 16×256×128 + 128
    """

    __slots__ = ()

    rank: ClassVar[int | None] = 1


@final
class ConvTranspose2d(ConvTranspose):
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
        parametrization: As of `Conv2d`.
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

    __slots__ = ()

    rank: ClassVar[int | None] = 2


@final
class ConvTranspose3d(ConvTranspose):
    """Let each input position paint a weighted kernel into a larger volume.

    Args:
        kernel: Depth, height and width of a filter: an int or three of them.
        filters: Number of filters, the channels of the output.
        stride: Steps in the output: an int or three of them.
        padding: What is cut off the output, in the forms of `Conv3d`; "same" and
            "valid" are Keras'.
        output_padding: What is added behind, as of `ConvTranspose2d`.
        dilation: Distances between neighbouring taps: an int or three of them.
        groups: Into how many groups channels and filters are divided.
        bias: Whether each filter has a bias.
        parametrization: As of `Conv2d`.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        D×H×W×C → D′×H′×W′×filters, each axis as of `ConvTranspose2d`.

    Counting:
        As of `ConvTranspose2d`.

    Raises:
        ConfigError: As of `ConvTranspose2d`.
        ShapeError: If no volume reaches it, the padding cuts everything away, or the
            groups do not divide the channels.

    Source:
        Dumoulin & Visin 2016, https://arxiv.org/abs/1603.07285, §4.

    Example:
        >>> from cnncalc import ConvTranspose3d, Shape
        >>> layer, x = ConvTranspose3d(2, 32, stride=2), Shape(8, 14, 14, 64)
        >>> print(layer.output(x), layer.params(x))
        16×28×28×32 16416
    """

    __slots__ = ()

    rank: ClassVar[int | None] = 3
