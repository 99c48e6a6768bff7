"""Terms: integers that remember how they were made.

A rule, such as the number of parameters of a convolution, is written once, as
plain arithmetic over the fields of a layer and of a shape. Called on integers it
counts. Called on terms that stand in for those fields, *the same rule* gives its
own formula: with its numbers (``5×5×1×6 + 6``) and in general
(``k_h×k_w×C_in×F + F``). So a printed formula cannot drift from the number, and
counting never pays for explaining.

What carries no information drops out while a formula is built: ``+ 0``, ``× 0``
and ``// 1``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

from cnncalc._typing import override
from cnncalc.checks import KEPT
from cnncalc.sizes.arithmetic import Arithmetic

__all__ = ["Term", "added", "as_term", "leaf", "rounded_up", "whole"]

_MAX_POWER = 4  # what a reader still takes in at a glance: k×k×k×k


def _remembered(make: Callable[[Term, Term], Term]) -> tuple[Any, Any]:
    """Return an operation with a term on its left, and one with a term on its right.

    What is no int, such as a float or a list, is left to Python: it then takes the
    term for the int that it is.
    """

    def onto(self: Term, other: Any) -> Any:
        return make(self, as_term(other)) if isinstance(other, int) else NotImplemented

    def from_right(self: Term, other: Any) -> Any:
        return make(as_term(other), self) if isinstance(other, int) else NotImplemented

    return onto, from_right


def _plus(left: Term, right: Term) -> Term:
    if not right:
        return left
    if not left:
        return right
    # Sums and products are kept flat, so that a long one is not a deep one.
    parts = (*_addends(left), *_addends(right))
    return _made(int(left) + int(right), "+", parts)


def _addends(term: Term) -> tuple[Any, ...]:
    return term.parts if term.op == "+" else (term,)


def _times(left: Term, right: Term) -> Term:
    value = int(left) * int(right)
    factors = [t.parts if t.op == "×" else (t,) for t in (left, right)]
    return _made(value, "×", (*factors[0], *factors[1])) if value else leaf(0)


def _floor(left: Term, right: Term) -> Term:
    return _quotient("⌊", int(left) // int(right), left, right)


def _quotient(op: str, value: int, dividend: Term, divisor: Term) -> Term:
    if divisor == 1:
        return dividend
    return _made(value, "/" if divisor.divides else op, (dividend, divisor))


class Term(Arithmetic, int):
    """An integer that remembers how it was made.

    It is an `int` in every respect, so that whatever a rule may do with a number
    it may do with a term; only ``+ - * // **`` are remembered.

    Attributes:
        divides: Whether whatever is divided by it is divided exactly.

    Example:
        >>> k, c = leaf(5, "k"), leaf(3, "C_in")
        >>> size = k * k * c + 1
        >>> int(size), str(size), size.general
        (76, '5×5×3 + 1', 'k×k×C_in + 1')
    """

    value = property(int)
    divides = False

    # Most terms are leaves of a stand-in: an int alone, with a name, is made fast.
    __init__: Any = object.__init__

    __add__, __radd__ = _remembered(_plus)
    __sub__, __rsub__ = _remembered(lambda left, right: _plus(left, -right))
    __mul__, __rmul__ = _remembered(_times)
    __floordiv__, __rfloordiv__ = _remembered(_floor)

    @override
    def __neg__(self) -> Any:
        if not self:
            return leaf(0)
        if self.op == "-":
            return self.parts[0]
        if self.op == "+":
            return _made(-int(self), "+", tuple([-part for part in _addends(self)]))
        return _made(-int(self), "-", (self,))

    @override
    def __pow__(self, power: Any, modulus: int | None = None) -> Any:
        if modulus is None and isinstance(power, int) and 1 <= power <= _MAX_POWER:
            return reduce(_times, [self] * power)
        plain: Any = int.__pow__
        return plain(self, power, modulus)


KEPT.add(Term)  # a rule that makes a shape or a layer must not lose how a size was made


def as_term(value: int) -> Term:
    """Return *value*; one that is no term becomes a leaf."""
    return value if isinstance(value, Term) else leaf(value)


def leaf(value: int, symbol: str = "", *, divides: bool = False) -> Term:
    """Return *value* as a term without parts.

    Args:
        value: The number.
        symbol: What it is called in general; without one it is the number itself.
        divides: Whatever is divided by it is divided exactly (a number of groups).
    """
    term: Term = Term(int(value))
    term.symbol, term.divides = symbol, divides
    return term


def _made(value: int, op: str, parts: tuple[Any, ...]) -> Term:
    term: Term = Term(value)
    term.op, term.parts = op, parts
    return term


def added(numbers: Iterable[int]) -> int:
    """Return the sum of numbers, made at once.

    One by one each sum of terms would copy the one before it: n² addends.

    Example:
        >>> k = leaf(5, "k")
        >>> added([k, 0, 2 * k]).general, added([1, 2]), added([])
        ('k + 2×k', 3, 0)
    """
    given = list(numbers)
    if not any(isinstance(number, Term) for number in given):
        return sum(given)
    terms = [term for term in map(as_term, given) if term]
    parts = [part for term in terms for part in _addends(term)]
    return (
        _made(sum(map(int, terms)), "+", tuple(parts))
        if parts[1:]
        else sum(terms, leaf(0))
    )


def whole(value: int) -> int:
    """Return *value*; in a formula its number stands for it, in general its parts.

    Example:
        >>> k = leaf(5, "k")
        >>> links = 3 * whole(k * k) + 1
        >>> str(links), links.general
        ('3×25 + 1', '3×k×k + 1')
    """
    known = isinstance(value, Term)
    return _made(int(value), "whole", (value,)) if known else value


def rounded_up(value: int, dividend: int, divisor: int) -> int:
    """Return the value of a quotient that was rounded up, as a term if that has one."""
    if isinstance(dividend, Term) or isinstance(divisor, Term):
        return _quotient("⌈", value, as_term(dividend), as_term(divisor))
    return value
