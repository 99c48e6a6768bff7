"""The numbers of each node in symbols."""

from __future__ import annotations

from collections.abc import Iterator

from cnncalc.cost.batch import times_run
from cnncalc.cost.totals import costs
from cnncalc.graph.table import Table
from cnncalc.operations.flops import flops
from cnncalc.sizes.bound import AtLeast
from cnncalc.sizes.shape import Shape
from cnncalc.symbolic.polynomial import Polynomial
from cnncalc.symbolic.size import polynomial_of, where_is

__all__ = ["QUANTITIES", "counted_in_symbols"]

# What is added up, with its title; the last four are of a whole batch.
QUANTITIES = {
    "params": "parameters",
    "trainable_params": "trainable",
    "buffers": "buffers",
    "connections": "connections",
    "macs": "MACs",
    "flops": "FLOPs",
    "activations": "activations",
}
_OWNED = 3


def counted_in_symbols(
    table: Table, times: Polynomial
) -> Iterator[tuple[tuple[str, str, Shape], list[tuple[Polynomial, bool]]]]:
    """Give the path, kind, output and numbers of each node that is no input.

    They are `QUANTITIES`, each with whether it is a lower bound, for so many inputs.
    """
    every = zip(table.calls, table.links, times_run(table, 2), strict=True)
    for index, (call, links, runs) in enumerate(every):
        if not (links or call.layer.is_parameter):
            continue
        with table.placing(index, call.layer, call.shapes):
            *known, size = costs(call)
            numbers = [*known, flops(call), size]
        there = polynomial_of(where_is(call))
        factors = [there] * _OWNED
        factors += [there if runs == 1 else there * times] * (len(QUANTITIES) - _OWNED)
        found = [
            (
                polynomial_of(0 if number is None else number) * factor,
                number is None or isinstance(number, AtLeast),
            )
            for number, factor in zip(numbers, factors, strict=True)
        ]
        yield (table.path(index), call.layer.class_name, call.output), found
