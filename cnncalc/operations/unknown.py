"""The unknown of a network: of which nodes which numbers, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cnncalc._typing import override
from cnncalc.answers.answer import Answer
from cnncalc.answers.table import Column, Table
from cnncalc.cost.asked import AnyNetwork
from cnncalc.layers.base import Layer
from cnncalc.operations.flops import flops
from cnncalc.sizes.bound import AtLeast

__all__ = ["Unknowns", "silence", "unknown"]


class Unknowns(Answer, dict[str, tuple[str, ...]]):
    """The nodes of which a number is unknown: for each number, their paths.

    It is false where all is known.

    Attributes:
        reasons: By path, why.
    """

    __slots__ = ("reasons",)

    reasons: dict[str, str]

    def __bool__(self) -> bool:
        """Whether something is unknown."""
        return any(self.values())

    @property
    @override
    def table(self) -> Table:
        """A line for each node: which numbers, and why."""
        heads = (
            Column("node", "layer", "text"),
            Column("numbers", "unknown", "names"),
            Column("reason", "why", "words"),
        )
        lines = [
            (path, tuple([name for name in self if path in self[name]]), reason)
            for path, reason in self.reasons.items()
        ]
        return Table("unknown", heads, tuple(lines), ())


def unknown(net: AnyNetwork) -> Unknowns:
    """The nodes of which a number is unknown: for each number, their paths.

    Totals over these are lower bounds, and print as ``≥ n``. Its `reasons` tell of each
    node why.

    Example:
        >>> from cnncalc import Layer, Sequential
        >>> class Mystery(Layer):
        ...     def output(self, x):
        ...         return x
        >>> net = Sequential(input=8).fc(4).add(Mystery(name="what"))
        >>> net.params, net.unknown["params"], net.unknown.reasons
        (AtLeast(36), ('what',), {'what': 'Mystery does not state it'})
    """
    table, rows = net.graph.table, net.nodes
    numbers = {
        name: [(row.path, getattr(row, name)) for row in rows]
        for name in ("params", "connections", "macs")
    }
    numbers["flops"] = [
        (table.path(index), flops(call)) for index, call in enumerate(table.calls)
    ]
    found = Unknowns(
        (
            name,
            tuple([p for p, n in pairs if n is None or isinstance(n, AtLeast)]),
        )
        for name, pairs in numbers.items()
    )
    wanted = {path for paths in found.values() for path in paths}
    found.reasons = {}
    for row in rows:
        if row.path in wanted:
            text, words = silence(row.layer, row.shapes)
            found.reasons[row.path] = text.format(*words)
    return found


def silence(layer: Layer, shapes: Iterable[Any]) -> tuple[str, tuple[str, ...]]:
    """Return why a number of a node is unknown: words with gaps, and what fills them.

    Args:
        layer: What the node applies.
        shapes: What reaches it.
    """
    if not all(shapes):
        return "the shape that reaches it is unknown", ()
    if layer.reason:
        return "{}: {}", (layer.role, layer.reason)
    return "{} does not state it", (layer.class_name,)
