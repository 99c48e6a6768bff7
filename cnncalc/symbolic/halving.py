"""The search for a number by halves."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["first_where"]


def first_where(start: int, stop: int, holds: Callable[[int], bool]) -> int:
    """Return the first integer of a range for which something holds; else its end.

    Where it holds for one it holds for all behind that. Any integers will do: `bisect`
    takes none beyond the machine's, which have 32 bits in a browser.

    Args:
        start: The first integer.
        stop: The one behind the last.
        holds: Whether it holds for one.

    Example:
        >>> first_where(0, 10**30, lambda n: n * n >= 10**40)
        100000000000000000000
        >>> first_where(3, 9, lambda n: False)
        9
    """
    while start < stop:
        middle = (start + stop) // 2
        if holds(middle):
            stop = middle
        else:
            start = middle + 1
    return start
