"""The rows of a summary that are asked for, and their order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from cnncalc.answers.table import Unit
from cnncalc.checks import for_message
from cnncalc.cost.rows import Row
from cnncalc.errors import OptionError
from cnncalc.report.cells import written
from cnncalc.report.columns import column_named
from cnncalc.report.values import Whole
from cnncalc.report.words import names_of, normalised

__all__ = ["in_order", "picked"]

# Which rows are shown: kinds of layers, words in their names, or a question to each.
Where: TypeAlias = str | Iterable[str] | Callable[[Row], object]


def picked(rows: Sequence[Row], where: Where) -> list[Row]:
    """Return the rows that are asked for.

    Raises:
        OptionError: If there is no such layer or kind of layer.
    """
    if callable(where):
        return [row for row in rows if where(row)]
    wanted = {id(row) for word in names_of(where, "where") for row in _like(rows, word)}
    return [row for row in rows if id(row) in wanted]


def _like(rows: Sequence[Row], word: Any) -> list[Row]:
    """Return the rows of a kind, or else those with a word in their kind or path.

    Raises:
        OptionError: If there are none, and there is no such kind of layer.
    """
    from cnncalc import layers

    name = normalised(word) if isinstance(word, str) else ""
    kinds = {row.kind: normalised(row.kind) for row in rows}
    if name in {*map(normalised, layers.__all__), *kinds.values()}:
        return [row for row in rows if kinds[row.kind] == name]
    if name:
        alike = [row for row in rows if name in normalised(f"{row.kind} {row.role}")]
        part = word.strip().lower()
        found = alike or [row for row in rows if part in row.path.lower()]
        if found:
            return found
    why = f"there is no layer or kind of layer {for_message(word)}"
    raise OptionError(why, f"This network has: {', '.join(kinds)}")


def in_order(rows: Sequence[Row], sort: str, whole: Whole) -> list[Row]:
    """Return the rows in the order of a column; what is unknown comes last."""
    down = isinstance(sort, str) and sort.startswith("-")
    column, get = column_named(sort[1:] if down else sort)
    keyed = list(zip(get(rows, whole), rows, strict=True))
    known = [pair for pair in keyed if pair[0] is not None]
    known.sort(key=lambda pair: _order(pair[0], column.unit), reverse=down)
    return [row for _, row in known] + [row for value, row in keyed if value is None]


def _order(value: Any, unit: Unit) -> Any:
    """Return what sorts a value: a number, or a text whose numbers are numbers."""
    if unit == "shape":
        return sum(
            shape.size
            for shape in (value if type(value) is tuple else (value,))
            if shape
        )
    if isinstance(value, (int, float)):
        return value
    text = written(value, unit).lower()
    return [(int(n or -1), word) for n, word in re.findall(r"(\d+)|(\D+)", text)]
