"""Walks of fragments: their nodes one after another, and what follows from that.

So do the weights that several nodes have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from cnncalc.checks import Mixed
from cnncalc.graph.call import Call, check_sharing
from cnncalc.graph.fragment import (
    BEFORE,
    Again,
    Fragment,
    FragmentStep,
    children_by_group,
)
from cnncalc.graph.names import Child, numbered_names

if TYPE_CHECKING:
    from cnncalc.graph.wrappers import Shared

__all__ = [
    "Links",
    "Owners",
    "Walk",
    "Weights",
    "labels_of",
    "walked",
    "walked_once",
    "with_assumed",
]

Links: TypeAlias = tuple[int, ...]

# Weights that are shared: whose, and which of the nodes of that part has them.
Weights: TypeAlias = tuple["Shared", int]


class Walk:
    """The nodes of a fragment as columns, with all places relative to its beginning.

    Attributes:
        calls: What each node applies.
        links: Where its inputs stand, relative to it: -1 is the node before.
        outside: Node, which of its links, and the input of the fragment that this is:
            where that is, whoever adds the fragment says.
        ends: The nodes that it puts out; ~n for its input n.
        owners: For nodes that share weights within it, the node that has them.
        weights: For nodes that share weights with others anywhere, which these are.
        pieces: Where in it fragments with a scope begin whose nodes are the same
            wherever they stand, and what they are.
        follows: For nodes whose size follows another's, which that is; ~n for input n.
        again: Parts that are in it once for many times.
    """

    __slots__ = (
        *("again", "calls", "ends", "follows", "links", "outside", "owners"),
        *("pieces", "weights"),
    )

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.links: list[Links] = []
        self.outside: list[tuple[int, int, int]] = []
        self.ends: tuple[int, ...] = ()
        self.owners: dict[int, int] = {}
        self.weights: dict[int, Weights] = {}
        self.pieces: list[tuple[int, Fragment]] = []
        self.follows: dict[int, int] = {}
        self.again: tuple[Again, ...] = ()


def walked(fragment: Fragment) -> Walk:
    """Return the nodes of a fragment; asked again, the same.

    Raises:
        Mixed: If a part stands there so often as a column says.
    """
    found = walked_once(fragment)
    if found.again:
        raise Mixed(found.again[0].times, "a number of parts")
    return found


def walked_once(fragment: Fragment) -> Walk:
    """Return the same, with what stands there many times once."""
    if fragment.walk is None:
        fragment.walk = _flat(fragment)
    found: Walk = fragment.walk
    return found


# For the nodes of a fragment: names, and the groups around each, outermost first.
Labels: TypeAlias = tuple[list[str], list[tuple[str, ...]]]


def labels_of(fragment: Fragment) -> Labels:
    """Return the labels of a fragment that is a scope; asked again, the same."""
    if fragment.labels is None:
        fragment.labels = _labels(fragment, numbered_names(fragment.children))
    found: Labels = fragment.labels
    return found


def _labels(fragment: Fragment, names: Sequence[str]) -> Labels:
    """Return the labels of a fragment's nodes, given what its children are called."""
    left: dict[tuple[str, ...], Iterator[str]] = {(): iter(names)}
    found: Labels = ([], [])
    children: dict[tuple[str, ...], list[Child]] = {}
    for step in fragment.steps:
        around, made = step.group, step.made
        if around not in left:
            children = children or children_by_group(fragment.steps)
            for depth in range(1, len(around) + 1):
                group = around[:depth]
                if group not in left:
                    next(left[group[:-1]])  # its name stands among its neighbours'
                    left[group] = iter(numbered_names(children[group]))
        if type(made) is Call:
            found[0].append(next(left[around]))
            found[1].append(around)
            continue
        assert isinstance(made, Fragment)
        if step.is_spliced:
            inner, scopes = _labels(
                made, list(islice(left[around], len(made.children)))
            )
            scopes = _within(around, scopes) if around else scopes
        else:
            inner, _ = labels_of(made)
            scopes = _scopes_at(made, (*around, next(left[around])))
        found[0].extend(inner)
        found[1].extend(scopes)
    return found


