"""A report as data: columns, lines of typed cells, and totals.

A cell is a value, never a text: what it looks like is a renderer's business, and the
column's unit tells the renderer what the value is.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias

from cnncalc.cost.totals import AtLeast

__all__ = ["BareWindow", "Change", "Column", "Fact", "Style", "Table", "Unit"]

# What the values of a column are:
#   text      words
#   names     a tuple of words
#   shape     a Shape, or a tuple of Shapes
#   filters   (number, height, width, channels), or (units,), or a BareWindow: (height,
#             width) without channels; as many sizes as there are axes
#   sizes     a tuple of integers
#   pair      a number for each axis, padding by side, or a word
#   formula   arithmetic: its `str`
#   count     an integer, which may be shortened: 61.7 K
#   number    an integer, which may not
#   bytes     an integer
#   percent   a part of the whole, from 0.0 to 1.0
#   change    an integer, which is written with its sign, or a Change
Unit: TypeAlias = Literal[
    "text",
    "names",
    "shape",
    "filters",
    "sizes",
    "pair",
    "formula",
    "count",
    "number",
    "bytes",
    "percent",
    "change",
]


class BareWindow(tuple[int, ...]):
    """A window without channels, as a pool has it: its size along each axis.

    Of three axes it has as many numbers as the filters of a sequence.
    """

    __slots__ = ()


class Column(NamedTuple):
    """One column of a table.

    Attributes:
        key: What it is called in programs.
        title: What stands above it.
        unit: What its values are.
        adds: Whether a group's value is the sum of its rows'.
    """

    key: str
    title: str
    unit: Unit
    adds: bool = False


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
        bounded = isinstance(self.before, AtLeast) or isinstance(self.after, AtLeast)
        return None if bounded else self.after - self.before


class Fact(NamedTuple):
    """One line below a table: a total.

    Attributes:
        key: What it is called in programs.
        title: What stands before it.
        value: The total.
        unit: What it is.
    """

    key: str
    title: str
    value: Any
    unit: Unit


class Style(NamedTuple):
    """How people want values written; formats for programs keep them exact.

    Attributes:
        units: "exact"; "auto" for the thousands, millions, ... that fit; or one for
            all: "K", "M" or "G".
        byte_units: "binary" for KiB and MiB, "decimal" for kB and MB.
        layout: The order of a shape: "HWC" or "CHW", with the letters of its axes.
        batch: How many inputs there are; it stands before shapes if it is not 1.
        language: That of the titles.
    """

    units: str = "exact"
    byte_units: str = "binary"
    layout: str = "HWC"
    batch: int = 1
    language: str = "en"


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
