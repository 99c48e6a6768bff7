"""Tables made of another one: on other shapes, frozen, or a part of it.

Most networks are asked for none of these, and do without this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cnncalc.errors import GraphError
from cnncalc.graph.call import Call, called, check_sharing, fitted
from cnncalc.graph.table import Table
from cnncalc.layers.input import Input
from cnncalc.sizes.shape import Shape

__all__ = ["frozen", "on_shapes", "part_of", "sharing"]


def on_shapes(table: Table, shapes: Sequence[Shape]) -> Table:
    """Return the same nodes with other shapes for the inputs.

    Args:
        table: The nodes.
        shapes: A shape for each input.

    Raises:
        GraphError: If there are not as many inputs.
        CnncalcError: If a layer cannot take what reaches it then.
    """
    inputs = table.entries()
    if len(inputs) != len(shapes):
        why = f"{len(shapes)} input shapes were given for {len(inputs)} inputs"
        raise GraphError(why, "Give one for each")
    entering = iter(shapes)
    calls: list[Call] = []
    for index, (call, links) in enumerate(zip(table.calls, table.links, strict=True)):
        reached = tuple([calls[index + link].output for link in links])
        layer = call.layer
        if index in inputs:
            layer = Input(next(entering), name=layer.name)
        with table.placing(index, layer, reached, calls):
            if index in table.follows:
                other = calls[table.follows[index]].output
                layer = fitted(layer, reached, other)
            new = called(layer, reached, call.shared, call.idle)
            if index in table.owners:
                check_sharing(new, calls[table.owners[index]])
        calls.append(new)
    return _with(table, calls)


def _with(table: Table, calls: Iterable[Call]) -> Table:
    """Return the same nodes with other calls."""
    columns = (tuple(calls), table.links, table.names, table.scopes, table.owners)
    return Table(*columns, follows=table.follows)


def frozen(table: Table, nodes: Iterable[int]) -> Table:
    """Return the same table in which training does not change these nodes."""
    chosen = sharing(table.owners, nodes)
    calls = [
        call.variant(frozen=True) if index in chosen else call
        for index, call in enumerate(table.calls)
    ]
    return _with(table, calls)


def part_of(
    table: Table, start: int, stop: int, outputs: Sequence[int], *, heirs: bool = True
) -> tuple[Table, list[int]]:
    """Return the nodes from *start* to *stop* as a table of their own.

    What they take from before *start* becomes inputs, named after its source.

    Args:
        table: The whole table.
        start: The first node.
        stop: The first node after the last.
        outputs: The nodes that the whole table puts out.
        heirs: Where the owner of shared weights is left out, let the first that
            uses them own them: a network has them all, while of a group's
            subtotal they are no part.

    Returns:
        The table, and which of its nodes put something out: those that the rest
        of the whole table uses or puts out.
    """
    span = range(start, stop)
    reached = [[node + link for link in table.links[node]] for node in span]
    sources = sorted({i for inputs in reached for i in inputs if i < start})
    count = len(sources)
    moved = {source: k for k, source in enumerate(sources)}
    moved |= {node: count + k for k, node in enumerate(span)}
    links = [
        tuple(moved[i] - moved[node] for i in inputs)
        for node, inputs in zip(span, reached, strict=True)
    ]
    used = {i for i in outputs if i in span}
    for node in range(stop, len(table)):
        used |= {node + link for link in table.links[node] if node + link in span}
    entries = [
        Call(Input(table.calls[i].output), (), table.calls[i].output) for i in sources
    ]
    calls, owners = list(table.calls[start:stop]), {}
    first: dict[int, int] = {}
    for node, owner in sorted(table.owners.items()):
        if node not in span:
            continue
        here = owner if owner in span else first.setdefault(owner, node)
        if here != node:
            owners[moved[node]] = moved[here]
        elif heirs:
            calls[node - start] = calls[node - start].variant(shared=False)
    part = Table(
        (*entries, *calls),
        (*((),) * count, *links),
        (*[_as_name(table, i) for i in sources], *table.names[start:stop]),
        (*((),) * count, *table.scopes[start:stop]),
        owners,
        follows=_moved(table.follows, moved, span),
    )
    return part, sorted(moved[i] for i in used) or [len(part) - 1]


def _as_name(table: Table, index: int) -> str:
    """Return the path of a node as one name, which stands beside no group."""
    return table.path(index).replace("/", ".")


def _moved(
    follows: Mapping[int, int], moved: Mapping[int, int], span: range
) -> dict[int, int]:
    """Return which nodes of a part follow which, by their new places."""
    return {
        moved[node]: moved[other]
        for node, other in follows.items()
        if node in span and other in moved
    }


def sharing(owners: dict[int, int], nodes: Iterable[int]) -> set[int]:
    """Return the nodes, and all that share weights with one of them."""
    chosen = {owners.get(node, node) for node in nodes}
    return chosen | {node for node, owner in owners.items() if owner in chosen}
