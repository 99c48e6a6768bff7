"""The summary of a network: its layers and totals, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from typing_extensions import override

from cnncalc.analysis.cost import total
from cnncalc.analysis.memory import stored
from cnncalc.report.columns import chosen
from cnncalc.report.rows import Row
from cnncalc.report.table import Fact, Table

__all__ = ["Summary", "summarise"]


class Summary:
    """A table of a network's layers, with totals below.

    Its `str`, which a notebook shows, is the table as text.

    Attributes:
        table: The table as data.
    """

    __slots__ = ("table",)

    def __init__(self, table: Table) -> None:
        self.table = table

    def to_text(self, *, width: int | None = None) -> str:
        """Return the table as text.

        Args:
            width: How many characters a line may have: formulas and names are
                wrapped, numbers never. None sets no limit.
        """
        from cnncalc.report.render.text import render

        return render(self.table, width)

    @override
    def __str__(self) -> str:
        from cnncalc.report.render.text import terminal_width

        return self.to_text(width=terminal_width())

    __repr__ = __str__


def summarise(
    title: str, rows: Sequence[Row], columns: Iterable[str] | None = None
) -> Summary:
    """Return the summary of a network with these rows.

    Args:
        title: What stands above it.
        rows: The network's nodes.
        columns: The columns, by name; None takes the usual ones.

    Raises:
        OptionError: If there is no such column.
    """
    pairs = chosen(columns)
    lines = tuple(tuple(get(row) for _, get in pairs) for row in rows)
    table = Table(title, tuple(column for column, _ in pairs), lines, _totals(rows))
    return Summary(table)


def _totals(rows: Sequence[Row]) -> tuple[Fact, ...]:
    params = total([row.params for row in rows])
    trainable = total([row.trainable for row in rows])
    fixed = total(
        [0 if r.params is None else r.params - (r.trainable or 0) for r in rows]
    )
    return (
        Fact("params", "Total parameters", params, "count"),
        Fact("trainable_params", "Trainable", trainable, "count"),
        Fact("fixed_params", "Fixed", fixed, "count"),
        Fact(
            "memory", "Parameter memory (float32)", stored(params, "float32"), "bytes"
        ),
    )
