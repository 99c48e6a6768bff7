"""Atoms of polynomials: symbols, and what an integer is done with to a polynomial."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from cnncalc._typing import override
from cnncalc.sizes.number import common_divisor, is_zero

if TYPE_CHECKING:
    from cnncalc.symbolic.polynomial import Polynomial

__all__ = [
    "Atom",
    "Compound",
    "Divisor",
    "Floor",
    "Indicator",
    "Monomial",
    "Ratio",
    "key_of",
    "keys",
]


class Compound(ABC):
    """A polynomial with a number, by an operation that makes them an atom.

    Attributes:
        inner: The polynomial.
        number: The number: an integer from 2 on; where none is needed 0.
        key: A text that no other atom has.
    """

    __slots__ = ("_hash", "inner", "key", "number")

    mark: ClassVar[str]

    @property
    def ends(self) -> tuple[int, int] | None:
        """The least and most that it is, whatever the sizes; None if that is open."""
        return None

    def __init__(self, inner: Polynomial, number: Any) -> None:
        self.inner, self.number = inner, number
        self.key = f"{self.mark}({inner.key}; {getattr(number, 'key', number)})"
        self._hash = hash(self.key)

    @property
    def symbols(self) -> frozenset[str]:
        """The names of its symbols."""
        return self.inner.symbols

    @abstractmethod
    def of(self, value: Callable[[Any], Any]) -> Any:
        """Return what comes out, if a function gives the values of polynomials."""

    @override
    def __reduce__(self) -> Any:  # a hash of texts is another in each process
        return type(self), (self.inner, self.number)

    @override
    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Compound) and self.key == other.key)

    @override
    def __hash__(self) -> int:
        return self._hash


class Floor(Compound):
    """A polynomial divided by an integer, rounded down."""

    __slots__ = ()

    mark: ClassVar[str] = "⌊"

    @override
    def of(self, value: Callable[[Any], Any]) -> Any:
        return value(self.inner) // self.number


class Ratio(Floor):
    """A polynomial divided by another that has symbols, rounded down.

    Attributes:
        number: The other.
    """

    __slots__ = ()

    mark: ClassVar[str] = "÷"

    number: Polynomial

    @property
    @override
    def symbols(self) -> frozenset[str]:
        return self.inner.symbols | self.number.symbols

    @override
    def of(self, value: Callable[[Any], Any]) -> Any:
        return value(self.inner) // value(self.number)


class Divisor(Compound):
    """The greatest common divisor of a polynomial and an integer."""

    __slots__ = ()

    mark: ClassVar[str] = "gcd"

    @property
    @override
    def ends(self) -> tuple[int, int]:
        return 1, self.number

    @override
    def of(self, value: Callable[[Any], Any]) -> Any:
        return common_divisor(value(self.inner), self.number)


class Indicator(Compound):
    """1 where a polynomial is 0, and 0 elsewhere: an Iverson bracket."""

    __slots__ = ()

    mark: ClassVar[str] = "="

    def __init__(self, inner: Polynomial, number: int = 0) -> None:
        super().__init__(inner, number)

    @property
    @override
    def ends(self) -> tuple[int, int]:
        return 0, 1

    @override
    def of(self, value: Callable[[Any], Any]) -> Any:
        return is_zero(value(self.inner))


Atom: TypeAlias = str | Compound  # a symbol is its name
Monomial: TypeAlias = tuple[Atom, ...]  # in order; of a power, the atom so many times


def key_of(atom: Atom) -> str:
    """Return a text that no other atom has."""
    return atom if isinstance(atom, str) else atom.key


def keys(monomial: Monomial) -> tuple[str, ...]:
    """Return the same of each atom of a monomial."""
    return tuple(map(key_of, monomial))
