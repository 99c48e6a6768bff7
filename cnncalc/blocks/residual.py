"""The residual block of any body and shortcut."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.base import PART, Composite
from cnncalc.blocks.combine import named_arm
from cnncalc.graph.block import Block, Tensor, is_part
from cnncalc.graph.making import Making
from cnncalc.layers.base import Layer
from cnncalc.layers.elementwise import Add

__all__ = ["Residual"]


@final
@frozen(eq=False, repr=False)
class Residual(Composite):
    """Add what a body makes of its input to the input, or to a shortcut's output.

    Args:
        body: A layer or block, such as an open network.
        shortcut: What is applied on the way past the body; None is the identity.
        join: What joins them.
        name: What to call its scope.

    Shape:
        That of the body, which must be that of the shortcut.

    Raises:
        ConfigError: If *body*, *shortcut* or *join* is no layer or block.
        ShapeError: If body and shortcut differ in shape.

    Source:
        He et al. 2015, https://arxiv.org/abs/1512.03385, figure 2.

    Example:
        >>> from cnncalc import Sequential
        >>> body = Sequential().conv(3, 8, padding=1).relu().conv(3, 8, padding=1)
        >>> net = Sequential(input=(9, 9, 8)).residual(body).relu()
        >>> [row.path for row in net.nodes][-2:], net["residual1/add1"].inputs
        (['residual1/add1', 'relu1'], ('residual1/conv2', 'input1'))
    """

    body: Layer | Block = field(metadata=PART)
    shortcut: Layer | Block | None = field(
        default=None,
        metadata={
            "good": lambda value: value is None or is_part(value),
            "expected": "a layer, a block, or None",
        },
    )
    join: Layer | Block = field(factory=Add, kw_only=True, metadata=PART)

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        outputs = [g.add(self.body, *xs)]
        if self.shortcut is None:
            outputs += xs
        else:
            outputs.append(g.add(named_arm(self.shortcut, "shortcut"), *xs))
        return g.add(self.join, *outputs)
