"""ONNX graphs, node by node."""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from math import prod
from typing import Any, TypeAlias

from cnncalc.checks import MOST
from cnncalc.errors import CnncalcError
from cnncalc.interop.names import cleaned
from cnncalc.interop.onnx.names import Naming
from cnncalc.interop.onnx.node import Flowing, OnnxNode, stored_value
from cnncalc.interop.onnx.numbers import by_numbers
from cnncalc.interop.onnx.order import ordered_nodes
from cnncalc.interop.onnx.schema import (
    StatedShapes,
    is_weight,
    sparse_tensor,
    stored_tensor,
)
from cnncalc.interop.onnx.survey import (
    FunctionKey,
    called_by,
    function_prefix,
    functions_of,
    surveyed,
)
from cnncalc.interop.onnx.table import OPERATORS
from cnncalc.interop.onnx.wire import no_model
from cnncalc.interop.reading import UNFIT, Reading, Unread
from cnncalc.interop.registry import TABLES
from cnncalc.interop.values import Series, Value

__all__ = ["Graphs", "versions_of"]

_STANDARD = {"", "ai.onnx"}
_MOST_UNROLLED = 40_000  # nodes that loops may become
_MOST_COMPUTED = 5_000_000  # numbers that nodes compute with, all together
_MOST_AXES = 64
_PAIR = 2

Known: TypeAlias = "MutableMapping[str, Flowing]"


class Graphs:
    """The graphs of a model while they are read.

    Args:
        model: The model's message.
        r: The network in the making.
        sizes: The sizes of axes that the file only names; None if the shapes that it
            states do not hold.
        naming: Where its nodes stand.

    Attributes:
        has_weights: Whether the file has weights as such, and not as constants of the
            graph.
        unknown: How often an operator is not known, or cannot be followed.
    """

    def __init__(
        self,
        model: Mapping[str, Any],
        r: Reading,
        sizes: Mapping[str, int] | None,
        naming: Naming,
    ) -> None:
        self.r, self._sizes, self._naming = r, sizes, naming
        self.opsets = versions_of(model["opsets"])
        self.functions = functions_of(model)
        self.has_weights = any(map(is_weight, model["graph"]["tensors"]))
        self.unknown: Counter[str] = Counter()
        self.unrolled = 0
        self._causes: dict[str, str] = {}
        self._computed = 0

    def constants(self, graph: Mapping[str, Any]) -> dict[str, Value]:
        """Return the tensors that a graph has, by name."""
        tensors = [stored_tensor(t) for t in graph["tensors"]]
        tensors += [sparse_tensor(s) for s in graph["sparse"] if "values" in s]
        found = {t.name: stored_value(self.r, t) for t in tensors}
        if len(found) < len(tensors):
            raise no_model("two of its tensors have one name")
        return found

    def run(self, graph: Mapping[str, Any], known: Known, prefix: str = "") -> Known:
        """Read the nodes of a graph, and return all values by name."""
        spans = graph.get("values", ()) if self._sizes is not None else ()
        stated = StatedShapes(spans, self._sizes or {})
        scope = Scope(self, graph, known, stated, prefix)
        for raw in ordered_nodes(graph["nodes"], known):
            key = called_by(raw)
            inputs = [known[name] if name else None for name in raw["inputs"]]
            if key in self.functions:
                found = self._called(key, raw, inputs)
            else:
                found = self._read(scope, raw, inputs)
            known.update(zip(raw["outputs"], found, strict=False))
            for name in raw["outputs"][len(found) :]:
                known[name] = None
        return known

    def _read(
        self, scope: Scope, raw: dict[str, Any], inputs: Sequence[Flowing]
    ) -> Sequence[Flowing]:
        """Return what a node puts out."""
        domain = raw.get("domain", "")
        opset = self.opsets.get("" if domain in _STANDARD else domain, 0)
        node = OnnxNode(self.r, raw, inputs, opset, scope)
        with self.r.at(self._naming.path_of(node)):
            try:
                return _checked(_computed(node, domain))
            except Unread as error:
                why, shape = str(error), error.shape
            except CnncalcError as error:
                why, shape = error.why, None
            return self._unknown(node, why, shape)

    def _unknown(self, node: OnnxNode, why: str, shape: Any) -> Sequence[Value]:
        """Return what a node puts out of which at most the shapes are known.

        Those are what the file states, if its own sizes are read. Its weights are what
        reaches it of them, and nothing else owns.
        """
        kind = cleaned(node.op) or "an operator without a name"
        self.unknown[kind] += 1
        causes = [self._causes[x] for x in node.raw["inputs"] if x in self._causes]
        why = causes[0] if causes else why
        flowing: list[Value] = []
        for x in node.inputs:
            flowing += x.values if isinstance(x, Series) else [x] if x else []
        flows = not all(x.is_constant for x in flowing)
        weights = [x for x in flowing if x.roots] if flows else None
        found = []
        for number, name in enumerate(node.outputs or [""]):
            stated = (None if number else shape) or node.scope.stated.get(name)
            x = self.r.unknown(kind, flowing, why, stated, weights=weights)
            found.append(x)
            weights = [] if flows else None
            if x.is_constant and x.shape is None:  # which is no node
                self._causes[name] = causes[0] if causes else f"{kind}: {why}"
        return found

    def _called(
        self, key: FunctionKey, raw: dict[str, Any], inputs: Sequence[Flowing]
    ) -> Sequence[Flowing]:
        """Return what a function puts out whose nodes stand for the one that calls."""
        function = self.functions[key]
        attributes = (*function["defaults"], *raw["attributes"])
        # Graphs are not passed on: functions that run what they are given never end.
        given = {a.get("name"): a for a in attributes if "g" not in a}
        inner: Known = dict.fromkeys(function["inputs"])
        inner.update(zip(function["inputs"], inputs, strict=False))
        nodes = _filled_nodes(function["nodes"], given)
        before, self.opsets = (
            self.opsets,
            {**self.opsets, **versions_of(function["opsets"])},
        )
        outputs = [{"name": name} for name in function["outputs"]]
        body = {"nodes": nodes, "outputs": outputs}
        self.run(body, inner, function_prefix(key))
        self.opsets = before
        return [inner.get(name) for name in function["outputs"]]

    def unroll(self, graph: Mapping[str, Any], times: int) -> None:
        """Refuse to read a loop that becomes very many nodes.

        Raises:
            Unread: If it does.
        """
        nodes = times * (1 + surveyed(graph, self.functions).nodes)
        self.unrolled += nodes
        if self.unrolled > _MOST_UNROLLED:
            self.unrolled -= nodes
            often = f"runs {times} times, and " if times > 1 else ""
            raise Unread(f"its loop {often}would be very many nodes")

    def affords(self, numbers: int) -> bool:
        """Tell whether so many numbers more are worth computing with."""
        self._computed += numbers
        return self._computed <= _MOST_COMPUTED


