"""The numbers of all variants of a chunk at once, as far as their networks are alike.

A network is built of columns. Where its function, or a rule, asks what is so for some
variants only, they are parted, and it is built again for each part. Where that comes to
too many parts, those that are left are measured one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from os.path import basename
from traceback import walk_tb
from typing import Any, NamedTuple

import numpy as np

from cnncalc.checks import Mixed
from cnncalc.errors import CnncalcError
from cnncalc.sweeping import column
from cnncalc.sweeping.batch import Batch
from cnncalc.sweeping.chunk import Chunk
from cnncalc.sweeping.column import Array, Column, Frame, Real, evaluated
from cnncalc.sweeping.variant import (
    Build,
    Getters,
    Measures,
    Variant,
    getters_of,
    measured,
    variant_of,
)

__all__ = ["measured_at_once"]

_TRIES = 32  # how often a network is built before that may be found to be too often
_FEW = 8  # variants for which it is to be built at least, on average, from then on

_LOOKED_AT = {1, 4, 16, 64, 256}  # groups of which one variant is measured alone, too

Part = tuple[Array, ...]  # which positions of each axis
_Places = Mapping[int, Any]


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

    part: Part
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
        self._asked: dict[str, None] = {}  # what was mixed, and where
        self._why = ""

    def batch(self) -> Batch:
        """Measure all variants."""
        pending: list[Part] = [tuple(map(np.arange, self._chunk.sizes))]
        tries = 0
        while pending:
            part = pending.pop()
            tries += 1
            if len(self._chunk.axes) == 1:  # nothing of it is met again
                self.frame.close()
            try:
                self._measure(part)
            except Mixed as mixed:
                axis, pieces = _parted(part, mixed.of)
                # What is asked of all values of a setting, others are asked, too.
                alike = [p for p in pending if p[axis] is part[axis]]
                pending = [p for p in pending if p[axis] is not part[axis]]
                for each in (*alike, part):
                    pending += [(*each[:axis], p, *each[axis + 1 :]) for p in pieces]
                self._asked[_asked(mixed)] = None
            if tries >= _TRIES and self._chunk.count < _FEW * (tries + len(pending)):
                where = list(self._asked)
                self._why = f"its networks differ too much: it was {where[-1]}"
                for part in pending:
                    self._one_by_one(part)
                break
        sizes, count = self._chunk.sizes, self._chunk.count
        found = {
            key: _assembled([(g.part, g.values[key]) for g in self._groups], sizes)
            for key in self._getters
        }
        limits = [(each, found.pop(each.key)) for each in self._measures.limits]
        for place, row in self._alone.items():
            for key, array in found.items():
                found[key] = _with(array, place, row.values[key])
        assert all(array.size == count for array in found.values())
        structures = len(self._groups)
        return Batch(
            self._chunk,
            found,
            limits,
            self._errors,
            self._alone,
            structures,
            self._why,
        )

    def _measure(self, part: Part) -> None:
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
            _collect(value, columns)
        arrays = dict(zip(columns, evaluated(columns.values()), strict=True))
        values = {key: _filled(value, arrays) for key, value in row.values.items()}
        self._groups.append(_Group(part, values))
        number = len(self._groups)
        if number not in _LOOKED_AT:
            return
        first = next(self._settings(part))
        alone = variant_of(self._build, first, self._getters, ())
        found = {key: _first(value) for key, value in values.items()}
        if alone.error is not None or not _same(alone.values, found):
            self._why = "a network of one variant alone is not that of all"
            for group in self._groups:
                self._one_by_one(group.part)
            self._groups.clear()

    def _fail(self, part: Part, error: CnncalcError) -> None:
        """Note an error that many have; it is believed if the first of them has it."""
        settings = next(self._settings(part))
        alone = variant_of(self._build, settings, self._getters, ())
        if str(alone.error) == str(error) and type(alone.error) is type(error):
            self._errors.update(dict.fromkeys(self._places(part), alone.error))
            return
        self._why = f"with many values for its settings {error}"
        self._one_by_one(part)

    def _one_by_one(self, part: Part) -> None:
        rows = measured(self._build, self._settings(part), self._measures)
        self._alone.update(zip(self._places(part), rows, strict=True))

    def _places(self, part: Part) -> list[int]:
        """Return the places of the rows of a part."""
        every = np.arange(self._chunk.count).reshape(self._chunk.sizes)
        places: list[int] = every[np.ix_(*part)].ravel().tolist()
        return places

    def _settings(self, part: Part) -> Iterator[dict[str, Any]]:
        """Give the settings of the variants of a part."""
        axes = [
            (names, [values[i] for i in some.tolist()])
            for (names, values), some in zip(self._chunk.axes, part, strict=True)
        ]
        return Chunk(tuple(axes)).settings()

    def _columns(self, part: Part) -> dict[str, Any]:
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
            return first if not each else _like(first, each)
        keys = [_key(value) for value in values]
        if len(set(keys)) > 1:
            raise Mixed(self._labels(keys, axis), "of several values")
        return first

    def _numbers(self, values: list[Any], kind: type, axis: int) -> Any:
        try:
            array = np.array(values, np.int64 if kind is int else float)
        except OverflowError:
            array = np.array(values, object)
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
        name = frame.f_code.co_filename
        if name not in {column.__file__, __file__}:
            where = f" at {basename(name)}:{line}"
    return f"{mixed.what}{where}"


def _parted(part: Part, of: Any) -> tuple[int, list[Array]]:
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
    order = np.argsort(which, kind="stable")
    ends = np.flatnonzero(np.diff(which[order])) + 1
    return axis, [part[axis][some] for some in reversed(np.split(order, ends))]


# Values, which may be structures of columns.


def _like(first: Any, each: list[Any]) -> Any:
    """Return a structure like another with other values."""
    kind: Any = type(first)
    if hasattr(kind, "made"):  # a shape, whose numbers were checked
        *space, channels = each
        return kind.made(tuple(space), channels)
    return kind._make(each) if hasattr(kind, "_make") else kind(each)


def _collect(value: Any, found: dict[int, Any]) -> None:
    """Add the columns in a value, by identity."""
    if isinstance(value, (Column, Real)):
        found[id(value)] = value
    elif isinstance(value, (tuple, list)):
        for each in value:
            _collect(each, found)


def _filled(value: Any, arrays: Mapping[int, Array]) -> Any:
    """Return a value with arrays for its columns."""
    if isinstance(value, (Column, Real)):
        return arrays[id(value)]
    if isinstance(value, (tuple, list)):
        each = [_filled(v, arrays) for v in value]
        if any(new is not old for new, old in zip(each, value, strict=True)):
            return _Structure(value, each)
    return value


class _Structure(NamedTuple):
    """A structure of which some values are arrays."""

    like: Any
    each: list[Any]


def _first(value: Any) -> Any:
    """Return what a value is for the first of its variants."""
    if isinstance(value, np.ndarray):
        return value.ravel()[:1].tolist()[0]
    if isinstance(value, _Structure):
        return _like(value.like, list(map(_first, value.each)))
    return value


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(
        type(value) is type(other[key]) and value == other[key]
        for key, value in one.items()
    )


def _assembled(
    pieces: Sequence[tuple[Part, Any]], sizes: tuple[int, ...]
) -> Array:
    """Return the values of all variants, in one array, from those of parts of them."""
    plain = all(_is_plain(value) for _, value in pieces)
    found: Array = np.zeros(sizes, np.int64 if plain else object)
    if not plain:
        found.fill(None)
    for part, value in pieces:
        size = tuple(map(len, part))
        found[np.ix_(*part)] = value if plain else _objects(value, size)
    return found.ravel()


def _is_plain(value: Any) -> bool:
    """Tell whether values are integers of 64 bits."""
    if isinstance(value, np.ndarray):
        return value.dtype == np.int64
    return type(value) is int and -(2**63) <= value < 2**63


def _objects(value: Any, size: tuple[int, ...]) -> Array:
    """Return values as objects of Python's, for so many variants."""
    if isinstance(value, np.ndarray):
        return np.broadcast_to(value, size).astype(object)
    found: Array = np.empty(size, object)
    if isinstance(value, _Structure):
        each = [_objects(v, size).ravel() for v in value.each]
        lines = [_like(value.like, list(line)) for line in zip(*each, strict=True)]
        found.ravel()[:] = np.fromiter(lines, object, len(lines))
        return found
    found.fill(value)
    return found


def _with(array: Array, place: int, value: Any) -> Array:
    """Return an array with another value at a place."""
    if array.dtype != object and not _is_plain(value):
        array = array.astype(object)
    array[place] = value
    return array
