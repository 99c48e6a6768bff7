"""The fluent face: a network as a chain of calls, each giving a longer network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from inspect import signature
from typing import Any, ClassVar, final, overload

from cnncalc._typing import Never, override
from cnncalc.cost.totals import Totals, totals
from cnncalc.errors import (
    CnncalcError,
    ConfigError,
    OpenNetworkError,
    unknown_name,
)
from cnncalc.graph.block import (
    Block,
    Tensor,
    checked_part,
    is_layer,
    part_key,
)
from cnncalc.graph.chain import Link
from cnncalc.graph.fragment import size_of
from cnncalc.graph.making import Making
from cnncalc.graph.mistakes import NOTED, warn_of_step
from cnncalc.graph.names import Child, checked_name, numbered_names
from cnncalc.graph.table import table_of
from cnncalc.graph.walk import walked
from cnncalc.graph.wrappers import children_of
from cnncalc.layers.base import Layer
from cnncalc.network.beginning import begun, misbegun
from cnncalc.network.fluent import FluentMethods, method_call
from cnncalc.network.graph import Graph, show
from cnncalc.network.network import Network
from cnncalc.network.parts import freeze_steps, module_less_of, patterns_of, steps_of
from cnncalc.sizes.entry import entered
from cnncalc.sizes.shape import Shape, ShapeLike

__all__ = ["Sequential"]

_LONGEST_CHAIN = 100  # calls in a row: Python's own parser has limits


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
        "__weakref__",
        "_graph",
        "_link",
        "_module_less",
        "_name",
        "_totals",
    )

    immutable: ClassVar[bool] = True

    __signature__: ClassVar[Any] = signature(begun)

    def __init__(
        self,
        input: ShapeLike | None = None,
        *others: Never,
        name: str | None = None,
        **words: Never,
    ) -> None:
        if others or words:
            raise misbegun(input, *others, name=name, **words)
        try:
            shape = None if input is None else entered(input)
        except ConfigError as error:
            raise misbegun(input, name=name, error=error) from None
        self._name = None if name is None else checked_name(name, kind="Sequential")
        self._link = Link.first(shape)
        self._module_less: tuple[str, ...] = ()
        self._graph: Graph | None = None
        self._totals: Totals | None = None

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
        net: Sequential = self
        for part in parts:
            if is_layer(part):
                net = net._and(part)
                continue
            for step in _steps(checked_part(part)):
                net = net._and(step)
            if patterns := tuple(module_less_of(part)):
                net = net.calling_as_functions(*net._module_less, *patterns)
        return net

    def _and(self, part: Any) -> Sequential:
        """Return the network that is longer by one part."""
        try:
            link = self._link.longer(part)
        except CnncalcError as error:
            show(error, self._name)
            raise error.at_door() from None
        new = object.__new__(Sequential)  # as `_like` does, which costs a call more
        new._name, new._module_less, new._link = self._name, self._module_less, link
        new._graph = new._totals = None
        if NOTED:
            warn_of_step(link.step)
        return new

    def _like(self, link: Link) -> Sequential:
        """Return a network of another chain, which is this one in all else."""
        new = object.__new__(Sequential)
        new._name, new._module_less, new._link = self._name, self._module_less, link
        new._graph = new._totals = None
        return new

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
    def on(self, shape: ShapeLike, /) -> Sequential:
        """Return the same layers with that input shape.

        Args:
            shape: A `Shape`, (height, width, channels), or an int for a vector.

        Raises:
            CnncalcError: If a layer cannot take what reaches it then.
        """
        return self._of(entered(shape), self.steps)

    @override
    def freeze(self, path: str, /) -> Sequential:
        """Return the same network of which training does not change a part.

        Args:
            path: The path of a layer or group.

        Raises:
            UnknownNameError: If there is no such layer or group.
        """
        made = None if self._link.input is None else self._link.steps()[1:]
        if made is not None and path not in self.graph.paths():
            raise unknown_name("node or group", path, self.graph.paths())
        return self._of(self.input, freeze_steps(self.steps, path, made))

    def _of(self, shape: Shape | None, steps: Iterable[Layer | Block]) -> Sequential:
        """Return a network of other steps, which is this one in all else."""
        net = Sequential(shape, name=self._name).add(*steps)
        return net.calling_as_functions(*self._module_less)

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        for step in self.steps:
            x = g.add(step, x)
        return x

    @property
    def _depth(self) -> int:
        return self._link.depth

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
        if patterns == self._module_less:
            return self
        new = self._like(self._link)
        new._module_less = patterns_of(patterns)
        return new

    @property
    @override
    def input(self) -> Shape | None:
        """The input shape; None if the network is open."""
        return self._link.input

    @property
    @override
    def output(self) -> Shape:
        """The shape of the output.

        Raises:
            OpenNetworkError: If the network has no input shape.
        """
        return self._closed()[1]

    @property
    def steps(self) -> tuple[Layer | Block, ...]:
        """The layers and blocks that were added, in order."""
        return tuple([link.part for link in self._link.links()[1:]])

    @property
    @override
    def totals(self) -> Totals:
        if self._totals is None:
            self._closed()
            if self._link.owners:  # it takes the whole to say which node owns weights
                self._totals = self.graph.totals
            else:
                self._totals = totals([step.made for step in self._link.steps()])
        return self._totals

    @property
    @override
    def graph(self) -> Graph:
        if self._graph is None:
            self._closed()
            fragment = self._link.fragment()
            table, ends = table_of(fragment), walked(fragment).ends
            self._graph = Graph(table, ends, self._name, self._module_less)
        return self._graph

    def _closed(self) -> tuple[int, Shape]:
        if self._link.tip is None:
            why = "the network is open: it has no input shape yet"
            fix = "Give it one: net.on((32, 32, 1)) or net.summary(input=(32, 32, 1))"
            error = OpenNetworkError(why, fix, "Sequential", self._name or "")
            if not self._link.count:
                error.hint = "It has no layer either. Write net = net.conv(3, 64)"
            raise error
        return self._link.tip

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
    def __getitem__(self, key: int | slice | str) -> Any:
        """Return a row by position or path, a group's graph by path, or a network.

        A slice of rows is a network of the steps that have them; of an open network it
        is one of steps.

        Raises:
            OpenNetworkError: If it is not a slice, and the network has no input shape.
            UnknownNameError: If nothing has that path.
            UnknownPositionError: If there is no such row, or a slice cuts a step.
        """
        if not isinstance(key, slice):
            return self.graph[key]
        links, steps = self._link.links(), self.steps
        if self._link.input is None:
            sizes = [1] * self._link.count  # of the steps, in rows
        else:
            sizes = [size_of(step.made) for step in self._link.steps()[1:]]
        found, first = steps_of(sizes, key)
        tip = links[first].tip
        shape = None if tip is None else tip[1]
        net = Sequential(shape).add(*[steps[place] for place in found])
        return net.calling_as_functions(*self._module_less)

    # A value.

    @override
    def __eq__(self, other: object) -> bool:
        if isinstance(other, Sequential) and None in {self.input, other.input}:
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
        if len(steps) <= _LONGEST_CHAIN:
            calls = "".join(map(method_call, steps))
        else:
            calls = f".add({', '.join(map(repr, steps))})"
        if self._module_less:
            patterns = ", ".join(map(repr, self._module_less))
            calls += f".calling_as_functions({patterns})"
        return f"Sequential({', '.join(self._arguments())}){calls}"

    def _arguments(self) -> Iterator[str]:
        x = self._link.input
        if x is not None:
            yield f"input={x.channels if x.is_vector else tuple(x)}"
        if self._name is not None:
            yield f"name={self._name!r}"


def _restored(
    shape: Shape | None, name: str | None, steps: Sequence[Any], patterns: Sequence[str]
) -> Sequential:
    net = Sequential(shape, name=name).add(*steps)
    return net.calling_as_functions(*patterns)


def _steps(part: Any) -> tuple[Any, ...]:
    """Return the steps of a network without a name, and of all else only that."""
    if type(part) is Sequential and part.name is None:
        return part.steps
    return (part,)
