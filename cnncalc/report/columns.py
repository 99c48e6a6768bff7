"""The columns that a summary can have: for each, its title, unit and value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from cnncalc.errors import OptionError
from cnncalc.report.rows import Row
from cnncalc.report.table import Column
from cnncalc.shape import shown

__all__ = ["COLUMNS", "DEFAULT", "chosen"]

Getter = Callable[[Row], Any]


def _filters(row: Row) -> Any:
    return row.layer.filters_of(*row.shapes) or row.kernel


COLUMNS: dict[str, tuple[Column, Getter]] = {
    column.key: (column, getter)
    for column, getter in (
        (Column("layer", "layer", "text"), lambda row: row.path),
        (Column("kind", "kind", "text"), lambda row: row.kind),
        (Column("input", "input", "shape"), lambda row: row.input),
        (Column("filter", "filter", "filters"), _filters),
        (Column("kernel", "kernel", "pair"), lambda row: row.kernel),
        (Column("stride", "stride", "pair"), lambda row: row.stride),
        (Column("padding", "padding", "pair"), lambda row: row.padding),
        (Column("output", "output", "shape"), lambda row: row.output),
        (
            Column("formula", "formula", "formula"),
            lambda row: row.formula if row.params else None,
        ),
        (Column("params", "parameters", "count"), lambda row: row.params),
        (Column("trainable", "trainable", "count"), lambda row: row.trainable),
        (Column("buffers", "buffers", "count"), lambda row: row.buffers),
        (Column("connections", "connections", "count"), lambda row: row.connections),
        (Column("macs", "MACs", "count"), lambda row: row.macs),
        (
            Column("activation_size", "activation size", "count"),
            lambda row: row.activation_size,
        ),
        (
            Column("receptive_field", "receptive field", "pair"),
            lambda row: row.receptive_field,
        ),
        (
            Column("effective_stride", "effective stride", "pair"),
            lambda row: row.effective_stride,
        ),
        (
            Column("effective_padding", "effective padding", "pair"),
            lambda row: row.effective_padding,
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


def chosen(names: Iterable[str] | None) -> list[tuple[Column, Getter]]:
    """Return the columns of these names, which may be keys or titles.

    Raises:
        OptionError: If there is no such column.
    """
    if names is None:
        return [COLUMNS[key] for key in DEFAULT]
    names = names.split(",") if isinstance(names, str) else list(names)
    return [_column(name) for name in names]


def _column(name: Any) -> tuple[Column, Getter]:
    word = name.strip().lower() if isinstance(name, str) else name
    for column, getter in COLUMNS.values():
        if word in {column.key, column.key.replace("_", " "), column.title.lower()}:
            return column, getter
    fix = f"The columns are: {', '.join(COLUMNS)}"
    raise OptionError(f"there is no column {shown(name)}", fix)
