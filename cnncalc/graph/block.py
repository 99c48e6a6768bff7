"""Blocks: layers made of layers, which lower themselves onto the table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.layers.base import Layer
from cnncalc.sizes.shape import Shape

if TYPE_CHECKING:
    from cnncalc.graph.builder import Builder

__all__ = ["Block", "Tensor", "is_layer", "is_part"]


class Tensor:
    """What flows in a network under construction: the output of one node.

    Attributes:
        index: The node that puts it out.
        shape: Its shape.
        builder: The builder that it belongs to.
    """

    __slots__ = ("builder", "index", "shape")

    def __init__(self, index: int, shape: Shape, builder: Builder) -> None:
        self.index, self.shape, self.builder = index, shape, builder


class Block(ABC):
    """A layer made of layers: a value that lowers itself onto a table.

    It states no number of its own. Its `name` becomes the scope of its parts.
    """

    __slots__ = ()

    # Whether it leaves no scope of its own, whatever its name.
    transparent: ClassVar[bool] = False

    # Whether it cannot change, and always adds the same parts to the same shapes: then
    # it is lowered once, and its columns are copied where it recurs.
    immutable: ClassVar[bool] = False

    @property
    @abstractmethod
    def name(self) -> str | None:
        """What its scope is called."""

    @abstractmethod
    def lower(self, g: Builder, /, *xs: Tensor) -> Any:
        """Add the parts to *g*, as in ``x = g.add(layer, x)``, and return the result.

        Where a part may itself be a block, nested to any depth, yield what would have
        been the arguments of ``g.add`` and receive the result: ``x = yield self.body,
        x``. The builder then keeps the stack, and Python's does not grow.
        """

    @property
    def default_name(self) -> str:
        """What an automatic name of its scope begins with."""
        return type(self).__name__.lower()


# Whether a class is one of layers, or of parts of any kind: told faster than abstract
# classes tell it.
is_layer: Callable[[Any], bool] = lru_cache(maxsize=1024)(
    lambda cls: issubclass(cls, Layer)
)
is_part: Callable[[Any], bool] = lru_cache(maxsize=1024)(
    lambda cls: issubclass(cls, (Layer, Block))
)
