"""What was made before, kept for when it is wanted again; the oldest goes first."""

from __future__ import annotations

from threading import Lock
from typing import Any

__all__ = ["Memo"]


class Memo:
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

    __slots__ = ("_kept", "_lock", "_most", "_weight")

    def __init__(self, most: int) -> None:
        self._kept: dict[Any, tuple[Any, int]] = {}
        self._most, self._weight = most, 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Any) -> Any:
        """Return what was put under *key*; None if nothing was, or it is gone."""
        found = self._kept.get(key)
        return found and found[0]

    def put(self, key: Any, value: Any, weight: int = 1) -> None:
        """Keep *value* under *key*, and let go of the oldest if it is too much."""
        with self._lock:
            _, before = self._kept.pop(key, (None, 0))
            self._kept[key] = (value, weight)
            self._weight += weight - before
            while self._weight > self._most:
                self._weight -= self._kept.pop(next(iter(self._kept)))[1]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._weight = 0
