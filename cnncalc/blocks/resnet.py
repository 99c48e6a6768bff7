"""The blocks of ResNet."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.chain import Composite, conv_norm_act
from cnncalc.checks import integer
from cnncalc.graph.block import Tensor
from cnncalc.graph.making import Making
from cnncalc.graph.wrappers import Named
from cnncalc.layers import Activation, Add
from cnncalc.layers.fields import count, flag

__all__ = ["BasicBlock", "Bottleneck", "projected", "relu_of_sum"]


def projected(g: Making, x: Tensor, filters: int, stride: int) -> Tensor:
    """Return *x*, by a projection where a block changes its shape.

    The projection is option B of He et al. 2015, §3.3.
    """
    if stride == 1 and x.shape.channels == filters:
        return x
    projection = conv_norm_act(filters, stride=stride, activation=None)
    shortcut: Tensor = g.add(Named(projection, "downsample"), x)
    return shortcut


def relu_of_sum(g: Making, *xs: Tensor) -> Tensor:
    """Return the sum of tensors behind a relu."""
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
        y = conv_norm_act(self.filters, 3, stride=self.stride).lower(g, x)
        y = conv_norm_act(self.filters, 3, activation=None).lower(g, y)
        return relu_of_sum(g, y, projected(g, x, self.filters, self.stride))


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
        y = conv_norm_act(self.width, 1, stride=first).lower(g, x)
        middle = conv_norm_act(
            self.width, 3, stride=second, groups=self.groups, dilation=self.dilation
        )
        y = middle.lower(g, y)
        y = conv_norm_act(self.filters, 1, activation=None).lower(g, y)
        return relu_of_sum(g, y, projected(g, x, self.filters, self.stride))
