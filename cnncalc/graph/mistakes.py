"""Likely mistakes: what can be counted as it stands, and was hardly meant so.

Each has a name and a check. They are read by `lint`, by the warnings of a network that
is built or shown, by the errors that follow from one, and by the command line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from cnncalc.errors import CnncalcError, warn_of
from cnncalc.graph.call import Call
from cnncalc.graph.table import Table
from cnncalc.sizes.entry import Doubtful

__all__ = [
    "CHECKS",
    "NOTED",
    "Mistake",
    "hinted",
    "mistakes",
    "note",
    "warn_of_network",
    "warn_of_step",
]


class Mistake(NamedTuple):
    """What was likely meant otherwise.

    Attributes:
        path: The node; "" of the whole network.
        name: What kind of mistake it is.
        text: What is odd, and what to write.
    """

    path: str
    name: str
    text: str


# Calls of layers that are doubtful by themselves, by identity. It is empty for who
# makes no such mistake, and so costs nothing.
NOTED: dict[int, Call] = {}
_MOST = 1000

_LEAST_KERNEL, _MOST_FILTERS = 12, 4


def note(call: Call) -> None:
    """Remember a call whose kernel is likely to be its number of filters."""
    if call.output[-1] <= _MOST_FILTERS and _filters_first(call):
        if len(NOTED) >= _MOST:
            NOTED.clear()
        NOTED[id(call)] = call


def warn_of_step(step: Any) -> None:
    """Warn of what a step of a network became, if that was noted."""
    made = step and step.made
    if NOTED.get(id(made)) is made:
        warn_of(_filters_first(made))


def warn_of_network(graph: Any) -> None:
    """Warn of what only the whole network shows, once for each network and mistake."""
    told = getattr(graph, "told", frozenset())
    found = {
        mistake.name: mistake
        for mistake in mistakes(graph)
        # Which are told where they are made.
        if mistake.name not in _ENTRIES
        and (mistake.name != "filters first" or "/" in mistake.path)
    }
    graph.told = told | found.keys()
    for name, (path, _, text) in found.items():
        if name not in told:
            warn_of(f"{path}: {text}" if path else text)


def hinted(error: CnncalcError) -> None:
    """Let an error say from which mistake in the input it is likely to follow."""
    for call in error.table.calls if error.table else ():
        if isinstance(call.output, Doubtful) and not (call.shapes or error.hint):
            _, text = call.output.mistake
            error.hint = f"{text[0].upper()}{text[1:]}"


def mistakes(net: Any) -> list[Mistake]:
    """Return the likely mistakes of a network, in the order of its nodes."""
    table = net.graph.table
    nodes = [_Node(table, index) for index in range(len(table))]
    for node in nodes:
        for source in node.sources:
            nodes[source].users += 1
    found = [] if any(node.sources for node in nodes) else [_EMPTY]
    for index, node in enumerate(nodes):
        befores = [nodes[source] for source in node.sources]
        for name, check in CHECKS.items():
            text = check(node.call, befores, index in net.graph.outputs)
            if text:
                found.append(Mistake(table.path(index), name, text))
    for index, node in enumerate(nodes):
        if isinstance(node.call.output, Doubtful) and not node.sources:
            found.append(Mistake(table.path(index), *node.call.output.mistake))
    return found


class _Node:
    """A node of a table, as checks see it."""

    def __init__(self, table: Table, index: int) -> None:
        self.call = table.calls[index]
        self.sources = [index + link for link in table.links[index]]
        self.role = self.call.layer.role
        self.users = 0


_ENTRIES = ("channels first", "batch in the shape")

_EMPTY = Mistake(
    "",
    "empty network",
    "the network has no layer. A network never changes: each call returns a longer one. "
    "Write net = net.conv(3, 64)",
)


# Each check is told what a node does, the nodes before it, and whether it puts
# something out. It returns what is odd and what to write, or "".


def _filters_first(call: Call, befores: Any = (), last: bool = False) -> str:
    """A kernel as large as a number of filters, with as few filters as a kernel."""
    if len(call.shapes) != 1 or call.output[-1] > _MOST_FILTERS:
        return ""
    (x,), y = call.shapes, call.output
    filters, *kernel = call.layer.filters_of(x) or (0,)
    if len(kernel) <= len("HW") or y.positions == 1:
        return ""  # one window over all of a map is a layer of its own right
    *kernel, depth = kernel
    stride: Any = call.layer.geometry.along(x.rank).stride
    if min(kernel) < _LEAST_KERNEL or depth != x.channels or set(stride) != {1}:
        return ""
    size = "×".join(map(str, kernel))
    return (
        f"{filters} filters of {size}: filters first? The order is conv(kernel, "
        f"filters). Write conv({filters}, {kernel[0]})"
    )


def _last_norm(call: Call, befores: Any, last: bool) -> str:
    """A batch norm of the scores that a network puts out."""
    if not last or call.layer.role != "batch norm" or call.output.rank:
        return ""
    if (
        befores[0].role != "linear"
        or befores[0].call.layer.biases(*befores[0].call.shapes) == 0
    ):
        return ""
    return "a batch norm after the last layer. Leave it out"


def _softmax_inside(call: Call, befores: Any, last: bool) -> str:
    """Probabilities that a fully connected layer weighs."""
    if call.layer.role != "linear" or befores[0].role not in _SOFTMAX:
        return ""
    return "a softmax before a fully connected layer. Softmax comes last"


def _twice(call: Call, befores: Any, last: bool) -> str:
    """The same function twice, or a norm of what is normalised."""
    role = call.layer.role
    if len(befores) != 1 or befores[0].role != role or befores[0].users > 1:
        return ""
    if role == "batch norm" or role.startswith("activation: "):
        return f"{role.removeprefix('activation: ')} twice in a row. Leave one out"
    return ""


def _softmax_of_one(call: Call, befores: Any, last: bool) -> str:
    """Probabilities of one class, which always are 1."""
    if call.layer.role not in _SOFTMAX or tuple(call.output) != (1,):
        return ""
    return "a softmax of one value, which always is 1. Use sigmoid"


_SOFTMAX = ("activation: softmax", "activation: log_softmax")

CHECKS: dict[str, Callable[[Call, Any, bool], str]] = {
    "filters first": _filters_first,
    "norm last": _last_norm,
    "softmax inside": _softmax_inside,
    "twice in a row": _twice,
    "softmax of one": _softmax_of_one,
}
