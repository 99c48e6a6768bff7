"""The base of reports, which are printed, and written in any format."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from cnncalc._typing import override
from cnncalc.checks import for_message, integer, is_count
from cnncalc.errors import OptionError
from cnncalc.report.output import PathName, given
from cnncalc.report.table import Table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Report"]


class Report:
    """A table, with totals below, in every format.

    Its `str` is the table as text; a notebook shows it as HTML. The methods ``to_*``
    return the table in other formats, or write it to a file: they return text where
    they get no path.

    Attributes:
        table: The table as data.
    """

    __slots__ = ("table",)

    def __init__(self, table: Table) -> None:
        self.table = table

    @overload
    def to_text(
        self,
        path: None = None,
        *,
        width: int | None = None,
        box: bool = False,
        color: bool | None = None,
    ) -> str: ...
    @overload
    def to_text(
        self,
        path: PathName,
        *,
        width: int | None = None,
        box: bool = False,
        color: bool | None = None,
    ) -> None: ...
    def to_text(
        self,
        path: PathName | None = None,
        *,
        width: int | None = None,
        box: bool = False,
        color: bool | None = None,
    ) -> str | None:
        """Return the table as text, or write it to a file.

        Args:
            path: The file to write.
            width: How many characters a line may have: formulas and names are
                wrapped, numbers never. None sets no limit.
            box: Whether to draw lines around the cells.
            color: Whether titles are bold and zeros dim. None asks the terminal that
                is written to, and the variables NO_COLOR and FORCE_COLOR.

        Raises:
            OptionError: If *width* is no positive integer, or *box* or *color* no flag.
        """
        from cnncalc.checks import checked_flag
        from cnncalc.report.render.terminal import wants_colour
        from cnncalc.report.render.text import render

        width = None if width is None else integer(width)
        if width is not None and not is_count(width):
            why = f"width is {for_message(width)}"
            raise OptionError(why, "It must be a positive integer, or None")
        checked_flag("box", box)
        written = path is None and wants_colour()
        colour = written if color is None else checked_flag("color", color)
        return given(render(self.table, width, box=box, colour=colour), path)

    @overload
    def to_html(self, path: None = None) -> str: ...
    @overload
    def to_html(self, path: PathName) -> None: ...
    def to_html(self, path: PathName | None = None) -> str | None:
        """Return the table as HTML for a notebook, or write a page to a file."""
        from cnncalc.report.render.as_html import render

        return given(render(self.table, page=path is not None), path)

    @overload
    def to_markdown(self, path: None = None) -> str: ...
    @overload
    def to_markdown(self, path: PathName) -> None: ...
    def to_markdown(self, path: PathName | None = None) -> str | None:
        """Return the table as Markdown, or write it to a file."""
        from cnncalc.report.render.as_markdown import render

        return given(render(self.table), path)

    @overload
    def to_csv(self, path: None = None) -> str: ...
    @overload
    def to_csv(self, path: PathName) -> None: ...
    def to_csv(self, path: PathName | None = None) -> str | None:
        """Return the rows as CSV, without the totals, or write them to a file."""
        from cnncalc.report.render.as_csv import render

        return given(render(self.table), path)

    @overload
    def to_json(self, path: None = None) -> str: ...
    @overload
    def to_json(self, path: PathName) -> None: ...
    def to_json(self, path: PathName | None = None) -> str | None:
        """Return the table as JSON, as its schema says, or write it to a file."""
        from cnncalc.report.render.as_json import render

        return given(render(self.table), path)

    @overload
    def to_latex(self, path: None = None) -> str: ...
    @overload
    def to_latex(self, path: PathName) -> None: ...
    def to_latex(self, path: PathName | None = None) -> str | None:
        """Return the table as a LaTeX ``tabular`` with booktabs, or write it."""
        from cnncalc.report.render.as_latex import render

        return given(render(self.table), path)

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
        from cnncalc.report.render.terminal import terminal_width

        return self.to_text(width=terminal_width())

    __repr__ = __str__
