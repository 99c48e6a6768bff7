"""Arithmetic on sizes: operators on a few numbers that are known.

Exporters compute shapes within the graph: Shape, Gather, Mul, Concat, Reshape. These
are followed number by number; what has more of them than is worth knowing is not.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from itertools import product as combinations
from typing import Any, TypeAlias

from cnncalc.interop.onnx.node import OnnxNode
from cnncalc.interop.onnx.schema import DTYPES
from cnncalc.interop.reading import UNFIT, Unread
from cnncalc.interop.values import Dims, Value, fixed

__all__ = [
    "MOST_NUMBERS",
    "Numbers",
    "by_numbers",
    "number_rule",
    "places",
    "spread_indices",
    "strides_of",
    "taken_along",
]

MOST_NUMBERS = 20_000  # numbers that are worth knowing
_LARGEST = 1 << 64  # of whole numbers; what is larger no model computes with

# The shape of what is put out, its numbers in order, and their type.
Numbers: TypeAlias = "tuple[Dims, Sequence[Any], str]"
_RULES: dict[str, Callable[..., Any]] = {}


def by_numbers(node: OnnxNode) -> list[Value] | None:
    """Return what follows from numbers that are known; None if nothing does."""
    rule = _RULES.get(node.op)
    given: list[Any] = [x for x in node.inputs if x is not None]
    if rule is None or not all(map(_is_numbers, given)):
        return None
    if not node.scope.affords(sum(len(x.numbers) for x in given)):
        return None
    try:
        found = rule(node, *given)
        parts = found if isinstance(found, list) else [found]
        node.scope.affords(sum(len(numbers) for _, numbers, _ in parts))
        for _, numbers, _ in parts:
            if len(numbers) > MOST_NUMBERS or any(
                type(x) is int and abs(x) > _LARGEST for x in numbers
            ):
                return None
        return [fixed(s, _held(numbers, kind), kind) for s, numbers, kind in parts]
    except (Unread, *UNFIT):
        return None  # the operator's own rule says why


def _held(numbers: Sequence[Any], dtype: str) -> Sequence[Any]:
    """Return numbers as their type has them: of fewer digits, or of so many bits."""
    form = _FORMS.get(dtype)
    if not form or not numbers:
        return numbers
    form = f"<{len(numbers)}{form}"
    try:
        return [*struct.unpack(form, struct.pack(form, *numbers))]
    except struct.error:  # whole numbers that the type is too small for, or fractions
        bits = 8 * struct.calcsize(form) // len(numbers)
        low = 0 if dtype.startswith("u") else 1 << bits - 1
        return [(int(n) + low) % (1 << bits) - low for n in numbers]


# How `struct` writes numbers of a type.
_FORMS = {name: form for name, form in DTYPES.values() if form}


def _is_numbers(x: Any) -> bool:
    """Tell whether something is known by its numbers, and is no weight.

    What becomes of weights is a constant that may be used as a value.
    """
    if not isinstance(x, Value) or x.numbers is None or x.shape is None:
        return False
    weighs = x.here is not None and x.dtype.startswith(("float", "bfloat"))
    return not weighs or math.prod(x.shape) <= 1


def number_rule(*names: str) -> Callable[[Any], Any]:
    """Let a rule compute what operators of these names do with numbers.

    It is called with the node and its inputs, all of whose numbers are known.
    """

    def added(rule: Any) -> Any:
        for name in names:
            _RULES[name] = rule
        return rule

    return added


def strides_of(shape: Dims) -> list[int]:
    """Return how far apart numbers are along each axis.

    Example:
        >>> strides_of((2, 3, 4))
        [12, 4, 1]
    """
    return [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]


def spread_indices(shape: Dims, whole: Dims) -> list[int]:
    """Return where each number of a shape comes from that another is spread to.

    Example:
        >>> spread_indices((2, 1), (2, 3))
        [0, 0, 0, 1, 1, 1]
    """
    own = (1,) * (len(whole) - len(shape)) + tuple(shape)
    steps = [
        0 if size == 1 else step
        for size, step in zip(own, strides_of(own), strict=True)
    ]
    return places([range(n) for n in whole], steps)


def taken_along(shape: Dims, taken: Sequence[Sequence[int]]) -> list[int]:
    """Return where the numbers are that some positions along each axis have.

    Example:
        >>> taken_along((2, 3), [[1], [0, 2]])
        [3, 5]
    """
    return places(taken, strides_of(shape))


def places(taken: Sequence[Sequence[int]], steps: Sequence[int]) -> list[int]:
    """Return where numbers are, of positions along axes and the steps between them.

    Raises:
        Unread: If they are very many.

    Example:
        >>> places([range(3), range(2)], [1, 3])
        [0, 3, 1, 4, 2, 5]
    """
    count = math.prod(map(len, taken))
    if count > MOST_NUMBERS:
        raise Unread("it has very many numbers")
    if not count:  # other axes may be very long all the same
        return []
    along = [[i * step for i in p] for p, step in zip(taken, steps, strict=True)]
    return [sum(each) for each in combinations(*along)]
