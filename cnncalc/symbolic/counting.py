"""The numbers of each node in symbols."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cnncalc.cost.batch import times_run
from cnncalc.cost.totals import costs
from cnncalc.graph.call import Call
from cnncalc.graph.table import Table
from cnncalc.operations.flops import flops
from cnncalc.sizes.bound import AtLeast
from cnncalc.sizes.shape import Shape
from cnncalc.symbolic.polynomial import Polynomial
from cnncalc.symbolic.size import polynomial_of, where_is

__all__ = ["APART", "QUANTITIES", "counted_in_symbols"]

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

# By what MACs multiply; together they are all.
APART = ("weight_macs", "product_macs", "constant_macs")


def counted_in_symbols(
    table: Table, times: Polynomial
) -> Iterator[tuple[tuple[str, str, Shape], list[tuple[Polynomial, bool]]]]:
    """Give the path, kind, output and numbers of each node that is no input.

    They are `QUANTITIES` and then `APART`, each with whether it is a lower bound, for
    so many inputs.
    """
    often = times_run(table, 2)
    every = zip(table.calls, table.links, often, strict=True)
    for index, (call, links, runs) in enumerate(every):
        if not (links or call.layer.is_parameter):
            continue
        with table.placing(index, call.layer, call.shapes):
            *known, size = costs(call)
            computed = [often[index + link] for link in links].count(2)
            parts = _apart(call, known[-1], computed)
            numbers = [*known, flops(call), size, *parts]
        there = polynomial_of(where_is(call))
        factors = [there] * _OWNED
        factors += [there if runs == 1 else there * times] * (len(numbers) - _OWNED)
        found = [
            (
                polynomial_of(0 if number is None else number) * factor,
                number is None or isinstance(number, AtLeast),
            )
            for number, factor in zip(numbers, factors, strict=True)
        ]
        yield (table.path(index), call.layer.class_name, call.output), found


def _apart(call: Call, macs: Any, computed: int) -> tuple[Any, Any, Any]:
    """Return MACs by what they multiply, of which there are some in symbols.

    Args:
        call: The call.
        macs: Its MACs.
        computed: How many of its inputs depend on what enters the network.
    """
    if macs is None:
        return None, None, None
    if computed == 0:
        return 0, 0, macs
    if call.idle or computed < min(2, len(call.shapes)):
        return macs, 0, 0
    products = call.rules.product_macs_of(*call.shapes, call.output)
    return None if products is None else macs - products, products, 0
