"""The flat table that every network is lowered onto.

A node is one application of a layer, not the layer: two equal convolutions are two
nodes. A node's inputs are earlier nodes, so a table has no cycles by construction,
and every analysis is one loop.

Inside, a table is columns. Its links are relative (-1 is the node before), so that
they hold wherever a piece of a table stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import attrs

from cnncalc._typing import override
from cnncalc.checks import MOST, shown
from cnncalc.errors import CnncalcError, ConfigError, GraphError
from cnncalc.layers.base import Layer
from cnncalc.layers.merge import Input
from cnncalc.sizes.shape import Shape

__all__ = ["Call", "Links", "Node", "Piece", "Table", "described"]


Links: TypeAlias = tuple[int, ...]


class Node(NamedTuple):
    """One application of a layer.

    Attributes:
        name: Its own name, unique in its scope.
        layer: The layer that is applied.
        inputs: Where in the table its inputs stand; none for a network's input.
        output: The shape of what it puts out.
        scope: The names of the groups around it, outermost first.
    """

    name: str
    layer: Layer
    inputs: tuple[int, ...]
    output: Shape
    scope: tuple[str, ...]


class Call:
    """A layer applied to given shapes: all of a node that holds in any place.

    Attributes:
        layer: The layer.
        shapes: The shapes that reach it.
        output: The shape that it puts out.
        shared: Its parameters are those of an earlier node, and counted there.
        idle: It runs in training only: its parameters count, its work does not.
        costs: The numbers that the cost analysis adds up; they are filled in once.
        facts: All that the cost analysis found; it is filled in once.
        reach: What the layer says of its window, in a tuple; it is filled in once.
    """

    __slots__ = (
        *("costs", "facts", "idle", "layer", "output", "reach", "shapes", "shared"),
    )

    def __init__(
        self,
        layer: Layer,
        shapes: tuple[Shape, ...],
        output: Shape,
        shared: bool = False,
        idle: bool = False,
    ) -> None:
        self.layer, self.shapes, self.output = layer, shapes, output
        self.shared, self.idle = shared, idle
        self.costs: Any = None
        self.facts: Any = None
        self.reach: Any = None

    def owning(self) -> Call:
        """Return the same call with parameters of its own."""
        return Call(self.layer, self.shapes, self.output, idle=self.idle)

    def frozen(self) -> Call:
        """Return the same call with a layer that training does not change."""
        layer = attrs.evolve(self.layer, trainable=False)
        return Call(layer, self.shapes, self.output, self.shared, self.idle)


def applied(layer: Layer, shapes: Sequence[Shape]) -> Shape:
    """Return what a layer puts out, which must be a shape.

    Raises:
        CnncalcError: If it cannot take these shapes.
    """
    output: Any = layer.output_of(*shapes)
    if not isinstance(output, Shape):
        why = f"its output() returned {shown(output)}"
        raise ConfigError(why, "It must return a Shape")
    if max(output) >= MOST:
        Shape(*output)  # which says that it is too large to be printed
    return output


def check_sharing(user: Call, owner: Call) -> None:
    """Refuse a node that would need other weights than those that it shares.

    Raises:
        GraphError: If it does.
    """
    needed, there = (call.layer.params_of(*call.shapes) for call in (user, owner))
    if needed != there:
        why = f"it shares {there} parameters, but would need {needed} here"
        fix = "Apply what is shared to inputs of equal shapes"
        raise GraphError(why, fix, user.layer.class_name)


def described(layer: Layer, shapes: Iterable[Shape]) -> str:
    """Return a layer and what reaches it, for a message: ``Conv2d on 4×4×3``."""
    reached = " and ".join(map(str, shapes))
    return f"{layer.class_name} on {reached}" if reached else layer.class_name


def sharing(owners: dict[int, int], nodes: Iterable[int]) -> set[int]:
    """Return the nodes, and all that share weights with one of them."""
    chosen = {owners.get(node, node) for node in nodes}
    return chosen | {node for node, owner in owners.items() if owner in chosen}


class Piece:
    """The columns of one group, with all places relative to its beginning.

    Attributes:
        calls: What each node applies to what.
        links: Where its inputs stand.
        names: Its own name.
        scopes: The names of the groups around it, from the piece's own on.
        outside: Node, which of its links, and the argument that this sees.
        result: The node that it returns; ~n for its argument n.
        pieces: Where in it pieces begin, and what they are.
        sums: What the cost analysis found; it is filled in once.
    """

    __slots__ = (
        *("calls", "links", "names", "outside", "pieces", "result", "scopes", "sums"),
    )

    def __init__(
        self,
        calls: list[Call],
        links: list[Links],
        names: list[str | None],
        scopes: list[tuple[str, ...]],
        outside: list[tuple[int, int, int]],
        result: int,
        pieces: list[tuple[int, Piece]],
    ) -> None:
        self.calls, self.links, self.names = calls, links, names
        self.scopes, self.outside = scopes, outside
        self.result, self.pieces = result, pieces
        self.sums: Any = None


class Table:
    """The nodes of a finished network, as columns of equal length.

    Attributes:
        calls: What each node applies to what.
        links: Where its inputs stand, relative to it: -1 is the node before.
        names: Its own name, unique in its scope.
        scopes: The names of the groups around it, outermost first.
        owners: For nodes that share parameters, the node that counts them.
        pieces: Where groups begin that recur, here or in other networks, and what they
            are; it is no part of the table's equality.
    """

    __slots__ = ("calls", "links", "names", "owners", "pieces", "scopes")

    def __init__(
        self,
        calls: tuple[Call, ...],
        links: tuple[tuple[int, ...], ...],
        names: tuple[str, ...],
        scopes: tuple[tuple[str, ...], ...],
        owners: dict[int, int],
        pieces: tuple[tuple[int, Piece], ...] = (),
    ) -> None:
        self.calls, self.links, self.names = calls, links, names
        self.scopes, self.owners, self.pieces = scopes, owners, pieces

    @override
    def __reduce__(self) -> Any:
        columns = (self.calls, self.links, self.names, self.scopes, self.owners)
        return Table, columns

    def __len__(self) -> int:
        return len(self.calls)

    def __getitem__(self, index: int) -> Node:
        index = range(len(self))[index]
        call = self.calls[index]
        inputs = tuple(index + link for link in self.links[index])
        return Node(
            self.names[index], call.layer, inputs, call.output, self.scopes[index]
        )

    def __iter__(self) -> Iterator[Node]:
        return map(self.__getitem__, range(len(self)))

    def path(self, index: int) -> str:
        """Return the full name of a node: ``layer2/0/conv1``."""
        return "/".join((*self.scopes[index], self.names[index]))

    def on(self, shapes: Sequence[Shape]) -> Table:
        """Return the same nodes with other shapes for the inputs.

        Raises:
            GraphError: If there are not as many inputs.
            CnncalcError: If a layer cannot take what reaches it then.
        """
        inputs = [i for i, links in enumerate(self.links) if not links]
        if len(inputs) != len(shapes):
            why = f"{len(shapes)} input shapes were given for {len(inputs)} inputs"
            raise GraphError(why, "Give one for each")
        entering = iter(shapes)
        calls: list[Call] = []
        for index, (call, links) in enumerate(zip(self.calls, self.links, strict=True)):
            reached = tuple([calls[index + link].output for link in links])
            layer = call.layer if links else Input(next(entering), name=call.layer.name)
            try:
                output = applied(layer, reached)
                new = Call(layer, reached, output, call.shared, call.idle)
                if index in self.owners:
                    check_sharing(new, calls[self.owners[index]])
            except CnncalcError as error:
                error = error.at_layer(described(layer, reached))
                error = error.at_place(self.path(index))
                error.table = self._before(index, calls)
                raise error from None
            calls.append(new)
        return Table(tuple(calls), self.links, self.names, self.scopes, self.owners)

    def _before(self, index: int, calls: list[Call]) -> Table:
        """Return the nodes before *index*, with other calls."""
        owners = {a: b for a, b in self.owners.items() if a < index}
        columns = (self.links[:index], self.names[:index], self.scopes[:index])
        return Table(tuple(calls), *columns, owners)

    def frozen(self, nodes: Iterable[int]) -> Table:
        """Return the same table in which training does not change these nodes."""
        chosen = sharing(self.owners, nodes)
        calls = tuple(
            call.frozen() if index in chosen else call
            for index, call in enumerate(self.calls)
        )
        return Table(calls, self.links, self.names, self.scopes, self.owners)

    def cut(
        self, start: int, stop: int, outputs: Sequence[int], *, heirs: bool = True
    ) -> tuple[Table, list[int]]:
        """Return the nodes from *start* to *stop* as a table of their own.

        What they take from before *start* becomes inputs, named after its source.

        Args:
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
        reached = [[node + link for link in self.links[node]] for node in span]
        sources = sorted({i for inputs in reached for i in inputs if i < start})
        count = len(sources)
        moved = {source: k for k, source in enumerate(sources)}
        moved |= {node: count + k for k, node in enumerate(span)}
        links = [
            tuple(moved[i] - moved[node] for i in inputs)
            for node, inputs in zip(span, reached, strict=True)
        ]
        used = {i for i in outputs if i in span}
        for node in range(stop, len(self)):
            used |= {node + link for link in self.links[node] if node + link in span}
        entries = [
            Call(Input(self.calls[i].output), (), self.calls[i].output) for i in sources
        ]
        calls, owners = list(self.calls[start:stop]), {}
        first: dict[int, int] = {}
        for node, owner in sorted(self.owners.items()):
            if node not in span:
                continue
            here = owner if owner in span else first.setdefault(owner, node)
            if here != node:
                owners[moved[node]] = moved[here]
            elif heirs:
                calls[node - start] = calls[node - start].owning()
        table = Table(
            (*entries, *calls),
            (*((),) * count, *links),
            (*map(self.path, sources), *self.names[start:stop]),
            (*((),) * count, *self.scopes[start:stop]),
            owners,
        )
        return table, sorted(moved[i] for i in used) or [len(table) - 1]

    def _key(self) -> tuple[Any, ...]:
        layers = tuple(call.layer for call in self.calls)
        ways = tuple((call.idle, call.shared) for call in self.calls)
        owners = tuple(sorted(self.owners.items()))
        return layers, self.links, self.names, self.scopes, owners, ways

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self._key() == other._key()

    @override
    def __hash__(self) -> int:
        return hash(self._key())
