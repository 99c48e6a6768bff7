"""The modules of Xception."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.chain import Composite, counts, integers
from cnncalc.graph.block import Tensor
from cnncalc.graph.making import Making
from cnncalc.layers import Activation, Add, Conv2d, Norm, Pool, SeparableConv2d
from cnncalc.layers.fields import flag

__all__ = ["SeparableResidual"]


@final
@frozen(eq=False, repr=False)
class SeparableResidual(Composite):
    """Separable convolutions past which the input is added.

    Args:
        filters: Filters of each of them.
        halve: Whether a pool, and a strided convolution past it, halve the map.
        relu_first: Whether the first has a relu before it, as the others have.
        name: What to call its scope.

    Source:
        Chollet 2016, https://arxiv.org/abs/1610.02357, figure 5.
    """

    filters: tuple[int, ...] = field(converter=integers, metadata=counts())
    halve: bool = field(default=True, metadata=flag())
    relu_first: bool = field(default=True, metadata=flag())

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        y = x
        for number, filters in enumerate(self.filters):
            if number or self.relu_first:
                y = g.add(Activation("relu"), y)
            y = g.add(SeparableConv2d(3, filters, padding="same", bias=False), y)
            y = g.add(Norm(), y)
        if self.halve:
            shortcut = Conv2d(1, y.shape.channels, stride=2, bias=False)
            x = g.add(shortcut, x, name="shortcut_conv")
            y = g.add(Pool(3, stride=2, padding="same"), y)
            x = g.add(Norm(), x, name="shortcut_norm")
        return g.add(Add(), y, x)
