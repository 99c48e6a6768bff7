"""Numbers that a size may be: whatever does ``+ - * //``.

An int gives a number, a term its formula. Rules are plain arithmetic, so that they are
written once for all of these; and each check of a rule goes through `holds`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import prod
from operator import mul
from typing import TYPE_CHECKING, Any

from cnncalc._lazy import getter

if TYPE_CHECKING:
    from cnncalc.sizes.term import added, whole

__all__ = ["added", "ceil_div", "divisible", "holds", "product", "whole"]


__getattr__ = getter(__name__, {"cnncalc.sizes.term": "added whole"})


def ceil_div(dividend: int, divisor: int) -> int:
    """Return the quotient rounded up, in integers throughout; of terms a term.

    Example:
        >>> from cnncalc.sizes.term import leaf
        >>> ceil_div(7, 2), str(ceil_div(leaf(7), 2))
        (4, '⌈7 / 2⌉')
    """
    value = -(-int(dividend) // int(divisor))
    if type(dividend) is int and type(divisor) is int:  # which need no terms
        return value
    from cnncalc.sizes.term import rounded_up

    return rounded_up(value, dividend, divisor)


def holds(condition: Any) -> bool:
    """Return whether a check of a rule holds; of many cases at once, in all of them.

    Example:
        >>> holds(5 > 3), holds(0)
        (True, False)
    """
    if condition is True or condition is False:
        return condition
    every = getattr(condition, "all", None)  # an array's
    return bool(condition) if every is None else bool(every())


def product(sizes: Sequence[int]) -> int:
    """Return the product of sizes; of none, 1.

    `math.prod` alone begins with a factor of 1, which a formula would show.

    Example:
        >>> product((3, 5, 5)), product(())
        (75, 1)
    """
    if not sizes or type(sizes[0]) is int:  # the usual type, which is told faster
        return prod(sizes)
    return reduce(mul, sizes)


def divisible(channels: float, by: int = 8) -> int:
    """Round a number of channels to a multiple, but down by at most a tenth.

    Args:
        channels: How many there should be.
        by: What the result is a multiple of, and not less than.

    Example:
        >>> [divisible(channels) for channels in (3, 35.2, 12, 18)]
        [8, 32, 16, 24]
    """
    nearest = max(by, int(channels + by / 2) // by * by)
    return nearest + by if nearest < 0.9 * channels else nearest
