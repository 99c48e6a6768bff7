"""Networks as JSON: flat, a line for each node, whose inputs are earlier nodes."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from cnncalc.checks import for_message, integer
from cnncalc.cost.asked import AnyNetwork
from cnncalc.errors import CnncalcError, ConfigError
from cnncalc.graph.table import Table
from cnncalc.layers.base import Layer
from cnncalc.layers.fields import (
    default_of,
    saved_fields,
    shortest,
)
from cnncalc.report.output import PathName, given
from cnncalc.saving.limits import (
    FORMAT,
    LONGEST,
    MOST_DIGITS,
    MOST_GROUPS,
    MOST_NESTED,
    MOST_NODES,
    VERSION,
    check_attributes,
    check_inputs,
    check_text,
    kinds,
    limited,
)

__all__ = ["to_json"]


def to_json(net: AnyNetwork, path: PathName | None = None) -> str | None:
    """Return the network as JSON for `cnncalc.from_json`, or write it to a file.

    Raises:
        OpenNetworkError: If the network has no input shape.
        ConfigError: If JSON cannot hold a field of a layer, or the network is
            larger than `cnncalc.from_json` reads.

    Example:
        >>> from cnncalc import from_json, zoo
        >>> net = zoo.lenet()
        >>> from_json(net.to_json()) == net
        True
    """
    table, patterns = net.graph.table, net.module_less
    check_inputs(table)
    limited(len(table), MOST_NODES, "nodes")
    parts = {
        "format": _json(FORMAT),
        "version": _json(VERSION),
        "name": _json(_plain(net.name, "the network's name")),
        "functional": _json([_plain(p, "a functional pattern") for p in patterns]),
        "nodes": "[\n    " + ",\n    ".join(_nodes(table)) + "\n  ]",
        "outputs": _json(list(net.graph.outputs)),
    }
    inside = ",\n".join(f'  "{key}": {text}' for key, text in parts.items())
    text = f"{{\n{inside}\n}}\n"
    limited(len(text), LONGEST, "characters")
    return given(text, path)


def _nodes(table: Table) -> list[str]:
    ours = kinds()
    layers: dict[int, dict[str, Any]] = {}  # by the identity of a layer, which recurs
    lines = []
    for index, call in enumerate(table.calls):
        try:
            layer, scope = call.layer, table.scopes[index]
            if id(layer) not in layers:
                layers[id(layer)] = _layer(layer, ours)
            node: dict[str, Any] = {"name": _plain(table.names[index], "its name")}
            if scope:
                limited(len(scope), MOST_GROUPS, "groups around it")
                check_text("".join(scope), "its scope")
                node["scope"] = scope
            node |= layers[id(layer)]
            if links := table.links[index]:
                node["inputs"] = [index + link for link in links]
            if index in table.follows:
                node["follows"] = table.follows[index]
            if call.shared:
                node["shares"] = table.owners.get(index)
            if call.idle:
                node["training_only"] = True
            lines.append(_json(node))
        except CnncalcError as error:
            raise error.at_place(table.path(index)) from None
    return lines


def _layer(layer: Layer, ours: dict[str, type[Layer]]) -> dict[str, Any]:
    """Return the kind and the fields of a layer, those that are at their default out.

    Raises:
        ConfigError: If JSON cannot hold a field, or the layer would be read as another.
    """
    kind = type(layer)
    if ours.get(kind.__name__, kind) is not kind:
        why = f"its class has the name of cnncalc's own {kind.__name__}"
        raise ConfigError(why, "Rename the class")
    check_attributes(layer)
    values = [(f, shortest(f, getattr(layer, f.name)), d) for f, d in _defaults(kind)]
    fields = {f.alias: _plain(v, f"its {f.name}") for f, v, d in values if v != d}
    return {"kind": kind.__name__} | ({"fields": fields} if fields else {})


def _defaults(kind: Any) -> list[tuple[Any, Any]]:
    """Return the fields of a class that are saved, with their defaults."""
    return [(f, default_of(f)) for f in saved_fields(kind)]


def _plain(value: Any, what: str, depth: int = 0) -> Any:
    """Return what stands for a value in JSON."""
    value = integer(value)
    if isinstance(value, str):
        return check_text(value, what)
    if isinstance(value, (tuple, list)) and depth < MOST_NESTED:
        return [_plain(item, what, depth + 1) for item in value]
    number = isinstance(value, int) and abs(value) < 10**MOST_DIGITS
    finite = isinstance(value, float) and math.isfinite(value)
    if not (value is None or number or finite):
        why = f"{what} is {for_message(value)}, which is not saved"
        raise ConfigError(why, "Use numbers, texts, and tuples of these")
    return value


_ENCODER = json.JSONEncoder(ensure_ascii=False)


def _json(value: Any) -> str:
    """Return a value as JSON in which all characters are harmless and can be seen."""
    text = _ENCODER.encode(value)
    return re.sub(r"[^ -;=-~]", _escaped, text)


def _escaped(match: re.Match[str]) -> str:
    """Escape a character that does not show, or begins a tag in a page."""
    character = match[0]
    if character == "<":
        return "\\u003c"
    return character if character.isprintable() else json.dumps(character)[1:-1]
