"""The tensors that are alive while a network runs, and the memory that they take.

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
from typing import TypeAlias

from cnncalc._typing import NamedTuple
from cnncalc.checks import checked_flag
from cnncalc.cost.asked import AnyNetwork
from cnncalc.graph.call import Call
from cnncalc.graph.table import Table
from cnncalc.memory.types import DataTypes, bounded, first_unknown, tensor_bytes
from cnncalc.sizes.bound import AtLeast

__all__ = [
    "Storage",
    "alive",
    "bytes_alive",
    "least_alive",
    "peak",
    "peak_memory",
    "storage_of",
    "storages",
    "works",
]


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


_Facts: TypeAlias = tuple[int, int, int, int]  # as of a `Storage`


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
        inplace: As of `works`.
    """
    return [Storage(*facts) for facts in _held(table, outputs, sizes, inplace)]


def _held(
    table: Table, outputs: Sequence[int], sizes: Sequence[int], inplace: bool
) -> list[_Facts]:
    """Return the facts of `storages`, of which a sum needs no more."""
    work = works(table, inplace=inplace)
    owner, first, last = _reused(table, outputs, sizes, work)
    return [
        (node, sizes[node], first[node], last[node])
        for node, (reused, does) in enumerate(zip(owner, work, strict=True))
        if node == reused and does != "none"
    ]


def storage_of(
    table: Table, outputs: Sequence[int], sizes: Sequence[int], work: Sequence[str]
) -> list[Storage]:
    """Return for each node the memory that it puts out into.

    Args:
        table: The nodes.
        outputs: Those that the network puts out; they stay to the end.
        sizes: The bytes of what each node puts out.
        work: What each does about a tensor, as of `works`.
    """
    owner, first, last = _reused(table, outputs, sizes, work)
    return [Storage(node, sizes[node], first[node], last[node]) for node in owner]


def _reused(
    table: Table, outputs: Sequence[int], sizes: Sequence[int], work: Sequence[str]
) -> tuple[list[int], list[int], list[int]]:
    """Return for each node the one whose memory it puts out into, its own or another's.

    Arguments are those of `storage_of`.

    Returns:
        These nodes; and from which step and up to which the output of each is alive.
    """
    links = table.links
    start = next((node for node, does in enumerate(work) if does != "none"), 0)
    # An unused input that is declared late is no longer there: all come at the start.
    first = [node if into else start for node, into in enumerate(links)]
    last = first.copy()
    for node, (into, does) in enumerate(zip(links, work, strict=True)):
        if does != "none":
            for link in into:
                last[node + link] = node
    for node in outputs:
        last[node] = len(table)
    owner = list(range(len(table)))
    for node in [node for node, does in enumerate(work) if does in _REUSING]:
        does, size = work[node], sizes[node]
        for link in links[node]:
            where = owner[node + link]
            if does == "hands on" or (
                sizes[where] == size and links[where] and last[where] <= node
            ):
                owner[node], last[where] = where, max(last[where], last[node])
                break
    return owner, first, last


_REUSING = {"hands on", "overwrites"}


def works(table: Table, *, inplace: bool) -> Sequence[str]:
    """Return for each node what it does about a tensor when the network runs.

    Args:
        table: The nodes.
        inplace: Whether an activation of which PyTorch has an in-place version, or an
            addition, overwrites an operand of its own size that dies there and is not
            the network's input.

    Returns:
        "makes", "hands on" a view, "overwrites" where it may, or "none" in training.
    """
    return table.each(lambda call: _work(call, inplace))


def _work(call: Call, inplace: bool) -> str:
    if call.idle:
        return "none"
    if call.layer.is_view:
        return "hands on"
    return "overwrites" if inplace and call.layer.inplace else "makes"


def bytes_alive(held: Sequence[_Facts], steps: int) -> list[int]:
    """Return the bytes that are alive in each of so many steps."""
    change = [0] * (steps + 2)
    for _, size, first, last in held:
        change[first] += size
        change[last + 1] -= size
    return list(accumulate(change[:steps]))


def peak(held: Sequence[_Facts]) -> int:
    """Return the largest sum of sizes that are alive in one step."""
    steps = 1 + max([last for _, _, _, last in held], default=0)
    return max(bytes_alive(held, steps), default=0)


def least_alive(table: Table, sizes: Sequence[int], *, inplace: bool) -> list[int]:
    """Return for each step bytes that are alive in it, whatever is overwritten.

    The peak is at least each of them. What a node overwrites is smaller by its output,
    and in the other steps there is as much as if nothing were overwritten: so these
    are sums of sizes, which do not depend on which of these are equal.

    Args:
        table: The nodes.
        sizes: The bytes of what each node puts out.
        inplace: As of `peak_memory`.
    """
    held = storages(table, (), sizes, inplace=False)
    sums = bytes_alive(held, len(table))
    work = works(table, inplace=inplace)
    return [
        sums[node] - (sizes[node] if does == "overwrites" else 0)
        for node, does in enumerate(work)
        if does != "none"
    ]


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
    held = storages(table, graph.outputs, sizes, inplace=True)
    sums, unknown = bytes_alive(held, len(table)), first_unknown(table)
    return {
        table.path(node): n if node < unknown else AtLeast(n)
        for node, n in enumerate(sums)
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
            `memory`; of a TFLite file's own tensors `memory_plan` tells.
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
    held = _held(graph.table, graph.outputs, sizes, inplace)
    return bounded(graph.table, peak(held))
