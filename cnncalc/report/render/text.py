"""Tables as plain text, for a terminal."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from itertools import zip_longest

from cnncalc.report.render.cells import by_column, is_number, written, written_column
from cnncalc.report.render.once import each_once
from cnncalc.report.table import Table, Unit

__all__ = ["display_width", "render", "terminal_width"]

_GAP = "  "

# Which columns are wrapped where a line is too long, first these, then those.
_FIRST = {"text", "formula"}
_THEN = {"shape", "filters"}

# Where a cell may be broken: after a space or a sign, and so never within a number.
_BREAKS = re.compile(r"[^ ×/+@]*[ ×/+@]+|[^ ×/+@]+")


def terminal_width() -> int | None:
    """Return the width of the terminal that is written to; None if there is none."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (AttributeError, OSError, ValueError):
        return None


def display_width(text: str) -> int:
    """Return how many columns of a terminal *text* takes.

    Example:
        >>> display_width("5×5"), display_width("卷积"), display_width("e\u0301")
        (3, 4, 1)
    """
    if max(text, default="") < _COMBINING:
        return len(text)
    return sum(map(_character_width, text))


_COMBINING = "\u0300"  # below it each character takes one column


def _character_width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def render(table: Table, width: int | None = None) -> str:
    """Return *table* as text.

    Args:
        table: What to render.
        width: How many characters a line may have. Words, formulas and shapes are
            wrapped, and if that does not do, the columns are printed in several turns;
            numbers are never cut.
    """
    columns = [
        _Cells(column.unit, [column.title, *written_column(column, values)])
        for column, values in zip(table.columns, by_column(table), strict=True)
    ]
    turns = [columns]
    if width is not None and _width(columns) > width:
        for units in (_FIRST, _THEN):
            _narrow([c for c in columns if c.unit in units], _width(columns) - width)
        turns = _turns(columns, width)
    lines = [table.title]
    for turn in turns:
        lines += ["", *_body(turn)]
    return "\n".join([*lines, "", *_totals(table)])


class _Cells:
    """The cells of one column, the title first, and how wide they are printed."""

    def __init__(self, unit: Unit, cells: list[str]) -> None:
        self.unit, self.cells = unit, cells
        self.width = self.widest = max(map(display_width, set(cells)))

    def narrowest(self) -> int:
        """Return how wide it must be when all is wrapped that can be."""
        pieces = (piece for cell in self.cells for piece in _BREAKS.findall(cell))
        return max((display_width(piece.rstrip()) for piece in pieces), default=0)

    def padded(self, text: str) -> str:
        """Return a text that fits, with the spaces that fill the column."""
        space = " " * (self.width - display_width(text))
        return space + text if is_number(self.unit) else text + space

    def lines(self, row: int) -> list[str]:
        """Return a cell, padded to the column's width, wrapped if it must be."""
        cell = self.cells[row]
        if display_width(cell) <= self.width:
            return [self.padded(cell)]
        parts = [""]
        for piece in _BREAKS.findall(cell):
            if display_width(parts[-1] + piece.rstrip()) > self.width:
                parts.append("")
            parts[-1] += piece
        return [self.padded(part.rstrip()) for part in parts]


def _width(columns: list[_Cells]) -> int:
    return sum(column.width for column in columns) + len(_GAP) * (len(columns) - 1)


def _narrow(columns: list[_Cells], excess: int) -> None:
    """Narrow the widest of these columns, again and again, while lines are too long."""
    least = {id(column): column.narrowest() for column in columns}
    for _ in range(excess):
        wide = [column for column in columns if column.width > least[id(column)]]
        if wide:
            max(wide, key=lambda column: column.width).width -= 1


def _turns(columns: list[_Cells], width: int) -> list[list[_Cells]]:
    """Divide columns into turns that fit the width; the first column leads each."""
    turns = [columns[:1]]
    for column in columns[1:]:
        if len(turns[-1]) > 1 and _width([*turns[-1], column]) > width:
            turns.append(columns[:1])
        turns[-1] = [*turns[-1], column]
    return turns


def _body(columns: list[_Cells]) -> list[str]:
    """Return the lines of a table of these columns."""
    head, *rows = (
        _unwrapped(columns)
        if all(column.widest <= column.width for column in columns)
        else _wrapped(columns)
    )
    rule = _GAP.join("─" * column.width for column in columns)
    return [*head, rule, *(line for row in rows for line in row)]


def _unwrapped(columns: list[_Cells]) -> list[list[str]]:
    """Return the lines of each row where every cell fits its column."""
    padded = [each_once(column.padded, column.cells) for column in columns]
    return [[_GAP.join(row).rstrip()] for row in zip(*padded, strict=True)]


def _wrapped(columns: list[_Cells]) -> list[list[str]]:
    """Return the lines of each row, several where a cell is wrapped."""
    rows = []
    for row in range(len(columns[0].cells)):
        lines = []
        for parts in zip_longest(*(column.lines(row) for column in columns)):
            padded = [
                " " * column.width if part is None else part
                for part, column in zip(parts, columns, strict=True)
            ]
            lines.append(_GAP.join(padded).rstrip())
        rows.append(lines)
    return rows


def _totals(table: Table) -> list[str]:
    titles = [f"{fact.title}:" for fact in table.totals]
    values = [written(fact.value, fact.unit) for fact in table.totals]
    indent = max(map(display_width, titles), default=0)
    return [
        title + " " * (indent - display_width(title) + 1) + value
        for title, value in zip(titles, values, strict=True)
    ]
