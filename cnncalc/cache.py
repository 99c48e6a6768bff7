"""Memos: bounded dictionaries of what was made before; the oldest goes first."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import Any

from cnncalc._typing import override

__all__ = ["Memo", "weight_of"]


class Memo(dict[Any, Any]):
    """A bounded dictionary that threads may share.

    Args:
        most: The sum of weights that it holds.

    Example:
        >>> memo = Memo(most=2)
        >>> for letter in "abc":
        ...     memo.put(letter, letter.upper())
        >>> memo.get("a"), memo.get("c")
        (None, 'C')
    """

    __slots__ = ("_largest", "_lock", "_most", "_weight", "_weights")

    def __init__(self, most: int) -> None:
        self._most, self._largest, self._weight = most, max(1, most // 16), 0
        self._weights: dict[Any, int] = {}  # those that are not 1
        self._lock = Lock()

    def put(self, key: Any, value: Any, weight: int = 1) -> None:
        """Keep *value* under *key*, and let go of the oldest if it is too much.

        What is so large that it would take the place of much else is not kept.
        """
        if weight > self._largest:
            return
        with self._lock:
            before = len(self)
            self[key] = value
            if len(self) == before:  # told so, the key is looked up once
                self._weight -= self._weights.pop(key, 1)
            self._weight += weight
            if weight != 1:
                self._weights[key] = weight
            while self._weight > self._most:
                self._drop(next(iter(self)))

    def _drop(self, key: Any) -> None:
        del self[key]
        self._weight -= self._weights.pop(key, 1)

    @override
    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            super().clear()
            self._weights.clear()
            self._weight = 0


def weight_of(values: Iterable[Any]) -> int:
    """Return the weight of what is made of such values: 1, and more for long ones.

    Example:
        >>> weight_of([3, "conv1"]), weight_of(["x" * 1600])
        (1, 101)
    """
    weight = 0
    for value in values:
        if type(value) is str:
            weight += len(value)
        elif type(value) is tuple:  # of numbers, or of rows of them
            weight += len(value) + sum([len(v) for v in value if type(v) is tuple])
    return 1 + weight // 16