def _scopes_at(made: Fragment, around: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the groups around each node of a fragment that stands in a group.

    They are kept: a stage of a network mostly is called what it was called before.
    """
    known = made.scopes.get(around)
    if known is None:
        if len(made.scopes) >= _PLACES:
            made.scopes.clear()
        known = made.scopes[around] = _within(around, labels_of(made)[1])
    return known


def _within(
    around: tuple[str, ...], scopes: list[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """Return scopes within another one; those of one group share one tuple."""
    joined = {scope: (*around, *scope) for scope in set(scopes)}
    return [joined[scope] for scope in scopes]


_PLACES = 32  # where the scopes of a fragment are kept for


_BEFORE: Links = (-1,)  # one for all nodes whose one input is the node before


def _flat(fragment: Fragment) -> Walk:
    """Return the nodes of a fragment."""
    columns = Walk()
    ends: list[tuple[int, ...]] = []  # the nodes of each step's outputs; ~n for input n
    calls, links = columns.calls, columns.links
    for step in fragment.steps:
        made, inputs, _, _, weights, idle, _, follows = step
        at = len(calls)
        sources: list[int] = []
        if inputs is BEFORE:
            sources.append(ends[-1][0] if ends else ~0)
        else:
            for s, o in inputs:
                sources.append(ends[s][o] if s >= 0 else s)
        if type(made) is Call:
            calls.append(made.variant(idle=True) if idle else made)
            if at and sources == [at - 1]:
                links.append(_BEFORE)
            else:
                links.append(_linked(columns, at, sources) if sources else ())
            ends.append((at,))
        else:
            ends.append(_add_fragment(columns, step, sources))
        if follows is not None:
            s, o = follows
            columns.follows[at] = ends[s][o] if s >= 0 else s
        if weights is not None:
            _share(columns, weights, at)
    columns.ends = tuple([ends[s][o] if s >= 0 else s for s, o in fragment.ends])
    if type(fragment.times) is not int:
        last = len(columns.calls) - 1
        if columns.again or columns.ends != (last,):
            raise Mixed(fragment.times, "a number of parts")
        columns.again = (Again(-1, 0, last, fragment.times),)
    return columns


def _moved(part: Again, at: int, sources: Sequence[int]) -> Again:
    """Return a part that stands further behind."""
    source = at + part.source if part.source >= 0 else sources[~part.source]
    return Again(source, at + part.start, at + part.end, part.times)


def _linked(columns: Walk, at: int, sources: Sequence[int]) -> Links:
    """Return the links of a node to its sources; note which lie outside."""
    for which, source in enumerate(sources):
        if source < 0:
            columns.outside.append((at, which, ~source))
    return tuple([source - at for source in sources])


def _add_fragment(
    columns: Walk, step: FragmentStep, sources: Sequence[int]
) -> tuple[int, ...]:
    """Add the nodes of a fragment, and return those that it puts out."""
    made: Any = step.made
    inner, at = walked_once(made), len(columns.calls)
    calls = inner.calls
    if step.idle:
        calls = [call.variant(idle=True) for call in calls]
    elif step.weights is None:  # else it differs by its place
        # The largest alone: it has the smaller ones in it, and rows are made once.
        whole = made.immutable and inner.calls and not inner.weights
        pieces = inner.pieces if step.is_spliced or not whole else [(0, made)]
        columns.pieces.extend([(at + start, piece) for start, piece in pieces])
    columns.calls.extend(calls)
    columns.links.extend(inner.links)
    linked: dict[int, list[int]] = {}
    for node, which, argument in inner.outside:
        source = sources[argument]
        if source < 0:
            columns.outside.append((at + node, which, ~source))
        if node not in linked:
            linked[node] = list(inner.links[node])
        linked[node][which] = source - (at + node)
    for node, links in linked.items():
        columns.links[at + node] = tuple(links)
    for node, owner in inner.owners.items():
        columns.owners[at + node] = at + owner
    for node, weights in inner.weights.items():
        columns.weights[at + node] = weights
    for node, other in inner.follows.items():
        columns.follows[at + node] = at + other if other >= 0 else sources[~other]
    columns.again += tuple([_moved(part, at, sources) for part in inner.again])
    return tuple([at + end if end >= 0 else sources[~end] for end in inner.ends])


def _share(columns: Walk, weights: Shared | int, at: int) -> None:
    """Note whose weights the nodes from *at* on have."""
    if isinstance(weights, int):  # a node of the table whose nodes the steps are
        columns.owners[at] = weights
        return
    for node in range(at, len(columns.calls)):
        # What is shared within the part has its owner already, and keeps it.
        if node not in columns.weights and node not in columns.owners:
            columns.weights[node] = (weights, node - at)


def with_assumed(made: Call | Fragment, conditions: tuple[Any, ...]) -> Call | Fragment:
    """Return what a part became; a graph of its calls knows by them what was assumed.

    Args:
        made: It.
        conditions: What was assumed of symbols when it was lowered.
    """
    if type(made) is Fragment:
        for call in walked(made).calls:
            call.assumed = conditions
    return made


class Owners:
    """The weights that were shared so far, each with a call that has them."""

    __slots__ = ("_calls",)

    def __init__(self, calls: Mapping[Weights, Call] | None = None) -> None:
        self._calls = calls or {}

    def __bool__(self) -> bool:
        return bool(self._calls)

    def and_also(self, step: FragmentStep) -> Owners:
        """Return these and those of one more step.

        Raises:
            GraphError: If a node in it would need other weights than those it shares.
        """
        new: dict[Weights, Call] = {}
        for weights, call in _weights(step):
            owner = self._calls.get(weights) or new.setdefault(weights, call)
            check_sharing(call, owner)
        return Owners({**self._calls, **new}) if new else self


def _weights(step: FragmentStep) -> Iterator[tuple[Weights, Call]]:
    """Give the weights that nodes of a step share, with their calls."""
    inputs = tuple([(~n, 0) for n in range(len(step.inputs))])
    columns = walked(Fragment([step._replace(inputs=inputs)], None, ()))
    for node, weights in columns.weights.items():
        yield weights, columns.calls[node]
