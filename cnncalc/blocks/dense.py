"""The dense block of DenseNet."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.chain import Chain, Composite, conv_norm_act
from cnncalc.checks import integer
from cnncalc.graph.block import Tensor
from cnncalc.graph.making import Making
from cnncalc.layers import Activation, Concat, Conv2d, Dropout, Norm
from cnncalc.layers.fields import FROM_0, count, share

__all__ = ["DenseBlock"]


@final
@frozen(eq=False, repr=False)
class DenseBlock(Composite):
    """Layers that each see the maps of all those before them, stacked anew.

    Args:
        layers: How many layers.
        growth: Filters of each, by which the stack grows.
        bottleneck: Filters of the 1×1 convolution before each, in multiples of growth;
            0 is none.
        dropout: The share that is dropped of what each layer puts out; 0 is no layer.
        name: What to call its scope.

    Source:
        Huang et al. 2016, https://arxiv.org/abs/1608.06993, figure 1 and §3.
    """

    layers: int = field(converter=integer, metadata=count(""))
    growth: int = field(converter=integer, metadata=count(""))
    bottleneck: int = field(default=4, converter=integer, metadata=FROM_0)
    dropout: float = field(default=0.0, metadata=share())

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        inside = self.bottleneck * self.growth
        layer = Chain(
            Norm(),
            Activation("relu"),
            *([conv_norm_act(inside)] if inside else []),
            Conv2d(3, self.growth, padding=1, bias=False),
            *([Dropout(self.dropout)] if self.dropout else []),
        )
        maps = list(xs)
        for number in range(1, self.layers + 1):
            with g.scope(f"denselayer{number}"):
                maps.append(g.add(layer, g.add(Concat(), *maps)))
        return g.add(Concat(), *maps)
