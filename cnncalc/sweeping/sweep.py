"""Networks from a function over a grid of settings, and a row of totals for each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from cnncalc._typing import override
from cnncalc.answers.answer import Answer
from cnncalc.answers.table import Column, Fact, Gap, Style, Table
from cnncalc.checks import for_message
from cnncalc.door import guarded
from cnncalc.errors import ArgumentError, OptionError, UnknownNameError
from cnncalc.memory.types import DataTypes
from cnncalc.operations.conventions import Convention
from cnncalc.report.compare import is_network, named
from cnncalc.report.style import lettered, styled
from cnncalc.sizes.amount import Amount
from cnncalc.sweeping.grid import apart, points_of
from cnncalc.sweeping.plan import Lot, Plan, Watcher, lots_of, plan_of, way_of
from cnncalc.sweeping.running import checked
from cnncalc.sweeping.variant import (
    NOTE,
    Build,
    Measures,
    Variant,
    columns_of,
    limits_of,
)

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["Sweep", "sweep"]

DEFAULT = ("params", "macs", "activations", "receptive_field")

_NOTE = Column(NOTE, NOTE, "text")
_USUAL = Style()

Grid = Mapping[str, Iterable[Any]] | Iterable[Mapping[str, Any]]

_FIRST = 100  # rows that are printed, and shown in a notebook


@guarded
class Sweep(Answer):
    """The rows of a sweep, each made when it is asked for.

    Iterating runs it and keeps nothing, so that a grid may be endless. Printing it, or
    showing it in a notebook, runs the first 100. What needs all rows (`rows`, `pareto`,
    `table`, the formats and pickling) runs it once and keeps them. A grid that is an
    iterator can be run only once.
    """

    __slots__ = ("_columns", "_head", "_lots", "_plan", "_rows", "_style", "_told")

    def __init__(
        self,
        plan: Plan,
        columns: Iterable[Column],
        style: Style = _USUAL,
        rows: tuple[Variant, ...] | None = None,
    ) -> None:
        self._plan, self._columns, self._style = plan, tuple(columns), style
        self._rows = rows
        self._lots: list[Lot] | None = None  # all rows, once a column was asked for
        self._told: dict[str, int] = {}  # why variants were measured one by one
        # The first rows, and what goes on after them, once they were shown.
        self._head: tuple[tuple[Variant, ...], Iterator[Variant]] | None = None

    @override
    def __reduce__(self) -> Any:
        done = Plan(None, settings=tuple(self._names()))
        return Sweep, (done, self._columns, self._style, self.rows())

    def __iter__(self) -> Iterator[Variant]:
        if self._rows is not None:
            return iter(self._rows)
        if self._head is None:
            return self._running()
        first, rest = self._head
        self._head = None
        return chain(first, rest)

    def _running(self) -> Iterator[Variant]:
        if self._plan.lots is not None:
            rows: Iterator[Variant] = chain.from_iterable(self._batches())
        else:
            assert self._plan.run is not None  # or there are rows
            rows = self._plan.run()
        return rows if self._plan.progress is None else self._watched(rows)

    def _watched(self, rows: Iterable[Variant]) -> Iterator[Variant]:
        assert self._plan.progress is not None
        for done, row in enumerate(rows, 1):
            yield row
            self._plan.progress(done, self._plan.total)

    def _batches(self) -> Iterator[Lot]:
        if self._lots is not None:
            yield from self._lots
            return
        assert self._plan.lots is not None
        self._told = {}
        for lot in self._plan.lots():
            if why := getattr(lot, "why", ""):
                self._told[why] = self._told.get(why, 0) + len(lot.alone)
            yield lot

    def rows(self) -> tuple[Variant, ...]:
        """Return all rows; asked again, the same."""
        if self._rows is None:
            self._rows = tuple(self)
        return self._rows

    def column(self, name: str) -> Any:
        """Return a column or a setting of all rows, in their order.

        Of a sweep by NumPy that does not go on with rows of an earlier one it is an
        array, masked where a row has no value, and no row is made for it. Of others it
        is a list, with None where a row has none.

        Args:
            name: Its name.

        Raises:
            UnknownNameError: If there is neither.

        Example:
            >>> from cnncalc import sweep, zoo
            >>> sweep(zoo.mobilenet_v2, {"width": [0.5, 1.0]}).column("params")
            [1968680, 3504872]
        """
        if self._plan.lots is None:
            self.rows()
        else:
            self._keep_lots()
        known = (*(column.key for column in self._columns), *self._names())
        if name not in known:
            why = f"there is no column {for_message(name)}"
            raise UnknownNameError(why, f"There are: {', '.join(known)}")
        if self._plan.lots is None:
            return [{**row.settings, **row.values}.get(name) for row in self.rows()]
        from cnncalc.sweeping.batch import column_of

        return column_of(self._lots or [self.rows()], name)

    def _keep_lots(self) -> None:
        """Run it, unless that was done, and keep the rows as they came."""
        if self._lots is not None or self._rows is not None:
            return
        lots, done = [], 0
        for lot in self._batches():
            lots.append(lot)
            done += len(lot)
            if self._plan.progress is not None:
                self._plan.progress(done, self._plan.total)
        self._lots = lots

    @property
    def one_by_one(self) -> dict[str, int]:
        """The reasons why a sweep by NumPy measured variants one by one, and how many.

        It is empty where it did not, and of other sweeps, which always do.
        """
        return dict(self._told)

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
        if self._plan.settings is not None:
            return self._plan.settings
        if self._lots is not None:
            return dict.fromkeys(name for lot in self._lots for name in lot.settings)
        return dict.fromkeys(name for row in self.rows() for name in row.settings)

    @property
    @override
    def table(self) -> Table:
        """The rows as a report: settings, columns, and what became of each."""
        return self._tabled(self.rows(), self._names())

    def _tabled(self, rows: Sequence[Variant], settings: Iterable[str]) -> Table:
        names = list(settings)
        columns = [*[Column(n, n, "value") for n in names], *self._columns, _NOTE]
        lines = tuple(
            (
                *[row.settings.get(name) for name in names],
                *[row.values[column.key] for column in self._columns],
                str(row.error or row.skipped),
            )
            for row in rows
        )
        counts = {
            "Variants": len(rows),
            "Skipped": sum(bool(row.skipped) for row in rows),
            "Impossible": sum(row.error is not None for row in rows),
        }
        facts = [Fact(what.lower(), what, n, "count") for what, n in counts.items()]
        places = [i for i, column in enumerate(columns) if column.unit == "shape"]
        shapes = (line[place] for line in lines for place in places)
        style = lettered(self._style, filter(None, shapes))
        return Table("Sweep", tuple(columns), lines, tuple(facts), style=style)

    @override
    def _shown(self) -> Table:
        """Return the first rows, and whether there are more."""
        if self._rows is None and self._head is None:
            run = iter(self)
            self._head = tuple(islice(run, _FIRST + 1)), run
            if len(self._head[0]) <= _FIRST:
                self._rows, self._head = self._head[0], None
        if self._rows is not None:
            return self.table.shortened(_FIRST, 0)
        assert self._head is not None
        first = self._head[0][:_FIRST]
        names = self._plan.settings or {n: 0 for row in first for n in row.settings}
        table = self._tabled(first, names)
        total = self._plan.total
        more = Gap("…" if total is None else f"… {total - _FIRST:,} more")
        gap = (more, *[Gap()] * (len(table.columns) - 1))
        return table._replace(lines=(*table.lines, gap), totals=())

    @override
    def __repr__(self) -> str:
        if self._rows is None:
            total = self._plan.total
            told = "" if total is None else f" of {total:,} variants"
            return f"<Sweep{told}, not run yet>"
        return str(self)


@guarded
def sweep(  # noqa: PLR0913 - each is a choice of its own
    build: Build,
    grid: Grid | None = None,
    *,
    columns: Iterable[str | Convention] | Convention = DEFAULT,
    executor: Executor | Callable[[], Executor] | None = None,
    progress: Watcher | None = None,
    chunk: int | None = None,
    engine: str = "python",
    resume: Iterable[Variant] = (),
    dtype: DataTypes = "float32",
    batch: int = 1,
    units: str = "exact",
    byte_units: str = "binary",
    layout: str = "HWC",
    language: str = "en",
    **limits: Amount,
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
        chunk: How many variants an executor gets at once, or NumPy; None is 32, and
            262,144 for NumPy.
        engine: "python" measures one variant after the other. "numpy", which needs
            NumPy, measures all variants of a chunk at once, as far as their networks
            are alike: their settings are columns of numbers, on which the same rules
            run. Each row is the same.
        resume: Rows of an earlier run, as a list that was kept while it ran, or a
            pickled sweep: a variant with the settings of one that was measured, for
            all that is asked, is not built again.
        dtype: As of `summary`, and so are the others: the values' data type.
        batch: How many inputs are run at once.
        units: How counts are written.
        byte_units: How bytes are.
        layout: How shapes are.
        language: "en" or "zh".
        limits: ``max_params=1_000_000``, ``min_macs="20M"``: of a variant beyond a
            limit nothing else is measured. They are on counts and bytes, and looked at
            in the order given. A network of which only a lower bound is known is beyond
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
    if grid is None:
        raise _no_grid(limits)
    style = styled(dtype, batch, units, byte_units, layout, language)
    asked = columns_of(columns)
    measures = Measures(asked, limits_of(limits, asked), style)
    heads = [named(name)[0] for name in asked.values()]
    taken = {word for head in (*heads, _NOTE) for word in (head.key, head.title)}
    _check_functions(build, progress)
    way = way_of(engine, chunk)
    pool = checked(executor)
    points = points_of(grid)
    apart(points.axes or (), taken)
    known = _measured(resume, asked)
    if pool is None and not way.at_once:  # each when it is asked for
        way = way._replace(size=1)
    lots = partial(lots_of, way.work, build, measures, pool)
    plan = plan_of(points, taken, known, way, lots)
    return Sweep(plan._replace(progress=progress), heads, style)


def _measured(rows: Any, columns: Collection[str]) -> list[Variant]:
    """Return the rows of an earlier run that have all these columns.

    Raises:
        OptionError: If they are no rows.
    """
    found = list(rows) if isinstance(rows, Iterable) else [rows]
    for row in found:
        if not isinstance(row, Variant):
            why = f"resume has {for_message(row)}"
            raise OptionError(why, "Give the rows of an earlier sweep")
    return [row for row in found if row.ok and {*columns} <= {*row.values}]


def _check_functions(build: Any, progress: Any) -> None:
    if is_network(build):
        fix = "Give the function that builds it: sweep(zoo.mobilenet_v2, grid)"
        raise OptionError("build is a network", fix)
    if not callable(build):
        fix = "It must be a function, as zoo.mobilenet_v2 is"
        raise OptionError(f"build is {for_message(build)}", fix)
    if not (progress is None or callable(progress)):
        why = f"progress is {for_message(progress)}"
        raise OptionError(why, "It must be a function")


def _no_grid(words: Mapping[str, Any]) -> ArgumentError:
    """Return the error that there is no grid, which may be said as words.

    Args:
        words: What was said by name beside all options.
    """
    values = {
        name: value
        if isinstance(value, Iterable) and type(value) is not str
        else [value]
        for name, value in words.items()
        if name[:4] not in {"max_", "min_"}
    }
    grid = values or {"width": [0.5, 1.0]}
    why = "grid must be said: for each setting of the function, its values"
    return ArgumentError(why, f"Write sweep(build, {grid!r:.200})")