class Scope:
    """The graph that a node stands in, as far as the node sees it.

    Attributes:
        stated: The shapes that the file states of values.
        prefix: What stands before the names of constants.
        merged: What nodes put out that another one has done the work of.
    """

    def __init__(
        self,
        graphs: Graphs,
        graph: Mapping[str, Any],
        known: Known,
        stated: StatedShapes,
        prefix: str,
    ) -> None:
        self._graphs, self._graph, self._known = graphs, graph, known
        self.stated, self.prefix = stated, prefix
        self.merged: set[str] = set()
        self._users: dict[str, list[Mapping[str, Any]]] | None = None

    def bias_behind(self, name: str) -> Value | None:
        """Return the weights that the only user of a value adds to it, if that does so.

        That node has nothing left to do: its output is among those that are merged.
        """
        if self._users is None:
            self._users = {v.get("name", ""): [{}, {}] for v in self._graph["outputs"]}
            for node in self._graph["nodes"]:
                for used in node["inputs"]:
                    self._users.setdefault(used, []).append(node)
        user, *others = self._users.get(name, [{}])
        if others or user.get("op") != "Add" or len(user["inputs"]) != _PAIR:
            return None
        other = next((used for used in user["inputs"] if used != name), "")
        bias = self._known.get(other)
        if not isinstance(bias, Value) or len(bias.shape or ()) != 1 or not bias.roots:
            return None
        self.merged.update(user["outputs"])
        return bias

    @property
    def has_weights(self) -> bool:
        """Whether the file has weights as such, and not as constants of the graph."""
        return self._graphs.has_weights and not self.prefix

    def within(
        self, graph: Mapping[str, Any], inputs: Sequence[Flowing] = ()
    ) -> list[Flowing]:
        """Read a graph that a node has as an attribute, and return what it puts out."""
        names = [value.get("name", "") for value in graph["inputs"]]
        known: Known = ChainMap(
            {}, self._known
        )  # which copies nothing of what is around
        known.update(self._graphs.constants(graph))
        known.update(zip(names, inputs, strict=False))
        found = self._graphs.run(graph, known, self.prefix)
        return [found.get(value.get("name", "")) for value in graph["outputs"]]

    def unroll(self, graph: Mapping[str, Any], times: int) -> None:
        """Refuse to read a loop that becomes very many nodes."""
        self._graphs.unroll(graph, times)

    def affords(self, numbers: int) -> bool:
        """Tell whether so many numbers more are worth computing with."""
        return self._graphs.affords(numbers)


