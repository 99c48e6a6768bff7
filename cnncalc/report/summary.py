"""The summary of a network: its layers and totals, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cnncalc.analysis.cost import total
from cnncalc.analysis.memory import stored
from cnncalc.errors import OptionError
from cnncalc.report.columns import chosen
from cnncalc.report.report import Report
from cnncalc.report.rows import Row, folded
from cnncalc.report.table import Fact, Table
from cnncalc.shape import is_count, shown

__all__ = ["Summary", "summarise"]


class Summary(Report):
    """A table of a network's layers, with totals below.

    Example:
        >>> from cnncalc import zoo
        >>> summary = zoo.lenet().summary(columns=["layer", "params"])
        >>> print(summary.to_csv().splitlines()[:2])
        ['layer,parameters', 'Conv1,156']
    """

    __slots__ = ()


def summarise(
    title: str,
    rows: Sequence[Row],
    columns: Iterable[str] | None = None,
    depth: int | None = None,
) -> Summary:
    """Return the summary of a network with these rows.

    Args:
        title: What stands above it.
        rows: The network's nodes.
        columns: The columns, by name; None takes the usual ones.
        depth: How many levels of groups are shown; None shows all.

    Raises:
        OptionError: If there is no such column, or *depth* is no positive integer.
    """
    if depth is not None and not is_count(depth):
        raise OptionError(f"depth is {shown(depth)}", "It must be a positive integer")
    pairs = chosen(columns)
    shown_rows = rows if depth is None else folded(rows, depth)
    lines = tuple(tuple(get(row) for _, get in pairs) for row in shown_rows)
    scopes = tuple(row.scope for row in shown_rows)
    heads = tuple(column for column, _ in pairs)
    return Summary(Table(title, heads, lines, _totals(rows), scopes))


def _totals(rows: Sequence[Row]) -> tuple[Fact, ...]:
    params = total([row.params for row in rows])
    trainable = total([row.trainable for row in rows])
    fixed = total([_difference(row.params, row.trainable) for row in rows])
    return (
        Fact("params", "Total parameters", params, "count"),
        Fact("trainable_params", "Trainable", trainable, "count"),
        Fact("fixed_params", "Fixed", fixed, "count"),
        Fact(
            "memory", "Parameter memory (float32)", stored(params, "float32"), "bytes"
        ),
    )


def _difference(whole: int | None, part: int | None) -> int | None:
    return None if whole is None or part is None else whole - part
