"""The text of cells' values, the same in every text format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from cnncalc.answers.table import (
    BareWindow,
    Change,
    Column,
    Fact,
    Gap,
    Style,
    Table,
)
from cnncalc.errors import printable
from cnncalc.report.words import translate
from cnncalc.sizes.bound import AtLeast
from cnncalc.sizes.shape import Shape, sizes_text

__all__ = [
    "BINARY",
    "DECIMAL",
    "by_column",
    "heading",
    "in_bytes",
    "is_number",
    "map_unique",
    "titled",
    "written",
    "written_column",
]

T = TypeVar("T")

_PLAIN = Style()
_NUMBERS = {
    *("count", "number", "bytes", "ratio", "seconds", "percent", "change"),
    *("pair", "field"),
}

# For each power of the base the prefix's name.
_THOUSANDS = ("", "K", "M", "G", "T", "P", "E")
_TWOS = ("", "Ki", "Mi", "Gi", "Ti")
BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB", "EB")


def is_number(unit: str) -> bool:
    """Tell whether values of that unit stand right-aligned."""
    return unit in _NUMBERS


def titled(part: Column | Fact, style: Style) -> str:
    """Return the title of a column or a total, in the language; bytes tell their type.

    Example:
        >>> titled(Fact("memory", "Params size", 1, "bytes"), Style(dtype=8))
        'Params size (8 bit)'
    """
    title = translate(part.title, style.language)
    if part.unit != "bytes" or style.dtype is None:
        return title
    kind = f"{style.dtype} bit" if isinstance(style.dtype, int) else style.dtype
    kind = kind if isinstance(kind, str) else translate("mixed", style.language)
    return f"{title} ({kind})"


def heading(column: Column, style: Style) -> str:
    """Return what stands above a column: its title, and the order of unusual shapes.

    Example:
        >>> heading(Column("output", "output", "shape"), Style(layout="CHW", batch=32))
        'output (N×C×H×W)'
    """
    title = written(titled(column, style), "text")
    usual = style.batch == 1 and style.layout.endswith("C")
    if column.unit != "shape" or usual:
        return title
    order = ("N" if style.batch > 1 else "") + style.layout
    return f"{title} ({'×'.join(order)})"


def written(value: Any, unit: str, style: Style = _PLAIN) -> str:
    """Return the text of a value.

    Example:
        >>> written(61706, "count"), written((5, 5), "pair"), written(246824, "bytes")
        ('61,706', '5', '241.039 KiB')
        >>> written(61706, "count", Style(units="auto"))
        '61.71 K'
    """
    if value is None:
        return "?" if unit in {"count", "change"} else ""
    return str(value) if isinstance(value, Gap) else _WRITERS[unit](value, style)


def by_column(table: Table) -> list[Sequence[Any]]:
    """Return the values of each column."""
    return list(zip(*table.lines, strict=True)) or [()] * len(table.columns)


def written_column(
    column: Column, values: Sequence[Any], style: Style = _PLAIN
) -> list[str]:
    """Return the texts of a column's values."""
    unit = column.unit
    if (
        unit == "text"
        and {*map(type, values)} <= {str}
        and "".join(values).isprintable()
    ):
        return list(values)  # as paths are, of which no two are alike
    return map_unique(lambda value: written(value, unit, style), values)


def map_unique(make: Callable[[Any], T], values: Sequence[Any]) -> list[T]:
    """Return what *make* gives for each value, but call it once for each object.

    Objects are told apart by identity: equal ones may look different, as 5 and "at
    least 5" do, and hashing a formula takes longer than looking at it.

    Example:
        >>> map_unique(str, [28, 5, 28])
        ['28', '5', '28']
    """
    objects = list(map(id, values))
    made = {key: make(v) for key, v in dict(zip(objects, values, strict=True)).items()}
    return list(map(made.__getitem__, objects))


def _text(value: Any, _: Style) -> str:
    return printable(str(value))


def _count(value: int, style: Style) -> str:
    if style.units == "exact":
        return f"{value:,}"
    if style.units == "auto":
        return _scaled(value, 1000, _THOUSANDS, None, (0, 2, 2))
    base, names = (1024, _TWOS) if style.units.endswith("i") else (1000, _THOUSANDS)
    return _scaled(value, base, names, names.index(style.units), (0, 3, 3))


def _change(value: int | Change, style: Style) -> str:
    """Return 5 as +5, and of a `Change` both numbers, what lies between, and percent.

    Example:
        >>> _change(-1000, Style()), _change(Change(400, 500), Style())
        ('-1,000', '400 → 500 (+100, +25.00 %)')
    """
    if not isinstance(value, Change):
        return _signed(value, "count", style)
    before, after = (written(n, value.unit, style) for n in value[:2])
    grown = value.difference
    if grown is None:
        return f"{before} → {after}"
    if not grown:
        return f"{after} (±0)"
    parts = [_signed(grown, value.unit, style)]
    if value.before:
        share = (20_000 * abs(grown) + value.before) // (2 * value.before)
        sign = "-" if grown < 0 else "+"
        exact = f"{sign}{share // 100:,}.{share % 100:02} %"
        parts.append(exact if share else "< 0.01 %")
    return f"{before} → {after} ({', '.join(parts)})"


def _signed(number: int, unit: str, style: Style) -> str:
    sign = "-" if number < 0 else "+" if number else ""
    return sign + written(abs(number), unit, style)


