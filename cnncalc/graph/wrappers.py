"""Blocks around one part: under another name, with shared weights, or frozen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, final

from cnncalc._typing import override
from cnncalc.graph.block import Block, Tensor
from cnncalc.graph.value import Value
from cnncalc.layers.base import Layer

if TYPE_CHECKING:
    from cnncalc.graph.builder import Builder

__all__ = ["Frozen", "Named", "Shared", "is_group"]


class _Wrapper(Value):
    """A block that stands for its one part, and leaves no scope of its own."""

    __slots__ = ("innermost", "part")

    transparent: ClassVar[bool] = True

    def __init__(self, part: Layer | Block) -> None:
        self.part = part
        self.innermost: Layer | Block = getattr(part, "innermost", part)

    @property
    @override
    def name(self) -> str | None:
        return self.innermost.name

    @property
    @override
    def default_name(self) -> str:
        return self.innermost.default_name

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
    def __eq__(self, other: object) -> bool:
        return self is other

    @override
    def __hash__(self) -> int:
        return object.__hash__(self)

    @override
    def compared(self) -> None:
        return None

    @override
    def pieces(self) -> Iterator[Any]:
        yield from ("Shared(", self.part, ")")


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
    def compared(self) -> tuple[Any, ...]:
        return self.part, self.path

    @override
    def pieces(self) -> Iterator[Any]:
        path = f", {self.path!r}" if self.path else ""
        yield from ("Frozen(", self.part, f"{path})")


@final
class Named(Value):
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
    def compared(self) -> tuple[Any, ...]:
        return self.part, self._name

    @override
    def pieces(self) -> Iterator[Any]:
        yield from ("Named(", self.part, f", {self._name!r})")


def is_group(part: Any, name: str | None = None) -> bool:
    """Tell whether a part becomes a group of a network, under a name or its own."""
    while isinstance(part, (_Wrapper, Named)):
        name = name or part.name
        part = part.part
    group = not isinstance(part, Layer) and not part.transparent
    return group and bool(name or part.name or part.default_name)
