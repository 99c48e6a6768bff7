"""A plan of memory: the answer, whoever made it."""

from __future__ import annotations

import struct
from typing import NamedTuple

from cnncalc._typing import override
from cnncalc.answers.answer import Answer
from cnncalc.answers.table import Column, Table, columns, facts
from cnncalc.door import guarded
from cnncalc.errors import OptionError
from cnncalc.memory.arena import Slot
from cnncalc.memory.tail import Persistent

__all__ = ["MemoryPlan", "Moment"]


class Moment(NamedTuple):
    """One node at work.

    Attributes:
        node: Its path.
        tensors: What is alive, by the path of the node that put it out first.
        bytes: How much that is.
    """

    node: str
    tensors: tuple[str, ...]
    bytes: int


_COLUMNS = (
    Column("node", "layer", "text"),
    Column("alive", "tensors alive", "number"),
    *columns("bytes", bytes="memory alive", offset="offset", size="size of the output"),
)
_TOTALS = (
    Column("peak", "Peak memory", "bytes"),
    Column("at", "At", "text"),
    Column("tensors", "Alive there", "names"),
    *columns(
        "bytes",
        best_peak="Peak in the best order",
        lower_bound="Peak of any order, at least",
        arena_size="Arena",
        overhead="Above the peak",
    ),
)
_BESIDES = columns("bytes", persistent_size="Kept besides", total_size="In all")
_UNPLANNED = columns("names", unplanned="Planned in a converted file only")


class _MemoryPlan(NamedTuple):
    timeline: tuple[Moment, ...]
    peak: int
    at: str
    tensors: tuple[str, ...]
    best_order: tuple[str, ...]
    best_peak: int
    lower_bound: int
    exact: bool
    arena: tuple[Slot, ...]
    arena_size: int
    planner: str = "greedy"
    persistent: Persistent | None = None
    placed: tuple[int, ...] = ()
    order: tuple[int, ...] = ()
    unplanned: tuple[str, ...] = ()


class MemoryPlan(Answer, _MemoryPlan):
    """A plan of memory: when tensors are alive, where they may lie, the best order.

    Attributes:
        timeline: What is alive while each node runs, the inputs among them.
        peak: The bytes that are alive at most.
        at: The path of the first node at which they are.
        tensors: What is alive there.
        best_order: The paths of the nodes in the order that needs least; the given
            order if none needs less.
        best_peak: The bytes that are alive at most in that order.
        lower_bound: What every order needs at least.
        exact: Whether *best_peak* is known to be the least; it then equals
            *lower_bound*.
        arena: An offset for each tensor, in the given order of nodes, as the planner
            finds it. What kernels need while they run is a tensor, too.
        arena_size: The bytes of that arena, never below *peak*: TFLM's head.
        planner: "greedy", "tflm" or "best".
        persistent: What TFLM keeps besides, its tail; None of the planner "greedy".
        placed: For each tensor of a TFLite file its offset, -1 of weights.
        order: The operators of a TFLite file, by their number, where they are planned
            in another order than the file's; empty where in that.
        unplanned: The layers of which the converter makes several operators that are
            not known here: what these have between them is not in the plan. Read the
            converted file by `from_tflite` for a plan that has it.
    """

    @property
    @override
    def table(self) -> Table:
        """A line for each node, with the place of the tensor that it puts out first."""
        slots = {slot.tensor: slot for slot in self.arena}
        lines = []
        for moment in self.timeline:
            slot = slots.get(moment.node)
            place = (slot.offset, slot.size) if slot else (None, None)
            lines.append((moment.node, len(moment.tensors), moment.bytes, *place))
        besides = () if self.persistent is None else _BESIDES
        besides += _UNPLANNED if self.unplanned else ()
        totals = facts(self, (*_TOTALS, *besides))
        return Table("memory plan", _COLUMNS, tuple(lines), totals)

    @property
    def overhead(self) -> int:
        """The bytes by which the arena is above the peak."""
        return int(self.arena_size) - int(self.peak)

    @property
    def persistent_size(self) -> int | None:
        """The bytes that TFLM keeps besides the arena; None where none are told."""
        return None if self.persistent is None else self.persistent.size

    @property
    def total_size(self) -> int:
        """The bytes of the arena, and of what is kept besides."""
        return self.arena_size + (self.persistent_size or 0)

    @guarded
    def offline_metadata(self) -> bytes:
        """Return what TFLM takes these places from, if a file has it.

        It is the buffer of the metadata "OfflineMemoryAllocation": numbers of 32 bits,
        a version of 1, graph 0, how many tensors there are, and for each its offset, or
        -1 where that is left to the runtime.

        Raises:
            OptionError: If the network was not read from a TFLite file, whose tensors
                have numbers; or an offset has more than 32 bits.

        Source:
            TensorFlow Lite Micro, ``docs/memory_management.md``.
        """
        if not self.placed:
            why = "its tensors are not those of a file"
            fix = "Read the file by from_tflite, and ask that for a plan"
            raise OptionError(why, f'{fix} with planner="best"')
        numbers = (1, 0, len(self.placed), *self.placed)
        if max(numbers) >= 1 << 31:
            why = "its places take more than the 32 bits that a file has for them"
            raise OptionError(why, "Such an arena fits into no device that runs TFLM")
        return struct.pack(f"<{len(numbers)}i", *numbers)
