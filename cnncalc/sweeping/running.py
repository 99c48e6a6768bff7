"""Running a sweep somewhere else: in the processes or machines of an executor."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from cnncalc.checks import for_message
from cnncalc.errors import ConfigError, OptionError
from cnncalc.sweeping.variant import Build, Measures, Variant, measured

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

__all__ = ["checked", "cut", "elsewhere", "resumed"]

Settings = Mapping[str, Any]
Work = Callable[[Build, Any, Measures], Any]
_AHEAD = 16  # chunks that wait for a worker, so that endless grids stay lazy


def checked(executor: Any) -> Any:
    """Return what is an executor, a function that makes one, or None.

    Raises:
        OptionError: If it is none of them.
    """
    # A class has what its instances do, and submits nothing.
    maker = callable(executor) and not isinstance(executor, type)
    if executor is None or maker or _is_executor(executor):
        return executor
    fix = "Give an executor, or a function without arguments that makes one"
    raise OptionError(f"executor is {for_message(executor)}", fix)


def _is_executor(thing: Any) -> bool:
    submit = getattr(thing, "submit", None)
    return callable(submit) and not isinstance(thing, type)


def _made(maker: Callable[[], Any]) -> Any:
    executor = maker()
    if not _is_executor(executor):
        why = f"the function that is executor returned {for_message(executor)}"
        raise OptionError(why, "It must return an executor")
    return executor


class _Pool:
    """An executor; a new one, if there is a function that makes them, when it broke."""

    def __init__(self, given: Executor | Callable[[], Executor]) -> None:
        maker: Any = None if _is_executor(given) else given
        self._make: Callable[[], Any] | None = maker
        self._executor: Any = _made(maker) if maker else given

    def submit(self, *task: Any) -> Future[Any] | Exception:
        """Hand over some work; return the error if that is not possible any more."""
        try:
            future: Future[Any] = self._executor.submit(*task)
        except Exception as error:  # noqa: BLE001 - of any kind of executor
            return error
        return future

    def renew(self) -> bool:
        """Take a new executor for a broken one; tell whether there is one."""
        if self._make is None:
            return False
        self.close()
        self._executor = _made(self._make)
        return True

    def close(self) -> None:
        """Let go of an executor that was made here."""
        if self._make is not None:
            self._executor.shutdown(wait=False)


def elsewhere(
    work: Work,
    build: Build,
    lots: Iterable[Any],
    measures: Measures,
    executor: Executor | Callable[[], Executor],
) -> Iterator[Any]:
    """Measure lots of variants in an executor, and give their rows in their order.

    Where a worker dies, the variants that it had are tried again one by one, so that
    only the one to blame has the error in its row. Where the grid itself fails, the
    rows of what it gave before come first, as they do without an executor.

    Args:
        work: What measures a lot: `measured`, or what does so for a `Chunk`.
        build: What builds a network.
        lots: Lists of settings, or chunks.
        measures: What is asked of each variant.
        executor: Where that is done.
    """
    pool = _Pool(executor)
    waiting: deque[tuple[Any, Any]] = deque()
    left, fault = iter(lots), None
    try:
        while True:
            try:
                lot = next(left)
            except StopIteration:
                break
            except Exception as error:  # noqa: BLE001 - of any kind of grid
                fault = error
                break
            waiting.append((lot, pool.submit(work, build, lot, measures)))
            if len(waiting) >= _AHEAD:
                yield from _results(pool, waiting.popleft(), build, measures)
        while waiting:
            yield from _results(pool, waiting.popleft(), build, measures)
        if fault is not None:
            raise fault
    finally:
        for _, future in waiting:
            getattr(future, "cancel", bool)()  # what was never handed over has none
        pool.close()


def cut(settings: Iterable[Settings], size: int) -> Iterator[list[Settings]]:
    """Put settings together to lists; what came before an error of theirs stays."""
    left, fault = iter(settings), None
    while fault is None:
        some: list[Settings] = []
        try:
            for each in islice(left, size):
                some.append(each)  # noqa: PERF402 - as above
        except Exception as error:  # noqa: BLE001 - of any kind of grid
            fault = error
        if some:
            yield some
        elif fault is None:
            return
    raise fault


def _results(
    pool: _Pool, task: tuple[Any, Any], build: Build, measures: Measures
) -> Iterator[Any]:
    """Give the rows of a lot; of one that failed, each variant's, tried alone."""
    lot, future = task
    rows, error = _result(future, len(lot) if isinstance(lot, list) else lot.size)
    if error is None:
        yield rows
        return
    variants = lot if isinstance(lot, list) else list(lot.settings())
    if len(variants) == 1:
        future = pool.submit(measured, build, variants, measures)
        if isinstance(future, Exception) and pool.renew():
            future = pool.submit(measured, build, variants, measures)
        rows, error = _result(future, 1)
        yield rows if error is None else [_lost(variants[0], measures, error)]
        return
    for settings in variants:
        yield from _results(pool, ([settings], error), build, measures)


def _result(future: Any, count: int) -> tuple[Any, BaseException | None]:
    """Return the rows of so many variants, or else what went wrong."""
    if isinstance(future, Exception):
        return [], future
    try:
        rows = future.result()
        rows = rows if hasattr(rows, "chunk") else list(rows)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - of any kind of executor
        return [], error
    if len(rows) != count:
        why = f"it returned {len(rows)} rows for {count}"
        return [], ConfigError(why)
    return rows, None


def _lost(settings: Settings, measures: Measures, error: BaseException) -> Variant:
    why = f"its worker failed: {type(error).__name__}: {error}".rstrip(": ")
    fix = "Run it alone, or give executor= a function that makes a new executor"
    return Variant(settings, dict.fromkeys(measures.columns), ConfigError(why, fix))


def resumed(
    grid: Iterable[Settings],
    known: Iterable[Variant],
    measure: Callable[[Iterable[Settings]], Iterator[Variant]],
) -> Iterator[Variant]:
    """Give the rows of a grid in its order, those that are known without measuring.

    Args:
        grid: The settings.
        known: Rows of an earlier run.
        measure: Gives rows for settings, in their order; it may ask for settings ahead.
    """
    rows = {_key(row.settings): row for row in known}
    order: deque[Variant | None] = deque()  # of what was asked for; None is measured

    def missing() -> Iterator[Settings]:
        for settings in grid:
            order.append(rows.get(_key(settings)))
            if order[-1] is None:
                yield settings

    for row in measure(missing()):
        while (before := order.popleft()) is not None:
            yield before
        yield row
    yield from filter(None, order)


def _key(settings: Settings) -> str:
    return repr(sorted(settings.items()))
