"""Arithmetic and comparisons of expressions, and why some of them have no answer."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from math import comb, prod
from numbers import Number
from operator import add, mul, sub
from typing import Any

from cnncalc._typing import Self
from cnncalc.checks import for_message
from cnncalc.errors import ArgumentError, OptionError, UndecidedError
from cnncalc.symbolic.conditions import Condition
from cnncalc.symbolic.polynomial import Polynomial, as_polynomial
from cnncalc.symbolic.writing import as_text

__all__ = ["Operations"]

_MOST_POWER, _MOST_TERMS = 100, 10_000


def _operation(work: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    """Return an operation with an expression on its left, and on its right."""

    def joined(self: Operations, other: Any, *, turned: bool = False) -> Any:
        found = self._operand(other)
        if found is None:
            return NotImplemented
        if (self.is_bound or found.is_bound) and work is not add:
            why = "what this gives for a number that is only a lower bound is not known"
            raise OptionError(why, "Add to it, or use .at(...)")
        one, another = (found, self) if turned else (self, found)
        return one._with(another, work(one.polynomial, another.polynomial))

    return joined, lambda self, other: joined(self, other, turned=True)


def _comparison(sign: str) -> Any:
    """Return a comparison, which is decided where it holds for all sizes or for none.

    Raises:
        UndecidedError: Where it does not.
    """
    work = getattr(operator, sign)

    def compare(self: Operations, other: Any) -> Any:
        found = self._operand(other)
        if found is None:
            return NotImplemented
        if self.is_bound or found.is_bound:
            raise UndecidedError("it is no more than a lower bound", self._cure)
        try:
            return work(self.as_size, found.as_size)
        except UndecidedError as error:
            raise UndecidedError(error.why, self._cure) from None

    return compare


def _quotient(one: Polynomial, other: Polynomial) -> Polynomial:
    """Return a quotient, rounded down.

    Raises:
        OptionError: If the divisor may be 0 or less.
    """
    if other == 0:
        raise OptionError("it is divided by 0", "Divide by another integer")
    if not (other.is_positive or other.is_constant):
        why = f"it is divided by {as_text(other)}, which may be 0 or less"
        raise OptionError(why, "Divide by an integer, or by a sum of symbols")
    return one // other


def _exact(one: Polynomial, other: Polynomial) -> Polynomial:
    """Return a quotient that leaves no rest.

    Raises:
        OptionError: If it leaves one, or the divisor may be 0 or less.
    """
    found = _quotient(one, other)
    if found * other == one:
        return found
    why = f"divided by {as_text(other)} it may leave a rest"
    raise OptionError(why, "Write //, which rounds down, or divide what .at() returns")


def _power(one: Polynomial, other: Polynomial) -> Polynomial:
    """Return a power.

    Raises:
        OptionError: If the exponent is no integer from 0 on, or very large.
    """
    power = other.constant
    if not (other.is_constant and 0 <= power <= _MOST_POWER):
        why = f"it is raised to the power of {as_text(other)}"
        raise OptionError(why, f"It must be an integer from 0 to {_MOST_POWER}")
    terms = comb(len(one.terms) + power - 1, power) if one.terms else 0
    if terms > _MOST_TERMS:
        why = f"its power of {power} has {terms:,} terms"
        raise OptionError(why, "Raise what .at() returns")
    return prod([one] * power, start=as_polynomial(1))


class Operations(ABC):
    """The operators of expressions: integers that depend on sizes.

    Attributes:
        polynomial: The arithmetic.
        symbols: The names of the sizes that it may depend on.
        conditions: What they must be like.
        is_bound: Whether it is only known to be at least so much.
        like: For symbols the number that rules of layers take them for.
    """

    __slots__ = ("conditions", "is_bound", "like", "polynomial", "symbols")

    polynomial: Polynomial
    symbols: tuple[str, ...]
    conditions: tuple[Condition, ...]
    is_bound: bool
    like: Mapping[str, int]

    @property
    @abstractmethod
    def as_size(self) -> Any:
        """The same as a size that layers and shapes may have."""

    @classmethod
    @abstractmethod
    def _of(cls, value: Any) -> Self | None:
        """Return an expression, also of an integer or a size; None of all else."""

    @abstractmethod
    def _with(self, other: Any, polynomial: Polynomial) -> Self:
        """Return what is made of it and of another."""

    @property
    def _needed(self) -> set[str]:
        """The names without which it has no value."""
        each = [condition.symbols for condition in self.conditions]
        return set[str]().union(self.polynomial.symbols, *each)

    @property
    def _cure(self) -> str:
        """The way to a number, where one is needed."""
        sizes = ", ".join([f"{name}=224" for name in sorted(self._needed)])
        return f"Ask for its number: expression.at({sizes})"

    def _operand(self, other: Any) -> Self | None:
        """Return what it is joined or compared with; None of what is no number.

        Raises:
            ArgumentError: If it is a number, and no integer.
        """
        found = self._of(other)
        if found is None and isinstance(other, Number):
            why = f"{for_message(other)} is no integer, and an expression is exact"
            raise ArgumentError(why, self._cure)
        return found

    __add__, __radd__ = _operation(add)
    __sub__, __rsub__ = _operation(sub)
    __mul__, __rmul__ = _operation(mul)
    __floordiv__, __rfloordiv__ = _operation(_quotient)
    __mod__, __rmod__ = _operation(lambda a, b: a - _quotient(a, b) * b)
    __truediv__, __rtruediv__ = _operation(_exact)
    __pow__, __rpow__ = _operation(_power)

    __lt__, __le__ = _comparison("lt"), _comparison("le")
    __gt__, __ge__ = _comparison("gt"), _comparison("ge")

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __neg__(self) -> Self:
        negative: Self = self * -1
        return negative

    def __pos__(self) -> Self:
        return self

    def __round__(self, digits: int | None = None) -> Self:
        return self

    __trunc__ = __floor__ = __ceil__ = __round__

    def __bool__(self) -> bool:
        if self.polynomial.is_constant:
            return self.polynomial != 0
        return bool(self > 0)

    def __int__(self) -> int:
        if self.polynomial.is_constant:
            return self.polynomial.constant
        names = " and ".join(sorted(self.polynomial.symbols))
        why = f"it is no number as long as {names} may be any"
        raise UndecidedError(why, self._cure)

    __index__ = __int__

    def __float__(self) -> float:
        return float(int(self))
