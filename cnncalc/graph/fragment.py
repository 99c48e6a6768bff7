"""Fragments: what blocks become on given shapes, which is found once and never changes.

The package's page says how all of it goes together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from cnncalc.cache import Memo
from cnncalc.errors import ConfigError, unknown_name
from cnncalc.graph.block import Block, Tensor, is_layer
from cnncalc.graph.call import Call, called
from cnncalc.graph.names import Child, numbered_names
from cnncalc.graph.wrappers import Frozen, Named, Shared
from cnncalc.layers.base import Layer
from cnncalc.sizes.shape import Shape

__all__ = [
    "Columns",
    "Fragment",
    "Links",
    "Returned",
    "Source",
    "Step",
    "Weights",
    "children_of",
    "label",
    "lowered",
    "mapped",
    "placed",
    "unwrapped",
]

Links: TypeAlias = tuple[int, ...]

# A step and which of its outputs; step ~n is input n of the fragment.
Source: TypeAlias = tuple[int, int]

# Weights that are shared: whose, and which of the nodes of that part has them.
Weights: TypeAlias = tuple[Shared, int]


class Step(NamedTuple):
    """One part of a fragment, with all that depends on its place.

    Attributes:
        made: What it became.
        inputs: Where its inputs come from.
        name: The name that it is given; None makes it an automatic one.
        prefix: The beginning of an automatic name; a fragment with neither is no scope,
            and its nodes stand in the scope around it.
        weights: Whose weights it has, or the step before whose weights it has; None if
            it has its own.
        idle: Whether it runs in training only.
        group: The names of the groups around it that were opened by hand, outermost
            first.
    """

    made: Call | Fragment
    inputs: tuple[Source, ...]
    name: str | None
    prefix: str
    weights: Shared | int | None = None
    idle: bool = False
    group: tuple[str, ...] = ()

    @property
    def is_scope(self) -> bool:
        """Whether its nodes stand in a group of their own."""
        return type(self.made) is Fragment and bool(self.name or self.prefix)

    @property
    def is_spliced(self) -> bool:
        """Whether its nodes stand in the scope around it."""
        return type(self.made) is Fragment and not (self.name or self.prefix)

    @property
    def shares(self) -> bool:
        """Whether nodes in it have weights of parts that stand elsewhere, too."""
        made = self.made
        return type(made) is Fragment and made.shares

    def children(self) -> Sequence[Child]:
        """Return what it adds to the names of the scope that it stands in."""
        made = self.made
        if self.is_spliced and isinstance(made, Fragment):
            return made.children
        return ((self.name, self.prefix),)

    def given(self) -> Iterator[str]:
        """Give the names that are given in the scope that it stands in."""
        if self.is_spliced:
            yield from [name for name, _ in self.children() if name is not None]
        elif self.name is not None:
            yield self.name


class Columns(NamedTuple):
    """The nodes of a fragment as columns, with all places relative to its beginning.

    Attributes:
        calls: What each node applies.
        links: Where its inputs stand, relative to it: -1 is the node before.
        outside: Node, which of its links, and the input of the fragment that this is.
        ends: The nodes that it puts out; ~n for its input n.
        owners: For nodes that share weights within it, the node that has them.
        weights: For nodes that share weights with others anywhere, which these are.
        pieces: Where in it fragments with a scope begin, and what they are.
    """

    calls: list[Call]
    links: list[Links]
    outside: list[tuple[int, int, int]]
    ends: tuple[int, ...]
    owners: dict[int, int]
    weights: dict[int, Weights]
    pieces: list[tuple[int, Fragment]]


class Fragment:
    """A block on given shapes: steps that are complete, and what follows from them.

    Attributes:
        steps: The steps, each after those that it takes its inputs from.
        result: What the block returned, with a `Returned` for each tensor in it.
        shapes: The shapes of its inputs.
        ends: The sources of what it puts out.
        outputs: The shapes of these.
        immutable: Whether the block always becomes just this.
        captured: The tensors from outside that the block took, besides its inputs; they
            are its last inputs.
        shares: Whether nodes in it have weights that may stand elsewhere, too.
        sums: The totals of its nodes; the cost analysis fills them in once.
        rows: The rows that its nodes had, by where it stood; likewise.
    """

    __slots__ = (
        *(
            "captured",
            "ends",
            "immutable",
            "outputs",
            "result",
            "rows",
            "shapes",
            "shares",
        ),
        *("steps", "sums"),
        *("_children", "_columns", "_frozen", "_labels"),
    )

    def __init__(
        self,
        steps: Sequence[Step],
        result: Any,
        shapes: tuple[Shape, ...],
        *,
        immutable: bool = True,
        captured: Sequence[Tensor] = (),
    ) -> None:
        self.steps, self.shapes, self.captured = steps, shapes, captured
        self.result, self.immutable = result, immutable
        self.ends = tuple(sources_in(result))
        self.outputs: tuple[Shape, ...] = tuple(
            [steps[s].made.outputs[o] if s >= 0 else shapes[~s] for s, o in self.ends]
        )
        self.shares = any(
            isinstance(step.weights, Shared) or step.shares for step in steps
        )
        self.sums: Any = None
        self.rows: dict[Any, Any] = {}
        self._children: tuple[Child, ...] | None = None
        self._columns: Columns | None = None
        self._frozen: dict[str, Fragment] = {}
        self._labels: Labels | None = None

    def __len__(self) -> int:
        return len(self.columns.calls)

    @property
    def columns(self) -> Columns:
        """Its nodes."""
        if self._columns is None:
            self._columns = _flat(self)
        return self._columns

    @property
    def parts(self) -> list[Call | Fragment]:
        """Its steps as calls and fragments whose nodes cost the same anywhere.

        What runs in training only, or has weights of another node, costs something
        else than the same part elsewhere; then these are the nodes themselves.
        """
        if any(step.idle or step.weights is not None for step in self.steps):
            return list(self.columns.calls)
        return [step.made for step in self.steps]

    @property
    def children(self) -> tuple[Child, ...]:
        """Everything directly in its outermost scope: given names, and prefixes."""
        if self._children is None:
            self._children = tuple(_children_by_group(self.steps)[()])
        return self._children

    @property
    def labels(self) -> Labels:
        """The name of each node, and the groups around it, where it is a scope."""
        if self._labels is None:
            self._labels = label(self, numbered_names(self.children))
        return self._labels

    def frozen(self, path: str = "") -> Fragment:
        """Return it with a node or group, or everything, that training does not change.

        Raises:
            UnknownNameError: If nothing has that path.
        """
        known = self._frozen.get(path)
        if known is None:
            nodes = set(self.nodes_at(path))
            owners = self.columns.owners
            shared = {owners.get(node, node) for node in nodes}
            nodes |= shared | {n for n, owner in owners.items() if owner in shared}
            known = self._frozen[path] = _with_frozen(self, nodes)
        return known

    def nodes_at(self, path: str) -> list[int]:
        """Return the nodes that stand at a path; all, if it is empty.

        Raises:
            UnknownNameError: If none does.
        """
        every = range(len(self))
        if not path:
            return list(every)
        labels = zip(*self.labels, strict=True)
        paths = ["/".join((*scope, name)) for name, scope in labels]
        found = [n for n in every if f"{paths[n]}/".startswith(f"{path}/")]
        if not found:
            raise unknown_name("node", path, paths)
        return found


# For the nodes of a fragment: names, and the groups around each, outermost first.
Labels: TypeAlias = tuple[list[str], list[tuple[str, ...]]]


def sources_in(result: Any) -> Iterator[Source]:
    """Give the sources in what a block returned: one, or a structure of several."""
    if isinstance(result, Returned):
        yield result.source
    elif isinstance(result, (tuple, list)):
        for item in result:
            yield from sources_in(item)
    elif isinstance(result, dict):
        yield from sources_in(list(result.values()))


class Returned(NamedTuple):
    """Stands for a tensor in what a block returned."""

    source: Source


def mapped(result: Any, kind: type, put: Callable[[Any], Any]) -> Any:
    """Return what a block returned with something put for all of a kind in it."""
    if isinstance(result, kind):
        return put(result)
    if type(result) in {tuple, list}:
        return type(result)([mapped(item, kind, put) for item in result])
    if type(result) is dict:
        return {key: mapped(item, kind, put) for key, item in result.items()}
    return result


# Lowering.


def lowered(part: Any, shapes: tuple[Shape, ...]) -> Call | Fragment:
    """Return what a layer or block becomes on such shapes; asked again, the same.

    Raises:
        CnncalcError: If it cannot take them.
    """
    key = (id(part), *shapes)
    known = _LOWERED.get(key)
    if known is not None:
        made: Call | Fragment = known[1]
        return made
    if is_layer(part):
        made = called(part, shapes)
        _LOWERED.put(key, (part, made))
        return made
    from cnncalc.graph.making import Making

    try:
        made = Making(shapes).lowered(part)
    except RecursionError:
        why = "its blocks nest too deeply for Python's stack"
        raise ConfigError(why, "Add parts one after another") from None
    if made.immutable:
        _LOWERED.put(key, (part, made), weight=1 + len(made.steps))
    return made


# What parts became on which shapes. A part is kept with it, since its identity is the
# key. It buys all that recurs: without it a layer of a chain costs 5 times as much, and
# ResNet-152 with other classes 30 times.
_LOWERED = Memo(most=100_000)  # steps, and one for each


def placed(
    part: Layer | Block,
    name: str | None,
    inputs: tuple[Source, ...],
    shapes: tuple[Shape, ...],
    *,
    idle: bool = False,
) -> Step:
    """Return the step that a part becomes: lowered, and with what it is wrapped in.

    Args:
        part: A layer or block.
        name: The name that it is given here, whatever its own.
        inputs: Where its inputs come from.
        shapes: The shapes of these.
        idle: Whether it runs in training only.

    Raises:
        CnncalcError: If it cannot take what reaches it.
    """
    inner, name, weights, frozen = unwrapped(part, name)
    made = lowered(inner, shapes)
    for path in frozen:
        made = made.frozen(path) if type(made) is Fragment else _frozen(made, path)
    if name is None:
        name = inner.name
    return Step(made, inputs, name, inner.default_name, weights, idle)


def unwrapped(
    part: Any, name: str | None = None
) -> tuple[Any, str | None, Shared | None, list[str]]:
    """Return a part without what is around it, and what that says.

    Returns:
        The part; the name that it is given, if any; whose weights it has, if it shares
        them; and the paths in it that are frozen.
    """
    weights: Shared | None = None
    frozen: list[str] = []
    while type(part) in _WRAPPERS:
        if type(part) is Shared:
            weights = part  # the innermost says most exactly whose weights these are
        elif type(part) is Frozen:
            frozen.insert(0, part.path)
        elif name is None:
            name = part.name
        part = part.part
    return part, name, weights, frozen


_WRAPPERS = {Named, Shared, Frozen}


def children_of(part: Any) -> Sequence[Child]:
    """Return what a part adds to the names of its scope, whatever reaches it.

    Raises:
        ConfigError: If only a shape tells that.
    """
    inner, name, *_ = unwrapped(part)
    name = name or inner.name
    if is_layer(inner) or name or inner.default_name:
        return ((name, inner.default_name),)
    children: Sequence[Child] = inner.children()
    return children


def _frozen(call: Any, path: str) -> Call:
    if path:
        raise unknown_name("node", path, [])
    frozen: Call = call.variant(frozen=True)
    return frozen


# What follows from the steps of a fragment.


def _children_by_group(steps: Sequence[Step]) -> dict[tuple[str, ...], list[Child]]:
    """Return what is directly in each group that was opened by hand, and around all."""
    found: dict[tuple[str, ...], list[Child]] = {(): []}
    for step in steps:
        _open(found, step.group)
        found[step.group] += step.children()
    return found


def _open(found: dict[tuple[str, ...], list[Child]], group: tuple[str, ...]) -> None:
    """Note a group, which is a child of the one around it, unless that was done."""
    if group not in found:
        _open(found, group[:-1])
        found[group[:-1]].append((group[-1], ""))
        found[group] = []


def label(fragment: Fragment, names: Sequence[str]) -> Labels:
    """Return the labels of a fragment's nodes, given what its children are called."""
    groups = _children_by_group(fragment.steps)
    left = {group: iter(numbered_names(children)) for group, children in groups.items()}
    left[()] = iter(names)
    opened: set[tuple[str, ...]] = {()}
    found: Labels = ([], [])
    for step in fragment.steps:
        group = step.group
        for depth in range(1, len(group) + 1):
            if group[:depth] not in opened:  # its name stands among its neighbours'
                opened.add(group[:depth])
                next(left[group[: depth - 1]])
        _label(step, left[group], group, found)
    return found


