"""Networks from JSON that anybody may have written: strict, and bounded.

The text is taken for hostile. No code runs but that of the layers, whose classes come
from `form.kinds` alone; every fault is answered with the node where it stands. Time
and memory are in proportion to the length of the text.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import attrs

from cnncalc.checks import shown
from cnncalc.errors import CnncalcError, ConfigError, GraphError
from cnncalc.graph.call import (
    Call,
    called,
    check_sharing,
    check_training_only,
    described,
)
from cnncalc.graph.names import Names, common
from cnncalc.graph.table import Table
from cnncalc.layers.base import Layer
from cnncalc.layers.fields import saved_fields
from cnncalc.layers.merge import Input
from cnncalc.network.graph import Graph, show
from cnncalc.saving.limits import (
    DEEPEST,
    FORMAT,
    LONGEST,
    MOST_DIGITS,
    MOST_NESTED,
    MOST_NODES,
    VERSION,
    check_text,
    kinds,
    limited,
)

__all__ = ["from_json"]

_MOST_SHOWN = 200  # characters of a path that a message repeats


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
    document: dict[str, Any] = _is(_parsed(text), dict, "the text")
    if document.get("format") != FORMAT:
        why = f'its "format" is {_told(document.get("format"))}'
        raise ConfigError(why, f'A network that was saved has "{FORMAT}"')
    if not 1 <= _is(document.get("version"), int, 'its "version"') <= VERSION:
        why = f'its "version" is {_told(document["version"])}'
        fix = f"This cnncalc reads versions 1 to {VERSION}: use a newer one"
        raise ConfigError(why, fix)
    keys = ("format", "version", "name", "functional", "nodes", "outputs")
    _check_keys(document, keys, (), "the network")
    if document["name"] is not None:
        _text(document["name"], "the network's name")
    return document


def _read(document: dict[str, Any], own: Iterable[type[Layer]]) -> Graph:
    """Return the network that a document holds."""
    patterns = _is(document["functional"], list, "functional")
    nodes = _is(document["nodes"], list, "nodes")
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
        tuple([_text(pattern, "a functional pattern") for pattern in patterns]),
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


# The text as JSON.


class _Refused(NamedTuple):
    """Stands for JSON that is refused, until it is known where that is."""

    why: str
    fix: str


def _parsed(text: Any) -> Any:
    if not isinstance(text, str):
        why = f"a network is read from a str, and this is a {type(text).__name__}"
        raise ConfigError(why, 'Pass the text: Path("net.json").read_text("utf-8")')
    limited(len(text), LONGEST, "characters")
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_fraction,
            parse_constant=_constant,
        )
    except RecursionError:
        why, fix = "its brackets are nested too deeply", "A saved network is flat"
    except json.JSONDecodeError as error:
        why = f"it is no JSON: {error.msg}, in line {error.lineno} at {error.colno}"
        fix = "Pass what to_json() returned, unchanged"
    raise ConfigError(why, fix)


def _object(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    ((key, _),) = Counter(key for key, _ in pairs).most_common(1)
    return _Refused(f"the key {shown(key)} is given twice", "Leave one out")


def _integer(text: str) -> Any:
    if len(text) > MOST_DIGITS:
        return _Refused("a number is too long", f"Use at most {MOST_DIGITS} digits")
    return int(text)


def _fraction(text: str) -> Any:
    number = float(text) if len(text) <= MOST_DIGITS else math.inf
    return number if math.isfinite(number) else _constant(text[:10])


def _constant(text: str) -> _Refused:
    return _Refused(f"{text} is no finite number", "Use a number that is")


# What a value is.

_WORDS = {dict: "an object", list: "a list", int: "an integer", str: "a text"}


def _told(value: Any) -> str:
    """Return a value for a message; of what may be nested, only what it is."""
    if isinstance(value, (dict, list)):
        return _WORDS[type(value)]
    return (
        json.dumps(value) if value is None or isinstance(value, bool) else shown(value)
    )


def _is(value: Any, kind: type, what: str) -> Any:
    """Return a value that is just of that kind; true is no integer.

    Raises:
        ConfigError: If it is not.
    """
    if isinstance(value, _Refused):
        raise ConfigError(*value)
    if type(value) is not kind:
        why = f"{what} is {_told(value)}"
        raise ConfigError(why, f"It must be {_WORDS[kind]}")
    return value


def _text(value: Any, what: str) -> str:
    return check_text(_is(value, str, what), what)


def _name(value: Any, what: str) -> str:
    if not (name := _text(value, what)):
        raise ConfigError(f"{what} is empty", "Give it a text")
    return name


def _check_keys(
    found: dict[str, Any], needed: Collection[str], more: Collection[str], what: str
) -> None:
    for key in found:
        if key not in needed and key not in more:
            why = f"{what} has no {shown(key)}"
            known = ", ".join((*needed, *more)) or "nothing"
            raise ConfigError(why, f"It has {known}")
    for key in needed:
        if key not in found:
            raise ConfigError(f'{what} lacks "{key}"', "Add it")


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
        self.scope: tuple[str, ...] = ()
        self.names_in = [Names()]  # the open groups, by depth

    def table(self) -> Table:
        """Return what was read."""
        columns = (tuple(self.calls), tuple(self.links), tuple(self.names))
        return Table(*columns, tuple(self.scopes), self.owners)

    def add(self, node: Any) -> None:
        """Read one more node.

        Raises:
            CnncalcError: If it cannot be; the message says which node it is.
        """
        try:
            self._add(_is(node, dict, "it"))
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
        more = ("scope", "fields", "inputs", "shares", "training_only")
        _check_keys(node, ("name", "kind"), more, "a node")
        name, index = _name(node["name"], "its name"), len(self.calls)
        self._enter(node.get("scope", []), name)
        layer = self._layer(_text(node["kind"], "its kind"), node.get("fields", {}))
        inputs = self.places(node.get("inputs", []), "inputs")
        idle = node.get("training_only", False)
        if not isinstance(idle, bool):
            why = f"its training_only is {_told(idle)}"
            raise ConfigError(why, "It must be true, or left out")
        for place in inputs:
            check_training_only(self.calls[place].idle, idle)
        call = self._call(layer, inputs).variant(shared="shares" in node, idle=idle)
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
            [_name(v, "a name of its scope") for v in _is(value, list, "its scope")]
        )
        if scope != self.scope:
            limited(len(scope), DEEPEST, "groups around it")
            kept = common(self.scope, scope)
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
            why = f"its kind is {shown(kind)}, which is no layer of cnncalc"
            fix = "If it is a class of yours, name it: from_json(text, kinds=[MyLayer])"
            raise ConfigError(why, fix)
        _check_keys(_is(fields, dict, "its fields"), *_fields(made), kind)
        return made(**{key: _value(value, key) for key, value in fields.items()})

    def places(self, value: Any, what: str) -> tuple[int, ...]:
        """Return the nodes that a list names.

        Raises:
            GraphError: If it names one that does not stand before.
        """
        return tuple([self._place(v, what) for v in _is(value, list, what)])

    def _place(self, value: Any, what: str) -> int:
        place: int = _is(value, int, f"one of its {what}")
        if not 0 <= place < len(self.calls):
            why = f"its {what} name node {_told(place)}"
            fix = f"Nodes are counted from 0, and {len(self.calls)} stand before it"
            raise GraphError(why, fix)
        return place

    def _call(self, layer: Layer, inputs: tuple[int, ...]) -> Call:
        shapes = tuple([self.calls[place].output for place in inputs])
        try:
            return called(layer, shapes)
        except CnncalcError as error:
            raise error.at_layer(described(layer, shapes)) from None

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
        why = f"its {key} has {_told(value)} in it"
        raise ConfigError(why, "It must be a number, a text, or a list of these")
    if isinstance(value, _Refused):
        raise ConfigError(*value)
    return value
