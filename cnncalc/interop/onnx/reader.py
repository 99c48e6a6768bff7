"""ONNX graphs, node by node."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

from cnncalc.errors import CnncalcError
from cnncalc.interop.onnx.names import path_of_node
from cnncalc.interop.onnx.node import Node, stored_value
from cnncalc.interop.onnx.numbers import MOST, NUMBERS
from cnncalc.interop.onnx.schema import DTYPES, shape_of, stored
from cnncalc.interop.onnx.wire import refused
from cnncalc.interop.reading import Reading, Unread
from cnncalc.interop.registry import TABLES
from cnncalc.interop.values import Value, fixed
from cnncalc.layers import Layer

__all__ = ["Graphs"]

_MOST_NODES = 1_000_000  # that functions within functions may become
_DEEPEST = 50  # functions that call each other

Values = "dict[str, Value]"


class Graphs:
    """The graphs of a model while they are read.

    Args:
        model: The model's message.
        r: The network in the making.
    """

    def __init__(self, model: Mapping[str, Any], r: Reading) -> None:
        self.r = r
        self.opsets = {
            o.get("domain", ""): o.get("version", 0) for o in model["opsets"]
        }
        self.functions = {
            (f.get("domain", ""), f.get("name", "")): f for f in model["functions"]
        }
        self._nodes = 0
        self.has_weights = any(
            t["dims"] and DTYPES.get(t.get("type", 0), ("",))[0].startswith(_FLOATS)
            for t in model["graph"]["tensors"]
        )

    def constants(self, graph: Mapping[str, Any]) -> dict[str, Value]:
        """Return the tensors that a graph has, by name."""
        tensors = [stored(t) for t in graph["tensors"]]
        tensors += [stored({**s["values"], "dims": s["dims"]}) for s in graph["sparse"]]
        return {t.name: stored_value(self.r, t) for t in tensors}

    def run(
        self, graph: Mapping[str, Any], known: dict[str, Value], depth: int = 0
    ) -> dict[str, Value]:
        """Read the nodes of a graph, and return all values by name."""
        shapes: dict[str, Any] = {}
        if graph.get("values"):
            shapes = _Shapes(graph["values"])
        for raw in in_order(graph["nodes"], known):
            self._nodes += 1
            if self._nodes > _MOST_NODES:
                raise refused(f"its functions become more than {_MOST_NODES:,} nodes")
            self._read(raw, known, shapes, depth)
        return known

    def _read(
        self, raw: dict[str, Any], known: dict[str, Value], shapes: Any, depth: int
    ) -> None:
        domain = raw.get("domain", "")
        function = self.functions.get((domain, raw.get("op", "")))
        inputs = [known[name] if name else None for name in raw["inputs"]]
        if function is not None:
            self._call(function, raw, inputs, known, depth)
            return
        node = Node(
            self.r, raw, inputs, self._opset(domain), _Scope(self, known, depth)
        )
        names = raw["outputs"]
        try:
            found = self._computed(node, domain)
        except Unread as why:
            found = self._unknown(node, str(why), shapes)
        except CnncalcError as error:
            found = self._unknown(node, error.why, shapes)
        for name, value in zip(names, found, strict=False):
            if name and value is not None:
                known[name] = value
        for name in names[len(found) :]:
            known.setdefault(name, Value(None))

    def _opset(self, domain: str) -> int:
        return (
            self.opsets.get(domain, self.opsets.get("", 0))
            if domain
            else max(self.opsets.get("", 0), self.opsets.get("ai.onnx", 0))
        )

    def _computed(self, node: Node, domain: str) -> Sequence[Value | None]:
        """Return what a node puts out."""
        numbers = _by_numbers(node) if domain in _STANDARD else None
        if numbers is not None:
            return [numbers]
        key = node.op if domain in _STANDARD else f"{domain}::{node.op}"
        rule = TABLES["onnx"].get(key)
        if rule is None:
            raise Unread("it is no operator that is known here")
        with self.r.at(path_of_node(node)):
            found = rule(node)
            if isinstance(found, Layer) or not isinstance(found, (Value, list, tuple)):
                found = self._applied(node, found)
        return [found] if isinstance(found, Value) else found

    def _applied(self, node: Node, part: Any) -> Value:
        """Return what a part of a user's puts out, on what reaches the node here."""
        flowing = [x for x in node.inputs if x is not None and not x.is_constant]
        here = self.r.put(part, *[self.r.here(x) for x in flowing])
        first = flowing[0]
        if first.shape is None or len(here.shape) != len(first.here.shape):
            raise Unread("its layer puts out another number of axes than reaches it")
        shape = [
            size if place is None else here.shape[place]
            for size, place in zip(first.shape, first.axes, strict=True)
        ]
        return first.but(shape=tuple(shape), here=here, numbers=None)

    def _unknown(self, node: Node, why: str, shapes: Any) -> Sequence[Value]:
        """Return what a node puts out of which only the file's shapes are known."""
        stated = [shapes.get(name) if shapes else None for name in node.outputs]
        with self.r.at(path_of_node(node)):
            return [
                self.r.unknown(node.op, node.inputs, why, shape) for shape in stated
            ]

    def _call(
        self,
        function: Mapping[str, Any],
        raw: dict[str, Any],
        inputs: Sequence[Value | None],
        known: dict[str, Value],
        depth: int,
    ) -> None:
        """Read a function's nodes in the place of a node that calls it."""
        if depth > _DEEPEST:
            raise refused(f"its functions call each other more than {_DEEPEST} deep")
        given = {a.get("name"): a for a in (*function["defaults"], *raw["attributes"])}
        inner = {
            name: value
            for name, value in zip(function["inputs"], inputs, strict=False)
            if value is not None
        }
        nodes = [
            {**node, "attributes": list(_filled(node["attributes"], given))}
            for node in function["nodes"]
        ]
        before = self.opsets
        self.opsets = {
            **before,
            **{o.get("domain", ""): o.get("version", 0) for o in function["opsets"]},
        }
        self.run({"nodes": nodes}, inner, depth + 1)
        self.opsets = before
        for outside, inside in zip(raw["outputs"], function["outputs"], strict=False):
            if outside:
                known[outside] = inner.get(inside, Value(None))


