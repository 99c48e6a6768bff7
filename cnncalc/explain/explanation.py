"""Explanations: how each number of a node, a group or a network comes about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import overload

import attrs

from cnncalc._typing import override
from cnncalc.cost.asked import AnyGraph, AnyNetwork, graph_of, title_of
from cnncalc.cost.receptive_field import table_fields
from cnncalc.cost.rows import Row
from cnncalc.cost.totals import total
from cnncalc.errors import unknown_name
from cnncalc.explain.counts import (
    counting_steps,
    grid_of,
    published_in,
    sized,
    stored_params,
    storing_steps,
)
from cnncalc.explain.derivation import Derivation, Part, Phrase, Step
from cnncalc.explain.field import seen_by
from cnncalc.graph.call import Call
from cnncalc.graph.table import Table
from cnncalc.layers.base import Layer
from cnncalc.report.cells import written
from cnncalc.report.output import PathName, given
from cnncalc.report.words import understood
from cnncalc.sizes.expression import Expression, symbols
from cnncalc.sizes.shape import ShapeLike

__all__ = ["Explanation", "explain"]


class Explanation:
    """How the numbers of some nodes come about.

    Its `str` is the text; a notebook shows it as HTML. The methods ``to_*`` return it
    in other formats, or write it to a file: they return text where they get no path.

    Attributes:
        derivation: All of it, as data.

    Example:
        >>> from cnncalc import zoo
        >>> print(zoo.lenet().explain().totals[0])
        parameters: 156 + 0 + 2,416 + 0 + 48,120 + 10,164 + 850 = 61,706
    """

    __slots__ = ("derivation",)

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation

    @property
    def title(self) -> str:
        """The path of the node or group that is explained, or a network's name."""
        return self.derivation.title

    @property
    def parts(self) -> tuple[Part, ...]:
        """The explanation of each node."""
        return self.derivation.parts

    @property
    def totals(self) -> tuple[Step, ...]:
        """For several nodes, how their numbers add up."""
        return self.derivation.totals

    @property
    def symbols(self) -> Mapping[str, str]:
        """For each symbol of the formulas what it stands for."""
        return self.derivation.symbols

    @property
    def language(self) -> str:
        """The language that it is written in: "en" or "zh"."""
        return self.derivation.language

    @property
    def steps(self) -> dict[str, tuple[Step, ...]]:
        """For each node, by path, its steps."""
        return {part.path: part.steps for part in self.parts}

    @property
    def sources(self) -> dict[str, list[str]]:
        """For each source that is no layer's own, of which steps it is the source."""
        return self.derivation.sources

    @overload
    def to_text(self, path: None = None) -> str: ...
    @overload
    def to_text(self, path: PathName) -> None: ...
    def to_text(self, path: PathName | None = None) -> str | None:
        """Return the explanation as plain text, or write it to a file."""
        from cnncalc.explain.as_text import render

        return given(render(self.derivation), path)

    @overload
    def to_markdown(self, path: None = None) -> str: ...
    @overload
    def to_markdown(self, path: PathName) -> None: ...
    def to_markdown(self, path: PathName | None = None) -> str | None:
        """Return the explanation as Markdown, a table for each node, or write it."""
        from cnncalc.explain.as_markdown import render

        return given(render(self.derivation), path)

    @overload
    def to_latex(self, path: None = None) -> str: ...
    @overload
    def to_latex(self, path: PathName) -> None: ...
    def to_latex(self, path: PathName | None = None) -> str | None:
        """Return the explanation as LaTeX for amsmath and booktabs, or write it."""
        from cnncalc.explain.as_latex import render

        return given(render(self.derivation), path)

    @overload
    def to_html(self, path: None = None) -> str: ...
    @overload
    def to_html(self, path: PathName) -> None: ...
    def to_html(self, path: PathName | None = None) -> str | None:
        """Return the explanation as HTML for a notebook, or write a page to a file."""
        from cnncalc.explain.as_html import render

        return given(render(self.derivation, page=path is not None), path)

    def _repr_html_(self) -> str:
        return self.to_html()

    @override
    def __str__(self) -> str:
        return self.to_text().rstrip("\n")

    __repr__ = __str__


