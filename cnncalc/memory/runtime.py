"""Plans of TensorFlow Lite Micro's arena, by its own planner and by a better one."""

from __future__ import annotations

from typing import NamedTuple

from cnncalc.cost.asked import AnyNetwork
from cnncalc.memory.arena import Slot
from cnncalc.memory.liveness import Storage, bytes_alive
from cnncalc.memory.lowered import program_of
from cnncalc.memory.packing import end_of, packed_best, packed_by_runtime
from cnncalc.memory.planned import MemoryPlan, Moment
from cnncalc.memory.program import Program
from cnncalc.memory.reordering import reordered
from cnncalc.memory.scratch import requests
from cnncalc.memory.tail import persistent
from cnncalc.memory.types import DataTypes
from cnncalc.sizes.bound import AtLeast

__all__ = ["ORDERS", "PLANNERS", "Machine", "runtime_plan"]

# Operators that a plan has as the converter makes them, though what TFLM keeps of them
# is not known, or it has no kernel for them.
_PLANNED = {"CONV_3D", "GELU", "GREATER", "LOG_SOFTMAX", "POW", "RELU_N1_TO_1"}
_PLANNED |= {"LAYER_SCALE", "SELECT", "SIGN", "TILE"}

PLANNERS = ("tflm", "best")
ORDERS = ("given", "best")


class Machine(NamedTuple):
    """The kernels, the core, the target and the scales of a plan: `memory_plan`."""

    kernels: str
    core: str
    target: str
    linear_scales: str


def runtime_plan(
    net: AnyNetwork,
    dtype: DataTypes | None,
    batch: int,
    planner: str,
    order: str,
    machine: Machine,
) -> MemoryPlan:
    """Return a plan of what TFLM executes; its arguments are those of `memory_plan`."""
    kernels, core, target, linear_scales = machine
    program = program_of(net, dtype, batch)
    better = reordered(program, lambda each: requests(each, kernels, core))
    chosen = better.program if order == "best" else program
    scratch = requests(chosen, kernels, core)
    held = chosen.buffers(scratch)
    places = _places(chosen, held, planner)
    names = [tensor.name for tensor in chosen.tensors]
    names += [f"scratch of {chosen.operators[step - 1].path}" for step, _ in scratch]
    timeline = _timeline(chosen, held, names)
    highest = max(timeline, key=lambda moment: moment.bytes)
    kept = persistent(chosen, target, len(scratch), linear_scales)
    several = () if program.file else set(kept.unknown) - _PLANNED
    known = program.known and not several
    told = int if known else AtLeast
    return MemoryPlan(
        timeline,
        told(highest.bytes),
        highest.node,
        highest.tensors,
        (timeline[0].node, *[operator.path for operator in better.program.operators]),
        told(better.peak),
        better.bound,
        known and better.bound == better.peak,
        _slots(names, places, held),
        told(end_of(held, places)),
        planner,
        kept,
        _by_file(chosen, places),
        better.order if program.file and chosen is not program else (),
        tuple([op.path for op in chosen.operators if op.name in several]),
    )


def _places(program: Program, held: list[Storage], planner: str) -> list[int]:
    if planner == "best":
        return packed_best(held, len(program.tensors))
    return packed_by_runtime(held, dict(program.offline))


def _slots(
    names: list[str], places: list[int], held: list[Storage]
) -> tuple[Slot, ...]:
    """Return where everything lies, in the order in which it is written."""
    slots = [
        Slot(name, place, each.size, each.first, each.last)
        for name, place, each in zip(names, places, held, strict=True)
    ]
    return tuple(sorted(slots, key=lambda slot: (slot.first, slot.offset)))


def _timeline(
    program: Program, held: list[Storage], names: list[str]
) -> tuple[Moment, ...]:
    """Return what is alive before the first operator, and while each runs."""
    paths = [next(iter(names), ""), *[operator.path for operator in program.operators]]
    sums = bytes_alive(held, len(paths))
    alive: list[list[str]] = [[] for _ in paths]
    for name, each in zip(names, held, strict=True):
        for step in range(each.first, each.last + 1):
            alive[step].append(name)
    steps = zip(paths, alive, sums, strict=True)
    return tuple([Moment(path, tuple(there), size) for path, there, size in steps])


def _by_file(program: Program, places: list[int]) -> tuple[int, ...]:
    """Return the places by the tensors of a file; nothing, if there is no file."""
    if not program.file:
        return ()
    found = [-1] * program.places
    for tensor, place in zip(program.tensors, places, strict=False):
        found[tensor.place] = place
    return tuple(found)
