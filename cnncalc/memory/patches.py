"""Patches: the first part of a network run piece by piece, so that it needs less.

The map at a cut is made in patches. Each is computed from the part of the input that it
depends on, and of every map between only what it needs is ever there, as the smallest
rectangle that holds it. Neighbours need some of the same, and compute it twice.

Source:
    Lin et al. 2021, https://arxiv.org/abs/2110.15352, §3.1; for depthwise convolutions
    in place Lin et al. 2020, https://arxiv.org/abs/2007.10319, §3.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple, TypeAlias

from cnncalc._lazy import modules
from cnncalc._typing import Unpack, override
from cnncalc.answers.answer import Answer, Written
from cnncalc.answers.table import Column, Table, columns, facts
from cnncalc.checks import checked_flag, for_message, integer, is_count
from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.deployed import deployed
from cnncalc.cost.totals import totals
from cnncalc.errors import OptionError, shortened, unknown_name
from cnncalc.memory.stem import Running, Stem, alive_whole, stems_of
from cnncalc.memory.types import DataTypes
from cnncalc.sizes.amount import Amount, amount
from cnncalc.sizes.axes import Axes
from cnncalc.sizes.bound import AtLeast
from cnncalc.sizes.shape import Shape

_drawing = modules("cnncalc.draw", "drawing")["drawing"]

__all__ = ["PatchedLayer", "Patches", "patches"]


class PatchedLayer(NamedTuple):
    """A layer that runs patch by patch.

    Attributes:
        layer: Its path.
        output: What it puts out when it runs whole.
        patch: How many positions of that the largest patch needs, along each axis.
        alive: The bytes that are alive while it runs, the map at the cut among them.
        macs: Its multiply-accumulates when it runs whole.
        redundant_macs: How many it does besides, all patches together.
    """

    layer: str
    output: Shape
    patch: Axes
    alive: int
    macs: int
    redundant_macs: int


class _Patches(NamedTuple):
    cut: str
    grid: Axes
    patch: Axes
    halo: Axes
    overlap: float
    patch_peak: int
    rest_peak: int
    whole_peak: int
    macs: int
    redundant_macs: int
    memory: int | None
    layers: tuple[PatchedLayer, ...]
    reads: tuple[tuple[range, ...], ...]
    input: Shape


class Patches(Answer, _Patches):
    """A network that runs patch by patch up to a cut, and whole behind it.

    Attributes:
        cut: The path of the layer whose map is made in patches.
        grid: Into how many that is cut, along each axis.
        patch: How much of the input the largest one reads, along each axis.
        halo: How many positions of the input two neighbours both read, at most.
        overlap: How often a position of the input is read, on average.
        patch_peak: The bytes that are alive at most while patches run: the whole map at
            the cut among them, the input not.
        rest_peak: Those behind the cut.
        whole_peak: Those without patches.
        macs: The multiply-accumulates of the network, run so.
        redundant_macs: How many of these are done again for a neighbour.
        memory: The bytes that there are; None if that was not said.
        layers: The layers that run patch by patch.
        reads: Along each axis, what of the input each row or column of patches reads.
        input: The shape of the input.
    """

    @property
    def peak(self) -> int:
        """The bytes that are alive at most."""
        return max(self.patch_peak, self.rest_peak)

    @property
    def fits(self) -> bool:
        """Whether that is not more than there is."""
        return self.memory is None or self.peak <= self.memory

    @property
    def factor(self) -> float | None:
        """The MACs, as a multiple of those of the whole network; None if unknown."""
        own = self.macs - self.redundant_macs
        if isinstance(own, AtLeast):
            return None
        return self.macs / own if own else 1.0

    @property
    @override
    def table(self) -> Table:
        """A line for each layer that runs patch by patch; the sums below."""
        asked = () if self.memory is None else _IF_LIMITED
        totals = facts(self, (*_TOTALS, *asked))
        return Table("patches", _COLUMNS, self.layers, totals)

    def draw(self, title: str | None = None, **how: Unpack[Written]) -> Any:
        """Return a `Drawing` of which part of the input each patch reads, and of peaks.

        Args:
            title: What stands above it.
            how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``,
                ``language=``.

        Raises:
            OptionError: If *title* is no text, or an option is none.

        Example:
            >>> from cnncalc import zoo
            >>> found = zoo.mobilenet_v2().patches(cut="stage3/0/conv2", grid=4)
            >>> found.draw().description[:44]
            '4×4 patches, each reads 75×75 of 224×224. Pe'
        """
        return _drawing.draw_patches(self, title, self.styled(**how).table.style)


_COLUMNS = (
    Column("layer", "layer", "text"),
    Column("output", "output", "shape"),
    Column("patch", "in a patch", "sizes"),
    *columns("bytes", alive="memory alive"),
    *columns("count", macs="MACs", redundant_macs="redundant MACs"),
)
_TOTALS = (
    Column("cut", "Cut behind", "text"),
    *columns(
        "sizes",
        grid="Patches",
        patch="Of the input, each reads",
        halo="Shared with the next",
    ),
    Column("overlap", "Reads of a position", "ratio"),
    *columns(
        "bytes",
        patch_peak="Peak of the patches",
        rest_peak="Peak behind the cut",
        peak="Peak memory",
        whole_peak="Peak without patches",
    ),
    *columns("count", macs="Total MACs", redundant_macs="Redundant MACs"),
    Column("factor", "MACs, times", "ratio"),
)
_IF_LIMITED = Column("memory", "Memory", "bytes"), Column("fits", "Fits", "flag")


def patches(
    net: AnyNetwork,
    memory: Amount | None = None,
    *,
    cut: str | None = None,
    grid: int | tuple[int, ...] | None = None,
    dtype: DataTypes = "int8",
    depthwise_inplace: bool = False,
    input_in_memory: bool = False,
    **how: Unpack[Written],
) -> Patches:
    """Return how to run the first part of a network in patches, so that it fits.

    The network is taken as `deployed` has it. Of all cuts behind which one map alone
    is needed, and all grids of patches, it is what fits with the fewest multiply-
    accumulates; if none fits, or no memory is given, what needs the least memory.
    Patch i of n is made of the positions from ⌊i·size/n⌋ on. Of each map before, a
    patch has the smallest rectangle that it needs, what is beyond the border left out.

    Args:
        memory: The bytes that there are: an integer, or a text as "256 KiB".
        cut: The path of the layer whose map is made in patches; None looks for it.
        grid: Into how many, along each axis: an int for all, or a tuple; None looks for
            it, up to 16 along each axis of a map; of a sequence 24, 32, 48 and 64, too.
        dtype: The type of values, as of `memory`.
        depthwise_inplace: Whether a depthwise convolution overwrites what it reads,
            channel by channel, as TinyEngine does; it needs one channel besides.
        input_in_memory: Whether the whole input is there while patches run. Else each
            patch is read from where it is.
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Raises:
        OptionError: If *memory* is no positive amount, there is no such grid, or the
            network cannot be cut so: its first layers must see windows, of one input.
        UnknownNameError: If it cannot be cut behind that layer, or no node, group or
            kind has a name in the mapping.

    Source:
        Lin et al. 2021, https://arxiv.org/abs/2110.15352, §3.1.

    Example:
        >>> from cnncalc import zoo
        >>> found = zoo.mobilenet_v2().patches(cut="stage3/0/conv2", grid=4)
        >>> found.patch, found.patch_peak, round(found.factor, 3)
        ((75, 75), 170432, 1.093)
    """
    limit = None if memory is None else amount("memory", memory, "bytes")
    running = Running(
        dtype,
        checked_flag("depthwise_inplace", depthwise_inplace),
        checked_flag("input_in_memory", input_in_memory),
    )
    table, outputs = deployed(net.graph.table, net.graph.outputs)
    stems = stems_of(table, outputs, running)
    if cut is not None:
        known = {stem.path: stem for stem in stems}
        if not isinstance(cut, str) or cut not in known:
            raise unknown_name("cut", shortened(str(cut)), known)
        stems = [known[cut]]
    fitting = [] if limit is None else [s for s in stems if s.rest_peak <= limit]
    stem, chosen = _fitting(fitting, grid, limit) or _least(stems, grid)
    alive = alive_whole(table, outputs, running)
    macs = totals(table.parts()).macs
    return _told(stem, chosen, max(alive), macs, limit)._written(how)


_Tried: TypeAlias = tuple[Stem, Axes]  # a cut, and a grid of patches


def _grids(stem: Stem, grid: Any) -> Iterable[Axes]:
    """Return the grids to look at: the one that is asked for, or all.

    Raises:
        OptionError: If it is none.
    """
    if grid is None:
        return stem.grids()
    each = tuple(map(integer, grid)) if isinstance(grid, tuple) else integer(grid)
    rank = len(stem.space)
    parts = each if isinstance(each, tuple) else (each,) * rank
    fits = len(parts) == rank and all(
        is_count(n) and n <= size for n, size in zip(parts, stem.space, strict=True)
    )
    if not fits:
        space = "×".join(map(str, stem.space))
        why = f"there is no grid {for_message(grid)} of {space} positions"
        raise OptionError(why, f"Give {rank} numbers up to these, or one for all axes")
    return [parts]


def _fitting(stems: list[Stem], grid: Any, limit: int | None) -> _Tried | None:
    """Return the cut and the grid that fit with the fewest MACs; None if none does."""
    tried = [
        (stem.redundant_macs(each), prod(each), number, each)
        for number, stem in enumerate(stems)
        for each in _grids(stem, grid)
    ]
    for *_, number, each in sorted(tried):
        if stems[number].peak_within(each, limit) is not None:
            return stems[number], each
    return None


def _least(stems: list[Stem], grid: Any) -> _Tried:
    """Return the cut and the grid that need the least memory, with the fewest MACs."""
    best: tuple[int, int, Stem, Axes] | None = None
    for stem in sorted(stems, key=lambda stem: stem.rest_peak):
        if best and stem.rest_peak >= best[0]:
            break
        # What is behind the cut is needed anyway.
        if found := _fitting([stem], grid, stem.rest_peak):
            return found
        for each in sorted(_grids(stem, grid), key=prod, reverse=True):
            peak = stem.peak_within(each, best and best[0])
            macs = stem.redundant_macs(each)
            if peak is not None and (best is None or (peak, macs) < best[:2]):
                best = peak, macs, stem, each
    assert best
    return best[2:]


def _told(
    stem: Stem, grid: Axes, whole_peak: int, whole_macs: int, limit: int | None
) -> Patches:
    """Return what is told of the patches of a grid."""
    input = stem.table.calls[0].output
    reads = tuple(
        [
            tuple([needed[0] for needed in stem.needed(*axis)])
            for axis in enumerate(grid)
        ]
    )
    layers = tuple(_layers(stem, grid))
    redundant = stem.redundant_macs(grid)
    return Patches(
        cut=stem.path,
        grid=grid,
        patch=tuple([max(map(len, parts)) for parts in reads]),
        halo=tuple([max(_shared(parts), default=0) for parts in reads]),
        overlap=prod([sum(map(len, parts)) for parts in reads]) / input.positions,
        patch_peak=max([max(stem.alive(patch)) for patch in stem.patches(grid)]),
        rest_peak=stem.rest_peak,
        whole_peak=whole_peak,
        macs=whole_macs + redundant,
        redundant_macs=redundant,
        memory=limit,
        layers=layers,
        reads=reads,
        input=input,
    )


def _shared(parts: tuple[range, ...]) -> list[int]:
    """Return how many positions each part of an axis shares with the next."""
    return [max(one.stop - other.start, 0) for one, other in pairwise(parts)]


def _layers(stem: Stem, grid: Axes) -> Iterator[PatchedLayer]:
    table, largest = stem.table, next(stem.patches(grid))
    patched, alive = stem.patched_macs(grid), stem.alive(largest)
    for node, call in enumerate(table.calls):
        if table.links[node]:
            patch, macs = tuple([along[node] for along in largest]), stem.macs[node]
            numbers = alive[node], macs, patched[node] - macs
            yield PatchedLayer(table.path(node), call.output, patch, *numbers)
