"""The ways that PyTorch's code runs nodes: some tools see modules alone."""

from __future__ import annotations

from collections.abc import Mapping

from cnncalc.network.graph import Graph

__all__ = ["run_as"]

# Roles of which no tool tells functions from modules: they are not told apart here.
_ALIKE = {
    *("input", "parameter", "move", "flatten", "concat", "pad", "crop", "split"),
    *("permute", "channel shuffle", "function", "reduce", "where", "compare"),
}


def run_as(net: Graph, words: Mapping[int, str]) -> Graph:
    """Return a network some of whose nodes are no modules.

    Args:
        net: The network.
        words: How these run, by their numbers: as a "function", or one of `RUNS`.
    """
    calls, path = net.table.calls, net.table.path
    return net.calling_as_functions(
        *[
            path(node) if word == "function" else f"{path(node)} as {word}"
            for node, word in words.items()
            if calls[node].layer.role not in _ALIKE
        ]
    )
