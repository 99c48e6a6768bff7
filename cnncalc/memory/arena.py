"""A packed arena: an offset for each tensor, so that none overlap while they live."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cnncalc.memory.liveness import Storage

__all__ = ["Slot", "arena"]


class Slot(NamedTuple):
    """Where a tensor lies in an arena.

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

    Source:
        TensorFlow Lite Micro's `GreedyMemoryPlanner`, without its alignment.
    """
    placed: list[Slot] = []
    # The offsets of what is placed, by each step in which it is alive, and by the one
    # it begins in: a tensor meets what is alive when it begins, and what begins while
    # it is alive.
    living: dict[int, list[tuple[int, int]]] = {}
    beginning: dict[int, list[tuple[int, int]]] = {}
    for node, size, first, last in sorted(
        held, key=lambda s: (-s.size, s.first, s.node)
    ):
        meets = [*living.get(first, ())]
        for step in range(first + 1, last + 1):
            meets += beginning.get(step, ())
        offset = _gap(meets, size)
        placed.append(Slot(paths[node], offset, size, first, last))
        taken = (offset, offset + size)
        beginning.setdefault(first, []).append(taken)
        for step in range(first, last + 1):
            living.setdefault(step, []).append(taken)
    return tuple(sorted(placed, key=lambda slot: (slot.first, slot.offset)))


def _gap(meets: list[tuple[int, int]], size: int) -> int:
    """Return the lowest offset at which so many bytes are free."""
    offset = 0
    for start, end in sorted(meets):
        if start >= offset + size:
            break
        offset = max(offset, end)
    return offset
