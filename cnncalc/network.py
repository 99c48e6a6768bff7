"""The questions that every network answers, however it was made; and `Graph`."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

from typing_extensions import override

from cnncalc.analysis.cost import total
from cnncalc.analysis.memory import stored
from cnncalc.errors import (
    GraphError,
    UnknownNameError,
    UnknownPositionError,
)
from cnncalc.graph.builder import Builder as _Builder
from cnncalc.graph.builder import Tensor
from cnncalc.graph.table import Table
from cnncalc.report.rows import Row, rows
from cnncalc.shape import Shape, ShapeLike, shown

if TYPE_CHECKING:
    from cnncalc.report.summary import Summary

__all__ = ["Builder", "Graph", "Network", "unknown_name"]


class Network(ABC):
    """A network: a table of nodes, and all questions about it."""

    __slots__ = ()

    @property
    @abstractmethod
    def name(self) -> str | None:
        """What the network is called."""

    @property
    @abstractmethod
    def graph(self) -> Graph:
        """The network as a graph, whose `table` has its nodes."""

    @abstractmethod
    def on(self, shape: ShapeLike, /) -> Network:
        """Return the same layers with another input shape."""

    @property
    def nodes(self) -> tuple[Row, ...]:
        """A row for each node, in execution order; none for an input or a group."""
        return self.graph.nodes

    # Totals.

    @property
    def params(self) -> int:
        """Number of parameters, trainable or not; shared ones count once."""
        return total([row.params for row in self.nodes])

    @property
    def trainable_params(self) -> int:
        """Number of parameters that training changes."""
        return total([row.trainable for row in self.nodes])

    @property
    def buffers(self) -> int:
        """Number of values kept that are not parameters, as running statistics."""
        return total([row.buffers for row in self.nodes])

    @property
    def connections(self) -> int:
        """Number of links into units, those of biases included."""
        return total([row.connections for row in self.nodes])

    @property
    def macs(self) -> int:
        """Number of multiply-accumulates by weights, for one input."""
        return total([row.macs for row in self.nodes])

    @property
    def activations(self) -> int:
        """Number of values that the nodes put out, the input's not among them."""
        return total([row.activation_size for row in self.nodes])

    def memory(self, dtype: str | int = "float32") -> int:
        """Return the bytes that the parameters take.

        Args:
            dtype: Their data type, such as "float32" or "int8", or a number of bits.

        Raises:
            OptionError: If there is no such type.
        """
        return stored(self.params, dtype)

    # Reports.

    def summary(
        self,
        *,
        columns: Sequence[str] | None = None,
        input: ShapeLike | None = None,
    ) -> Summary:
        """Return a table of the layers, with totals; its `str` is the table as text.

        Args:
            columns: The columns to show, by name; None shows the usual ones.
            input: Another input shape, or that of a network which has none yet.

        Raises:
            OptionError: If there is no such column.
            OpenNetworkError: If the network has no input shape.
        """
        from cnncalc.report.summary import summarise

        graph = (self if input is None else self.on(input)).graph
        title = f"{self.name or type(self).__name__}: {graph.input} → {graph.output}"
        return summarise(title, graph.nodes, columns)

    # A value.

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Network):
            return NotImplemented
        mine, theirs = self.graph, other.graph
        return mine.table == theirs.table and mine.outputs == theirs.outputs

    @override
    def __hash__(self) -> int:
        return hash(self.graph.table)

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and self.graph.place(path) is not None

    def __copy__(self) -> Network:
        return self

    def __deepcopy__(self, memo: Any) -> Network:
        return self


