"""Convolutions of which a network computes the taps or the weights."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer
from cnncalc.errors import ShapeError
from cnncalc.layers.base import Geometry, Saves
from cnncalc.layers.conv import DILATION, GROUPS, Conv
from cnncalc.layers.fields import ONE, ZERO, axiswise, count, flag, paddings
from cnncalc.layers.products import Product
from cnncalc.sizes.axes import Axes, Pads, along, axes, pads, sides
from cnncalc.sizes.number import holds, product
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import Reach, slide, whole_groups, window_of

__all__ = ["Convolve", "DeformableConv2d"]


@final
@frozen(eq=False, repr=False)
class DeformableConv2d(Conv):
    """Slide filters over a map whose taps stand where a network puts them.

    Its inputs are the map, the offset of each tap, and maybe a mask, a factor for each
    tap. The convolution that computes these is a layer of its own.

    Args:
        kernel: Height and width of a filter: an int or a pair.
        filters: Number of filters, the channels of the output.
        stride: Steps: an int or a pair.
        padding: As of `Conv2d`, zeros.
        dilation: Distances between neighbouring taps: an int or a pair.
        groups: Into how many groups channels and filters are divided.
        offset_groups: Into how many groups channels are divided that have the same
            offsets.
        bias: Whether each filter has a bias.
        parametrization: As of `Conv2d`.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        H×W×C, offsets H′×W′×(2·offset_groups·k·k) and a mask H′×W′×(offset_groups·k·k)
        → H′×W′×filters, H′ and W′ as of `Conv2d`.

    Counting:
        As of `Conv2d`. FLOPs: also 4 for each tap and channel, which is between four
        neighbours, and one more with a mask.

        Its receptive field depends on the offsets: it is unknown.

    Raises:
        ConfigError: If a field is no such thing, or the groups do not divide the
            filters.
        ShapeError: If no map reaches it, the kernel is larger than the padded map, the
            groups do not divide the channels, or offsets or mask are no such map.

    Source:
        Dai et al. 2017, https://arxiv.org/abs/1703.06211, §2.1; Zhu et al. 2018,
        https://arxiv.org/abs/1811.11168, §3.2, for the mask; torchvision's
        `deform_conv2d`.

    Example:
        >>> from cnncalc import DeformableConv2d, Shape
        >>> layer = DeformableConv2d(3, 64, padding=1)
        >>> x, offsets = Shape(28, 28, 32), Shape(28, 28, 18)
        >>> print(layer.output(x, offsets), layer.params(x, offsets))
        28×28×64 18496
    """

    stem: ClassVar[str] = "deformable_conv"
    task: ClassVar[str] = "deformable conv"
    rank: ClassVar[int | None] = 2
    arity: ClassVar[tuple[int, int]] = (2, 3)

    # Whatever is beyond its map is zero.
    padding_mode: str = field(default="zeros", init=False)
    offset_groups: int = field(
        default=1, converter=integer, kw_only=True, metadata=count("G_o", divides=True)
    )

    @override
    def output_of(self, x: Shape, *others: Shape) -> Shape:
        y = super().output_of(x)
        whole_groups(x.channels, self.offset_groups)
        taps = self.offset_groups * product(self.kernel)
        for word, other, channels in zip(
            ("offsets", "mask"), others, (taps + taps, taps), strict=False
        ):
            if not holds(tuple(other) == (*y.space, channels)):
                why = f"its {word} are {other}, and it needs "
                why += str(Shape.made(y.space, channels))
                raise ShapeError(why, "Compute them by a convolution like this one")
        return y

    # Of all rules but that of its output, the map alone is asked.

    @override
    def params_of(self, x: Shape, *others: Shape) -> int:
        return super().params_of(x)

    @override
    def buffers_of(self, x: Shape, *others: Shape) -> int:
        return super().buffers_of(x)

    @override
    def weights(self, x: Shape, *others: Shape) -> int:
        return super().weights(x)

    @override
    def biases(self, x: Shape, *others: Shape) -> int:
        return super().biases(x)

    @override
    def filters_of(self, x: Shape, *others: Shape) -> tuple[int, ...]:
        return super().filters_of(x)

    @override
    def connections_of(self, x: Shape, *others: Shape) -> int:
        return super().connections_of(x, others[-1])

    @override
    def macs_of(self, x: Shape, *others: Shape) -> int:
        return super().macs_of(x, others[-1])

    @override
    def inner_values(self, x: Shape, *others: Shape) -> int:
        """The values at the taps, of which each is between four."""
        return others[-1].positions * product(self.kernel) * x.channels

    @override
    def bias_uses(self, x: Shape, *others: Shape) -> int:
        """Outputs with a bias, and values at taps with a factor."""
        *given, y = others
        masked = self.inner_values(x, y) if len(given) > 1 else 0
        return super().bias_uses(x, y) + masked

    @override
    def saves(self, x: Shape, *others: Shape) -> Saves:
        """All that torchvision's operator gets: zeros for a mask and biases, too.

        Those of a mask are one for each input of a batch.
        """
        masked = len(others) > len(("offsets", "output"))
        return Saves("inputs", extra=not masked, fixed=0 if self.bias else self.filters)

    @override
    def reach(self, x: Shape, *others: Shape) -> Reach:
        return None


@final
@frozen(eq=False, repr=False)
class Convolve(Product):
    """Slide filters that a network computes, the second input, over the first.

    Args:
        stride: Steps: an int, or one for each axis.
        padding: What is put around: an int, one for each axis, pairs (before, after),
            or "same" or "valid".
        dilation: Distances between neighbouring taps.
        groups: Into how many groups channels and filters are divided.
        per_sample: Whether each input of a batch has filters of its own. Else they come
            from parameters alone, as standardised weights do, and are weights.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C and kernels k_h×k_w×(C / groups)×F → H′×W′×F, H′ and W′ as of `Conv2d`;
        with other axes likewise.

    Counting:
        MACs: as of `Conv2d`; with *per_sample* they are products of two activations.
        Connections: one a multiplication. No parameters, and no biases: add them.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If filters do not fit the first input, or are larger than it.

    Source:
        Yang et al. 2019, https://arxiv.org/abs/1904.04971, §3, for filters of its own;
        Qiao et al. 2019, https://arxiv.org/abs/1903.10520, §3, for weights.

    Example:
        >>> from cnncalc import Convolve, Shape
        >>> layer = Convolve(padding=1, per_sample=True)
        >>> x, kernels = Shape(28, 28, 32), Shape(3, 3, 32, 64)
        >>> print(layer.output(x, kernels), layer.macs(x, kernels))
        28×28×64 14450688
    """

    task: ClassVar[str] = "dynamic conv"
    arity: ClassVar[tuple[int, int]] = (2, 2)

    stride: Axes = field(
        default=ONE, converter=axes, kw_only=True, metadata=axiswise("s")
    )
    padding: Pads = field(
        default=ZERO, converter=pads, kw_only=True, metadata=paddings("same", "valid")
    )
    dilation: Axes = field(default=ONE, converter=axes, kw_only=True, metadata=DILATION)
    groups: int = field(default=1, converter=integer, kw_only=True, metadata=GROUPS)
    per_sample: bool = field(default=False, kw_only=True, metadata=flag())

    @property
    @override
    def geometry(self) -> Geometry:
        return Geometry(None, self.stride, self.padding, self.dilation, self.groups)

    def _window(self, x: Shape) -> tuple[Axes, Pads, Axes]:
        """Return stride, padding and dilation along each axis."""
        padding: Pads = (
            self.padding
            if isinstance(self.padding, str)
            else sides(self.padding, x.rank)
        )
        return along(self.stride, x.rank), padding, along(self.dilation, x.rank)

    @override
    def output_of(self, x: Shape, kernels: Shape, /) -> Shape:
        whole_groups(x.channels, self.groups)
        *kernel, seen, filters = (*kernels,) if kernels.rank > 1 else (0, *kernels, 0)
        if len(kernel) != x.rank or not holds(seen == x.channels // self.groups):
            sizes = "×".join(["k"] * x.rank)
            why = f"its filters are {kernels}, and on {x} it needs "
            why += f"{sizes}×{x.channels // self.groups}×(their number)"
            raise ShapeError(why, "Reshape what computes them to that")
        if not holds(filters % self.groups == 0):
            why = f"its {self.groups} groups do not divide its {filters} filters"
            raise ShapeError(why, "Use a number of groups that divides both")
        stride, padding, dilation = self._window(x)
        return Shape.made(
            slide(x.space, tuple(kernel), stride, padding, dilation), filters
        )

    @override
    def macs_of(self, *xs_and_y: Shape) -> int:
        _, kernels, y = xs_and_y
        return kernels.size * y.positions

    @override
    def product_macs_of(self, *xs_and_y: Shape) -> int:
        return self.macs_of(*xs_and_y) if self.per_sample else 0

    @override
    def inner_values(self, *xs_and_y: Shape) -> int:
        return 0

    @override
    def saves(self, *xs_and_y: Shape) -> Saves:
        return Saves("factors")

    @override
    def reach(self, *xs: Shape) -> Reach:
        x, kernels = xs
        stride, padding, dilation = self._window(x)
        return window_of(x.space, kernels[:-2], stride, padding, dilation)
