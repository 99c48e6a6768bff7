"""Explanations: how each number of a node, a group or a network comes about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from cnncalc._typing import override
from cnncalc.answers.answer import FOR_PROGRAMS, Answer, written_as
from cnncalc.answers.table import Column, Fact, Unit
from cnncalc.answers.table import Table as Lines
from cnncalc.cost.asked import AnyGraph, AnyNetwork, graph_of, title_of
from cnncalc.cost.receptive_field import table_fields
from cnncalc.cost.rows import Row
from cnncalc.errors import unknown_name
from cnncalc.explain.any_input import on_any_input
from cnncalc.explain.counts import counting_steps, grid_of, published_in, sized
from cnncalc.explain.derivation import Derivation, Part, Phrase, Step
from cnncalc.explain.field import seen_by
from cnncalc.explain.storing import storing_steps
from cnncalc.explain.sums import totals_of
from cnncalc.explain.writing import result_of
from cnncalc.graph.call import Call
from cnncalc.graph.table import Table
from cnncalc.layers.base import Layer
from cnncalc.memory.types import ACTIVATIONS, WEIGHTS, DataType, DataTypes, widths
from cnncalc.report.style import styled
from cnncalc.sizes.arithmetic import symbols
from cnncalc.sizes.shape import ShapeLike
from cnncalc.sizes.unknown import UNKNOWN

__all__ = ["Explanation", "explain", "explain_row"]


_COLUMNS = (
    Column("layer", "layer", "text"),
    Column("what", "what", "words"),
    Column("axis", "axis", "words"),
    Column("general", "in general", "text"),
    Column("numbers", "with numbers", "text"),
    Column("result", "result", "value"),
)
_SUMMED: dict[str, Unit] = {"count": "count", "bytes": "bytes"}


class Explanation(Answer):
    """An explanation of how the numbers of some nodes come about.

    Its `str` is the text, of a long one the beginning and the end; so is what a
    notebook shows. The methods ``to_*`` return all of it in other formats, or write it
    to a file: they return text where they get no path. Tables have a line for each
    step.

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

    @property
    @override
    def table(self) -> Lines:
        """A line for each step, and below it the totals."""
        lines = [
            (
                part.path,
                step.what,
                step.axis,
                step.general,
                step.numbers,
                result_of(step),
            )
            for part in self.parts
            for step in part.steps
        ]
        facts = [
            Fact(step.what, step.what, step.result, _SUMMED[step.unit])
            for step in self.totals
        ]
        style = self.derivation.style._replace(dtype=None, batch=1)
        return Lines(self.title, _COLUMNS, tuple(lines), tuple(facts), style=style)

    @override
    def _data(self, kind: str) -> Any:
        return self.table if kind in FOR_PROGRAMS else self.derivation

    to_text = written_as(  # type: ignore[assignment]  # whose lines have no width
        "text",
        "Return the explanation as plain text, or write it to a file.",
        "cnncalc.explain",
    )
    to_markdown = written_as(
        "markdown",
        "Return the explanation as Markdown, a table for each node, or write it.",
        "cnncalc.explain",
    )
    to_latex = written_as(
        "latex",
        "Return the explanation as LaTeX for amsmath and booktabs, or write it.",
        "cnncalc.explain",
    )
    to_html = written_as(
        "html",
        "Return the explanation as HTML for a notebook, or write a page to a file.",
        "cnncalc.explain",
    )

    @override
    def _repr_html_(self) -> str:
        return Explanation(self.derivation.shortened()).to_html()

    @override
    def __str__(self) -> str:
        return Explanation(self.derivation.shortened()).to_text().rstrip("\n")

    __repr__ = __str__


