"""Networks: the questions that all of them answer, and those over a finished table."""

from typing import TYPE_CHECKING

from cnncalc._lazy import getter
from cnncalc.network.graph import Graph, show
from cnncalc.network.network import Network

if TYPE_CHECKING:
    from cnncalc.network.builder import Builder

__all__ = ["Builder", "Graph", "Network", "show"]

__getattr__ = getter(__name__, {"cnncalc.network.builder": "Builder"})
