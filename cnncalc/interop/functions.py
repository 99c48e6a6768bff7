"""Which nodes of a network were called as functions: some tools see modules alone."""

from __future__ import annotations

from collections.abc import Iterable

from cnncalc.network.graph import Graph

__all__ = ["called_as_functions"]

# Roles of which no tool tells functions from modules: they are not told apart here.
_ALIKE = {
    *("input", "parameter", "move", "flatten", "concat", "pad", "crop", "split"),
    *("permute", "channel shuffle", "function", "reduce", "where", "compare"),
}


def called_as_functions(net: Graph, nodes: Iterable[int]) -> Graph:
    """Return a network some of whose nodes, by their numbers, have no module."""
    calls, path = net.table.calls, net.table.path
    return net.calling_as_functions(
        *[path(node) for node in nodes if calls[node].layer.role not in _ALIKE]
    )
