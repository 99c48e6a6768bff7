"""Blocks around one part: under another name, with shared weights, or frozen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, final

import attrs
from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.errors import ConfigError
from cnncalc.graph.block import Block, Tensor, is_layer
from cnncalc.graph.call import fitted
from cnncalc.graph.names import Child
from cnncalc.graph.value import Value
from cnncalc.layers.base import Layer
from cnncalc.layers.fields import NAME
from cnncalc.layers.interned import Interned
from cnncalc.sizes.shape import Shape

if TYPE_CHECKING:
    from cnncalc.graph.making import Making

__all__ = [
    "WRAPPERS",
    "Frozen",
    "Named",
    "Shared",
    "Wrapper",
    "children_of",
    "part_fitted",
    "unwrapped",
]


@frozen(eq=False, repr=False)
class Wrapper(Value):
    """A block that stands for its one part.

    Args:
        part: What is applied.
    """

    part: Layer | Block

    @property
    @override
    def name(self) -> str | None:
        return self.part.name

    @property
    @override
    def default_name(self) -> str:
        return self.part.default_name

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        return g.add(self, *xs)


@final
@frozen(eq=False, repr=False)
class Shared(Wrapper):
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

    @override
    def __eq__(self, other: object) -> bool:
        return self is other

    @override
    def __hash__(self) -> int:
        return object.__hash__(self)


@final
@frozen(eq=False, repr=False)
class Frozen(Wrapper, metaclass=Interned):
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

    path: str = ""


@final
@frozen(eq=False, repr=False)
class Named(Wrapper, metaclass=Interned):
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

    name: str = field(  # pyright: ignore[reportIncompatibleMethodOverride]
        metadata=NAME
    )


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
        if type(part) is Shared:
            weights = part  # the innermost says most exactly whose weights these are
        elif type(part) is Frozen:
            paths.insert(0, part.path)
        elif name is None:
            name = part.name
        part = part.part
    return part, name, weights, paths


WRAPPERS = {Named, Shared, Frozen}


def part_fitted(part: Any, shapes: Sequence[Shape], other: Shape) -> Any:
    """Return a layer, or what is around it, that makes of its input another's size.

    Raises:
        CnncalcError: If it cannot.
    """
    if type(part) in WRAPPERS:
        return attrs.evolve(part, part=part_fitted(part.part, shapes, other))
    if not is_layer(part):
        why = f"a {type(part).__name__} follows the size of no other tensor"
        raise ConfigError(why, "Let the resize or crop in it do so")
    return fitted(part, shapes, other)


def children_of(part: Any) -> Sequence[Child]:
    """Return what a part adds to the names of its scope, whatever reaches it.

    Raises:
        ConfigError: If only a shape tells that.
    """
    inner, name, *_ = unwrapped(part)
    name = name or inner.name
    if is_layer(inner) or name or inner.default_name:
        return ((name, inner.default_name),)
    children: Sequence[Child] = inner._children()
    return children
