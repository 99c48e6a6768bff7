"""The unit of ShuffleNet V2."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.base import Composite
from cnncalc.blocks.chain import Chain, conv_norm_act
from cnncalc.blocks.mobile import depthwise_unit
from cnncalc.checks import integer, is_count
from cnncalc.errors import ShapeError
from cnncalc.graph.block import Tensor
from cnncalc.graph.making import Making
from cnncalc.graph.wrappers import Named
from cnncalc.layers import ChannelShuffle, Concat, Split
from cnncalc.layers.fields import count

__all__ = ["ShuffleUnit"]


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