def _label(
    step: Step, names: Iterator[str], around: tuple[str, ...], found: Labels
) -> None:
    """Add the labels of a step's nodes, which stand in that group."""
    made = step.made
    if not isinstance(made, Fragment):
        found[0].append(next(names))
        found[1].append(around)
        return
    if step.is_spliced:
        inner = label(made, list(islice(names, len(made.children))))
    else:
        around = (*around, next(names))
        inner = made.labels
    found[0].extend(inner[0])
    if not around:
        found[1].extend(inner[1])
        return
    # Nodes of one group mostly stand together, and so share one tuple.
    last: tuple[str, ...] = ()
    joined = around
    for scope in inner[1]:
        if scope is not last:
            last, joined = scope, (*around, *scope)
        found[1].append(joined)


_BEFORE: Links = (-1,)  # one for all nodes whose one input is the node before


def _flat(fragment: Fragment) -> Columns:
    """Return the nodes of a fragment."""
    columns = Columns([], [], [], (), {}, {}, [])
    ends: list[tuple[int, ...]] = []  # the nodes of each step's outputs; ~n for input n
    starts: list[int] = []
    for step in fragment.steps:
        at = len(columns.calls)
        starts.append(at)
        sources = [ends[s][o] if s >= 0 else s for s, o in step.inputs]
        made = step.made
        if isinstance(made, Fragment):
            ends.append(_add_fragment(columns, made, sources, idle=step.idle))
        else:
            columns.calls.append(made.variant(idle=True) if step.idle else made)
            columns.links.append(_linked(columns, at, sources))
            ends.append((at,))
        _note_pieces(columns, step, at)
        if step.weights is not None:
            _share(columns, step.weights, at, starts)
    every = tuple([ends[s][o] if s >= 0 else s for s, o in fragment.ends])
    return columns._replace(ends=every)


