"""Axes: what is stated along each axis of space, and what axes are called.

What a layer states along axes is an int, which stands for all of them, or a tuple with
a number for each. A padding has two sides along each axis.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, cast

from cnncalc.checks import SYMBOLIC, IntLike, integer
from cnncalc.errors import ShapeError

__all__ = [
    "Axes",
    "AxesLike",
    "Pads",
    "PadsLike",
    "Pair",
    "PairLike",
    "Sides",
    "along",
    "axes",
    "axis_names",
    "axis_of",
    "by_axis",
    "ends_of",
    "folded_axes",
    "kind_of",
    "letters",
    "optional_axes",
    "pads",
    "sides",
    "subscripts",
]

Pair: TypeAlias = tuple[int, int]
# A number for each axis.
Axes: TypeAlias = tuple[int, ...]
# What is before and behind along each axis; and a padding, which may be a word.
Sides: TypeAlias = tuple[Pair, ...]
Pads: TypeAlias = Sides | Literal["same", "valid", "causal"]

# What people may write for them.
AxesLike: TypeAlias = IntLike | tuple[IntLike, ...]
PairLike: TypeAlias = tuple[IntLike, IntLike]
PadsLike: TypeAlias = AxesLike | tuple[tuple[IntLike, IntLike], ...] | str


# By rank: the axes of a space, their letters and subscripts in formulas, and what is
# before and behind along each. Beyond three, axes are counted.

_NAMES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
_LETTERS = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}
# One axis is all there are, and needs none.
_SUBSCRIPTS = {1: ("",), 2: ("_h", "_w"), 3: ("_d", "_h", "_w")}
_ENDS = (("_front", "_back"), ("_t", "_b"), ("_l", "_r"))
_KINDS = ("vector", "sequence", "map", "volume")


def kind_of(rank: int) -> str:
    """Return what has so many axes of space is called.

    Example:
        >>> [kind_of(rank) for rank in range(5)]
        ['vector', 'sequence', 'map', 'volume', 'space of 4 axes']
    """
    return _KINDS[rank] if rank < len(_KINDS) else f"space of {rank} axes"


def axis_names(rank: int) -> tuple[str, ...]:
    """Return what the axes of a space are called: of a map, height and width."""
    return _NAMES.get(rank) or tuple([f"axis {n}" for n in range(1, rank + 1)])


def letters(rank: int) -> tuple[str, ...]:
    """Return what the sizes of a space are called in formulas: of a map, H and W."""
    return _LETTERS.get(rank) or tuple([f"N_{n}" for n in range(1, rank + 1)])


def subscripts(rank: int) -> tuple[str, ...]:
    """Return what tells the axes apart in formulas: of a map, _h and _w."""
    return _SUBSCRIPTS.get(rank) or tuple([f"_{n}" for n in range(1, rank + 1)])


def ends_of(rank: int) -> tuple[tuple[str, str], ...]:
    """Return what tells apart the two ends of each axis: of a map _t, _b, _l and _r."""
    if rank > len(_ENDS):
        return tuple([(f"{axis}_a", f"{axis}_z") for axis in subscripts(rank)])
    return _ENDS[-rank:]


# Normal forms.


def axes(value: AxesLike) -> Axes:
    """Return what is stated along axes with plain integers; all else as it is.

    An int, which stands for all axes, is left for the check of the fields, which knows
    how many there are.
    """
    found: Any = value
    if isinstance(found, (tuple, list)):
        return tuple([axes(part) for part in found])  # type: ignore[misc]
    normal: Any = found if type(found) is int else integer(found)
    return normal  # type: ignore[no-any-return]


def optional_axes(value: AxesLike | None) -> Axes | None:
    """Return None as None, and all else as `axes` does."""
    return None if value is None else axes(value)


def pads(value: PadsLike) -> Pads:
    """Return a padding with plain integers, or the word that it is."""
    return cast("Pads", axes(cast("AxesLike", value)))


def along(value: int | Axes, rank: int) -> Axes:
    """Return a number for each axis.

    Raises:
        ShapeError: If it is stated for another number of axes.
    """
    if type(value) is not tuple:
        return (value,) * rank  # type: ignore[return-value]
    if len(value) != rank:
        numbered = "axis" if len(value) == 1 else "axes"
        why = f"{value} is stated along {len(value)} {numbered}, and a {kind_of(rank)}"
        fix = f"State one number, or {rank} of them"
        raise ShapeError(f"{why} has {rank}", fix)
    return value


def axis_of(axis: int, x: tuple[int, ...], *, more: int = 0) -> int:
    """Return which number of a shape an axis is, counted from 0.

    Args:
        axis: The axis; -1 is the channels, and -2 the last axis before them.
        x: The shape.
        more: How many axes there will be besides.

    Raises:
        ShapeError: If the shape has no such axis.

    Example:
        >>> axis_of(-1, (28, 28, 6)), axis_of(0, (28, 28, 6))
        (2, 0)
    """
    count = len(x) + more
    if not -count <= axis < count:
        why = f"there is no axis {axis} in {x}, which has {count} with its channels"
        if more:
            why = f"there is no place {axis} for an axis among {count}"
        fix = f"Axes are counted from 0 to {count - 1}, and -1 is the channels"
        raise ShapeError(why, fix)
    return axis % count


def sides(padding: Any, rank: int) -> Sides:
    """Return what is before and behind along each axis."""
    if type(padding) is int:
        return ((padding, padding),) * rank
    stated: Any = along(padding, rank)
    return tuple([side if type(side) is tuple else (side, side) for side in stated])


def by_axis(padding: Any) -> Any:
    """Return a padding that is the same on both sides as a number for each axis.

    Example:
        >>> by_axis(((2, 2), (0, 0))), by_axis(((0, 1), (0, 1))), by_axis("same")
        ((2, 0), ((0, 1), (0, 1)), 'same')
    """
    if type(padding) is not tuple:
        return padding
    found = []
    for side in padding:
        if type(side) is not tuple:
            return padding
        before, behind = side
        if type(before) in SYMBOLIC or type(behind) in SYMBOLIC or before != behind:
            return padding
        found.append(before)
    return tuple(found)


def folded_axes(value: Any) -> Any:
    """Return the shortest form of what is stated: 2 for (2, 2) and ((2, 2), (2, 2)).

    Example:
        >>> folded_axes((2, 2)), folded_axes((1, 2)), folded_axes("same")
        (2, (1, 2), 'same')
        >>> folded_axes(((1, 1), (2, 2)))
        (1, 2)
    """
    value = by_axis(value)
    plain = type(value) is tuple and set(map(type, value)) <= {int, float}
    return value[0] if plain and len(set(value)) == 1 else value
