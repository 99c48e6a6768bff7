"""MACs by what they multiply: by weights, or two activations; and what is done once."""

from __future__ import annotations

from typing import Any

from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.rows import Row
from cnncalc.cost.totals import total
from cnncalc.errors import raise_noted
from cnncalc.graph.call import described

__all__ = ["constant_macs", "product_macs", "weight_macs"]


def product_macs(net: AnyNetwork) -> int:
    """The MACs that multiply two activations, as those of attention do.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(197, 768)).attention(12)
        >>> net.macs, net.weight_macs, net.product_macs
        (524391936, 464781312, 59610624)
    """
    return total([_of(row, "product_macs") for row in net.nodes])


def weight_macs(net: AnyNetwork) -> int:
    """The MACs that multiply an activation by a weight.

    These, `product_macs` and `constant_macs` are all there are.
    """
    return total([_of(row, "weight_macs") for row in net.nodes])


def constant_macs(net: AnyNetwork) -> int:
    """The MACs that are done once, however large a batch is.

    Those of nodes that parameters alone are behind: what they put out is the same
    whatever the network is given.

    Example:
        >>> from cnncalc import FC, Builder, Constant, MatMul
        >>> g = Builder()
        >>> bias = g.add(FC(3, axis=-1), g.add(Constant((15, 2))))
        >>> x = g.add(MatMul(), g.input((9, 15)), bias)
        >>> net = g.graph(x)
        >>> net.macs, net.weight_macs, net.constant_macs, net.product_macs
        (495, 405, 90, 0)
    """
    return total([_of(row, "constant_macs") for row in net.nodes])


def _of(row: Row, name: str) -> Any:
    """Return a number of a row; where a layer's own rule fails, with its place."""
    try:
        return getattr(row, name)
    except Exception as error:  # noqa: BLE001 - of somebody's own rule
        raise_noted(error, row.path, described(row.layer, row.shapes))
