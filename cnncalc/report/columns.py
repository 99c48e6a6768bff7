"""The columns that a summary can have: for each, its title, unit and values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from cnncalc.checks import for_message
from cnncalc.cost.rows import Row
from cnncalc.cost.totals import AtLeast
from cnncalc.errors import OptionError
from cnncalc.graph.table import Table
from cnncalc.memory.types import stored
from cnncalc.operations.flops import flops, padding_macs
from cnncalc.report.names import names_of, resolve
from cnncalc.report.table import BareWindow, Column
from cnncalc.report.words import LANGUAGES, said
from cnncalc.sizes.axes import Axes, along

__all__ = [
    "ALIASES",
    "COLUMNS",
    "DEFAULT",
    "Whole",
    "chosen",
    "column_named",
    "spelled",
]


class Whole(NamedTuple):
    """The facts of a table that columns need beside the rows.

    Attributes:
        totals: By the name of a row's field, its sum over the network, for one input.
        batch: How many inputs are run at once.
        dtype: The type of the values: its name, or a number of bits.
        table: All nodes.
    """

    totals: Mapping[str, int]
    batch: int
    dtype: str | int
    table: Table


# The values of a column. It is called for all rows at once, since a share needs the
# whole, and since that is faster.
Values = Callable[[Sequence[Row], Whole], list[Any]]


def _field(name: str) -> Values:
    """Return the column of a field of the rows."""
    get = attrgetter(name)
    return lambda rows, _: list(map(get, rows))


def _of_batch(name: str) -> Values:
    """Return the column of a field that grows with the batch."""
    get = attrgetter(name)

    def values(rows: Sequence[Row], whole: Whole) -> list[Any]:
        numbers = list(map(get, rows))
        if whole.batch == 1:
            return numbers
        return [number and number * whole.batch for number in numbers]

    return values


def _share(name: str) -> Values:
    """Return the column of a field's part of the whole; None where that is unknown."""
    get = attrgetter(name)

    def values(rows: Sequence[Row], whole: Whole) -> list[Any]:
        total = whole.totals[name]
        if isinstance(total, AtLeast) or total == 0:
            return [None] * len(rows)
        return [get(row) / total for row in rows]

    return values


def _stored(numbers: Values) -> Values:
    """Return the column of the bytes that the values of another take."""

    def values(rows: Sequence[Row], whole: Whole) -> list[Any]:
        return [
            None if number is None else stored(number, whole.dtype)
            for number in numbers(rows, whole)
        ]

    return values


def _rowwise(get: Callable[[Row], Any]) -> Values:
    return lambda rows, _: [get(row) for row in rows]


def _filters(row: Row) -> Any:
    if row.members:
        return None
    filters = row.layer.filters_of(*row.shapes)
    return filters or (row.kernel and BareWindow(row.kernel))


