"""The block of ConvNeXt."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.chain import Chain, Composite
from cnncalc.checks import integer
from cnncalc.graph.block import Tensor
from cnncalc.graph.making import Making
from cnncalc.layers import (
    FC,
    Activation,
    Add,
    Conv2d,
    LayerScale,
    Norm,
    Permute,
    StochasticDepth,
)
from cnncalc.layers.fields import count, share

__all__ = ["ConvNeXtBlock"]

_EXPANSION = 4  # an inverted bottleneck's inner channels to its outer ones


@final
@frozen(eq=False, repr=False)
class ConvNeXtBlock(Composite):
    """A depthwise 7×7 convolution and a perceptron at each position, added.

    Args:
        filters: Channels of its input and output.
        drop: How often stochastic depth drops it while training.
        name: What to call its scope.

    Source:
        Liu et al. 2022, https://arxiv.org/abs/2201.03545, figure 4.
    """

    filters: int = field(converter=integer, metadata=count(""))
    drop: float = field(default=0.0, metadata=share())

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        body = Chain(
            Conv2d(7, self.filters, padding=3, groups=self.filters),
            Permute(),
            Norm("layer"),
            FC(_EXPANSION * self.filters, flatten=False),
            Activation("gelu"),
            FC(self.filters, flatten=False),
            Permute(),
            LayerScale(),
            StochasticDepth(self.drop),
        )
        return g.add(Add(), g.add(body, x), x)
