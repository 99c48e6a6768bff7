"""Networks: the questions that all of them answer, and those over a finished table."""

from cnncalc.network.builder import Builder
from cnncalc.network.graph import Graph, items_at, show
from cnncalc.network.network import Network

__all__ = ["Builder", "Graph", "Network", "items_at", "show"]
