"""The fluent face: a network as a chain of calls, each giving a longer network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from inspect import signature
from typing import TYPE_CHECKING, Any, ClassVar, final, overload

from cnncalc._lazy import modules
from cnncalc._typing import Never, override
from cnncalc.door import briefly, guarded
from cnncalc.errors import CnncalcError
from cnncalc.graph.block import (
    Block,
    Tensor,
    checked_part,
    children_of,
    is_layer_class,
    part_key,
)
from cnncalc.graph.chain import Link
from cnncalc.graph.making import Making
from cnncalc.graph.mistakes import NOTED, warn_of_steps
from cnncalc.graph.names import Child, checked_name, numbered_names
from cnncalc.graph.table import Folded, table_of
from cnncalc.layers.base import Layer
from cnncalc.network import parts as network_parts
from cnncalc.network.fluent import FluentMethods, method_call
from cnncalc.network.graph import Graph, show
from cnncalc.network.network import Network
from cnncalc.refusals import making_of
from cnncalc.sizes.shape import Shape, ShapeLike, entered, shape_source

if TYPE_CHECKING:
    from cnncalc.cost.totals import Totals

__all__ = ["Sequential"]

_chosen = modules("cnncalc.network", "chosen")["chosen"]  # which few networks ask
_LONGEST_CHAIN = 100  # calls in a row: Python's own parser has limits


@guarded("net", asked=("on", "freeze"))
@final
class Sequential(FluentMethods, Network, Block):
    """An immutable chain of layers and blocks.

    Every fluent call returns a longer network and leaves this one as it was. With an
    input shape each layer is checked as it is added. Without one the network is
    *open*: a reusable piece that is added to others, or given its shape later by
    `on` or ``summary(input=...)``.

    It is a sequence of its rows, as its `graph` is: ``net[0]``, ``net["C3"]``; a slice,
    ``net[2:5]``, is a network again. An open one has no rows, only `steps`.

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
        *("__weakref__", "_graph", "_link", "_module_less", "_name", "_origin"),
        "_totals",
    )

    immutable: ClassVar[bool] = True
    _name_stem: ClassVar[str | None] = ""
    arity: ClassVar[tuple[int, int] | None] = (1, 1)

    __signature__: ClassVar[Any] = signature(network_parts.begun)

    def __init__(
        self,
        input: ShapeLike | None = None,
        *others: Never,
        name: str | None = None,
        **words: Never,
    ) -> None:
        if others or words:
            raise network_parts.misbegun(input, *others, name=name, **words)
        shape = None if input is None else network_parts.begin(input)
        name = None if name is None else checked_name(name, kind="Sequential")
        # An empty one is known by its name: equal ones grow alike.
        object.__setattr__(self, "__class__", _Made)
        origin = name or "" if shape is None else None
        self._filled(name, Link.first(shape), (), origin)

    def _filled(
        self, name: str | None, link: Link, patterns: tuple[str, ...], origin: Any
    ) -> Sequential:
        """Return a network in the making with all that it has, as one that is made."""
        self._name, self._link, self._module_less = name, link, patterns
        self._origin = origin
        self._graph: Graph | None = None
        self._totals: Totals | None = None
        self.__class__ = Sequential  # pyright: ignore[reportAttributeAccessIssue]
        return self

    # Growing.

    def add(self, *parts: Layer | Block) -> Sequential:
        """Return a longer network; this one stays as it is.

        Args:
            parts: Layers, blocks and networks, in their order. Of a network, its
                layers are added, whatever input it had itself; of one with a name, as
                a group of that name.

        Raises:
            CnncalcError: If one cannot take what reaches it; the message says where.
        """
        link, patterns = self._link, self._module_less
        try:
            for part in parts:
                if is_layer_class(type(part)):
                    link = link.longer(part, self._link)
                    continue
                if (run := _run(checked_part(part))) is None:
                    link = link.longer(part, self._link)
                elif self._link.shape is None or run.input is not None:
                    for step in run.steps:
                        link = link.longer(step, self._link)
                else:
                    link = link.longer(run, self._link, is_run=True)
                patterns = (*patterns, *network_parts.module_less_of(part))
        except CnncalcError as error:
            show(error, self._name)
            raise error.at_door() from None
        if NOTED:
            warn_of_steps(link.parts(self._link))
        return _network(self._name, link, patterns)

    def next_name(self, name: Any, prefix: str) -> str:
        """Return the name that a layer added next will have."""
        if isinstance(name, str) and name:
            return name
        if self._link.input is None:
            children = self._children()
        else:
            children = [c for step in self._link.steps() for c in step.children()]
        return numbered_names([*children, (None, prefix)])[-1]

    @override
    def _children(self) -> list[Child]:
        return [child for step in self.steps for child in children_of(step)]

    @override
    def on(self, shape: ShapeLike) -> Sequential:
        """Return the same layers with that input shape.

        Args:
            shape: A `Shape`, (height, width, channels), or an int for a vector.

        Raises:
            CnncalcError: If a layer cannot take what reaches it then.
        """
        return self._of(entered(shape), self.steps)

    @override
    def freeze(self, path: str) -> Sequential:
        """Return the same network of which training does not change a part.

        Args:
            path: The path of a layer or group, or a pattern: ``"conv*"``. Of an open
                network it is no pattern.

        Raises:
            UnknownNameError: If there is no such layer or group.
        """
        is_open = self._link.input is None
        made = None if is_open else [step for _, step in self._parts()]
        # The input, which is the first, has no weights.
        paths = (path,) if is_open else _chosen.matching(path, self.graph.paths()[1:])
        return self._of(self.input, _chosen.freeze_steps(self.steps, paths, made))

    def _of(self, shape: Shape | None, steps: Iterable[Layer | Block]) -> Sequential:
        """Return a network of other steps, which is this one in all else."""
        return _restored(shape, self._name, steps, self._module_less)

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        for step in self.steps:
            x = g.add(step, x)
        return x

    @property
    def _depth(self) -> int:
        return self._link.depth

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
        if patterns == self._module_less:
            return self
        return _network(self._name, self._link, network_parts.patterns_of(patterns))

    @property
    @override
    def input(self) -> Shape | None:
        """The input shape; None if the network is open."""
        return self._link.input

    @property
    @override
    def output(self) -> Shape:
        """The shape of the output; None if it is unknown.

        Raises:
            OpenNetworkError: If the network has no input shape.
        """
        return self._closed() or None  # type: ignore[return-value]

    @property
    def steps(self) -> tuple[Layer | Block, ...]:
        """The layers and blocks that were added, in order."""
        return tuple([part for part, _ in self._parts()])

    def _parts(self) -> list[tuple[Any, Any]]:
        """Return the layers and blocks that were added, each with what it became."""
        found: list[tuple[Any, Any]] = []
        for part, step in self._link.parts():
            run = _run(part)
            if run is None or step is None:
                found.append((part, step))
            else:
                found += zip(run.steps, step.made.steps, strict=True)
        return found

    @property
    @override
    def totals(self) -> Totals:
        if self._totals is None:
            self._closed()
            if self._link.owners:  # it takes the whole to say which node owns weights
                self._totals = self.graph.totals
            else:
                from cnncalc.cost.totals import placed_totals

                parts = [step.made for step in self._link.steps()]
                self._totals = placed_totals(parts, lambda: self.graph.table)
        return self._totals

    @property
    @override
    def graph(self) -> Graph:
        if self._graph is None:
            self._closed()  # or it says that it is open
            f = self._link.fragment()
            self._graph = Graph(table_of(f), f.walk.ends, self._name, self._module_less)
        return self._graph

    @override
    def _folded(self) -> Folded:
        return self._link.folded() or super()._folded()

    def _closed(self) -> Shape:
        shape = self._link.shape
        if shape is None:
            raise network_parts.not_begun(self._name, self._link.count)
        return shape

    # A sequence of its rows.

    def __len__(self) -> int:
        return self._link.count if self._link.input is None else len(self.graph)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        return iter(self.graph)

    @overload
    def __getitem__(self, key: slice) -> Sequential: ...
    @overload
    def __getitem__(self, key: int | str) -> Any: ...
    @briefly
    def __getitem__(self, key: int | slice | str) -> Any:
        """Return a row by position or path, a group's graph by path, or a network.

        A slice of rows is a network of the steps that have them; of an open network it
        is one of steps. A path in a slice stands for the row, or the rows, that it
        names, which are in the slice: ``net[:"pool5"]`` ends with pool5.

        Raises:
            OpenNetworkError: If it is not a slice, and the network has no input shape.
            UnknownNameError: If nothing has that path.
            UnknownPositionError: If there is no such row, or a slice cuts a step.
        """
        if not isinstance(key, slice):
            return self.graph[key]
        if isinstance(key.start, str) or isinstance(key.stop, str):
            key = self.graph._by_position(key)
        parts, shape = self._parts(), self._link.shape
        sizes = [1 if step is None else step.made.size for _, step in parts]
        found, first = _chosen.steps_of(sizes, key)
        if shape is not None and first < len(parts):
            (shape,) = parts[first][1].made.shapes
        return _restored(shape, None, [parts[n][0] for n in found], self._module_less)

    # A value.

    @override
    def __eq__(self, other: object) -> bool:
        if isinstance(other, Sequential) and not (self.input and other.input):
            return self._link.input is other.input and self._key() == other._key()
        return self._link.input is not None and super().__eq__(other)

    @override
    def __hash__(self) -> int:
        return hash(self._key()) if self._link.input is None else super().__hash__()

    def _key(self) -> Any:
        return part_key(self.steps), self._module_less

    @override
    def __reduce__(self) -> Any:
        return _restored, (self.input, self._name, self.steps, self._module_less)

    @override
    def __repr__(self) -> str:
        steps = self.steps
        calls = "".join(map(method_call, steps[:_LONGEST_CHAIN]))
        if len(steps) > _LONGEST_CHAIN:
            calls = f".add({', '.join(map(repr, steps))})"
        if self._module_less:
            calls += f".calling_as_functions({', '.join(map(repr, self._module_less))})"
        x, name = self._link.input, self._name
        given = [] if x is None else [f"input={shape_source(x)}"]
        given += [] if name is None else [f"name={name!r}"]
        return f"Sequential({', '.join(given)}){calls}"


def _network(name: str | None, link: Link, patterns: tuple[str, ...]) -> Sequential:
    """Return the network of a chain."""
    net: Sequential = object.__new__(_Made)
    origin = id(net) if link.shape is None and not patterns else None
    return net._filled(name, link, patterns, origin)


_Made = making_of(Sequential)


def _restored(shape: Any, name: str | None, steps: Any, patterns: Any) -> Sequential:
    return Sequential(shape, name=name).add(*steps).calling_as_functions(*patterns)


def _run(part: Any) -> Sequential | None:
    """Return a part that is a network without a name, which stands for its steps."""
    return part if type(part) is Sequential and part._name is None else None
