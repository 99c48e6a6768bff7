"""The flat table of nodes, and the builder that lowers layers and blocks onto it."""

from cnncalc.graph.builder import Block, Builder, Shared, Tensor
from cnncalc.graph.table import Call, Node, Table

__all__ = ["Block", "Builder", "Call", "Node", "Shared", "Table", "Tensor"]
