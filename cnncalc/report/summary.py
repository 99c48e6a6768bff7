"""The summary of a network: its layers and totals, as a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from cnncalc.checks import checked_batch, integer, is_count, shown
from cnncalc.cost.rows import Row, folded
from cnncalc.cost.totals import AtLeast, total
from cnncalc.errors import OptionError
from cnncalc.memory.types import stored
from cnncalc.report.columns import Whole, chosen, column_named
from cnncalc.report.names import meant, names_of, plain
from cnncalc.report.render.cells import written
from cnncalc.report.report import Report
from cnncalc.report.table import Column, Fact, Style, Table, Unit
from cnncalc.report.words import said, understood
from cnncalc.sizes.shape import Shape

__all__ = ["Summary", "Where", "style_of", "summarise"]

# Which rows are shown: kinds of layers, words in their names, or a question to each.
Where: TypeAlias = str | Iterable[str] | Callable[[Row], object]

_CHOICES = {
    "units": ("exact", "auto", "K", "M", "G"),
    "byte_units": ("binary", "decimal"),
    "layout": ("HWC", "CHW"),
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


def style_of(**options: Any) -> Style:
    """Return the style with these options.

    Raises:
        OptionError: If an option cannot be had.

    Example:
        >>> style_of(units="auto", batch=8).batch
        8
    """
    style = Style(**options)
    found: dict[str, Any] = {
        "language": understood(style.language),
        "batch": checked_batch(style.batch),
    }
    for name, choices in _CHOICES.items():
        value = getattr(style, name)
        known = dict(zip(choices, choices, strict=True))
        found[name] = meant(value, known, f"{name} is {shown(value)}", choices)
    return style._replace(**found)


def summarise(  # noqa: PLR0913 - each is a choice of its own
    name: str,
    graph: Any,
    style: Style,
    *,
    columns: Iterable[str] | None = None,
    depth: int | None = None,
    sort: str | None = None,
    where: Where | None = None,
    dtype: str | int = "float32",
    operations: Mapping[str, int] | None = None,
) -> Summary:
    """Return the summary of a network.

    Args:
        name: What stands above it.
        graph: The network, whose nodes, input and output are shown.
        style: How values are written, and the size of a batch.
        columns: The columns, by name; None takes the usual ones.
        depth: How many levels of groups are shown; None shows all.
        sort: The column to sort by, with "-" in front for the largest first.
        where: Which rows are shown: kinds of layers, words in their kind or path, or
            a question to each row.
        dtype: The type of the values, for what is in bytes.
        operations: Those of one input, by the convention that counts them so.

    Raises:
        OptionError: If there is no such column, kind or type, or *depth* is no
            positive integer.
    """
    depth = None if depth is None else integer(depth)
    if depth is not None and not is_count(depth):
        raise OptionError(f"depth is {shown(depth)}", "It must be a positive integer")
    rows = graph.nodes
    whole = Whole(graph.totals._asdict(), style.batch, dtype, graph.table)
    seen = rows if depth is None else folded(rows, depth)
    picked = seen if where is None else _picked(seen, where)
    hidden = len(seen) - len(picked)
    if sort is not None:
        picked = _sorted(picked, sort, whole)
    pairs = chosen(columns)
    values = [get(picked, whole) for _, get in pairs]
    grouped = not hidden and sort is None
    return Summary(
        Table(
            _title(name, graph, style),
            tuple(_titled(column, style, dtype) for column, _ in pairs),
            tuple(zip(*values, strict=True)),
            (
                *_totals(graph, whole, style, hidden),
                *_operations(operations or {}, style),
            ),
            tuple(row.scope for row in picked) if grouped else (),
            style,
        )
    )


def _title(name: str, graph: Any, style: Style) -> str:
    """Return the name, and the shapes of one input and output."""
    one = style._replace(batch=1)
    ends = " → ".join(
        ", ".join(written(shape, "shape", one) for shape in _each(shapes))
        for shapes in (graph.input, graph.output)
    )
    of_batch = f", {said('batch size', style.language)} {style.batch}"
    return f"{name}: {ends}{of_batch if style.batch > 1 else ''}"


def _each(shapes: Shape | tuple[Shape, ...]) -> tuple[Shape, ...]:
    return (shapes,) if isinstance(shapes, Shape) else shapes


def _titled(column: Column, style: Style, dtype: str | int) -> Column:
    """Return a column with its title in the language; bytes tell their type."""
    title = _worded(column.title, column.unit, style, dtype)
    return column if title == column.title else column._replace(title=title)


def _worded(title: str, unit: Unit, style: Style, dtype: str | int) -> str:
    kind = f"{dtype} bit" if isinstance(dtype, int) else dtype
    return said(title, style.language) + (f" ({kind})" if unit == "bytes" else "")


# Which rows are shown, and in which order.


def _picked(rows: Sequence[Row], where: Where) -> list[Row]:
    """Return the rows that are asked for.

    Raises:
        OptionError: If there is no such layer or kind of layer.
    """
    if callable(where):
        return [row for row in rows if where(row)]
    wanted = {id(row) for word in names_of(where, "where") for row in _like(rows, word)}
    return [row for row in rows if id(row) in wanted]


def _like(rows: Sequence[Row], word: Any) -> list[Row]:
    """Return the rows of a kind, or else those with a word in their kind or path.

    Raises:
        OptionError: If there are none, and there is no such kind of layer.
    """
    from cnncalc import layers

    name = plain(word) if isinstance(word, str) else ""
    kinds = {row.kind: plain(row.kind) for row in rows}
    if name in {*map(plain, layers.__all__), *kinds.values()}:
        return [row for row in rows if kinds[row.kind] == name]
    if name:
        alike = [row for row in rows if name in plain(f"{row.kind} {row.role}")]
        part = word.strip().lower()
        found = alike or [row for row in rows if part in row.path.lower()]
        if found:
            return found
    why = f"there is no layer or kind of layer {shown(word)}"
    raise OptionError(why, f"This network has: {', '.join(kinds)}")


def _sorted(rows: Sequence[Row], sort: str, whole: Whole) -> list[Row]:
    """Return the rows in the order of a column; what is unknown comes last."""
    down = isinstance(sort, str) and sort.startswith("-")
    column, get = column_named(sort[1:] if down else sort)
    keyed = list(zip(get(rows, whole), rows, strict=True))
    known = [pair for pair in keyed if pair[0] is not None]
    known.sort(key=lambda pair: _order(pair[0], column.unit), reverse=down)
    return [row for _, row in known] + [row for value, row in keyed if value is None]


def _order(value: Any, unit: Unit) -> Any:
    """Return what sorts a value: a number, or a text whose numbers are numbers."""
    if unit == "shape":
        return sum(shape.size for shape in _each(value))
    if isinstance(value, (int, float)):
        return value
    text = written(value, unit).lower()
    return [(int(n or -1), word) for n, word in re.findall(r"(\d+)|(\D+)", text)]


# What stands below.


def _totals(graph: Any, whole: Whole, style: Style, hidden: int) -> tuple[Fact, ...]:
    """Return the totals of the whole network, whatever rows are shown."""
    sums, dtype = whole.totals, whole.dtype
    inputs = sum(shape.size for shape in _each(graph.input))
    activations = _times(sums["activation_size"], style.batch)
    sizes = (inputs * style.batch, activations, sums["params"])
    memory = [stored(size, dtype) for size in sizes]
    facts: list[tuple[str, str, int, Unit]] = [
        ("params", "Total params", sums["params"], "count"),
        ("trainable_params", "Trainable params", sums["trainable"], "count"),
        ("fixed_params", "Non-trainable params", _fixed(graph.nodes, sums), "count"),
        ("buffers", "Buffers", sums["buffers"], "count"),
        (
            "connections",
            "Connections",
            _times(sums["connections"], style.batch),
            "count",
        ),
        ("macs", "Total mult-adds (MACs)", _times(sums["macs"], style.batch), "count"),
        ("activations", "Activations", activations, "count"),
        ("input_memory", "Input size", memory[0], "bytes"),
        ("activation_memory", "Forward pass size", memory[1], "bytes"),
        ("memory", "Params size", memory[2], "bytes"),
        ("total_memory", "Estimated total size", total(memory), "bytes"),
    ]
    if hidden:
        facts.append(("hidden_rows", "Rows counted but not shown", hidden, "number"))
    return tuple(
        Fact(key, _worded(title, unit, style, dtype), value, unit)
        for key, title, value, unit in facts
    )


def _operations(numbers: Mapping[str, int], style: Style) -> list[Fact]:
    """Return the totals under other conventions."""
    words = said("Operations as counted by", style.language)
    return [
        Fact(f"operations_{name}", f"{words} {name}", _times(n, style.batch), "count")
        for name, n in numbers.items()
    ]


def _times(number: int, batch: int) -> int:
    return AtLeast(number * batch) if isinstance(number, AtLeast) else number * batch


def _fixed(rows: Sequence[Row], sums: Mapping[str, int]) -> int:
    """Return how many parameters training leaves alone."""
    params, trainable = sums["params"], sums["trainable"]
    if not isinstance(params, AtLeast) and not isinstance(trainable, AtLeast):
        return params - trainable
    pairs = [(row.params, row.trainable) for row in rows]
    return total(None if a is None or b is None else a - b for a, b in pairs)
