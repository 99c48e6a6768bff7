"""Shapes as other libraries write them: with a batch, and with the channels first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["meant_shape", "with_channels_last", "without_batch"]

_MOST_COLOURS = 4  # channels of an input: grey, colours, and colours with depth
_LEAST_SIDE = 8
_LONGEST = 1.8  # of a picture's sides, one to the other: 16:9 is 1.78


def without_batch(sizes: Sequence[Any]) -> tuple[Any, ...] | None:
    """Return sizes without the batch before them; None if there is likely to be none.

    Example:
        >>> without_batch((None, 32, 32, 3)), without_batch((1, 3, 224, 224))
        ((32, 32, 3), (3, 224, 224))
    """
    first, *rest = sizes
    numbers = all(type(n) is int and n > 0 for n in rest)
    if rest and numbers and (first is None or first == -1):
        return tuple(rest)
    is_batch = first == 1 or with_channels_last(rest) is not None
    return tuple(rest) if len(rest) == len("HWC") and numbers and is_batch else None


def with_channels_last(sizes: Sequence[int]) -> tuple[int, ...] | None:
    """Return the sizes of a picture or a volume whose channels were likely first.

    That is what begins with 1 to 4 and goes on with sides of about equal lengths. Of
    anything else it returns None.

    Example:
        >>> with_channels_last((3, 224, 224)), with_channels_last((224, 224, 3))
        ((224, 224, 3), None)
    """
    first, *sides = sizes
    if not all(type(n) is int for n in sizes):
        return None
    if len(sides) < len("HW") or first > _MOST_COLOURS or min(sides) < _LEAST_SIDE:
        return None
    *_, height, width = sides
    if max(height, width) > _LONGEST * min(height, width):
        return None
    return (*sides, first)


def meant_shape(value: Any) -> Any:
    """Return a shape without batch and with its channels last; all else as it is.

    Example:
        >>> meant_shape((1, 3, 224, 224)), meant_shape((32, 32, 3)), meant_shape((None, 8))
        ((224, 224, 3), (32, 32, 3), 8)
    """
    if not isinstance(value, (tuple, list)) or not value:
        return value
    sizes = with_channels_last(value) or without_batch(value)
    if sizes is None:
        return tuple(value)
    sizes = with_channels_last(sizes) or sizes
    return sizes if len(sizes) > 1 else sizes[0]
