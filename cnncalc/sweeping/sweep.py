"""Networks from a function over a grid of settings, and a row of totals for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cnncalc._typing import override
from cnncalc.checks import for_message, integer, is_count
from cnncalc.errors import OptionError
from cnncalc.operations.conventions import Convention
from cnncalc.report.compare import named
from cnncalc.report.report import Report
from cnncalc.report.table import Column, Fact, Table
from cnncalc.sweeping.grid import apart, points_of, settings_of
from cnncalc.sweeping.running import checked, elsewhere
from cnncalc.sweeping.variant import (
    NOTE,
    Build,
    Variant,
    columns_of,
    limits_of,
    measured,
)

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["Sweep", "sweep"]

DEFAULT = ("params", "macs", "activations", "receptive_field")

_NOTE = Column(NOTE, NOTE, "text")

Grid = Mapping[str, Iterable[Any]] | Iterable[Mapping[str, Any]]
Progress = Callable[[int, int | None], Any]


class Sweep(Report):
    """The rows of a sweep, each made when it is asked for.

    Iterating runs it and keeps nothing, so that a grid may be endless. What needs all
    rows (`rows`, `pareto`, `table` and the formats) runs it once and keeps them. A
    grid that is an iterator can be run only once.
    """

    __slots__ = ("_columns", "_progress", "_rows", "_run", "_settings", "_total")

    def __init__(
        self,
        run: Callable[[], Iterator[Variant]],
        columns: Iterable[Column],
        total: int | None = None,
        progress: Progress | None = None,
        settings: Iterable[str] | None = None,
    ) -> None:
        self._run, self._columns = run, tuple(columns)
        self._total, self._progress = total, progress
        # Their names, where they are known before there is a row.
        self._settings = None if settings is None else tuple(settings)
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

        A pair, as of the receptive field, is compared by its area, and a shape by its
        size. Rows in which one of the two is missing, unknown, no more than a lower
        bound, or not a number (NaN), are left out.

        Args:
            x: A column, or a setting; less is better. With "-" in front, more is.
            y: Another.

        Returns:
            The rows of the front, from the best in *x* to the best in *y*; of equal
            ones the first.

        Raises:
            UnknownNameError: If there is no such column or setting.
            OptionError: If a setting has values that are no numbers.

        Example:
            >>> from cnncalc import Sequential, sweep
            >>> def build(filters, kernel):
            ...     return Sequential(input=(8, 8, 1)).conv(kernel, filters)
            >>> found = sweep(build, {"filters": [2, 4], "kernel": [1, 3]})
            >>> [dict(row.settings) for row in found.pareto("macs", "-filters")]
            [{'filters': 2, 'kernel': 1}, {'filters': 4, 'kernel': 1}]
        """
        from cnncalc.sweeping.front import direction, front

        units: dict[str, str | None] = dict.fromkeys(self._names())
        units = {column.key: column.unit for column in self._columns} | units
        directions = [direction(name, units) for name in (x, y)]
        return front(self.rows(), *directions)

    def _names(self) -> Iterable[str]:
        """Return the names of the settings."""
        if self._settings is not None:
            return self._settings
        return dict.fromkeys(name for row in self.rows() for name in row.settings)

    @property
    @override
    def table(self) -> Table:  # type: ignore[override]
        """The rows as a report: settings, columns, and what became of each."""
        rows = self.rows()
        settings = list(self._names())
        columns = [
            *[Column(name, name, "text") for name in settings],
            *self._columns,
            _NOTE,
        ]
        lines = tuple(
            (
                *[_word(row.settings.get(name)) for name in settings],
                *[row.values[column.key] for column in self._columns],
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


def _word(value: Any) -> str | None:
    return None if value is None else str(value)


def sweep(
    build: Build,
    grid: Grid,
    *,
    columns: Iterable[str | Convention] | Convention = DEFAULT,
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
            variants themselves, each a mapping of settings, even without end. An
            iterator serves for one run.
        columns: What to tell of each: what `compare` tells, as "params", "macs" or
            "peak_memory", and counting conventions. No setting may have the name of
            one.
        executor: A `concurrent.futures.Executor`, such as a process pool's, or
            ``client.get_executor()`` of dask.distributed; or a function that makes
            one, which is asked again when a worker's death broke it. *build* and the
            settings must then pickle. None runs here.
        progress: Called after each row with the number of rows so far, and of all; None
            where that is unknown.
        chunk: How many variants an executor gets at once.
        limits: ``max_params=1_000_000``, ``min_macs=...``: of a variant beyond a limit
            nothing else is measured. They are on counts and bytes, and looked at in
            the order given. A network of which only a lower bound is known is beyond
            no minimum.

    Raises:
        OptionError: If there is no such column or limit, or an option is not what it
            must be.

    Example:
        >>> from cnncalc import sweep, zoo
        >>> rows = sweep(zoo.mobilenet_v2, {"width": [0.5, 1.0]}, max_params=3_000_000)
        >>> [(row.settings["width"], row.values["params"], row.skipped) for row in rows]
        [(0.5, 1968680, ''), (1.0, 3504872, 'params 3,504,872 > 3,000,000')]
    """
    asked = columns_of(columns)
    bounds = limits_of(limits, asked)
    heads = [named(name, "en")[0] for name in asked.values()]
    taken = {word for head in (*heads, _NOTE) for word in (head.key, head.title)}
    _callable("build", build)
    if progress is not None:
        _callable("progress", progress)
    size = integer(chunk)
    if not is_count(size):
        raise OptionError(
            f"chunk is {for_message(chunk)}", "It must be a positive integer"
        )
    pool = checked(executor)
    points = points_of(grid)
    apart(points.names or (), taken)

    def run() -> Iterator[Variant]:
        settings = settings_of(points.again(), taken)
        if pool is not None:
            return elsewhere(build, settings, asked, bounds, pool, size)
        return (
            row for one in settings for row in measured(build, [one], asked, bounds)
        )

    return Sweep(run, heads, points.total, progress, points.names)


def _callable(name: str, thing: Any) -> None:
    if not callable(thing):
        raise OptionError(f"{name} is {for_message(thing)}", "It must be a function")
