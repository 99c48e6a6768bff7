"""Networks over a finished table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, overload

from cnncalc._lazy import modules
from cnncalc._typing import override
from cnncalc.checks import for_message
from cnncalc.door import briefly, guarded
from cnncalc.errors import CnncalcError, GraphError, unknown_name
from cnncalc.graph.block import Block, Tensor
from cnncalc.graph.call import Call, not_taken
from cnncalc.graph.fragment import Fragment, FragmentStep, fragment_of
from cnncalc.graph.making import Making
from cnncalc.graph.mistakes import hinted
from cnncalc.graph.names import Child, checked_name, outline
from cnncalc.graph.table import Table
from cnncalc.network.network import Network
from cnncalc.network.parts import checked_table, patterns_of
from cnncalc.sizes.shape import ShapeLike, entered

if TYPE_CHECKING:
    from cnncalc.cost.rows import Row
    from cnncalc.cost.totals import Totals
    from cnncalc.graph import remade
    from cnncalc.network import chosen
else:  # imported when one of them is asked, as few networks do
    globals().update(
        {**modules("cnncalc.graph", "remade"), **modules("cnncalc.network", "chosen")}
    )

__all__ = ["Graph", "show"]


@guarded("net", asked=("on", "freeze"))
class Graph(Network, Block):
    """A network over a finished table, such as a `Builder` makes.

    It is a sequence of its rows: ``graph[0]``, ``graph["layer2/0/conv1"]``; a slice,
    or the name of a group, is a graph again. It can be added to another network, with
    as many inputs as it has: if it has a name, as a group of that name.

    Args:
        table: Its nodes.
        outputs: Which of them put something out.
        name: What the network is called.
        module_less: See `Network.module_less`.
    """

    __slots__ = (
        *("_entries", "_module_less", "_name", "_outputs", "_places"),
        *("_rows", "_table", "_totals", "runtime", "source", "told"),
    )

    immutable: ClassVar[bool] = True
    _name_stem: ClassVar[str | None] = ""

    def __init__(
        self,
        table: Table,
        outputs: Iterable[int],
        name: str | None = None,
        module_less: Iterable[str] = (),
    ) -> None:
        self._table, self._outputs = checked_table(table), tuple(outputs)
        self._name = None if name is None else checked_name(name, kind="Graph")
        self._module_less = patterns_of(module_less) if module_less else ()
        self._rows: tuple[Row, ...] | None = None
        self._places: dict[str, int | range] | None = None
        self._entries: tuple[int, ...] | None = None
        self._totals: Totals | None = None
        self.told = False  # whether it was warned of its mistakes
        self.runtime: str | None = None  # whose operators its nodes are
        self.source: Any = None  # the model of another tool that it was read from

    @property
    @override
    def name(self) -> str | None:
        return self._name

    @property
    def table(self) -> Table:
        """Its nodes."""
        return self._table

    @property
    def outputs(self) -> tuple[int, ...]:
        """The numbers of the nodes that put something out."""
        return self._outputs

    def read_from(self, source: Any) -> Graph:
        """Return the network, known to be read from a model of another tool."""
        net = Graph(self._table, self._outputs, self._name, self._module_less)
        net.source = source
        return net

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes on the model that it was read from, a line each."""
        return () if self.source is None else tuple(self.source.notes)

    @property
    @override
    def module_less(self) -> tuple[str, ...]:
        return self._module_less

    @override
    def calling_as_functions(self, *patterns: str) -> Graph:
        again = Graph(self.table, self.outputs, self.name, patterns)
        return again.read_from(self.source)

    @property
    @override
    def graph(self) -> Graph:
        return self

    @property
    @override
    def nodes(self) -> tuple[Row, ...]:
        if self._rows is None:
            from cnncalc.cost.rows import rows

            self._rows = rows(self._table)
        return self._rows

    @property
    @override
    def totals(self) -> Totals:
        if self._totals is None:
            from cnncalc.cost.totals import placed_totals

            self._totals = placed_totals(self.table.parts(), lambda: self.table)
        return self._totals

    @property
    @override
    def input(self) -> Any:
        """The shape of its input; of several, a tuple."""
        return _one([self.table.calls[node].output for node in self.table.entries()])

    @property
    @override
    def output(self) -> Any:
        """The shape of its output, None if unknown; of several, a tuple."""
        return _one([self.table.calls[i].output or None for i in self.outputs])

    @override
    def on(self, shape: ShapeLike, *shapes: ShapeLike) -> Graph:
        """Return the same nodes with other input shapes.

        Args:
            shape: The shape of the input.
            shapes: Those of further inputs, in their order.

        Raises:
            GraphError: If there are not as many inputs.
            CnncalcError: If a layer cannot take what reaches it then.
        """
        try:
            table = remade.on_shapes(self.table, [entered(s) for s in (shape, *shapes)])
        except CnncalcError as error:
            show(error, self.name)
            raise error.at_door() from None
        return Graph(table, self.outputs, self.name, self.module_less)

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        shapes = tuple([x.shape for x in xs])
        own = self.input if type(self.input) is tuple else (self.input,)
        if len(shapes) != len(own):
            why = not_taken(len(shapes), len(own))
            raise GraphError(why, "Give it one for each of its inputs")
        try:
            other = self if shapes == own else self.on(*shapes)
        except CnncalcError as error:
            raise self._failed_inside(error) from None
        return g.paste(fragment_of(other.table, other.outputs), xs)

    def _failed_inside(self, error: CnncalcError) -> CnncalcError:
        """Return an error on other shapes as one that lies within a network around."""
        from cnncalc.graph.failure import note_trail

        before: Table = error.table
        name, group = self.table.names[len(before)], self.table.scopes[len(before)]
        hole: Any = Call(None, (), None)  # type: ignore[arg-type]
        steps = fragment_of(before, ()).steps
        new = type(error)(error.why, error.fix, error.layer)
        failed = FragmentStep(hole, (), name, "", group=group)
        note_trail(new, Fragment([*steps, failed], None, ()))
        return new

    @override
    def _children(self) -> tuple[Child, ...]:
        return fragment_of(self.table, self.outputs).children

    @override
    def freeze(self, path: str) -> Graph:
        """Return the same network of which training does not change a part.

        Args:
            path: The path of a node or group, or a pattern: ``"conv*"``.

        Raises:
            UnknownNameError: If there is no node or group of that path.
        """
        nodes: list[int] = []
        for each in chosen.matching(path, self.paths()):
            place = self._placed(each)
            nodes += place if isinstance(place, range) else [place]
        if set(nodes) <= set(self.table.entries()):
            raise unknown_name("node or group", path, [row.path for row in self])
        table = remade.frozen(self.table, nodes)
        return Graph(table, self.outputs, self.name, self.module_less)

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
    @briefly
    def __getitem__(self, key: int | slice | str) -> Any:
        """Return a row by position or path, or a graph by slice or group's path.

        A path in a slice stands for the row, or the rows, that it names, which are in
        the slice: ``net[:"pool5"]`` ends with pool5.

        Raises:
            UnknownNameError: If there is no node or group of that path.
            UnknownPositionError: If there is no such row.
        """
        place: int | range
        if isinstance(key, str):
            place = self._placed(key)
        elif isinstance(key, slice):
            key = self._by_position(key)
            entries = set(self.table.entries())
            nodes = [i for i in range(len(self.table)) if i not in entries]
            place = chosen.items_at(nodes, key)
        else:
            return chosen.items_at(self.nodes, key)
        if isinstance(place, range):
            table, outputs = remade.part_of(
                self.table,
                place.start,
                place.stop,
                self.outputs,
                heirs=not isinstance(key, str),
            )
            name = key if isinstance(key, str) else self.name
            return Graph(table, outputs, name, self.module_less)
        return self.row(place)

    def row(self, index: int) -> Row:
        """Return the row of a node of the table.

        Raises:
            UnknownNameError: If it is an input, which has none.
        """
        before = self._rows_before(index)
        if index in (self._entries or ()):
            path = self.table.path(index)
            raise unknown_name("row", path, [row.path for row in self.nodes])
        return self.nodes[before]

    def _rows_before(self, index: int) -> int:
        """Return how many rows stand before a node of the table."""
        if self._entries is None:
            self._entries = tuple(self.table.entries())
        return index - sum(entry < index for entry in self._entries)

    def _by_position(self, key: slice) -> slice:
        """Return a slice of rows with positions for its paths, which are in it.

        Raises:
            UnknownNameError: If there is no node or group of that path.
        """
        ends: list[Any] = []
        for value, end in ((key.start, 0), (key.stop, -1)):
            if isinstance(value, str):
                place = self._placed(value)
                nodes = place if isinstance(place, range) else (place,)
                value = self._rows_before(nodes[end]) - end  # noqa: PLW2901
            ends.append(value)
        start, stop = ends
        return slice(start, stop, key.step)

    def paths(self) -> list[str]:
        """Return the paths of all nodes and groups."""
        return list(self._index())

    def place(self, path: str) -> int | range | None:
        """Return where in the table a node or a group of that path stands."""
        return self._index().get(path) if isinstance(path, str) else None

    def _placed(self, path: str) -> int | range:
        place = self.place(path)
        if place is None:  # a group's graph, which is called as the group is
            place = self.place(f"{self.name}/{path}")
        if place is None:
            raise unknown_name("node or group", path, self._index())
        return place

    def _index(self) -> dict[str, int | range]:
        if self._places is None:
            self._places = _places(self.table)
        return self._places

    @override
    def __repr__(self) -> str:
        name = f" {for_message(self.name)}" if self.name else ""
        ends = " → ".join(_listed(shape) for shape in (self.input, self.output))
        return f"<Graph{name} of {len(self)} nodes: {ends}; source: to_python()>"


def _places(table: Table) -> dict[str, int | range]:
    """Return where each node stands, and each group begins and ends, by path."""
    places: dict[str, int | range] = {}
    for depth, start, stop in outline(table.scopes):
        path = "/".join((*table.scopes[start], table.names[start])[:depth])
        places[path] = start if stop is None else range(start, stop)
    return places


def show(error: BaseException, name: str | None = None) -> None:
    """Give an error that says how far a table came the network up to there."""
    if isinstance(error, CnncalcError) and error.network is None and error.table:
        hinted(error)
        last = len(error.table) - 1
        so_far = f"{name or 'network'} up to {error.table.path(last)}"
        error.network = Graph(error.table, [last], so_far)


def _listed(shapes: Any) -> str:
    every = shapes if type(shapes) is tuple else (shapes,)
    return ", ".join(["?" if shape is None else str(shape) for shape in every])


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else tuple(values)
