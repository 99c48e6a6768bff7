"""Parts of a grid that are measured together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product, starmap
from math import prod
from typing import Any, NamedTuple, TypeAlias

from cnncalc.sweeping.running import cut

__all__ = ["Axis", "Chunk", "chunks_of_grid", "chunks_of_variants", "maker"]

# The names of the settings along it, and their values, one tuple for each position.
Axis: TypeAlias = tuple[tuple[str, ...], Sequence[tuple[Any, ...]]]


class Chunk(NamedTuple):
    """Variants that are measured together: all combinations along some axes.

    Attributes:
        axes: For each axis the names of the settings along it, and their values, one
            tuple for each position. Of several axes each has one setting.
    """

    axes: tuple[Axis, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of positions of each axis."""
        return tuple([len(values) for _, values in self.axes])

    @property
    def size(self) -> int:
        """The number of its variants."""
        return prod(self.sizes)

    def settings(self) -> Iterator[dict[str, Any]]:
        """Give the settings of each variant, those along the last axis fastest."""
        names = [name for each, _ in self.axes for name in each]
        if len(self.axes) == 1:  # without the work to combine them
            return starmap(maker(names), self.axes[0][1])
        every = product(*[[value for (value,) in values] for _, values in self.axes])
        return starmap(maker(names), every)


# What makes dictionaries of few keys, which is what most of the time of rows goes into.
_MAKERS: tuple[Callable[..., Callable[..., dict[str, Any]]], ...] = (
    lambda: dict,
    lambda a: lambda x: {a: x},
    lambda a, b: lambda x, y: {a: x, b: y},
    lambda a, b, c: lambda x, y, z: {a: x, b: y, c: z},
    lambda a, b, c, d: lambda x, y, z, u: {a: x, b: y, c: z, d: u},
)


def maker(keys: Sequence[str]) -> Callable[..., dict[str, Any]]:
    """Return what makes a dictionary with these keys of their values."""
    if len(keys) < len(_MAKERS):
        return _MAKERS[len(keys)](*keys)
    return lambda *values: dict(zip(keys, values, strict=True))


def chunks_of_grid(axes: Mapping[str, tuple[Any, ...]], most: int) -> Iterator[Chunk]:
    """Cut a grid of combined settings into chunks, in its order.

    Args:
        axes: The values of each setting.
        most: How many variants each has at most.
    """
    columns: list[tuple[tuple[str, ...], list[tuple[Any, ...]]]]
    columns = [((name,), [(v,) for v in values]) for name, values in axes.items()]
    columns = columns or [((), [()])]  # without settings there is one variant
    sizes = [len(values) for _, values in columns]
    if not prod(sizes):
        return
    whole = len(sizes)  # from which axis on a chunk has all of them
    while whole and prod(sizes[whole - 1 :]) <= most:
        whole -= 1
    if not whole:
        yield Chunk(tuple(columns))
        return
    step = max(1, most // prod(sizes[whole:]))
    names, values = columns[whole - 1]
    for outer in product(*[each for _, each in columns[: whole - 1]]):
        fixed = [(n, [v]) for (n, _), v in zip(columns, outer, strict=False)]
        for start in range(0, len(values), step):
            some = (names, values[start : start + step])
            yield Chunk((*fixed, some, *columns[whole:]))


def chunks_of_variants(
    variants: Iterable[Mapping[str, Any]], most: int
) -> Iterator[Chunk]:
    """Put variants together to chunks, each of variants with the same settings."""
    for some in cut(variants, most):
        start = 0
        names = tuple(some[0])
        for place, settings in enumerate(some):
            if tuple(settings) != names:
                yield _rows(names, some[start:place])
                start, names = place, tuple(settings)
        yield _rows(names, some[start:])


def _rows(names: tuple[str, ...], some: Sequence[Mapping[str, Any]]) -> Chunk:
    return Chunk(((names, [tuple(settings.values()) for settings in some]),))
