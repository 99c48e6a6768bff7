"""Shapes as other libraries write them: with a batch, and with the channels first."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import Parameter
from typing import Any

__all__ = ["meant_shape", "meant_value", "with_channels_last", "without_batch"]

_MOST_COLOURS = 4  # channels of an input: grey, colours, and colours with depth
_LEAST_SIDE, _PICTURE = 8, 16
_LONGEST = 1.8  # of a picture's sides, one to the other: 16:9 is 1.78


def without_batch(sizes: Sequence[Any]) -> tuple[Any, ...] | None:
    """Return sizes without the batch before them; None if there is likely to be none.

    Example:
        >>> without_batch((None, 32, 32, 3)), without_batch((1, 3, 224, 224))
        ((32, 32, 3), (3, 224, 224))
    """
    first, rest = sizes[0], sizes[1:]
    numbers = all(type(n) is int and n > 0 for n in rest)
    if rest and numbers and (first is None or first == -1):
        return tuple(rest)
    if len(rest) != len("HWC") or not numbers:
        return None
    *sides, channels = rest
    is_one_picture = first == 1 and min(sides) >= _PICTURE and channels <= _MOST_COLOURS
    return tuple(rest) if is_one_picture or with_channels_last(rest) else None


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
        >>> [meant_shape(x) for x in ((1, 3, 224, 224), (32, 32, 3), (None, 784))]
        [(224, 224, 3), (32, 32, 3), 784]
    """
    if not isinstance(value, (tuple, list)) or not value:
        return value
    last = with_channels_last(value) or without_batch(value) or tuple(value)
    first, *others = with_channels_last(last) or last
    return (first, *others) if others else first


def meant_value(ours: str, value: Any, parameter: Parameter | None = None) -> Any:
    """Return a value of others as an argument of ours has it; None if it is left out.

    Args:
        ours: The argument. The axes of a norm are said by PyTorch as their sizes, and
            by Keras as numbers that count the batch; channels alone need no word.
        value: The value.
        parameter: What the call takes: where that is anything, as of what reads others'
            models, a shape is as it is there, or as it is here.

    Example:
        >>> meant_value("axes", [64, 28, 28]), meant_value("axes", [1, 2, 3])
        ((0, 1, 2), (0, 1, 2))
        >>> meant_value("axes", 64), meant_value("input", (3, 32, 32))
        (None, (32, 32, 3))
        >>> meant_value("order", (2, 1, 3))
        (1, 0, 2)
    """
    if ours == "input":
        is_any = parameter is not None and parameter.annotation == "Any"
        return value if is_any else meant_shape(value)
    if ours == "order" and isinstance(value, (tuple, list)):
        from_1 = set(value) == {*range(1, len(value) + 1)}  # as Keras counts axes
        return tuple(axis - 1 for axis in value) if from_1 else value
    if ours != "axes":
        return value
    if not isinstance(value, (tuple, list)) or len(value) < len("HW"):
        return None
    if set(value) <= {*range(-4, 5)}:
        return tuple(axis - (axis > 0) for axis in value)
    return tuple(range(len(value)))
