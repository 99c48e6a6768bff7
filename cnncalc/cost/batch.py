"""Counts of a batch: some grow with it, and some work is done once for all of it.

What a node puts out that parameters alone are behind is the same for each input: it is
computed, and kept, once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.rows import Row
from cnncalc.cost.totals import total
from cnncalc.graph.table import Table
from cnncalc.sizes.bound import AtLeast

__all__ = ["for_batch", "sum_for_batch", "times_run", "total_for_batch"]


def times_run(table: Table, batch: int) -> list[int]:
    """Return how often each node runs for a batch: once, if no input reaches it.

    Example:
        >>> from cnncalc import FC, Add, Builder, Parameter
        >>> g = Builder()
        >>> bias = g.add(FC(3), g.add(Parameter((8,))))
        >>> net = g.graph(g.add(Add(), g.input(3), bias))
        >>> times_run(net.table, 32)
        [1, 1, 32, 32]
    """
    if isinstance(batch, int) and batch == 1:  # and no symbol, which compares nothing
        return [1] * len(table)
    grows: list[bool] = []
    for node, (links, call) in enumerate(zip(table.links, table.calls, strict=True)):
        reached = any(grows[node + link] for link in links)
        grows.append(reached or not (links or call.layer.is_parameter))
    return [batch if many else 1 for many in grows]


def for_batch(row: Row, name: str, batch: int) -> Any:
    """Return a number of a row that grows with the batch; None if it is unknown.

    Args:
        row: The row, or that of a group.
        name: The field, such as "macs".
        batch: How many inputs are run at once.
    """
    number = getattr(row, name)
    if batch == 1 or not number:
        return number
    if row.members:
        parts = [for_batch(member, name, batch) for member in row.members]
        return None if None in parts else total(parts)
    return number * batch if row.computed else number


def sum_for_batch(rows: Iterable[Row], name: str, batch: int) -> int | AtLeast:
    """Return the sum of such numbers; a lower bound, if one is unknown."""
    return total([for_batch(row, name, batch) for row in rows])


def total_for_batch(net: AnyNetwork, name: str, batch: int) -> int | AtLeast:
    """Return the sum over a network of a number that grows with the batch.

    Example:
        >>> from cnncalc import zoo
        >>> net = zoo.swin_v2_t()
        >>> net.macs, net.constant_macs, total_for_batch(net, "macs", 2)
        (5939690496, 18662400, 11860718592)
    """
    if batch == 1:
        whole: int = getattr(net.totals, name)
        return whole
    return sum_for_batch(net.nodes, name, batch)
