"""Programs of a runtime, in the order of operators that needs least memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cnncalc.memory.liveness import Storage, peak
from cnncalc.memory.order import best_order
from cnncalc.memory.program import Program, to_alignment

__all__ = ["Reordered", "reordered"]


class Reordered(NamedTuple):
    """A program in the order that needs least.

    Attributes:
        program: That; the program as given, where no order is known to need less.
        order: Its operators, by their number in the program as given.
        peak: The bytes that are alive at most, what kernels need among them.
        bound: What every order needs at least.
    """

    program: Program
    order: tuple[int, ...]
    peak: int
    bound: int


def reordered(
    program: Program, scratch: Callable[[Program], list[tuple[int, int]]]
) -> Reordered:
    """Return a program in the order that needs least.

    Args:
        program: What a runtime executes.
        scratch: Gives what its kernels need, as `cnncalc.memory.scratch.requests`.
    """
    held = program.buffers(scratch(program))
    given = peak(held)
    order, bound = _least_order(program)
    bound = max(bound, _lowest(held, len(program.operators) + 1))
    better = program.reordered(order)
    best = peak(better.buffers(scratch(better)))
    if best < given:
        return Reordered(better, tuple(order), best, bound)
    return Reordered(program, tuple(range(len(order))), given, bound)


def _least_order(program: Program) -> tuple[list[int], int]:
    """Return the operators in the order that needs least, and what each order needs.

    All that an operator puts out counts as one tensor; what every order needs is known
    where that is so. Where one puts out nothing, or what another does, it changes what
    lies elsewhere: then all stay where they are.
    """
    operators = program.operators
    written = [place for op in operators for place in op.writes]
    if len({*written}) < len(written) or not all(op.writes for op in operators):
        return [*range(len(operators))], 0
    size = {tensor.place: to_alignment(tensor.size) for tensor in program.tensors}
    made = [*[(place,) for place in program.inputs], *[op.writes for op in operators]]
    where = {place: node for node, places in enumerate(made) for place in places}
    count = len(program.inputs)
    links: list[list[int]] = [[] for _ in range(count)]
    for node, op in enumerate(operators, count):
        # Of a damaged file an operator may take what only comes behind it.
        before = {where[place] for place in op.reads if where.get(place, node) < node}
        links.append([each - node for each in sorted(before)])
    sizes = [sum(size.get(place, 0) for place in places) for places in made]
    ends = sorted({where[place] for place in program.outputs if place in where})
    given = peak(program.buffers())
    order, _, bound = best_order(links, ["makes"] * len(made), ends, sizes, given)
    found = [node - count for node in order or range(len(made)) if node >= count]
    return found, bound if len(written) == len(operators) else 0


def _lowest(held: list[Storage], steps: int) -> int:
    """Return what every order of the operators needs: what one of them needs alone."""
    needs = [0] * steps
    for each in held:
        needs[each.first] += each.size
    return max(needs)
