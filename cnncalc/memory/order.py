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

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush, nsmallest
from itertools import count
from typing import NamedTuple

from cnncalc.graph.table import Table

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
    table: Table,
    outputs: Sequence[int],
    sizes: Sequence[int],
    given: int,
    *,
    inplace: bool,
) -> Best:
    """Return the best order, its peak and a bound for the peak of every order.

    Args:
        table: The nodes.
        outputs: Those that the network puts out; they stay to the end.
        sizes: The bytes of what each node puts out.
        given: The peak in the given order.
        inplace: As of `cnncalc.memory.liveness.storages`.
    """
    whole = _Whole(table, outputs, sizes, inplace=inplace)
    segments = [_Segment(whole, nodes) for nodes in whole.segments()]
    links = enumerate(table.links)
    inputs = [i for i, into in links if not (into or table.calls[i].idle)]
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


class _Whole:
    """The tensors between segments: who puts out which, and how long it stays."""

    def __init__(
        self,
        table: Table,
        outputs: Sequence[int],
        sizes: Sequence[int],
        *,
        inplace: bool,
    ) -> None:
        count = len(table)
        self.table, self.sizes = table, sizes
        self.tensor = list(range(count))  # for each node the one whose tensor it has
        self.last_use = [-1] * count  # of each tensor; -1 where nothing needs it
        self.overwrites = [False] * count
        self.nodes: list[int] = []  # all that run, but for the inputs
        for node, (call, links) in enumerate(
            zip(table.calls, table.links, strict=True)
        ):
            if call.idle or not links:
                continue
            self.nodes.append(node)
            if call.layer.is_view:
                self.tensor[node] = self.tensor[node + links[0]]
            self.overwrites[node] = inplace and call.layer.inplace
            for link in links:
                self.last_use[self.tensor[node + link]] = node
        for node in outputs:
            self.last_use[self.tensor[node]] = count

    def segments(self) -> list[list[int]]:
        """Cut the nodes where all paths meet, so that each part goes by itself.

        All nodes before a cut lead to it: each has a user that is not behind it. And
        all nodes behind it come from it: each needs one that is not before it.
        """
        nodes, links = self.nodes, self.table.links
        first_user = dict.fromkeys(nodes, len(links))
        for node in reversed(nodes):
            for link in links[node]:
                first_user[node + link] = node
        cuts = set()
        behind = len(links)  # the earliest of what the nodes behind need last
        for node in reversed(nodes):
            if behind >= node:
                cuts.add(node)
            needed = [node + link for link in links[node]]
            behind = min(behind, max([i for i in needed if links[i]], default=-1))
        parts: list[list[int]] = [[]]
        before = 0  # the latest first user of all nodes before
        for node in nodes:
            parts[-1].append(node)
            if before <= node and node in cuts:
                parts.append([])
            before = max(before, first_user[node])
        return [part for part in parts if part]


class _Tensor(NamedTuple):
    """A tensor and its views, as a segment sees it.

    Attributes:
        size: Its bytes.
        users: The nodes of the segment that need it.
        stays: Whether it is needed behind the segment.
        entered: Whether it is an input of the network, which nothing may overwrite.
    """

    size: int
    users: int
    stays: bool
    entered: bool


class _Place(NamedTuple):
    """How far a run has come: what has run, what can be next, and what is alive."""

    done: int
    ready: int
    alive: int


