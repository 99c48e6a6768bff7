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
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from math import ceil, floor, isfinite, prod, trunc
from typing import Any, ClassVar

import numpy as np

from cnncalc._typing import override
from cnncalc.checks import KEPT, REAL, SYMBOLIC, Mixed

__all__ = ["Column", "Frame", "Real", "evaluated"]

_WIDE = 2**63  # what is not below it has no place in 64 bits
_EXACT = 2**53  # integers up to it are floats, too
_KEPT = 1024  # numbers in an array that is kept, since others may need it again

Array = np.ndarray[Any, Any]
Number = Any  # an integer or float, or a column of them


class Frame:
    """What the columns of one run share.

    Attributes:
        memo: What was made of which columns, by their identity.
    """

    __slots__ = ("_columns", "memo")

    def __init__(self) -> None:
        self.memo: dict[Any, Any] = {}
        self._columns: list[Column] = []

    def column(self, array: Array, axis: int) -> Number:
        """Return the column of an array whose numbers differ along one axis.

        Of equal arrays it is the same one; of equal numbers it is the number.
        """
        key = (axis, array.dtype.char, array.tobytes())
        if array.dtype == object:
            key = (axis, "O", tuple(array.ravel()))
        known = self.memo.get(key)
        if known is None:
            kind = Real if array.dtype == float else Column
            low, high = array.min(), array.max()
            if array.dtype != object:
                low, high = low.item(), high.item()
            known = kind(self, 1 << axis, low, high, None, array)
            self.memo[key] = known = low if low == high else known
        return known

    def close(self) -> None:
        """Let go of all that was worked out; its columns are of no use any more."""
        for column in self._columns:
            column.clear()
        self._columns.clear()
        self.memo.clear()


def _corners(work: Callable[[Any, Any], Any]) -> Callable[..., tuple[Any, Any]]:
    """Return the bounds of what is monotone in both of its operands."""

    def bounds(a: Any, b: Any, c: Any, d: Any) -> tuple[Any, Any]:
        ends = (work(a, c), work(a, d), work(b, c), work(b, d))
        return min(ends), max(ends)

    return bounds


def _product_bounds(a: Any, b: Any, c: Any, d: Any) -> tuple[Any, Any]:
    if a >= 0 and c >= 0:
        return a * c, b * d
    return _corners(operator.mul)(a, b, c, d)


def _remainder_bounds(_: Any, __: Any, c: Any, d: Any) -> tuple[Any, Any]:
    one = type(c) is type(d) is int  # by which a remainder of integers is less, at most
    return (0, d - one) if c > 0 else (c + one, 0)


# By operation: its name for messages, NumPy's function, and its bounds for operands
# from a to b and from c to d.
_WORK: dict[str, tuple[Any, Callable[..., tuple[Any, Any]]]] = {
    "+": (np.add, lambda a, b, c, d: (a + c, b + d)),
    "-": (np.subtract, lambda a, b, c, d: (a - d, b - c)),
    "*": (np.multiply, _product_bounds),
    "//": (np.floor_divide, _corners(operator.floordiv)),
    "%": (np.remainder, _remainder_bounds),
    "/": (np.true_divide, _corners(operator.truediv)),
    "max": (np.maximum, lambda a, b, c, d: (max(a, c), max(b, d))),
    "less": (np.less, lambda a, b, c, d: (int(b < c), int(a < d))),
    "gcd": (np.gcd, lambda _, __, c, d: (1, d)),
    "trunc": (np.trunc, lambda a, b, *_: (trunc(a), trunc(b))),
    "floor": (np.floor, lambda a, b, *_: (floor(a), floor(b))),
    "ceil": (np.ceil, lambda a, b, *_: (ceil(a), ceil(b))),
    "round": (np.rint, lambda a, b, *_: (round(a), round(b))),
}
_DIVIDING = {"//", "%", "/"}
_LINEAR = {"+", "-", "*"}
_SAME = {("+", 0), ("-", 0), ("*", 1), ("//", 1)}  # what leaves the left as it is
_TO_WHOLE = {"less", "gcd", "trunc", "floor", "ceil", "round"}

