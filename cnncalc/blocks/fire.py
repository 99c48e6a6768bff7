"""The fire module of SqueezeNet."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.chain import Composite, conv_norm_act
from cnncalc.blocks.combine import Branch
from cnncalc.checks import integer
from cnncalc.graph.block import Tensor
from cnncalc.graph.making import Making
from cnncalc.graph.wrappers import Named
from cnncalc.layers.fields import count

__all__ = ["Fire"]


@final
@frozen(eq=False, repr=False)
class Fire(Composite):
    """Squeeze the channels, then expand them by 1×1 and 3×3 filters side by side.

    Args:
        squeeze: Number of 1×1 filters that squeeze.
        expand: Number of 1×1 filters that expand, and as many of 3×3.
        name: What to call its scope.

    Source:
        Iandola et al. 2016, https://arxiv.org/abs/1602.07360, figure 1.
    """

    squeeze: int = field(converter=integer, metadata=count(""))
    expand: int = field(converter=integer, metadata=count(""))

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        x = g.add(Named(conv_norm_act(self.squeeze, norm=False), "squeeze"), *xs)
        one, three = (conv_norm_act(self.expand, k, norm=False) for k in (1, 3))
        arms = Named(one, "expand1x1"), Named(three, "expand3x3")
        return Branch(arms).lower(g, x)