_STANDARD = {"", "ai.onnx"}
_FLOATS = ("float", "bfloat", "int8", "uint8")


def _by_numbers(node: Node) -> Value | None:
    """Return what follows from numbers that are known, or None if that does not."""
    rule = NUMBERS.get(node.op)
    if rule is None:
        return None
    given = [x for x in node.inputs if x is not None]
    if not all(x.numbers is not None and x.shape is not None for x in given):
        return None
    if any(
        x.here is not None and x.dtype.startswith(("float", "bf")) and prod(x.shape) > 1
        for x in given
    ):
        return None  # weights: what becomes of them is a constant that may be used
    try:
        shape, numbers, dtype = rule(node, *given)
    except (ArithmeticError, ValueError, IndexError, TypeError):
        return None
    if len(numbers) > MOST:
        return None
    return fixed(shape, numbers, dtype)


def _filled(attributes: Any, given: Mapping[Any, Any]) -> Iterator[dict[str, Any]]:
    """Yield attributes of a node in a function, those that refer to the caller's filled."""
    for attribute in attributes:
        refers = attribute.get("refers")
        if not refers:
            yield attribute
        elif refers in given:
            yield {**given[refers], "name": attribute.get("name", "")}


class _Scope:
    """What a node sees of the graph that it stands in."""

    def __init__(self, graphs: Graphs, known: dict[str, Value], depth: int) -> None:
        self._graphs, self._known, self._depth = graphs, known, depth

    @property
    def has_weights(self) -> bool:
        """Whether the file has weights as such, and not as constants of the graph."""
        return self._graphs.has_weights

    def within(self, graph: Mapping[str, Any], given: Mapping[str, Value]) -> Any:
        """Read a graph that the node has as an attribute, and return its values."""
        if self._depth > _DEEPEST:
            raise refused(f"its graphs nest more than {_DEEPEST} deep")
        known = {**self._known, **self._graphs.constants(graph), **given}
        return self._graphs.run(graph, known, self._depth + 1)


class _Shapes:
    """The shapes that a file states of its values, read when the first is asked for."""

    def __init__(self, spans: Sequence[Any]) -> None:
        self._spans: Sequence[Any] = spans
        self._found: dict[str, Any] | None = None

    def get(self, name: str) -> Any:
        from cnncalc.interop.onnx.schema import VALUE
        from cnncalc.interop.onnx.wire import decoded

        if self._found is None:
            values = [decoded(*span, VALUE) for span in self._spans]
            self._found = {v.get("name", ""): shape_of(v)[1] for v in values}
        return self._found.get(name)


def in_order(
    nodes: Sequence[dict[str, Any]], known: Mapping[str, Any]
) -> Iterator[Any]:
    """Yield nodes such that each comes after those whose values it uses.

    Files have them so, as a rule; in whatever order they are, this is one walk.

    Raises:
        ConfigError: If there is a cycle, or a value is missing.
    """
    there = set(known)
    waiting: dict[str, list[int]] = {}
    missing: dict[int, int] = {}
    for place, node in enumerate(nodes):
        needed = {name for name in _used(node) if name not in there}
        if needed:
            missing[place] = len(needed)
            for name in needed:
                waiting.setdefault(name, []).append(place)
            continue
        ready = deque([place])
        while ready:
            node = nodes[ready.popleft()]  # noqa: PLW2901
            yield node
            for name in {*node["outputs"]} - there:
                there.add(name)
                for other in waiting.pop(name, ()):
                    missing[other] -= 1
                    if not missing[other]:
                        del missing[other]
                        ready.append(other)
    if missing:
        node = nodes[min(missing)]
        name = next(name for name in _used(node) if name not in there)
        what = node.get("name") or node.get("op", "")
        raise refused(
            f"node {what[:60]!r} uses {name[:60]!r}, which nothing before it puts out"
        )


def _used(node: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of values that a node uses, in the graphs within it, too."""
    yield from filter(None, node["inputs"])
    for attribute in node["attributes"]:
        graph = attribute.get("g")
        if graph:
            own = {t.get("name", "") for t in (*graph["tensors"], *graph["inputs"])}
            for inner in graph["nodes"]:
                yield from (name for name in _used(inner) if name not in own)
                own.update(inner["outputs"])