class Graph(Network):
    """A network over a finished table, such as a `Builder` makes.

    It is a sequence of its rows: ``graph[0]``, ``graph["layer2/0/conv1"]``; a slice,
    or the name of a group, is a graph again.

    Args:
        table: Its nodes.
        outputs: Which of them put something out.
        name: What the network is called.
    """

    __slots__ = ("_name", "_places", "_rows", "outputs", "table")

    def __init__(
        self, table: Table, outputs: Iterable[int], name: str | None = None
    ) -> None:
        self.table, self.outputs, self._name = table, tuple(outputs), name
        self._rows: tuple[Row, ...] | None = None
        self._places: dict[str, int | range] | None = None

    @property
    @override
    def name(self) -> str | None:
        return self._name

    @property
    @override
    def graph(self) -> Graph:
        return self

    @property
    @override
    def nodes(self) -> tuple[Row, ...]:
        if self._rows is None:
            self._rows = rows(self.table)
        return self._rows

    @property
    def input(self) -> Any:
        """The shape of its input; of several, a tuple."""
        calls = zip(self.table.calls, self.table.links, strict=True)
        return _one([call.output for call, links in calls if not links])

    @property
    def output(self) -> Any:
        """The shape of its output; of several, a tuple."""
        return _one([self.table.calls[i].output for i in self.outputs])

    @override
    def on(self, shape: ShapeLike, /, *shapes: ShapeLike) -> Graph:
        """Return the same nodes with other input shapes.

        Args:
            shape: The shape of the input.
            shapes: Those of further inputs, in their order.

        Raises:
            GraphError: If there are not as many inputs.
            CnncalcError: If a layer cannot take what reaches it then.
        """
        table = self.table.on([Shape.of(s) for s in (shape, *shapes)])
        return Graph(table, self.outputs, self.name)

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.nodes)

    @overload
    def __getitem__(self, key: int) -> Row: ...
    @overload
    def __getitem__(self, key: slice) -> Graph: ...
    @overload
    def __getitem__(self, key: str) -> Any: ...
    def __getitem__(self, key: int | slice | str) -> Any:
        """Return a row by position or path, or a graph by slice or group's path.

        Raises:
            UnknownNameError: If there is no node or group of that path.
            UnknownPositionError: If there is no such row.
        """
        place: int | range | None
        if isinstance(key, str):
            place = self.place(key)
            if place is None:
                raise unknown_name("node or group", key, self._index())
        else:
            nodes = [i for i, links in enumerate(self.table.links) if links]
            place = positions(nodes, key)
        if isinstance(place, range):
            table, outputs = self.table.cut(place.start, place.stop, self.outputs)
            return Graph(table, outputs, key if isinstance(key, str) else self.name)
        return self.row(place)

    def row(self, index: int) -> Row:
        """Return the row of a node of the table."""
        return self.nodes[sum(map(bool, self.table.links[:index]))]

    def place(self, path: str) -> int | range | None:
        """Return where in the table a node or a group of that path stands."""
        return self._index().get(path)

    def _index(self) -> dict[str, int | range]:
        if self._places is None:
            places: dict[str, int | range] = {}
            for index, scope in enumerate(self.table.scopes):
                for depth in range(1, len(scope) + 1):
                    group = "/".join(scope[:depth])
                    known = places.get(group)
                    start = known.start if isinstance(known, range) else index
                    places[group] = range(start, index + 1)
                places[self.table.path(index)] = index
            self._places = places
        return self._places

    @override
    def __repr__(self) -> str:
        name = f" {self.name}" if self.name else ""
        return f"<Graph{name} of {len(self)} nodes: {self.input} → {self.output}>"


class Builder(_Builder):
    """Put a network together node by node: any graph without cycles.

    Example:
        >>> from cnncalc import Add, Builder, Conv2d
        >>> g = Builder()
        >>> x = g.input((32, 32, 3))
        >>> y = g.add(Conv2d(3, 8, padding=1), x)
        >>> z = g.add(Conv2d(1, 8), x)
        >>> net = g.graph(g.add(Add(), y, z))
        >>> print(net.output, net.params)
        32×32×8 256
    """

    def graph(self, *outputs: Tensor, name: str | None = None) -> Graph:
        """Return what was added so far as a network.

        Args:
            outputs: What it puts out.
            name: What to call it.

        Raises:
            GraphError: If there is no output, or one belongs to another builder.
        """
        if not outputs:
            raise GraphError(
                "a network needs an output", "Name it: g.graph(x)", "Builder"
            )
        self._shapes(outputs)
        return Graph(self.table(), [x.index for x in outputs], name)


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else tuple(values)


@overload
def positions(items: Sequence[int], key: int) -> int: ...
@overload
def positions(items: Sequence[int], key: slice) -> range: ...
def positions(items: Sequence[int], key: Any) -> int | range:
    """Return the item at *key*, or with a slice the range from first to last item.

    Raises:
        UnknownPositionError: If there is none, or the slice has gaps.
    """
    if isinstance(key, slice):
        chosen = items[key]
        if key.step not in {None, 1} or not chosen:
            why = f"{key} is no run of one or more nodes"
            raise UnknownPositionError(why, "Use a slice such as [2:5]")
        return range(chosen[0], chosen[-1] + 1)
    try:
        return items[operator.index(key)]
    except IndexError:
        why = f"there is no position {key} among {len(items)}"
        raise UnknownPositionError(why, "Positions are counted from 0") from None


def unknown_name(what: str, name: str, names: Iterable[str]) -> UnknownNameError:
    """Return the error that nothing is called that, with the nearest names."""
    from difflib import get_close_matches

    known = {candidate.lower(): candidate for candidate in names}
    near = get_close_matches(name.lower(), known, n=3)
    if near:
        fix = "The nearest: " + ", ".join(f'"{known[match]}"' for match in near)
    else:
        fix = "There are: " + ", ".join(
            f'"{candidate}"' for candidate in known.values()
        )
    return UnknownNameError(f"there is no {what} {shown(name)}", fix)
