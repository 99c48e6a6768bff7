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
        made: What was made of it, by how.
    """

    __slots__ = ("axes", "frame", "high", "how", "low", "made", "values")

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
        self.made: dict[Any, Any] = {}

    def known(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return what was made of it under a key, or make it."""
        found = self.made.get(key)
        if found is None:
            self.made[key] = found = make()
        return found


def worked_out(numbers: Iterable[Number]) -> list[Any]:
    """Return the arrays of some columns; what is a number stays one.

    What several need is worked out once, and large arrays are let go of as soon as
    nothing needs them any more.
    """
    roots = list(numbers)
    order, needs = _ordered([n for n in roots if isinstance(n, Made)])
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
            node.values = array
        for need in wanted:
            uses[id(need)] -= 1
            if not uses[id(need)]:
                del arrays[id(need)]
    return [_read(number, arrays) for number in roots]


# A sum of products: the factors of each, which differ along other axes, and how often
# there is that product.
_Terms = list[tuple[tuple[Made, ...], int]]


def _ordered(
    roots: list[Made],
) -> tuple[list[Made], dict[int, tuple[list[Made], _Terms]]]:
    """Return all columns that some need, each behind what it needs, and that."""
    order: list[Made] = []
    needs: dict[int, tuple[list[Made], _Terms]] = {}
    stack = [node for node in roots if node.values is None]
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


def _needs(node: Made) -> tuple[list[Made], _Terms]:
    """Return what is to be worked out before a column, and of what it is the sum."""
    op, *sides = node.how or ("",)
    terms: _Terms = []
    if op in _LINEAR and node.axes & (node.axes - 1) and not node.is_real:
        terms = _terms(node)
        if terms and terms[0][0] and terms[0][0][0] is node:
            terms = []
    if terms:
        sides = [factor for factors, _ in terms for factor in factors]
    every = {
        id(side): side
        for side in sides
        if isinstance(side, Made) and side.values is None
    }
    return list(every.values()), terms


def _terms(node: Made) -> _Terms:
    """Return a column that differs along several axes as a sum of products."""
    known: _Terms | None = node.made.get("terms")
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
        if part.values is not None or not part.axes & (part.axes - 1):
            _count(found, (part,), times)
        elif op in {"+", "-"}:
            stack.append((left, times))
            sign = times if op == "+" else -times
            if isinstance(right, Made) and right.axes & (right.axes - 1):
                for factors, each in _terms(right):  # which may be met again
                    _count(found, factors, sign * each)
            else:
                stack.append((right, sign))
        elif op == "*" and type(right) is int:
            stack.append((left, times * right))
        else:
            _count(found, part.known("factors", partial(_factors, part)), times)
    terms = [(factors, times) for factors, times in found.values() if times]
    node.made["terms"] = terms
    return terms


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
    product.made["factors"] = (product,)
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
