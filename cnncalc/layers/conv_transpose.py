"""The convolution that enlarges: each input paints a kernel onto the output."""

from __future__ import annotations

from math import gcd
from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer
from cnncalc.errors import ConfigError
from cnncalc.formula import ceil_div
from cnncalc.layers.conv import GROUPS, Sliding, whole_filters, whole_groups
from cnncalc.layers.fields import ONE, count, pairs
from cnncalc.layers.window import Positions, Reach, Window, behind
from cnncalc.sizes.shape import Pair, Shape, optional_pair, pair, span, spread

__all__ = ["ConvTranspose2d"]


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
    groups: int = field(default=1, converter=integer, kw_only=True, metadata=GROUPS)

    @override
    def check(self) -> None:
        whole_filters(self.filters, self.groups, self.class_name)
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
        whole_groups(x.channels, self.groups)
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
    def weights_per_tap(self, x: Shape, /) -> int:
        return 0  # it multiplies inputs only, never padding

    @property
    @override
    def size_source(self) -> str:  # type: ignore[override]
        if isinstance(self.padding, str):
            return "Keras, compute_conv_transpose_output_shape."
        return (
            "Dumoulin & Visin 2016, https://arxiv.org/abs/1603.07285, relationship 14."
        )

    @property
    @override
    def uneven(self) -> Pair:
        return (0, 0)  # its padding cuts the output, and adds nothing to its input

    def _cut(self, x: Shape) -> Pair:
        """Return how many output positions are cut off at the top and the left."""
        if isinstance(self.padding, tuple):
            return self.padding[0][0], self.padding[1][0]
        if self.padding == "valid":
            return 0, 0
        y = self.output(x)
        full = [
            (size - 1) * step + span(kernel, dilation)
            for size, step, kernel, dilation in zip(
                (x.height, x.width),
                self.stride,
                self.kernel,
                self.dilation,
                strict=True,
            )
        ]
        return max(full[0] - y.height, 0) // 2, max(full[1] - y.width, 0) // 2

    @override
    def reach(self, x: Shape, /) -> Reach:
        # Inputs that paint one place are dilation / g apart, with g = gcd(dilation,
        # stride), for each is a tap that is stride / g from the next.
        cut, size, first = self._cut(x), [], []
        for axis in (0, 1):
            kernel, step, apart, common = self._axis(axis)
            taps = ceil_div(kernel * common, step)
            size.append((taps - 1) * (apart // common) + 1)
            painters = self._painters(axis, cut[axis])
            far = span(kernel, apart) - 1 - cut[axis]
            first.append(-painters.start if painters else far // step)
        return Window((size[0], size[1]), (1, 1), (first[0], first[1]), self.stride)

    @override
    def sees(
        self, x: Shape, rows: Positions, columns: Positions, /
    ) -> tuple[Positions, Positions]:
        cut = self._cut(x)
        return (
            behind(
                rows,
                x.height,
                lambda row: self._painters(0, row + cut[0]),
                gapless=self.dilation[0] == 1,
            ),
            behind(
                columns,
                x.width,
                lambda column: self._painters(1, column + cut[1]),
                gapless=self.dilation[1] == 1,
            ),
        )

    def _axis(self, axis: int) -> tuple[int, int, int, int]:
        """Return kernel, stride and dilation along an axis, and gcd of the latter."""
        step, apart = self.stride[axis], self.dilation[axis]
        return self.kernel[axis], step, apart, gcd(step, apart)

    def _painters(self, axis: int, place: int) -> range:
        """Return the inputs that paint a place along an axis, before it is cut.

        Input i paints i·stride + tap·dilation, so that the taps which meet the place
        are those that are equal to one of them modulo stride / g.
        """
        kernel, step, apart, common = self._axis(axis)
        if apart == 1:
            return range(ceil_div(place - kernel + 1, step), place // step + 1)
        if place % common:
            return range(0)
        every = step // common
        first = place // common * pow(apart // common, -1, every) % every
        last = kernel - 1 - (kernel - 1 - first) % every
        if last < first:
            return range(0)
        low, high = (place - last * apart) // step, (place - first * apart) // step
        return range(low, high + 1, apart // common or 1)

    @override
    def connections(self, x: Shape, /) -> int:
        return self.macs(x) + self.biases(x) * self.output(x).positions

    @property
    @override
    def role(self) -> str:
        return "transposed conv"

    @property
    @override
    def grouping(self) -> int:
        return self.groups

    @override
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (self.filters, *self.kernel, x.channels // self.groups)
