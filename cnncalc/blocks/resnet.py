"""The blocks of ResNet and of what came from it."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.base import Composite
from cnncalc.blocks.chain import Chain, activated, conv_norm_act
from cnncalc.checks import integer
from cnncalc.graph.block import Tensor
from cnncalc.graph.making import Making
from cnncalc.graph.wrappers import Named
from cnncalc.layers import Activation, Add, Conv2d, Norm, Pad, Pool
from cnncalc.layers.fields import FROM_0, count, flag

__all__ = [
    "BasicBlock",
    "BiasedBottleneck",
    "Bottleneck",
    "PreactivatedBottleneck",
    "XBlock",
]

_EXPANSION = 4  # a bottleneck's last filters to its first ones


def _projected(g: Making, x: Tensor, filters: int, stride: int) -> Tensor:
    """Return *x*, by a projection where a block changes its shape.

    The projection is option B of He et al. 2015, §3.3.
    """
    if stride == 1 and x.shape.channels == filters:
        return x
    projection = conv_norm_act(filters, stride=stride, activation=None)
    shortcut: Tensor = g.add(Named(projection, "downsample"), x)
    return shortcut


def _added(g: Making, *xs: Tensor) -> Tensor:
    total: Tensor = g.add(Activation("relu"), g.add(Add(), *xs))
    return total


@final
@frozen(eq=False, repr=False)
class BasicBlock(Composite):
    """Two 3×3 convolutions past which the input is added.

    Args:
        filters: Filters of both.
        stride: Steps of the first.
        name: What to call its scope.

    Source:
        He et al. 2015, https://arxiv.org/abs/1512.03385, figure 5, left.
    """

    filters: int = field(converter=integer, metadata=count(""))
    stride: int = field(default=1, converter=integer, metadata=count(""))

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        y = g.add(conv_norm_act(self.filters, 3, stride=self.stride), x)
        y = g.add(conv_norm_act(self.filters, 3, activation=None), y)
        return _added(g, y, _projected(g, x, self.filters, self.stride))


@final
@frozen(eq=False, repr=False)
class Bottleneck(Composite):
    """A 3×3 convolution between two of 1×1, past which the input is added.

    Args:
        width: Filters of the first two.
        filters: Filters of the last.
        stride: Steps.
        groups: Groups of the 3×3 convolution.
        dilation: Dilation of the 3×3 convolution.
        stride_first: Put the stride on the first 1×1 convolution, as the paper does,
            rather than on the 3×3.
        name: What to call its scope.

    Source:
        He et al. 2015, https://arxiv.org/abs/1512.03385, figure 5, right; groups from
        Xie et al. 2016, https://arxiv.org/abs/1611.05431, figure 3(c).
    """

    width: int = field(converter=integer, metadata=count(""))
    filters: int = field(converter=integer, metadata=count(""))
    stride: int = field(default=1, converter=integer, metadata=count(""))
    groups: int = field(default=1, converter=integer, metadata=count(""))
    dilation: int = field(default=1, converter=integer, metadata=count(""))
    stride_first: bool = field(default=False, metadata=flag())

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        first, second = (self.stride, 1) if self.stride_first else (1, self.stride)
        y = g.add(conv_norm_act(self.width, 1, stride=first), x)
        middle = conv_norm_act(
            self.width, 3, stride=second, groups=self.groups, dilation=self.dilation
        )
        y = g.add(middle, y)
        y = g.add(conv_norm_act(self.filters, 1, activation=None), y)
        return _added(g, y, _projected(g, x, self.filters, self.stride))


@final
@frozen(eq=False, repr=False)
class XBlock(Composite):
    """A bottleneck that does not narrow, with groups and perhaps a squeeze.

    Args:
        filters: Filters of all its convolutions.
        stride: Steps of the 3×3 convolution.
        groups: Groups of the 3×3 convolution.
        squeeze: What the block's input channels are divided by to squeeze them; 0 is
            no squeeze.
        name: What to call its scope.

    Source:
        Radosavovic et al. 2020, https://arxiv.org/abs/2003.13678, figure 4; the squeeze
        of its Y block, §4.
    """

    filters: int = field(converter=integer, metadata=count(""))
    stride: int = field(default=1, converter=integer, metadata=count(""))
    groups: int = field(default=1, converter=integer, metadata=count(""))
    squeeze: int = field(default=0, converter=integer, metadata=FROM_0)

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        shortcut = _projected(g, x, self.filters, self.stride)
        middle = conv_norm_act(self.filters, 3, stride=self.stride, groups=self.groups)
        y = g.add(Chain(conv_norm_act(self.filters), middle), x)
        if self.squeeze:  # which no residual network of 2015 loads
            from fractions import Fraction

            from cnncalc.blocks.mobile import SqueezeExcite

            squeeze = SqueezeExcite(round(Fraction(x.shape.channels, self.squeeze)))
            y = g.add(Named(squeeze, "se"), y)
        y = g.add(conv_norm_act(self.filters, activation=None), y)
        return _added(g, shortcut, y)


@final
@frozen(eq=False, repr=False)
class BiasedBottleneck(Composite):
    """A bottleneck with biases, strided in its first convolution, as Keras has it.

    Args:
        width: Filters of the first two convolutions.
        stride: Steps.
        project: Whether a convolution brings the input past it.
        name: What to call its scope.

    Source:
        He et al. 2015, https://arxiv.org/abs/1512.03385, figure 5, right.
    """

    width: int = field(converter=integer, metadata=count(""))
    stride: int = field(default=1, converter=integer, metadata=count(""))
    project: bool = field(default=False, metadata=flag())

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        filters = _EXPANSION * self.width
        y = g.add(activated(Conv2d(1, self.width, stride=self.stride)), x)
        y = g.add(activated(Conv2d(3, self.width, padding=1)), y)
        if self.project:
            x = g.add(Conv2d(1, filters, stride=self.stride), x, name="shortcut_conv")
        y = g.add(Conv2d(1, filters), y)
        if self.project:
            x = g.add(Norm(), x, name="shortcut_norm")
        y = g.add(Norm(), y)
        return _added(g, x, y)


@final
@frozen(eq=False, repr=False)
class PreactivatedBottleneck(Composite):
    """A bottleneck that normalises and activates before it convolves.

    Args:
        width: Filters of the first two convolutions.
        stride: Steps of the 3×3 convolution.
        project: Whether a convolution brings the input past it.
        name: What to call its scope.

    Source:
        He et al. 2016, https://arxiv.org/abs/1603.05027, figure 4(e); the biases are
        Keras'.
    """

    width: int = field(converter=integer, metadata=count(""))
    stride: int = field(default=1, converter=integer, metadata=count(""))
    project: bool = field(default=False, metadata=flag())

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        filters = _EXPANSION * self.width
        active = g.add(Chain(Norm(), Activation("relu")), x)
        y = g.add(conv_norm_act(self.width), active)
        y = g.add(Pad(1), y)
        y = g.add(conv_norm_act(self.width, 3, stride=self.stride, padding=0), y)
        if self.project:
            x = g.add(Conv2d(1, filters, stride=self.stride), active, name="shortcut")
        elif self.stride > 1:
            x = g.add(Pool(1, stride=self.stride), x, name="shortcut")
        y = g.add(Conv2d(1, filters), y)
        return g.add(Add(), x, y)
