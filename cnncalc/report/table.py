"""A report as data: columns, lines of typed cells, and totals.

A cell is a value, never a text: what it looks like is a renderer's business, and the
column's unit tells the renderer what the value is.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias

__all__ = ["Column", "Fact", "Table", "Unit"]

# What the values of a column are:
#   text      words
#   shape     a Shape, or a tuple of Shapes
#   filters   (number, height, width, depth), or (units,), or (height, width)
#   pair      (height, width), padding by side, or a word
#   formula   arithmetic: its `str`
#   count     an integer
#   bytes     an integer
Unit: TypeAlias = Literal[
    "text", "shape", "filters", "pair", "formula", "count", "bytes"
]


class Column(NamedTuple):
    """One column of a table.

    Attributes:
        key: What it is called in programs.
        title: What stands above it.
        unit: What its values are.
    """

    key: str
    title: str
    unit: Unit


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


class Table(NamedTuple):
    """A report as data.

    Attributes:
        title: What it is about.
        columns: Its columns.
        lines: For each line, a value for each column; None where there is none.
        totals: What stands below.
        scopes: For each line, the groups around it, outermost first; empty if nothing
            is grouped.
    """

    title: str
    columns: tuple[Column, ...]
    lines: tuple[tuple[Any, ...], ...]
    totals: tuple[Fact, ...]
    scopes: tuple[tuple[str, ...], ...] = ()
