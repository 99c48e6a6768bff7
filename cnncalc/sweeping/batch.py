"""Rows of a sweep that were measured at once, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from cnncalc.errors import CnncalcError
from cnncalc.sweeping.chunk import Chunk
from cnncalc.sweeping.variant import Limit, Variant

__all__ = ["Batch"]

_TAKEN = 4096  # rows of which the numbers are taken out of arrays together


class Batch:
    """The rows of a chunk, in its order.

    Attributes:
        chunk: The variants.
        columns: What was measured, as an array for each column.
        limits: Limits, each with what it is on, as an array.
        errors: Why there are no such networks, by the places of their rows.
        alone: Rows that were measured one by one, by their places.
        structures: How many different networks were built.
        why: Why rows were measured one by one; empty if that was not so.
    """

    def __init__(
        self,
        chunk: Chunk,
        columns: Mapping[str, Any],
        limits: Sequence[tuple[Limit, Any]],
        errors: Mapping[int, CnncalcError],
        alone: Mapping[int, Variant],
        structures: int,
        why: str = "",
    ) -> None:
        self.chunk, self.columns, self.limits = chunk, columns, limits
        self.errors, self.alone = errors, alone
        self.structures, self.why = structures, why

    def __len__(self) -> int:
        return self.chunk.count

    def __iter__(self) -> Iterator[Variant]:
        settings = self.chunk.settings()
        keys = tuple(self.columns)
        for start in range(0, len(self), _TAKEN):
            some = slice(start, start + _TAKEN)
            columns = [array[some].tolist() for array in self.columns.values()]
            bounds = [(limit, array[some].tolist()) for limit, array in self.limits]
            lines = zip(*columns, strict=True) if columns else iter(lambda: (), None)
            rows = zip(islice(settings, _TAKEN), lines, strict=False)
            for place, (each, line) in enumerate(rows, start):
                known = self.alone.get(place)
                if known is not None:
                    yield known
                    continue
                error = self.errors.get(place)
                if error is not None:
                    yield Variant(each, dict.fromkeys(keys), error)
                    continue
                row = _beyond(bounds, place - start, each, keys) if bounds else None
                yield row or Variant(each, dict(zip(keys, line, strict=True)))


def _beyond(
    bounds: Sequence[tuple[Limit, list[Any]]],
    place: int,
    settings: Mapping[str, Any],
    keys: Sequence[str],
) -> Variant | None:
    """Return the row of a variant beyond a limit; None if it is within all."""
    for limit, numbers in bounds:
        value = numbers[place]
        if limit.broken_by(value):
            return limit.skipped(settings, value, keys)
    return None
