"""The growing columns of a table: what the builder writes to.

Columns only grow at their end, so that a network and the longer one made from it can
share them; a network then is a length. They can be cut back after a failed addition,
and copied when a second network grows from the same beginning.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias, TypeVar

from cnncalc.errors import unknown_name
from cnncalc.graph.names import Scope, settled
from cnncalc.graph.table import Call, Links, Piece, Table, sharing

__all__ = ["Columns"]

Path: TypeAlias = tuple[str, ...]
T = TypeVar("T")


class Columns:
    """Nodes as columns of equal length, and the group that is open at their end."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.links: list[Links] = []
        self.names: list[str | None] = []  # None while automatic and not settled
        self.scopes: list[Scope] = []
        self.within: list[Path] = []  # the groups from there on, of what was pasted
        self.owners: dict[int, int] = {}
        self.pieces: list[tuple[int, Piece]] = []  # groups that recur, and their places
        # Nodes that a later one froze, with the length from which on they are frozen.
        self.frozen: list[tuple[int, int]] = []
        self.root = self.scope = Scope(None, None, "", 0)

    def __len__(self) -> int:
        return len(self.calls)

    def append(self, call: Call, links: Links, name: str | None) -> int:
        """Add a node to the open group and return where it stands."""
        scope, index = self.scope, len(self.calls)
        if name is not None:
            scope.take(name)
        self.calls.append(call)
        self.links.append(links)
        self.names.append(name)
        self.scopes.append(scope)
        self.within.append(())
        scope.children.append(index)
        return index

    def enter(self, name: str | None, stem: str) -> Scope:
        """Open a group within the open one, which is returned."""
        outer = self.scope
        if name is not None:
            outer.take(name)
        self.scope = Scope(outer, name, stem, len(self.calls))
        outer.children.append(self.scope)
        return outer

    def leave(self, outer: Scope) -> None:
        """Close the open group, and settle the names in it."""
        children = self.scope.children
        for child, name in zip(children, self.settled(children), strict=True):
            if isinstance(child, int):
                self.names[child] = name
            else:
                child.name = name
        self.scope = outer

    def settled(self, children: list[Scope | int]) -> list[str]:
        """Return the names of nodes and groups of one scope, automatic ones settled."""
        return settled([self._named(child) for child in children])

    def next_path(self, name: str | None, stem: str) -> str:
        """Return the path at which what is added next will stand."""
        named = [self._named(child) for child in self.scope.children]
        path = [name or settled([*named, (None, stem)])[-1]]
        return "/".join([*self._names_around(self.scope), *path])

    def path(self, index: int) -> str:
        """Return the path of a node, as it is named so far."""
        scope = self.scopes[index]
        name = self.names[index] or self._name_so_far(scope, index)
        return "/".join([*self._names_around(scope), *self.within[index], name])

    def _names_around(self, scope: Scope) -> list[str]:
        path = []
        while scope.parent is not None:
            path.append(scope.name or self._name_so_far(scope.parent, scope))
            scope = scope.parent
        return path[::-1]

    def _name_so_far(self, scope: Scope, child: Scope | int) -> str:
        return self.settled(scope.children)[scope.children.index(child)]

    def _named(self, child: Scope | int) -> tuple[str | None, str]:
        """Return the name given to a node or group, and an automatic one's stem."""
        if isinstance(child, int):
            return self.names[child], self.calls[child].layer.default_name
        return child.name, child.stem

    def freeze(self, start: int, path: str, *, opens: bool) -> None:
        """Let training change nothing of the nodes from *start* on.

        Nodes before these, which share weights with them, belong to shorter networks
        too: they are frozen from this length on.

        Args:
            start: The first node.
            path: Where they must stand within what was added last; empty for all.
            opens: Whether that is a group.

        Raises:
            UnknownNameError: If nothing stands there.
        """
        nodes = list(range(start, len(self)))
        if path:
            wanted = path.split("/")
            within = len(self._names_around(self.scope)) + opens
            inner = {node: self.path(node).split("/")[within:] for node in nodes}
            nodes = [n for n in nodes if inner[n][: len(wanted)] == wanted]
            if not nodes:
                raise unknown_name("node", path, map("/".join, inner.values()))
        frozen = sharing(self.owners, nodes)
        self.forget(frozen)
        for node in frozen:
            if node < start:
                self.frozen.append((len(self), node))
            else:
                self.calls[node] = self.calls[node].frozen()

    def call(self, node: int) -> Call:
        """Return what a node does, as it is now."""
        frozen = any(node == later for _, later in self.frozen)
        return self.calls[node].frozen() if frozen else self.calls[node]

    def _calls(self, length: int) -> list[Call]:
        """Return what the first *length* nodes do, with what is frozen in them."""
        calls = self.calls[:length]
        for since, node in self.frozen:
            if since <= length:
                calls[node] = calls[node].frozen()
        return calls

    def cut(self, length: int) -> None:
        """Forget the nodes from *length* on."""
        columns = (self.calls, self.links, self.names, self.scopes, self.within)
        for column in columns:
            del column[length:]
        self.owners = {a: b for a, b in self.owners.items() if a < length}
        self.frozen = self._frozen_before(length)
        self.pieces = self._pieces_before(length)
        self._keep(self.scope, self.scope.children, length)

    def copy(self, length: int) -> Columns:
        """Return columns of their own with the first *length* nodes."""
        new = Columns()
        new.calls, new.links = self.calls[:length], self.links[:length]
        new.names, new.scopes = self.names[:length], self.scopes[:length]
        new.within = self.within[:length]
        new.owners = {a: b for a, b in self.owners.items() if a < length}
        new.frozen = self._frozen_before(length)
        new.pieces = self._pieces_before(length)
        new._keep(new.root, self.root.children, length)
        return new

    def _keep(self, scope: Scope, children: list[Scope | int], length: int) -> None:
        """Give a scope those of the children that begin before *length*."""
        scope.children = children[: self._children_before(children, length)]
        given = (
            self.names[child] if isinstance(child, int) else child.name
            for child in scope.children
        )
        scope.taken = {name for name in given if name is not None}

    @staticmethod
    def _children_before(children: list[Scope | int], length: int) -> int:
        """Return how many of the children begin before *length*, from the last back."""
        count = len(children)
        while count:
            child = children[count - 1]
            if (child if isinstance(child, int) else child.start) < length:
                break
            count -= 1
        return count

    def _first_piece(self, start: int) -> int:
        """Return the place of the first piece that begins at *start* or later."""
        place = len(self.pieces)
        while place and self.pieces[place - 1][0] >= start:
            place -= 1
        return place

    def table(self, length: int) -> Table:
        """Return the first *length* nodes as a table.

        All names are settled in it; here those of open groups are not.
        """
        names: list[Any] = self.names[:length]
        paths: dict[Scope, tuple[str, ...]] = {self.root: ()}
        for scope in self._open():
            children = scope.children
            children = children[: self._children_before(children, length)]
            for child, name in zip(children, self.settled(children), strict=True):
                if isinstance(child, int):
                    names[child] = name
                else:
                    paths[child] = (*paths[scope], name)
        scopes, within = _first(self.scopes, length), _first(self.within, length)
        return Table(
            tuple(self._calls(length) if self.frozen else _first(self.calls, length)),
            tuple(_first(self.links, length)),
            tuple(names),
            tuple(_joined(scopes, within, paths)),
            {a: b for a, b in self.owners.items() if a < length},
            tuple(self._pieces_before(length)),
        )

    def applied(self, length: int) -> tuple[list[Call], list[tuple[int, Piece]]]:
        """Return the calls of the first *length* nodes, and the groups that recur."""
        return self._calls(length), self._pieces_before(length)

    def _frozen_before(self, length: int) -> list[tuple[int, int]]:
        return [(since, node) for since, node in self.frozen if since <= length]

    def _open(self) -> list[Scope]:
        """Return the groups that are open, the outermost first."""
        groups = [self.scope]
        while groups[-1].parent is not None:
            groups.append(groups[-1].parent)
        return groups[::-1]

    # Pieces: groups that recur.

    def piece(self, start: int, inputs: Links, result: int) -> Piece | None:
        """Return the group that was just closed as a piece that can be pasted.

        Args:
            start: Its first node.
            inputs: The nodes that it was applied to.
            result: The node that it returned.

        Returns:
            The piece; None if the group reaches beyond its inputs, or uses weights
            of what stands before it.
        """
        arguments = {index: k for k, index in enumerate(inputs)}
        shares = any(node >= start for node in self.owners)
        if shares or len(arguments) < len(inputs):
            return None
        outside, every = [], self.links[start:]
        for node, links in enumerate(every):
            for which, link in enumerate(links):
                if node + link < 0:
                    argument = arguments.get(start + node + link)
                    if argument is None:
                        return None
                    outside.append((node, which, argument))
        if result < start and result not in arguments:
            return None
        # Paths from the group itself, which is the last of those in the open one.
        paths: dict[Scope, Path] = {self.scope.children[-1]: ()}  # type: ignore[dict-item]
        first = self._first_piece(start)
        return Piece(
            self.calls[start:],
            every,
            self.names[start:],
            _joined(self.scopes[start:], self.within[start:], paths),
            outside,
            result - start if result >= start else ~arguments[result],
            [(at - start, piece) for at, piece in self.pieces[first:]],
        )

    def note(self, start: int, piece: Piece) -> None:
        """Note that the nodes from *start* on are that piece, as a whole."""
        del self.pieces[self._first_piece(start) :]
        if piece.calls:
            self.pieces.append((start, piece))

    def forget(self, nodes: Iterable[int]) -> None:
        """Note that these nodes, and those after, are no longer as in their pieces."""
        self.pieces = self._pieces_before(min(nodes, default=len(self)))

    def _pieces_before(self, length: int) -> list[tuple[int, Piece]]:
        pieces = self.pieces
        if not pieces or pieces[-1][0] + len(pieces[-1][1].calls) <= length:
            return pieces[:]
        return [(at, piece) for at, piece in pieces if at + len(piece.calls) <= length]

    def paste(self, piece: Piece, inputs: Links, name: str | None, stem: str) -> int:
        """Append a piece as a group of its own; return the node of its result."""
        start = len(self.calls)
        outer = self.enter(name, stem)
        self.calls += piece.calls
        self.links += piece.links
        self.names += piece.names
        self.scopes += [self.scope] * len(piece.calls)
        self.within += piece.scopes
        self.scope = outer
        if piece.calls:
            self.pieces.append((start, piece))
        for offset, which, argument in piece.outside:
            node = start + offset
            links = list(self.links[node])
            links[which] = inputs[argument] - node
            self.links[node] = tuple(links)
        return start + piece.result if piece.result >= 0 else inputs[~piece.result]


def _first(column: list[T], length: int) -> list[T]:
    """Return the first so many of a column; all of it, as it mostly is, uncopied."""
    return column if len(column) == length else column[:length]


def _path(scope: Scope, paths: dict[Scope, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the names of the groups from the outermost to *scope*, and note them."""
    climbed = []
    inner: Scope | None = scope
    while inner is not None and inner not in paths:
        climbed.append(inner)
        inner = inner.parent
    path: tuple[Any, ...] = paths[inner] if inner is not None else ()
    for group in reversed(climbed):
        path = (*path, group.name) if group.parent is not None else ()
        paths[group] = path
    return path


def _joined(
    scopes: list[Scope], within: list[Path], paths: dict[Scope, Path]
) -> list[Path]:
    """Return the path of each node's group; *paths* has those that are known."""
    joined: list[Path] = []
    scope: Scope | None = None
    around: Path = ()
    last: Path = ()
    path: Path = ()
    for group, inner in zip(scopes, within, strict=True):
        if group is not scope:
            scope, last = group, ()
            path = around = paths.get(group) or _path(group, paths)
        if inner is not last:
            last = inner
            path = (*around, *inner) if inner else around
        joined.append(path)
    return joined
