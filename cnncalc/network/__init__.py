"""Networks: the questions that all of them answer, and those over a finished table."""

from cnncalc.network.graph import Builder, Graph, positions, show
from cnncalc.network.network import Network

__all__ = ["Builder", "Graph", "Network", "positions", "show"]
