"""Lower bounds: numbers that are only known to be at least so much."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

from cnncalc._typing import Self, override
from cnncalc.door import guarded
from cnncalc.errors import OptionError

__all__ = ["AtLeast", "difference", "total"]

_OF_TWO = {operator.add, operator.mul}  # of two bounds: a bound again
_SIGNED = {operator.add, operator.sub}  # with any number; what scales is not negative


def _kept(work: Callable[[Any, Any], Any]) -> Any:
    """Return the arithmetic with a number that leaves a lower bound one."""

    def method(bound: _Lower, other: Any) -> Any:
        if not isinstance(other, (int, float)):
            return NotImplemented
        if isinstance(other, _Lower):
            stays, other = work in _OF_TWO, other.known
        else:
            stays = work in _SIGNED or other >= 0
        if not stays:
            return _refused(bound, other)
        number = work(bound.known, other)
        return _Ratio(number) if isinstance(number, float) else AtLeast(number)

    return method


def _refused(bound: _Lower, other: object = 0) -> Any:
    """Refuse what would be an upper bound, or nothing that is known.

    Raises:
        OptionError: If it is a number.
    """
    if not isinstance(other, (int, float)):
        return NotImplemented
    why = f"what this gives for a number that is only known to be {bound} is not known"
    raise OptionError(why, "Take int() of it to go on with what is known")


class _Lower:
    """The arithmetic and the comparisons of a lower bound."""

    __slots__ = ()

    known: Any  # the number that it is at least

    __add__ = __radd__ = _kept(operator.add)
    __mul__ = __rmul__ = _kept(operator.mul)
    __sub__ = _kept(operator.sub)
    __truediv__ = _kept(operator.truediv)
    __floordiv__ = _kept(operator.floordiv)
    __rsub__: Any = _refused
    __rtruediv__: Any = _refused
    __rfloordiv__: Any = _refused
    __neg__: Any = _refused

    # True where it is certain: nothing is known to be more than it.

    def __lt__(self, _: Any) -> bool:
        return False

    def __le__(self, _: Any) -> bool:
        return False

    def __gt__(self, other: Any) -> bool:
        return bool(self.known > other)

    def __ge__(self, other: Any) -> bool:
        return bool(self.known >= other)

    @override
    def __str__(self) -> str:
        return f"≥ {self.known}"

    @override
    def __repr__(self) -> str:
        return f"AtLeast({self.known})"

    @override
    def __format__(self, spec: str) -> str:
        return f"≥ {self.known:{spec}}"


@guarded
class AtLeast(_Lower, int):
    """A total over numbers of which some are unknown: a lower bound.

    What is added to it, or taken from it, and what it is multiplied with or divided by,
    leaves it one. It is above what it is certain to be above, and below nothing: a
    budget is not met by what is unknown.

    Raises:
        OptionError: Where arithmetic would make an upper bound of it.

    Example:
        >>> print(AtLeast(1_000_000), AtLeast(5) * 2 - 1, AtLeast(5) / 2)
        ≥ 1000000 ≥ 9 ≥ 2.5
        >>> AtLeast(5) <= 10, AtLeast(5) >= 5
        (False, True)
    """

    known = property(int)

    def __new__(cls, number: int) -> Self:
        """Return the bound of a number that is known."""
        return int.__new__(cls, number)


class _Ratio(_Lower, float):
    """A part, or a multiple, of a lower bound."""

    known = property(float)


def total(numbers: Iterable[int | None]) -> int:
    """Return the sum; with unknown numbers, that of the others as a lower bound.

    Example:
        >>> total([1, 2]), total([1, None]), total([1, AtLeast(2)])
        (3, AtLeast(1), AtLeast(3))
    """
    numbers = tuple(numbers)
    if None in numbers or AtLeast in map(type, numbers):
        return AtLeast(sum(int(number) for number in numbers if number is not None))
    known: Any = numbers
    return sum(known)


def difference(before: int | None, after: int | None) -> int | None:
    """Return by how much a number grew; None where one is not known, or a bound.

    Example:
        >>> difference(5, 3), difference(5, None), difference(AtLeast(5), 8)
        (-2, None, None)
    """
    if before is None or after is None or AtLeast in (type(before), type(after)):
        return None
    return after - before