def _linked(columns: Columns, at: int, sources: Sequence[int]) -> Links:
    """Return the links of a node to its sources; note which lie outside."""
    if len(sources) == 1 and sources[0] == at - 1 >= 0:
        return _BEFORE
    for which, source in enumerate(sources):
        if source < 0:
            columns.outside.append((at, which, ~source))
    return tuple([source - at if source >= 0 else 0 for source in sources])


def _add_fragment(
    columns: Columns, made: Fragment, sources: Sequence[int], *, idle: bool
) -> tuple[int, ...]:
    """Add the nodes of a fragment, and return those that it puts out."""
    inner, at = made.columns, len(columns.calls)
    calls = [call.variant(idle=True) for call in inner.calls] if idle else inner.calls
    columns.calls.extend(calls)
    columns.links.extend(inner.links)
    for node, which, argument in inner.outside:
        source = sources[argument]
        if source < 0:
            columns.outside.append((at + node, which, ~source))
        links = list(columns.links[at + node])
        links[which] = source - (at + node) if source >= 0 else 0
        columns.links[at + node] = tuple(links)
    for node, owner in inner.owners.items():
        columns.owners[at + node] = at + owner
    for node, weights in inner.weights.items():
        columns.weights[at + node] = weights
    return tuple([at + end if end >= 0 else sources[~end] for end in inner.ends])


