"""A plan of memory: when each tensor is alive, where it lies, which order is best."""

from __future__ import annotations

from typing import NamedTuple

from cnncalc._typing import Unpack, override
from cnncalc.answers.answer import Answer, Written
from cnncalc.answers.table import Column, Fact, Table, columns
from cnncalc.checks import checked_flag
from cnncalc.cost.asked import AnyNetwork
from cnncalc.memory.arena import Slot, arena
from cnncalc.memory.liveness import Storage, bytes_alive, peak, storages
from cnncalc.memory.order import best_order
from cnncalc.memory.types import DataTypes, bounded, first_unknown, tensor_bytes
from cnncalc.sizes.bound import AtLeast

__all__ = ["MemoryPlan", "Moment", "Slot", "arena_size", "memory_plan"]


class Moment(NamedTuple):
    """One node at work.

    Attributes:
        node: Its path.
        tensors: What is alive, by the path of the node that put it out first.
        bytes: How much that is.
    """

    node: str
    tensors: tuple[str, ...]
    bytes: int


Step = Moment  # its name in 0.1

_COLUMNS = (
    Column("node", "layer", "text"),
    Column("alive", "tensors alive", "number"),
    *columns("bytes", bytes="memory alive", offset="offset", size="size of the output"),
)


class _MemoryPlan(NamedTuple):
    timeline: tuple[Moment, ...]
    peak: int
    at: str
    tensors: tuple[str, ...]
    best_order: tuple[str, ...]
    best_peak: int
    lower_bound: int
    exact: bool
    arena: tuple[Slot, ...]
    arena_size: int


class MemoryPlan(Answer, _MemoryPlan):
    """A plan of memory: when tensors are alive, where they may lie, the best order.

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

    @property
    @override
    def table(self) -> Table:
        """A line for each node, with the place of the tensor that it puts out first."""
        slots = {slot.tensor: slot for slot in self.arena}
        lines = []
        for moment in self.timeline:
            slot = slots.get(moment.node)
            place = (slot.offset, slot.size) if slot else (None, None)
            lines.append((moment.node, len(moment.tensors), moment.bytes, *place))
        facts = (
            Fact("peak", "Peak memory", self.peak, "bytes"),
            Fact("at", "At", self.at, "text"),
            Fact("tensors", "Alive there", self.tensors, "names"),
            Fact("best_peak", "Peak in the best order", self.best_peak, "bytes"),
            Fact(
                "lower_bound", "Peak of any order, at least", self.lower_bound, "bytes"
            ),
            Fact("arena_size", "Arena", self.arena_size, "bytes"),
            Fact("overhead", "Above the peak", self.overhead, "bytes"),
        )
        return Table("memory plan", _COLUMNS, tuple(lines), facts)

    @property
    def overhead(self) -> int:
        """The bytes by which the arena is above the peak."""
        return int(self.arena_size) - int(self.peak)


def memory_plan(
    net: AnyNetwork,
    dtype: DataTypes = "float32",
    *,
    inplace: bool = True,
    batch: int = 1,
    **how: Unpack[Written],
) -> MemoryPlan:
    """Return what is alive at each step, the best order, and a packed arena.

    A tensor, the input too, dies after its last use; a node's inputs and its output
    are alive while it runs. All inputs are there from the beginning, one that nothing
    uses only then. Nodes that run in training only are left out, inputs too.

    Args:
        dtype: As of `peak_memory`.
        inplace: As of `peak_memory`.
        batch: How many inputs are run at once.
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Raises:
        OptionError: As of `peak_memory`.
        UnknownNameError: If no node, group or kind has a name in the mapping.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(32, 32, 1)).conv(5, 6).relu().pool(2).fc(10)
        >>> plan = net.memory_plan()
        >>> plan.peak, plan.at, plan.tensors
        (23520, 'pool1', ('conv1', 'pool1'))
        >>> plan.arena_size, plan.overhead, plan.exact
        (23520, 0, True)
    """
    inplace = checked_flag("inplace", inplace)
    table, outputs = net.graph.table, net.graph.outputs
    sizes = tensor_bytes(table, dtype, batch)
    held = storages(table, outputs, sizes, inplace=inplace)
    paths = [table.path(node) for node in range(len(table))]
    given = [node for node in range(len(table)) if not table.calls[node].idle]
    unknown = first_unknown(table)
    timeline = _timeline(held, given, paths, unknown)
    highest = max(timeline, key=lambda step: int(step.bytes))
    order, best, bound = best_order(table, outputs, sizes, peak(held), inplace=inplace)
    slots = arena(held, paths)
    plan = MemoryPlan(
        timeline,
        bounded(table, int(highest.bytes)),
        highest.node,
        highest.tensors,
        tuple([paths[node] for node in order or given]),
        bounded(table, best),
        bounded(table, bound),
        best == bound and unknown == len(table),
        slots,
        bounded(table, max(slot.offset + slot.size for slot in slots)),
    )
    return plan._written(how)


def arena_size(net: AnyNetwork, dtype: DataTypes = "float32", batch: int = 1) -> int:
    """Return the bytes of the arena of `memory_plan`, without looking for an order."""
    table, outputs = net.graph.table, net.graph.outputs
    sizes = tensor_bytes(table, dtype, batch)
    held = storages(table, outputs, sizes, inplace=True)
    slots = arena(held, [""] * len(table))
    return bounded(table, max(slot.offset + slot.size for slot in slots))


def _timeline(
    held: list[Storage], given: list[int], paths: list[str], unknown: int
) -> tuple[Moment, ...]:
    begins: dict[int, list[Storage]] = {}
    ends: dict[int, list[Storage]] = {}
    for storage in held:
        begins.setdefault(storage.first, []).append(storage)
        ends.setdefault(storage.last, []).append(storage)
    sums = bytes_alive(held, len(paths))
    alive: dict[int, str] = {}
    steps = []
    for node in given:
        alive |= {storage.node: paths[storage.node] for storage in begins.get(node, ())}
        size = sums[node] if node < unknown else AtLeast(sums[node])
        steps.append(Moment(paths[node], tuple(alive.values()), size))
        for storage in ends.get(node, ()):
            del alive[storage.node]
    return tuple(steps)
