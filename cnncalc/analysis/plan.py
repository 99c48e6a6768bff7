"""A plan of memory: when each tensor is alive, where it lies, which order is best.

How much is alive after some nodes have run depends on which these are, not on their
order: an operation in place replaces a tensor that would have died. So the best order
is a shortest path over sets of nodes, where the length of a path is its highest step.
Two facts keep that small. A node that is before or after every other one cuts the
network into segments that can be ordered one by one. And a node that frees at least
what it takes, within what is needed anyway, may run at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from cnncalc.analysis.liveness import Storage, peak, storages
from cnncalc.analysis.memory import Size, sizing
from cnncalc.graph.table import Table

__all__ = ["MemoryPlan", "Slot", "Step", "memory_plan"]

_MOST_SETS = 5_000  # sets of nodes that are looked at in one segment


class Step(NamedTuple):
    """One node at work.

    Attributes:
        node: Its path.
        tensors: What is alive, by the path of the node that put it out first.
        bytes: How much that is.
    """

    node: str
    tensors: tuple[str, ...]
    bytes: int


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


class MemoryPlan(NamedTuple):
    """When each tensor is alive, where it may lie, and which order is best.

    Attributes:
        timeline: What is alive while each node runs, the inputs among them.
        peak: The bytes that are alive at most.
        at: The path of the first node at which they are.
        tensors: What is alive there.
        best_order: The paths of the nodes in the order that needs least; the given
            order if none needs less.
        best_peak: The bytes that are alive at most in that order.
        lower_bound: What every order needs at least.
        exact: Whether *best_peak* is known to be the least; it then equals
            *lower_bound*.
        arena: An offset for each tensor, in the given order of nodes: packed greedily
            by size, the largest first, each at the lowest offset where it overlaps no
            tensor that is alive with it.
        arena_size: The bytes of that arena, never below *peak*.
    """

    timeline: tuple[Step, ...]
    peak: int
    at: str
    tensors: tuple[str, ...]
    best_order: tuple[str, ...]
    best_peak: int
    lower_bound: int
    exact: bool
    arena: tuple[Slot, ...]
    arena_size: int

    @property
    def overhead(self) -> int:
        """How many bytes the arena is above the peak."""
        return self.arena_size - self.peak


def memory_plan(
    table: Table,
    outputs: Sequence[int],
    *,
    inplace: bool = True,
    dtype: str | int = "float32",
    batch: int = 1,
) -> MemoryPlan:
    """Return a plan of the memory that a network needs while it runs.

    A tensor, the input too, dies after its last use; a node's inputs and its output
    are alive while it runs. All inputs are there from the beginning. Nodes that run in
    training only are left out.

    Args:
        table: The nodes.
        outputs: Those that the network puts out; they stay to the end.
        inplace: Whether an activation of which PyTorch has an in-place version, or an
            addition, overwrites an operand of its own size that dies there.
        dtype: The data type of the values, or a number of bits.
        batch: How many inputs are run at once.

    Raises:
        OptionError: If there is no such type, or *batch* is no positive integer.

    Source:
        TensorFlow Lite Micro's `GreedyMemoryPlanner` for the arena (without its
        alignment); Liberis & Lane 2019, https://arxiv.org/abs/1910.05110, for orders.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(32, 32, 1)).conv(5, 6).relu().pool(2).fc(10)
        >>> plan = memory_plan(net.graph.table, net.graph.outputs)
        >>> plan.peak, plan.at, plan.tensors
        (23520, 'pool1', ('conv1', 'pool1'))
        >>> plan.arena_size, plan.overhead, plan.exact
        (23520, 0, True)
    """
    size = sizing(dtype, batch)
    held = storages(table, outputs, inplace=inplace)
    given = [node for node in range(len(table)) if not table.calls[node].idle]
    timeline = _timeline(table, held, given, size)
    highest = max(timeline, key=lambda step: step.bytes)
    most = peak(held)
    order, best, bound = _best(table, outputs, inplace, most)
    arena = _arena(table, held, size)
    return MemoryPlan(
        timeline,
        size(most),
        highest.node,
        highest.tensors,
        tuple(map(table.path, order or given)),
        size(best),
        size(bound),
        best == bound,
        arena,
        max(slot.offset + slot.size for slot in arena),
    )


def _timeline(
    table: Table, held: list[Storage], given: list[int], size: Size
) -> tuple[Step, ...]:
    begins: dict[int, list[Storage]] = {}
    for storage in held:
        begins.setdefault(storage.first, []).append(storage)
    alive: list[Storage] = []
    steps = []
    for node in given:
        alive = [s for s in alive if s.last >= node] + begins.get(node, [])
        names = tuple(table.path(s.node) for s in alive)
        taken = size(sum(s.size for s in alive))
        steps.append(Step(table.path(node), names, taken))
    return tuple(steps)


def _arena(table: Table, held: list[Storage], size: Size) -> tuple[Slot, ...]:
    """Return an offset for each tensor, by the time at which it begins to be alive."""
    placed: list[Slot] = []
    for storage in sorted(held, key=lambda s: (-s.size, s.first, s.node)):
        taken, offset = size(storage.size), 0
        meets = [
            slot
            for slot in placed
            if slot.first <= storage.last and storage.first <= slot.last
        ]
        for slot in sorted(meets, key=lambda slot: slot.offset):
            if slot.offset >= offset + taken:
                break
            offset = max(offset, slot.offset + slot.size)
        name = table.path(storage.node)
        placed.append(Slot(name, offset, taken, storage.first, storage.last))
    return tuple(sorted(placed, key=lambda slot: (slot.first, slot.offset)))


# The best order. A set of nodes is an integer with a bit for each.


class _Tensor(NamedTuple):
    """A tensor and its views.

    Attributes:
        size: Values in it.
        users: The nodes that need it.
        stays: Whether the network puts it out.
        entered: Whether it came from outside, so that nothing may overwrite it.
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


