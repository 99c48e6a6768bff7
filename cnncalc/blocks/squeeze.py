"""Squeeze and excitation: channels that are weighed by what all of the map holds."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.base import FUNCTION, Composite
from cnncalc.checks import integer
from cnncalc.graph.block import Tensor
from cnncalc.graph.builder import Builder
from cnncalc.layers import Activation, AdaptivePool, Conv2d, Multiply
from cnncalc.layers.fields import count

__all__ = ["SqueezeExcite"]


@final
@frozen(eq=False, repr=False)
class SqueezeExcite(Composite):
    """Multiply each channel by a gate, which is computed from the means of all.

    Args:
        squeeze_channels: Filters of the first of the two 1×1 convolutions; the second
            has as many as there are channels.
        activation: The function between them.
        gate: The function after them.
        name: What to call its scope.

    Source:
        Hu et al. 2017, https://arxiv.org/abs/1709.01507, figure 1.
    """

    squeeze_channels: int = field(converter=integer, metadata=count(""))
    activation: str = field(default="relu", metadata=FUNCTION)
    gate: str = field(default="sigmoid", metadata=FUNCTION)

    @override
    def lower(self, g: Builder, /, *xs: Tensor) -> Any:
        (x,) = xs
        y = g.add(AdaptivePool(1), x)
        y = g.add(Conv2d(1, self.squeeze_channels), y)
        y = g.add(Activation(self.activation), y)
        y = g.add(Conv2d(1, x.shape.channels), y)
        y = g.add(Activation(self.gate), y)
        return g.add(Multiply(), x, y)
