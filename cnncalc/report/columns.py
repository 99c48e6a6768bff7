"""The columns that a summary can have: for each, its title, unit and values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cnncalc._lazy import modules
from cnncalc.answers.table import Column
from cnncalc.checks import for_message
from cnncalc.cost.receptive_field import in_cell
from cnncalc.cost.rows import Row
from cnncalc.errors import OptionError
from cnncalc.graph.table import Table
from cnncalc.memory.types import ACTIVATIONS, WEIGHTS
from cnncalc.report import values as of
from cnncalc.report.words import LANGUAGES, names_of, resolve, translate

__all__ = [
    "ALIASES",
    "COLUMNS",
    "DEFAULT",
    "chosen",
    "column_named",
    "spelled",
]

# Which a plain summary does not ask.
_later = modules("cnncalc.operations", "flops padding")


def _flops(table: Table, node: int) -> int | None:
    number: int | None = _later["flops"].flops(table.calls[node])
    return number


def _padding_macs(table: Table, node: int) -> int | None:
    number: int | None = _later["padding"].padding_macs(table, node)
    return number


def _fields(rows: Sequence[Row], _: of.Whole) -> list[Any]:
    return [
        in_cell(row.receptive_fields) if row.period else row.receptive_field
        for row in rows
    ]


_activations = of.in_batch("activation_size")

COLUMNS: dict[str, tuple[Column, of.Values]] = {
    column.key: (column, values)
    for column, values in (
        (Column("layer", "layer", "text"), of.field("path")),
        (Column("kind", "kind", "text"), of.field("kind")),
        (Column("role", "role", "text"), of.field("role")),
        (Column("connected_to", "connected to", "names"), of.field("inputs")),
        (Column("input", "input", "shape"), of.shape("input")),
        (Column("filter", "filter", "filters"), of.of_layer(of.filters)),
        (Column("weight_shape", "weight shape", "sizes"), of.of_layer(of.weight_shape)),
        (Column("kernel", "kernel", "pair"), of.field("kernel")),
        (Column("stride", "stride", "pair"), of.field("stride")),
        (Column("padding", "padding", "pair"), of.field("padding")),
        (Column("dilation", "dilation", "pair"), of.of_layer(of.dilation)),
        (
            Column("groups", "groups", "number"),
            of.of_layer(of.groups),
        ),
        (Column("output", "output", "shape"), of.shape("output")),
        (
            Column("output_formula", "output formula", "formula"),
            of.formula_of("output"),
        ),
        (
            Column("formula", "formula", "formula"),
            of.each(lambda row: row.formula if row.params else None),
        ),
        (Column("params", "parameters", "count", True), of.field("params")),
        (
            Column("params_percent", "parameters %", "percent", True),
            of.share_of("params"),
        ),
        (
            Column("params_bytes", "parameter memory", "bytes", True),
            of.stored_as(of.field("params"), WEIGHTS),
        ),
        (Column("trainable", "trainable", "count", True), of.field("trainable")),
        (Column("buffers", "buffers", "count", True), of.field("buffers")),
        (
            Column("connections", "connections", "count", True),
            of.in_batch("connections"),
        ),
        (
            Column("connections_formula", "connections formula", "formula"),
            of.formula_of("connections"),
        ),
        (Column("macs", "MACs", "count", True), of.in_batch("macs")),
        (Column("macs_percent", "MACs %", "percent", True), of.share_of("macs")),
        (Column("macs_formula", "MACs formula", "formula"), of.formula_of("macs")),
        (
            Column("flops", "FLOPs", "count", True),
            of.by_node(_flops),
        ),
        (
            Column("padding_macs", "padding MACs", "count", True),
            of.by_node(_padding_macs),
        ),
        (Column("activation_size", "activation size", "count", True), _activations),
        (
            Column("activation_percent", "activation size %", "percent", True),
            of.share_of("activation_size"),
        ),
        (
            Column("activation_bytes", "activation memory", "bytes", True),
            of.stored_as(_activations, ACTIVATIONS),
        ),
        (Column("peak", "memory alive", "bytes"), of.alive_in),
        (
            Column("receptive_field", "receptive field", "field"),
            _fields,
        ),
        (
            Column("effective_stride", "effective stride", "pair"),
            of.field("effective_stride"),
        ),
        (
            Column("effective_padding", "effective padding", "pair"),
            of.field("effective_padding"),
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
    "memory": "params_bytes",
    "peak_memory": "peak",
    "peak": "peak_memory",
    "layers": "nodes",
}


def chosen(names: Iterable[str] | None) -> list[tuple[Column, of.Values]]:
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


def column_named(name: Any) -> tuple[Column, of.Values]:
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
            known.setdefault(translate(column.title, language), column.key)
    return known
