"""The blocks of residual networks as Keras has them, of both versions."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.chain import Chain, Composite, activated, conv_norm_act
from cnncalc.blocks.resnet import relu_of_sum
from cnncalc.checks import integer
from cnncalc.graph.block import Tensor
from cnncalc.graph.making import Making
from cnncalc.layers import Activation, Add, Conv2d, Norm, Pad, Pool
from cnncalc.layers.fields import count, flag

__all__ = ["BiasedBottleneck", "PreactivatedBottleneck"]

_EXPANSION = 4  # a bottleneck's last filters to its first ones


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
        y = activated(Conv2d(1, self.width, stride=self.stride)).lower(g, x)
        y = activated(Conv2d(3, self.width, padding=1)).lower(g, y)
        if self.project:
            x = g.add(Conv2d(1, filters, stride=self.stride), x, name="shortcut_conv")
        y = g.add(Conv2d(1, filters), y)
        if self.project:
            x = g.add(Norm(), x, name="shortcut_norm")
        y = g.add(Norm(), y)
        return relu_of_sum(g, x, y)


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
        y = conv_norm_act(self.width).lower(g, active)
        y = g.add(Pad(1), y)
        y = conv_norm_act(self.width, 3, stride=self.stride, padding=0).lower(g, y)
        if self.project:
            x = g.add(Conv2d(1, filters, stride=self.stride), active, name="shortcut")
        elif self.stride > 1:
            x = g.add(Pool(1, stride=self.stride), x, name="shortcut")
        y = g.add(Conv2d(1, filters), y)
        return g.add(Add(), x, y)
