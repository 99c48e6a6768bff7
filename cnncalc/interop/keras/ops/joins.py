"""What puts several values together."""

from __future__ import annotations

from functools import partial

from cnncalc.interop.joins import by_number, contracted, joined, multiplied
from cnncalc.interop.keras.layer import Call
from cnncalc.interop.moves import concatenated, reshaped, stacked, transposed
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.values import Value
from cnncalc.layers import Elementwise

_JOINS = {
    "Add": "add", "Subtract": "subtract", "Multiply": "multiply", "Average": "add",
    "Maximum": "maximum", "Minimum": "minimum", "Divide": "divide",
    "TrueDivide": "divide", "FloorDivide": "floor_divide",
}  # fmt: skip


def together(c: Call, operation: str) -> Value:
    """Return values put together one by one; one of them may be a number."""
    if len(c.xs) == 1:
        return by_number(c.r, operation, c.x, c.shape)
    return joined(c.r, Elementwise(operation), c.xs)


for _name, _word in _JOINS.items():
    operator("keras", _name)(partial(together, operation=_word))


@operator("keras", "Concatenate")
def concatenate(c: Call) -> Value:
    return concatenated(c.r, c.xs, c.axis())


@operator("keras", "Stack")
def stack(c: Call) -> Value:
    return stacked(c.r, c.xs, c.get("axis", 0) % (c.rank + 1))


@operator("keras", "Dot")
def dot(c: Call) -> Value:
    """Multiply and add up along an axis of each; their batch is one."""
    axes = c.get("axes")
    first, second = axes if isinstance(axes, list) else (axes, axes)
    a, b = c.xs
    left, right = known_shape(a), known_shape(b)
    first, second = first % len(left), second % len(right)
    order = [0, *[n for n in range(1, len(left)) if n != first], first]
    other = [0, second, *[n for n in range(1, len(right)) if n != second]]
    if len(order) == 2:  # noqa: PLR2004 - two vectors give a number
        a = reshaped(c.r, a, (left[0], 1, left[1]))
        b = reshaped(c.r, b, (right[0], right[1], 1))
        return reshaped(c.r, multiplied(c.r, a, b), (left[0], 1))
    return multiplied(c.r, transposed(c.r, a, order), transposed(c.r, b, other))


@operator("keras", "Matmul")
def matmul(c: Call) -> Value:
    if len(c.xs) != 2:  # noqa: PLR2004
        raise Unread("one of its factors is a constant")
    return multiplied(c.r, *c.xs)


@operator("keras", "Einsum")
def einsum(c: Call) -> Value:
    equation = c.config.get("subscripts") or next(
        (given for given in c.rest if isinstance(given, str)), ""
    )
    return contracted(c.r, equation, c.xs)
