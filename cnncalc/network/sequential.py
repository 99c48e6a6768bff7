"""The fluent face: a network as a chain of calls, each giving a longer network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, final, overload

from cnncalc._typing import Self, override
from cnncalc.cache import Memo
from cnncalc.checks import shown
from cnncalc.cost.totals import Totals, totals
from cnncalc.errors import ConfigError, GraphError, OpenNetworkError
from cnncalc.graph.block import Block, Tensor, is_layer, is_part
from cnncalc.graph.builder import Builder
from cnncalc.graph.growth import Growth, names_of
from cnncalc.graph.names import settled
from cnncalc.graph.value import Value
from cnncalc.layers.base import Layer
from cnncalc.network import Graph, Network, positions, show
from cnncalc.network.fluent import FluentMethods, spelled
from cnncalc.network.parts import frozen, module_less_of
from cnncalc.sizes.shape import Shape, ShapeLike

__all__ = ["Sequential"]

_LONGEST_CHAIN = 100  # calls in a row: Python's own parser has limits

# The open networks that came of adding which parts, kept beside them, to which origins.
_ADDED = Memo(most=4096)
_LONGEST_KEPT = 64  # steps of an open network that is worth remembering


@final
class Sequential(FluentMethods, Network, Value):
    """An immutable chain of layers and blocks.

    Every fluent call returns a longer network and leaves this one as it was. With an
    input shape each layer is checked as it is added. Without one the network is
    *open*: a reusable piece that is added to others, or given its shape later by
    `on` or ``summary(input=...)``.

    It is a sequence of its steps: ``net[0]``, ``net["C3"]``, ``net[2:5]``.

    Args:
        input: The input shape: a `Shape`, (height, width, channels), or an int for a
            vector; None leaves the network open.
        name: What to call it. Where it is added to another network, a named one is a
            group of that name; the layers of one without a name are added themselves.

    Raises:
        ConfigError: If the shape or the name is no such thing.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(32, 32, 1)).conv(5, 6).pool(2).fc(10)
        >>> print(net.output, net.params, net["conv1"].formula)
        10 11926 5×5×1×6 + 6
    """

    __slots__ = (
        "__weakref__",
        "_count",
        "_graph",
        "_growth",
        "_input",
        "_length",
        "_module_less",
        "_name",
        "_tip",
        "_totals",
        "origin",
    )

    def __init__(
        self,
        input: ShapeLike | None = None,
        *,
        name: str | None = None,
    ) -> None:
        if name is not None and (not isinstance(name, str) or not name):
            why = f"name is {shown(name)}"
            raise ConfigError(why, "It must be a text that is not empty", "Sequential")
        self._name = name
        self._module_less: tuple[str, ...] = ()
        self._input = None if input is None else Shape.of(input)
        self._graph: Graph | None = None
        self._totals: Totals | None = None
        self._count = self._length = 0
        # All that are open and empty, of one name, grow alike.
        self.origin: Any = (name or "") if input is None else None
        builder = None
        self._tip: Tensor | None = None
        if self._input is not None:
            builder = Builder()
            self._tip, self._length = builder.input(self._input), 1
        self._growth = Growth([], [], builder)

    # Growing.

    def add(self, *parts: Layer | Block) -> Self:
        """Return a longer network; this one stays as it is.

        Args:
            parts: Layers, blocks and networks, in their order. Of a network, its
                layers are added, whatever input it had itself; of one with a name, as
                a group of that name.

        Raises:
            CnncalcError: If one cannot take what reaches it; the message says where.
        """
        if self.origin is None:
            return self._longer(parts)
        key = (self.origin, *map(id, parts))
        known: tuple[Self, object] | None = _ADDED.get(key)
        if known is None:
            known = self._longer(parts), parts
            if all(part.immutable for part in parts):
                _ADDED.put(key, known)
        return known[0]

    def _longer(self, parts: tuple[Layer | Block, ...]) -> Self:
        steps = parts if len(parts) == 1 and is_layer(type(parts[0])) else _steps(parts)
        growth = self._growth
        # Where it has grown otherwise already, or is growing just now, in another
        # thread or around this very call, this network goes on from a copy.
        free = growth.lock.acquire(blocking=False)
        try:
            if not free or len(growth.steps) != self._count:
                growth = growth.copy(self._count, self._length)
            new = self._copy()
            new._growth = growth
            if growth.builder is not None:
                new._tip, new._length = self._lower(steps, growth)
            else:
                growth.taken |= names_of(steps, growth.taken)
            growth.steps += steps
            new._count = len(growth.steps)
            if steps is not parts:
                new._module_less = (*self._module_less, *module_less_of(parts))
        finally:
            if free:
                self._growth.lock.release()
        return new

    def _lower(self, steps: Sequence[Any], growth: Growth) -> tuple[Tensor, int]:
        """Lower *steps* after what is there; if one fails, nothing was added.

        Returns:
            What goes out, and the number of nodes.
        """
        builder, tip, length = growth.builder, self._tip, self._length
        assert builder is not None
        assert tip is not None
        x = tip if tip.builder is builder else Tensor(tip.index, tip.shape, builder)
        try:
            for step in steps:
                growth.starts.append(length)
                x = builder.add(step, x)
                if type(x) is not Tensor:
                    why = "it puts out several tensors, and a chain goes on from one"
                    raise GraphError(why, "Use a Builder", type(step).__name__)
                length = len(builder)
        except BaseException as error:
            del growth.starts[self._count :]
            builder.cut(self._length)
            show(error, self._name)
            raise
        return x, length

    def next_name(self, name: Any, stem: str) -> str:
        """Return the name that a layer added next will have."""
        if isinstance(name, str) and name:
            return name
        names = [(step.name, step.default_name) for step in self.steps]
        return settled([*names, (None, stem)])[-1]

    @override
    def on(self, shape: ShapeLike, /) -> Sequential:
        """Return the same layers with that input shape.

        Args:
            shape: A `Shape`, (height, width, channels), or an int for a vector.

        Raises:
            CnncalcError: If a layer cannot take what reaches it then.
        """
        net = Sequential(shape, name=self._name).add(*self.steps)
        return net.calling_as_functions(*self._module_less)

    @override
    def freeze(self, path: str, /) -> Sequential:
        """Return the same network of which training does not change a part.

        Args:
            path: The path of a layer or group.

        Raises:
            UnknownNameError: If there is no such layer or group.
        """
        graph = None if self._input is None else self.graph
        steps = frozen(self.steps, path, graph, self._growth.starts)
        net = Sequential(self._input, name=self._name).add(*steps)
        return net.calling_as_functions(*self._module_less)

    def _copy(self) -> Self:
        new = object.__new__(type(self))
        new._name, new._input = self._name, self._input
        new._module_less = self._module_less
        new._growth, new._count = self._growth, self._count
        new._tip, new._length = self._tip, self._length
        new._graph = new._totals = None
        kept = self._input is None and self._count < _LONGEST_KEPT
        new.origin = object() if kept else None
        return new

    @override
    def lower(self, g: Builder, /, *xs: Tensor) -> Any:
        (x,) = xs
        for step in self.steps:
            x = yield step, x
        return x

    @property
    @override
    def default_name(self) -> str:
        return ""

    # What it is.

    @property
    @override
    def name(self) -> str | None:
        return self._name

    @property
    @override
    def module_less(self) -> tuple[str, ...]:
        return self._module_less

    @override
    def calling_as_functions(self, *patterns: str) -> Sequential:
        new = self._copy()
        new._module_less = patterns
        return new

    @property
    @override
    def input(self) -> Shape | None:
        """The input shape; None if the network is open."""
        return self._input

    @property
    @override
    def output(self) -> Shape:
        """The shape of the output.

        Raises:
            OpenNetworkError: If the network has no input shape.
        """
        return self._closed().shape

    @property
    def steps(self) -> tuple[Layer | Block, ...]:
        """The layers and blocks that were added, in order."""
        return tuple(self._growth.steps[: self._count])

    @property
    @override
    def totals(self) -> Totals:
        if self._totals is None:
            self._closed()
            assert self._growth.builder is not None
            self._totals = totals(*self._growth.builder.applied(self._length))
        return self._totals

    @property
    @override
    def graph(self) -> Graph:
        if self._graph is None:
            tip = self._closed()
            assert self._growth.builder is not None
            table = self._growth.builder.table(self._length)
            self._graph = Graph(table, [tip.index], self._name, self._module_less)
        return self._graph

    def _closed(self) -> Tensor:
        if self._tip is None:
            why = "the network is open: it has no input shape yet"
            fix = "Give it one: net.on((32, 32, 1)) or net.summary(input=(32, 32, 1))"
            raise OpenNetworkError(why, fix, "Sequential", self._name or "")
        return self._tip

    # A sequence of its steps.

    def __len__(self) -> int:
        return self._count

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        return map(self.__getitem__, range(len(self)))

    @overload
    def __getitem__(self, key: slice) -> Sequential: ...
    @overload
    def __getitem__(self, key: int | str) -> Any: ...
    def __getitem__(self, key: int | slice | str) -> Any:
        """Return a row, or of a group its graph, or of a slice a network.

        Raises:
            OpenNetworkError: If it is not a slice, and the network has no input shape.
            UnknownNameError: If nothing has that path.
            UnknownPositionError: If there is no such step.
        """
        if isinstance(key, str):
            return self.graph[key]
        if isinstance(key, slice):
            return self._slice(key)
        graph = self.graph
        position = positions(range(len(self)), key)
        start, stop = self._nodes_of(position)
        if start == stop:  # a group without layers
            return self[position : position + 1]
        scope = graph.table.scopes[start]
        if scope and graph.place(scope[0]) == range(start, stop):
            return graph[scope[0]]
        if start + 1 == stop:
            return graph.row(start)
        table, outputs = graph.table.cut(start, stop, graph.outputs)
        return Graph(table, outputs, None, self._module_less)

    def _nodes_of(self, step: int) -> tuple[int, int]:
        starts = self._growth.starts
        stop = starts[step + 1] if step + 1 < self._count else self._length
        return starts[step], stop

    def _slice(self, key: slice) -> Sequential:
        first = key.indices(self._count)[0]
        before = self[:first].output if self._input and first else self._input
        net = Sequential(before).add(*self.steps[key])
        return net.calling_as_functions(*self._module_less)

    # A value.

    @override
    def compared(self) -> tuple[Any, ...] | None:
        if self._input is not None:
            return None  # its table tells
        return tuple([(step.name, step) for step in self.steps])

    @override
    def __eq__(self, other: object) -> bool:
        if isinstance(other, Sequential) and (
            self._input is None or other._input is None
        ):
            return self._input is other._input and Value.__eq__(self, other)
        return self._input is not None and super().__eq__(other)

    @override
    def __hash__(self) -> int:
        return Value.__hash__(self) if self._input is None else super().__hash__()

    @override
    def state(self) -> tuple[Any, ...]:
        return self._input, self._name, self.steps, self._module_less

    @classmethod
    @override
    def restored(cls, state: tuple[Any, ...]) -> Sequential:
        shape, name, steps, module_less = state
        net = Sequential(shape, name=name).add(*steps)
        return net.calling_as_functions(*module_less)

    @override
    def pieces(self) -> Iterator[Any]:
        yield f"Sequential({', '.join(self._arguments())})"
        if self._count <= _LONGEST_CHAIN:
            for step in self.steps:
                yield from spelled(step)
        else:
            yield ".add("
            for place, step in enumerate(self.steps):
                yield ", " if place else ""
                yield step
            yield ")"

    __repr__ = Value.__repr__

    def _arguments(self) -> Iterator[str]:
        if self._input is not None:
            x = self._input
            yield f"input={x.channels if x.is_vector else tuple(x)}"
        if self._name is not None:
            yield f"name={self._name!r}"


def _steps(parts: tuple[Any, ...]) -> list[Any]:
    """Return what is added for *parts*: of a network without a name, its steps."""
    steps: list[Any] = []
    for part in parts:
        if type(part) is Sequential and part.name is None:
            steps += part.steps
        elif is_part(type(part)):
            steps.append(part)
        else:
            why = f"{shown(part)} is neither a layer nor a block"
            fix = "Add a layer, such as Conv2d(5, 6), or a Sequential"
            raise ConfigError(why, fix)
    return steps
