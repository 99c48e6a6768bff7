"""The ways to measure the variants of a grid: one after the other, or at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from cnncalc.checks import checked_count, for_message
from cnncalc.errors import OptionError
from cnncalc.sweeping.chunk import chunks_of_grid, chunks_of_variants
from cnncalc.sweeping.grid import Points, settings_of
from cnncalc.sweeping.running import Work, cut, elsewhere, resumed
from cnncalc.sweeping.variant import Build, Measures, Variant, measured

__all__ = ["Lot", "Plan", "Watcher", "lots_of", "plan_of", "way_of"]

Watcher = Callable[[int, int | None], Any]
# Rows that come together: a list, or a `Batch`.
Lot = Any


class Plan(NamedTuple):
    """The way in which a sweep is run.

    Attributes:
        run: Gives the rows from the first one on; None where they are there.
        total: How many there are; None where that is unknown.
        progress: What is told after each.
        settings: Their names, where they are known before there is a row.
        lots: Gives them by NumPy, in batches.
    """

    run: Callable[[], Iterator[Variant]] | None
    total: int | None = None
    progress: Watcher | None = None
    settings: tuple[str, ...] | None = None
    lots: Callable[[], Iterator[Lot]] | None = None


class Way(NamedTuple):
    """A way to measure variants.

    Attributes:
        work: What measures some of them.
        cut: What puts settings together to what that takes.
        size: How many it takes at most.
        at_once: Whether it measures them at once, and gives a `Batch`.
    """

    work: Work
    cut: Callable[[Any, int], Iterator[Any]]
    size: int
    at_once: bool = False


def way_of(name: Any, chunk: Any) -> Way:
    """Return how an engine measures variants.

    Args:
        name: The engine's name.
        chunk: How many variants it is to take; None for what is usual.

    Raises:
        OptionError: If there is no such engine, or it is not installed.
    """
    size = None if chunk is None else checked_count("chunk", chunk)
    if name == "python":
        return Way(measured, cut, size or 32)
    if name != "numpy":
        why = f"engine is {for_message(name)}"
        raise OptionError(why, 'It must be "python" or "numpy"')
    try:
        from cnncalc.sweeping.vectors import measured_at_once
    except ImportError:
        why = "the engine needs NumPy, which is not installed"
        raise OptionError(why, "Run: pip install 'cnncalc[numpy]'") from None
    return Way(measured_at_once, chunks_of_variants, size or 2**18, at_once=True)


def lots_of(
    work: Work, build: Build, measures: Measures, pool: Any, every: Iterable[Any]
) -> Iterator[Lot]:
    """Measure lots of variants, in an executor if there is one."""
    if pool is not None:
        return elsewhere(work, build, every, measures, pool)
    return (work(build, lot, measures) for lot in every)


def plan_of(
    points: Points,
    taken: Collection[str],
    known: list[Variant],
    way: Way,
    lots: Callable[[Iterable[Any]], Iterator[Lot]],
) -> Plan:
    """Return how a sweep is run.

    Args:
        points: The variants.
        taken: What no setting may be called.
        known: Rows that need not be measured.
        way: How others are.
        lots: Does it.
    """

    def measuring(settings: Iterable[Mapping[str, Any]]) -> Iterator[Variant]:
        return chain.from_iterable(lots(way.cut(settings, way.size)))

    def run() -> Iterator[Variant]:
        return resumed(settings_of(points.again(), taken), known, measuring)

    def batches() -> Iterator[Lot]:
        if points.axes is not None:
            return lots(chunks_of_grid(points.axes, way.size))
        return lots(way.cut(settings_of(points.again(), taken), way.size))

    names = None if points.axes is None else tuple(points.axes)
    batched = way.at_once and not known
    return Plan(run, points.total, None, names, batches if batched else None)
