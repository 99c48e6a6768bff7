"""Blocks as values: equal, hashed, written and pickled, nested to any depth.

Python's own ways go from level to level by calls, and so come to an end some thousand
levels deep. Here the levels are a list, and what occurs in several places is looked at
once.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

from cnncalc._typing import Self, override
from cnncalc.graph.block import Block

__all__ = ["Value"]


class Value(Block):
    """A block that cannot change, and equals others of its class by its fields."""

    __slots__ = ()

    immutable: ClassVar[bool] = True

    @abstractmethod
    def compared(self) -> tuple[Any, ...] | None:
        """Return what makes it equal to others; None if its own `==` tells."""

    @abstractmethod
    def pieces(self) -> Iterator[Any]:
        """Give its source: texts, and between them what is to be written there."""

    def state(self) -> tuple[Any, ...]:
        """Return all that it is made of, as `restored` takes it."""
        return tuple([getattr(self, slot) for slot in _slots(type(self))])

    @classmethod
    def restored(cls, state: tuple[Any, ...]) -> Self:
        """Return the value with that state."""
        new = object.__new__(cls)
        for slot, value in zip(_slots(cls), state, strict=True):
            object.__setattr__(new, slot, value)
        return new

    @override
    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return _same(self, other)

    @override
    def __hash__(self) -> int:
        hashes: dict[int, int] = {}
        for value in _ordered(self, _compared):
            fields = _compared(value)
            if fields is not None:
                fields = _mapped(fields, lambda part: hashes[id(part)])
            hashes[id(value)] = hash(value if fields is None else (type(value), fields))
        return hashes[id(self)]

    @override
    def __repr__(self) -> str:
        written: list[str] = []
        stack = [self.pieces()]
        while stack:
            for piece in stack[-1]:
                if not isinstance(piece, str):
                    stack.append(_pieces(piece))
                    break
                written.append(piece)
            else:
                stack.pop()
        return "".join(written)

    @override
    def __reduce__(self) -> Any:
        numbers: dict[int, _Number] = {}
        made: list[Any] = []
        for value in _ordered(self, _state):
            numbers[id(value)] = _Number(len(made))
            state = _mapped(_state(value), lambda part: numbers[id(part)])
            made.append((type(value), state))
        return _remade, (made,)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self


class _Number(NamedTuple):
    """Stands in a pickle for a value that was made before."""

    number: int


Fields = Callable[[Value], "tuple[Any, ...] | None"]


@lru_cache(maxsize=1024)
def _slots(cls: type[Value]) -> tuple[str, ...]:
    slots = [slot for base in cls.__mro__ for slot in vars(base).get("__slots__", ())]
    return tuple(slot for slot in slots if slot != "__weakref__")


def _compared(value: Value) -> tuple[Any, ...] | None:
    return value.compared()


def _state(value: Value) -> tuple[Any, ...]:
    return value.state()


def _values_in(field: Any) -> Iterator[Value]:
    """Give the values in a field, which may be a tuple of them."""
    if isinstance(field, Value):
        yield field
    elif isinstance(field, tuple):
        for item in field:
            yield from _values_in(item)


def _mapped(field: Any, put: Callable[[Value], Any]) -> Any:
    """Return a field with something put for each value in it."""
    if isinstance(field, Value):
        return put(field)
    if type(field) is tuple:
        return tuple([_mapped(item, put) for item in field])
    return field


def _ordered(value: Value, fields: Fields) -> list[Value]:
    """Return *value* and all values within it once, each after those within it."""
    found: list[Value] = []
    known: set[int] = set()
    stack = [value]
    while stack:
        last = stack[-1]
        missing = [v for v in _values_in(fields(last)) if id(v) not in known]
        if missing and id(last) not in known:
            stack += missing
            continue
        stack.pop()
        if id(last) not in known:
            known.add(id(last))
            found.append(last)
    return found


def _same(a: Value, b: Value) -> bool:
    """Tell whether two values of one class are equal."""
    pairs: list[tuple[Any, Any]] = [(a.compared(), b.compared())]
    seen: set[tuple[int, int]] = set()
    while pairs:
        x, y = pairs.pop()
        if type(x) is type(y) is tuple:
            if len(x) != len(y):
                return False
            pairs += zip(x, y, strict=True)
        elif _nests(x) and _nests(y) and type(x) is type(y):
            if (id(x), id(y)) not in seen:
                seen.add((id(x), id(y)))
                pairs.append((x.compared(), y.compared()))
        elif x != y:
            return False
    return True


def _nests(field: Any) -> bool:
    return isinstance(field, Value) and field.compared() is not None


def _pieces(field: Any) -> Iterator[Any]:
    """Give the source of what is in a field."""
    if isinstance(field, Value):
        yield from field.pieces()
    elif type(field) is tuple:
        yield "("
        for place, item in enumerate(field):
            yield ", " if place else ""
            yield repr(item) if isinstance(item, str) else item
        yield ",)" if len(field) == 1 else ")"
    else:
        yield repr(field)


def _remade(made: list[tuple[type[Value], tuple[Any, ...]]]) -> Value:
    """Return the last of some values, each made of those before it."""
    values: list[Value] = []

    def refer(field: Any) -> Any:
        if isinstance(field, _Number):
            return values[field.number]
        return tuple(map(refer, field)) if type(field) is tuple else field

    for cls, state in made:
        values.append(cls.restored(refer(state)))
    return values[-1]
