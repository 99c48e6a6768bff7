"""The front of a sweep: the rows than which no other is better in two columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf, prod
from numbers import Real
from typing import Any

from cnncalc.checks import for_message, integer
from cnncalc.cost.totals import AtLeast
from cnncalc.errors import OptionError, UnknownNameError
from cnncalc.sizes.shape import Shape
from cnncalc.sweeping.variant import Variant

__all__ = ["Direction", "direction", "front"]


class Direction:
    """A column or a setting, and whether less of it is better, or more."""

    __slots__ = ("_more", "_name", "_unit")

    def __init__(self, name: str, unit: str | None, *, more: bool) -> None:
        self._name, self._unit, self._more = name, unit, more

    def of(self, row: Variant) -> Any:
        """Return a number of which less is better; None where a row has none.

        Raises:
            OptionError: If it is a setting that is no number.
        """
        if self._unit is None:
            number = _setting(self._name, row.settings.get(self._name))
        else:
            number = _size(row.values[self._name], self._unit)
        if number is None or number != number:  # noqa: PLR0124 - only NaN is not itself
            return None
        return -number if self._more else number


def direction(name: Any, units: Mapping[str, str | None]) -> Direction:
    """Return what a name means, which may have a "-" in front.

    Args:
        name: What somebody wrote.
        units: The columns with their units, and the settings with None.

    Raises:
        UnknownNameError: If there is neither.
    """
    plain = name.removeprefix("-") if isinstance(name, str) else name
    if not isinstance(plain, str) or plain not in units:
        why = f"there is no column {for_message(plain)}"
        raise UnknownNameError(why, f"There are: {', '.join(units)}")
    return Direction(plain, units[plain], more=plain != name)


def front(rows: Iterable[Variant], x: Direction, y: Direction) -> list[Variant]:
    """Return the rows of the front, from the best in *x* to the best in *y*."""
    keyed = []
    for place, row in enumerate(rows):
        # Of all rows, so that a setting is refused whatever became of its row.
        first, second = x.of(row), y.of(row)
        if row.ok and first is not None and second is not None:
            keyed.append((first, second, place, row))
    keyed.sort(key=lambda entry: entry[:3])
    best: Any = None
    found = []
    for _, second, _, row in keyed:
        if best is None or second < best:
            found.append(row)
            best = second
    return found


def _setting(name: str, value: Any) -> Any:
    # Of unsigned integers of NumPy, -n would be something else.
    number: Any = integer(value)
    if number is None or isinstance(number, Real):
        return number
    why = f"the setting {name!r} is {for_message(value)}, which is no number"
    raise OptionError(why, "Ask for columns, or for settings that are numbers")


def _size(value: Any, unit: str) -> Any:
    """Return a column's value as one number; None where it is not known."""
    if value is None or isinstance(value, AtLeast):
        return None
    if unit == "pair":
        return prod(value)
    if unit == "field":  # the most; nothing sees more than the whole input
        most = value[-1] if isinstance(value[0], tuple) else value
        return inf if isinstance(value, str) else prod(most)
    if unit == "shape":
        shapes = (value,) if isinstance(value, Shape) else value
        return sum(shape.size for shape in shapes)
    return value
