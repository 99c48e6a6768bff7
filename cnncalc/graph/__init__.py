"""The flat table of nodes, and the builder that lowers layers and blocks onto it."""

from cnncalc.graph.block import Block, Tensor
from cnncalc.graph.builder import Builder
from cnncalc.graph.table import Call, Node, Table
from cnncalc.graph.wrappers import Frozen, Named, Shared

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
