"""Blocks: layers made of layers, which lower themselves part by part."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc._typing import override
from cnncalc.checks import for_message
from cnncalc.errors import ConfigError, GraphError
from cnncalc.graph.names import Child
from cnncalc.layers.base import Layer
from cnncalc.refusals import NoNumber, not_called, refused
from cnncalc.sizes.number import structure_of
from cnncalc.sizes.shape import Shape

if TYPE_CHECKING:
    from cnncalc.graph.making import Making
    from cnncalc.graph.wrappers import Shared

__all__ = [
    "DEEPEST",
    "WRAPPERS",
    "Block",
    "Tensor",
    "checked_part",
    "children_of",
    "depth_of",
    "is_layer",
    "is_layer_class",
    "is_part",
    "nesting",
    "no_tensor",
    "part_key",
    "unwrapped",
]

DEEPEST = 100  # blocks within one another


class Tensor(NoNumber):
    """One output of a part, as it flows in a network under construction.

    Attributes:
        maker: What the part was added to.
        source: Which of its steps the part became, and which output of that it is;
            step ~n is input n of a block.
        shape: Its shape.
        of: That step itself; None of an input.
    """

    __slots__ = ("maker", "of", "shape", "source")

    _instead = "x.shape; tensors are joined by layers: g.add(Add(), x, y)"

    def __init__(
        self, maker: Making, source: tuple[int, int], shape: Shape, of: Any = None
    ) -> None:
        self.maker, self.source, self.shape, self.of = maker, source, shape, of

    if not TYPE_CHECKING:  # which tells of wrong names itself

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            from cnncalc.words.lookup import missing_from_builder

            own = ("x.shape", "x.maker", "x.index")
            raise missing_from_builder("Tensor", name, own)

        __add__ = refused("tensors are joined by layers", "g.add(Add(), x, y)")
        __mul__ = refused("tensors are joined by layers", "g.add(Multiply(), x, y)")
        __matmul__ = refused("tensors are joined by layers", "g.add(MatMul(), x, y)")
        __getitem__ = refused("a part is taken by a layer", "g.add(Slice(0, 8), x)")
        __call__ = not_called("x.shape, or g.add(layer, x)")

    @override
    def __repr__(self) -> str:
        return f"<Tensor {self.shape}>"

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

    # How many inputs it takes, at least and at most; None if only its parts tell.
    arity: ClassVar[tuple[int, int] | None] = None

    # What an automatic name begins with, when that is not the class's name in lower
    # case; "" leaves the names of its parts as they are.
    _name_stem: ClassVar[str | None] = None

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
        return (
            type(self).__name__.lower() if self._name_stem is None else self._name_stem
        )

    def _children(self) -> Sequence[Child]:
        """Return what stands directly in it, whatever the shapes that reach it.

        Raises:
            ConfigError: If only a shape tells that.
        """
        why = "only an input shape tells what is in it"
        raise ConfigError(why, "Give the network an input", type(self).__name__)


# Whether a class is one of layers. Abstract classes tell it more slowly: without it a
# layer made anew takes a twentieth longer.
is_layer_class: Callable[[Any], bool] = lru_cache(maxsize=1024)(
    lambda cls: issubclass(cls, Layer)
)


def is_layer(value: Any) -> bool:
    """Tell whether something is a layer."""
    return is_layer_class(type(value))


def is_part(value: Any) -> bool:
    """Tell whether something can be added to a network: a layer, or a block."""
    return isinstance(value, (Layer, Block))


# The classes of blocks around one part, which are added where they are defined: most
# networks have none.
WRAPPERS: set[type[Any]] = set()


def unwrapped(
    part: Any, name: str | None = None
) -> tuple[Any, str | None, Shared | None, list[str]]:
    """Return a part without what is around it, and what that says.

    Returns:
        The part; the name that it is given, if any; whose weights it has, if it shares
        them; and the paths in it that are frozen.
    """
    weights: Shared | None = None
    paths: list[str] = []
    while type(part) in WRAPPERS:
        name, weights = part.told(name, weights, paths)
        part = part.part
    return part, name, weights, paths


def children_of(part: Any) -> Sequence[Child]:
    """Return what a part adds to the names of its scope, whatever reaches it.

    Raises:
        ConfigError: If only a shape tells that.
    """
    inner, name, weights, _ = unwrapped(part)
    prefix = inner.default_name
    if name is None and inner.name:
        name = inner.name
        prefix = prefix if weights is None else name
    if is_layer(inner) or name or prefix:
        return ((name, prefix),)
    children: Sequence[Child] = inner._children()
    return children


def depth_of(part: Any) -> int:
    """Return how deeply a part nests; a layer does not."""
    return 0 if is_layer_class(type(part)) else getattr(part, "_depth", 0)


def nesting(parts: Iterable[Any], kind: str) -> int:
    """Return how deeply a block nests that has these parts.

    Python compares, writes and pickles what nests by calling itself, level by level,
    and has a limit for that.

    Raises:
        ConfigError: If that is too deep.
    """
    depth = 1 + max(map(depth_of, parts), default=0)
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
    return (value.name, value) if is_part(value) else structure_of(value)


def checked_part(value: Any) -> Any:
    """Return a layer or block; refuse all else.

    Raises:
        ConfigError: If it is neither.
    """
    if not is_part(value):
        why = f"{for_message(value)} is neither a layer nor a block"
        fix = "Add a layer, such as Conv2d(5, 6), or a Sequential"
        if isinstance(value, type) and issubclass(value, (Layer, Block)):
            why = f"{value.__name__} is the class, and not a layer or block of it"
            fix = f"Write {value.__name__}(...)"
        elif isinstance(value, (list, tuple)) and all(map(is_part, value)):
            fix = f"They are added one by one. Write add({', '.join(map(repr, value))})"
        elif callable(value):
            fix = f"It builds one. Write {getattr(value, '__name__', 'build')}()"
        if isinstance(value, Tensor):
            fix = "What is added comes first: g.add(Conv2d(5, 6), x)"
        raise ConfigError(why, fix)
    return value


def no_tensor() -> GraphError:
    """Return the error that something is no tensor of a builder."""
    why = "its input is no tensor of this builder"
    return GraphError(why, "Pass what input() or add() of this one returned")