def explain(  # noqa: PLR0913 - each is a choice of its own
    net: AnyNetwork,
    path: str | None = None,
    *,
    input: ShapeLike | Sequence[ShapeLike] | None = None,
    dtype: DataTypes = "float32",
    batch: int = 1,
    units: str = "exact",
    byte_units: str = "binary",
    layout: str = "HWC",
    language: str = "en",
) -> Explanation:
    """Return how the numbers of a node, a group or all nodes come about.

    Args:
        path: The path of a node or group; None explains every node.
        input: Another input shape, or that of a network which has none yet; of
            several inputs, a list of shapes.
        dtype: The values' data type, or a number of bits, or a mapping as of
            `memory`.
        batch: How many inputs are run at once; it multiplies all but sizes, parameters
            and buffers.
        units: As of `summary`, and so are the others: a count is exact, and stands
            behind that in other units.
        byte_units: How bytes are written.
        layout: How shapes are.
        language: The language to write in: "en" or "zh".

    Raises:
        UnknownNameError: If there is no such node or group.
        OptionError: If there is no such data type, or an option is none of those above.
        OpenNetworkError: If the network has no input shape.

    Example:
        >>> from cnncalc import zoo
        >>> print(zoo.lenet().explain("Conv1").steps["Conv1"][2])
        parameters: k_h×k_w×C_in×F + F = 5×5×1×6 + 6 = 156
    """
    style = styled(dtype, batch, units, byte_units, layout, language)
    graph, batch = graph_of(net, input), style.batch
    table, title = graph.table, title_of(net) if path is None else path
    entries = set(table.entries())
    nodes = [i for i in range(len(table)) if i not in entries]
    wanted, depth = _wanted(graph, path, nodes)
    rows = dict(zip(nodes, graph.nodes, strict=True))
    types = list(zip(*[_types(table, dtype, of) for of in _OF], strict=True))
    chosen = [(i, rows[i], *types[i]) for i in wanted]
    parts = _parts(table, chosen, batch)
    several = depth is not None and wanted
    each = [(row, weights) for _, row, _, weights in chosen]
    totals = totals_of(each, depth or 0, batch) if several else ()
    if several and path is None:
        totals += on_any_input(graph, batch)
    steps = [*totals, *[step for part in parts for step in part.steps]]
    used = {s for step in steps for s in _symbols(step)}
    layers = [table.calls[i].layer for i in wanted]
    meanings = _meanings(used, layers)
    return Explanation(Derivation(title, tuple(parts), totals, meanings, style))


def _parts(
    table: Table, chosen: Iterable[tuple[int, Row, DataType, DataType]], batch: int
) -> list[Part]:
    """Return what is said of some nodes, given with their rows and data types."""
    seen = table_fields(table)
    # Of nodes that do the same on the same, in the same data types.
    same: dict[Any, tuple[Step, ...]] = {}
    parts = []
    for index, row, out, weights in chosen:
        call, times = table.calls[index], batch if row.computed else 1
        key = id(call), out, weights, times
        own = same.get(key)
        if own is None or call.shared:
            owner = _owner(table, index) if call.shared else ""
            own = same[key] = (
                *sized(call),
                *counting_steps(call, owner, times),
                *storing_steps(call, out, weights, times),
            )
        parts.append(_part(row, call, (*own, *seen_by(table, seen, index))))
    return parts


def explain_row(
    row: Row, dtype: DataType, batch: int, how: Mapping[str, Any]
) -> Explanation:
    """Return how the numbers of a row come about, wherever it stands.

    The answer to `Row.explain`.
    """
    style = styled(dtype, batch, **how)
    parts, batch = [], style.batch
    for member in row.members or (row,):
        call = Call(member.layer, member.shapes, member.output or UNKNOWN)
        call.idle = member.activation_size == 0
        call.shared = member.params == 0 != call.params and call.is_known
        times = batch if member.computed else 1
        steps = [*sized(call), *counting_steps(call, _ELSEWHERE, times)]
        steps += storing_steps(call, dtype, dtype, times)
        parts.append(_part(member, call, tuple(steps)))
    each = [(member, dtype) for member in row.members]
    totals = totals_of(each, len(row.scope) + 1, batch) if each else ()
    used = {s for part in parts for step in part.steps for s in _symbols(step)}
    meanings = _meanings(used, [member.layer for member in row.members or (row,)])
    return Explanation(Derivation(row.path, tuple(parts), totals, meanings, style))


_ELSEWHERE = Phrase("a node outside")


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
    return _ELSEWHERE if owner is None else table.path(owner)


def _part(row: Row, call: Call, steps: tuple[Step, ...]) -> Part:
    grid = grid_of(row.layer)
    if grid:
        steps = (grid[1], *steps)
    notes = [Phrase(*note) for note in call.notes]
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
        published_in(row.layer),
        grid[0] if grid else None,
    )


_OF = (ACTIVATIONS, WEIGHTS)


def _types(table: Table, dtype: DataTypes, of: str) -> Sequence[DataType]:
    """Return the data type of each node, or where they differ a number of bits."""
    if isinstance(dtype, Mapping):
        return widths(table, dtype, of)
    return [dtype] * len(table)


# What symbols stand for.

_MEANINGS = {
    "B": "batch size",
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