class _Graph:
    """What the search asks: what each node needs, reads and puts out."""

    def __init__(self, table: Table, outputs: Sequence[int], inplace: bool) -> None:
        size = len(table)
        self.needs = [0] * size
        self.followers = [0] * size
        self.reads: list[list[int]] = [[] for _ in range(size)]
        self.overwrites = [False] * size
        self.inputs = 0  # those of the network, and what never runs
        self.nodes: list[int] = []  # the others
        tensor = list(range(size))  # for each node the one whose tensor it puts out
        users = [0] * size
        for node, (call, links) in enumerate(
            zip(table.calls, table.links, strict=True)
        ):
            if call.idle or not links:
                self.inputs |= 1 << node
                continue
            self.nodes.append(node)
            if call.layer.is_view:
                tensor[node] = tensor[node + links[0]]
            self.overwrites[node] = inplace and call.layer.inplace
            for link in links:
                self.needs[node] |= 1 << node + link
                self.followers[node + link] |= 1 << node
                users[tensor[node + link]] |= 1 << node
            self.reads[node] = sorted({tensor[node + link] for link in links})
        stay = {tensor[node] for node in outputs}
        self.tensor = tensor
        self.tensors = [
            _Tensor(
                table.calls[i].output.size * (not table.calls[i].idle),
                users[i],
                i in stay,
                not table.links[i],
            )
            for i in range(size)
        ]

    def takes(self, node: int, done: int) -> int:
        """Return how much more is alive while *node* runs than before it."""
        own = self.tensors[node].size
        if self.tensor[node] != node:
            return 0
        if self.overwrites[node]:
            for source in (self.tensors[i] for i in self.reads[node]):
                free = not (source.stays or source.entered)
                dies = source.users & ~done == 1 << node
                if free and dies and source.size == own:
                    return 0
        return own

    def adds(self, node: int, done: int) -> int:
        """Return how much more is alive after *node* than before it; often less."""
        mine = self.tensors[node]
        lives = self.tensor[node] == node and (mine.users or mine.stays)
        after = ~(done | 1 << node)
        return (mine.size if lives else 0) - sum(
            self.tensors[i].size
            for i in self.reads[node]
            if not self.tensors[i].stays and not self.tensors[i].users & after
        )

    def after(self, node: int, place: _Place, mine: int) -> _Place:
        """Return where *node* leads, with only nodes among *mine* to be next."""
        done = place.done | 1 << node
        ready = place.ready & ~(1 << node)
        for other in _members(self.followers[node] & mine):
            if not self.needs[other] & ~done:
                ready |= 1 << other
        return _Place(done, ready, place.alive + self.adds(node, place.done))

    def needs_at_least(self, node: int) -> int:
        """Return what is alive while *node* runs, whatever else has run before."""
        everything = (1 << len(self.tensors)) - 1
        last = everything & ~(1 << node)
        read = sum(self.tensors[i].size for i in self.reads[node])
        return read + self.takes(node, last)

    def segments(self) -> list[list[int]]:
        """Cut the nodes where all paths meet, so that each part goes by itself."""
        place = {node: k for k, node in enumerate(self.nodes)}
        before = [0] * len(self.needs)  # all that must run first
        for node in self.nodes:
            before[node] = needs = self.needs[node] & ~self.inputs
            for other in _members(needs):
                before[node] |= before[other]
        behind_all = -1  # what must run before each of the later nodes
        cuts = set()
        for node in reversed(self.nodes):
            if behind_all >> node & 1 and before[node].bit_count() == place[node]:
                cuts.add(node)
            behind_all &= before[node]
        parts: list[list[int]] = [[]]
        for node in self.nodes:
            parts[-1].append(node)
            if node in cuts:
                parts.append([])
        return [part for part in parts if part]