_TRUTH = {  # whether it is certain, and whether it is out of the question
    "<": (np.less, lambda a, b, c, d: (b < c, a >= d)),
    "<=": (np.less_equal, lambda a, b, c, d: (b <= c, a > d)),
    ">": (np.greater, lambda a, b, c, d: (a > d, b <= c)),
    ">=": (np.greater_equal, lambda a, b, c, d: (a >= d, b < c)),
    "==": (np.equal, lambda a, b, c, d: (a == b == c == d, b < c or a > d)),
    "!=": (np.not_equal, lambda a, b, c, d: (b < c or a > d, a == b == c == d)),
}


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
    low, high = _WORK[op][1](a, b, *_ends(right))
    sides = [side for side in (left, right) if isinstance(side, _Many)]
    real = op not in _TO_WHOLE and (op == "/" or any(type(s) is Real for s in sides))
    if real and not (isfinite(low) and isfinite(high)):
        raise Mixed(*_by_value(sides))
    if op in _TO_WHOLE and max(-low, high) >= _WIDE:
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
        found = left._known.get(key)
        if found is None:
            found = left._known[key] = _simplest(op, left, right)
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
    axes = left.axes
    if type(right) is int:
        if (op, right) in _SAME:
            return left
        if op == "-":
            return left + -right
        if op in _LINEAR and left.how and left.how[0] == op:
            _, inner, known = left.how
            if type(known) is int:
                work = operator.add if op == "+" else operator.mul
                return work(inner, work(known, right))
        low = high = right
    elif type(right) is Column:
        if op == "-" and left is right:
            return 0
        low, high, axes = right.low, right.high, axes | right.axes
    if op == "+":
        low, high = left.low + low, left.high + high
    elif op == "*" and left.low >= 0 and low >= 0:
        low, high = left.low * low, left.high * high
    else:
        return _worked(op, left, right, left.frame)
    return low if low == high else Column(left.frame, axes, low, high, (op, left, right))


def _key(number: Number) -> Any:
    """Return what only the same number has: a column by its identity."""
    if isinstance(number, _Many):
        return id(number), "column"
    return (number,) if type(number) is int else (repr(number), "float")


def _comparison(op: str) -> Any:
    work, certain = _TRUTH[op]

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


