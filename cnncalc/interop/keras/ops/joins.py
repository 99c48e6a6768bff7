"""The joins of several values."""

from __future__ import annotations

from functools import partial
from typing import Any

from cnncalc.interop.joins import by_number, contracted, joined, multiplied
from cnncalc.interop.keras.layer import KerasCall
from cnncalc.interop.moves import concatenated, reshaped, stacked, transposed
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.values import Value
from cnncalc.layers import Add, Elementwise, Where

_JOINS = {
    "Add": "add", "Subtract": "subtract", "Multiply": "multiply",
    "Maximum": "maximum", "Minimum": "minimum", "Divide": "divide",
    "TrueDivide": "divide", "DivideNoNan": "divide", "FloorDivide": "floor_divide",
    "Power": "power", "Mod": "remainder", "Arctan2": "arctan2", "Equal": "equal",
    "NotEqual": "not_equal", "Less": "less", "LessEqual": "less_equal",
    "Greater": "greater", "GreaterEqual": "greater_equal",
    "LogicalAnd": "logical_and", "LogicalOr": "logical_or", "LogicalXor": "logical_xor",
}  # fmt: skip


def together(c: KerasCall, operation: str) -> Value:
    """Return values put together one by one; one of them may be a number."""
    if len(c.xs) == 1:
        return by_number(c.r, operation, c.x, c.shape)
    return joined(c.r, Elementwise(operation), c.xs)


for _name, _word in _JOINS.items():
    operator("keras", _name)(partial(together, operation=_word))


@operator("keras", "Average")
def average(c: KerasCall) -> Value:
    return by_number(c.r, "multiply", together(c, "add"), c.shape)


@operator("keras", "CustomScaleLayer")
def scaled_and_added(c: KerasCall) -> Value:
    """Add a value times a number to another, as Keras' own InceptionResNetV2 does."""
    first, second = c.xs
    return joined(c.r, Add(), [first, by_number(c.r, "multiply", second, c.shape)])


@operator("keras", "Where")
def where(c: KerasCall) -> Value:
    """Choose by a condition; what is a number, is no input."""
    if len(c.xs) == 1:
        return by_number(c.r, "multiply", c.x, c.shape)
    if len(c.xs) == 2:  # noqa: PLR2004
        return joined(c.r, Elementwise("multiply"), c.xs)
    return joined(c.r, Where(), c.xs)


@operator("keras", "Concatenate")
def concatenate(c: KerasCall) -> Value:
    return concatenated(c.r, c.xs, c.axis())


@operator("keras", "Stack")
def stack(c: KerasCall) -> Value:
    return stacked(c.r, c.xs, c.counted(c.get("axis", 0), 1))


@operator("keras", "Dot")
def dot(c: KerasCall) -> Value:
    """Multiply and add up along an axis of each; their batch is one."""
    a, b = c.xs
    axes = c.get("axes")
    first, second = axes if isinstance(axes, list) else (axes, axes)
    left, right = known_shape(a), known_shape(b)
    first, second = first % len(left), second % len(right)
    order = [0, *[n for n in range(1, len(left)) if n != first], first]
    other = [0, second, *[n for n in range(1, len(right)) if n != second]]
    a, b = transposed(c.r, a, order), transposed(c.r, b, other)
    if len(order) == 2:  # noqa: PLR2004 - a vector
        a = reshaped(c.r, a, (left[0], 1, left[first]))
    if len(other) == 2:  # noqa: PLR2004
        b = reshaped(c.r, b, (*known_shape(b), 1))
    sizes = [left[n] for n in order[1:-1]] + [right[n] for n in other[2:]]
    return reshaped(c.r, multiplied(c.r, a, b), (left[0], *(sizes or [1])))


@operator("keras", "Matmul")
def matmul(c: KerasCall) -> Value:
    if len(c.xs) != 2:  # noqa: PLR2004
        raise Unread("one of its factors is a constant")
    return multiplied(c.r, *c.xs)


@operator("keras", "Einsum")
def einsum(c: KerasCall) -> Any:
    texts = [given for given in c.node.plain if isinstance(given, str)]
    return contracted(c.r, c.get("subscripts") or texts[0], c.xs)
