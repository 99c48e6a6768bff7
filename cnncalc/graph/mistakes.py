"""Likely mistakes: what can be counted as it stands, and was hardly meant so.

Each has a name and a check. They are read by `lint`, by the warnings of a network that
is built or shown, by the errors that follow from one, and by the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from cnncalc._typing import NamedTuple
from cnncalc.cache import Memo
from cnncalc.errors import CnncalcError, ShapeError, warn_of
from cnncalc.graph.call import Call
from cnncalc.graph.table import Table
from cnncalc.sizes.number import in_symbols
from cnncalc.sizes.shape import Doubtful

__all__ = [
    "CHECKS",
    "NOTED",
    "Mistake",
    "hinted",
    "mistakes",
    "note",
    "warn_of_network",
    "warn_of_steps",
]


class Mistake(NamedTuple):
    """A place where something was likely meant otherwise.

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
NOTED = Memo(most=1000)

_LEAST_KERNEL, _MOST_KERNEL, _MOST_FILTERS = 12, 8192, 4


def note(call: Call) -> None:
    """Remember a call whose kernel is likely to be its number of filters."""
    y = call.output
    if not y or type(y[-1]) is not int or y[-1] > _MOST_FILTERS:
        return  # as mostly, and told fast
    if call.is_known and not in_symbols(y) and _filters_first(call):
        NOTED.put(id(call), call)


def warn_of_steps(parts: Iterable[tuple[Any, Any]]) -> None:
    """Warn of what was noted, of the parts of a network with what they became."""
    for _, step in parts:
        call = NOTED.get(id(step.made)) if step else None
        if call is not None and call is step.made:
            warn_of(_filters_first(call))


def warn_of_network(graph: Any) -> None:
    """Warn of what only the whole network shows, once for each network and mistake."""
    if graph.told:
        return
    graph.told = True
    found = {
        mistake.name: mistake
        for mistake in mistakes(graph)
        # Which are told where they are made.
        if mistake.name not in _ENTRIES
        and (mistake.name != "filters first" or "/" in mistake.path)
    }
    for path, _, text in found.values():
        warn_of(f"{path}: {text}" if path else text)


def hinted(error: CnncalcError) -> None:
    """Let an error say from which mistake in the input it is likely to follow."""
    calls: Any = error.table.calls if error.table else ()
    for call in calls:
        if isinstance(call.output, Doubtful) and not (call.shapes or error.hint):
            _, text = call.output.mistake
            error.hint = f"{text[0].upper()}{text[1:]}"
    alone = len(calls) == 1 and isinstance(error, ShapeError)
    if alone and calls[0].output.is_vector and not error.hint:
        error.hint = "The input is a vector: of a map, write input=(28, 28, 1)"


def mistakes(net: Any) -> list[Mistake]:
    """Return the likely mistakes of a network, in the order of its nodes."""
    table, outputs = net.graph.table, set(net.graph.outputs)
    roles = table.each(lambda call: call.layer.role)
    # Most nodes are told apart by this: their role, and few channels.
    odd = table.each(_is_odd)
    found = [] if any(table.links) else [_EMPTY]
    for index, links in enumerate(table.links):
        role = roles[index]
        if not (
            odd[index]
            or index in outputs
            or (links and role == roles[index + links[0]])
        ):
            continue
        call, texts = table.calls[index], []
        if not links:
            texts = [call.output.mistake] if isinstance(call.output, Doubtful) else []
        elif call.is_known:
            node = _Node(call, role, table, index, index in outputs)
            texts = [(name, check(node)) for name, check in CHECKS.items()]
        found += [
            Mistake(table.path(index), name, text) for name, text in texts if text
        ]
    return found


def _is_odd(call: Call) -> bool:
    """Tell whether a call may be a mistake wherever it stands."""
    y = call.output
    if not call.shapes:
        return isinstance(y, Doubtful)
    return call.layer.role == "linear" or bool(y and y[-1] <= _MOST_FILTERS)


class _Node:
    """A node of a table, as checks see it.

    Attributes:
        call: What it does.
        role: What kind of thing that is.
        before: What the first node before it does.
        is_last: Whether the network puts out what it does.
    """

    def __init__(
        self, call: Call, role: str, table: Table, index: int, is_last: bool
    ) -> None:
        self.call, self.role, self.is_last = call, role, is_last
        self._table, self._source = table, index + table.links[index][0]
        self.before = table.calls[self._source]

    @property
    def is_alone(self) -> bool:
        """Whether it alone uses what is before it."""
        links = enumerate(self._table.links)
        users = [i for i, each in links if self._source in [i + n for n in each]]
        return len(users) == 1


_ENTRIES = ("channels first", "batch in the shape")

_EMPTY = Mistake(
    "",
    "empty network",
    "the network has no layer. A network never changes: each call returns a longer "
    "one. Write net = net.conv(3, 64)",
)


def _filters_first(call: Call) -> str:
    """Return what is said of a kernel that is likely to be a number of filters."""
    if len(call.shapes) != 1 or call.output[-1] > _MOST_FILTERS:
        return ""
    (x,), y = call.shapes, call.output
    filters, *kernel = call.layer.filters_of(x) or (0,)
    if len(kernel) <= len("HW") or y.positions == 1:
        return ""  # one window over all of a map is a layer of its own right
    side, *others, depth = kernel
    stride: Any = call.layer.geometry.along(x.rank).stride
    if depth != x.channels or {*stride} != {1} or {*others} != {side}:
        return ""
    # Numbers of filters are even; large kernels have a middle, and are odd.
    if not _LEAST_KERNEL <= side <= _MOST_KERNEL or side % 2:
        return ""
    size = "×".join(map(str, (side, *others)))
    return (
        f"{filters} filters of {size}: filters first? The order is conv(kernel, "
        f"filters). Write conv({filters}, {side})"
    )


def _last_norm(node: _Node) -> str:
    """Return what is said of a batch norm of the scores that a network puts out."""
    if not node.is_last or node.role != "batch norm" or node.call.output.rank:
        return ""
    before = node.before
    if before.layer.role != "linear" or not before.layer.biases(*before.shapes):
        return ""  # without a bias it is meant, as projections of embeddings have it
    return "a batch norm after the last layer. Leave it out"


def _softmax_inside(node: _Node) -> str:
    """Return what is said of probabilities that a fully connected layer weighs."""
    if node.role != "linear" or node.before.layer.role not in _SOFTMAX:
        return ""
    return "a softmax before a fully connected layer. Softmax comes last"


def _twice(node: _Node) -> str:
    """Return what is said of the same function twice, or of a norm after a norm."""
    norm = node.role == "batch norm"
    if not norm and not node.role.startswith("activation: "):
        return ""
    if node.before.layer.role != node.role or not node.is_alone:
        return ""
    name = node.role.removeprefix("activation: ")
    return f"{name} twice in a row. Leave one out"


def _softmax_of_one(node: _Node) -> str:
    """Return what is said of probabilities of one class, which always are 1."""
    if node.role not in _SOFTMAX or tuple(node.call.output) != (1,):
        return ""
    return "a softmax of one value, which always is 1. Use sigmoid"


_SOFTMAX = ("activation: softmax", "activation: log_softmax")

# Each check returns what is odd about a node and what to write, or "".
CHECKS: dict[str, Callable[[_Node], str]] = {
    "filters first": lambda node: _filters_first(node.call),
    "norm last": _last_norm,
    "softmax inside": _softmax_inside,
    "twice in a row": _twice,
    "softmax of one": _softmax_of_one,
}
