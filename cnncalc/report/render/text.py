"""Tables as plain text, for a terminal."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Sequence
from itertools import zip_longest

from cnncalc.report.render.cells import is_number, written
from cnncalc.report.table import Table

__all__ = ["display_width", "render", "terminal_width"]

_GAP = "  "
_NARROWEST = 12  # characters to which a column of words may be wrapped
_BREAKABLE = {"text", "formula"}


def terminal_width() -> int | None:
    """Return the width of the terminal that is written to; None if there is none."""
    if os.environ.get("COLUMNS", "").isdecimal():
        return int(os.environ["COLUMNS"])
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except (AttributeError, OSError, ValueError):
        return None


def display_width(text: str) -> int:
    """Return how many columns of a terminal *text* takes.

    Example:
        >>> display_width("5×5"), display_width("卷积"), display_width("é")
        (3, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def render(table: Table, width: int | None = None) -> str:
    """Return *table* as text.

    Args:
        table: What to render.
        width: How many characters a line may have, if the numbers allow it.
    """
    columns = table.columns
    heads = [column.title for column in columns]
    body = [
        [
            written(value, column.unit)
            for value, column in zip(line, columns, strict=True)
        ]
        for line in table.lines
    ]
    cells = [[[cell] for cell in line] for line in (heads, *body)]
    right = [is_number(column.unit) for column in columns]
    if width is not None:
        limits = _limits(
            _widths(cells), [column.unit in _BREAKABLE for column in columns], width
        )
        cells[1:] = [list(map(_wrap, line, limits)) for line in body]
    widths = _widths(cells)
    rule = _GAP.join("─" * each for each in widths)
    lines = [table.title, "", *_lines(cells[0], widths, right), rule]
    for line in cells[1:]:
        lines += _lines(line, widths, right)
    return "\n".join([*lines, "", *_totals(table)])


def _widths(cells: list[list[list[str]]]) -> list[int]:
    """Return how wide each column is."""
    columns = zip(*cells, strict=True)
    return [max(display_width(part) for cell in c for part in cell) for c in columns]


def _limits(widths: list[int], breakable: list[bool], width: int) -> list[int]:
    """Narrow the widest columns of words until a line fits, or as far as they go."""
    limits = list(widths)
    for _ in range(sum(widths) + len(_GAP) * (len(widths) - 1) - width):
        wide = [
            (size, place)
            for place, size in enumerate(limits)
            if breakable[place] and size > _NARROWEST
        ]
        if wide:
            limits[max(wide)[1]] -= 1
    return limits


def _lines(
    cells: list[list[str]], widths: Sequence[int], right: Sequence[bool]
) -> list[str]:
    """Return one line of the table, as several where a cell is wrapped."""
    lines = []
    for parts in zip_longest(*cells, fillvalue=""):
        padded = []
        for part, width, number in zip(parts, widths, right, strict=True):
            space = " " * (width - display_width(part))
            padded.append(space + part if number else part + space)
        lines.append(_GAP.join(padded).rstrip())
    return lines


# Where a cell may be broken: after a space, a sign or a slash, and so never within a
# number or a name.
_BREAKS = re.compile(r"[^ ×/+]*[ ×/+]*")


def _wrap(text: str, width: int) -> list[str]:
    if display_width(text) <= width:
        return [text]
    lines = [""]
    for word in _BREAKS.findall(text):
        if lines[-1] and display_width(lines[-1] + word.rstrip()) > width:
            lines.append("")
        lines[-1] += word
    return [line.rstrip() for line in lines]


def _totals(table: Table) -> list[str]:
    titles = [f"{fact.title}:" for fact in table.totals]
    values = [written(fact.value, fact.unit) for fact in table.totals]
    indent = max(map(display_width, titles), default=0)
    return [
        title + " " * (indent - display_width(title) + 1) + value
        for title, value in zip(titles, values, strict=True)
    ]
