"""Rows of a sweep that were measured at once, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, repeat
from typing import Any

import numpy as np

from cnncalc.errors import CnncalcError
from cnncalc.sweeping.chunk import Chunk, maker
from cnncalc.sweeping.variant import Limit, Variant

__all__ = ["Batch"]

# As of any tuple: what makes a variant is not asked for wrong arguments here.
_made = tuple.__new__

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
        return self.chunk.size

    def __iter__(self) -> Iterator[Variant]:
        return chain.from_iterable(self._rows())

    def _rows(self) -> Iterator[Iterable[Variant]]:
        """Give some rows after others."""
        settings, values_of = self.chunk.settings(), maker(tuple(self.columns))
        for start in range(0, len(self), _TAKEN):
            some = slice(start, start + _TAKEN)
            columns = [array[some].tolist() for array in self.columns.values()]
            values = map(values_of, *columns) if columns else iter(dict, None)
            rest = (repeat(None), repeat(""))
            rows = zip(islice(settings, _TAKEN), values, *rest, strict=False)
            found = map(_made, repeat(Variant), rows)
            whole = not (self.limits or self.alone or self.errors)
            yield found if whole else self._looked_at(found, some)

    def _looked_at(self, rows: Iterable[Variant], some: slice) -> Iterator[Variant]:
        """Give rows, others for those that are beyond limits or have errors."""
        bounds = [(limit, array[some].tolist()) for limit, array in self.limits]
        for place, row in enumerate(rows, some.start):
            known, error = self.alone.get(place), self.errors.get(place)
            if known is None and error is not None:
                known = Variant(row.settings, dict.fromkeys(self.columns), error)
            elif known is None:
                known = _beyond(bounds, place - some.start, row.settings, self.columns)
            yield known or row

    @property
    def settings(self) -> tuple[str, ...]:
        """The names of the settings."""
        return tuple([name for names, _ in self.chunk.axes for name in names])

    def column(self, name: str) -> Any:
        """Return a column or a setting as an array, masked where a row has no value."""
        if name not in self.columns:
            return self._setting(name)
        values = self.columns[name]
        missing = np.zeros(len(self), bool)
        for limit, broken in self._broken():
            missing |= broken & (limit.column != name)
        missing[list(self.errors)] = True
        for place, row in self.alone.items():
            missing[place] = row.values[name] is None
        return np.ma.array(values, mask=missing) if missing.any() else values

    def _setting(self, name: str) -> Any:
        for axis, (names, values) in enumerate(self.chunk.axes):
            if name in names:
                place, sizes = names.index(name), [1] * len(self.chunk.axes)
                sizes[axis] = -1
                one = array_of([each[place] for each in values]).reshape(sizes)
                return np.broadcast_to(one, self.chunk.sizes).ravel()
        nothing = [None] * len(self)  # other variants have it
        return np.ma.array(nothing, object, mask=True)

    def _broken(self) -> Iterator[tuple[Limit, Any]]:
        """Give the limits, each with the rows that are within all before it."""
        before = np.zeros(len(self), bool)
        for limit, numbers in self.limits:
            every = numbers.tolist() if numbers.dtype == object else None
            if every is not None:
                broken = np.array([limit.broken_by(number) for number in every])
            else:
                broken = numbers > limit.bound if limit.most else numbers < limit.bound
            yield limit, broken & ~before
            before |= broken


def column_of(lots: Iterable[Any], name: str) -> Any:
    """Return a column or a setting of all rows, as an array."""
    arrays = [
        lot.column(name) if isinstance(lot, Batch) else _array(lot, name)
        for lot in lots
    ]
    masked = any(isinstance(array, np.ma.MaskedArray) for array in arrays)
    join = np.ma.concatenate if masked else np.concatenate
    return join(arrays) if arrays else np.array([])


def _array(rows: Iterable[Variant], name: str) -> Any:
    """Return the same of rows that are there."""
    places: list[Any] = [{**row.settings, **row.values}.get(name) for row in rows]
    return np.ma.array(array_of(places), mask=[value is None for value in places])


def integers(values: Sequence[int]) -> Any:
    """Return integers as an array: of Python's, if 64 bits do not hold all."""
    try:
        return np.array(values, np.int64)
    except OverflowError:
        return np.array(values, object)


def array_of(values: Sequence[Any]) -> Any:
    """Return values as an array: of numbers, if all are of one type."""
    kinds = set(map(type, values))
    if kinds == {int}:
        return integers(values)
    if kinds in ({float}, {bool}):
        return np.array(values)
    return np.fromiter(values, object, len(values))


def _beyond(
    bounds: Sequence[tuple[Limit, list[Any]]],
    place: int,
    settings: Mapping[str, Any],
    keys: Iterable[str],
) -> Variant | None:
    """Return the row of a variant beyond a limit; None if it is within all."""
    for limit, numbers in bounds:
        value = numbers[place]
        if limit.broken_by(value):
            return limit.skipped(settings, value, keys)
    return None