def in_bytes(value: int, style: Style = _PLAIN) -> str:
    """Return bytes in the unit that fits, unless the style has a fixed one.

    KiB have the three decimals that tell bytes apart, larger units four.

    Example:
        >>> in_bytes(1000), in_bytes(246824), in_bytes(249513376)
        ('1,000 B', '241.039 KiB', '237.9545 MiB')
        >>> in_bytes(249513376, Style(units="K", byte_units="decimal"))
        '249,513.376 kB'
    """
    fixed = style.units not in {"exact", "auto"}
    power = _THOUSANDS.index(style.units.removesuffix("i")) if fixed else None
    if style.byte_units == "decimal":
        return _scaled(value, 1000, DECIMAL, power, (0, 3, 4))
    return _scaled(value, 1024, BINARY, power, (0, 3, 4))


def _scaled(
    value: int,
    base: int,
    names: Sequence[str],
    power: int | None,
    decimals: tuple[int, int, int],
) -> str:
    """Return a number in units of a power of *base*, rounded half up.

    Args:
        value: The number.
        base: 1000 or 1024.
        names: The name of the unit, for each power.
        power: Which power; None takes the first that makes it smaller than *base*.
        decimals: How many it has, for the powers 0, 1, and 2 and more.
    """
    number = int(value)
    digits = [decimals[min(p, 2)] for p in range(len(names))]

    def rounded(p: int) -> int:
        """Return the number in units of the last digit."""
        size: int = base**p
        parts: int = 10 ** digits[p]
        return (2 * number * parts + size) // (2 * size)

    if power is None:
        fitting = (p for p in range(len(names)) if rounded(p) < base * 10 ** digits[p])
        power = next(fitting, len(names) - 1)
    bound, parts = "≥ " if isinstance(value, AtLeast) else "", rounded(power)
    if number and not parts:  # it must not look like nothing
        bound, parts = "< ", 1
    whole, rest = divmod(parts, 10 ** digits[power])
    fraction = f".{rest:0{digits[power]}}" if digits[power] else ""
    return f"{bound}{whole:,}{fraction} {names[power]}".rstrip()


def _shape(value: Shape | tuple[Shape, ...], style: Style) -> str:
    """Return one shape, or all that meet at a join."""
    if isinstance(value, Shape):
        return _sizes(value, style)
    return " + ".join([_sizes(shape, style) for shape in value])


def _sizes(shape: Shape, style: Style) -> str:
    """Return a shape in the style's order, behind the size of a batch."""
    plain = style.layout == _PLAIN.layout and style.batch == 1
    if plain or not shape:
        return str(shape)
    batch = (style.batch,) if style.batch > 1 else ()
    channels = (shape.channels,)
    first = style.layout.startswith("C")
    sizes = (*channels, *shape.space) if first else (*shape.space, *channels)
    return _times((*batch, *sizes))


def _times(sizes: tuple[int, ...], _: Style = _PLAIN) -> str:
    return sizes_text(sizes)


def _pair(value: Any, _: Style) -> str:
    """Return 2 for (2, 2), 2×1 for (2, 1), and sides one by one if they differ."""
    if not isinstance(value, tuple):  # a text, or a symbol for all axes
        return str(value)
    if isinstance(value[0], tuple):
        return ",".join([str(side) for sides in value for side in sides])
    return _times(value[:1] if len(set(value)) == 1 else value)


def _field(value: Any, style: Style) -> str:
    """Return 5 for (5, 5), or 188 to 204 for what differs by the position."""
    if isinstance(value, str):
        return translate(value, style.language)
    if not isinstance(value[0], tuple):
        return _pair(value, style)
    square = all(len(set(sizes)) == 1 for sizes in value)
    least, most = [_times(sizes[:1] if square else sizes) for sizes in value]
    return f"{least} {translate('to', style.language)} {most}"


def _filters(value: tuple[int, ...], _: Style) -> str:
    """Return 6@5×5×1 for six filters, 120 for units, 2×2 for a bare window."""
    fewest = len(("number", "length", "channels"))
    if len(value) < fewest or isinstance(value, BareWindow):
        return _times(value)
    number, *window, depth = value
    return f"{number}@{_times((*window, depth))}"


def _percent(value: float, _: Style) -> str:
    """Return 25.00 % for 0.25; what is not nothing does not look like nothing."""
    text = f"{100 * value:.2f} %"
    return "< 0.01 %" if value and text == "0.00 %" else text


_UNITS_OF_TIME = (("s", 1), ("ms", 10**-3), ("µs", 10**-6), ("ns", 10**-9))


def _seconds(value: float, _: Style) -> str:
    """Return a time in the unit that fits.

    Example:
        >>> _seconds(0.0000025, Style()), _seconds(0.0, Style())
        ('2.50 µs', '0.00 ns')
    """
    fitting = (unit for unit in _UNITS_OF_TIME if value >= unit[1])
    name, size = next(fitting, _UNITS_OF_TIME[-1])
    return f"{value / size:,.2f} {name}"


_WRITERS: Mapping[str, Callable[[Any, Style], str]] = {
    "text": _text,
    "words": lambda value, style: _text(translate(value, style.language), style),
    "value": _text,
    "flag": lambda value, style: translate("yes" if value else "no", style.language),
    "names": lambda value, style: _text(", ".join(value), style),
    "shape": _shape,
    "filters": _filters,
    "sizes": _times,
    "pair": _pair,
    "field": _field,
    "formula": _text,
    "count": _count,
    "number": lambda value, _: f"{value:,}",
    "bytes": in_bytes,
    "ratio": lambda value, _: f"{value:,.2f}",
    "seconds": _seconds,
    "percent": _percent,
    "change": _change,
}
