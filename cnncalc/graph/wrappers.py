"""Blocks as values, which are equal by their fields, and those around one part.

What is around one part gives it another name, shares its weights, or freezes it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, final

import attrs
from attrs import field, frozen

from cnncalc._typing import Self, override
from cnncalc.door import guarded
from cnncalc.errors import ConfigError
from cnncalc.graph.block import WRAPPERS, Block, Tensor, is_layer, nesting, part_key
from cnncalc.graph.call import fitted
from cnncalc.layers.base import Layer
from cnncalc.layers.fields import NAME, arguments, check_fields
from cnncalc.layers.interned import Interned, fields_of, remade
from cnncalc.layers.questions import PutElsewhere
from cnncalc.sizes.shape import Shape

if TYPE_CHECKING:
    from cnncalc.graph.making import Making

__all__ = ["Frozen", "Named", "Shared", "Value", "Wrapper", "part_fitted"]


@frozen(eq=False, repr=False)
class Value(Block, PutElsewhere):
    """A block that cannot change, and equals others of its class by its fields."""

    # eq=False and repr=False here and in every kind, as for layers: the base writes
    # both once, and each class then costs less to import.

    immutable: ClassVar[bool] = True

    _depth: int = field(init=False, eq=False)
    # The same block may stand in many places of another one, twice at each of n levels:
    # without these it would be looked at 2^n times.
    _hash: int | None = field(init=False, default=None, eq=False)
    _equal: Any = field(init=False, default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        check_fields(self)
        parts = _items([getattr(self, name) for name in _fields(type(self))])
        object.__setattr__(self, "_depth", nesting(parts, type(self).__name__))

    def _values(self) -> tuple[Any, ...]:
        return tuple([part_key(getattr(self, name)) for name in _fields(type(self))])

    @override
    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        if self is other or self._equal is other:
            return True
        equal = self._values() == other._values()
        if equal:
            object.__setattr__(self, "_equal", other)
        return equal

    @override
    def __hash__(self) -> int:
        if self._hash is None:
            found = hash((type(self), self._values()))
            object.__setattr__(self, "_hash", found)
        return hash(self._hash)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self

    @override
    def __reduce__(self) -> Any:
        return remade, (type(self), fields_of(self))

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(arguments(self))})"


# Without it a block made anew takes a twentieth longer.
@lru_cache(maxsize=1024)
def _fields(cls: Any) -> tuple[str, ...]:
    """Return the fields that tell whether two values of a class are equal."""
    return tuple(f.name for f in attrs.fields(cls) if f.eq)


def _items(values: list[Any]) -> Iterator[Any]:
    """Give values, and what is in those that are tuples."""
    for value in values:
        if isinstance(value, tuple):
            yield from value
        else:
            yield value


# Blocks around one part.


@guarded
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

    @abstractmethod
    def told(
        self, name: str | None, weights: Shared | None, paths: list[str]
    ) -> tuple[str | None, Shared | None]:
        """Return what was known of the part, and what this says of it.

        Args:
            name: The name that it is given, if any.
            weights: Whose weights it has, if it shares them.
            paths: The paths in it that are frozen, to which others are added.
        """


@guarded
@final
@frozen(eq=False, repr=False)
class Shared(Wrapper):
    """A layer or block whose weights are the same wherever it is applied.

    Its parameters count once, at its first application in a network. Which weights
    are the same goes by identity: two `Shared` of equal layers share nothing.

    Args:
        part: What is applied.
        owner: Another `Shared` whose weights these are: it is of the same kind and has
            as many, but another padding, say.

    Example:
        >>> from cnncalc import Builder, Concat, Conv2d, Shared
        >>> g, tower = Builder(), Shared(Conv2d(3, 8))
        >>> left, right = g.input((9, 9, 3)), g.input((9, 9, 3))
        >>> both = g.add(Concat(), g.add(tower, left), g.add(tower, right))
        >>> g.graph(both).params
        224
    """

    owner: Shared | None = None

    @override
    def told(self, name: Any, weights: Any, paths: list[str]) -> Any:
        # The innermost says most exactly whose weights these are.
        return name, self if self.owner is None else self.owner

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

    @override
    def told(self, name: Any, weights: Any, paths: list[str]) -> Any:
        paths.append(self.path)
        return name, weights


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

    @override
    def told(self, name: Any, weights: Any, paths: list[str]) -> Any:
        return self.name if name is None else name, weights


WRAPPERS |= {Named, Shared, Frozen}


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
