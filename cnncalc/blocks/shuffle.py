"""The unit of ShuffleNet V2."""

from __future__ import annotations

from typing import Any, final

from attrs import frozen

from cnncalc.blocks.base import Composite
from cnncalc.blocks.chain import Chain, unit
from cnncalc.blocks.mobile import depthwise_unit
from cnncalc.graph.block import Tensor
from cnncalc.graph.builder import Builder
from cnncalc.graph.wrappers import Named
from cnncalc.layers import ChannelShuffle, Concat, Split
from cnncalc.typed import override

__all__ = ["ShuffleUnit"]


@final
@frozen(eq=False, repr=False)
class ShuffleUnit(Composite):
    """Convolve one half of the channels, pass the other by, and shuffle both.

    With a stride both branches see all channels, and the one that passes by convolves.

    Args:
        filters: Channels of the output, half of them from each branch.
        stride: Steps.
        name: What to call its scope.

    Source:
        Ma et al. 2018, https://arxiv.org/abs/1807.11164, figure 3(c) and (d).
    """

    filters: int
    stride: int = 1

    @override
    def lower(self, g: Builder, /, *xs: Tensor) -> Any:
        (x,) = xs
        pointwise = unit(self.filters // 2)
        depthwise = depthwise_unit(3, stride=self.stride, activation=None)
        if self.stride == 1:
            left, right = g.add(Split(2, 0), x), g.add(Split(2, 1), x)
        else:
            left = g.add(Named(Chain(depthwise, pointwise), "branch1"), x)
            right = x
        branch = Chain(pointwise, depthwise, pointwise)
        right = g.add(Named(branch, "branch2"), right)
        return g.add(ChannelShuffle(2), g.add(Concat(), left, right))
