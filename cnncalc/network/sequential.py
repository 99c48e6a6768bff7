"""The fluent face: a network as a chain of calls, each giving a longer network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, final, overload

from cnncalc._typing import override
from cnncalc.cache import Memo
from cnncalc.cost.totals import Totals, totals
from cnncalc.errors import (
    CnncalcError,
    ConfigError,
    GraphError,
    OpenNetworkError,
    unknown_name,
)
from cnncalc.graph.block import (
    Block,
    Tensor,
    checked_part,
    is_layer,
    nesting,
    part_key,
)
from cnncalc.graph.call import called
from cnncalc.graph.failure import failing, placed_error
from cnncalc.graph.fragment import Fragment, Returned, Step, size_of
from cnncalc.graph.lowering import children_of, placed
from cnncalc.graph.making import Making
from cnncalc.graph.names import Child, Names, checked_name, numbered_names
from cnncalc.graph.sharing import Owners
from cnncalc.graph.table import table_of
from cnncalc.graph.walk import walked
from cnncalc.layers.base import Layer
from cnncalc.layers.merge import Input
from cnncalc.network.fluent import FluentMethods, method_call
from cnncalc.network.graph import Graph, show
from cnncalc.network.network import Network
from cnncalc.network.parts import frozen, module_less_of, patterns_of, steps_of
from cnncalc.sizes.shape import Shape, ShapeLike

__all__ = ["Sequential"]

_LONGEST_CHAIN = 100  # calls in a row: Python's own parser has limits

# The open networks that came of adding which part to which. What is built of plain
# calls again, such as the body of a residual block, so is the same value again, and is
# lowered once; without it a sweep of such networks takes twice as long.
_OPEN = Memo(most=8192)


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

    # A chain is linked: each network knows the shorter one that it was made from and
    # the step that was added, so that a longer one costs the same at any length, and
    # nothing that two networks share is ever written to.
    __slots__ = (
        "__weakref__",
        "_before",
        "_count",
        "_depth",
        "_graph",
        "_input",
        "_module_less",
        "_name",
        "_names",
        "_owners",
        "_part",
        "_step",
        "_tip",
        "_totals",
    )

    immutable: ClassVar[bool] = True

    def __init__(
        self,
        input: ShapeLike | None = None,
        *,
        name: str | None = None,
    ) -> None:
        self._name = None if name is None else checked_name(name, kind="Sequential")
        self._module_less: tuple[str, ...] = ()
        self._input = None if input is None else Shape.of(input)
        self._before: Sequential | None = None
        self._part: Any = None  # which was added last
        self._count = 0  # of the parts
        self._step: Step | None = None  # which that part became
        self._tip: tuple[int, Shape] | None = None  # the step whose output goes out
        self._names, self._owners, self._depth = Names(), Owners(), 1
        self._graph: Graph | None = None
        self._totals: Totals | None = None
        if self._input is not None:
            entry = Input(self._input)
            call = called(entry, ())
            self._step = Step(call, (), None, entry.default_name)
            self._tip = (0, call.output)

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
            else:
                for step in _steps(checked_part(part)):
                    net = net._and(step)
                if patterns := tuple(module_less_of((part,))):
                    net = net.calling_as_functions(*net._module_less, *patterns)
        return net

    def _and(self, part: Any) -> Sequential:
        """Return the network that is longer by one part."""
        if self._tip is None:
            return self._open_and(part)
        at, shape = self._tip
        try:
            step = placed(part, None, ((at, 0),), (shape,))
            names = self._names.and_also(step.given())
            owners = self._owners.and_also(step)
        except CnncalcError as error:
            steps = [*self._made(), failing(error, part, None, ((at, 0),))]
            error.trail = Fragment(steps, None, ())
            error = placed_error(error)
            show(error, self._name)
            raise error from None
        new, tip = self._longer(part), self._tip_after(step, part)
        new._step, new._tip, new._names, new._owners = step, tip, names, owners
        return new

    def _open_and(self, part: Any) -> Sequential:
        origin = id(self) if self._before else self._name
        key = (origin, id(part))
        known: tuple[Sequential, Any] | None = _OPEN.get(key)
        if known is not None:
            return known[0]
        new = self._longer(part)
        if part.name is not None:
            try:
                new._names = self._names.and_also((part.name,))
            except ConfigError as error:
                raise error.at_place(part.name) from None
        if part.immutable and not self._module_less:
            _OPEN.put(key, (new, part))  # whose identities the key has
        return new

    def _longer(self, part: Any) -> Sequential:
        new = self._copy()
        new._before, new._part, new._count = self, part, self._count + 1
        if getattr(part, "_depth", 0) >= self._depth:
            new._depth = nesting((part,), "Sequential")
        return new

    def _tip_after(self, step: Step, part: Any) -> tuple[int, Shape]:
        """Return where a longer chain goes on: behind its last step, if that is any."""
        assert self._tip is not None
        made = step.made
        if isinstance(made, Fragment):
            if made.captured:
                why = "it takes a tensor of a builder, and a chain has none"
                raise GraphError(why, "Use a Builder", type(part).__name__)
            if not isinstance(made.result, Returned):
                why = "it puts out several tensors, and a chain goes on from one"
                raise GraphError(why, "Use a Builder", type(part).__name__)
            if made.result.source[0] < 0:
                return self._tip
        return self._count + 1, made.outputs[0]

    def next_name(self, name: Any, stem: str) -> str:
        """Return the name that a layer added next will have."""
        if isinstance(name, str) and name:
            return name
        if self._tip is None:
            children = self._children()
        else:
            children = [c for step in self._made() for c in step.children()]
        return numbered_names([*children, (None, stem)])[-1]

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
        return self._of(Shape.of(shape), self.steps)

    @override
    def freeze(self, path: str, /) -> Sequential:
        """Return the same network of which training does not change a part.

        Args:
            path: The path of a layer or group.

        Raises:
            UnknownNameError: If there is no such layer or group.
        """
        made = None if self._tip is None else self._made()[1:]
        if made is not None and path not in self.graph.paths():
            raise unknown_name("node or group", path, self.graph.paths())
        return self._of(self._input, frozen(self.steps, path, made))

    def _of(self, shape: Shape | None, steps: Iterable[Layer | Block]) -> Sequential:
        """Return a network of other steps, which is this one in all else."""
        net = Sequential(shape, name=self._name).add(*steps)
        return net.calling_as_functions(*self._module_less)

    def _copy(self) -> Sequential:
        new = object.__new__(type(self))
        new._name, new._input = self._name, self._input
        new._module_less, new._depth = self._module_less, self._depth
        new._before, new._part, new._count = self._before, self._part, self._count
        new._step, new._tip = self._step, self._tip
        new._names, new._owners = self._names, self._owners
        new._graph = new._totals = None
        return new

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        for step in self.steps:
            x = g.add(step, x)
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
        if patterns == self._module_less:
            return self
        new = self._copy()
        new._module_less = patterns_of(patterns)
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
        return self._closed()[1]

    @property
    def steps(self) -> tuple[Layer | Block, ...]:
        """The layers and blocks that were added, in order."""
        return tuple([net._part for net in self._chain()[1:]])

    def _chain(self) -> list[Sequential]:
        """Return the networks that this one was made from, and itself last."""
        found: list[Sequential] = []
        net: Sequential | None = self
        while net is not None:
            found.append(net)
            net = net._before
        return found[::-1]

    def _made(self) -> list[Any]:
        """Return what its input and its steps became."""
        return [net._step for net in self._chain()]

    @property
    @override
    def totals(self) -> Totals:
        if self._totals is None:
            self._closed()
            made = self._made()
            # Of shared weights it takes the whole to say who owns them.
            alone = not any(s.weights is not None or s.shares for s in made)
            parts = [step.made for step in made]
            self._totals = totals(parts) if alone else self.graph.totals
        return self._totals

    @property
    @override
    def graph(self) -> Graph:
        if self._graph is None:
            tip, _ = self._closed()
            fragment = Fragment(self._made(), Returned((tip, 0)), ())
            ends = walked(fragment).ends
            table = table_of(fragment)
            self._graph = Graph(table, ends, self._name, self._module_less)
        return self._graph

    def _closed(self) -> tuple[int, Shape]:
        if self._tip is None:
            why = "the network is open: it has no input shape yet"
            fix = "Give it one: net.on((32, 32, 1)) or net.summary(input=(32, 32, 1))"
            raise OpenNetworkError(why, fix, "Sequential", self._name or "")
        return self._tip

    # A sequence of its rows.

    def __len__(self) -> int:
        return self._count if self._tip is None else len(self.graph)

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
        sizes = [1] * self._count  # of the steps, in rows
        if self._tip is not None:
            parts = [step.made for step in self._made()[1:]]
            sizes = [size_of(part) for part in parts]
        found, first = steps_of(sizes, key)
        before = self._chain()[first]
        shape = None if before._tip is None else before._tip[1]
        net = Sequential(shape).add(*[self.steps[place] for place in found])
        return net.calling_as_functions(*self._module_less)

    # A value.

    @override
    def __eq__(self, other: object) -> bool:
        if isinstance(other, Sequential) and None in {self._input, other._input}:
            return self._input is other._input and self._key() == other._key()
        return self._input is not None and super().__eq__(other)

    @override
    def __hash__(self) -> int:
        return hash(self._key()) if self._input is None else super().__hash__()

    def _key(self) -> Any:
        return part_key(self.steps), self._module_less

    @override
    def __reduce__(self) -> Any:
        return _restored, (self._input, self._name, self.steps, self._module_less)

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
        if self._input is not None:
            x = self._input
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
