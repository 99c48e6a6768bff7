"""The flat table that every network is lowered onto.

A node is one application of a layer, not the layer: two equal convolutions are two
nodes. A node's inputs are earlier nodes, so a table has no cycles by construction,
and every analysis is one loop.

Inside, a table is columns. Its links are relative (-1 is the node before), so that
they hold wherever a piece of a table stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from cnncalc._typing import NamedTuple, override
from cnncalc.errors import noted
from cnncalc.graph.call import Call, described
from cnncalc.graph.fragment import Again, Fragment
from cnncalc.graph.walk import Links, Walk, labels_of, walked, walked_once
from cnncalc.layers.base import Layer
from cnncalc.sizes.shape import Shape

__all__ = ["Folded", "Node", "Table", "table_of", "table_of_once"]

T = TypeVar("T")

_NOTHING: Mapping[int, int] = MappingProxyType({})


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


class Table:
    """The nodes of a finished network, as columns of equal length.

    Attributes:
        calls: What each node applies to what.
        links: Where its inputs stand, relative to it: -1 is the node before.
        names: Its own name, unique in its scope.
        scopes: The names of the groups around it, outermost first.
        owners: For nodes that share parameters, the node that counts them.
        pieces: Where fragments begin that may recur, here or in other networks, and
            what they are; it is no part of the table's equality.
        follows: For resizes and crops whose size follows that of an earlier node,
            which that is.
    """

    __slots__ = (
        *("_distinct", "calls", "follows", "links", "names", "owners", "pieces"),
        "scopes",
    )

    def __init__(
        self,
        calls: tuple[Call, ...],
        links: tuple[Links, ...],
        names: tuple[str, ...],
        scopes: tuple[tuple[str, ...], ...],
        owners: dict[int, int],
        pieces: tuple[tuple[int, Fragment], ...] = (),
        follows: Mapping[int, int] = _NOTHING,
    ) -> None:
        self.calls, self.links, self.names = calls, links, names
        self.scopes, self.owners, self.pieces = scopes, owners, pieces
        self.follows = follows
        self._distinct: tuple[tuple[Call, ...], list[int]] | None = None

    @override
    def __reduce__(self) -> Any:
        columns = (self.calls, self.links, self.names, self.scopes, self.owners)
        return Table, (*columns, (), dict(self.follows))

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

    def parts(self) -> Iterator[Call | Fragment]:
        """Give its nodes as calls, and as fragments where some begin that may recur."""
        done = 0
        for start, piece in self.pieces:
            yield from self.calls[done:start]
            yield piece
            done = start + piece.size
        yield from self.calls[done:]

    def entries(self) -> list[int]:
        """Return the nodes that are inputs: without any, but no parameter."""
        found, node = [], -1
        for _ in range(self.links.count(())):  # counted and found faster than asked for
            node = self.links.index((), node + 1)
            if not self.calls[node].layer.is_parameter:
                found.append(node)
        return found

    @property
    def distinct(self) -> tuple[tuple[Call, ...], list[int]]:
        """Its calls, each once, and which of these each node has; most recur."""
        if self._distinct is None:
            places = {call: n for n, call in enumerate(dict.fromkeys(self.calls))}
            which = list(map(places.__getitem__, self.calls))
            self._distinct = tuple(places), which
        return self._distinct

    def each(self, fact: Callable[[Call], T]) -> list[T]:
        """Return a fact of each node's call; each is asked once."""
        calls, which = self.distinct
        return list(map(list(map(fact, calls)).__getitem__, which))

    def path(self, index: int) -> str:
        """Return the full name of a node: ``layer2/0/conv1``."""
        return "/".join((*self.scopes[index], self.names[index]))

    @contextmanager
    def placing(
        self,
        index: int,
        layer: Layer,
        shapes: Sequence[Shape],
        calls: Iterable[Call] | None = None,
    ) -> Iterator[None]:
        """Give an error that a rule of a node raises meanwhile its place.

        Args:
            index: The node.
            layer: What it applies.
            shapes: What reaches that.
            calls: The calls before it, if they are others than the table's.
        """
        try:
            yield
        except Exception as error:
            found = noted(error, self.path(index), described(layer, shapes))
            if found is error:
                raise
            found.table = self.first(index, calls)
            raise found from None

    def first(self, length: int, calls: Iterable[Call] | None = None) -> Table:
        """Return the first so many nodes, perhaps with other calls."""
        return Table(
            self.calls[:length] if calls is None else tuple(calls),
            self.links[:length],
            self.names[:length],
            self.scopes[:length],
            {a: b for a, b in self.owners.items() if a < length},
            follows={a: b for a, b in self.follows.items() if a < length},
        )

    def _key(self) -> tuple[Any, ...]:
        layers = tuple(call.layer for call in self.calls)
        ways = tuple((call.idle, call.shared) for call in self.calls)
        owners = tuple(sorted(self.owners.items()))
        follows = tuple(sorted(self.follows.items()))
        return layers, self.links, self.names, self.scopes, owners, ways, follows

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self._key() == other._key()

    @override
    def __hash__(self) -> int:
        return hash(self._key())


def table_of(fragment: Fragment) -> Table:
    """Return the flat walk of a whole network."""
    columns, (names, scopes) = walked(fragment), labels_of(fragment)
    calls, owners = columns.calls, columns.owners
    if columns.weights:
        calls, owners = _owned(columns)
    return Table(
        tuple(calls),
        tuple(columns.links),
        tuple(names),
        tuple(scopes),
        owners,
        tuple(columns.pieces),
        columns.follows,
    )


# Nodes without names, and what stands there once for many times.
Folded: TypeAlias = tuple[Table, tuple[Again, ...]]


def table_of_once(fragment: Fragment) -> Folded:
    """Return the nodes of a whole network, without names, and what recurs in it.

    What stands there so often as a column says is in the table once.
    """
    walk = walked_once(fragment)
    return Table(tuple(walk.calls), tuple(walk.links), (), (), {}), walk.again


def _owned(columns: Walk) -> tuple[list[Call], dict[int, int]]:
    """Return the calls of a whole network, and which node owns shared weights.

    The first node that has some weights owns them. Training changes them nowhere, or
    wherever they are used.
    """
    calls, owners = list(columns.calls), dict(columns.owners)
    first: dict[Any, int] = {}
    for node in sorted(columns.weights):
        owner = first.setdefault(columns.weights[node], node)
        if owner != node:
            owners[node] = owner
            calls[node] = calls[node].variant(shared=True)
    # An owner within a part may have turned out to share what an earlier node owns.
    for node, owner in owners.items():
        owners[node] = owners.get(owner, owner)
    family = {owners.get(node, node) for node in (*owners, *columns.weights)}
    every = [(node, owners.get(node, node)) for node in (*owners, *family)]
    frozen = {owner for node, owner in every if not calls[node].layer.trainable}
    for node, owner in every:
        if owner in frozen:
            calls[node] = calls[node].variant(frozen=True)
    return calls, owners
