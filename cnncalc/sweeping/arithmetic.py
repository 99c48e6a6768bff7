"""Operations on columns: what each gives is noted, and between which numbers it lies.

The same operation on the same columns is the same column, so that what is made of it is
found again, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import isfinite
from typing import Any

from cnncalc.checks import Mixed
from cnncalc.sweeping.bounds import BOUNDS, TRUTH
from cnncalc.sweeping.working import WIDE, Array, Made, Number, worked_out

__all__ = ["applied", "as_float", "comparison", "operation"]

_EXACT = 2**53  # integers up to it are floats, too

_DIVIDING = {"//", "%", "/"}
_LINEAR = {"+", "-", "*"}
_NEUTRAL = {"+": 0, "-": 0, "*": 1, "//": 1}  # what leaves the left as it is
_TO_WHOLE = {"less", "gcd", "trunc", "floor", "ceil", "round"}


def _ends(number: Number) -> tuple[Any, Any]:
    if isinstance(number, Made):
        return number.low, number.high
    return number, number


def applied(op: str, left: Number, right: Number, frame: Any) -> Number:
    """Return what an operation gives; the number, where it is one for all.

    Raises:
        ZeroDivisionError: If a divisor is 0.
        Mixed: If one is 0 for some only, or that cannot be told of all at once.
    """
    c, d = _ends(right)
    if op in _DIVIDING and c <= 0 <= d and right == 0:
        raise ZeroDivisionError("division by zero")
    if op == "/":
        left, right = as_float(left), as_float(right)
    a, b = _ends(left)
    low, high = BOUNDS[op](a, b, *_ends(right))
    sides = [side for side in (left, right) if isinstance(side, Made)]
    real = op not in _TO_WHOLE and (op == "/" or any(s.is_real for s in sides))
    if real and not (isfinite(low) and isfinite(high)):
        raise Mixed(*_by_value(sides))
    if op in _TO_WHOLE and max(-low, high) >= WIDE:
        raise Mixed(*_by_value(sides))
    if low == high:
        return float(low) if real else low
    axes = 0
    for side in sides:
        axes |= side.axes
    make = frame.floats if real else frame.integers
    return make(axes, low, high, (op, left, right))


def _by_value(sides: Sequence[Number]) -> tuple[Array, str]:
    mixed = next(side for side in sides if side.low != side.high)
    return worked_out([mixed])[0], "of a number beyond 64 bits"


def as_float(number: Number) -> Number:
    """Return an integer as a float, as Python's arithmetic of both makes it.

    Raises:
        Mixed: If it is a column of integers that are too large for that.
    """
    if isinstance(number, int):
        return float(number)
    if not isinstance(number, Made) or number.is_real:
        return number
    if max(-number.low, number.high) > _EXACT:
        array = worked_out([number])[0]
        raise Mixed(array, "of an integer beyond 53 bits as a float")
    return number.known(
        "float",
        lambda: number.frame.floats(
            number.axes, float(number.low), float(number.high), ("float", number, None)
        ),
    )


def operation(op: str) -> tuple[Any, Any]:
    """Return an operation with a column on its left, and one with it on its right."""
    neutral = _NEUTRAL.get(op)

    def onto(self: Number, other: Any) -> Any:
        left, right = self, other
        if type(other) is int and not self.is_real:  # as mostly
            if other == neutral:
                return self
            key: Any = (op, id(self), other)
        elif type(self) is type(other):
            key = (op, id(self), id(other), "column")
        else:
            left, right = self._like(other)
            if right is None:
                return NotImplemented
            key = (op, id(left), *_key(right))
        made = self.frame.made
        found = made.get(key)
        if found is None:
            found = made[key] = _simplest(op, left, right)
        return found

    def from_right(self: Number, other: Any) -> Any:
        right, left = self._like(other)
        if left is None:
            return NotImplemented
        make = partial(applied, op, left, right, self.frame)
        return right.known("r" + op, make, *_key(left))

    return onto, onto if op in {"+", "*"} else from_right


def _simplest(op: str, left: Number, right: Number) -> Number:
    """Return what an operation gives, as made of the fewest others.

    The same size must be the same column, or what is made of it is made again.
    """
    if left.is_real:
        return applied(op, left, right, left.frame)
    if type(right) is not int:
        if op == "-" and left is right:
            return 0
        low, high, axes = right.low, right.high, left.axes | right.axes
    elif op == "-":
        return left + -right
    else:
        how = left.how
        if how and how[0] == op and op in _LINEAR and type(how[2]) is int:
            return how[1] + (how[2] + right) if op == "+" else how[1] * (how[2] * right)
        low, high, axes = right, right, left.axes
    # As `applied`, without what sums and products of sizes do not need.
    if op == "+":
        low, high = left.low + low, left.high + high
    elif op == "*" and left.low >= 0 and low >= 0:
        low, high = left.low * low, left.high * high
    else:
        return applied(op, left, right, left.frame)
    if low == high:
        return low
    made: Number = type(left)(left.frame, axes, low, high, (op, left, right))
    return made


def _key(number: Number) -> Any:
    """Return what only the same number has: a column by its identity."""
    if isinstance(number, Made):
        return id(number), "column"
    return (number,) if type(number) is int else (repr(number), "float")


def _ends_together(left: Number, right: Number) -> tuple[Any, Any, Any, Any]:
    """Return the bounds of two numbers; of one and its multiple, 1 and the factor."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Made) and one.how and one.how[0] == "*":
            _, inner, factor = one.how
            if inner is other and type(factor) is int and inner.low > 0:
                ends = (factor, factor, 1, 1)
                return ends if one is left else (1, 1, factor, factor)
    return (*_ends(left), *_ends(right))


def comparison(op: str) -> Any:
    """Return what compares a column with another number: one answer for all.

    It raises `Mixed` if there is none.
    """
    work, certain = TRUTH[op]

    def method(self: Made, other: Any) -> Any:
        if type(other) is int:  # as mostly
            yes, no = certain(self.low, self.high, other, other)
        elif self is other:
            return op in {"<=", ">=", "=="}
        elif not isinstance(other, (int, float, Made)):
            return NotImplemented
        else:
            yes, no = certain(*_ends_together(self, other))
        if yes or no:
            return bool(yes)

        def decided() -> bool:
            one, another = worked_out([self, other])
            truth = work(one, another)
            first = bool(truth.flat[0])
            if (truth != first).any():
                raise Mixed(truth, "compared")
            return first

        return self.known(op, decided, *_key(other))

    return method