def versions_of(opsets: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return the versions of operators by their domain."""
    found: dict[str, int] = {}
    for each in opsets:
        domain = each.get("domain", "")
        domain = "" if domain in _STANDARD else domain
        found[domain] = max(found.get(domain, 0), each.get("version", 0))
    return found


def _computed(node: OnnxNode, domain: str) -> Sequence[Flowing]:
    """Return what a node puts out, by a user's rule or ours."""
    key = node.op if domain in _STANDARD else f"{domain}::{node.op}"
    own = TABLES["onnx"].get(key)
    if own is not None:
        return [_applied(node, own(node))]
    if domain in _STANDARD:
        numbers = by_numbers(node)
        if numbers is not None:
            return numbers
    known = OPERATORS.get(key)
    if known is None:
        raise Unread("it is no operator that is known here")
    try:
        found = known(node)
    except CnncalcError:
        raise
    except UNFIT:  # no valid node comes here
        raise Unread("its inputs and attributes do not fit together") from None
    return found if isinstance(found, (list, tuple)) else [found]


def _applied(node: OnnxNode, part: Any) -> Value:
    """Return what a part of a user's puts out, on what reaches the node here."""
    weights = [x for x in node.values if x.is_constant]
    flowing = [x for x in node.values if not x.is_constant]
    if not flowing:
        raise Unread("nothing that depends on the input reaches it")
    owning = [weight for weight in weights if weight.roots]
    here = node.r.put(part, *[node.r.here(x) for x in flowing], owning=owning)
    first = flowing[0]
    if first.shape is None or len(here.shape) != len(node.r.here(first).shape):
        raise Unread("its layer puts out another number of axes than reaches it")
    shape = [
        size if place is None else here.shape[place]
        for size, place in zip(first.shape, first.axes, strict=True)
    ]
    return first.but(shape=tuple(shape), here=here, numbers=None)


def _checked(found: Sequence[Flowing]) -> Sequence[Flowing]:
    """Return values of which counts can be printed.

    Raises:
        Unread: If one of them has more values than that, or very many axes.
    """
    for x in found:
        shape = x.shape if isinstance(x, Value) else None
        if shape and (len(shape) > _MOST_AXES or prod(shape) >= MOST):
            raise Unread("it would have more values than a number of 300 digits")
    return found


def _filled_nodes(
    nodes: Sequence[Mapping[str, Any]], given: Mapping[Any, Any]
) -> list[dict[str, Any]]:
    """Return the nodes of a function, or of a graph in it, as its caller fills them."""
    return [
        {**node, "attributes": list(_filled(node["attributes"], given))}
        for node in nodes
    ]


def _filled(attributes: Any, given: Mapping[Any, Any]) -> Iterator[dict[str, Any]]:
    """Yield attributes of a node in a function; the caller fills those that refer."""
    for attribute in attributes:
        refers = attribute.get("refers")
        if not refers and "g" in attribute:
            graph = attribute["g"]
            nodes = _filled_nodes(graph["nodes"], given)
            yield {**attribute, "g": {**graph, "nodes": nodes}}
        elif not refers:
            yield attribute
        elif refers in given:
            yield {**given[refers], "name": attribute.get("name", "")}
