"""Calls of layers, as Keras 3 and 2 write them: what reaches them, and their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeGuard

from cnncalc.errors import ConfigError
from cnncalc.interop.names import cleaned

__all__ = [
    "FIX",
    "MODELS",
    "Node",
    "Ref",
    "as_dict",
    "in_order",
    "name_of",
    "nodes_of",
    "times_of",
]

# The name of a layer, which of its calls, and which of what that puts out.
Ref: TypeAlias = "tuple[str, int, int]"

FIX = "Check that the file was saved by Keras"
MODELS = ("Functional", "Model", "Sequential")  # the classes that have layers
_DEEPEST = 50


class Node(NamedTuple):
    """A call of a layer.

    Attributes:
        layer: The layer.
        call: Which of its calls it is, counted from 0.
        refs: The values that it is given, in order.
        named: Those of them that are given by name.
        plain: What else it is given: numbers, lists, texts.
        kwargs: What it is given by name.
        stated: The shapes that it states of the values.
    """

    layer: Mapping[str, Any]
    call: int
    refs: list[Ref]
    named: dict[str, Ref]
    plain: list[Any]
    kwargs: dict[str, Any]
    stated: dict[Ref, tuple[Any, ...]]

    @property
    def key(self) -> tuple[str, int]:
        """The name of the layer, and which call it is."""
        return name_of(self.layer), self.call


def as_dict(value: Any) -> dict[str, Any]:
    """Return a value if it is a dict, else an empty one."""
    return value if isinstance(value, dict) else {}


def name_of(layer: Mapping[str, Any]) -> str:
    """Return the name of a layer; empty if it has none."""
    return str(layer.get("name") or as_dict(layer.get("config")).get("name") or "")


def times_of(layer: Mapping[str, Any]) -> int:
    """Return how often a layer is called where it stands."""
    return len(_list(layer.get("inbound_nodes")))


def nodes_of(
    layers: Sequence[Mapping[str, Any]], outputs: Any
) -> tuple[list[Node], list[Ref]]:
    """Return all calls of a model's layers, and the values that it puts out.

    A model that was built before has a call of its own, which is not there: Keras 2
    counts the others from 1, and Keras 3 does so of outputs.
    """
    nodes = [
        _node(layer, call, raw)
        for layer in layers
        if layer.get("class_name") != "InputLayer"
        for call, raw in enumerate(_list(layer.get("inbound_nodes")))
    ]
    ends = _refs(outputs)
    built = {name_of(layer) for layer in layers if _was_built(layer)}
    old = [node for node in nodes if not node.stated]
    every = [ref for node in old for ref in node.refs] + ends
    built -= {name for name, call, _ in every if call == 0}

    def counted(ref: Ref) -> Ref:
        return (ref[0], ref[1] - (ref[0] in built), ref[2])

    for node in old:
        node.refs[:] = map(counted, node.refs)
        node.named.update({name: counted(ref) for name, ref in node.named.items()})
    return nodes, list(map(counted, ends))


def _was_built(layer: Mapping[str, Any]) -> bool:
    inner = as_dict(layer.get("config")).get("layers")
    first = inner[0] if isinstance(inner, list) and inner else None
    return layer.get("class_name") in MODELS and (
        as_dict(first).get("class_name") == "InputLayer"
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _refs(value: Any) -> list[Ref]:
    """Return references; Keras writes one alone, too, and lists or dicts of them."""
    if isinstance(value, dict):
        return [ref for each in value.values() for ref in _refs(each)]
    if _is_ref(value):
        return [(value[0], value[1], value[2])]
    return [
        ref for each in _list(value) if isinstance(each, list) for ref in _refs(each)
    ]


def _is_ref(value: Any) -> TypeGuard[list[Any]]:
    return (
        isinstance(value, list)
        and len(value) >= 3  # noqa: PLR2004 - a name and two numbers
        and isinstance(value[0], str)
        and type(value[1]) is int
        and type(value[2]) is int
        and value[1] >= 0
    )


def _node(layer: Mapping[str, Any], call: int, raw: Any) -> Node:
    node = Node(layer, call, [], {}, [], {}, {})
    if isinstance(raw, dict):
        _read_new(node, raw)
        return node
    edges = _list(raw)
    for edge in [edges] if edges and isinstance(edges[0], str) else edges:
        _read_old(node, edge)
    return node


def _read_new(node: Node, raw: Mapping[str, Any]) -> None:
    """Read a call of Keras 3: values stand anywhere in its arguments."""
    for given in _list(raw.get("args")):
        found = list(_tensors(given))
        node.stated.update(found)
        node.refs.extend(ref for ref, _ in found)
        if not found:
            node.plain.append(given)
    for name, given in as_dict(raw.get("kwargs")).items():
        found = list(_tensors(given))
        node.stated.update(found)
        node.refs.extend(ref for ref, _ in found)
        if found:
            node.named[name] = found[0][0]
        else:
            node.kwargs[name] = given


def _tensors(value: Any, depth: int = 0) -> Iterator[tuple[Ref, tuple[Any, ...]]]:
    """Yield the values in an argument, and the shapes that are stated of them."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        if value.get("class_name") != "__keras_tensor__":
            value = list(value.values())
        else:
            config = as_dict(value.get("config"))
            history = config.get("keras_history")
            if _is_ref(history):
                yield (
                    (history[0], history[1], history[2]),
                    tuple(_list(config.get("shape"))),
                )
            return
    for each in _list(value):
        yield from _tensors(each, depth + 1)


def _read_old(node: Node, edge: Any) -> None:
    """Read an edge of Keras 2; what else the call is given stands with the first."""
    if not isinstance(edge, list) or len(edge) < 3:  # noqa: PLR2004
        return
    if edge[0] == "_CONSTANT_VALUE":
        node.plain.append(edge[2])
    elif _is_ref(edge):
        node.refs.append((edge[0], edge[1], edge[2]))
    for name, given in as_dict(edge[3] if len(edge) > 3 else None).items():  # noqa: PLR2004
        if _is_ref(given):
            ref = (given[0], given[1], given[2])
            node.refs.append(ref)
            node.named[name] = ref
        else:
            node.kwargs[name] = given


def in_order(nodes: Sequence[Node], there: set[tuple[str, int]]) -> Iterator[Node]:
    """Yield calls such that each comes after those whose values it uses.

    Args:
        nodes: The calls.
        there: What is there before: names of inputs, each with call 0.

    Raises:
        ConfigError: If there is a cycle, or a value is missing.
    """
    waiting: dict[tuple[str, int], list[int]] = {}
    missing: dict[int, int] = {}
    ready = deque(range(len(nodes)))
    while ready:
        place = ready.popleft()
        needed = {ref[:2] for ref in nodes[place].refs} - there
        if needed and place not in missing:
            missing[place] = len(needed)
            for key in needed:
                waiting.setdefault(key, []).append(place)
            continue
        yield nodes[place]
        there.add(nodes[place].key)
        for other in waiting.pop(nodes[place].key, ()):
            missing[other] -= 1
            if not missing[other]:
                ready.append(other)
    stuck = [place for place, count in missing.items() if count]
    if stuck:
        name = cleaned(name_of(nodes[min(stuck)].layer))
        why = f"its layer {name!r} waits for what no layer puts out"
        raise ConfigError(why, FIX)
