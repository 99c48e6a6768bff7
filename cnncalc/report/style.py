"""The options that reports share: how things are counted and written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cnncalc.answers.table import Style, Table
from cnncalc.checks import checked_batch, for_message
from cnncalc.memory.types import DataTypes, bits
from cnncalc.report.words import language_of, resolve
from cnncalc.sizes.axes import letters

__all__ = ["CHOICES", "changes_of", "lettered", "restyled", "styled"]

CHOICES: Mapping[str, tuple[str, ...]] = {
    "units": ("exact", "auto", "K", "M", "G", "T", "Ki", "Mi", "Gi", "Ti"),
    "byte_units": ("binary", "decimal"),
    "layout": ("HWC", "CHW"),
}


def styled(
    dtype: DataTypes = "float32",
    batch: int = 1,
    units: str = "exact",
    byte_units: str = "binary",
    layout: str = "HWC",
    language: str = "en",
) -> Style:
    """Return the style of what people say, checked; its letters are those of maps.

    Raises:
        OptionError: If there is no such choice, language or data type, or the batch is
            no positive integer.

    Example:
        >>> styled("int8", 2, "g", language="zh-CN")[:5]
        ('G', 'binary', 'HWC', 2, 'zh')
        >>> styled(units="thousands")
        Traceback (most recent call last):
            ...
        cnncalc.errors.OptionError: units is 'thousands'. There are: exact, auto, K, M,
        G, T, Ki, Mi, Gi, Ti.
    """
    for each in dtype.values() if isinstance(dtype, Mapping) else [dtype]:
        bits(each)
    batch = checked_batch(batch)
    return Style(
        _choice("units", units),
        _choice("byte_units", byte_units),
        _choice("layout", layout),
        batch,
        language_of(language),
        dtype,
    )


def _choice(name: str, value: Any) -> str:
    choices = CHOICES[name]
    known = dict(zip(choices, choices, strict=True))
    return resolve(value, known, f"{name} is {for_message(value)}", choices)


def lettered(style: Style, shapes: Iterable[Any]) -> Style:
    """Return a style whose layout has the letters of the axes: CL, CDHW.

    Args:
        style: The style.
        shapes: What may be shapes, or tuples of them.
    """
    if style.layout == "HWC" and style.batch == 1:  # which no heading shows
        return style
    ranks = {
        shape.rank
        for some in shapes
        for shape in (some if type(some) is tuple else (some,))
        if shape
    }
    found = letters(max(ranks - {0}, default=2))
    axes = "".join(found) if all(len(letter) == 1 for letter in found) else "…"
    first = style.layout.startswith("C")
    return style._replace(layout=f"C{axes}" if first else f"{axes}C")


def changes_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return how numbers and titles are to be written, without what is None.

    Args:
        told: "units", "byte_units", "layout" and "language".

    Raises:
        OptionError: As of `styled`.
        TypeError: If there is something else.
    """
    said = {name: value for name, value in told.items() if value is not None}
    for name, value in said.items():
        if name not in {*CHOICES, "language"}:
            raise TypeError(name)
        said[name] = language_of(value) if name == "language" else _choice(name, value)
    return said


def restyled(table: Table, told: Mapping[str, Any]) -> Table:
    """Return a table in another style, of which only what is not None is said.

    Raises:
        OptionError: As of `styled`.
    """
    table = table._replace(style=table.style._replace(**changes_of(told)))
    places = [i for i, column in enumerate(table.columns) if column.unit == "shape"]
    cells = (line[place] for line in table.lines for place in places)
    return table._replace(style=lettered(table.style, filter(None, cells)))