def _best(
    table: Table, outputs: Sequence[int], inplace: bool, given: int
) -> tuple[list[int] | None, int, int]:
    """Return the best order, its peak and a bound for the peak of every order.

    The order is None where none is known to need less than *given*.
    """
    graph = _Graph(table, outputs, inplace)
    inputs = [i for i, links in enumerate(table.links) if not links]
    alive = sum(graph.tensors[i].size for i in inputs)
    bound = max([alive, *map(graph.needs_at_least, graph.nodes)])
    order = [i for i in inputs if not table.calls[i].idle]
    best, done = bound, graph.inputs
    for i in inputs:
        if not graph.tensors[i].users and not graph.tensors[i].stays:
            alive -= graph.tensors[i].size
    for part in graph.segments():
        found, high, low = _ordered(graph, part, done, alive, bound, given)
        best, bound = max(best, high), max(bound, low)
        for node in found:
            alive += graph.adds(node, done)
            done |= 1 << node
        order += found
    return (order, best, bound) if best < given else (None, given, min(bound, given))


class _State(NamedTuple):
    high: int
    rank: int  # the latest first among equals: it is nearest to the end
    place: _Place
    path: _Path | None


class _Path(NamedTuple):
    before: _Path | None
    nodes: list[int]


def _ordered(
    graph: _Graph, part: list[int], done: int, alive: int, floor: int, given: int
) -> tuple[list[int], int, int]:
    """Return the best order of a segment, its peak, and a bound for it.

    Orders up to *floor* are all as good, and so are those from *given* on. The best
    goes on first: the first order to end is the best, and while none has ended the
    best state is a bound. Where the segment is too wide, it stays in its order.
    """
    mine = sum(1 << node for node in part)
    end = done | mine
    ready = [node for node in part if not graph.needs[node] & ~done]
    ranks = count(0, -1)
    start = _Place(done, sum(1 << node for node in ready), alive)
    states = [_State(floor, next(ranks), start, None)]
    seen: set[int] = set()
    low = given
    while True:  # until an order ends, as one does
        high, _, place, path = heappop(states)
        if high >= given:
            break
        run, place = _free_steps(graph, place, mine, high)
        path = _Path(path, run)
        if place.done == end:
            return _unwound(path), high, high
        if place.done in seen:
            continue
        if len(seen) == _MOST_SETS:
            low = high
            break
        seen.add(place.done)
        for node in _members(place.ready):
            step = place.alive + graph.takes(node, place.done)
            then = graph.after(node, place, mine)
            heappush(
                states,
                _State(max(high, step), next(ranks), then, _Path(path, [node])),
            )
    return part, _height(graph, part, done, alive), low


def _height(graph: _Graph, part: list[int], done: int, alive: int) -> int:
    """Return the peak of a segment in the given order."""
    most = alive
    for node in part:
        most = max(most, alive + graph.takes(node, done))
        alive += graph.adds(node, done)
        done |= 1 << node
    return most


def _free_steps(
    graph: _Graph, place: _Place, mine: int, high: int
) -> tuple[list[int], _Place]:
    """Run what frees at least what it takes, without more than *high* alive.

    That can do no harm: whatever runs later finds no more alive than otherwise.
    """
    run: list[int] = []
    again = True
    while again:
        again = False
        for node in _members(place.ready):
            fits = place.alive + graph.takes(node, place.done) <= high
            if fits and graph.adds(node, place.done) <= 0:
                run.append(node)
                place, again = graph.after(node, place, mine), True
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
