"""A table as data: columns, lines of typed cells, and totals.

A cell is a value, never a text: what it looks like is a renderer's business, and the
column's unit tells the renderer what the value is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

from cnncalc._typing import NamedTuple
from cnncalc.sizes.bound import difference

__all__ = [
    "COUNTED",
    "BareWindow",
    "Change",
    "Column",
    "Fact",
    "Gap",
    "Style",
    "Table",
    "Unit",
    "columns",
    "facts",
]

# What the values of a column are:
#   text      words as somebody wrote them
#   words     words of ours, which other languages have too
#   value     a number, or something else of somebody's: its `str`
#   flag      yes or no
#   names     a tuple of words
#   shape     a Shape, or a tuple of Shapes
#   filters   (number, height, width, channels), or (units,), or a BareWindow: (height,
#             width) without channels; as many sizes as there are axes
#   sizes     a tuple of integers
#   pair      a number for each axis, padding by side, or a word
#   field     a number for each axis, the least and the most of these, or words of ours
#   formula   arithmetic: its `str`
#   count     an integer, which may be shortened: 61.7 K
#   number    an integer, which may not
#   bytes     an integer
#   ratio     a number that need not be whole
#   seconds   a time, which may be shortened: 2.5 µs
#   percent   a part of the whole, from 0.0 to 1.0
#   change    an integer, which is written with its sign, or a Change
Unit: TypeAlias = Literal[
    "text",
    "words",
    "value",
    "flag",
    "names",
    "shape",
    "filters",
    "sizes",
    "pair",
    "field",
    "formula",
    "count",
    "number",
    "bytes",
    "ratio",
    "seconds",
    "percent",
    "change",
]


COUNTED = frozenset({"count", "number", "bytes"})  # units of integers of any size


class BareWindow(tuple[int, ...]):
    """A window without channels, as a pool has it: its size along each axis.

    Of three axes it has as many numbers as the filters of a sequence.
    """

    __slots__ = ()


class Gap(str):
    """A cell of lines that are left out: "… 40 more", or nothing."""

    __slots__ = ()


class Column(NamedTuple):
    """One column of a table.

    Attributes:
        key: What it is called in programs.
        title: What stands above it, in English.
        unit: What its values are.
        adds: Whether a group's value is the sum of its rows'.
    """

    key: str
    title: str
    unit: Unit
    adds: bool = False


def columns(unit: Unit, **titles: str) -> tuple[Column, ...]:
    """Return columns of one unit, whose titles are given by key.

    Example:
        >>> [column.title for column in columns("count", flops="FLOPs", macs="MACs")]
        ['FLOPs', 'MACs']
    """
    return tuple(Column(key, title, unit) for key, title in titles.items())


class Change(NamedTuple):
    """A number before and after a change.

    Attributes:
        before: The number before.
        after: The number after.
        unit: What both are: "count" or "bytes".
    """

    before: int
    after: int
    unit: Unit = "count"

    @property
    def difference(self) -> int | None:
        """By how much it grew; None where only bounds are known.

        Example:
            >>> Change(5, 3).difference
            -2
        """
        return difference(self.before, self.after)


class Fact(NamedTuple):
    """One line below a table: a total.

    Attributes:
        key: What it is called in programs.
        title: What stands before it, in English.
        value: The total.
        unit: What it is.
    """

    key: str
    title: str
    value: Any
    unit: Unit


def facts(answer: Any, heads: Iterable[Column]) -> tuple[Fact, ...]:
    """Return totals that are attributes of an answer, by the keys of columns.

    Example:
        >>> facts(Change(5, 3), columns("count", difference="Change"))
        (Fact(key='difference', title='Change', value=-2, unit='count'),)
    """
    return tuple(
        Fact(head.key, head.title, getattr(answer, head.key), head.unit)
        for head in heads
    )


class Style(NamedTuple):
    """The way in which people want values counted and written.

    Formats for programs keep numbers exact. `cnncalc.report.style.styled` makes one of
    what people say, checked.

    Attributes:
        units: "exact"; "auto" for the thousands, millions, ... that fit; or one for
            all: "K", "M", "G" or "T" of 1000, "Ki", "Mi" or "Gi" of 1024.
        byte_units: "binary" for KiB and MiB, "decimal" for kB and MB.
        layout: The order of a shape: "HWC" or "CHW", with the letters of its axes.
        batch: How many inputs there are; it stands before shapes if it is not 1.
        language: That of titles.
        dtype: The data type of values, or a number of bits, or a mapping to these;
            None where no column of bytes goes by one.
    """

    units: str = "exact"
    byte_units: str = "binary"
    layout: str = "HWC"
    batch: int = 1
    language: str = "en"
    dtype: Any = None


class Table(NamedTuple):
    """A report as data.

    Attributes:
        title: What it is about.
        columns: Its columns.
        lines: For each line, a value for each column; None where there is none.
        totals: What stands below.
        scopes: For each line, the groups around it, outermost first; empty if nothing
            is grouped.
        style: How its values are written.
    """

    title: str
    columns: tuple[Column, ...]
    lines: tuple[tuple[Any, ...], ...]
    totals: tuple[Fact, ...]
    scopes: tuple[tuple[str, ...], ...] = ()
    style: Style = Style()

    def shortened(self, first: int, last: int) -> Table:
        """Return it with the first lines and the last, and how many are left out.

        Example:
            >>> columns = (Column("node", "node", "text"), Column("n", "n", "count"))
            >>> table = Table("", columns, tuple(("a", n) for n in range(9)), ())
            >>> table.shortened(2, 1).lines
            (('a', 0), ('a', 1), ('… 6 more', ''), ('a', 8))
        """
        hidden = len(self.lines) - first - last
        if hidden <= 1:
            return self
        gap = (Gap(f"… {hidden:,} more"), *[Gap()] * (len(self.columns) - 1))
        lines, end = self.lines, len(self.lines) - last
        scopes = (*self.scopes[:first], (), *self.scopes[end:]) if self.scopes else ()
        shown = (*lines[:first], gap, *lines[end:])
        return self._replace(lines=shown, scopes=scopes)

    def as_shown(self) -> Table:
        """Return it without titles of columns below which nothing would stand.

        Example:
            >>> totals = facts(Change(5, 3), columns("count", difference="Change"))
            >>> Table("", columns("text", a="first"), (), totals).as_shown().columns
            ()
        """
        return self if self.lines or not self.totals else self._replace(columns=())

    def as_list(self) -> Table:
        """Return it with what its lines have below one another, as totals.

        Example:
            >>> heads = columns("text", a="first", b="next")
            >>> table = Table("", heads, (("x", "y"),), ())
            >>> [fact.title for fact in table.as_list().totals]
            ['first', 'next']
        """
        told = [
            Fact(column.key, column.title, value, column.unit)
            for line in self.lines
            for column, value in zip(self.columns, line, strict=True)
            if value is not None or column.unit == "count"
        ]
        totals = (*told, *self.totals)
        return Table(self.title, (), (), totals, style=self.style)
