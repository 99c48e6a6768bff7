"""MACs by what they multiply: by weights, or two activations; and what is done once."""

from __future__ import annotations

from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.totals import AtLeast, costs, total
from cnncalc.graph.call import Call

__all__ = ["constant_macs", "product_macs", "products", "weight_macs"]


def products(call: Call) -> int | None:
    """Return how many MACs of a call multiply two activations; None if unknown."""
    macs = costs(call).macs
    if not macs:
        return macs
    return call.layer.product_macs_of(*call.shapes, call.output)


def product_macs(net: AnyNetwork) -> int:
    """How many of the MACs multiply two activations, as those of attention do.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(197, 768)).attention(12)
        >>> net.macs, net.weight_macs, net.product_macs
        (524391936, 464781312, 59610624)
    """
    table, found = net.graph.table, []
    for index, call in enumerate(table.calls):
        with table.placing(index, call.layer, call.shapes):
            found.append(products(call))
    return total(found)


def weight_macs(net: AnyNetwork) -> int:
    """How many of the MACs multiply an activation by a weight: all but products."""
    every, pairs = net.totals.macs, product_macs(net)
    number = int(every) - int(pairs)
    return AtLeast(number) if AtLeast in (type(every), type(pairs)) else number


def constant_macs(net: AnyNetwork) -> int:
    """How many of the MACs are done once, however large a batch is."""
    return total(
        [
            costs(call).macs and call.layer.constant_macs_of(*call.shapes, call.output)
            for call in net.graph.table.calls
        ]
    )
