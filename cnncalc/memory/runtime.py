"""Plans of TensorFlow Lite Micro's arena, by its own planner and by a better one."""

from __future__ import annotations

from cnncalc.cost.asked import AnyNetwork
from cnncalc.memory.arena import Slot
from cnncalc.memory.liveness import Storage, bytes_alive
from cnncalc.memory.lowered import program_of
from cnncalc.memory.packing import end_of, packed_best, packed_by_runtime
from cnncalc.memory.planned import MemoryPlan, Moment
from cnncalc.memory.program import Program
from cnncalc.memory.scratch import requests
from cnncalc.memory.tail import persistent
from cnncalc.memory.types import DataTypes
from cnncalc.sizes.bound import AtLeast

__all__ = ["PLANNERS", "runtime_plan"]

PLANNERS = ("tflm", "best")


def runtime_plan(
    net: AnyNetwork,
    dtype: DataTypes | None,
    batch: int,
    planner: str,
    kernels: str,
    core: str,
    target: str,
) -> MemoryPlan:
    """Return a plan of what TFLM executes; its arguments are those of `memory_plan`."""
    program = program_of(net, dtype, batch)
    scratch = requests(program, kernels, core)
    held = program.buffers(scratch)
    places = (
        packed_best(held, len(program.tensors))
        if planner == "best"
        else packed_by_runtime(held, dict(program.offline))
    )
    names = [tensor.name for tensor in program.tensors]
    names += [f"scratch of {program.operators[step - 1].path}" for step, _ in scratch]
    timeline = _timeline(program, held, names)
    highest = max(timeline, key=lambda moment: moment.bytes)
    paths = tuple([moment.node for moment in timeline])
    bound = int if program.known else AtLeast
    least = _least(held, len(paths))
    return MemoryPlan(
        timeline,
        bound(highest.bytes),
        highest.node,
        highest.tensors,
        paths,
        bound(highest.bytes),
        least,
        program.known and least == highest.bytes,
        _slots(names, places, held),
        bound(end_of(held, places)),
        planner,
        persistent(program, target, len(scratch)),
        _by_file(program, places),
    )


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
    paths = [names[0], *[operator.path for operator in program.operators]]
    sums = bytes_alive(held, len(paths))
    alive: list[list[str]] = [[] for _ in paths]
    for name, each in zip(names, held, strict=True):
        for step in range(each.first, each.last + 1):
            alive[step].append(name)
    steps = zip(paths, alive, sums, strict=True)
    return tuple([Moment(path, tuple(there), size) for path, there, size in steps])


def _least(held: list[Storage], steps: int) -> int:
    """Return what every order of the operators needs: what one of them needs alone."""
    needs = [0] * steps
    for each in held:
        needs[each.first] += each.size
    return max(needs)


def _by_file(program: Program, places: list[int]) -> tuple[int, ...]:
    """Return the places by the tensors of a file; nothing, if there is no file."""
    if not program.file:
        return ()
    found = [-1] * program.places
    for tensor, place in zip(program.tensors, places, strict=False):
        found[tensor.place] = place
    return tuple(found)
