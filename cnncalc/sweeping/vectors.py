"""The numbers of all variants of a chunk at once, as far as their networks are alike.

A network is built of columns. Where its function, or a rule, asks what is so for some
variants only, they are parted, and it is built again for each part. Where that comes to
too many parts, those that are left are measured one by one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from pathlib import Path
from traceback import walk_tb
from typing import Any, NamedTuple

import numpy as np

from cnncalc.checks import Mixed
from cnncalc.errors import CnncalcError
from cnncalc.sweeping.batch import Batch, integers
from cnncalc.sweeping.chunk import Axis, Chunk
from cnncalc.sweeping.column import Frame
from cnncalc.sweeping.filling import (
    Selection,
    assembled,
    collect,
    filled,
    first_of,
    like,
    same_values,
    with_value,
)
from cnncalc.sweeping.variant import (
    Build,
    Getters,
    Measures,
    Variant,
    getters_of,
    measured,
    variant_of,
)
from cnncalc.sweeping.working import Array, worked_out

__all__ = ["measured_at_once"]

_TRIES = 32  # how often a network is built before that may be found to be too often
_SETTLED = 8  # how often that was no reason to part variants
_FEW = 8  # variants for which it is to be built at least, on average, from then on

_LOOKED_AT = {1, 4, 16, 64, 256}  # groups of which one variant is measured alone, too

_HERE = str(Path(__file__).parent)  # nobody wants to know that these files asked


def measured_at_once(build: Build, chunk: Chunk, measures: Measures) -> Batch:
    """Return the rows of all variants of a chunk.

    Args:
        build: What builds a network.
        chunk: The variants.
        measures: What is asked of each.
    """
    run = _Run(build, chunk, measures)
    try:
        return run.batch()
    finally:
        run.frame.close()


class _Group(NamedTuple):
    """Variants whose networks are alike, and what was measured of them."""

    part: Selection
    values: Mapping[str, Any]


class _Run:
    """A chunk while it is measured."""

    def __init__(self, build: Build, chunk: Chunk, measures: Measures) -> None:
        self._build, self._chunk, self._measures = build, chunk, measures
        self._getters: Getters = getters_of(measures)
        self.frame = Frame()
        self._groups: list[_Group] = []
        self._errors: dict[int, CnncalcError] = {}
        self._alone: dict[int, Variant] = {}
        self._tries = 0
        self._settled: tuple[Selection | None, int] = None, 0
        self._asked = ""  # what had several answers at last, and where
        self._why = ""

    def batch(self) -> Batch:
        """Measure all variants."""
        pending: list[Selection] = [tuple(map(np.arange, self._chunk.sizes))]
        while pending:
            part = pending.pop()
            self._tries += 1
            if len(self._chunk.axes) == 1 and part is not self._settled[0]:
                self.frame.close()  # nothing of it is met again
            try:
                self._measure(part)
            except Mixed as mixed:
                pending = self._apart(part, mixed, pending)
            networks = self._tries + len(pending)
            many = self._tries >= _TRIES and self._chunk.size < _FEW * networks
            if pending and many:
                self._why = f"its networks differ too much: it was {self._asked}"
                for each in pending:
                    self._one_by_one(each)
                break
        return self._batch()

    def _apart(
        self, part: Selection, mixed: Mixed, pending: list[Selection]
    ) -> list[Selection]:
        """Return the parts that are left, of which some were to be parted."""
        self._asked = _asked(mixed)
        axis, pieces = _parted(part, mixed.of)
        if len(pieces) == 1:  # a column of one number, which is not known as such
            times = self._settled[1] + 1 if part is self._settled[0] else 1
            self._settled = part, times
            if times > _SETTLED:
                self._why = f"it was {self._asked}"
                self._one_by_one(part)
                return pending
            self.frame.settle()
            return [*pending, part]
        # What is asked of all values of a setting, other parts are asked, too.
        several = [p for p in pending if p[axis] is part[axis]]
        left = [p for p in pending if p[axis] is not part[axis]]
        for each in (*several, part):
            left += [(*each[:axis], some, *each[axis + 1 :]) for some in pieces]
        return left

    def _batch(self) -> Batch:
        sizes = self._chunk.sizes
        found = {
            key: assembled([(g.part, g.values[key]) for g in self._groups], sizes)
            for key in self._getters
        }
        limits = [(each, found.pop(each.key)) for each in self._measures.limits]
        for place, row in self._alone.items():
            for key, array in found.items():
                found[key] = with_value(array, place, row.values[key])
        done = sum(prod(map(len, group.part)) for group in self._groups)
        assert done + len(self._errors) + len(self._alone) == self._chunk.size
        groups = len(self._groups)
        return Batch(
            self._chunk, found, limits, self._errors, self._alone, groups, self._why
        )

    def _measure(self, part: Selection) -> None:
        """Measure variants whose networks are alike.

        Raises:
            Mixed: If they are not.
        """
        settings = self._columns(part)
        row = variant_of(self._build, settings, self._getters, ())
        if row.error is not None:
            self._fail(part, row.error)
            return
        columns: dict[int, Any] = {}
        for value in row.values.values():
            collect(value, columns)
        arrays = dict(zip(columns, worked_out(columns.values()), strict=True))
        values = {key: filled(value, arrays) for key, value in row.values.items()}
        self._groups.append(_Group(part, values))
        number = len(self._groups)
        if number not in _LOOKED_AT:
            return
        first = next(self._settings(part))
        alone = variant_of(self._build, first, self._getters, ())
        found = {key: first_of(value) for key, value in values.items()}
        if alone.error is not None or not same_values(alone.values, found):
            self._why = "a network of one variant alone is not that of all"
            for group in self._groups:
                self._one_by_one(group.part)
            self._groups.clear()

    def _fail(self, part: Selection, error: CnncalcError) -> None:
        """Note an error that many have; it is believed if the first of them has it.

        Where there are limits it must be the function's: a variant beyond one is not
        measured any further.
        """
        settings = next(self._settings(part))
        asked = {} if self._measures.limits else self._getters
        alone = variant_of(self._build, settings, asked, ())
        found = alone.error
        if found and str(found) == str(error) and type(found) is type(error):
            self._errors.update(dict.fromkeys(self._places(part), found))
            return
        self._why = f"with many values for its settings {error}"
        self._one_by_one(part)

    def _one_by_one(self, part: Selection) -> None:
        rows = measured(self._build, self._settings(part), self._measures)
        self._alone.update(zip(self._places(part), rows, strict=True))

    def _places(self, part: Selection) -> list[int]:
        """Return the places of the rows of a part."""
        every = np.arange(self._chunk.size).reshape(self._chunk.sizes)
        places: list[int] = every[np.ix_(*part)].ravel().tolist()
        return places

    def _settings(self, part: Selection) -> Iterator[dict[str, Any]]:
        """Give the settings of the variants of a part."""
        axes: list[Axis] = [
            (names, [values[int(i)] for i in some])
            for (names, values), some in zip(self._chunk.axes, part, strict=True)
        ]
        return Chunk(tuple(axes)).settings()

    def _columns(self, part: Selection) -> dict[str, Any]:
        """Return the settings of all variants of a part together.

        Raises:
            Mixed: If some are of another sort than others.
        """
        found: dict[str, Any] = {}
        for axis, ((names, values), some) in enumerate(
            zip(self._chunk.axes, part, strict=True)
        ):
            key = ("settings", axis, some.tobytes())
            if key not in self.frame.memo:
                lines = [values[i] for i in some.tolist()]
                self.frame.memo[key] = [
                    self._together(list(each), axis)
                    for each in zip(*lines, strict=True)
                ]
            found.update(zip(names, self.frame.memo[key], strict=True))
        return found

    def _together(self, values: list[Any], axis: int) -> Any:
        """Return the values of a setting as one: a column, or what all of them are."""
        kind = type(values[0])
        if len(set(map(type, values))) > 1:
            raise Mixed(self._labels([*map(type, values)], axis), "of several types")
        if kind is int or kind is float:
            return self._numbers(values, kind, axis)
        first = values[0]
        if issubclass(kind, (tuple, list)) and len(set(map(len, values))) == 1:
            each = [self._together(list(v), axis) for v in zip(*values, strict=True)]
            return first if not each else like(first, each)
        keys = [_key(value) for value in values]
        if len(set(keys)) > 1:
            raise Mixed(self._labels(keys, axis), "of several values")
        return first

    def _numbers(self, values: list[Any], kind: type, axis: int) -> Any:
        array = integers(values) if kind is int else np.array(values)
        if kind is float and not np.isfinite(array).all():
            raise Mixed(self._labels(list(map(repr, values)), axis), "infinite")
        return self.frame.column(self._along(array, axis), axis)

    def _labels(self, keys: Sequence[Any], axis: int) -> Array:
        """Return a number for each of some keys, equal ones for equal keys."""
        numbers: dict[Any, int] = {}
        found = [numbers.setdefault(key, len(numbers)) for key in keys]
        return self._along(np.array(found), axis)

    def _along(self, array: Array, axis: int) -> Array:
        """Return an array along its axis, with a size of 1 along all others."""
        sizes = [1] * len(self._chunk.axes)
        sizes[axis] = -1
        return array.reshape(sizes)


def _key(value: Any) -> Any:
    """Return what equals only the same value."""
    try:
        hash(value)
    except TypeError:
        return repr(value)
    return type(value), value


def _asked(mixed: Mixed) -> str:
    """Return what was asked of many numbers at once, and where."""
    where = ""
    for frame, line in walk_tb(mixed.__traceback__):
        folder, _, name = frame.f_code.co_filename.rpartition(os.sep)
        if folder != _HERE:
            where = f" at {name}:{line}"
    return f"{mixed.what}{where}"


def _parted(part: Selection, of: Any) -> tuple[int, list[Array]]:
    """Return an axis, and the positions along it for which answers are the same."""
    answers = of if isinstance(of, np.ndarray) else of.array
    if answers.dtype == object:
        _, codes = np.unique(answers, return_inverse=True)
        answers = codes.reshape(answers.shape)
    for axis, size in enumerate(answers.shape):
        lines = np.moveaxis(answers, axis, 0).reshape(size, -1)
        several = lines.shape[1] > 1
        _, which = np.unique(lines, axis=0 if several else None, return_inverse=True)
        which = which.ravel()
        if which.any():
            break
    else:
        return 0, [part[0]]
    order = np.argsort(which, kind="stable")
    ends = np.flatnonzero(np.diff(which[order])) + 1
    return axis, [part[axis][some] for some in reversed(np.split(order, ends))]
