"""Networks from a function over a grid of settings, and a row of totals for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.errors import OptionError
from cnncalc.report.compare import named
from cnncalc.report.report import Report
from cnncalc.report.table import Column, Fact, Table
from cnncalc.shape import is_count, shown
from cnncalc.sweeping.variant import Build, Limit, Variant, limits_of, measured
from cnncalc.typed import override

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["Sweep", "sweep"]

DEFAULT = ("params", "macs", "activations", "receptive_field")

Grid = Mapping[str, Iterable[Any]] | Iterable[Mapping[str, Any]]
Progress = Callable[[int, int | None], Any]


class Sweep(Report):
    """The rows of a sweep, each made when it is asked for.

    Iterating runs it and keeps nothing, so that a grid may be endless. What needs all
    rows (`rows`, `pareto`, `table` and the formats) runs it once and keeps them.
    """

    __slots__ = ("_columns", "_progress", "_rows", "_run", "_total")

    def __init__(
        self,
        run: Callable[[], Iterator[Variant]],
        columns: Sequence[str],
        total: int | None,
        progress: Progress | None,
    ) -> None:
        self._run, self._columns = run, tuple(columns)
        self._total, self._progress = total, progress
        self._rows: tuple[Variant, ...] | None = None

    def __iter__(self) -> Iterator[Variant]:
        if self._rows is not None:
            yield from self._rows
            return
        for done, row in enumerate(self._run(), 1):
            yield row
            if self._progress is not None:
                self._progress(done, self._total)

    def rows(self) -> tuple[Variant, ...]:
        """Return all rows; asked again, the same."""
        if self._rows is None:
            self._rows = tuple(self)
        return self._rows

    def pareto(self, x: str, y: str) -> list[Variant]:
        """Return the rows than which no other is better in both columns.

        Args:
            x: A column, or a setting; less is better. With "-" in front, more is.
            y: Another.

        Returns:
            The rows of the front, from the best in *x* to the best in *y*; of equal
            ones the first.

        Raises:
            UnknownNameError: If there is no such column or setting.

        Example:
            >>> from cnncalc import Sequential, sweep
            >>> def build(filters, kernel):
            ...     return Sequential(input=(8, 8, 1)).conv(kernel, filters)
            >>> found = sweep(build, {"filters": [2, 4], "kernel": [1, 3]})
            >>> [dict(row.settings) for row in found.pareto("macs", "-filters")]
            [{'filters': 2, 'kernel': 1}, {'filters': 4, 'kernel': 1}]
        """
        signs = [-1 if name.startswith("-") else 1 for name in (x, y)]
        names = [name.removeprefix("-") for name in (x, y)]
        keyed = []
        for place, row in enumerate(row for row in self.rows() if row.ok):
            values = [row.of(name) for name in names]
            if None not in values:
                keyed.append(
                    (*(s * v for s, v in zip(signs, values, strict=True)), place, row)
                )
        keyed.sort(key=lambda entry: entry[:3])
        front: list[Variant] = []
        best: Any = None
        for _, second, _, row in keyed:
            if best is None or second < best:
                front.append(row)
                best = second
        return front

    @property
    @override
    def table(self) -> Table:  # type: ignore[override]
        """The rows as a report: settings, columns, and what became of each."""
        rows = self.rows()
        settings = list(dict.fromkeys(name for row in rows for name in row.settings))
        columns = [
            *[Column(name, name, "text") for name in settings],
            *[named(name, "en")[0] for name in self._columns],
            Column("note", "note", "text"),
        ]
        lines = tuple(
            (
                *[_word(row.settings.get(name)) for name in settings],
                *[row.values[name] for name in self._columns],
                str(row.error or row.skipped),
            )
            for row in rows
        )
        facts = (
            Fact("variants", "Variants", len(rows), "count"),
            Fact("skipped", "Skipped", len([r for r in rows if r.skipped]), "count"),
            Fact(
                "impossible", "Impossible", len([r for r in rows if r.error]), "count"
            ),
        )
        return Table("Sweep", tuple(columns), lines, facts)

    @override
    def __repr__(self) -> str:
        if self._rows is None:
            total = "" if self._total is None else f" of {self._total:,} variants"
            return f"<Sweep{total}, not run yet>"
        return super().__repr__()


def _values(name: Any, values: Any) -> tuple[Any, ...]:
    if not isinstance(values, Iterable):
        why = f"the grid has {shown(values)} for {shown(name)}"
        raise OptionError(why, "Give each setting its values, in a list or the like")
    return tuple(values)


def _word(value: Any) -> str | None:
    return None if value is None else str(value)


def sweep(
    build: Build,
    grid: Grid,
    *,
    columns: Iterable[str] = DEFAULT,
    executor: Executor | Callable[[], Executor] | None = None,
    progress: Progress | None = None,
    chunk: int = 32,
    **limits: int,
) -> Sweep:
    """Build a network for each point of a grid, and return a row of totals for each.

    Nothing is run before a row is asked for. A variant that cannot be has its error in
    its row, and the sweep goes on.

    Args:
        build: A function that returns a network. It is called with a variant's settings
            as keywords.
        grid: For each setting its values, which are combined in all ways; or the
            variants themselves, each a mapping of settings, even without end.
        columns: What to tell of each: what `compare` tells, as "params", "macs" or
            "peak_memory", and the names of counting conventions.
        executor: A `concurrent.futures.Executor`, such as a process pool's, or
            ``client.get_executor()`` of dask.distributed; or a function that makes
            one, which is asked again when a worker's death broke it. *build* and the
            settings must then pickle. None runs here.
        progress: Called after each row with the number of rows so far, and of all; None
            where that is unknown.
        chunk: How many variants an executor gets at once.
        limits: ``max_params=1_000_000``, ``min_macs=...``: of a variant beyond a limit
            nothing else is measured. They are looked at in the order given.

    Raises:
        OptionError: If there is no such column or limit.

    Example:
        >>> from cnncalc import sweep, zoo
        >>> rows = sweep(zoo.mobilenet_v2, {"width": [0.5, 1.0]}, max_params=3_000_000)
        >>> [(row.settings["width"], row.values["params"], row.skipped) for row in rows]
        [(0.5, 1968680, ''), (1.0, 3504872, 'params 3,504,872 > 3,000,000')]
    """
    names = [columns] if isinstance(columns, str) else list(columns)
    names = [named(name, "en")[0].key for name in names]
    bounds = limits_of(limits)
    if not callable(build):
        raise OptionError(f"build is {shown(build)}", "It must be a function")
    if not is_count(chunk):
        raise OptionError(f"chunk is {shown(chunk)}", "It must be a positive integer")
    points, total = _points(grid)

    def run() -> Iterator[Variant]:
        if executor is not None:
            from cnncalc.sweeping.running import elsewhere

            return elsewhere(build, points(), names, bounds, executor, chunk)
        return _here(build, points(), names, bounds)

    return Sweep(run, names, total, progress)


def _here(
    build: Build,
    points: Iterable[Mapping[str, Any]],
    names: Sequence[str],
    bounds: Sequence[Limit],
) -> Iterator[Variant]:
    settings: Any
    for settings in points:
        if not isinstance(settings, Mapping):
            why = f"the grid has {shown(settings)}"
            raise OptionError(why, "Give settings, each a mapping of names to values")
        yield from measured(build, [settings], names, bounds)


def _points(
    grid: Grid,
) -> tuple[Callable[[], Iterable[Mapping[str, Any]]], int | None]:
    """Return what gives the variants of a grid, and how many there are."""
    if isinstance(grid, Mapping):
        settings: Mapping[Any, Iterable[Any]] = grid
        axes = {str(name): _values(name, all_) for name, all_ in settings.items()}

        def combined() -> Iterator[Mapping[str, Any]]:
            for values in product(*axes.values()):
                yield dict(zip(axes, values, strict=True))

        return combined, prod(map(len, axes.values()))
    points: Any = grid
    if not isinstance(points, Iterable):
        fix = "Give the values of each setting, or an iterable of settings"
        raise OptionError(f"grid is {shown(grid)}", fix)
    return lambda: grid, len(grid) if isinstance(grid, Sequence) else None
