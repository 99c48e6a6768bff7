"""Blocks: layers made of layers, which lower themselves onto the table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from cnncalc.layers.base import Layer
from cnncalc.shape import Shape

if TYPE_CHECKING:
    from cnncalc.graph.builder import Builder

__all__ = ["Block", "Frozen", "Named", "Shared", "Tensor"]


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


class _Wrapper(Block):
    """A block that stands for its one part, and leaves no scope of its own."""

    __slots__ = ("part",)

    transparent: ClassVar[bool] = True
    immutable: ClassVar[bool] = True

    def __init__(self, part: Layer | Block) -> None:
        self.part = part

    @property
    @override
    def name(self) -> str | None:
        return self.part.name

    @property
    @override
    def default_name(self) -> str:
        return self.part.default_name

    @override
    def lower(self, g: Builder, /, *xs: Tensor) -> Any:
        return (yield (self.part, *xs))


class Shared(_Wrapper):
    """A layer or block whose weights are the same wherever it is applied.

    Its parameters count once, at its first application in a network. Which weights
    are the same goes by identity: two `Shared` of equal layers share nothing.

    Args:
        part: What is applied.

    Example:
        >>> from cnncalc import Builder, Concat, Conv2d, Shared
        >>> g, tower = Builder(), Shared(Conv2d(3, 8))
        >>> left, right = g.input((9, 9, 3)), g.input((9, 9, 3))
        >>> both = g.add(Concat(), g.add(tower, left), g.add(tower, right))
        >>> g.graph(both).params
        224
    """

    __slots__ = ()

    @override
    def __repr__(self) -> str:
        return f"Shared({self.part!r})"


class Frozen(_Wrapper):
    """A layer or block of which training changes nothing, or not a part.

    Args:
        part: What is applied.
        path: The path, within it, of the node or group that is frozen; empty for all.

    Example:
        >>> from cnncalc import Frozen, Sequential
        >>> head = Sequential(name="head").fc(10).fc(2)
        >>> net = Sequential(input=5).add(Frozen(head, "fc1"))
        >>> net.params, net.trainable_params
        (82, 22)
    """

    __slots__ = ("path",)

    def __init__(self, part: Layer | Block, path: str = "") -> None:
        super().__init__(part)
        self.path = path

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Frozen):
            return NotImplemented
        return (self.part, self.path) == (other.part, other.path)

    @override
    def __hash__(self) -> int:
        return hash((self.part, self.path))

    @override
    def __repr__(self) -> str:
        path = f", {self.path!r}" if self.path else ""
        return f"Frozen({self.part!r}{path})"


class Named(Block):
    """A layer or block under another name, which it may have in one place only.

    The blocks of a network's stage can so be one value that stands there many times.

    Args:
        part: What is applied.
        name: What to call it.

    Example:
        >>> from cnncalc import FC, Sequential
        >>> from cnncalc.graph import Named
        >>> fc = FC(8)
        >>> net = Sequential(input=8).add(Named(fc, "a"), Named(fc, "b"))
        >>> [row.name for row in net.nodes]
        ['a', 'b']
    """

    __slots__ = ("_name", "part")

    def __init__(self, part: Layer | Block, name: str) -> None:
        self.part, self._name = part, name

    @property
    @override
    def name(self) -> str:
        return self._name

    @override
    def lower(self, g: Builder, /, *xs: Tensor) -> Any:
        return g.add(self.part, *xs, name=self._name)

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Named):
            return NotImplemented
        return (self.part, self._name) == (other.part, other._name)

    @override
    def __hash__(self) -> int:
        return hash((self.part, self._name))

    @override
    def __repr__(self) -> str:
        return f"Named({self.part!r}, {self._name!r})"
