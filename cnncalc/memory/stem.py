"""The first part of a network, up to a cut: what patches of it need and cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise, product
from math import prod
from typing import Any, NamedTuple, TypeAlias

from cnncalc.cost.receptive_field import Field, table_fields
from cnncalc.cost.totals import costs
from cnncalc.errors import OptionError
from cnncalc.graph.call import Call
from cnncalc.graph.table import Table
from cnncalc.memory.liveness import bytes_alive, storage_of, works
from cnncalc.memory.types import (
    ACTIVATIONS,
    DataTypes,
    first_unknown,
    tensor_bytes,
    widths,
)
from cnncalc.sizes.axes import Axes
from cnncalc.sizes.number import ceil_div
from cnncalc.sizes.places import either, hull
from cnncalc.sizes.window import LOCAL

__all__ = ["Running", "Stem", "alive_whole", "stems_of"]

_GRIDS = 256  # of one cut that are looked at, at most
_PARTS = (*range(1, 17), 24, 32, 48, 64)  # of an axis; above 16 of a sequence alone

# What is needed of each node of a stem along one axis; nothing, if it is empty.
Along: TypeAlias = tuple[range, ...]


class Running(NamedTuple):
    """The way that a network runs.

    Attributes:
        dtype: The type of its values.
        depthwise_inplace: Whether a depthwise convolution overwrites what it reads.
        input_in_memory: Whether the whole input is there while patches run.
    """

    dtype: DataTypes
    depthwise_inplace: bool
    input_in_memory: bool


class Stem:
    """The nodes up to a cut.

    Attributes:
        table: They, as a table; the last is that at the cut.
        space: The sizes of what that puts out.
        path: What it is called.
        rest_peak: The bytes that are alive at most behind it.
        macs: The multiply-accumulates of each node that runs whole.
    """

    def __init__(
        self,
        table: Table,
        bits: Sequence[int],
        rest: Sequence[int],
        how: Running,
        seen: Callable[..., range],
    ) -> None:
        self.table, self._bits, self._how, self._seen = table, bits, how, seen
        last, outputs = table.calls[-1], [call.output for call in table.calls]
        self.space, self.path = last.output.space, table.path(len(table) - 1)
        self.macs = [costs(call).macs or 0 for call in table.calls]
        self._positions = [output.positions for output in outputs]
        self._work = works(table, inplace=True)
        whole = self._bytes(self._positions)
        self._kept = whole[-1] + (whole[0] if how.input_in_memory else 0)
        self.rest_peak = max([whole[-1], *rest])
        self._behind: dict[tuple[int, int], list[Along]] = {}

    def grids(self) -> Iterator[Axes]:
        """Give all grids that are looked at, as `patches` tells them."""
        most = round(_GRIDS ** (1 / len(self.space)))
        return product(
            *[[n for n in _PARTS if n <= min(size, most)] for size in self.space]
        )

    def needed(self, axis: int, parts: int) -> list[Along]:
        """Return what each of so many parts of an axis needs of each node along it."""
        known = self._behind.get((axis, parts))
        if known is None:
            ends = [self.space[axis] * part // parts for part in range(parts + 1)]
            known = [
                self._needed_by(axis, range(start, stop))
                for start, stop in pairwise(ends)
            ]
            self._behind[axis, parts] = known
        return known

    def _needed_by(self, axis: int, part: range) -> Along:
        """Return what some positions of the cut need of each node along an axis."""
        table, needed = self.table, [range(0)] * len(self.table)
        needed[-1] = part
        for node in reversed(range(len(table))):
            call = table.calls[node]
            for number, link in enumerate(table.links[node]):
                if not table.calls[node + link].layer.is_parameter:
                    seen = self._seen(call, number, axis, needed[node])
                    needed[node + link] = hull(either(seen, needed[node + link]))
        return tuple(needed)

    def patched_macs(self, grid: Axes) -> list[int]:
        """Return the MACs of each node, those of all patches together."""
        sums = [
            [sum(map(len, parts)) for parts in zip(*self.needed(*axis), strict=True)]
            for axis in enumerate(grid)
        ]
        return [
            macs // positions * prod(along)
            for macs, positions, *along in zip(
                self.macs, self._positions, *sums, strict=True
            )
        ]

    def redundant_macs(self, grid: Axes) -> int:
        """Return how many MACs are done again for another patch."""
        return sum(self.patched_macs(grid)) - sum(self.macs)

    def alive(self, patch: Sequence[Axes]) -> list[int]:
        """Return the bytes that are alive in each step of a patch.

        The whole map at the cut, into which patches are written, is among them; the
        patch of the input is not.

        Args:
            patch: For each axis, how many positions it needs of each node.
        """
        sizes = self._bytes([prod(along) for along in zip(*patch, strict=True)])
        sizes[0] = sizes[-1] = 0
        steps = _alive(self.table, (len(sizes) - 1,), sizes, self._work, self._how)
        return [self._kept + size for size in steps]

    def patches(self, grid: Axes) -> Iterator[tuple[Axes, ...]]:
        """Give what patches of a grid need, as `alive` takes it, the largest first."""
        every = [
            {tuple(map(len, along)) for along in self.needed(*axis)}
            for axis in enumerate(grid)
        ]
        return product(*[sorted(each, key=sum, reverse=True) for each in every])

    def peak_within(self, grid: Axes, limit: int | None = None) -> int | None:
        """Return the bytes that are alive at most, here and behind; None if too many.

        Args:
            grid: The grid of patches.
            limit: How many there may be; None is any number.
        """
        most = self.rest_peak
        for patch in self.patches(grid):
            if limit is not None and most > limit:
                break
            most = max(most, *self.alive(patch))
        return None if limit is not None and most > limit else most

    def _bytes(self, positions: Sequence[int]) -> list[int]:
        each = zip(self._bits, positions, strict=True)
        return [ceil_div(bits * number, 8) for bits, number in each]


def _seen(call: Call, number: int, axis: int, part: range) -> range:
    """Return what a node needs of one of its inputs along an axis.

    Windows take in the same along an axis, whatever is asked along the others.
    """
    place: list[Any] = [range(size) for size in call.output.space]
    place[axis] = part
    seen: Any = call.rules.input_place(number, call.shapes, tuple(place))
    return hull(seen[axis])


def alive_whole(table: Table, outputs: Sequence[int], how: Running) -> list[int]:
    """Return the bytes that are alive in each step of a network that runs whole."""
    sizes = tensor_bytes(table, how.dtype)
    return _alive(table, outputs, sizes, works(table, inplace=True), how)


def _alive(
    table: Table,
    outputs: Sequence[int],
    sizes: Sequence[int],
    work: Sequence[str],
    how: Running,
) -> list[int]:
    """Return the bytes that are alive in each step.

    Args:
        table: The nodes.
        outputs: Those that are put out.
        sizes: The bytes of what each puts out.
        work: What each does about a tensor, as of `works`.
        how: How they run. A depthwise convolution in place needs one channel besides.
    """
    each = storage_of(table, outputs, sizes, work)
    held = [storage for node, storage in enumerate(each) if storage.node == node]
    alive = bytes_alive(held, len(table))
    for node, call in enumerate(table.calls if how.depthwise_inplace else ()):
        if table.links[node] and _is_depthwise(call):
            source = each[node + table.links[node][0]]
            dies = source.last == node and table.links[source.node]
            if dies and sizes[node] <= source.size:
                alive[node] -= sizes[node] - ceil_div(sizes[node], call.output.channels)
    return alive


def _is_depthwise(call: Call) -> bool:
    """Tell whether each channel of the output is made of one of the input, alone."""
    channels = call.shapes[0].channels
    alone = call.layer.sees_one_channel or call.geometry.groups == channels
    return alone and call.output.channels == channels


def stems_of(table: Table, outputs: Sequence[int], how: Running) -> list[Stem]:
    """Return a stem for each cut that a network has.

    Behind a cut one map is needed of all before; and what is before sees windows of the
    one input.

    Args:
        table: The nodes.
        outputs: Those that the network puts out.
        how: How it runs.

    Raises:
        OptionError: If there is none.
    """
    found = []
    if len(table.entries()) == 1 and first_unknown(table) == len(table):
        alive = alive_whole(table, outputs, how)
        bits = [
            0 if call.layer.is_parameter else width * call.output.channels
            for call, width in zip(
                table.calls, widths(table, how.dtype, ACTIVATIONS), strict=True
            )
        ]
        seen = cache(_seen)  # the same is asked for many cuts and grids
        found = [
            Stem(table.first(end), bits[:end], alive[end:], how, seen)
            for end in _ends(table, outputs)
        ]
    if not found:
        why = "no part of it can run in patches"
        fix = "Its first layers must see windows of one input whose shape is known"
        raise OptionError(why, fix)
    return found


def _ends(table: Table, outputs: Sequence[int]) -> list[int]:
    """Return after how many nodes it can be cut: of all these one is needed behind."""
    needed = min(outputs)  # the first node that is needed behind
    behind = [needed]
    for node in range(len(table) - 1, 0, -1):
        sources = [node + link for link in table.links[node]]
        computed = [n for n in sources if not table.calls[n].layer.is_parameter]
        needed = min([needed, *computed])
        behind.append(needed)
    ends = []
    seen, rank = table_fields(table, gates=True), table.calls[0].output.rank
    for node, needed in enumerate(reversed(behind)):
        call = table.calls[node]
        if not (call.layer.is_parameter or _in_patches(call, seen[node], rank)):
            break
        if needed == node and table.links[node] and not call.layer.is_view:
            ends.append(node + 1)
    return ends


def _in_patches(call: Call, seen: Any, rank: int) -> bool:
    """Tell whether a node runs on a part of its input, at a part of its cost."""
    on_map = isinstance(seen, Field) and call.output.rank == rank > 0
    if not on_map or call.layer.role == "transposed conv":
        return False
    macs = costs(call).macs
    if macs is None or macs % call.output.positions:
        return False
    # What sees the padding alone along one axis needs nothing along the others.
    return call.reach in {None, (LOCAL,)} or all(
        _seen(call, number, axis, range(n, n + 1))
        for number in range(len(call.shapes))
        for axis, size in enumerate(call.output.space)
        for n in range(size)
    )
