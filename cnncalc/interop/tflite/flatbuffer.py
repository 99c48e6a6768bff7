"""Flatbuffers, read on `struct` alone: every offset is checked before it is followed.

Source:
    https://flatbuffers.dev/internals/
"""

from __future__ import annotations

import struct
from typing import Any

from cnncalc.errors import ConfigError

__all__ = ["Table", "refused", "root"]


def refused(why: str) -> ConfigError:
    """Return the error that a file is no such model."""
    return ConfigError(why, "Check that the file is whole, and is a TFLite model")


class Table:
    """A table of a flatbuffer, whose fields have numbers.

    Args:
        b: The bytes of the file, or what gives them by slices.
        at: Where it begins.
    """

    __slots__ = ("_b", "_fields", "_size", "at")

    def __init__(self, b: Any, at: int) -> None:
        self._b, self.at = b, at
        self._fields = at - _number(b, "i", at)
        self._size = _number(b, "H", self._fields)

    def _place(self, field: int) -> int:
        """Return where a field stands; 0 if it is not there."""
        entry = 4 + 2 * field
        if entry + 2 > self._size:
            return 0
        offset = _number(self._b, "H", self._fields + entry)
        return self.at + offset if offset else 0

    def number(self, field: int, form: str = "i", default: Any = 0) -> Any:
        """Return a number; *form* is as `struct` has it."""
        place = self._place(field)
        return _number(self._b, form, place) if place else default

    def table(self, field: int) -> Table | None:
        """Return a table, or None if it is not there."""
        place = self.target(field)
        return Table(self._b, place) if place else None

    def target(self, field: int) -> int:
        """Return where that stands to which a field refers; 0 if it is not there."""
        place = self._place(field)
        return place + _number(self._b, "I", place) if place else 0

    def _vector(self, field: int, size: int) -> tuple[int, int]:
        """Return where the items of a vector begin, and how many there are."""
        start = self.target(field)
        if not start:
            return 0, 0
        count = _number(self._b, "I", start)
        if count * size > len(self._b) - start - 4:
            raise refused(
                f"a list of {count} does not fit into its {len(self._b)} bytes"
            )
        return start + 4, count

    def numbers(self, field: int, form: str = "i") -> tuple[Any, ...]:
        """Return a list of numbers."""
        size = struct.calcsize(form)
        start, count = self._vector(field, size)
        raw = self._b[start : start + count * size]
        return struct.unpack(f"<{count}{form}", raw) if count else ()

    def size(self, field: int) -> int:
        """Return how many bytes a list of bytes has."""
        return self._vector(field, 1)[1]

    def bytes(self, field: int) -> bytes:
        """Return a list of bytes."""
        start, count = self._vector(field, 1)
        return bytes(self._b[start : start + count])

    def text(self, field: int) -> str:
        """Return a text."""
        return self.bytes(field).decode("utf-8", "replace")

    def tables(self, field: int) -> list[Table]:
        """Return a list of tables."""
        start, count = self._vector(field, 4)
        places = [start + 4 * n for n in range(count)]
        return [Table(self._b, at + _number(self._b, "I", at)) for at in places]


def root(b: Any) -> Table:
    """Return the table that a file begins with."""
    return Table(b, _number(b, "I", 0))


def _number(b: Any, form: str, at: int) -> Any:
    size = struct.calcsize(form)
    if not 0 <= at <= len(b) - size:
        raise refused(f"it points to byte {at} of {len(b)}")
    return struct.unpack(f"<{form}", b[at : at + size])[0]
