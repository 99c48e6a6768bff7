"""The block that joins learned weights to what reaches it."""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.chain import PART, Composite
from cnncalc.graph.block import Block, Tensor
from cnncalc.graph.making import Making
from cnncalc.layers.base import Layer
from cnncalc.layers.elementwise import Add
from cnncalc.layers.fields import flag
from cnncalc.layers.merge import Parameter
from cnncalc.sizes.shape import Shape, ShapeLike

__all__ = ["WithParameter"]


def _shape(value: ShapeLike) -> Shape:
    return Shape.of(value)


@final
@frozen(eq=False, repr=False)
class WithParameter(Composite):
    """Add learned weights to what reaches it, or join them in another way.

    Args:
        shape: The shape of the weights; an int is a vector, and 1 a scalar.
        join: What joins them; `Concat` along an axis puts a class token to others.
        first: Whether the weights are the first input of what joins.
        trainable: Whether training changes them.
        name: What to call its scope.

    Shape:
        What the join puts out; `Add` spreads the weights over what reaches it.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If what reaches it and the weights cannot be joined.

    Source:
        Dosovitskiy et al. 2020, https://arxiv.org/abs/2010.11929, equation 1.

    Example:
        >>> from cnncalc import Concat, Sequential
        >>> net = Sequential(input=(196, 768))
        >>> net = net.add_parameter((1, 768), Concat(axis=0), first=True)
        >>> net = net.add_parameter((197, 768), name="position")
        >>> net.params, net.output, net["position/parameter1"].params
        (152064, Shape(197, 768), 151296)
    """

    arity: ClassVar[tuple[int, int] | None] = None
    _name_stem: ClassVar[str | None] = "with_parameter"

    shape: Shape = field(converter=_shape)
    join: Layer | Block = field(factory=Add, metadata=PART)
    first: bool = field(default=False, kw_only=True, metadata=flag())
    trainable: bool = field(default=True, kw_only=True, metadata=flag())

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        own = g.add(Parameter(self.shape, trainable=self.trainable))
        return g.add(self.join, *((own, *xs) if self.first else (*xs, own)))
