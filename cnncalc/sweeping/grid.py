"""The grid of a sweep: where the settings of its variants come from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple

from cnncalc.checks import for_message
from cnncalc.errors import OptionError

__all__ = ["Points", "apart", "points_of", "settings_of"]


class Points(NamedTuple):
    """The variants of a grid.

    Attributes:
        again: Gives them from the first one on.
        total: How many there are; None where that is unknown.
        axes: The values of each setting, if all of them are combined.
    """

    again: Callable[[], Iterable[Any]]
    total: int | None = None
    axes: Mapping[str, tuple[Any, ...]] | None = None


def points_of(grid: Any) -> Points:
    """Return the variants of what people may give for a grid.

    Raises:
        OptionError: If it is none, or a setting has no values.
    """
    if isinstance(grid, Mapping):
        return _combined({str(name): _values(name, grid[name]) for name in grid})
    if not isinstance(grid, Iterable) or isinstance(grid, (str, bytes)):
        fix = "Give the values of each setting, or an iterable of settings"
        raise OptionError(f"grid is {for_message(grid)}", fix)
    if isinstance(grid, Iterator):
        return Points(_once(grid))
    return Points(lambda: grid, len(grid) if isinstance(grid, Sequence) else None)


def _combined(axes: Mapping[str, tuple[Any, ...]]) -> Points:
    def again() -> Iterator[Mapping[str, Any]]:
        for values in product(*axes.values()):
            yield dict(zip(axes, values, strict=True))

    return Points(again, prod(map(len, axes.values())), axes)


def _values(name: Any, values: Any) -> tuple[Any, ...]:
    # A text has letters, which nobody means.
    if not isinstance(values, Iterable) or isinstance(values, (str, bytes)):
        why = f"the grid has {for_message(values)} for {for_message(name)}"
        raise OptionError(why, "Give each setting its values, in a list or the like")
    return tuple(values)


def _once(grid: Iterator[Any]) -> Callable[[], Iterable[Any]]:
    """Return what gives an iterator, and refuses to give what is left of it."""
    left = [grid]

    def again() -> Iterable[Any]:
        if not left:
            why = "the grid is an iterator, and its variants are used up"
            raise OptionError(why, "Give a list, or ask rows() first, which keeps them")
        return left.pop()

    return again


def settings_of(points: Iterable[Any], taken: Collection[str]) -> Iterator[Any]:
    """Give the settings of variants, each a dict of its own.

    What makes them may well change one dict again and again.

    Args:
        points: The variants.
        taken: What no setting may be called.

    Raises:
        OptionError: If one is no mapping, or a setting has a name that is taken.
    """
    for settings in points:
        if not isinstance(settings, Mapping):
            why = f"the grid has {for_message(settings)}"
            raise OptionError(why, "Give settings, each a mapping of names to values")
        apart(settings, taken)
        yield dict(settings)


def apart(names: Iterable[str], taken: Collection[str]) -> None:
    """Refuse settings with a name that is taken.

    Raises:
        OptionError: If there is one.
    """
    for name in names:
        if name in taken:
            why = f"{for_message(name)} is the name of a setting and of a column"
            raise OptionError(why, "Rename the setting, or leave that column out")
