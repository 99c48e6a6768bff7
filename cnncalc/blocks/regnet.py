"""The block of RegNet."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.chain import Composite, conv_norm_act
from cnncalc.blocks.mobile import SqueezeExcite
from cnncalc.blocks.resnet import projected, relu_of_sum
from cnncalc.checks import integer
from cnncalc.graph.block import Tensor
from cnncalc.graph.making import Making
from cnncalc.graph.wrappers import Named
from cnncalc.layers.fields import FROM_0, count
from cnncalc.sizes.number import less

__all__ = ["XBlock"]


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
        shortcut = projected(g, x, self.filters, self.stride)
        middle = conv_norm_act(self.filters, 3, stride=self.stride, groups=self.groups)
        y = middle.lower(g, conv_norm_act(self.filters).lower(g, x))
        if self.squeeze:
            share, rest = divmod(x.shape.channels, self.squeeze)
            # Rounded; what is between two integers, to the even one.
            share = share + less(self.squeeze, 2 * rest + share % 2)
            y = g.add(Named(SqueezeExcite(share), "se"), y)
        y = conv_norm_act(self.filters, activation=None).lower(g, y)
        return relu_of_sum(g, shortcut, y)
