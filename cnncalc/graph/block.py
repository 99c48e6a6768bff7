"""Blocks: layers made of layers, which lower themselves part by part."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.checks import for_message
from cnncalc.errors import ConfigError
from cnncalc.graph.names import Child
from cnncalc.layers.base import Layer
from cnncalc.sizes.shape import Shape

if TYPE_CHECKING:
    from cnncalc.graph.making import Making

__all__ = [
    "DEEPEST",
    "Block",
    "Tensor",
    "checked_part",
    "is_layer",
    "is_part",
    "nesting",
    "part_key",
]

DEEPEST = 100  # blocks within one another


class Tensor:
    """One output of a part, as it flows in a network under construction.

    Attributes:
        maker: What the part was added to.
        step: Which of its steps the part became; ~n for input n of a block.
        output: Which of the step's outputs it is.
        shape: Its shape.
    """

    __slots__ = ("maker", "output", "shape", "step")

    def __init__(self, maker: Making, step: int, output: int, shape: Shape) -> None:
        self.maker, self.step, self.output, self.shape = maker, step, output, shape

    @property
    def index(self) -> int:
        """The node of the maker's table that puts it out."""
        return self.maker.node_of(self)


class Block(ABC):
    """A layer made of layers: a value that lowers itself by adding its parts.

    It states no number of its own. Its `name` becomes the scope of its parts.
    """

    __slots__ = ()

    # Whether it cannot change, and always adds the same parts to the same shapes: then
    # it is lowered once for each shapes.
    immutable: ClassVar[bool] = False

    @property
    @abstractmethod
    def name(self) -> str | None:
        """The name of its scope; None leaves that to `default_name`."""

    @abstractmethod
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        """Add the parts to *g*, as in ``x = g.add(layer, x)``, and return the result.

        It may also be a generator, which yields the arguments of ``g.add`` and receives
        the result: ``x = yield self.body, x``.
        """

    @property
    def default_name(self) -> str:
        """The beginning of an automatic name of its scope; with "", it has no scope."""
        return type(self).__name__.lower()

    def _children(self) -> Sequence[Child]:
        """Return what stands directly in it, whatever the shapes that reach it.

        Raises:
            ConfigError: If only a shape tells that.
        """
        why = "only an input shape tells what is in it"
        raise ConfigError(why, "Give the network an input", type(self).__name__)


def is_layer(value: Any) -> bool:
    """Tell whether something is a layer."""
    return _is_layers(type(value))


def is_part(value: Any) -> bool:
    """Tell whether something can be added to a network: a layer, or a block."""
    return _is_parts(type(value))


# The same of a class, told faster than abstract classes tell it.
_is_layers: Callable[[Any], bool] = lru_cache(maxsize=1024)(
    lambda cls: issubclass(cls, Layer)
)
_is_parts: Callable[[Any], bool] = lru_cache(maxsize=1024)(
    lambda cls: issubclass(cls, (Layer, Block))
)


def nesting(parts: Iterable[Any], kind: str) -> int:
    """Return how deeply a block nests that has these parts.

    Python compares, writes and pickles what nests by calling itself, level by level,
    and has a limit for that.

    Raises:
        ConfigError: If that is too deep.
    """
    depth = 1 + max([getattr(part, "_depth", 0) for part in parts], default=0)
    if depth > DEEPEST:
        why = f"it nests {depth} blocks within one another, and the limit is {DEEPEST}"
        raise ConfigError(why, "Add its parts one after another", kind)
    return depth


def part_key(value: Any) -> Any:
    """Return what tells parts apart in a comparison: their names, too.

    Layers that differ in their names are equal, while networks of them are not.
    """
    if isinstance(value, tuple):
        return tuple(map(part_key, value))
    return (value.name, value) if is_part(value) else value


def checked_part(value: Any) -> Any:
    """Return a layer or block; refuse all else.

    Raises:
        ConfigError: If it is neither.
    """
    if not is_part(value):
        why = f"{for_message(value)} is neither a layer nor a block"
        raise ConfigError(why, "Add a layer, such as Conv2d(5, 6), or a Sequential")
    return value
