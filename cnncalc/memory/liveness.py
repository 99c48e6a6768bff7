"""Which tensors are alive while a network runs, and how much memory that takes.

A tensor, the input too, dies after its last use; a node's inputs and its output are
alive while it runs. Nodes run in the order of the table. All inputs are there from the
first step, one that nothing uses in that step only; what belongs to training alone, an
input too, is never there. Views make no new tensor, and
keep their source alive; one part of a split is not overwritten, for its tensor is the
whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from cnncalc.checks import checked_flag
from cnncalc.cost.asked import AnyNetwork
from cnncalc.graph.table import Table
from cnncalc.memory.types import DataTypes, bounded, first_unknown, tensor_bytes
from cnncalc.sizes.bound import AtLeast

__all__ = ["Storage", "alive", "peak", "peak_memory", "storages"]


class Storage(NamedTuple):
    """Memory that one tensor, and those that reuse it, hold for a while.

    Attributes:
        node: The node that puts it out first.
        size: Its bytes.
        first: The step from which it is alive; steps are counted as nodes.
        last: The last step in which it is alive.
    """

    node: int
    size: int
    first: int
    last: int


def storages(
    table: Table,
    outputs: Sequence[int],
    sizes: Sequence[int],
    *,
    inplace: bool,
) -> list[Storage]:
    """Return all memory that is held while the network runs, by first node.

    Args:
        table: The nodes.
        outputs: Those that the network puts out; they stay to the end.
        sizes: The bytes of what each node puts out.
        inplace: Whether an activation of which PyTorch has an in-place version, or an
            addition, overwrites an operand of its own size that dies there and is not
            the network's input.
    """
    start = next((i for i, call in enumerate(table.calls) if not call.idle), 0)
    used = _last_uses(table, outputs, start)
    owner: list[int] = []  # for each node the one whose storage it puts out
    until: dict[int, int] = {}  # for each storage the last step that needs it
    for index, (call, links) in enumerate(zip(table.calls, table.links, strict=True)):
        where = index
        if links and not call.idle:
            sources = [owner[index + link] for link in links]
            if call.layer.is_view:
                where = sources[0]
            elif inplace and call.layer.inplace:
                free = (
                    s
                    for s in sources
                    if sizes[s] == sizes[index] and table.links[s] and until[s] <= index
                )
                where = next(free, index)
        owner.append(where)
        until[where] = max(until.get(where, 0), used[index])
    return [
        Storage(node, sizes[node], node if table.links[node] else start, last)
        for node, last in until.items()
        if not table.calls[node].idle
    ]


def _last_uses(table: Table, outputs: Sequence[int], start: int) -> list[int]:
    """Return for each node the last step that needs what it puts out."""
    # An unused input that is declared late is no longer there: all come at the start.
    used = [node if links else start for node, links in enumerate(table.links)]
    for index, (call, links) in enumerate(zip(table.calls, table.links, strict=True)):
        if not call.idle:
            for link in links:
                used[index + link] = index
    for index in outputs:
        used[index] = len(table)
    return used


def peak(held: Sequence[Storage]) -> int:
    """Return the largest sum of sizes that are alive in one step."""
    change: dict[int, int] = {}
    for _, size, first, last in held:
        change[first] = change.get(first, 0) + size
        change[last + 1] = change.get(last + 1, 0) - size
    most = alive = 0
    for step in sorted(change):
        alive += change[step]
        most = max(most, alive)
    return most


def alive(
    net: AnyNetwork, dtype: DataTypes = "float32", batch: int = 1
) -> dict[str, int]:
    """Return by path the bytes that are alive while each node runs.

    Those that run in training only are left out. Arguments are those of `peak_memory`.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(32, 32, 1)).conv(5, 6).pool(2)
        >>> alive(net)
        {'input1': 4096, 'conv1': 22912, 'pool1': 23520}
    """
    graph = net.graph
    table = graph.table
    sizes = tensor_bytes(table, dtype, batch)
    changes = [0] * (len(table) + 2)
    for _, size, first, last in storages(table, graph.outputs, sizes, inplace=True):
        changes[first] += size
        changes[last + 1] -= size
    unknown = first_unknown(table)
    sums = enumerate(accumulate(changes[: len(table)]))
    return {
        table.path(node): n if node < unknown else AtLeast(n)
        for node, n in sums
        if not table.calls[node].idle
    }


def peak_memory(
    net: AnyNetwork,
    dtype: DataTypes = "float32",
    *,
    inplace: bool = True,
    batch: int = 1,
) -> int:
    """Return the bytes of the largest sum of tensors that are alive at once.

    A tensor, the input too, dies after its last use; a node's inputs and output
    are alive while it runs. All inputs are there from the beginning, one that nothing
    uses only then; those of training alone never. This is of evaluation; the
    parameters are not in it.

    Args:
        dtype: The values' data type, or a number of bits, or a mapping as of
            `memory`.
        inplace: Whether activations that PyTorch can apply in place, and
            additions, overwrite an operand of their size that dies there.
        batch: How many inputs are run at once.

    Raises:
        OptionError: If there is no such type, *inplace* is neither True nor False,
            or *batch* is no positive integer.
        UnknownNameError: If no node, group or kind has a name in the mapping.
    """
    graph = net.graph
    sizes = tensor_bytes(graph.table, dtype, batch)
    inplace = checked_flag("inplace", inplace)
    held = storages(graph.table, graph.outputs, sizes, inplace=inplace)
    return bounded(graph.table, peak(held))
