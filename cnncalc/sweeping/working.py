"""Working out columns: the arrays of what is made of others, in sums of products.

What a column is made of is only noted when that is done. It is worked out for all
networks when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from math import prod
from typing import Any, ClassVar

import numpy as np

__all__ = ["WIDE", "Array", "Made", "Number", "worked_out"]

WIDE = 2**63  # what is not below it has no place in 64 bits
_KEPT = 1024  # numbers in an array that is kept, since others may need it again

Array = np.ndarray[Any, Any]
Number = Any  # an integer or float, or a column of them

_LINEAR = {"+", "-", "*"}
_ROUNDING = {"trunc", "floor", "ceil", "round"}

_FUNCTIONS: dict[str, Any] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "//": np.floor_divide,
    "%": np.remainder,
    "/": np.true_divide,
    "max": np.maximum,
    "less": np.less,
    "gcd": np.gcd,
    "trunc": np.trunc,
    "floor": np.floor,
    "ceil": np.ceil,
    "round": np.rint,
}


class Made:
    """A number for each network, and what it is made of.

    Attributes:
        frame: What it shares with others, a `Frame`.
        axes: Along which axes it differs: bit n is axis n.
        low: What none is below.
        high: What none is above.
        how: An operation and what it is applied to.
        values: The numbers, if they are known.
    """

    __slots__ = ("axes", "frame", "high", "how", "low", "values")

    is_real: ClassVar[bool] = False

    def __init__(
        self,
        frame: Any,
        axes: int,
        low: Any,
        high: Any,
        how: tuple[str, Any, Any] | None,
        values: Array | None = None,
    ) -> None:
        self.frame = frame
        self.axes, self.low, self.high = axes, low, high
        self.how, self.values = how, values
        frame.columns.append(self)

    def known(self, op: str, make: Callable[[], Any], *others: Any) -> Any:
        """Return what an operation made of it, with others, or make it."""
        key = (op, id(self), *others)
        found = self.frame.made.get(key)
        if found is None:
            self.frame.made[key] = found = make()
        return found


def worked_out(numbers: Iterable[Number]) -> list[Any]:
    """Return the arrays of some columns; what is a number stays one.

    What several need is worked out once, and large arrays are let go of as soon as
    nothing needs them any more.
    """
    roots = list(numbers)
    order, uses = _ordered([n for n in roots if isinstance(n, Made)])
    for node in roots:
        uses[id(node)] = uses.get(id(node), 0) + 1
    arrays: dict[int, Array] = {}
    for node, wanted, terms in order:
        array = _summed(terms, arrays) if terms else _applied(node, arrays)
        if array.size <= _KEPT:
            node.values = array
        else:
            arrays[id(node)] = array
        for need in wanted:
            uses[id(need)] -= 1
            if not uses[id(need)]:
                arrays.pop(id(need), None)
    return [_read(number, arrays) for number in roots]


# A sum of products: the factors of each, which differ along other axes, and how often
# there is that product.
_Terms = list[tuple[tuple[Made, ...], int]]


def _ordered(roots: list[Made]) -> tuple[list[Any], dict[int, int]]:
    """Return what is to be worked out, in which order, and how often each is needed.

    Of each that is the column, what it needs, and of which terms it is the sum.
    """
    order: list[Any] = []
    uses: dict[int, int] = {}
    stack: list[Any] = [node for node in roots if node.values is None]
    met: set[int] = set()
    while stack:
        node = stack.pop()
        if type(node) is tuple:  # all that it needs stands before it
            order.append(node)
        elif id(node) not in met:
            met.add(id(node))
            wanted, terms = _needs(node)
            stack.append((node, wanted, terms))
            for need in wanted:
                uses[id(need)] = uses.get(id(need), 0) + 1
                if id(need) not in met:
                    stack.append(need)
    return order, uses


def _needs(node: Made) -> tuple[list[Made], _Terms]:
    """Return what is to be worked out before a column, and of what it is the sum."""
    op, *sides = node.how or ("",)
    terms: _Terms = []
    if op in _LINEAR and node.axes & (node.axes - 1) and not node.is_real:
        terms = node.known("terms", partial(_terms, node))
        if terms and terms[0][0] and terms[0][0][0] is node:
            terms = []
    if terms:
        sides = [factor for factors, _ in terms for factor in factors]
    wanted = [s for s in sides if isinstance(s, Made) and s.values is None]
    return wanted, terms


def _terms(node: Made) -> _Terms:
    """Return a column that differs along several axes as a sum of products."""
    found: dict[tuple[int, ...], list[Any]] = {}
    stack: list[tuple[Any, int]] = [(node, 1)]
    while stack:
        part, times = stack.pop()
        if isinstance(part, int):
            _count(found, (), times * part)
            continue
        op, left, right = part.how or ("", None, None)
        if part.values is not None or not part.axes & (part.axes - 1):
            _count(found, (part,), times)
        elif op in {"+", "-"}:
            stack.append((left, times))
            sign = times if op == "+" else -times
            if isinstance(right, Made) and right.axes & (right.axes - 1):
                for factors, each in right.known("terms", partial(_terms, right)):
                    _count(found, factors, sign * each)
            else:
                stack.append((right, sign))
        elif op == "*" and type(right) is int:
            stack.append((left, times * right))
        else:
            _count(found, part.known("factors", partial(_factors, part)), times)
    return [(factors, times) for factors, times in found.values() if times]


def _count(
    found: dict[tuple[int, ...], list[Any]], factors: tuple[Made, ...], times: int
) -> None:
    key = tuple(map(id, factors))
    if key in found:
        found[key][1] += times
    else:
        found[key] = [factors, times]


def _factors(part: Made) -> tuple[Made, ...]:
    """Return the factors of a product, those along the same axes as one."""
    found: dict[int, Any] = {}
    stack: list[Any] = [part]
    while stack:
        factor = stack.pop()
        several = factor.axes & (factor.axes - 1)
        if several and factor.values is None and factor.how[0] == "*":
            _, left, right = factor.how
            if isinstance(left, Made) and isinstance(right, Made):
                stack += left, right
                continue
        known = found.get(factor.axes)
        found[factor.axes] = factor if known is None else _whole(known * factor)
    return tuple([found[axes] for axes in sorted(found)])


def _whole(product: Number) -> Number:
    """Return a product of what differs along the same axes, which has no others."""
    product.frame.made["factors", id(product)] = (product,)
    return product


def _summed(terms: _Terms, arrays: dict[int, Array]) -> Array:
    """Return a sum of products, multiplied out as late as may be.

    What differs along one axis is added up first, for equal factors along the others:
    along that axis for which there are fewest of these.
    """
    most = sum(
        abs(times) * prod([max(abs(f.low), abs(f.high)) for f in factors])
        for factors, times in terms
    )
    wide = most >= WIDE
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
    if not isinstance(number, Made):
        return number
    array = number.values
    if array is None:
        array = arrays[id(number)]
    return array.astype(object) if wide else array


def _applied(node: Made, arrays: dict[int, Array]) -> Array:
    """Return the array of an operation."""
    op, left, right = node.how or ("", None, None)
    if op == "float":
        array: Array = _read(left, arrays).astype(float)
        return array
    work = _FUNCTIONS[op]
    if op in _ROUNDING:
        array = work(_read(left, arrays))
    else:
        wide = not node.is_real and _is_wide(left, right, node)
        array = work(_read(left, arrays, wide=wide), _read(right, arrays, wide=wide))
    if not node.is_real and array.dtype != np.int64 and not _is_wide(node):
        return array.astype(np.int64)
    return array


def _is_wide(*numbers: Number) -> bool:
    """Tell whether one of some integers may have no place in 64 bits."""
    for number in numbers:
        low = high = number
        if isinstance(number, Made):
            low, high = number.low, number.high
        if high >= WIDE or low <= -WIDE:
            return True
    return False
