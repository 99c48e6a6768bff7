"""What every network is: its nodes, its totals, and when two are equal."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from cnncalc._typing import Self, override
from cnncalc.checks import integer, is_count
from cnncalc.cost.receptive_field import Field, Region, fields, last_map, region
from cnncalc.cost.rows import Row
from cnncalc.cost.totals import Totals
from cnncalc.errors import UnknownPositionError, shortened, unknown_name
from cnncalc.sizes.axes import Axes, kind_of
from cnncalc.sizes.shape import Shape, ShapeLike

if TYPE_CHECKING:
    from cnncalc.network.graph import Graph

__all__ = ["Core"]


class Core(ABC):
    """A network: a table of nodes, and all questions about it."""

    __slots__ = ()

    @property
    @abstractmethod
    def name(self) -> str | None:
        """What the network is called."""

    @property
    @abstractmethod
    def input(self) -> Any:
        """The shape of its input; of several, a tuple; None of an open network."""

    @property
    @abstractmethod
    def output(self) -> Any:
        """The shape of its output; of several, a tuple."""

    @property
    @abstractmethod
    def graph(self) -> Graph:
        """The network as a graph, whose `table` has its nodes."""

    @property
    @abstractmethod
    def functional(self) -> tuple[str, ...]:
        """Patterns of the paths of nodes that torchvision runs as functions.

        Tools that look for modules do not see those.
        """

    @abstractmethod
    def on(self, shape: ShapeLike, /) -> Self:
        """Return the same layers with another input shape."""

    @abstractmethod
    def running_as_functions(self, *patterns: str) -> Self:
        """Return the same network with these patterns as its `functional`."""

    @abstractmethod
    def freeze(self, path: str, /) -> Self:
        """Return the same network of which training does not change a part."""

    @property
    def nodes(self) -> tuple[Row, ...]:
        """A row for each node, in execution order; none for an input or a group."""
        return self.graph.nodes

    # Totals.

    @property
    @abstractmethod
    def totals(self) -> Totals:
        """All sums below together; asked again, the same."""

    @property
    def params(self) -> int:
        """Number of parameters, trainable or not; shared ones count once."""
        return self.totals.params

    @property
    def trainable_params(self) -> int:
        """Number of parameters that training changes."""
        return self.totals.trainable

    @property
    def buffers(self) -> int:
        """Number of values kept that are not parameters, as running statistics."""
        return self.totals.buffers

    @property
    def connections(self) -> int:
        """Number of links into units, those of biases included."""
        return self.totals.connections

    @property
    def macs(self) -> int:
        """Number of multiply-accumulates by weights, for one input."""
        return self.totals.macs

    @property
    def activations(self) -> int:
        """Number of values that the nodes put out, the input's not among them."""
        return self.totals.activation_size

    @property
    def receptive_field(self) -> Axes | None:
        """What a unit of the last map before anything global sees, along each axis.

        None where branches of different strides meet, or a layer's window is unknown.
        """
        table = self.graph.table
        field = last_map(table, fields(table))
        return field.size if isinstance(field, Field) else None

    def fields(self, *, gates: bool = False) -> dict[str, Any]:
        """Return by path how much of the input the units of each node see.

        Args:
            gates: Whether to count the path through the gate of a squeeze-excitation,
                which the literature, and the columns of rows, leave out.

        Returns:
            A `Field` of size, stride, padding and alignment; "global" where a unit sees
            the whole input; None where the field is unknown, or branches of different
            strides meet.

        Example:
            >>> from cnncalc import zoo
            >>> zoo.lenet().fields()["Conv2"].size, zoo.lenet().fields()["FC1"]
            ((14, 14), 'global')
        """
        table = self.graph.table
        seen = enumerate(fields(table, gates=gates))
        return {table.path(i): field for i, field in seen if table.links[i]}

    def region(self, node: str | int | Row, *position: int, gates: bool = False) -> Any:
        """Return the exact part of the input that one unit depends on.

        Args:
            node: The path of a node, its number in `nodes`, or its row.
            position: Where the unit stands along each axis: its row and its column.
            gates: As of `fields`.

        Returns:
            A `Region` of rows and columns, the hull of all positions that reach the
            unit, without padding; of a network of several inputs a dictionary by name,
            of those that reach it.
            None where a layer's window is unknown.

        Raises:
            UnknownNameError: If there is no node of that path.
            UnknownPositionError: If there is no such node, or no such unit.

        Example:
            >>> from cnncalc import zoo
            >>> zoo.lenet().region("Conv2", 0, 9)
            Region(rows=range(0, 14), columns=range(18, 32))
        """
        graph = self.graph
        place = self._place(node)
        shape = graph.table.calls[place].output
        position = tuple(map(integer, position))
        space = shape.space or (1, 1)  # a vector is taken for a map of one position
        inside = len(position) == len(space) and all(
            is_count(n, 0) and n < size for n, size in zip(position, space, strict=True)
        )
        if not inside:
            why = f"there is no unit {position} in a {kind_of(len(space))} of {shape}"
            raise UnknownPositionError(why, "Rows and columns are counted from 0")
        found = region(graph.table, place, *position, gates=gates)
        if found is None:
            return None
        regions = {graph.table.path(index): part for index, part in found.items()}
        if not isinstance(self.input, Shape):
            return regions
        nothing = Region.around((range(0),) * self.input.rank)
        return next(iter(regions.values()), nothing)

    def _place(self, node: Any) -> int:
        """Return where a node stands in the table: by its path, number or row."""
        graph = self.graph
        rows, node = graph.nodes, integer(node)
        if is_count(node, 0):
            if node >= len(rows):
                why = f"there is no node {node} among {len(rows)}"
                raise UnknownPositionError(why, "Nodes are counted from 0")
            node = rows[node]
        path = getattr(node, "path", node)
        place = graph.place(path) if isinstance(path, str) else None
        if not isinstance(place, int):
            raise unknown_name("node", shortened(str(path)), [row.path for row in rows])
        return place

    # A value.

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Core):
            return NotImplemented
        if other.input is None:
            return False
        mine, theirs = self.graph, other.graph
        return mine.table == theirs.table and mine.outputs == theirs.outputs

    @override
    def __hash__(self) -> int:
        return hash(self.graph.table)

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and self.graph.place(path) is not None

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self
