"""The bounds of what is worked out of columns, and the checks that they settle.

No array is looked at for that.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from math import ceil, floor, trunc
from typing import Any

import numpy as np

__all__ = ["BOUNDS", "TRUTH"]


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
    one = type(c) is type(d) is int  # by how much a remainder of integers is less
    return (0, d - one) if c > 0 else (c + one, 0)


# By operation: what it gives at least and at most, of operands from a to b and from c
# to d.
BOUNDS: dict[str, Callable[..., tuple[Any, Any]]] = {
    "+": lambda a, b, c, d: (a + c, b + d),
    "-": lambda a, b, c, d: (a - d, b - c),
    "*": _product_bounds,
    "//": _corners(operator.floordiv),
    "%": _remainder_bounds,
    "/": _corners(operator.truediv),
    "max": lambda a, b, c, d: (max(a, c), max(b, d)),
    "less": lambda a, b, c, d: (int(b < c), int(a < d)),
    "gcd": lambda *ends: (1, ends[-1]),
    "trunc": lambda a, b, *_: (trunc(a), trunc(b)),
    "floor": lambda a, b, *_: (floor(a), floor(b)),
    "ceil": lambda a, b, *_: (ceil(a), ceil(b)),
    "round": lambda a, b, *_: (round(a), round(b)),
}

# By comparison: NumPy's function, whether it certainly holds, and whether it certainly
# does not.
TRUTH: dict[str, tuple[Any, Callable[..., tuple[bool, bool]]]] = {
    "<": (np.less, lambda a, b, c, d: (b < c, a >= d)),
    "<=": (np.less_equal, lambda a, b, c, d: (b <= c, a > d)),
    ">": (np.greater, lambda a, b, c, d: (a > d, b <= c)),
    ">=": (np.greater_equal, lambda a, b, c, d: (a >= d, b < c)),
    "==": (np.equal, lambda a, b, c, d: (a == b == c == d, b < c or a > d)),
    "!=": (np.not_equal, lambda a, b, c, d: (b < c or a > d, a == b == c == d)),
}
