"""A packed arena: an offset for each tensor, so that none overlap while they live."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from cnncalc.memory.liveness import Storage

__all__ = ["Slot", "arena", "offsets"]


class Slot(NamedTuple):
    """The place of a tensor in an arena.

    Attributes:
        tensor: The path of the node that puts it out first.
        offset: Its first byte.
        size: Its bytes.
        first: In which step, counted as nodes of the table, it begins to be alive.
        last: In which it is alive for the last time.
    """

    tensor: str
    offset: int
    size: int
    first: int
    last: int


def arena(held: Sequence[Storage], paths: Sequence[str]) -> tuple[Slot, ...]:
    """Return a place for each tensor, by the time at which it begins to be alive.

    Greedily by size, the largest first, each at the lowest offset where it overlaps no
    tensor that is alive with it.

    Args:
        held: The tensors.
        paths: What each node is called.
    """
    order = sorted(held, key=lambda s: (-s.size, s.first, s.node))
    slots = [
        Slot(paths[each.node], offset, each.size, each.first, each.last)
        for each, offset in zip(order, offsets(order), strict=True)
    ]
    return tuple(sorted(slots, key=lambda slot: (slot.first, slot.offset)))


def offsets(held: Sequence[Storage], fixed: Sequence[int] = ()) -> list[int]:
    """Return where tensors lie that are put down one by one, in their order.

    Each is put at the lowest offset where it overlaps none that is alive with it.

    Args:
        held: The tensors.
        fixed: Where the first of them are put, whatever they overlap.

    Example:
        >>> held = [Storage(0, 64, 0, 1), Storage(1, 32, 1, 2), Storage(2, 48, 2, 3)]
        >>> offsets(held), offsets(held, [32])
        ([0, 64, 0], [32, 0, 32])
    """
    # What is taken in each span, by tensors whose lives have it as one of their spans,
    # and by those that begin or end in it. All others that are alive in it have one of
    # the spans around it.
    through: dict[int, list[int]] = defaultdict(list)
    ends: dict[int, list[int]] = defaultdict(list)
    steps = 1 + max([storage.last for storage in held], default=0)
    leaf = 1  # the number of the span of the first step alone
    while leaf < steps:
        leaf <<= _BITS
    found = list(fixed)
    for number, (_, size, first, last) in enumerate(held):
        spans = _spans(leaf + first, leaf + last)
        if number >= len(fixed):
            around = {each for span in spans for each in _around(span)}
            meets = [ends[span] for span in spans if span in ends]
            meets += [through[span] for span in around if span in through]
            # What reaches highest first: mostly it leaves no gap, and all else follows.
            meets.sort(key=itemgetter(-1), reverse=True)
            found.append(_gap(meets, size) if size else 0)
        offset = found[number]
        for span in spans:
            _take(through[span], offset, offset + size)
        for span in {*_around(leaf + first), *_around(leaf + last)}:
            _take(ends[span], offset, offset + size)
    return found


# A span has 16 spans in it, and so on down to those of one step: span n is in n >> 4.
# A life is few spans, however long it is.
_BITS = 4


def _spans(first: int, last: int) -> list[int]:
    """Return the fewest spans that together are all from *first* to *last*."""
    found = []
    while first <= last:
        if first % (1 << _BITS):
            found.append(first)
            first += 1
        elif (last + 1) % (1 << _BITS):
            found.append(last)
            last -= 1
        else:
            first, last = first >> _BITS, last >> _BITS
    return found


def _around(span: int) -> list[int]:
    """Return a span, and all that it is in."""
    return [span >> up for up in range(0, span.bit_length(), _BITS)]


def _take(taken: list[int], start: int, end: int) -> None:
    """Add bytes to those that are taken: offsets where such begin and end, in turns."""
    left, right = bisect_left(taken, start), bisect_right(taken, end)
    taken[left:right] = [start] * (left % 2 == 0) + [end] * (right % 2 == 0)


def _gap(meets: list[list[int]], size: int) -> int:
    """Return the lowest offset at which so many bytes are free in all of these."""
    offset, before = 0, -1
    while offset > before:
        before = offset
        for taken in meets:
            at = bisect_right(taken, offset)
            if at % 2:  # amid what is taken
                offset, at = taken[at], at + 1
            while at < len(taken) and taken[at] < offset + size:
                offset, at = taken[at + 1], at + 2
    return offset
