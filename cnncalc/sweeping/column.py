"""Columns: sizes that are many numbers at once, one for each network of a sweep.

Rules run on a column as they run on an integer. What it is made of is kept, and worked
out for all networks when it is asked for; what is known at once is between which
numbers all of it lies, which answers nearly all checks. Where a question has different
answers for some networks and others, `Mixed` is raised, and who runs the sweep asks
again for each part of them. So no branch of a rule is decided for networks that do not
take it.

Each setting has an axis of its own in the arrays, so that what depends on one setting
alone is worked out once for each of its values. A sum of products over several axes is
kept as such: the factors are added up before they are multiplied out.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from math import isfinite, prod
from typing import Any, ClassVar

from cnncalc._typing import override
from cnncalc.checks import KEPT, REAL, SYMBOLIC, Mixed
from cnncalc.sweeping.bounds import BOUNDS, TRUTH
from cnncalc.sweeping.working import WIDE, Array, Node, Number, evaluated

__all__ = ["Column", "Frame", "Real"]

_EXACT = 2**53  # integers up to it are floats, too


class Frame:
    """What the columns of one run share.

    Attributes:
        memo: What was made of which columns, by their identity.
    """

    __slots__ = ("_columns", "_given", "memo")

    def __init__(self) -> None:
        self.memo: dict[Any, Any] = {}
        self._given: dict[Any, Number] = {}  # the columns of arrays
        self._columns: list[_Many] = []

    def column(self, array: Array, axis: int) -> Number:
        """Return the column of an array whose numbers differ along one axis.

        Of equal arrays it is the same one; of equal numbers it is the number.
        """
        key: Any = (axis, array.dtype.char, array.tobytes())
        if array.dtype == object:
            key = (axis, "O", tuple(array.ravel()))
        known = self._given.get(key)
        if known is None:
            kind: Any = Real if array.dtype == float else Column
            low, high = array.min(), array.max()
            if array.dtype != object:
                low, high = low.item(), high.item()
            known = kind(self, 1 << axis, low, high, None, array)
            self._given[key] = known = low if low == high else known
        return known

    def close(self) -> None:
        """Let go of all that was worked out; its columns are of no use any more."""
        for column in self._columns:
            column.clear()
        self._columns.clear()
        self._given.clear()
        self.memo.clear()

    def settle(self) -> None:
        """Let columns that are one number be that number when they are made again."""
        for column in self._columns:
            sides = [side for side in column.how or () if isinstance(side, _Many)]
            array = column.array
            if sides and (array == array.flat[0]).all():
                value = column.single("")
                for side in sides:
                    side.forget(column, value)
        self.memo.clear()


_DIVIDING = {"//", "%", "/"}
_LINEAR = {"+", "-", "*"}
_SAME = {("+", 0), ("-", 0), ("*", 1), ("//", 1)}  # what leaves the left as it is
_TO_WHOLE = {"less", "gcd", "trunc", "floor", "ceil", "round"}


def _ends(number: Number) -> tuple[Any, Any]:
    if isinstance(number, _Many):
        return number.low, number.high
    return number, number


def _worked(op: str, left: Number, right: Number, frame: Frame) -> Number:
    """Return what an operation gives; the number, where it is one for all.

    Raises:
        ZeroDivisionError: If a divisor is 0.
        Mixed: If one is 0 for some only, or that cannot be told of all at once.
    """
    c, d = _ends(right)
    if op in _DIVIDING and c <= 0 <= d and right == 0:
        raise ZeroDivisionError("division by zero")
    if op == "/":
        left, right = _as_real(left), _as_real(right)
    a, b = _ends(left)
    low, high = BOUNDS[op](a, b, *_ends(right))
    sides = [side for side in (left, right) if isinstance(side, _Many)]
    real = op not in _TO_WHOLE and (op == "/" or any(type(s) is Real for s in sides))
    if real and not (isfinite(low) and isfinite(high)):
        raise Mixed(*_by_value(sides))
    if op in _TO_WHOLE and max(-low, high) >= WIDE:
        raise Mixed(*_by_value(sides))
    if low == high:
        return float(low) if real else low
    axes = 0
    for side in sides:
        axes |= side.axes
    return (Real if real else Column)(frame, axes, low, high, (op, left, right))


def _by_value(sides: Sequence[_Many]) -> tuple[Array, str]:
    mixed = next(side for side in sides if side.low != side.high)
    return mixed.array, "of a number beyond 64 bits"


def _as_real(number: Number) -> Number:
    """Return an integer as a float, as Python's arithmetic of both makes it.

    Raises:
        Mixed: If it is a column of integers that are too large for that.
    """
    if isinstance(number, int):
        return float(number)
    if type(number) is not Column:
        return number
    if max(-number.low, number.high) > _EXACT:
        raise Mixed(number.array, "of an integer beyond 53 bits as a float")
    return number.known(
        ("float", None),
        lambda: Real(
            number.frame,
            number.axes,
            float(number.low),
            float(number.high),
            ("float", number, None),
        ),
    )


def _arithmetic(op: str) -> tuple[Any, Any]:
    """Return an operation with a column on its left, and one with it on its right."""

    def onto(self: _Many, other: Any) -> Any:
        left, right = self, other
        if type(self) is Column and type(other) is int:
            key: Any = (op, other)  # as mostly
        elif type(self) is type(other):
            key = (op, id(other), "column")
        else:
            left, right = self._like(other)
            if right is None:
                return NotImplemented
            key = (op, *_key(right))
        found = left.made.get(key)
        if found is None:
            found = left.made[key] = _simplest(op, left, right)
        return found

    def from_right(self: _Many, other: Any) -> Any:
        right, left = self._like(other)
        if left is None:
            return NotImplemented
        key = ("r" + op, *_key(left))
        return right.known(key, lambda: _worked(op, left, right, self.frame))

    return onto, onto if op in {"+", "*"} else from_right


def _simplest(op: str, left: _Many, right: Number) -> Number:
    """Return what an operation gives, as made of the fewest others.

    The same size must be the same column, or what is made of it is made again.
    """
    if type(left) is not Column:
        return _worked(op, left, right, left.frame)
    if type(right) is int:
        return _with_integer(op, left, right)
    if type(right) is not Column:
        return _worked(op, left, right, left.frame)
    if op == "-" and left is right:
        return 0
    axes = left.axes | right.axes
    return _quickly(op, left, right, right.low, right.high, axes)


def _with_integer(op: str, left: Column, right: int) -> Number:
    if (op, right) in _SAME:
        return left
    if op == "-":
        return left + -right
    if op in _LINEAR and left.how and left.how[0] == op:
        _, inner, known = left.how
        if type(known) is int:
            work = operator.add if op == "+" else operator.mul
            return work(inner, work(known, right))
    return _quickly(op, left, right, right, right, left.axes)


def _quickly(
    op: str, left: Column, right: Number, low: int, high: int, axes: int
) -> Number:
    """Return what an operation on integers from *low* to *high* gives.

    It is `_worked` without what sums and products of sizes do not need.
    """
    if op == "+":
        low, high = left.low + low, left.high + high
    elif op == "*" and left.low >= 0 and low >= 0:
        low, high = left.low * low, left.high * high
    else:
        return _worked(op, left, right, left.frame)
    if low == high:
        return low
    return Column(left.frame, axes, low, high, (op, left, right))


def _key(number: Number) -> Any:
    """Return what only the same number has: a column by its identity."""
    if isinstance(number, _Many):
        return id(number), "column"
    return (number,) if type(number) is int else (repr(number), "float")


def _comparison(op: str) -> Any:
    work, certain = TRUTH[op]

    def method(self: _Many, other: Any) -> Any:
        if self is other:
            return op in {"<=", ">=", "=="}
        if not isinstance(other, (int, float, _Many)):
            return NotImplemented
        yes, no = certain(self.low, self.high, *_ends(other))
        if yes or no:
            return bool(yes)
        key = (op, *_key(other))

        def decided() -> bool:
            one, another = evaluated([self, other])
            truth = work(one, another)
            first = bool(truth.flat[0])
            if (truth != first).any():
                raise Mixed(truth, "compared")
            return first

        return self.known(key, decided)

    return method


class _Many(Node):
    """A number for each network: whatever columns of integers and of floats share.

    Args:
        frame: What it shares with others.
        what: As of `Node`.
    """

    __slots__ = ("frame",)

    # As parts are that never change: what is made of one is found again by identity.
    immutable: ClassVar[bool] = True

    def __init__(self, frame: Frame, *what: Any) -> None:
        super().__init__(*what)
        self.frame = frame
        frame._columns.append(self)

    def forget(self, made: Any, number: Any) -> None:
        """Give a number instead of a column that was made of it."""
        for key, known in self.made.items():
            if known is made:
                self.made[key] = number

    def clear(self) -> None:
        """Let go of all that was made of it."""
        self.made.clear()
        self.how = self.values = None

    @property
    def array(self) -> Array:
        """The numbers of all networks; along axes that do not count its size is 1."""
        (found,) = evaluated([self])
        return found

    def _like(self, other: Any) -> tuple[Any, Any]:
        """Return itself and another number as one sort; None if that is no number."""
        raise NotImplementedError

    def single(self, what: str) -> Any:
        """Return the number that all have.

        Raises:
            Mixed: If they differ.
        """
        array = self.array
        first = array.flat[0]
        if (array != first).any():
            raise Mixed(array, what)
        return first if array.dtype == object else first.item()

    __add__, __radd__ = _arithmetic("+")
    __sub__, __rsub__ = _arithmetic("-")
    __mul__, __rmul__ = _arithmetic("*")
    __floordiv__, __rfloordiv__ = _arithmetic("//")
    __mod__, __rmod__ = _arithmetic("%")
    __truediv__, __rtruediv__ = _arithmetic("/")
    greater = _arithmetic("max")[0]
    less, more = _arithmetic("less")

    __lt__, __le__ = _comparison("<"), _comparison("<=")
    __gt__, __ge__ = _comparison(">"), _comparison(">=")
    __eq__, __ne__ = _comparison("=="), _comparison("!=")

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __neg__(self) -> Any:
        return self * -1

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self.greater(-self)

    def __bool__(self) -> bool:
        return bool(self != 0)

    @override
    def __hash__(self) -> int:
        raise Mixed(self, "looked up")

    def __float__(self) -> float:
        return float(self.single("made a float"))

    def __int__(self) -> int:
        return int(self.single("made an integer"))

    @override
    def __str__(self) -> str:
        return str(self.single("written"))

    @override
    def __repr__(self) -> str:
        return repr(self.single("written"))

    @override
    def __format__(self, spec: str) -> str:
        return format(self.single("written"), spec)


class Column(_Many):
    """An integer for each network."""

    __slots__ = ()

    @override
    def _like(self, other: Any) -> tuple[Any, Any]:
        kind = type(other)
        if kind is int or kind is Column:
            return self, other
        if kind is float or kind is Real:
            return _as_real(self), other
        return self, int(other) if isinstance(other, int) else None

    __index__ = _Many.__int__

    def __pow__(self, power: Any) -> Any:
        if type(power) is not int or power < 0:
            return self.single("raised to a power") ** power
        return prod([self] * power)

    def __trunc__(self) -> Column:
        return self

    __floor__ = __ceil__ = __trunc__

    def __round__(self, digits: int | None = None) -> Any:
        return self if digits is None else round(int(self), digits)

    def common_divisor(self, number: int) -> Any:
        """Return the greatest common divisor of it and an integer from 1 on."""
        return self.known(
            ("gcd", number), lambda: _worked("gcd", self, number, self.frame)
        )


class Real(_Many):
    """A float for each network."""

    __slots__ = ()

    is_real: ClassVar[bool] = True

    @override
    def _like(self, other: Any) -> tuple[Any, Any]:
        if type(other) is float or type(other) is Real:
            return self, other
        return self, _as_real(other) if isinstance(other, (int, Column)) else None

    def __pow__(self, power: Any) -> Any:
        return self.single("raised to a power") ** power

    def __rpow__(self, base: Any) -> Any:
        return base ** self.single("a power")

    def _whole(self, op: str) -> Any:
        return self.known((op,), lambda: _worked(op, self, 0, self.frame))

    def __trunc__(self) -> Any:
        return self._whole("trunc")

    def __floor__(self) -> Any:
        return self._whole("floor")

    def __ceil__(self) -> Any:
        return self._whole("ceil")

    def __round__(self, digits: int | None = None) -> Any:
        if digits is None:
            return self._whole("round")
        return round(self.single("rounded"), digits)


KEPT.add(Column)
SYMBOLIC.add(Column)
REAL.update({Column, Real})
