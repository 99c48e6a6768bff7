"""Sizes that are symbols, on which rules run as they run on integers.

A size knows its value at the network's own size. Where a rule asks what cannot be told
of all sizes, whether one is at least another, or what integer it is, that value
answers, and the answer is noted: see `noting` and `cnncalc.symbolic.conditions`. So no
branch of a rule is decided in silence. Nothing can be looked up by a size, for the same
reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from math import gcd, prod
from typing import Any

from cnncalc._lazy import modules
from cnncalc._typing import override
from cnncalc.checks import KEPT, SYMBOLIC
from cnncalc.errors import UndecidedError
from cnncalc.symbolic.allowed import SizeSign, compared
from cnncalc.symbolic.conditions import Assumptions
from cnncalc.symbolic.polynomial import Polynomial, as_polynomial, variable

__all__ = [
    "Size",
    "made_size",
    "noting",
    "polynomial_of",
    "size_named",
    "taken_alike",
    "there_for",
    "where_is",
]


def _arithmetic(make: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    """Return an operation with a size on its left, and one with it on its right."""

    def onto(self: Size, other: Any) -> Any:
        its: Any
        if isinstance(other, Size):
            its, value = other.polynomial, other.value
        elif isinstance(other, int):
            its = value = other
        else:
            return (
                make(int(self), other) if isinstance(other, float) else NotImplemented
            )
        return made_size(make(self.polynomial, its), make(self.value, value))

    def from_right(self: Size, other: Any) -> Any:
        if isinstance(other, int):
            return made_size(make(other, self.polynomial), make(other, self.value))
        return make(other, int(self)) if isinstance(other, float) else NotImplemented

    return onto, from_right


def _comparison(sign: SizeSign, less: int, factor: int) -> Any:
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

    Example:
        >>> h = size_named("H", 224)
        >>> y = (h + 6 - 7) // 2 + 1
        >>> with noting() as assumed:
        ...     print(y, y >= 1, h >= 32, *assumed.conditions)
        ⌈H/2⌉ True True H ≥ 32
    """

    __slots__ = ("polynomial", "value")

    def __init__(self, polynomial: Polynomial, value: int) -> None:
        self.polynomial, self.value = polynomial, value

    __add__, __radd__ = _arithmetic(lambda a, b: a + b)
    __sub__, __rsub__ = _arithmetic(lambda a, b: a - b)
    __mul__, __rmul__ = _arithmetic(lambda a, b: a * b)

    def __neg__(self) -> Any:
        return self * -1

    def __pow__(self, power: Any) -> Any:
        if not (isinstance(power, int) and power >= 0):
            return int(self) ** power
        result: Any = 1
        for _ in range(power):
            result = result * self
        return result

    def __floordiv__(self, divisor: Any) -> Any:
        if isinstance(divisor, Size):
            exact = self.polynomial.divided(divisor.polynomial)
            if exact is not None:
                return made_size(exact, self.value // divisor.value)
            if divisor.polynomial.is_positive:
                found = self.polynomial // divisor.polynomial
                return made_size(found, self.value // divisor.value)
            divisor = int(divisor)
        if not isinstance(divisor, int):
            return NotImplemented
        return made_size(self.polynomial // divisor, self.value // divisor)

    def __rfloordiv__(self, dividend: Any) -> Any:
        if isinstance(dividend, int) and self.polynomial.is_positive:
            return made_size(dividend // self.polynomial, dividend // self.value)
        return dividend // int(self)

    def __mod__(self, divisor: Any) -> Any:
        return self - self // divisor * divisor

    def __rmod__(self, dividend: Any) -> Any:
        if isinstance(dividend, int) and self.polynomial.is_positive:
            return dividend - dividend // self * self
        return dividend % int(self)

    def __divmod__(self, divisor: Any) -> Any:
        quotient = self // divisor
        return quotient, self - quotient * divisor

    def common_divisor(self, number: int) -> Any:
        """Return the greatest common divisor of it and an integer from 1 on."""
        number = int(number)  # a symbol of a field is taken for one, as by a remainder
        found = self.polynomial.common_divisor(number)
        return made_size(found, gcd(self.value, number))

    def bracket(self) -> Any:
        """Return 1 if it is 0, else 0: in symbols where `noting` goes both ways."""
        assumed = _ASSUMED.get()
        if assumed is None or not assumed.both_ways:
            return int(self == 0)
        return made_size(self.polynomial.bracket(), int(self.value == 0))

    def is_one_of(self, numbers: Sequence[int]) -> bool:
        """Tell whether it is one of some numbers; of several symbols, which it is."""
        either = prod([self - number for number in numbers])
        if not isinstance(either, Size) or len(either.polynomial.symbols) == 1:
            return bool(either == 0)
        return any(self == number for number in numbers)

    def spread_with(self, other: Any) -> Any:
        """Return what it and another size are spread to: the one that is not 1.

        None if that is not the same one whatever their symbol is, or cannot be told;
        they must be equal then.
        """
        assumed, difference = _ASSUMED.get(), self.polynomial - other.polynomial
        if assumed is None or self.value != other.value or difference.is_constant:
            return None
        for size, one in ((self, other), (other, self)):
            if assumed.spreads(difference, one.polynomial - 1, size.polynomial - 1):
                return size
        return None

    def __truediv__(self, divisor: Any) -> Any:
        return int(self) / divisor

    __ge__ = _comparison("≥", 0, 1)
    __gt__ = _comparison("≥", 1, 1)
    __le__ = _comparison("≥", 0, -1)
    __lt__ = _comparison("≥", 1, -1)
    __eq__ = _comparison("=", 0, 1)
    __ne__ = _comparison("≠", 0, 1)

    @override
    def __hash__(self) -> int:
        raise UndecidedError("nothing is looked up by a size in symbols", _FIX)

    def __bool__(self) -> bool:
        return self._is("≠")

    def __int__(self) -> int:
        if _ASSUMED.get() is None:
            raise UndecidedError(f"{self} is no number", _FIX)
        fixed: Any = self - self.value
        fixed._is("=")
        return self.value

    __index__ = __int__

    def _is(self, sign: SizeSign) -> bool:
        truth, assumed = compared(self.value, sign), _ASSUMED.get()
        if assumed is not None:
            return assumed.decide(self.polynomial, sign, truth)
        needed = Assumptions()
        needed.decide(self.polynomial, sign, truth)
        if needed.conditions:
            why = f"this depends on whether {needed.conditions[0]}"
            raise UndecidedError(why, _FIX)
        return truth

    def __getattr__(self, name: str) -> Any:
        if name not in _EXPRESSION:
            raise AttributeError(name)
        return getattr(_modules["expression"].expression_of(self), name)

    @override
    def __str__(self) -> str:
        return str(_modules["writing"].as_text(self.polynomial))

    __repr__ = __str__

    @override
    def __format__(self, spec: str) -> str:
        return str(self)


# What it has of expressions, so that a network's own numbers are asked as those are.
_EXPRESSION = {
    *("at", "draw", "function", "in_terms_of", "symbols"),
    *("to_latex", "to_mathml", "to_sympy", "_repr_latex_"),
}
_modules = modules("cnncalc.symbolic", "expression writing")

_FIX = "Ask net.symbolic() for what a network has in symbols, or give them numbers"

KEPT.add(Size)
SYMBOLIC.add(Size)


def made_size(polynomial: Polynomial, value: int) -> Any:
    """Return a size; one without symbols is an integer."""
    return polynomial.constant if polynomial.is_constant else Size(polynomial, value)


def size_named(symbol: str, value: int) -> Size:
    """Return the size that a symbol stands for."""
    return Size(variable(symbol), value)


def polynomial_of(number: Any) -> Polynomial:
    """Return what a number is in symbols: of an integer, itself."""
    return number.polynomial if isinstance(number, Size) else as_polynomial(number)


def there_for(made: Any, where: Any) -> None:
    """Note that a call, or the shape of a tensor, is there for some sizes alone.

    Args:
        made: It.
        where: A number in symbols: 1 where it is there, else 0.
    """
    assumed = _ASSUMED.get()
    assert assumed is not None  # a number is in symbols where these are noted
    assumed.there[id(made)] = made, where


def where_is(made: Any) -> Any:
    """Return 1 where a call, or the shape of a tensor, is there, else 0."""
    assumed = _ASSUMED.get()
    return 1 if assumed is None else assumed.there.get(id(made), (made, 1))[1]


_ASSUMED: ContextVar[Assumptions | None] = ContextVar("assumed", default=None)


@contextmanager
def noting(*, both_ways: bool = False) -> Iterator[Assumptions]:
    """Note meanwhile what is assumed of sizes.

    Args:
        both_ways: Whether nodes that are there for some sizes alone are added for all,
            and it is noted for which they are there.
    """
    assumed = Assumptions(both_ways=both_ways)
    token = _ASSUMED.set(assumed)
    try:
        yield assumed
    finally:
        _ASSUMED.reset(token)


def is_noting() -> bool:
    """Tell whether it is noted at present what is assumed of sizes."""
    return _ASSUMED.get() is not None


@contextmanager
def taken_alike(error: UndecidedError) -> Iterator[Assumptions]:
    """Take sizes meanwhile for what they are like, as far as they stay symbols.

    Args:
        error: What could not be decided without.

    Raises:
        UndecidedError: That, where it is so already; or if one was taken for a number.
    """
    if _ASSUMED.get() is not None:
        raise error
    with noting() as assumed:
        yield assumed
    for symbol, some in assumed.allowed.items():
        if some.most == some.least:
            why = f"this depends on whether {some.words(symbol)}"
            raise UndecidedError(why, "Give it a number: this rule takes no symbol")