def _weight_shape(row: Row) -> tuple[int, ...] | None:
    """Return (outputs, inputs of a group, *window), or (outputs, inputs).

    None where the weights are not one such array: of a partial, a separable or no
    convolution.
    """
    layer, shapes = row.layer, row.shapes
    if row.members:
        return None
    filters, params = layer.filters_of(*shapes), layer.params_of(*shapes)
    if filters is None or params is None:
        return None
    weights = params - layer.biases(*shapes)
    if len(filters) == 1:
        return (*filters, weights // filters[0])
    number, *window, depth = filters
    size = number * depth
    for reach in window:
        size *= reach
    return (number, depth, *window) if size == weights else None


def _groups(row: Row) -> int | None:
    return getattr(row.layer, "groups", None) if row.kernel else None


def _dilation(row: Row) -> Axes | None:
    """Return the dilation along each axis, of which a pool may state one for all."""
    stated = getattr(row.layer, "dilation", None)
    return along(stated, len(row.kernel)) if row.kernel and stated is not None else None


def _formula(rule: str, number: str) -> Values:
    """Return the column of a formula, for one input, where its number is not 0."""

    def formula(row: Row) -> Any:
        return row.formulas[rule] if getattr(row, number) != 0 else None

    return _rowwise(formula)


def _of_nodes(count: Callable[[Table, int], int | None]) -> Values:
    """Return the column of what an analysis counts for each node, or group of them."""

    def values(rows: Sequence[Row], whole: Whole) -> list[Any]:
        table = whole.table
        numbers = {table.path(node): count(table, node) for node in range(len(table))}
        result = []
        for row in rows:
            parts: list[Any] = [
                numbers[member.path] for member in row.members or (row,)
            ]
            known = None not in parts
            result.append(sum(parts) * whole.batch if known else None)
        return result

    return values


def _flops(table: Table, node: int) -> int | None:
    return flops(table.calls[node])


_activations = _of_batch("activation_size")

COLUMNS: dict[str, tuple[Column, Values]] = {
    column.key: (column, values)
    for column, values in (
        (Column("layer", "layer", "text"), _field("path")),
        (Column("kind", "kind", "text"), _field("kind")),
        (Column("role", "role", "text"), _field("role")),
        (Column("connected_to", "connected to", "names"), _field("inputs")),
        (Column("input", "input", "shape"), _field("input")),
        (Column("filter", "filter", "filters"), _rowwise(_filters)),
        (Column("weight_shape", "weight shape", "sizes"), _rowwise(_weight_shape)),
        (Column("kernel", "kernel", "pair"), _field("kernel")),
        (Column("stride", "stride", "pair"), _field("stride")),
        (Column("padding", "padding", "pair"), _field("padding")),
        (Column("dilation", "dilation", "pair"), _rowwise(_dilation)),
        (
            Column("groups", "groups", "number"),
            _rowwise(_groups),
        ),
        (Column("output", "output", "shape"), _field("output")),
        (
            Column("output_formula", "output formula", "formula"),
            _formula("output", "output"),
        ),
        (
            Column("formula", "formula", "formula"),
            _rowwise(lambda row: row.formula if row.params else None),
        ),
        (Column("params", "parameters", "count", True), _field("params")),
        (
            Column("params_percent", "parameters %", "percent", True),
            _share("params"),
        ),
        (
            Column("params_bytes", "parameter memory", "bytes", True),
            _stored(_field("params")),
        ),
        (Column("trainable", "trainable", "count", True), _field("trainable")),
        (Column("buffers", "buffers", "count", True), _field("buffers")),
        (
            Column("connections", "connections", "count", True),
            _of_batch("connections"),
        ),
        (
            Column("connections_formula", "connections formula", "formula"),
            _formula("connections", "connections"),
        ),
        (Column("macs", "MACs", "count", True), _of_batch("macs")),
        (Column("macs_percent", "MACs %", "percent", True), _share("macs")),
        (Column("macs_formula", "MACs formula", "formula"), _formula("macs", "macs")),
        (Column("flops", "FLOPs", "count", True), _of_nodes(_flops)),
        (
            Column("padding_macs", "padding MACs", "count", True),
            _of_nodes(padding_macs),
        ),
        (Column("activation_size", "activation size", "count", True), _activations),
        (
            Column("activation_percent", "activation size %", "percent", True),
            _share("activation_size"),
        ),
        (
            Column("activation_bytes", "activation memory", "bytes", True),
            _stored(_activations),
        ),
        (
            Column("receptive_field", "receptive field", "pair"),
            _field("receptive_field"),
        ),
        (
            Column("effective_stride", "effective stride", "pair"),
            _field("effective_stride"),
        ),
        (
            Column("effective_padding", "effective padding", "pair"),
            _field("effective_padding"),
        ),
    )
}

# The articles' columns.
DEFAULT = (
    "layer",
    "input",
    "filter",
    "stride",
    "padding",
    "output",
    "formula",
    "params",
)

# What other tools call them: torchinfo's names and headings, and those of Keras.
ALIASES = {
    "name": "layer",
    "layer (type)": "layer",
    "layer (type:depth-idx)": "layer",
    "type": "kind",
    "input_size": "input",
    "input shape": "input",
    "output_size": "output",
    "output shape": "output",
    "kernel_size": "kernel",
    "kernel shape": "kernel",
    "num_params": "params",
    "param #": "params",
    "param %": "params_percent",
    "mult_adds": "macs",
    "activations": "activation_size",
    "activations_percent": "activation_percent",
    "weights": "weight_shape",
    "params formula": "formula",
}


def chosen(names: Iterable[str] | None) -> list[tuple[Column, Values]]:
    """Return the columns of these names, which may be keys or titles.

    Raises:
        OptionError: If there is no such column, or none is named.
    """
    if names is None:
        names = DEFAULT
    names = names_of(names, "columns")
    if not names:
        fix = f"Name some of: {', '.join(COLUMNS)}"
        raise OptionError("a table needs columns, and none is named", fix)
    pairs = [column_named(name) for name in names]
    return list({column.key: (column, values) for column, values in pairs}.values())


def column_named(name: Any) -> tuple[Column, Values]:
    """Return the column of that key, title, or name in torchinfo or Keras.

    Raises:
        OptionError: If there is no such column.
    """
    if isinstance(name, str) and name in COLUMNS:
        return COLUMNS[name]
    known = spelled(column for column, _ in COLUMNS.values())
    return COLUMNS[
        resolve(name, known, f"there is no column {for_message(name)}", COLUMNS)
    ]


def spelled(columns: Iterable[Column]) -> dict[str, str]:
    """Return the keys of columns by all names that they have, in any language."""
    columns = list(columns)
    known = {column.key: column.key for column in columns}
    known |= {alias: key for alias, key in ALIASES.items() if key in known} | known
    for column in columns:
        for language in LANGUAGES:
            known.setdefault(said(column.title, language), column.key)
    return known
