"""Networks from JSON that anybody may have written: strict, and bounded.

The text is taken for hostile. No code runs but that of the layers, whose classes come
from `form.kinds` alone; every fault is answered with the node where it stands. Time
and memory are in proportion to the length of the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import attrs

from cnncalc.checks import for_message
from cnncalc.door import guarded
from cnncalc.errors import CnncalcError, ConfigError, GraphError
from cnncalc.graph.call import (
    Call,
    called,
    check_sharing,
    check_training_only,
    described,
    fitted,
)
from cnncalc.graph.names import Names, common_depth
from cnncalc.graph.table import Table
from cnncalc.layers.base import Layer
from cnncalc.layers.fields import saved_fields
from cnncalc.layers.input import Input
from cnncalc.network.graph import Graph, show
from cnncalc.saving.limits import (
    FORMAT,
    MOST_GROUPS,
    MOST_NESTED,
    MOST_NODES,
    VERSION,
    check_text,
    kinds,
    limited,
)
from cnncalc.saving.parsing import (
    Refused,
    check_keys,
    loaded,
    name_of,
    of_kind,
    text_of,
    worded,
)

__all__ = ["from_json"]

_MOST_SHOWN = 200  # characters of a path that a message repeats


@guarded
def from_json(text: str, *, kinds: Iterable[type[Layer]] = ()) -> Graph:
    """Return the network that a text holds, as ``net.to_json()`` wrote it.

    Texts of cnncalc 0.1 are read as well.

    Any text is safe to read: no code runs but that of the layers, and time and memory
    are in proportion to its length. At most 100,000,000 characters are read, 1,000,000
    nodes, 10,000 groups within one another and numbers of 300 digits
    (`cnncalc.saving.limits`).

    Args:
        text: The text; a file's is ``Path("net.json").read_text("utf-8")``.
        kinds: The classes of layers of your own to accept, by their names.

    Returns:
        A graph equal to the network that was saved.

    Raises:
        ConfigError: If the text holds no network, or is too large.
        ShapeError: If a layer cannot take what reaches it; the message says which.
        GraphError: If the nodes are put together in a way that cannot be.

    Source:
        RFC 8259 for JSON; names within an object must differ, and numbers be finite.

    Example:
        >>> from cnncalc import from_json, zoo
        >>> net = zoo.lenet()
        >>> from_json(net.to_json()) == net
        True
    """
    document = _opened(text)
    try:
        return _read(document, kinds)
    except CnncalcError as error:
        show(error, document["name"])
        raise


def _opened(text: str) -> dict[str, Any]:
    """Return the document that a text is; its name is a text, or None."""
    document: dict[str, Any] = of_kind(loaded(text), dict, "the text")
    if document.get("format") != FORMAT:
        why = f'its "format" is {worded(document.get("format"))}'
        raise ConfigError(why, f'A network that was saved has "{FORMAT}"')
    if not 1 <= of_kind(document.get("version"), int, 'its "version"') <= VERSION:
        why = f'its "version" is {worded(document["version"])}'
        fix = f"This cnncalc reads versions 1 to {VERSION}: use a newer one"
        raise ConfigError(why, fix)
    keys = ("format", "version", "name", "functional", "nodes", "outputs")
    check_keys(document, keys, (), "the network")
    if document["name"] is not None:
        text_of(document["name"], "the network's name")
    return document


def _read(document: dict[str, Any], own: Iterable[type[Layer]]) -> Graph:
    """Return the network that a document holds."""
    patterns = of_kind(document["functional"], list, "functional")
    nodes = of_kind(document["nodes"], list, "nodes")
    limited(len(nodes), MOST_NODES, "nodes")
    found = _Nodes(kinds(own))
    for node in nodes:
        found.add(_renewed(node) if document["version"] == 1 else node)
    outputs = found.places(document["outputs"], "outputs")
    if not outputs:
        raise GraphError("a network needs an output", "Name a node, or several")
    return Graph(
        found.table(),
        outputs,
        document["name"] or None,
        tuple([text_of(pattern, "a functional pattern") for pattern in patterns]),
    )


def _renewed(node: Any) -> Any:
    """Return a node of version 1 as one of today.

    An input of a part that was cut out had the path of its source for a name, and now
    has a name that stands beside no group.
    """
    if isinstance(node, dict) and node.get("kind") == Input.__name__:
        name = node.get("name")
        return {
            **node,
            "name": name.replace("/", ".") if isinstance(name, str) else name,
        }
    return node


# The nodes.


class _Nodes:
    """The nodes that were read so far, as the columns of a table."""

    def __init__(self, known: dict[str, type[Layer]]) -> None:
        self.known = known
        self.calls: list[Call] = []
        self.links: list[tuple[int, ...]] = []
        self.names: list[str] = []
        self.scopes: list[tuple[str, ...]] = []
        self.owners: dict[int, int] = {}
        self.follows: dict[int, int] = {}
        self.scope: tuple[str, ...] = ()
        self.names_in = [Names()]  # the open groups, by depth

    def table(self) -> Table:
        """Return what was read."""
        columns = (tuple(self.calls), tuple(self.links), tuple(self.names))
        return Table(*columns, tuple(self.scopes), self.owners, follows=self.follows)

    def add(self, node: Any) -> None:
        """Read one more node.

        Raises:
            CnncalcError: If it cannot be; the message says which node it is.
        """
        try:
            self._add(of_kind(node, dict, "it"))
        except CnncalcError as error:
            place = f"node {len(self.calls)}"
            if isinstance(node, dict):
                scope = node.get("scope")
                path = [*(scope if isinstance(scope, list) else ()), node.get("name")]
                names = "/".join([name for name in path if isinstance(name, str)])
                place += f", {names[:_MOST_SHOWN]}" if names else ""
            error = error.at_place(place)
            error.table = self.table()
            raise error from None

    def _add(self, node: dict[str, Any]) -> None:
        more = ("scope", "fields", "inputs", "shares", "training_only", "follows")
        check_keys(node, ("name", "kind"), more, "a node")
        name, index = name_of(node["name"], "its name"), len(self.calls)
        self._enter(node.get("scope", []), name)
        layer = self._layer(text_of(node["kind"], "its kind"), node.get("fields", {}))
        inputs = self.places(node.get("inputs", []), "inputs")
        idle = node.get("training_only", False)
        if not isinstance(idle, bool):
            why = f"its training_only is {worded(idle)}"
            raise ConfigError(why, "It must be true, or left out")
        for place in inputs:
            check_training_only(self.calls[place].idle, idle)
        call = self._call(layer, inputs).variant(shared="shares" in node, idle=idle)
        if "follows" in node:
            self.follows[index] = self._followed(call, node["follows"])
        if node.get("shares") is not None:
            self.owners[index] = self._owner(call, node["shares"])
        self.calls.append(call)
        self.links.append(tuple([place - index for place in inputs]))
        self.names.append(name)
        self.scopes.append(self.scope)

    def _enter(self, value: Any, name: str) -> None:
        """Open and close groups up to that scope, and take a name in it.

        Names differ within a scope, and a group that was closed is not opened again.
        """
        scope = tuple(
            [
                name_of(v, "a name of its scope")
                for v in of_kind(value, list, "its scope")
            ]
        )
        if scope != self.scope:
            limited(len(scope), MOST_GROUPS, "groups around it")
            kept = common_depth(self.scope, scope)
            del self.names_in[kept + 1 :]
            for group in scope[kept:]:
                self._take(group)
                self.names_in.append(Names())
            self.scope = scope
        self._take(name)

    def _take(self, name: str) -> None:
        self.names_in[-1] = self.names_in[-1].and_also((name,))

    def _layer(self, kind: str, fields: Any) -> Layer:
        made = self.known.get(kind)
        if made is None:
            why = f"its kind is {for_message(kind)}, which is no layer of cnncalc"
            fix = "If it is a class of yours, name it: from_json(text, kinds=[MyLayer])"
            raise ConfigError(why, fix)
        check_keys(of_kind(fields, dict, "its fields"), *_fields(made), kind)
        return made(**{key: _value(value, key) for key, value in fields.items()})

    def places(self, value: Any, what: str) -> tuple[int, ...]:
        """Return the nodes that a list names.

        Raises:
            GraphError: If it names one that does not stand before.
        """
        return tuple([self._place(v, what) for v in of_kind(value, list, what)])

    def _place(self, value: Any, what: str) -> int:
        place: int = of_kind(value, int, f"one of its {what}")
        if not 0 <= place < len(self.calls):
            why = f"its {what} name node {worded(place)}"
            fix = f"Nodes are counted from 0, and {len(self.calls)} stand before it"
            raise GraphError(why, fix)
        return place

    def _call(self, layer: Layer, inputs: tuple[int, ...]) -> Call:
        shapes = tuple([self.calls[place].output for place in inputs])
        try:
            return called(layer, shapes)
        except CnncalcError as error:
            raise error.at_layer(described(layer, shapes)) from None

    def _followed(self, call: Call, value: Any) -> int:
        """Return the earlier node whose size the output of a node follows."""
        place = self._place(value, "follows")
        other = self.calls[place]
        check_training_only(other.idle, call.idle)
        if call.layer != fitted(call.layer, call.shapes, other.output):
            why = f"it does not make the size of node {place}, which it follows"
            raise ConfigError(why, "Give it that size, or let it follow nothing")
        return place

    def _owner(self, call: Call, value: Any) -> int:
        """Return the earlier node whose weights a node has."""
        owner = self._place(value, "shares")
        theirs = self.calls[owner]
        fix = "Name the first node that has these weights"
        if theirs.shared:
            raise GraphError(f"its owner, node {owner}, shares its weights itself", fix)
        check_sharing(call, theirs)
        if call.layer.trainable != theirs.layer.trainable:
            why = f"training changes the weights of node {owner} in one place only"
            raise GraphError(why, "Let trainable be the same of all that share weights")
        return owner


# Without it JSON is read in 1.1 of the time.
@lru_cache(maxsize=1024)
def _fields(kind: Any) -> tuple[list[str], list[str]]:
    """Return the fields of a class that must be given, and those that may be."""
    needed = [f.alias for f in saved_fields(kind) if f.default is attrs.NOTHING]
    return needed, [f.alias for f in saved_fields(kind) if f.alias not in needed]


def _value(value: Any, key: str, depth: int = 0) -> Any:
    """Return the value of a field: tuples for lists, which may not nest deeply."""
    if isinstance(value, list) and depth < MOST_NESTED:
        return tuple([_value(item, key, depth + 1) for item in value])
    if isinstance(value, str):
        return check_text(value, f"its {key}")
    if isinstance(value, (dict, list)):
        why = f"its {key} has {worded(value)} in it"
        raise ConfigError(why, "It must be a number, a text, or a list of these")
    if isinstance(value, Refused):
        raise ConfigError(*value)
    return value
