"""Tables as CSV: one rectangle, a line of titles first, and no totals."""

from __future__ import annotations

import csv
import io
import re
from functools import partial
from typing import Any

from cnncalc.answers.table import COUNTED, Style, Table, Unit
from cnncalc.report.cells import by_column, heading, is_number, map_unique, written

__all__ = ["render"]

# What a spreadsheet takes for the beginning of a formula; some leave out blanks before.
# Source: OWASP, https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r" *[-=+@\t\r\n＝＋－＠]")  # noqa: RUF001
_NUMBERS = {*COUNTED, "ratio", "seconds"}
_INTEGER = re.compile(r"-?[0-9]+")


_PLAIN = Style()


def render(table: Table) -> str:
    """Return *table* as CSV, which Python's `csv` and every spreadsheet read.

    Counts and bytes are plain integers, whatever the style, and percents numbers up to
    100; what is unknown is an empty cell. A text that a spreadsheet would take for a
    formula gets a ``'`` in front.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(9, 9, 1)).conv(3, 400, name="=1+1")
        >>> print(render(net.summary(columns=["layer", "output", "params"]).table))
        layer,output,parameters
        '=1+1,7×7×400,4000
        <BLANKLINE>
    """
    columns = [
        map_unique(partial(_cell, unit=column.unit, style=table.style), values)
        for column, values in zip(table.columns, by_column(table), strict=True)
    ]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    titles = [heading(column, table.style) for column in table.columns]
    writer.writerow([_text(title, "text") for title in titles])
    writer.writerows(zip(*columns, strict=True))
    return file.getvalue()


def _cell(value: Any, unit: Unit, style: Style) -> str:
    if value is None:
        return ""
    if unit in _NUMBERS:
        return str(value)
    return f"{100 * value:.4f}" if unit == "percent" else _text(value, unit, style)


def _text(value: Any, unit: Unit, style: Style = _PLAIN) -> str:
    text = written(value, unit, style)
    harmless = is_number(unit) and _INTEGER.fullmatch(text)
    return f"'{text}" if _FORMULA.match(text) and not harmless else text
