"""Work done once for each distinct value: a network repeats itself, and so do cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

__all__ = ["map_unique"]

T = TypeVar("T")


def map_unique(make: Callable[[Any], T], values: Sequence[Any]) -> list[T]:
    """Return what *make* gives for each value, but call it once for each object.

    Objects are told apart by identity: equal ones may look different, as 5 and "at
    least 5" do, and hashing a formula takes longer than looking at it.

    Example:
        >>> map_unique(str, [28, 5, 28])
        ['28', '5', '28']
    """
    made: dict[int, T] = {}
    return [
        made[key] if (key := id(value)) in made else made.setdefault(key, make(value))
        for value in values
    ]
