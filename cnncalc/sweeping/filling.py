"""Values of many variants at once, which may be structures of columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from cnncalc.sweeping.working import Array, Made

__all__ = [
    "Selection",
    "assembled",
    "collect",
    "filled",
    "first_of",
    "like",
    "same_values",
    "with_value",
]

Selection = tuple[Array, ...]  # which positions of each axis


def like(first: Any, each: list[Any]) -> Any:
    """Return a structure like another with other values."""
    kind: Any = type(first)
    if hasattr(kind, "made"):  # a shape, whose numbers were checked
        *space, channels = each
        return kind.made(tuple(space), channels)
    return kind._make(each) if hasattr(kind, "_make") else kind(each)


def collect(value: Any, found: dict[int, Any]) -> None:
    """Add the columns in a value, by identity."""
    if isinstance(value, Made):
        found[id(value)] = value
    elif isinstance(value, (tuple, list)):
        for each in value:
            collect(each, found)


def filled(value: Any, arrays: Mapping[int, Array]) -> Any:
    """Return a value with arrays for its columns."""
    if isinstance(value, Made):
        return arrays[id(value)]
    if isinstance(value, (tuple, list)):
        each = [filled(v, arrays) for v in value]
        if any(new is not old for new, old in zip(each, value, strict=True)):
            return _Structure(value, each)
    return value


class _Structure(NamedTuple):
    """A structure of which some values are arrays."""

    like: Any
    each: list[Any]


def first_of(value: Any) -> Any:
    """Return what a value is for the first of its variants."""
    if isinstance(value, np.ndarray):
        return value.ravel()[:1].tolist()[0]
    if isinstance(value, _Structure):
        return like(value.like, list(map(first_of, value.each)))
    return value


def same_values(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether values are the same, and of the same types."""
    return all(
        type(value) is type(other[key]) and bool(value == other[key])
        for key, value in one.items()
    )


def assembled(pieces: Sequence[tuple[Selection, Any]], sizes: tuple[int, ...]) -> Array:
    """Return the values of all variants, in one array, from those of parts of them."""
    plain = all(_is_plain(value) for _, value in pieces)
    found: Array = np.zeros(sizes, np.int64 if plain else object)
    if not plain:
        found.fill(None)
    for part, value in pieces:
        size = tuple(map(len, part))
        found[np.ix_(*part)] = value if plain else _objects(value, size)
    return found.ravel()


def _is_plain(value: Any) -> bool:
    """Tell whether values are integers of 64 bits."""
    if isinstance(value, np.ndarray):
        return bool(value.dtype == np.int64)
    return type(value) is int and -(2**63) <= value < 2**63


def _objects(value: Any, size: tuple[int, ...]) -> Array:
    """Return values as objects of Python's, for so many variants."""
    if isinstance(value, np.ndarray):
        return np.broadcast_to(value, size).astype(object)
    found: Array = np.empty(size, object)
    if isinstance(value, _Structure):
        own = _size(value)  # along an axis that does not count it is 1
        each = [_objects(v, own).ravel() for v in value.each]
        lines = [like(value.like, list(line)) for line in zip(*each, strict=True)]
        made = np.fromiter(lines, object, len(lines)).reshape(own)
        found[...] = made
        return found
    found.fill(value)
    return found


def _size(value: Any) -> tuple[int, ...]:
    """Return the size of the arrays in a value together."""
    if isinstance(value, np.ndarray):
        return tuple(value.shape)
    if isinstance(value, _Structure):
        return np.broadcast_shapes(*map(_size, value.each))
    return ()


def with_value(array: Array, place: int, value: Any) -> Array:
    """Return an array with another value at a place."""
    if array.dtype != object and not _is_plain(value):
        array = array.astype(object)
    array[place] = value
    return array
