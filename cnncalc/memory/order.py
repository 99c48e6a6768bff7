"""The order of execution that needs least memory.

How much is alive after some nodes have run depends on which these are, not on their
order: an operation in place replaces a tensor that would have died. So the best order
is a shortest path over sets of nodes, where the length of a path is its highest step.
Two facts keep that small. A node that is before or after every other one cuts the
network into segments that can be ordered one by one. And a node that frees at least
what it takes, within what is needed anyway, may run at once.

Source:
    Liberis & Lane 2019, https://arxiv.org/abs/1910.05110.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush, nsmallest
from itertools import count
from typing import NamedTuple

from cnncalc.memory.segments import Lifetimes, Reached, Segment, nodes_in

__all__ = ["Best", "best_order"]

_MOST_SETS = 5_000  # sets of nodes that are looked at in one segment
_MOST_LOOKS = 100_000  # at nodes that can be next: where many can, each set is dear

# Where the best order is given up, so many sets of each size are followed; fewer where
# many nodes can be next, of which each is looked at with each other.
_BEAM = 60
_MOST_PAIRS = 600_000


class Best(NamedTuple):
    """The order that needs least.

    Attributes:
        order: The nodes; None where none is known to need less than the given order.
        peak: The bytes that are alive at most.
        bound: What every order needs at least.
    """

    order: list[int] | None
    peak: int
    bound: int


def best_order(
    links: Sequence[Sequence[int]],
    works: Sequence[str],
    outputs: Sequence[int],
    sizes: Sequence[int],
    given: int,
) -> Best:
    """Return the best order, its peak and a bound for the peak of every order.

    Args:
        links: For each node how far back those stand that it takes.
        works: What each does about a tensor: `cnncalc.memory.liveness.works`.
        outputs: Those that the network puts out; they stay to the end.
        sizes: The bytes of what each node puts out.
        given: The peak in the given order.
    """
    whole = Lifetimes(links, works, outputs, sizes)
    segments = [Segment(whole, nodes) for nodes in whole.segments()]
    inputs = [i for i, into in enumerate(links) if not into and works[i] != "none"]
    alive = sum(sizes[i] for i in inputs)
    floor = max([alive, *[segment.least for segment in segments]])
    alive -= sum(sizes[i] for i in inputs if whole.last_use[i] < 0)
    order = inputs
    best = bound = floor
    for segment in segments:
        found, high, low = _ordered(segment, alive, floor, given)
        best, bound = max(best, high), max(bound, low)
        done = 0
        for node in found:
            alive += segment.adds(node, done)
            done |= 1 << node
        order += [segment.nodes[node] for node in found]
    if best < given:
        return Best(order, best, bound)
    return Best(None, given, min(bound, given))


class _State(NamedTuple):
    high: int
    rank: int  # the latest first among equals: it is nearest to the end
    place: Reached  # before the node: most states are never come to
    node: int | None
    path: _Path | None


class _Path(NamedTuple):
    before: _Path | None
    nodes: list[int]


def _ordered(
    segment: Segment, alive: int, floor: int, given: int
) -> tuple[list[int], int, int]:
    """Return the best order of a segment, its peak, and a bound for it.

    Orders up to *floor* are all as good, and so are those from *given* on. The best
    goes on first: the first order to end is the best, and while none has ended the
    best state is a bound. Where the segment is too wide, it gets a good order.
    """
    end = (1 << len(segment.nodes)) - 1
    ranks = count(0, -1)
    states = [_State(floor, next(ranks), segment.start(alive), None, None)]
    seen: set[int] = set()
    low, looks = given, 0
    while True:  # until an order ends, as one does
        high, _, place, node, path = heappop(states)
        if high >= given:
            break
        if node is not None:
            place, path = segment.after(node, place), _Path(path, [node])
        looks += place.ready.bit_count()
        run, place = _free_steps(segment, place, high)
        path = _Path(path, run)
        if place.done == end:
            return _unwound(path), high, high
        if place.done in seen:
            continue
        if len(seen) == _MOST_SETS or looks > _MOST_LOOKS:
            low = high
            break
        seen.add(place.done)
        for each in nodes_in(place.ready):
            step = max(high, place.alive + segment.takes(each, place.done))
            heappush(states, _State(step, next(ranks), place, each, path))
    order = [*range(len(segment.nodes))]
    high = max(floor, _height(segment, alive))
    found = _good(segment, alive, floor, high)
    return (*found, low) if found else (order, high, low)


def _good(
    segment: Segment, alive: int, floor: int, limit: int
) -> tuple[list[int], int] | None:
    """Return an order of a segment with a lower peak than *limit*, and its peak.

    Of all sets of as many nodes, only those are followed that came there lowest. None
    where no order that was followed is lower.
    """
    total = len(segment.nodes)
    levels: list[dict[int, _State]] = [{} for _ in range(total + 1)]  # by nodes done
    levels[0][0] = _State(floor, 0, segment.start(alive), None, None)
    for level in levels[:-1]:
        states = level.values()
        pairs = max([s.place.ready.bit_count() ** 2 for s in states], default=1)
        widest = min(_BEAM, _MOST_PAIRS // (total * pairs))
        kept = nsmallest(widest, states, key=lambda s: (s.high, s.place.alive))
        for high, _, place, _, path in kept:
            for node in nodes_in(place.ready):
                step = max(high, place.alive + segment.takes(node, place.done))
                run, after = _free_steps(segment, segment.after(node, place), step)
                there = levels[after.done.bit_count()]
                known = there.get(after.done)
                if step < (limit if known is None else known.high):
                    way = _Path(path, [node, *run])
                    there[after.done] = _State(step, 0, after, None, way)
    return next(((_unwound(s.path), s.high) for s in levels[-1].values()), None)


def _height(segment: Segment, alive: int) -> int:
    """Return the peak of a segment in the given order."""
    most, done = alive, 0
    for node in range(len(segment.nodes)):
        most = max(most, alive + segment.takes(node, done))
        alive += segment.adds(node, done)
        done |= 1 << node
    return most


def _free_steps(
    segment: Segment, place: Reached, high: int
) -> tuple[list[int], Reached]:
    """Run what frees at least what it takes, without more than *high* alive.

    That can do no harm: whatever runs later finds no more alive than otherwise.
    """
    run: list[int] = []
    again = True
    while again:
        again = False
        for node in nodes_in(place.ready):
            fits = place.alive + segment.takes(node, place.done) <= high
            if fits and segment.adds(node, place.done) <= 0:
                run.append(node)
                place, again = segment.after(node, place), True
    return run, place


def _unwound(path: _Path | None) -> list[int]:
    runs = []
    while path is not None:
        runs.append(path.nodes)
        path = path.before
    return [node for run in reversed(runs) for node in run]
