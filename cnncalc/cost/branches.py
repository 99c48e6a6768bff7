"""Parallel branches that become one convolution, as those of RepVGG do.

Convolutions of one input that are added up are one convolution, whose filters are the
sums of theirs, each put in the middle of zeros; a norm, and the input itself, are such
convolutions, too. What is merged is found by what nodes do, and by no name of a block.

Source:
    Ding et al. 2021, https://arxiv.org/abs/2101.03697, §3.3 and figure 4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import prod
from typing import NamedTuple

from cnncalc.graph.call import Call
from cnncalc.graph.table import Table
from cnncalc.sizes.window import Window

__all__ = ["Merging", "annotated", "merging", "without"]


class Merging(NamedTuple):
    """A merging of branches: what `without` is given.

    Attributes:
        instead: The nodes that go, each with the one that stands in its place.
        changed: Other calls of nodes that stay.
        linked: Other inputs of nodes that stay.
    """

    instead: dict[int, int]
    changed: dict[int, Call]
    linked: dict[int, tuple[int, ...]]


class _Branch(NamedTuple):
    """One input of an addition, as a linear function of what is before it.

    Attributes:
        node: The convolution or norm; of the input itself, that.
        top: The input of the addition: the node, or what scales its channels.
        source: What it is applied to.
        taps: Along each axis, where its taps are, beside the output.
        form: Of a convolution its strides, and the number and depth of its filters; of
            a linear layer no strides; all else has one tap for each channel, and fits
            any convolution.
        adds: Whether it adds something to each value, as a bias does.
        scaling: The nodes that give each of its channels a factor.
    """

    node: int
    top: int
    source: int
    taps: tuple[frozenset[int], ...]
    form: tuple[tuple[int, ...], int, int] | None
    adds: bool
    scaling: tuple[int, ...] = ()

    def holds(self, other: _Branch) -> bool:
        """Tell whether a convolution can do what another branch does, too."""
        if self.form is None or self.source != other.source:
            return False
        strides, *_ = self.form
        alike = {*strides} == {1} if other.form is None else self.form == other.form
        return alike and all(map(frozenset.issuperset, self.taps, other.taps))


def merging(table: Table, outputs: Sequence[int]) -> Merging:
    """Return which branches become one convolution: the one of the largest window.

    It holds the taps of all others, and has their strides, filters and groups. No
    branch is used by anything but the addition, or shares its weights.

    Args:
        table: The nodes.
        outputs: Those that the network puts out.

    Example:
        >>> from cnncalc import Add, Conv2d, Sequential
        >>> arms = [Conv2d(3, 4, padding=1), Conv2d(1, 4)]
        >>> net = Sequential(input=(8, 8, 4)).branch(*arms, join=Add())
        >>> merging(net.graph.table, net.graph.outputs).instead
        {2: 0, 3: 1}
    """
    uses = Counter(outputs)
    for node, links in enumerate(table.links):
        uses.update([node + link for link in links])
    shared = {*table.owners, *table.owners.values()}
    alone = {node for node, count in uses.items() if count == 1} - shared
    found = Merging({}, {}, {})
    for node, call in enumerate(table.calls):
        alike = call.is_known and {*call.shapes} == {call.output}
        if call.layer.role in {"add", "subtract"} and alike and not call.idle:
            inputs = [node + link for link in table.links[node]]
            branches = [_scaled(table, i, alone) for i in inputs]
            _merge(table, node, branches, found)
    return found


def _scaled(table: Table, node: int, alone: set[int]) -> _Branch:
    """Return an input of an addition as a branch, whose channels may have factors."""
    call = table.calls[node]
    inputs = [node + link for link in table.links[node]]
    plain = _branch(table, node, alone=node in alone)
    if node not in alone or call.shared or not call.is_known:
        return plain
    if call.layer.role == "layer scale":
        behind, factors = inputs[0], []
    elif call.layer.role == "multiply" and len(inputs) == len("ab"):
        behind = inputs[0]
        factors = _parameters(table, inputs[1], alone)
        sizes = table.calls[inputs[1]].output
        if not factors or sizes.size != sizes.channels or call.shapes[0] != call.output:
            return plain
    else:
        return plain
    inner = _branch(table, behind, alone=behind in alone)
    if inner.node == inner.source:
        return plain
    return inner._replace(top=node, scaling=(*factors, node))


def _parameters(table: Table, node: int, alone: set[int]) -> list[int]:
    """Return a chain of nodes that begins with a parameter; none if it is no such."""
    found = [node]
    while links := table.links[found[-1]]:
        link, *others = links
        if others:
            return []
        found.append(found[-1] + link)
    is_own = table.calls[found[-1]].layer.is_parameter and alone.issuperset(found)
    return found if is_own else []


def _branch(table: Table, node: int, *, alone: bool) -> _Branch:
    """Return an input of an addition as a branch: the input itself, if nothing else."""
    call, links = table.calls[node], table.links[node]
    here = (frozenset({0}),) * call.output.rank
    itself = _Branch(node, node, node, here, None, adds=False)
    if not alone or len(links) != 1 or call.shared or not call.is_known:
        return itself
    (x,), layer, source = call.shapes, call.layer, node + links[0]
    if layer.role == "batch norm":
        return _Branch(node, node, source, here, None, adds=True)
    if layer.role == "linear" and {x, call.output} == {x[-1:], call.output[-1:]}:
        linear = ((0,), call.output.channels, x.channels)
        return _Branch(node, node, source, here, linear, adds=layer.biases(x) > 0)
    window, filters = layer.reach(x), layer.filters_of(x)
    biases = layer.biases(x)
    # Of filters that do not see all of their group, or in two stages, it is not told.
    if layer.role != "conv" or filters is None or call.params is None:
        return itself
    if call.params - biases != prod(filters) or not isinstance(window, Window):
        return itself
    size, stride, padding, _, apart, outside, _ = window.along(x.rank)
    if outside != "zeros":
        return itself
    taps = map(_places, size, padding, apart)
    form = (stride, filters[0], filters[-1])
    return _Branch(node, node, source, tuple(taps), form, adds=biases > 0)


def _places(size: int, padding: int, apart: int) -> frozenset[int]:
    """Return where the taps of a window are along an axis, beside the output."""
    return frozenset(range(-padding, size - padding, apart))


def _merge(table: Table, add: int, branches: list[_Branch], found: Merging) -> None:
    """Note how the inputs of an addition merge, if they do."""
    left, kept = list(branches), list[int]()
    while left:
        largest = max(left, key=lambda b: (b.form is not None, _size(b)))
        inside = [b for b in left if b is largest or largest.holds(b)]
        left = [b for b in left if b not in inside]
        if len(inside) == 1:
            kept.append(largest.top)
            continue
        kept.append(largest.node)
        others = [b for b in inside if b is not largest]
        names = [
            table.path(b.node) if b.node != b.source else "identity" for b in others
        ]
        note = ("the branches {} are merged into it", (", ".join(names),))
        adds = any(b.adds for b in others)
        found.changed[largest.node] = annotated(
            table.calls[largest.node], note, bias=adds
        )
        found.instead.update({b.node: b.source for b in others if b.node != b.source})
        scaling = [node for b in inside for node in b.scaling]
        found.instead.update(dict.fromkeys(scaling, largest.node))
    if len(kept) == 1:
        found.instead[add] = kept[0]
    elif len(kept) < len(branches):
        order = sorted(kept)
        old = table.calls[add]
        found.linked[add] = tuple(order)
        found.changed[add] = Call(old.layer, old.shapes[: len(order)], old.output)


def _size(branch: _Branch) -> int:
    return prod(map(len, branch.taps))


def annotated(call: Call, note: tuple[str, tuple[str, ...]], *, bias: bool) -> Call:
    """Return the same call, with a note of what was done to it.

    Args:
        call: The call.
        note: Words with gaps, and what fills them.
        bias: Whether its layer has a bias then.
    """
    layer = (call.layer.biased() if bias else None) or call.layer
    new = Call(layer, call.shapes, call.output, call.shared, call.idle)
    new.notes = (*call.notes, note)
    return new


def without(
    table: Table,
    outputs: Sequence[int],
    instead: Mapping[int, int],
    changed: Mapping[int, Call] | None = None,
    linked: Mapping[int, tuple[int, ...]] | None = None,
) -> tuple[Table, list[int]]:
    """Return the table without some nodes.

    Args:
        table: The nodes.
        outputs: Those that the network puts out.
        instead: The nodes that go, each with an earlier one that stands in its place.
        changed: Other calls of nodes that stay.
        linked: Other inputs of nodes that stay.
    """
    changed, linked = changed or {}, linked or {}
    kept = [node for node in range(len(table)) if node not in instead]
    moved: dict[int, int] = {node: place for place, node in enumerate(kept)}
    for node in sorted(instead):
        moved[node] = moved[instead[node]]
    calls = [changed.get(node, table.calls[node]) for node in kept]
    owners = _owners(table, kept, moved, calls)
    links = [
        linked.get(node, tuple([node + link for link in table.links[node]]))
        for node in kept
    ]
    new = Table(
        tuple(calls),
        tuple(
            tuple([moved[node] - place for node in inputs])
            for place, inputs in enumerate(links)
        ),
        tuple(table.names[node] for node in kept),
        tuple(table.scopes[node] for node in kept),
        owners,
        follows={
            moved[node]: moved[other]
            for node, other in table.follows.items()
            if node not in instead
        },
    )
    return new, list(dict.fromkeys(moved[node] for node in outputs))


def _owners(
    table: Table, kept: Sequence[int], moved: Mapping[int, int], calls: list[Call]
) -> dict[int, int]:
    """Return who has the weights of nodes that share them, once some nodes are gone.

    Args:
        table: All nodes.
        kept: Those that stay.
        moved: Where each of these is then.
        calls: Their calls; the first that shares the weights of one that is gone counts
            them.
    """
    owners: dict[int, int] = {}
    heirs: dict[int, int] = {}
    stay = set(kept)
    for place, node in enumerate(kept):
        if node in table.owners:
            owner = table.owners[node]
            here = owner in stay
            heir = moved[owner] if here else heirs.setdefault(owner, place)
            if heir == place:
                calls[place] = calls[place].variant(shared=False)
            else:
                owners[place] = heir
    return owners
