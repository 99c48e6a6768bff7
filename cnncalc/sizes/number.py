"""Numbers that a size may be: whatever does ``+ - * //``.

An int gives a number, a term its formula. Rules are plain arithmetic, so that they are
written once for all of these; and each check of a rule goes through `holds`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import reduce
from math import prod, trunc
from operator import mul
from typing import TYPE_CHECKING, Any

from cnncalc._lazy import getter, modules
from cnncalc.checks import SYMBOLIC

if TYPE_CHECKING:
    from cnncalc.sizes.term import added, whole

__all__ = [
    "added",
    "ceil_div",
    "common_divisor",
    "divisible",
    "greater",
    "holds",
    "in_symbols",
    "is_any",
    "is_one_of",
    "is_zero",
    "less",
    "product",
    "structure_of",
    "whole",
    "with_symbols",
    "without_terms",
]


__getattr__ = getter(__name__, {"cnncalc.sizes.term": "added whole"})


def ceil_div(dividend: int, divisor: int) -> int:
    """Return the quotient rounded up, in integers throughout; of terms a term.

    Example:
        >>> from cnncalc.sizes.term import leaf
        >>> ceil_div(7, 2), str(ceil_div(leaf(7), 2))
        (4, '⌈7 / 2⌉')
    """
    if type(dividend) is int and type(divisor) is int:  # which need no terms
        return -(-dividend // divisor)
    if in_symbols((dividend, divisor)):
        return -(-dividend // divisor)
    from cnncalc.sizes.term import rounded_up

    return rounded_up(-(-int(dividend) // int(divisor)), dividend, divisor)


def common_divisor(size: Any, number: int) -> Any:
    """Return the greatest common divisor of a size and a number.

    A size in symbols tells it itself. Of arrays it is, over the divisors d of the
    number, the sum of φ(d) where d divides the size: where ⌊size / d⌋ = ⌈size / d⌉.

    Source:
        Graham, Knuth & Patashnik 1994, *Concrete Mathematics*, equation 4.54.

    Example:
        >>> common_divisor(12, 9), common_divisor(13, 9)
        (3, 1)
    """
    from math import gcd

    if isinstance(size, int):
        return gcd(size, number)
    if hasattr(size, "common_divisor"):
        return size.common_divisor(number)
    divisors = [d for d in range(1, number + 1) if number % d == 0]
    totients = [sum(gcd(n, d) == 1 for n in range(1, d + 1)) for d in divisors]
    there = [1 + size // d + -size // d for d in divisors]
    return sum(map(mul, totients, there))


def is_zero(size: Any) -> Any:
    """Return 1 for a size of 0, and 0 for others; of one in symbols, in symbols.

    Source:
        Knuth 1992, https://arxiv.org/abs/math/9205211, for such numbers and for 0⁰ = 1.

    Example:
        >>> is_zero(3), is_zero(0)
        (0, 1)
    """
    if hasattr(size, "bracket"):
        return size.bracket()
    return 0 ** abs(size)  # of arrays, too


def is_any(sizes: Iterable[Any]) -> Any:
    """Return 1 if one of some sizes is not 0, else 0; of some in symbols, in symbols.

    Example:
        >>> is_any((0, 3)), is_any((0, 0))
        (1, 0)
    """
    return 1 - product(list(map(is_zero, sizes)))


def is_one_of(size: Any, numbers: Sequence[int]) -> bool:
    """Tell whether a size is one of some numbers."""
    if in_symbols((size,)):
        return bool(size.is_one_of(numbers))
    return any(holds(size == number) for number in numbers)


def without_terms(size: int) -> int:
    """Return a plain integer for a term; what is in symbols stays so."""
    return size if in_symbols((size,)) else int(size)


def in_symbols(sizes: Iterable[Any]) -> bool:
    """Tell whether one of some sizes is no number, but has symbols.

    Example:
        >>> in_symbols((28, 28, 6))
        False
    """
    return not SYMBOLIC.isdisjoint(map(type, sizes))


def structure_of(value: Any) -> Any:
    """Return what compares and hashes as a value is written, whatever symbols are.

    Args:
        value: A size, several, or anything else, which stays as it is.

    Example:
        >>> structure_of((3, "same"))
        (3, 'same')
    """
    if isinstance(value, tuple):
        return tuple(map(structure_of, value))
    return getattr(value, "polynomial", value) if type(value) in SYMBOLIC else value


def with_symbols(value: Any, *, like: int | None = None) -> Any:
    """Return symbols for their names, a letter and maybe an index: "F", "C_in", "k1".

    Args:
        value: A name, several, or anything else, which stays as it is.
        like: The number that rules of layers take them for.

    Example:
        >>> with_symbols(("m", "n", 3)), with_symbols("same")
        ((m, n, 3), 'same')
    """
    if isinstance(value, tuple):
        return tuple([with_symbols(each, like=like) for each in value])
    if not (isinstance(value, str) and re.fullmatch(_NAME, value)):
        return value
    return _expression.Symbol(value, like=like).as_size


_expression = modules("cnncalc.symbolic", "expression")["expression"]
_NAME = r"[^\W\d_](\d*|_\w+)"


def holds(condition: Any) -> bool:
    """Return whether a check of a rule holds; of many cases at once, in all of them.

    Example:
        >>> holds(5 > 3), holds(0)
        (True, False)
    """
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


def greater(a: Any, b: Any) -> Any:
    """Return the greater of two numbers, which may be columns.

    Example:
        >>> greater(3, 5), greater(1.0, 0.5)
        (5, 1.0)
    """
    if hasattr(b, "greater"):
        return b.greater(a)
    return a.greater(b) if hasattr(a, "greater") else max(a, b)


def less(a: Any, b: Any) -> int:
    """Return 1 where a number is less than another, and 0 where it is not.

    Example:
        >>> less(3, 5), less(5, 3)
        (1, 0)
    """
    if hasattr(b, "more"):
        column: int = b.more(a)
        return column
    return a.less(b) if hasattr(a, "less") else int(a < b)


def divisible(channels: float, by: int = 8) -> int:
    """Round a number of channels to a multiple, but down by at most a tenth.

    Args:
        channels: How many there should be.
        by: What the result is a multiple of, and not less than.

    Example:
        >>> [divisible(channels) for channels in (3, 35.2, 12, 18)]
        [8, 32, 16, 24]
    """
    nearest: int = greater(by, trunc(channels + by / 2) // by * by)
    return nearest + by * less(nearest, 0.9 * channels)
