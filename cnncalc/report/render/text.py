"""Tables as plain text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat, zip_longest
from re import findall, fullmatch

from cnncalc._typing import NamedTuple
from cnncalc.answers.table import Table, Unit
from cnncalc.report.cells import (
    by_column,
    heading,
    is_number,
    titled,
    written,
    written_column,
)
from cnncalc.report.render.terminal import terminal_width

__all__ = ["MOST_PADDED", "display_width", "lines", "render", "terminal_width"]


class _Frame(NamedTuple):
    """The signs at the left of a line, between its cells, and at its right."""

    row: tuple[str, str, str]
    rule: tuple[str, str, str]
    top: tuple[str, str, str] | None = None
    bottom: tuple[str, str, str] | None = None

    def width(self, columns: Sequence[_Cells]) -> int:
        """Return how long a line of these columns is."""
        left, gap, right = self.row
        between = len(gap) * (len(columns) - 1)
        return sum(c.width for c in columns) + between + len(left + right)


_PLAIN = _Frame(row=("", "  ", ""), rule=("", "  ", ""))
_BOX = _Frame(
    row=("│ ", " │ ", " │"),
    rule=("├─", "─┼─", "─┤"),
    top=("┌─", "─┬─", "─┐"),
    bottom=("└─", "─┴─", "─┘"),
)

_BOLD, _DIM, _END = "\x1b[1m", "\x1b[2m", "\x1b[0m"

# How wide columns are padded: a join of 8,000 arms was a gigabyte of spaces.
MOST_PADDED = 1_000

# Which columns are wrapped where a line is too long, first these, then those.
_FIRST = {"text", "names", "formula"}
_THEN = {"shape", "filters", "sizes"}

# Where a cell may be broken: after a space or a sign, and so never within a number.
_BREAKS = r"[^ ×/+@]*[ ×/+@]+|[^ ×/+@]+"

_ZERO = r" *0(\.0+)?( \S+)?"


def display_width(text: str) -> int:
    """Return how many columns of a terminal *text* takes.

    Example:
        >>> display_width("5×5"), display_width("卷积"), display_width("e\u0301")
        (3, 4, 1)
    """
    return len(text) if _is_usual(text) else sum(map(_character_width, text))


def _is_usual(text: str) -> bool:
    """Tell whether each character takes one column, as those of Latin-1 do."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _character_width(character: str) -> int:
    from unicodedata import category, east_asian_width

    if category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if east_asian_width(character) in {"W", "F"} else 1


def render(
    table: Table, width: int | None = None, *, box: bool = False, colour: bool = False
) -> str:
    r"""Return *table* as text.

    Args:
        table: What to render.
        width: How many characters a line may have. Words, formulas and shapes are
            wrapped, and if that does not do, the columns are printed in several turns;
            numbers are never cut. With None only cells of over 1,000 are wrapped.
        box: Draw lines around the cells.
        colour: Print titles bold and zeros dim, for a terminal that can.

    Example:
        >>> from cnncalc import zoo
        >>> summary = zoo.lenet()[:2].summary(columns=["layer", "params"])
        >>> print("\n".join(render(summary.table, box=True).split("\n")[2:8]))
        ┌──────────┬────────────┐
        │ layer    │ parameters │
        ├──────────┼────────────┤
        │ Conv1    │        156 │
        │ MaxPool1 │          0 │
        └──────────┴────────────┘
    """
    return "\n".join(lines(table, width, box=box, colour=colour))


def lines(
    table: Table, width: int | None = None, *, box: bool = False, colour: bool = False
) -> Iterator[str]:
    """Give the lines of *table*, one by one: all of a large network are much memory.

    Its arguments are those of `render`.
    """
    frame = _BOX if box else _PLAIN
    columns = [
        _Cells(
            column.unit,
            [
                heading(column, table.style),
                *written_column(column, values, table.style),
            ],
        )
        for column, values in zip(table.columns, by_column(table), strict=True)
    ]
    title = written(table.title, "words", table.style)
    yield _painted(title, _BOLD) if colour else title
    for turn in _turns(columns, width, frame):
        yield ""
        yield from _body(turn, frame, colour)
    if table.totals:
        yield from ("", *_totals(table))


