"""A network as an inference engine runs it.

Three passes over the table: what runs in training only goes; batch norms become part
of the convolutions before them; activations become part of what they follow. Each
leaves out nodes that put out the shape that reaches them, so that whatever used such
a node can use its input instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from cnncalc.graph.call import Call
from cnncalc.graph.table import Table

__all__ = ["deployed", "foldable"]

# What a batch norm, and what an activation, can become part of.
_WEIGHING = frozenset({"conv", "transposed conv", "linear"})
_FUSING = _WEIGHING | {"add"}

# These need all values of a position before they put out one.
_NOT_POINTWISE = frozenset({"activation: softmax", "activation: log_softmax"})


def deployed(table: Table, outputs: Sequence[int]) -> tuple[Table, tuple[int, ...]]:
    """Return the table and the outputs of `Network.deployed`, which tells the rules.

    Args:
        table: The nodes.
        outputs: Those that the network puts out.
    """
    outputs = [i for i in outputs if not table.calls[i].idle]
    idle = [i for i, call in enumerate(table.calls) if _is_absent(call)]
    table, outputs = _without(table, outputs, idle)
    folded = _folded(table, outputs)
    biased = {i: _biased(table.calls[i]) for i in folded.values()}
    table, outputs = _without(table, outputs, folded, biased)
    table, outputs = _without(table, outputs, _fused(table, outputs))
    return table, tuple(outputs)


def _is_absent(call: Call) -> bool:
    return bool(call.shapes) and (call.idle or call.layer.is_dropped_at_inference)


def _biased(call: Call) -> Call:
    layer = call.layer.biased() or call.layer
    return Call(layer, call.shapes, call.output, call.shared, call.idle)


def _followers(table: Table, outputs: Sequence[int]) -> dict[int, int]:
    """Return the nodes whose one input nothing else uses, with that input.

    What is absent at inference neither uses anything nor stands between two nodes.
    """
    source: list[int] = []  # where what a node puts out comes from at inference
    uses: Counter[int] = Counter()
    found: dict[int, int] = {}
    for node, (call, links) in enumerate(zip(table.calls, table.links, strict=True)):
        reached = [source[node + link] for link in links]
        absent = _is_absent(call)
        source.append(reached[0] if absent else node)
        if not absent:
            uses.update(reached)
            if len(reached) == 1:
                found[node] = reached[0]
    uses.update(source[i] for i in outputs if not table.calls[i].idle)
    return {node: before for node, before in found.items() if uses[before] == 1}


def foldable(
    table: Table, outputs: Sequence[int], into: Collection[str] = _WEIGHING
) -> dict[int, int]:
    """Return the batch norms that alone use what a layer before them puts out.

    Of several norms one after another, all.

    Args:
        table: The nodes.
        outputs: Those that the network puts out.
        into: The roles of the layers that can take up a batch norm.

    Returns:
        By norm, the layer to fold it into.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(8, 8, 3)).norm().conv(3, 4).norm().relu().norm()
        >>> foldable(net.graph.table, net.graph.outputs)
        {3: 2}
    """
    pairs: dict[int, int] = {}
    for norm, before in _followers(table, outputs).items():
        node = pairs.get(before, before)  # a norm after a norm goes where that went
        roles = table.calls[norm].layer.role, table.calls[node].layer.role
        if roles[0] == "batch norm" and roles[1] in into:
            pairs[norm] = node
    return pairs


def _folded(table: Table, outputs: Sequence[int]) -> dict[int, int]:
    """Return the norms that can be folded, each with the node to fold it into."""
    pairs = {
        norm: node
        for norm, node in foldable(table, outputs).items()
        if table.calls[node].layer.biased() is not None
    }
    # Weights that several nodes share can take up the norms that these share too.
    owner = table.owners
    wanted = Counter(owner.get(i, i) for i in range(len(table)))
    norms: dict[int, tuple[int, ...]] = {}  # by the node that takes them up
    for norm, node in pairs.items():
        norms[node] = (*norms.get(node, ()), owner.get(norm, norm))
    found: dict[int, list[tuple[int, ...]]] = {}
    for node, taken in norms.items():
        found.setdefault(owner.get(node, node), []).append(taken)
    agreed = {
        weights
        for weights, each in found.items()
        if len(set(each)) == 1 and len(each) == wanted[weights]
    }
    return {
        norm: node for norm, node in pairs.items() if owner.get(node, node) in agreed
    }


def _fused(table: Table, outputs: Sequence[int]) -> list[int]:
    """Return the activations that are computed with what they follow."""
    return [
        node
        for node, source in _followers(table, outputs).items()
        for call in [table.calls[node]]
        if call.layer.role.startswith("activation: ")
        and call.layer.role not in _NOT_POINTWISE
        and call.params == 0
        and table.calls[source].layer.role in _FUSING
    ]


def _without(
    table: Table,
    outputs: Sequence[int],
    dropped: Collection[int],
    changed: Mapping[int, Call] | None = None,
) -> tuple[Table, list[int]]:
    """Return the table without some nodes, in whose place stand their inputs."""
    gone = set(dropped)
    kept = [node for node in range(len(table)) if node not in gone]
    moved: dict[int, int] = {node: place for place, node in enumerate(kept)}
    for node in sorted(gone):
        moved[node] = moved[node + table.links[node][0]]
    calls = [(changed or {}).get(node, table.calls[node]) for node in kept]
    owners: dict[int, int] = {}
    heirs: dict[int, int] = {}  # who counts the parameters whose owner is gone
    for place, node in enumerate(kept):
        if node in table.owners:
            owner = table.owners[node]
            heir = moved[owner] if owner not in gone else heirs.setdefault(owner, place)
            if heir == place:
                call = calls[place]
                calls[place] = call.variant(shared=False)
            else:
                owners[place] = heir
    new = Table(
        tuple(calls),
        tuple(
            tuple(moved[node + link] - place for link in table.links[node])
            for place, node in enumerate(kept)
        ),
        tuple(table.names[node] for node in kept),
        tuple(table.scopes[node] for node in kept),
        owners,
        follows={
            moved[node]: moved[other]
            for node, other in table.follows.items()
            if node not in gone
        },
    )
    return new, list(dict.fromkeys(moved[node] for node in outputs))
