"""The columns that a row prints."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from cnncalc.answers.table import Column, columns
from cnncalc.cost.receptive_field import in_cell
from cnncalc.cost.totals import Totals
from cnncalc.sizes.unknown import shown

__all__ = ["ROW_COLUMNS", "line_of"]

ROW_COLUMNS = (
    *columns("text", path="layer", kind="kind"),
    *columns("shape", input="input", output="output"),
    *columns("pair", kernel="kernel", stride="stride", padding="padding"),
    Column("formula", "formula", "formula"),
    *Totals._columns[:-1],
    Column("flops", "FLOPs", "count"),
    Totals._columns[-1],
    Column("receptive_fields", "receptive field", "field"),
    *columns(
        "pair",
        effective_stride="effective stride",
        effective_padding="effective padding",
    ),
)
_values = attrgetter(*[column.key for column in ROW_COLUMNS])


def line_of(row: Any) -> tuple[Any, ...]:
    """Return of a row what each of these has."""
    path, kind, *ends, fields, stride, padding = _values(row)
    known = (*map(shown, ends[:2]), *ends[2:])
    return path, kind, *known, in_cell(fields), stride, padding
