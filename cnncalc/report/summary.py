"""The summary of a network: its layers and totals, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, overload

from typing_extensions import override

from cnncalc.analysis.cost import total
from cnncalc.analysis.memory import stored
from cnncalc.errors import OptionError
from cnncalc.report.columns import chosen
from cnncalc.report.rows import Row, folded
from cnncalc.report.table import Fact, Table
from cnncalc.shape import is_count, shown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Summary", "summarise"]

PathName: TypeAlias = str | PathLike[str]


class Summary:
    """A table of a network's layers, with totals below.

    Its `str` is the table as text; a notebook shows it as HTML. The methods ``to_*``
    return the table in other formats, or write it to a file: they return text where
    they get no path.

    Attributes:
        table: The table as data.

    Example:
        >>> from cnncalc import zoo
        >>> summary = zoo.lenet().summary(columns=["layer", "params"])
        >>> print(summary.to_csv().splitlines()[:2])
        ['layer,parameters', 'Conv1,156']
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

    @overload
    def to_html(self, path: None = None) -> str: ...
    @overload
    def to_html(self, path: PathName) -> None: ...
    def to_html(self, path: PathName | None = None) -> str | None:
        """Return the table as HTML for a notebook, or write a page to a file."""
        from cnncalc.report.render.as_html import render

        return _given(render(self.table, page=path is not None), path)

    @overload
    def to_markdown(self, path: None = None) -> str: ...
    @overload
    def to_markdown(self, path: PathName) -> None: ...
    def to_markdown(self, path: PathName | None = None) -> str | None:
        """Return the table as Markdown, or write it to a file."""
        from cnncalc.report.render.as_markdown import render

        return _given(render(self.table), path)

    @overload
    def to_csv(self, path: None = None) -> str: ...
    @overload
    def to_csv(self, path: PathName) -> None: ...
    def to_csv(self, path: PathName | None = None) -> str | None:
        """Return the rows as CSV, without the totals, or write them to a file."""
        from cnncalc.report.render.as_csv import render

        return _given(render(self.table), path)

    @overload
    def to_json(self, path: None = None) -> str: ...
    @overload
    def to_json(self, path: PathName) -> None: ...
    def to_json(self, path: PathName | None = None) -> str | None:
        """Return the table as JSON, as its schema says, or write it to a file."""
        from cnncalc.report.render.as_json import render

        return _given(render(self.table), path)

    @overload
    def to_latex(self, path: None = None) -> str: ...
    @overload
    def to_latex(self, path: PathName) -> None: ...
    def to_latex(self, path: PathName | None = None) -> str | None:
        """Return the table as a LaTeX ``tabular`` with booktabs, or write it."""
        from cnncalc.report.render.as_latex import render

        return _given(render(self.table), path)

    def to_pandas(self) -> pd.DataFrame:
        """Return the table as a data frame, with columns by key and typed.

        Raises:
            OptionError: If pandas is not installed.
        """
        from cnncalc.report.render.as_pandas import render

        return render(self.table)

    def _repr_html_(self) -> str:
        return self.to_html()

    @override
    def __str__(self) -> str:
        from cnncalc.report.render.text import terminal_width

        return self.to_text(width=terminal_width())

    __repr__ = __str__


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


def _given(text: str, path: PathName | None) -> str | None:
    """Return the text, or write it to the file of that name."""
    if path is None:
        return text
    Path(path).write_text(text, encoding="utf-8", newline="\n")
    return None


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
