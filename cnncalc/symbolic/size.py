"""Sizes that are symbols, on which rules run as they run on integers.

A size knows its value at the network's own size. Where a rule asks what cannot be told
of all sizes, whether one is at least another, or what integer it is, that value answers,
and the answer is noted: see `cnncalc.symbolic.conditions`. So no branch of a rule is
decided in silence. Nothing can be looked up by a size, for the same reason.
"""

from __future__ import annotations

from collections.abc import Callable
from math import gcd
from typing import Any

from cnncalc._typing import override
from cnncalc.checks import KEPT, SYMBOLIC
from cnncalc.symbolic.allowed import Sign, compared
from cnncalc.symbolic.conditions import Assumptions
from cnncalc.symbolic.polynomial import Polynomial, as_polynomial, variable

__all__ = ["Size", "polynomial_of", "size_named"]


def _arithmetic(make: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    """Return an operation with a size on its left, and one with it on its right."""

    def onto(self: Size, other: Any) -> Any:
        if not isinstance(other, (int, Size)):
            return NotImplemented
        mine, its = (x.polynomial if isinstance(x, Size) else x for x in (self, other))
        value = other.value if isinstance(other, Size) else other
        return self._made(make(mine, its), make(self.value, value))

    def from_right(self: Size, other: Any) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return self._made(make(other, self.polynomial), make(other, self.value))

    return onto, from_right


def _comparison(sign: Sign, less: int, factor: int) -> Any:
    """Return a comparison: of factor·(self - other) - less with 0."""

    def method(self: Size, other: Any) -> Any:
        if not isinstance(other, (int, Size)):
            return NotImplemented
        difference: Any = (self - other) * factor - less
        if isinstance(difference, int):
            return compared(difference, sign)
        return difference._is(sign)

    return method


class Size:
    """A size as a polynomial, with what it is at the network's own size.

    Attributes:
        polynomial: What it is in symbols.
        value: What it is at the network's own size.
        assumptions: Where what is asked of it is noted.

    Example:
        >>> assumed = Assumptions()
        >>> h = size_named("H", 224, assumed)
        >>> y = (h + 6 - 7) // 2 + 1
        >>> print(y, y >= 1, h >= 32, assumed.conditions[0])
        ⌈H/2⌉ True True H ≥ 32
    """

    __slots__ = ("assumptions", "polynomial", "value")

    def __init__(
        self, polynomial: Polynomial, value: int, assumptions: Assumptions
    ) -> None:
        self.polynomial, self.value = polynomial, value
        self.assumptions = assumptions

    def _made(self, polynomial: Polynomial, value: int) -> Any:
        """Return a size with the same assumptions; one without symbols is an int."""
        if polynomial.is_constant:
            return polynomial.constant
        return Size(polynomial, value, self.assumptions)

    __add__, __radd__ = _arithmetic(lambda a, b: a + b)
    __sub__, __rsub__ = _arithmetic(lambda a, b: a - b)
    __mul__, __rmul__ = _arithmetic(lambda a, b: a * b)

    def __neg__(self) -> Any:
        return self * -1

    def __pow__(self, power: int) -> Any:
        result: Any = 1
        for _ in range(power):
            result = result * self
        return result

    def __floordiv__(self, divisor: Any) -> Any:
        if isinstance(divisor, Size):
            exact = self.polynomial.divided(divisor.polynomial)
            if exact is not None:
                return self._made(exact, self.value // divisor.value)
            divisor = int(divisor)
        if not isinstance(divisor, int):
            return NotImplemented
        return self._made(self.polynomial // divisor, self.value // divisor)

    def __rfloordiv__(self, dividend: Any) -> Any:
        return dividend // int(self)

    def __mod__(self, divisor: Any) -> Any:
        return self - self // divisor * divisor

    def __rmod__(self, dividend: Any) -> Any:
        return dividend % int(self)

    def __divmod__(self, divisor: Any) -> Any:
        quotient = self // divisor
        return quotient, self - quotient * divisor

    def common_divisor(self, number: int) -> Any:
        """Return the greatest common divisor of it and an integer from 1 on."""
        found = self.polynomial.common_divisor(number)
        return self._made(found, gcd(self.value, number))

    def __truediv__(self, divisor: Any) -> Any:
        return int(self) / divisor

    __ge__ = _comparison("≥", 0, 1)
    __gt__ = _comparison("≥", 1, 1)
    __le__ = _comparison("≥", 0, -1)
    __lt__ = _comparison("≥", 1, -1)
    __eq__ = _comparison("=", 0, 1)
    __ne__ = _comparison("≠", 0, 1)
    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        return self._is("≠")

    def __int__(self) -> int:
        fixed: Any = self - self.value
        fixed._is("=")
        return self.value

    __index__ = __int__

    def _is(self, sign: Sign) -> bool:
        truth = compared(self.value, sign)
        return self.assumptions.decide(self.polynomial, sign, truth)

    @override
    def __str__(self) -> str:
        from cnncalc.symbolic.writing import as_text

        return as_text(self.polynomial)

    __repr__ = __str__


KEPT.add(Size)
SYMBOLIC.add(Size)


def size_named(symbol: str, value: int, assumptions: Assumptions) -> Size:
    """Return the size that a symbol stands for."""
    return Size(variable(symbol), value, assumptions)


def polynomial_of(number: Any) -> Polynomial:
    """Return what a number is in symbols: of an integer, itself."""
    return number.polynomial if isinstance(number, Size) else as_polynomial(number)
