"""The blocks of ResNet and of what came from it."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.base import Composite
from cnncalc.blocks.chain import conv_norm_act
from cnncalc.checks import integer
from cnncalc.graph.block import Tensor
from cnncalc.graph.making import Making
from cnncalc.graph.wrappers import Named
from cnncalc.layers import Activation, Add
from cnncalc.layers.fields import count, flag

__all__ = ["BasicBlock", "Bottleneck"]


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
        return add_shortcut(g, x, y, self.stride)


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
        return add_shortcut(g, x, y, self.stride)


def add_shortcut(g: Making, x: Tensor, y: Tensor, stride: int) -> Tensor:
    """Add *x* to *y*, by a projection where their shapes differ, then a relu.

    The projection is option B of the paper, §3.3.
    """
    if stride != 1 or x.shape.channels != y.shape.channels:
        projection = conv_norm_act(y.shape.channels, 1, stride=stride, activation=None)
        x = g.add(Named(projection, "downsample"), x)
    total: Tensor = g.add(Activation("relu"), g.add(Add(), y, x))
    return total
