"""A network as an inference engine runs it.

Passes over the table: what runs in training only goes; batch norms become part of the
convolutions before them, and parallel branches one convolution, in turns; activations
become part of what they follow. Each leaves out nodes that put out the shape that
reaches them, so that whatever used such a node can use its input instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from cnncalc.checks import for_message
from cnncalc.cost.branches import Merging, annotated, merging, without
from cnncalc.cost.converted import converted, is_pointwise
from cnncalc.errors import OptionError
from cnncalc.graph.call import Call
from cnncalc.graph.table import Table

__all__ = ["deployed", "foldable"]

# What a batch norm can become part of.
_WEIGHING = frozenset({"conv", "transposed conv", "linear"})


class _Engine(NamedTuple):
    """The layers that a runtime computes along with what is before it.

    Attributes:
        functions: Which activations; None are all of single values.
        into: Of what roles that can be the end.
    """

    functions: frozenset[str] | None
    into: frozenset[str]


_ENGINES = {
    None: _Engine(None, _WEIGHING | {"add"}),
    "tflite": _Engine(
        frozenset({"activation: relu", "activation: relu6"}),
        _WEIGHING
        | {"add", "subtract", "multiply", "divide", "max pool", "average pool"},
    ),
}


def deployed(
    table: Table, outputs: Sequence[int], runtime: str | None = None
) -> tuple[Table, tuple[int, ...]]:
    """Return the table and the outputs of `Network.deployed`, which tells the rules.

    Args:
        table: The nodes.
        outputs: Those that the network puts out.
        runtime: As of `Network.deployed`.

    Raises:
        OptionError: If there is no such runtime.
    """
    if runtime not in _ENGINES:
        why = f"there is no runtime {for_message(runtime)}"
        raise OptionError(why, 'Say "tflite", or leave it out')
    outputs = [i for i in outputs if not table.calls[i].idle]
    idle = [i for i, call in enumerate(table.calls) if _is_absent(call)]
    table, outputs = without(table, outputs, _passing(table, idle))
    parallel: Merging | None = None
    while parallel is None or parallel.changed:
        folded = _folded(table, outputs)
        if runtime is None:
            folded |= _leading(table, outputs, folded)
        table, outputs = without(
            table, outputs, _passing(table, folded), _taking_up(table, folded)
        )
        parallel = merging(table, outputs)
        table, outputs = without(table, outputs, *parallel)
    if runtime == "tflite":
        table, outputs = converted(table, outputs)
    fused = _fused(table, outputs, _ENGINES[runtime])
    table, outputs = without(table, outputs, _passing(table, fused))
    return table, tuple(outputs)


def _is_absent(call: Call) -> bool:
    return bool(call.shapes) and (call.idle or call.layer.is_dropped_at_inference)


def _passing(table: Table, nodes: Iterable[int]) -> dict[int, int]:
    """Return for nodes that are left out the inputs that stand in their place."""
    return {node: node + table.links[node][0] for node in nodes}


def _taking_up(table: Table, folded: Mapping[int, int]) -> dict[int, Call]:
    """Return the calls of nodes that take up norms."""
    found: dict[int, Call] = {}
    for norm, node in folded.items():
        note = ("the norm {} is folded into its weights", (table.path(norm),))
        found[node] = annotated(found.get(node, table.calls[node]), note, bias=True)
    return found


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


def _leading(
    table: Table, outputs: Sequence[int], folded: Mapping[int, int]
) -> dict[int, int]:
    """Return the norms before linear layers, each with the one to fold it into."""
    shared = {*table.owners, *table.owners.values()}
    return {
        norm: node
        for node, norm in _followers(table, outputs).items()
        if table.calls[norm].layer.role == "batch norm"
        and table.calls[node].layer.role == "linear"
        and table.calls[node].layer.biased() is not None
        and not {norm, node} & shared
        and norm not in folded
    }


def _fused(table: Table, outputs: Sequence[int], engine: _Engine) -> list[int]:
    """Return the activations that are computed with what they follow."""
    followers = _followers(table, outputs)
    found = []
    for node, source in followers.items():
        call = table.calls[node]
        role, functions = call.layer.role, engine.functions
        fits = is_pointwise(role) if functions is None else role in functions
        within = table.calls[source].layer.role in engine.into
        if fits and within and call.params == 0:
            found.append(node)
    return found