class _Many:
    """A number for each network: whatever columns of integers and of floats share.

    Args:
        frame: What it shares with others.
        axes: Along which axes it differs: bit n is axis n.
        low: What none is below.
        high: What none is above.
        how: An operation and what it is applied to.
        array: The numbers, if they are known.
    """

    __slots__ = ("_array", "_known", "axes", "frame", "high", "how", "low")

    # As parts are that never change: what is made of one is found again by identity.
    immutable: ClassVar[bool] = True

    def __init__(
        self,
        frame: Frame,
        axes: int,
        low: Any,
        high: Any,
        how: tuple[str, Any, Any] | None,
        array: Array | None = None,
    ) -> None:
        self.frame, self.axes, self.low, self.high = frame, axes, low, high
        self.how, self._array = how, array
        self._known: dict[Any, Any] = {}
        frame._columns.append(self)  # type: ignore[arg-type]

    def known(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return what was made of it under a key, or make it."""
        found = self._known.get(key)
        if found is None:
            self._known[key] = found = make()
        return found

    def clear(self) -> None:
        """Let go of all that was made of it."""
        self._known.clear()
        self.how = self._array = None

    @property
    def array(self) -> Array:
        """The numbers of all networks, with a size of 1 along axes that do not count."""
        (found,) = evaluated([self])
        return found

    def _like(self, other: Any) -> tuple[Any, Any]:
        """Return itself and another number as numbers of one sort; None if it is none."""
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


# Working out.


def evaluated(numbers: Iterable[Number]) -> list[Any]:
    """Return the arrays of some columns; what is a number stays one.

    What several need is worked out once, and large arrays are let go of as soon as
    nothing needs them any more.
    """
    roots = list(numbers)
    order, needs = _ordered([n for n in roots if isinstance(n, _Many)])
    uses: dict[int, int] = {}
    for node in order:
        for need in needs[id(node)][0]:
            uses[id(need)] = uses.get(id(need), 0) + 1
    for node in roots:
        uses[id(node)] = uses.get(id(node), 0) + 1
    arrays: dict[int, Array] = {}
    for node in order:
        wanted, terms = needs[id(node)]
        array = _summed(terms, arrays) if terms else _applied(node, arrays)
        arrays[id(node)] = array
        if array.size <= _KEPT:
            node._array = array
        for need in wanted:
            uses[id(need)] -= 1
            if not uses[id(need)]:
                del arrays[id(need)]
    return [_read(number, arrays) for number in roots]


# A sum of products: the factors of each, which differ along other axes, and how often
# there is that product.
_Terms = list[tuple[tuple[_Many, ...], int]]


def _ordered(
    roots: list[_Many],
) -> tuple[list[_Many], dict[int, tuple[list[_Many], _Terms]]]:
    """Return all columns that some need, each behind what it needs, and what that is."""
    order: list[_Many] = []
    needs: dict[int, tuple[list[_Many], _Terms]] = {}
    stack = [node for node in roots if node._array is None]
    done: set[int] = set()
    while stack:
        node = stack[-1]
        if id(node) in done:
            stack.pop()
        elif id(node) in needs:
            order.append(stack.pop())
            done.add(id(node))
        else:
            needs[id(node)] = found = _needs(node)
            stack += [need for need in found[0] if id(need) not in done]
    return order, needs


def _needs(node: _Many) -> tuple[list[_Many], _Terms]:
    """Return what is to be worked out before a column, and of what it is the sum."""
    op, *sides = node.how or ("",)
    terms: _Terms = []
    if op in _LINEAR and node.axes & (node.axes - 1) and type(node) is Column:
        terms = _terms(node)
        sides = [factor for factors, _ in terms for factor in factors]
    every = {
        id(side): side
        for side in sides
        if isinstance(side, _Many) and side._array is None
    }
    return list(every.values()), terms


def _terms(node: _Many) -> _Terms:
    """Return a column that differs along several axes as a sum of products."""
    known: _Terms | None = node._known.get("terms")
    if known is not None:
        return known
    found: dict[tuple[int, ...], list[Any]] = {}
    stack: list[tuple[Any, int]] = [(node, 1)]
    while stack:
        part, times = stack.pop()
        if isinstance(part, int):
            _count(found, (), times * part)
            continue
        op, left, right = part.how or ("", None, None)
        if part._array is not None or not part.axes & (part.axes - 1):
            _count(found, (part,), times)
        elif op in {"+", "-"}:
            stack.append((left, times))
            sign = times if op == "+" else -times
            if isinstance(right, _Many) and right.axes & (right.axes - 1):
                for factors, each in _terms(right):  # which may be met again
                    _count(found, factors, sign * each)
            else:
                stack.append((right, sign))
        elif op == "*" and type(right) is int:
            stack.append((left, times * right))
        else:
            _count(found, part.known("factors", partial(_factors, part)), times)
    terms = [(factors, times) for factors, times in found.values() if times]
    node._known["terms"] = terms
    return terms


def _count(
    found: dict[tuple[int, ...], list[Any]], factors: tuple[_Many, ...], times: int
) -> None:
    key = tuple(map(id, factors))
    if key in found:
        found[key][1] += times
    else:
        found[key] = [factors, times]


def _factors(part: _Many) -> tuple[_Many, ...]:
    """Return the factors of a product, those along the same axes as one."""
    found: dict[int, Any] = {}
    stack: list[Any] = [part]
    while stack:
        factor = stack.pop()
        several = factor.axes & (factor.axes - 1)
        if several and factor._array is None and factor.how[0] == "*":
            _, left, right = factor.how
            if isinstance(left, _Many) and isinstance(right, _Many):
                stack += left, right
                continue
        known = found.get(factor.axes)
        found[factor.axes] = factor if known is None else known * factor
    return tuple([found[axes] for axes in sorted(found)])


def _summed(terms: _Terms, arrays: dict[int, Array]) -> Array:
    """Return a sum of products, multiplied out as late as may be.

    What differs along one axis is added up first, for equal factors along the others:
    along that axis for which there are fewest of these.
    """
    most = sum(
        abs(times) * prod([max(abs(f.low), abs(f.high)) for f in factors])
        for factors, times in terms
    )
    wide = most >= _WIDE
    axes = {f.axes for factors, _ in terms for f in factors}
    groups = min((_grouped(terms, axis) for axis in axes), key=len)
    total: Any = 0
    for rest, inner in groups.values():
        product: Any = 0
        for factor, times in inner:
            product = product + _read(factor, arrays, wide=wide) * times
        for factor in rest:
            product = product * _read(factor, arrays, wide=wide)
        total = total + product
    array: Array = np.asarray(total)
    return array


def _grouped(terms: _Terms, axis: int) -> dict[tuple[int, ...], tuple[Any, Any]]:
    """Return terms by their factors along other axes: these, and those along it."""
    found: dict[tuple[int, ...], tuple[Any, Any]] = {}
    for factors, times in terms:
        rest = tuple([f for f in factors if f.axes != axis])
        own = next((f for f in factors if f.axes == axis), 1)
        known = found.setdefault(tuple(map(id, rest)), (rest, []))
        known[1].append((own, times))
    return found


def _read(number: Any, arrays: dict[int, Array], *, wide: bool = False) -> Any:
    """Return the array of a column; what is a number stays one."""
    if not isinstance(number, _Many):
        return number
    array = number._array
    if array is None:
        array = arrays[id(number)]
    return array.astype(object) if wide else array


def _applied(node: _Many, arrays: dict[int, Array]) -> Array:
    """Return the array of an operation."""
    op, left, right = node.how or ("", None, None)
    if op == "float":
        array: Array = _read(left, arrays).astype(float)
        return array
    work = _WORK[op][0]
    if op in _ROUNDING:
        array = work(_read(left, arrays))
    else:
        wide = type(node) is Column and _is_wide(left, right, node)
        array = work(_read(left, arrays, wide=wide), _read(right, arrays, wide=wide))
    if type(node) is Column and array.dtype != np.int64 and not _is_wide(node):
        return array.astype(np.int64)
    return array


def _is_wide(*numbers: Number) -> bool:
    """Tell whether one of some integers may have no place in 64 bits."""
    for number in numbers:
        low, high = _ends(number)
        if high >= _WIDE or low <= -_WIDE:
            return True
    return False


_ROUNDING = {"trunc", "floor", "ceil", "round"}
