"""What makes layers values: equal fields make equal ones, whatever their names."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from typing import Any

import attrs

from cnncalc._typing import override
from cnncalc.layers.fields import arguments, attributes_beside
from cnncalc.layers.interned import fields_of, remade

__all__ = ["FieldsValue"]


class FieldsValue:
    """A value of fields: it compares, hashes, pickles and writes itself by them.

    A class that writes its own `__init__` has attributes instead, which tell its values
    apart likewise.
    """

    __slots__ = ()

    def _values(self) -> tuple[Any, ...]:
        kind: Any = type(self)
        return tuple(get(self) for get in _getters(kind))

    @override
    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    @override
    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    @override
    def __reduce_ex__(self, protocol: Any) -> Any:
        if not type(self).__module__.startswith("cnncalc."):
            return super().__reduce_ex__(protocol)
        return remade, (type(self), fields_of(self))

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(arguments(self))})"


@lru_cache(maxsize=1024)
def _getters(cls: Any) -> tuple[Callable[[Any], Any], ...]:
    fields = tuple(attrgetter(f.name) for f in attrs.fields(cls) if f.eq)
    return (*fields, _beside) if cls.__dictoffset__ else fields


def _beside(layer: Any) -> tuple[tuple[str, Any], ...]:
    return tuple(attributes_beside(layer).items())
