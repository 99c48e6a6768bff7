"""The blocks of networks for mobile devices."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.chain import (
    FUNCTION,
    OPTIONAL_PART,
    Chain,
    Composite,
    activated,
    conv_norm_act,
)
from cnncalc.checks import Mixed, integer, is_count
from cnncalc.errors import ShapeError
from cnncalc.graph.block import Block, Tensor
from cnncalc.graph.making import Making
from cnncalc.graph.wrappers import Named
from cnncalc.layers import (
    Activation,
    AdaptivePool,
    Add,
    ChannelShuffle,
    Concat,
    Conv2d,
    DepthwiseConv2d,
    Multiply,
    Pad,
    Split,
    StochasticDepth,
)
from cnncalc.layers.base import Layer
from cnncalc.layers.fields import count, optional, share
from cnncalc.sizes.number import is_zero

__all__ = [
    "FusedInvertedResidual",
    "InvertedResidual",
    "SeparableUnit",
    "ShuffleUnit",
    "SqueezeExcite",
    "depthwise_unit",
]


def depthwise_unit(
    kernel: int,
    *,
    stride: int = 1,
    activation: str | None = "relu",
) -> Chain:
    """Return a depthwise convolution without bias, its batch norm, and an activation.

    Args:
        kernel: Height and width of a filter, odd; the padding keeps the size.
        stride: Steps.
        activation: The activation's function, or None.
    """
    padding = (kernel - 1) // 2
    conv = DepthwiseConv2d(kernel, stride=stride, padding=padding, bias=False)
    return activated(conv, activation)


@final
@frozen(eq=False, repr=False)
class SqueezeExcite(Composite):
    """Multiply each channel by a gate, which is computed from the means of all.

    Args:
        squeeze_channels: Filters of the first of the two 1×1 convolutions; the second
            has as many as there are channels.
        activation: The function between them.
        gate: The function after them.
        name: What to call its scope.

    Source:
        Hu et al. 2017, https://arxiv.org/abs/1709.01507, figure 1.
    """

    squeeze_channels: int = field(converter=integer, metadata=count(""))
    activation: str = field(default="relu", metadata=FUNCTION)
    gate: str = field(default="sigmoid", metadata=FUNCTION)

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        y = g.add(AdaptivePool(1), x)
        for filters, function in (
            (self.squeeze_channels, self.activation),
            (x.shape.channels, self.gate),
        ):
            y = g.add(Activation(function), g.add(Conv2d(1, filters), y))
        return g.add(Multiply(), x, y)


@final
@frozen(eq=False, repr=False)
class SeparableUnit(Composite):
    """A 3×3 depthwise convolution and a 1×1 one, each with batch norm and relu6.

    Where it strides it pads at the bottom and the right only, as Keras does.

    Args:
        filters: Filters of the 1×1 convolution.
        stride: Steps of the depthwise convolution.
        multiplier: How many depthwise filters each channel has.
        name: What to call its scope.

    Source:
        Howard et al. 2017, https://arxiv.org/abs/1704.04861, figure 3, right.
    """

    filters: int = field(converter=integer, metadata=count(""))
    stride: int = field(default=1, converter=integer, metadata=count(""))
    multiplier: int = field(default=1, converter=integer, metadata=count(""))

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        if self.stride != 1:
            x = g.add(Pad(((0, 1), (0, 1))), x)
        depthwise = DepthwiseConv2d(
            3,
            multiplier=self.multiplier,
            stride=self.stride,
            padding="same" if self.stride == 1 else "valid",
            bias=False,
        )
        x = activated(depthwise, "relu6").lower(g, x)
        return conv_norm_act(self.filters, activation="relu6").lower(g, x)


@final
@frozen(eq=False, repr=False)
class InvertedResidual(Composite):
    """A depthwise convolution between two of 1×1 that widen and narrow the map.

    The first one is left out if it would not widen; the input is added to the output
    if that has the same shape.

    Args:
        expanded: Channels in the middle.
        filters: Filters of the last, which no activation follows.
        kernel: Height and width of a depthwise filter.
        stride: Steps of the depthwise convolution.
        activation: The function after the others.
        squeeze: What follows the depthwise convolution, such as a `SqueezeExcite`.
        drop: How often training drops all but the input; None has no such layer.
        name: What to call its scope.

    Source:
        Sandler et al. 2018, https://arxiv.org/abs/1801.04381, figure 4(d); the squeeze
        from Howard et al. 2019, https://arxiv.org/abs/1905.02244, figure 4.
    """

    expanded: int = field(converter=integer, metadata=count(""))
    filters: int = field(converter=integer, metadata=count(""))
    kernel: int = field(default=3, converter=integer, metadata=count(""))
    stride: int = field(default=1, converter=integer, metadata=count(""))
    activation: str = field(default="relu6", metadata=FUNCTION)
    squeeze: Layer | Block | None = field(default=None, metadata=OPTIONAL_PART)
    drop: float | None = field(default=None, metadata=optional(share()))

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        y = x
        if self.expanded != x.shape.channels:
            y = conv_norm_act(self.expanded, activation=self.activation).lower(g, y)
        middle = depthwise_unit(
            self.kernel, stride=self.stride, activation=self.activation
        )
        y = middle.lower(g, y)
        if self.squeeze is not None:
            y = g.add(self.squeeze, y)
        y = conv_norm_act(self.filters, activation=None).lower(g, y)
        return _add_input(g, x, y, self.stride, self.drop)


@final
@frozen(eq=False, repr=False)
class FusedInvertedResidual(Composite):
    """A convolution that widens the map and one of 1×1 that narrows it again.

    If the first would not widen it is the only one, and an activation follows it.

    Args:
        expanded: Channels in the middle.
        filters: Filters of the last.
        kernel: Height and width of a filter of the first.
        stride: Steps of the first.
        activation: The function after the first.
        drop: How often training drops all but the input; None has no such layer.
        name: What to call its scope.

    Source:
        Tan & Le 2021, https://arxiv.org/abs/2104.00298, figure 2, right, without the
        squeeze, as in its table 4.
    """

    expanded: int = field(converter=integer, metadata=count(""))
    filters: int = field(converter=integer, metadata=count(""))
    kernel: int = field(default=3, converter=integer, metadata=count(""))
    stride: int = field(default=1, converter=integer, metadata=count(""))
    activation: str = field(default="silu", metadata=FUNCTION)
    drop: float | None = field(default=None, metadata=optional(share()))

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        widens = self.expanded != x.shape.channels
        first = conv_norm_act(
            self.expanded if widens else self.filters,
            self.kernel,
            stride=self.stride,
            activation=self.activation,
        )
        y = first.lower(g, x)
        if widens:
            y = conv_norm_act(self.filters, activation=None).lower(g, y)
        return _add_input(g, x, y, self.stride, self.drop)


def _add_input(
    g: Making, x: Tensor, y: Tensor, stride: int, drop: float | None
) -> Tensor:
    """Add *x* to *y*, which training may drop, if the block keeps the shape."""
    if stride != 1 or x.shape.space != y.shape.space:
        return y
    try:
        keeps = x.shape.channels == y.shape.channels
    except Mixed:  # some of many networks keep it: what it costs counts for those
        from cnncalc.blocks.combine import Copies  # which sweeps alone need

        alike = is_zero(x.shape.channels - y.shape.channels)
        total: Tensor = g.add(Copies(alike, _Sum(drop)), y)
        return total
    return _Sum(drop).lower(g, y, x) if keeps else y


@final
@frozen(eq=False, repr=False)
class _Sum(Composite):
    """The sum of a block's output, which training may drop, and of its input.

    Where only the output is given, it stands for the input, too: it is as large.
    """

    drop: float | None = field(default=None, metadata=optional(share()))

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Tensor:
        y = xs[0] if self.drop is None else g.add(StochasticDepth(self.drop), xs[0])
        total: Tensor = g.add(Add(), y, xs[-1])
        return total


_EVEN = {
    "good": lambda value: is_count(value) and value % 2 == 0,
    "expected": "a positive even integer",
}


@final
@frozen(eq=False, repr=False)
class ShuffleUnit(Composite):
    """Convolve one half of the channels, pass the other by, and shuffle both.

    With a stride both branches see all channels, and the one that passes by convolves.

    Args:
        filters: Channels of the output, half of them from each branch.
        stride: Steps.
        name: What to call its scope.

    Raises:
        ConfigError: If *filters* is odd.
        ShapeError: If at stride 1 the input has not as many channels as the output.

    Source:
        Ma et al. 2018, https://arxiv.org/abs/1807.11164, figure 3(c) and (d).
    """

    filters: int = field(converter=integer, metadata=_EVEN)
    stride: int = field(default=1, converter=integer, metadata=count(""))

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        pointwise = conv_norm_act(self.filters // 2)
        depthwise = depthwise_unit(3, stride=self.stride, activation=None)
        if self.stride == 1:
            if x.shape.channels != self.filters:
                why = f"{x.shape.channels} channels reach it, and it has {self.filters}"
                fix = "At stride 1 it keeps the depth; a stride may change it"
                raise ShapeError(why, fix, f"{type(self).__name__} on {x.shape}")
            left, right = g.add(Split(2, 0), x), g.add(Split(2, 1), x)
        else:
            left = g.add(Named(Chain(depthwise, pointwise), "branch1"), x)
            right = x
        branch = Chain(pointwise, depthwise, pointwise)
        right = g.add(Named(branch, "branch2"), right)
        return g.add(ChannelShuffle(2), g.add(Concat(), left, right))