def explain(
    net: AnyNetwork,
    path: str | None = None,
    *,
    input: ShapeLike | Sequence[ShapeLike] | None = None,
    language: str = "en",
) -> Explanation:
    """Return how the numbers of a node, a group or all nodes come about.

    Args:
        path: The path of a node or group; None explains every node.
        input: Another input shape, or that of a network which has none yet; of
            several inputs, a list of shapes.
        language: The language to write in: "en" or "zh".

    Raises:
        UnknownNameError: If there is no such node or group.
        OptionError: If there is no such language.
        OpenNetworkError: If the network has no input shape.

    Example:
        >>> from cnncalc import zoo
        >>> print(zoo.lenet().explain("Conv1").steps["Conv1"][2])
        parameters: k_h×k_w×C_in×F + F = 5×5×1×6 + 6 = 156
    """
    graph, language = graph_of(net, input), understood(language)
    table, title = graph.table, title_of(net) if path is None else path
    entries = set(table.entries())
    nodes = [i for i in range(len(table)) if i not in entries]
    wanted, depth = _wanted(graph, path, nodes)
    rows = dict(zip(nodes, graph.nodes, strict=True))
    seen = table_fields(table)
    same: dict[int, tuple[Step, ...]] = {}  # of nodes that do the same on the same
    parts = []
    for index in wanted:
        call = table.calls[index]
        own = same.get(id(call))
        if own is None or call.shared:
            owner = _owner(table, index) if call.shared else ""
            own = same[id(call)] = (
                *sized(call),
                *counting_steps(call, owner),
                *storing_steps(call),
            )
        parts.append(_part(rows[index], call, (*own, *seen_by(table, seen, index))))
    several = depth is not None and wanted
    totals = _totals([rows[i] for i in wanted], depth or 0) if several else ()
    used = {s for part in parts for step in part.steps for s in _symbols(step)}
    layers = [table.calls[i].layer for i in wanted]
    meanings = _meanings(used, layers)
    derivation = Derivation(title, tuple(parts), totals, meanings, language)
    return Explanation(derivation)


def _wanted(
    graph: AnyGraph, path: str | None, nodes: list[int]
) -> tuple[list[int], int | None]:
    """Return the nodes at a path, and of a group how many groups are around its nodes.

    That is None of a single node, of which nothing is added up.

    Raises:
        UnknownNameError: If there is no such node or group.
    """
    if path is None:
        return nodes, 0
    place = graph.place(path)
    if place is None:
        raise unknown_name("node or group", path, graph.paths())
    if isinstance(place, range):
        return [index for index in place if index in set(nodes)], path.count("/") + 1
    return [index for index in [place] if index in set(nodes)], None


def _owner(table: Table, index: int) -> str | Phrase:
    """Return where the weights that a node shares are counted."""
    owner = table.owners.get(index)
    return Phrase("a node outside") if owner is None else table.path(owner)


def _part(row: Row, call: Call, steps: tuple[Step, ...]) -> Part:
    grid = grid_of(row.layer)
    if grid:
        steps = (grid[1], *steps)
    notes = []
    if call.idle:
        notes.append(Phrase("runs in training only: at inference it does no work"))
    if row.layer.is_dropped_at_inference:
        notes.append(Phrase("at inference it passes on what reaches it"))
    return Part(
        row.path,
        Layer.__repr__(row.layer),  # whatever attrs wrote for a class of a user's
        tuple(zip(row.inputs, row.shapes, strict=True)),
        steps,
        tuple(notes),
        published_in(type(row.layer)),
        grid[0] if grid else None,
    )


# What adds up.

_FEW = 12  # addends that are still read one by one
_SUMS = (("parameters", "params"), ("connections", "connections"), ("MACs", "macs"))


def _totals(rows: Sequence[Row], depth: int) -> tuple[Step, ...]:
    """Return how numbers add up: of a few nodes one by one, of more by group."""
    single = len(rows) <= _FEW
    totals = []
    for what, column in _SUMS:
        numbers: dict[str, int | None] = {}
        for row in rows:
            inside = not single and len(row.scope) > depth
            name = row.scope[depth] if inside else row.path
            known = [numbers.get(name, 0), getattr(row, column)]
            numbers[name] = None if None in known else total(known)
        if not single:  # what has none is not worth a name
            numbers = {name: n for name, n in numbers.items() if n != 0} or {"": 0}
        addends = tuple(
            Expression(n, "named", symbol="" if single else written(name, "text"))
            for name, n in numbers.items()
        )
        result = total(numbers.values())
        totals.append(Step(what, result, "count", Expression(result, "+", addends)))
    params = totals[0].result
    trainable = total([row.trainable for row in rows])
    if trainable != params:
        totals.insert(1, Step("of these trainable", trainable, "count"))
    return (*totals, stored_params(params))


# What symbols stand for.

_MEANINGS = {
    "N": "size along an axis",
    "L": "length",
    "D": "depth",
    "H": "height",
    "W": "width",
    "C": "channels",
    "r": "receptive field",
    "j": "effective stride",
    "p": "padding",
    "w": "reach of the window",
    "u": "upsampling factor",
    "P": "parameters",
}


def _symbols(step: Step) -> set[str]:
    return set() if step.formula is None else symbols(step.formula)


def _meanings(used: Iterable[str], layers: Iterable[Layer]) -> dict[str, str]:
    """Return what symbols, without their subscripts, stand for.

    A layer's own are its fields, whatever they are called.
    """
    bases = {symbol.partition("_")[0] for symbol in used}
    found = {base: word for base, word in _MEANINGS.items() if base in bases}
    for kind in dict.fromkeys(map(type, layers)):
        for field in attrs.fields(kind):
            symbol = field.metadata.get("symbol")
            if symbol in bases:
                found.setdefault(symbol, field.name.replace("_", " "))
    return found
