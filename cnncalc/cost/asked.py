"""The network that is asked, as far as the rooms above `network` need to know it.

A question is a function of a network, in the room that knows the answer; `network`
makes it a method. So no room that answers imports the networks that ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from cnncalc.cost.rows import Row
from cnncalc.cost.totals import Totals
from cnncalc.graph.table import Folded, Table
from cnncalc.sizes.shape import Shape, ShapeLike

__all__ = ["AnyGraph", "AnyNetwork", "graph_of", "title_of"]


class AnyNetwork(Protocol):
    """A network, open or not."""

    @property
    def name(self) -> str | None:
        """Its name."""

    @property
    def input(self) -> Any:
        """Its input shape; of several inputs a tuple; None if it is open."""

    @property
    def graph(self) -> AnyGraph:
        """Its nodes as a graph."""
        ...

    def _folded(self) -> Folded:
        """Its nodes, with parts that a column repeats once, and which these are."""
        ...

    @property
    def nodes(self) -> tuple[Row, ...]:
        """A row for each node."""
        ...

    @property
    def totals(self) -> Totals:
        """The sums over all nodes."""
        ...

    @property
    def module_less(self) -> tuple[str, ...]:
        """Patterns of the paths of nodes that torchvision runs as functions."""
        ...

    def on(self, shape: ShapeLike, /) -> AnyNetwork:
        """Return the same network with another input shape."""
        ...


class AnyGraph(AnyNetwork, Protocol):
    """A network over a finished table."""

    @property
    def table(self) -> Table:
        """Its nodes."""
        ...

    @property
    def outputs(self) -> tuple[int, ...]:
        """The numbers of the nodes that put something out."""
        ...

    @property
    def output(self) -> Any:
        """The shape of its output; of several, a tuple."""

    @property
    def runtime(self) -> str | None:
        """The runtime whose operators its nodes are, if they are those of one."""

    @property
    def source(self) -> Any:
        """The model of another tool that it was read from, if it was."""

    def paths(self) -> list[str]:
        """Return the paths of all nodes and groups."""
        ...

    def place(self, path: str) -> int | range | None:
        """Return where in the table a node or a group of that path stands."""
        ...


def graph_of(
    net: AnyNetwork, input: ShapeLike | Sequence[ShapeLike] | None = None
) -> AnyGraph:
    """Return a network as a graph, on other input shapes if they are given."""
    if input is None:
        return net.graph
    one = net.input is None or isinstance(net.input, Shape)
    shapes: Any = [input] if one or not isinstance(input, (list, tuple)) else input
    return net.on(*shapes).graph


def title_of(net: AnyNetwork) -> str:
    """Return what stands above a report: a network's name, or else its class's."""
    return net.name or type(net).__name__
