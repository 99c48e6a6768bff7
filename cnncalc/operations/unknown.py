"""What is unknown of a network: of which nodes which numbers."""

from __future__ import annotations

from cnncalc._typing import override
from cnncalc.answers.answer import Answer
from cnncalc.answers.table import Column, Table
from cnncalc.cost.asked import AnyNetwork
from cnncalc.operations.flops import flops
from cnncalc.sizes.bound import AtLeast

__all__ = ["Unknown", "unknown"]


class Unknown(Answer, dict[str, tuple[str, ...]]):
    """The nodes of which a number is unknown: for each number, their paths."""

    @property
    @override
    def table(self) -> Table:
        """A line for each number."""
        heads = Column("number", "number", "text"), Column("nodes", "nodes", "names")
        return Table("unknown", heads, tuple(self.items()), ())


def unknown(net: AnyNetwork) -> Unknown:
    """The nodes of which a number is unknown: for each number, their paths.

    Totals over these are lower bounds, and print as ``≥ n``.

    Example:
        >>> from cnncalc import Layer, Sequential
        >>> class Mystery(Layer):
        ...     def output(self, x):
        ...         return x
        >>> net = Sequential(input=8).fc(4).add(Mystery(name="what"))
        >>> net.params, net.unknown["params"]
        (AtLeast(36), ('what',))
    """
    table, rows = net.graph.table, net.nodes
    numbers = {
        name: [(row.path, getattr(row, name)) for row in rows]
        for name in ("params", "connections", "macs")
    }
    numbers["flops"] = [
        (table.path(index), flops(call)) for index, call in enumerate(table.calls)
    ]
    return Unknown(
        (
            name,
            tuple([p for p, n in pairs if n is None or isinstance(n, AtLeast)]),
        )
        for name, pairs in numbers.items()
    )