class _Segment:
    """Nodes that run between two cuts, numbered from 0: a set of them is an integer.

    Attributes:
        nodes: Their numbers in the table.
        least: What is alive in the highest step, whatever the order.
    """

    def __init__(self, whole: _Whole, nodes: list[int]) -> None:
        links = whole.table.links
        place = {node: k for k, node in enumerate(nodes)}
        self.nodes = nodes
        self.needs = [0] * len(nodes)
        self.followers = [0] * len(nodes)
        self.overwrites = [whole.overwrites[node] for node in nodes]
        reads: list[list[int]] = []
        users = dict.fromkeys([whole.tensor[node] for node in nodes], 0)
        for k, node in enumerate(nodes):
            for link in links[node]:
                before = place.get(node + link)
                if before is not None:
                    self.needs[k] |= 1 << before
                    self.followers[before] |= 1 << k
            reads.append(sorted({whole.tensor[node + link] for link in links[node]}))
            for tensor in reads[k]:
                users[tensor] = users.get(tensor, 0) | 1 << k
        tensors = {
            i: _Tensor(whole.sizes[i], u, whole.last_use[i] > nodes[-1], not links[i])
            for i, u in users.items()
        }
        self.reads = [[tensors[i] for i in each] for each in reads]
        # What a node makes; None where it hands on a view.
        self.makes = [
            tensors[node] if whole.tensor[node] == node else None for node in nodes
        ]
        self.least = max(self._needs_at_least(k) for k in range(len(nodes)))

    def start(self, alive: int) -> _Place:
        """Return where a run begins, with so many bytes alive."""
        first = [node for node, needs in enumerate(self.needs) if not needs]
        return _Place(0, sum(1 << node for node in first), alive)

    def takes(self, node: int, done: int) -> int:
        """Return how much more is alive while *node* runs than before it."""
        own = self.makes[node]
        if own is None:
            return 0
        if self.overwrites[node]:
            for source in self.reads[node]:
                free = not (source.stays or source.entered)
                dies = source.users & ~done == 1 << node
                if free and dies and source.size == own.size:
                    return 0
        return own.size

    def adds(self, node: int, done: int) -> int:
        """Return how much more is alive after *node* than before it; often less."""
        own = self.makes[node]
        after = ~(done | 1 << node)
        return (own.size if own and (own.users or own.stays) else 0) - sum(
            source.size
            for source in self.reads[node]
            if not source.stays and not source.users & after
        )

    def after(self, node: int, place: _Place) -> _Place:
        """Return where *node* leads."""
        done = place.done | 1 << node
        ready = place.ready & ~(1 << node)
        for other in _members(self.followers[node]):
            if not self.needs[other] & ~done:
                ready |= 1 << other
        return _Place(done, ready, place.alive + self.adds(node, place.done))

    def _needs_at_least(self, node: int) -> int:
        """Return what is alive while *node* runs, whatever else has run before."""
        read = sum(source.size for source in self.reads[node])
        return read + self.takes(node, ~(1 << node))


class _State(NamedTuple):
    high: int
    rank: int  # the latest first among equals: it is nearest to the end
    place: _Place  # before the node: most states are never come to
    node: int | None
    path: _Path | None


class _Path(NamedTuple):
    before: _Path | None
    nodes: list[int]


def _ordered(
    segment: _Segment, alive: int, floor: int, given: int
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
        for each in _members(place.ready):
            step = max(high, place.alive + segment.takes(each, place.done))
            heappush(states, _State(step, next(ranks), place, each, path))
    order = [*range(len(segment.nodes))]
    high = max(floor, _height(segment, alive))
    found = _good(segment, alive, floor, high)
    return (*found, low) if found else (order, high, low)


def _good(
    segment: _Segment, alive: int, floor: int, limit: int
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
            for node in _members(place.ready):
                step = max(high, place.alive + segment.takes(node, place.done))
                run, after = _free_steps(segment, segment.after(node, place), step)
                there = levels[after.done.bit_count()]
                known = there.get(after.done)
                if step < (limit if known is None else known.high):
                    way = _Path(path, [node, *run])
                    there[after.done] = _State(step, 0, after, None, way)
    return next(((_unwound(s.path), s.high) for s in levels[-1].values()), None)


def _height(segment: _Segment, alive: int) -> int:
    """Return the peak of a segment in the given order."""
    most, done = alive, 0
    for node in range(len(segment.nodes)):
        most = max(most, alive + segment.takes(node, done))
        alive += segment.adds(node, done)
        done |= 1 << node
    return most


def _free_steps(
    segment: _Segment, place: _Place, high: int
) -> tuple[list[int], _Place]:
    """Run what frees at least what it takes, without more than *high* alive.

    That can do no harm: whatever runs later finds no more alive than otherwise.
    """
    run: list[int] = []
    again = True
    while again:
        again = False
        for node in _members(place.ready):
            fits = place.alive + segment.takes(node, place.done) <= high
            if fits and segment.adds(node, place.done) <= 0:
                run.append(node)
                place, again = segment.after(node, place), True
    return run, place


def _members(nodes: int) -> Iterator[int]:
    while nodes:
        lowest = nodes & -nodes
        yield lowest.bit_length() - 1
        nodes ^= lowest


def _unwound(path: _Path | None) -> list[int]:
    runs = []
    while path is not None:
        runs.append(path.nodes)
        path = path.before
    return [node for run in reversed(runs) for node in run]
