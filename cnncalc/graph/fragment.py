"""Fragments: what blocks become on given shapes, which is found once and never changes.

The package's page says how all of it goes together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from cnncalc._typing import NamedTuple, override
from cnncalc.graph.block import Block, Tensor
from cnncalc.graph.call import Call, called
from cnncalc.graph.names import Child
from cnncalc.sizes.shape import Shape

if TYPE_CHECKING:
    from cnncalc.graph.table import Table
    from cnncalc.graph.wrappers import Shared

__all__ = [
    "BEFORE",
    "Again",
    "Fragment",
    "FragmentStep",
    "Returned",
    "Source",
    "children_by_group",
    "fragment_of",
    "mapped",
    "unknown_fragment",
]

# A step and which of its outputs; step ~n is input n of the fragment.
Source: TypeAlias = tuple[int, int]


class _Before(tuple[Source, ...]):
    """The class of one tuple, which a pickle has by its name."""

    __slots__ = ()

    @override
    def __reduce__(self) -> str:
        return "BEFORE"


# The inputs of a step of a chain: the step before it, whichever that is, or the input
# of a fragment that begins so. So a step is the same wherever in a chain a part stands.
# It is told by its identity: another tuple of that value is the input.
BEFORE: tuple[Source, ...] = _Before([(-1, 0)])


class FragmentStep(NamedTuple):
    """One part of a fragment, with all that depends on its place.

    Attributes:
        made: What it became.
        inputs: Where its inputs come from; the very tuple `BEFORE`: the step before.
        name: The name that it is given; None makes it an automatic one.
        prefix: The beginning of an automatic name; a fragment with neither is no scope,
            and its nodes stand in the scope around it.
        weights: Whose weights it has, or the step before whose weights it has; None if
            it has its own.
        idle: Whether it runs in training only.
        group: The names of the groups around it that were opened by hand, outermost
            first.
        follows: What its size follows, if it does: of a resize, unpool or crop.
    """

    made: Call | Fragment
    inputs: tuple[Source, ...]
    name: str | None
    prefix: str
    weights: Shared | int | None = None
    idle: bool = False
    group: tuple[str, ...] = ()
    follows: Source | None = None

    @classmethod
    def of(cls, part: Any, made: Call | Fragment) -> FragmentStep:
        """Return the step of a chain that a part is, by what it became."""
        name, prefix = part.name, part.default_name
        return cls._make((made, BEFORE, name, prefix, None, False, (), None))

    @property
    def is_spliced(self) -> bool:
        """Whether its nodes stand in the scope around it."""
        return type(self.made) is Fragment and not (self.name or self.prefix)

    @property
    def shares(self) -> bool:
        """Whether nodes in it have weights of parts that stand elsewhere, too."""
        return self.made.shares or self.weights is not None

    @property
    def is_own_name(self) -> bool:
        """Whether a part with shared weights brings its name, which others may have."""
        return self.weights is not None and self.name == self.prefix

    @property
    def given(self) -> Sequence[str]:
        """The names that are given in the scope that it stands in."""
        if self.name is not None:
            return (self.name,)
        return () if self.prefix else self.made.given

    def idles(self, output: int) -> bool:
        """Tell whether one of its outputs comes from what runs in training only."""
        made = self.made
        return self.idle or (type(made) is Fragment and made.idle[output])

    def children(self) -> Sequence[Child]:
        """Return what it adds to the names of the scope that it stands in."""
        made = self.made
        if type(made) is Fragment and not (self.name or self.prefix):
            return made.children
        return ((self.name, self.prefix),)


class Again(NamedTuple):
    """A part that stands in a walk once for many times.

    Attributes:
        source: The node that goes into it; ~n for input n.
        start: Its first node.
        end: Its last, which puts out what goes into it again.
        times: How often: a column.
    """

    source: int
    start: int
    end: int
    times: Any


class Fragment:
    """A block on given shapes: steps that are complete, and what follows from them.

    Attributes:
        steps: The steps, each after those that it takes its inputs from.
        result: What the block returned, with a `Returned` for each tensor in it.
        shapes: The shapes of its inputs.
        ends: The sources of what it puts out.
        outputs: The shapes of these.
        idle: Whether each comes from what runs in training only in it.
        immutable: Whether the block always becomes just this.
        times: How often it stands there, one after another: a column, of which nobody
            can make as many nodes. Else it is 1.
        captured: The tensors from outside that the block took, besides its inputs; they
            are its last inputs.
        part: The block, if it is one: as long as this is remembered, so is that.
        shares: Whether nodes in it have weights that may stand elsewhere, too.
        given: The names that are given in its outermost scope.
        size: The number of its nodes.

    Everything else is filled in once, by whoever finds it:

    Attributes:
        walk: Its nodes, as `walked` gives them.
        labels: Their names, as `labels_of` gives them.
        frozen: By path, what `frozen` made of it.
        sums: The totals of its nodes.
        scopes: The groups around its nodes, by those around it.
        rows: The rows that its nodes had, by where it stood.
    """

    __slots__ = (
        *("captured", "ends", "frozen", "given", "idle", "immutable", "labels"),
        *("outputs", "part", "result", "rows", "scopes", "shapes", "shares", "size"),
        *("steps", "sums", "times", "walk", "_children"),
    )

    outputs: tuple[Shape, ...]
    shares: bool
    size: int
    walk: Any
    labels: Any
    sums: Any
    scopes: dict[tuple[str, ...], list[tuple[str, ...]]]
    rows: dict[Any, Any]
    frozen: dict[str, Fragment]

    def __init__(
        self,
        steps: Sequence[FragmentStep],
        result: Any,
        shapes: tuple[Shape, ...],
        *,
        immutable: bool = True,
        captured: Sequence[Tensor] = (),
        times: int = 1,
        part: Block | None = None,
    ) -> None:
        self.steps, self.shapes, self.captured = steps, shapes, captured
        self.result, self.immutable = result, immutable
        self.times, self.part = times, part
        one = type(result) is Returned  # as mostly
        self.ends = (result.source,) if one else tuple(sources_in(result))
        outputs, idle = [], []
        for at, output in self.ends:
            outputs.append(steps[at].made.outputs[output] if at >= 0 else shapes[~at])
            idle.append(at >= 0 and steps[at].idles(output))
        self.outputs, self.idle = tuple(outputs), tuple(idle)
        size, shares = 0, False
        given: dict[str, None] = {}
        for step in steps:
            made, _, name, _, weights, _, group, _ = step
            size += made.size
            if weights is not None or made.shares:
                shares = True
            if group:
                given[group[0]] = None
            elif name is not None:
                given[name] = None
            elif made.given:
                given |= dict.fromkeys(step.given)
        self.shares, self.size = shares, size * times
        self.given: tuple[str, ...] = tuple(given)
        self._children: tuple[Child, ...] | None = None
        self.walk = self.labels = self.sums = None
        self.scopes, self.rows, self.frozen = {}, {}, {}

    def __getstate__(self) -> Any:  # type: ignore[explicit-override]  # as of 3.11
        state = {name: getattr(self, name) for name in self.__slots__}
        return None, state | {"part": None}  # which may be of a class that cannot

    @property
    def children(self) -> tuple[Child, ...]:
        """Everything directly in its outermost scope: given names, and prefixes."""
        if self._children is None:
            self._children = tuple(children_by_group(self.steps)[()])
        return self._children


def children_by_group(
    steps: Sequence[FragmentStep],
) -> dict[tuple[str, ...], list[Child]]:
    """Return what is directly in each group that was opened by hand, and around all."""
    found: dict[tuple[str, ...], list[Child]] = {(): []}
    for step in steps:
        group = step.group
        if group not in found:
            for depth, name in enumerate(group):
                if group[: depth + 1] not in found:  # it is a child of that around it
                    found[group[:depth]].append((name, ""))
                    found[group[: depth + 1]] = []
        found[group] += step.children()
    return found


def sources_in(result: Any) -> Iterator[Source]:
    """Give the sources in what a block returned: one, or a structure of several."""
    if isinstance(result, Returned):
        yield result.source
    elif isinstance(result, (tuple, list)):
        for item in result:
            yield from sources_in(item)
    elif isinstance(result, dict):
        yield from sources_in(list(result.values()))


class Returned:
    """Stands for a tensor in what a block returned."""

    __slots__ = ("source",)

    def __init__(self, source: Source) -> None:
        self.source = source


def mapped(result: Any, kind: type, put: Callable[[Any], Any]) -> Any:
    """Return what a block returned with something put for all of a kind in it."""
    if type(result) is kind:
        return put(result)
    if type(result) in {tuple, list}:
        return type(result)([mapped(item, kind, put) for item in result])
    if type(result) is dict:
        return {key: mapped(item, kind, put) for key, item in result.items()}
    return result


def unknown_fragment(block: Block, shapes: tuple[Shape, ...]) -> Fragment:
    """Return what a block becomes whose parts depend on a shape that is not known."""
    from cnncalc.layers.unknown import Unknown

    kind = type(block).__name__
    call = called(Unknown(kind, reason="its parts depend on what reaches it"), shapes)
    inputs = tuple([(~n, 0) for n in range(len(shapes))])
    step = FragmentStep(call, inputs, None, call.layer.default_name)
    return Fragment([step], Returned((0, 0)), shapes, part=block)


def fragment_of(table: Table, outputs: Sequence[int]) -> Fragment:
    """Return a network as a fragment, whose inputs are those of the table."""
    entries = table.entries()
    place = {node: ~n for n, node in enumerate(entries)}
    steps: list[FragmentStep] = []
    for node, (call, links) in enumerate(zip(table.calls, table.links, strict=True)):
        if node in place:
            continue
        place[node] = len(steps)
        owner = table.owners.get(node)
        sources = tuple([(place[node + link], 0) for link in links])
        weights = None if owner is None else place[owner]
        name, group = table.names[node], table.scopes[node]
        follows = table.follows.get(node)
        steps.append(
            FragmentStep(
                call,
                sources,
                name,
                name,
                weights,
                call.idle,
                group,
                None if follows is None else (place[follows], 0),
            )
        )
    ends = [Returned((place[node], 0)) for node in outputs]
    result = ends[0] if len(ends) == 1 else tuple(ends)
    return Fragment(steps, result, tuple([table.calls[i].output for i in entries]))
