"""The totals of several nodes, and how they add up."""

from __future__ import annotations

from collections.abc import Sequence

from cnncalc.cost.batch import for_batch
from cnncalc.cost.rows import Row
from cnncalc.explain.derivation import Step
from cnncalc.explain.storing import stored_params
from cnncalc.memory.types import DataType, bits, packed
from cnncalc.report.cells import written
from cnncalc.sizes.arithmetic import Arithmetic
from cnncalc.sizes.bound import total

__all__ = ["totals_of"]

_FEW = 12  # addends that are still read one by one
_SUMS = (("parameters", "params"), ("connections", "connections"), ("MACs", "macs"))


def totals_of(
    each: Sequence[tuple[Row, DataType]], depth: int, batch: int = 1
) -> tuple[Step, ...]:
    """Return how numbers add up: of a few nodes one by one, of more by group.

    Args:
        each: The rows, and the data type of the weights of each.
        depth: How many groups are around them all.
        batch: How many inputs are run at once.
    """
    rows = [row for row, _ in each]
    single = len(rows) <= _FEW
    totals = []
    for what, column in _SUMS:
        times = 1 if column == "params" else batch
        numbers: dict[str, int | None] = {}
        for row in rows:
            inside = not single and len(row.scope) > depth
            name = row.scope[depth] if inside else row.path
            known = [numbers.get(name, 0), for_batch(row, column, times)]
            numbers[name] = None if None in known else total(known)
        if not single:  # what has none is not worth a name
            numbers = {name: n for name, n in numbers.items() if n != 0} or {"": 0}
        addends = tuple(
            Arithmetic(n, "named", symbol="" if single else written(name, "text"))
            for name, n in numbers.items()
        )
        result = total(numbers.values())
        totals.append(Step(what, result, "count", Arithmetic(result, "+", addends)))
    params = totals[0].result
    trainable = total([row.trainable for row in rows])
    if trainable != params:
        totals.insert(1, Step("of these trainable", trainable, "count"))
    kinds = {dtype for _, dtype in each}
    if len(kinds) == 1:
        return (*totals, stored_params(params, *kinds))
    size = packed([row.params for row in rows], [bits(dtype) for _, dtype in each])
    return (*totals, Step("memory of the parameters", size, "bytes"))
