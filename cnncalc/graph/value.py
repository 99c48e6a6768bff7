"""Blocks as values, which are equal by their fields."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, ClassVar

import attrs
from attrs import field, frozen

from cnncalc._typing import Self, override
from cnncalc.graph.block import Block, nesting, part_key
from cnncalc.layers.elsewhere import PutElsewhere
from cnncalc.layers.fields import arguments, check_fields
from cnncalc.layers.interned import fields_of, remade

__all__ = ["Value"]


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
