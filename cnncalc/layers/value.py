"""Layers as values: equal fields make equal ones, whatever their names."""

from __future__ import annotations

from typing import Any

from cnncalc._typing import override
from cnncalc.layers.fields import arguments
from cnncalc.layers.interned import fields_of, remade, restored, state_of, values_of

__all__ = ["FieldsValue"]


class FieldsValue:
    """A value of fields: it compares, hashes, pickles and writes itself by them.

    A class that writes its own `__init__` has attributes instead, which tell its values
    apart likewise.
    """

    __slots__ = ()

    @override
    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return values_of(self) == values_of(other)

    @override
    def __hash__(self) -> int:
        return hash((type(self), values_of(self)))

    @override
    def __reduce_ex__(self, protocol: Any) -> Any:
        if not type(self).__module__.startswith("cnncalc."):
            return restored, (type(self), state_of(self))
        return remade, (type(self), fields_of(self))

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(arguments(self))})"
