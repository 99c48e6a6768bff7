"""What the values of cells look like in words, the same in every text format."""

from __future__ import annotations

from typing import Any

from cnncalc.analysis.cost import AtLeast
from cnncalc.report.render.once import each_once
from cnncalc.report.table import Column, Table
from cnncalc.shape import Shape

_KIB = 1024

__all__ = ["by_column", "in_bytes", "is_number", "written", "written_column"]


def is_number(unit: str) -> bool:
    """Tell whether values of that unit stand right-aligned."""
    return unit in {"count", "bytes", "pair"}


def written(value: Any, unit: str) -> str:
    """Return the text of a value.

    Example:
        >>> written(61706, "count"), written((5, 5), "pair"), written(246824, "bytes")
        ('61,706', '5', '241.039 KiB')
    """
    if unit == "count":
        return "?" if value is None else f"{value:,}"
    if value is None:
        return ""
    if unit == "bytes":
        return in_bytes(value)
    if unit == "pair":
        return _pair(value)
    if unit == "filters":
        return _filters(value)
    if unit == "shape" and not isinstance(value, Shape):
        return " + ".join(map(str, value))
    text = str(value)
    return text if text.isprintable() else _printable(text)


def by_column(table: Table) -> list[list[Any]]:
    """Return the values of each column."""
    return [
        [line[place] for line in table.lines] for place in range(len(table.columns))
    ]


def written_column(column: Column, values: list[Any]) -> list[str]:
    """Return the texts of a column's values."""
    unit = column.unit
    return each_once(lambda value: written(value, unit), values)


def _printable(text: str) -> str:
    """Write what cannot be printed, such as a line end, as the repr of it does."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in text
    )


def in_bytes(value: int) -> str:
    """Return bytes in the unit that fits, 1024-based.

    KiB have the three decimals that tell bytes apart, larger units four.

    Example:
        >>> in_bytes(1000), in_bytes(246824), in_bytes(249513376)
        ('1,000 B', '241.039 KiB', '237.9545 MiB')
    """
    bound = "≥ " if isinstance(value, AtLeast) else ""
    number = int(value)
    if number < _KIB:
        return f"{bound}{number:,} B"
    size, unit, decimals = _KIB, "KiB", 3
    for larger in ("MiB", "GiB", "TiB", "PiB", "EiB"):
        if number < size * _KIB:
            break
        size, unit, decimals = size * _KIB, larger, 4
    whole, rest = divmod((2 * number * 10**decimals + size) // (2 * size), 10**decimals)
    return f"{bound}{whole:,}.{rest:0{decimals}} {unit}"


def _pair(value: Any) -> str:
    """Return 2 for (2, 2), 2×1 for (2, 1), and sides one by one if they differ."""
    if isinstance(value, str):
        return value
    first, second = value
    if isinstance(first, tuple):
        return ",".join(map(str, (*first, *second)))
    return str(first) if first == second else f"{first}×{second}"


def _filters(value: tuple[int, ...]) -> str:
    """Return 6@5×5×1 for six filters, 120 for units, 2×2 for a bare window."""
    if len(value) <= len(("height", "width")):
        return "×".join(map(str, value))
    number, *size = value
    return f"{number}@{'×'.join(map(str, size))}"
