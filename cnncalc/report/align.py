"""The pairs of two sequences' items that belong together, in the order of both.

The longest common subsequence is found exactly, for every node at once: a row of the
usual table is the bits of one integer. Thousands of nodes take milliseconds so, where
`difflib`, which slows down with each item that recurs, takes seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

__all__ = ["aligned", "common"]

Match = tuple[int, int]

# Bits of the rows that are kept at once, 16 MiB; beyond it the problem is halved.
_MOST = 2**27


def aligned(
    a: Sequence[Any],
    b: Sequence[Any],
    keys: Iterable[Callable[[Any], Hashable]],
) -> list[Match]:
    """Return which items of *a* and *b* belong together, in order.

    Args:
        a: The items before.
        b: The items after.
        keys: What must be equal, the strictest first: each is tried on what those
            before it left between two matches.

    Example:
        >>> aligned(["Conv", "Pool"], ["conv", "Pool"], [str, str.lower])
        [(0, 0), (1, 1)]
    """
    matches: list[Match] = []
    for key in keys:
        left, right = list(map(key, a)), list(map(key, b))
        found = []
        for (i, j), (i_end, j_end) in _gaps(matches, len(a), len(b)):
            inside = common(left[i:i_end], right[j:j_end])
            found += [(i + di, j + dj) for di, dj in inside]
        matches = sorted(matches + found)
    return matches


def _gaps(matches: list[Match], n: int, m: int) -> Iterator[tuple[Match, Match]]:
    """Yield what lies between matches: its first items, and the first after it."""
    starts = [(0, 0), *((i + 1, j + 1) for i, j in matches)]
    for start, end in zip(starts, [*matches, (n, m)], strict=True):
        if start[0] < end[0] and start[1] < end[1]:
            yield start, end


def common(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Match]:
    """Return where the items of a longest common subsequence stand in *a* and *b*.

    Source:
        Hyyrö 2004, "Bit-parallel LCS-length computation revisited".

    Example:
        >>> common("abcd", "bxd")
        [(1, 0), (3, 2)]
    """
    if len(a) > 1 and len(a) * len(b) > _MOST:
        return _halved(a, b)
    rows = list(_rows(a, b))
    matches = []
    i, j = len(a), len(b)
    while i and j:
        if rows[i] >> (j - 1) & 1:
            j -= 1  # no longer with the last of b
        elif not rows[i - 1] >> (j - 1) & 1:
            i -= 1  # as long without the last of a
        else:
            i, j = i - 1, j - 1
            matches.append((i, j))
    return matches[::-1]


def _rows(a: Sequence[Hashable], b: Sequence[Hashable]) -> Iterator[int]:
    """Yield, for each beginning of *a*, where in *b* the length grows: bits of 0."""
    places: dict[Hashable, int] = {}
    for j, item in enumerate(b):
        places[item] = places.get(item, 0) | 1 << j
    ones = (1 << len(b)) - 1
    row = ones
    yield row
    for item in a:
        met = row & places.get(item, 0)
        row = ((row + met) | (row - met)) & ones
        yield row


def _halved(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Match]:
    """Return what `common` does, for both halves of *a* by themselves.

    Source:
        Hirschberg 1975, "A linear space algorithm for computing maximal common
        subsequences".
    """
    half = len(a) // 2
    before = _lengths(a[:half], b)
    after = _lengths(a[half:][::-1], b[::-1])[::-1]
    sums = [x + y for x, y in zip(before, after, strict=True)]
    cut = sums.index(max(sums))
    rest = common(a[half:], b[cut:])
    return common(a[:half], b[:cut]) + [(half + i, cut + j) for i, j in rest]


def _lengths(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[int]:
    """Return how long the longest is of *a* and each beginning of *b*."""
    *_, row = _rows(a, b)
    grows = (1 - (row >> j & 1) for j in range(len(b)))
    return list(accumulate(grows, initial=0))