def _note_pieces(columns: Columns, step: Step, at: int) -> None:
    """Note the fragments in a step whose nodes are the same wherever they stand.

    Those that run in training only, or share weights, differ by their place.
    """
    made = step.made
    if step.idle or step.weights is not None or not isinstance(made, Fragment):
        return
    inner = made.columns
    if step.is_scope and made.immutable and inner.calls and not inner.weights:
        columns.pieces.append((at, made))
    else:
        columns.pieces.extend([(at + start, piece) for start, piece in inner.pieces])


def _share(
    columns: Columns, weights: Shared | int, at: int, starts: Sequence[int]
) -> None:
    """Note whose weights the nodes from *at* on have."""
    for node in range(at, len(columns.calls)):
        if isinstance(weights, int):
            owner = starts[weights] + node - at
            columns.owners[node] = columns.owners.get(owner, owner)
            columns.calls[node] = columns.calls[node].variant(shared=True)
        elif node not in columns.weights and node not in columns.owners:
            columns.weights[node] = (weights, node - at)


def _with_frozen(fragment: Fragment, nodes: set[int]) -> Fragment:
    """Return a fragment of which training does not change some nodes."""
    steps, at = [], 0
    for step in fragment.steps:
        made = step.made
        size = len(made) if isinstance(made, Fragment) else 1
        inner = {node for node in range(size) if at + node in nodes}
        if inner:
            made = (
                _with_frozen(made, inner)
                if isinstance(made, Fragment)
                else made.variant(frozen=True)
            )
        steps.append(step._replace(made=made))
        at += size
    return Fragment(
        steps, fragment.result, fragment.shapes, immutable=fragment.immutable
    )
