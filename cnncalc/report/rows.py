"""A network's rows: for each node, where it stands and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from typing_extensions import override

from cnncalc.analysis.cost import facts
from cnncalc.formula import Formula, Term
from cnncalc.graph.table import Table
from cnncalc.layers.base import Layer
from cnncalc.shape import Pads, Pair, Shape

__all__ = ["Formulas", "Row", "rows"]


class Row(NamedTuple):
    """One node of a network, with its numbers.

    Attributes:
        name: Its name, unique in its scope.
        scope: The names of the groups around it, outermost first.
        inputs: The paths of the nodes that feed it.
        kind: The class of its layer.
        layer: The layer.
        input: The shape that reaches it; at a join, all of them.
        output: The shape that it puts out.
        kernel: Height and width of its window, if it has one.
        stride: Steps of the window.
        padding: Padding: (height, width), by side, or a word.
        params: Weights and biases, trainable or not; 0 where weights are shared.
        trainable: How many of these training changes.
        buffers: Values kept that are not parameters.
        formula: The formula of *params*: `str` has the numbers, ``.general`` the
            symbols.
        connections: Links into its output units.
        macs: Multiply-accumulates for one input.
        activation_size: Values that it puts out.
    """

    name: str
    scope: tuple[str, ...]
    inputs: tuple[str, ...]
    # From here on as in `Facts`.
    kind: str
    layer: Layer
    input: Shape | tuple[Shape, ...]
    output: Shape
    kernel: Pair | None
    stride: Pair | None
    padding: Pads | Pair | None
    params: int | None
    trainable: int | None
    buffers: int | None
    formula: Formula | Term
    connections: int | None
    macs: int | None
    activation_size: int

    @property
    def path(self) -> str:
        """The full name: ``layer2/0/conv1``."""
        return "/".join((*self.scope, self.name))

    @property
    def formulas(self) -> Formulas:
        """The formulas of "params", "connections", "macs" and "output"."""
        return Formulas(self)


class Formulas(Mapping[str, "Formula | Term"]):
    """The formulas of one row, each written when it is asked for."""

    _RULES = ("params", "connections", "macs", "output")

    def __init__(self, row: Row) -> None:
        self._row = row

    @override
    def __getitem__(self, rule: str) -> Formula | Term:
        if rule not in self._RULES:
            raise KeyError(rule)
        row = self._row
        if rule == "params":
            return row.formula  # not always the layer's own: weights may be shared
        shapes = row.input if type(row.input) is tuple else (row.input,)
        return Formula(row.layer, shapes, rule)

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._RULES)

    @override
    def __len__(self) -> int:
        return len(self._RULES)


def rows(table: Table) -> tuple[Row, ...]:
    """Return a row for each node of *table*, but none for an input."""
    prefixes = {
        scope: "".join(f"{name}/" for name in scope) for scope in set(table.scopes)
    }
    paths = [
        prefixes[s] + name for s, name in zip(table.scopes, table.names, strict=True)
    ]
    result = []
    for index, (call, links) in enumerate(zip(table.calls, table.links, strict=True)):
        if links:
            inputs = tuple([paths[index + link] for link in links])
            place = (table.names[index], table.scopes[index], inputs)
            result.append(Row._make(place + facts(call)))
    return tuple(result)
