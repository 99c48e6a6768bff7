"""How much memory numbers take."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from cnncalc.analysis.cost import AtLeast
from cnncalc.errors import OptionError
from cnncalc.formula import ceil_div
from cnncalc.shape import is_count, shown

__all__ = ["BITS", "Size", "batch_of", "bits", "sizing", "stored"]

# Bits of a value, by data type.
BITS = {
    "float64": 64,
    "float32": 32,
    "bfloat16": 16,
    "float16": 16,
    "float8": 8,
    "int64": 64,
    "int32": 32,
    "int16": 16,
    "int8": 8,
    "uint8": 8,
    "int4": 4,
    "int2": 2,
    "int1": 1,
}


def bits(dtype: str | int) -> int:
    """Return the bits of one value.

    Args:
        dtype: The name of a data type, such as "float32", or a number of bits.

    Raises:
        OptionError: If there is no such type.

    Example:
        >>> bits("float32"), bits("int4"), bits(3)
        (32, 4, 3)
    """
    if isinstance(dtype, str) and dtype in BITS:
        return BITS[dtype]
    if is_count(dtype):
        return int(dtype)
    why = f"there is no data type {shown(dtype)}"
    raise OptionError(why, f"Use a number of bits, or one of {', '.join(BITS)}")


def stored(values: int, dtype: str | int) -> int:
    """Return the bytes that so many values take, packed without gaps.

    Example:
        >>> stored(61_706, "float32"), stored(3, "int4")
        (246824, 2)
    """
    size = ceil_div(values * bits(dtype), 8)
    return AtLeast(size) if isinstance(values, AtLeast) else size


def batch_of(batch: int) -> int:
    """Return how many inputs go through together, checked.

    Raises:
        OptionError: If it is no positive integer.
    """
    if not is_count(batch):
        why = f"batch {shown(batch)} is no positive integer"
        raise OptionError(why, "Say how many inputs go through together")
    return int(batch)


Size: TypeAlias = Callable[[int], int]


def sizing(dtype: str | int, batch: int = 1) -> Size:
    """Return the function from values, for one input, to bytes for a batch.

    Raises:
        OptionError: If there is no such type, or *batch* is no positive integer.

    Example:
        >>> sizing("float16", batch=8)(100)
        1600
    """
    inputs, width = batch_of(batch), bits(dtype)
    return lambda values: stored(inputs * values, width)
