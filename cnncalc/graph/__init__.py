"""The flat table of nodes, and the builder that lowers layers and blocks onto it."""

from cnncalc.graph.block import Block, Frozen, Named, Shared, Tensor
from cnncalc.graph.builder import Builder
from cnncalc.graph.table import Call, Node, Table

__all__ = [
    "Block",
    "Builder",
    "Call",
    "Frozen",
    "Named",
    "Node",
    "Shared",
    "Table",
    "Tensor",
]
