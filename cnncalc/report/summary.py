"""The summary of a network: its layers and totals, as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cnncalc._lazy import modules
from cnncalc.answers.answer import Report
from cnncalc.answers.table import Fact, Style, Table, Unit
from cnncalc.checks import checked_depth, checked_flag
from cnncalc.cost.asked import AnyGraph, AnyNetwork, graph_of, title_of
from cnncalc.cost.batch import total_for_batch
from cnncalc.cost.rows import Row
from cnncalc.graph.mistakes import warn_of_network
from cnncalc.memory.liveness import peak_memory
from cnncalc.memory.types import ACTIVATIONS, DataTypes, memory_report, packed, widths
from cnncalc.report.cells import written
from cnncalc.report.columns import chosen
from cnncalc.report.style import lettered, styled
from cnncalc.report.values import Whole, of_inputs
from cnncalc.report.words import translate
from cnncalc.sizes.bound import AtLeast, difference, total
from cnncalc.sizes.shape import ShapeLike
from cnncalc.sizes.unknown import shown

if TYPE_CHECKING:
    from cnncalc.operations.conventions import Convention
    from cnncalc.report.picked import Where

__all__ = ["Summary", "summary"]

_later = {  # which a plain summary does not ask
    **modules("cnncalc.cost", "folding"),
    **modules("cnncalc.report", "picked"),
}


class Summary(Report):
    """A table of a network's layers, with totals below.

    Example:
        >>> from cnncalc import zoo
        >>> summary = zoo.lenet().summary(columns=["layer", "params"])
        >>> print(summary.to_csv().splitlines()[:2])
        ['layer,parameters', 'Conv1,156']
    """

    __slots__ = ()


def summary(  # noqa: PLR0913 - each is a choice of its own
    net: AnyNetwork,
    *,
    columns: Sequence[str] | None = None,
    input: ShapeLike | Sequence[ShapeLike] | None = None,
    depth: int | None = None,
    sort: str | None = None,
    where: Where | None = None,
    totals: bool = True,
    input_row: bool = False,
    convention: str | Convention | Sequence[str | Convention] | None = None,
    dtype: DataTypes = "float32",
    batch: int = 1,
    units: str = "exact",
    byte_units: str = "binary",
    layout: str = "HWC",
    language: str = "en",
) -> Summary:
    """Return a table of the layers, with totals; its `str` is the table as text.

    Args:
        columns: The columns to show, by name, ours or torchinfo's; None shows the
            usual ones.
        input: Another input shape, or that of a network which has none yet; of
            several inputs, a list of shapes.
        depth: How many levels of groups to show; what is deeper is folded into
            one line for each group. None shows all.
        sort: The column to sort by; "-params" puts the largest first.
        where: Which rows to show: kinds of layers, such as "Conv2d", a word in
            their kind or path, such as "conv", or a function of a row. The totals
            stay those of the whole network.
        totals: Whether totals stand below.
        input_row: Whether the inputs have lines, too, above those of the layers.
        convention: A tool's, as of `operations`, whose number stands below too; of
            several, the numbers.
        dtype: The values' data type, or a number of bits, or a mapping as of
            `memory`, for what is in bytes.
        batch: How many inputs are run at once. It stands before the shapes, and
            multiplies all but parameters and buffers.
        units: "exact"; "auto" for K, M, G as fits; or one for all: these, "T", or
            "Ki", "Mi", "Gi" of 1024. CSV, JSON and data frames stay exact.
        byte_units: "binary" for KiB and MiB, "decimal" for kB and MB.
        layout: The order of shapes, "HWC" or "CHW".
        language: Of titles, "en" or "zh".

    Raises:
        OptionError: If there is no such column, kind or type, or an option is none
            of those above.
        UnknownNameError: If there is no such convention.
        OpenNetworkError: If the network has no input shape.

    Example:
        >>> from cnncalc import zoo
        >>> columns = ["layer", "macs", "macs_percent"]
        >>> summary = zoo.lenet().summary(columns=columns, sort="-macs")
        >>> print(summary.to_csv().splitlines()[1])
        Conv2,240000,57.6203
    """
    style = styled(dtype, batch, units, byte_units, layout, language)
    warn_of_network(graph := graph_of(net, input))
    shapes = (x for row in graph.nodes for x in (row.shapes, row.output))
    style = lettered(style, shapes)
    whole = Whole(graph, style)
    found, hidden = _found(graph.nodes, checked_depth(depth), where)
    picked = found if sort is None else _later["picked"].in_order(found, sort, whole)
    pairs = chosen(columns)
    heads = tuple(column for column, _ in pairs)
    lines = zip(*(get(picked, whole) for _, get in pairs), strict=True)
    inputs = of_inputs(graph, heads) if checked_flag("input_row", input_row) else []
    below = (*_totals(graph, style, hidden), *_operations(graph, convention, style))
    scopes = (*[()] * len(inputs), *[row.scope for row in picked])
    table = Table(
        _title(title_of(net), graph, style),
        heads,
        (*inputs, *lines),
        below if checked_flag("totals", totals) else (),
        () if hidden or sort is not None else scopes,
        style,
    )
    return Summary(table)


# Lines up to which a notebook shows all of a network that is asked for nothing.
_LONG = 100


def glance(net: AnyNetwork) -> str | None:
    """Return the summary that a notebook shows of a network by itself, as HTML.

    A long one is folded, as deep as it stays short. An open network has none.
    """
    if net.input is None:
        return None
    rows, depth = net.nodes, None
    if len(rows) > _LONG:
        fold = _later["folding"].folded
        depths = range(max(len(row.scope) for row in rows), 1, -1)
        short = (n for n in depths if len(fold(rows, n)) <= _LONG)
        depth = next(short, 1)
    table = summary(net, depth=depth).table
    return Report(table, table.shortened(_LONG, 5))._repr_html_()


def _title(name: str, graph: AnyGraph, style: Style) -> str:
    """Return the name, and the shapes of one input and output."""
    one = style._replace(batch=1)
    ends = " → ".join(
        ", ".join(written(shape, "shape", one) for shape in _each(shown(shapes)))
        for shapes in (graph.input, graph.output)
    )
    of_batch = f", {translate('batch size', style.language)} {style.batch}"
    return f"{name}: {ends}{of_batch if style.batch > 1 else ''}"


def _each(shapes: Any) -> tuple[Any, ...]:
    return shapes if type(shapes) is tuple else (shapes,)


# Which rows are shown, and in which order.


def _found(
    rows: Sequence[Row], depth: int | None, where: Where | None
) -> tuple[Sequence[Row], int]:
    """Return the rows that are asked for, and how many are not."""
    seen = rows if depth is None else _later["folding"].folded(rows, depth)
    found = seen if where is None else _later["picked"].picked(seen, where)
    return found, len(seen) - len(found)


# What stands below.


def _totals(graph: AnyGraph, style: Style, hidden: int) -> list[Fact]:
    """Return the totals of the whole network, whatever rows are shown."""
    sums, batch, dtype = graph.totals._asdict(), style.batch, style.dtype
    assert dtype is not None
    links, macs, activations = [
        total_for_batch(graph, name, batch)
        for name in ("connections", "macs", "activation_size")
    ]
    table, sizes = graph.table, memory_report(graph, dtype, batch=batch)
    width, inputs = widths(table, dtype, ACTIVATIONS), table.entries()
    entering = [table.calls[node].output for node in inputs]
    memory = (
        packed(
            [shape.size * batch if shape else None for shape in entering],
            [width[node] for node in inputs],
        ),
        sizes.outputs,
        sizes.parameters,
    )
    facts: list[tuple[str, str, int, Unit]] = [
        ("params", "Total params", sums["params"], "count"),
        ("trainable_params", "Trainable params", sums["trainable"], "count"),
        ("fixed_params", "Non-trainable params", _fixed(graph.nodes, sums), "count"),
        ("buffers", "Buffers", sums["buffers"], "count"),
        ("connections", "Connections", links, "count"),
        ("macs", "Total mult-adds (MACs)", macs, "count"),
        ("activations", "Activations", activations, "count"),
        ("input_memory", "Input size", memory[0], "bytes"),
        ("activation_memory", "Forward pass size", memory[1], "bytes"),
        ("memory", "Params size", memory[2], "bytes"),
        ("total_memory", "Estimated total size", total(memory), "bytes"),
        ("peak_memory", "Peak memory", peak_memory(graph, dtype, batch=batch), "bytes"),
    ]
    if hidden:
        facts.append(("hidden_rows", "Rows counted but not shown", hidden, "number"))
    return [Fact(*fact) for fact in facts]


def _operations(graph: AnyGraph, convention: Any, style: Style) -> list[Fact]:
    """Return the totals under other conventions."""
    if convention is None:
        return []
    from cnncalc.operations.conventions import conventions_of
    from cnncalc.operations.reconcile import operations_of

    numbers = {
        tool.name: operations_of(graph, tool, style.batch)
        for tool in conventions_of(convention)
    }
    words = translate("Operations as counted by", style.language)
    return [
        Fact(f"operations_{name}", f"{words} {name}", n, "count")
        for name, n in numbers.items()
    ]


def _fixed(rows: Sequence[Row], sums: Mapping[str, int]) -> int:
    """Return how many parameters training leaves alone."""
    params, trainable = sums["params"], sums["trainable"]
    if not isinstance(params, AtLeast) and not isinstance(trainable, AtLeast):
        return params - trainable
    pairs = [(row.params, row.trainable) for row in rows]
    return total(difference(b, a) for a, b in pairs)