class _Cells:
    """The cells of one column, the title first, and how wide they are printed."""

    def __init__(self, unit: Unit, cells: list[str]) -> None:
        self.unit, self.cells = unit, cells
        # Whether each character takes one column, as nearly always.
        self.usual = _is_usual("".join(cells))
        self.widest = max(map(len if self.usual else display_width, cells))
        self.width = self.widest
        if self.widest > MOST_PADDED:
            self.width = max(MOST_PADDED, self.narrowest())

    def narrowest(self) -> int:
        """Return how wide it must be when all is wrapped that can be."""
        pieces = (piece for cell in self.cells for piece in findall(_BREAKS, cell))
        return max((display_width(piece.rstrip()) for piece in pieces), default=0)

    def padded(self, text: str) -> str:
        """Return a text that fits, with the spaces that fill the column."""
        space = " " * (self.width - display_width(text))
        return space + text if is_number(self.unit) else text + space

    def all_padded(self) -> Iterator[str]:
        """Give all cells, which fit, with the spaces that fill the column."""
        if not self.usual:
            return map(self.padded, self.cells)
        pad = str.rjust if is_number(self.unit) else str.ljust
        return map(pad, self.cells, repeat(self.width))

    def lines(self, row: int) -> list[str]:
        """Return a cell, padded to the column's width, wrapped if it must be."""
        cell = self.cells[row]
        if display_width(cell) <= self.width:
            return [self.padded(cell)]
        parts = [""]
        for piece in findall(_BREAKS, cell):
            if display_width(parts[-1] + piece.rstrip()) > self.width:
                parts.append("")
            parts[-1] += piece
        return [self.padded(part.rstrip()) for part in parts]


def _turns(
    columns: list[_Cells], width: int | None, frame: _Frame
) -> Iterator[list[_Cells]]:
    """Yield the columns that are printed side by side, narrowed to fit the width.

    If they do not all fit, the first column leads each turn.
    """
    if not columns:
        return
    if width is None or _fit(columns, width, frame):
        yield columns
        return
    # What is seldom wrapped gets its room back, now that there are several turns.
    for column in columns:
        column.width = column.widest if column.unit in _THEN else column.width
    turns = [columns[:1]]
    for column in columns[1:]:
        if len(turns[-1]) > 1 and frame.width([*turns[-1], column]) > width:
            turns.append(columns[:1])
        turns[-1] = [*turns[-1], column]
    for turn in turns:
        _fit(turn, width, frame)
        yield turn


def _fit(columns: list[_Cells], width: int, frame: _Frame) -> bool:
    """Make columns as wide as lines of that width allow; tell whether they fit."""
    for column in columns:
        column.width = column.widest
    for units in (_FIRST, _THEN):
        excess = frame.width(columns) - width
        if excess > 0:
            _narrow([column for column in columns if column.unit in units], excess)
    return frame.width(columns) <= width


def _narrow(columns: list[_Cells], excess: int) -> None:
    """Narrow the widest of these columns, again and again, while lines are too long."""
    least = {id(column): column.narrowest() for column in columns}
    for _ in range(excess):
        wide = [column for column in columns if column.width > least[id(column)]]
        if wide:
            column = max(wide, key=lambda column: column.width)
            column.width -= 1


def _body(columns: list[_Cells], frame: _Frame, colour: bool) -> Iterator[str]:
    """Give the lines of a table of these columns."""
    rows: Iterable[tuple[str, ...]]
    if all(column.widest <= column.width for column in columns):
        # One by one: all cells at once are half a megabyte, of a large network.
        rows = zip(*[column.all_padded() for column in columns], strict=True)
        heads = [next(rows)]
    else:
        heads, *others = [
            _wrapped(columns, row) for row in range(len(columns[0].cells))
        ]
        rows = [cells for lines in others for cells in lines]
    if colour:
        heads = [tuple(_painted(cell, _BOLD) for cell in cells) for cells in heads]
        rows = (_dimmed(cells, columns) for cells in rows)
    left, gap, right = frame.row
    form = f"{left}{gap.join(['%s'] * len(columns))}{right}"

    def written_rows(part: Iterable[tuple[str, ...]]) -> Iterator[str]:
        return map(str.rstrip, map(form.__mod__, part))

    def rule(ends: tuple[str, str, str] | None) -> list[str]:
        if ends is None:
            return []
        return [ends[0] + ends[1].join("─" * c.width for c in columns) + ends[2]]

    top, middle, bottom = map(rule, (frame.top, frame.rule, frame.bottom))
    yield from (*top, *written_rows(heads), *middle)
    yield from written_rows(rows)
    yield from bottom


def _dimmed(cells: tuple[str, ...], columns: list[_Cells]) -> tuple[str, ...]:
    """Return the cells of a line with the numbers that are zero dim."""
    return tuple(
        _painted(cell, _DIM)
        if is_number(column.unit) and fullmatch(_ZERO, cell)
        else cell
        for cell, column in zip(cells, columns, strict=True)
    )


def _painted(text: str, how: str) -> str:
    return f"{how}{text}{_END}"


def _wrapped(columns: list[_Cells], row: int) -> list[tuple[str, ...]]:
    """Return the cells of each line of a row."""
    cells = [column.lines(row) for column in columns]
    blanks = [" " * column.width for column in columns]
    return [
        tuple(part or blank for part, blank in zip(parts, blanks, strict=True))
        for parts in zip_longest(*cells)
    ]


def _totals(table: Table) -> list[str]:
    titles = [f"{written(titled(fact, table.style), 'text')}:" for fact in table.totals]
    values = [written(fact.value, fact.unit, table.style) for fact in table.totals]
    indent = max(map(display_width, titles), default=0)
    return [
        title + " " * (indent - display_width(title) + 1) + value
        for title, value in zip(titles, values, strict=True)
    ]
