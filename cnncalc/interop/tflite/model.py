"""TFLite models as networks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from cnncalc.door import guarded
from cnncalc.errors import CnncalcError
from cnncalc.interop.files import check_sort, hash_of, opened
from cnncalc.interop.names import Path, path_of
from cnncalc.interop.reading import UNFIT, Reading, Unread, known_shape
from cnncalc.interop.registry import TABLES, reason_of
from cnncalc.interop.source import Source
from cnncalc.interop.tflite import ops as ops  # noqa: PLC0414 - which fills the table
from cnncalc.interop.tflite.node import Node
from cnncalc.interop.tflite.program import program_of_file
from cnncalc.interop.tflite.schema import Operator, Subgraph, Tensor, parsed
from cnncalc.interop.values import Value, fixed, natural_order, placed_axes
from cnncalc.network.graph import Graph

__all__ = ["from_tflite"]


@guarded
def from_tflite(source: Any) -> Graph:
    """Return the network that a TFLite file holds, of floats or quantised.

    Its structure is read, and no weight. Shapes are the file's own.

    Args:
        source: A path, or the bytes of a file.

    Raises:
        ConfigError: If it is no such file, or damaged.

    Source:
        https://ai.google.dev/edge/litert

    Example:
        >>> from cnncalc import from_tflite
        >>> net = from_tflite("model.tflite")  # doctest: +SKIP
    """
    r = Reading()
    with opened(source) as b:
        check_sort(b[:64], "TFLite model", "tflite")
        model = parsed(b)
        hashed = hash_of(b)
        graph = model.subgraphs[0]
        outputs = _read(r, graph)
        program = program_of_file(graph, model.offline, len(b))
    if len(model.subgraphs) > 1:
        r.notes.append(
            f"{len(model.subgraphs) - 1} graphs beside the first are not read"
        )
    name = "" if isinstance(source, (bytes, bytearray, memoryview)) else str(source)
    said = Source(
        "tflite",
        name,
        model.description,
        f"version {model.version}",
        hashed,
        r.notes,
        tuple(graph.tensors),
        program,
    )
    return r.graph(outputs, in_order=True).read_from(said)


def _read(r: Reading, graph: Subgraph) -> list[Value]:
    """Read the operators of a graph, and return what it puts out."""
    r.uses = _uses(graph)
    values: dict[int, Value] = {}
    for place in graph.inputs:
        tensor = graph.tensors[place]
        rank = len(tensor.shape)
        order = range(1, rank) if rank > 1 else range(rank)
        name = path_of(tensor.name, "/").name
        x = r.input(tensor.shape, list(order), name)
        values[place] = x.but(dtype=tensor.dtype)
    for place, tensor in enumerate(graph.tensors):
        if tensor.stored and place not in values:
            values[place] = _stored(r, place, tensor)
    for operator in graph.operators:
        inputs = [values.get(place) for place in operator.inputs]
        outputs = [graph.tensors[place] for place in operator.outputs]
        for place, found in zip(
            operator.outputs, _computed(r, operator, inputs, outputs), strict=False
        ):
            values[place] = found.but(dtype=graph.tensors[place].dtype)
    return [values[place] for place in graph.outputs if place in values]


def _stored(r: Reading, place: int, tensor: Tensor) -> Value:
    """Return a tensor of the file: a weight, if it has axes."""
    if not tensor.shape or 0 in tensor.shape:
        return fixed(tensor.shape, tensor.numbers, tensor.dtype)
    weight = r.weight(f"{place}", tensor.shape, tensor.dtype)
    return weight.but(numbers=tensor.numbers)


def _uses(graph: Subgraph) -> dict[str, int]:
    """Return how often each tensor is used."""
    counts = Counter(place for op in graph.operators for place in op.inputs)
    return {f"{place}": count for place, count in counts.items()}


def _by_rule(node: Node, name: str) -> Sequence[Value]:
    """Return what the rule of an operator makes: shapes that the file states."""
    rule = TABLES["tflite"].get(name)
    if rule is None:
        raise Unread("it is no operator that is known here")
    found = rule(node)
    if not isinstance(found, (Value, Sequence)):  # a layer or block, of a user's rule
        found = _applied(node, found)
    values: list[Value] = [found] if isinstance(found, Value) else list(found)
    for value, tensor in zip(values, node.outputs, strict=False):
        if value.shape != tensor.shape:
            why = f"it makes {value.shape}, and the file says {tensor.shape}"
            raise Unread(why)
    return values


def _applied(node: Node, part: Any) -> Value:
    """Return what a part of a user's puts out, on what reaches the operator."""
    given = [x for x in node.inputs if x is not None]
    axes = [natural_order(len(known_shape(x)), channels_first=False) for x in given]
    xs = [
        node.r.arranged(x, order)
        for x, order in zip(given, axes, strict=True)
        if not x.is_constant
    ]
    here = node.r.put(part, *xs, owning=[x for x in given if x.roots])
    rank = 1 + len(here.shape)
    shape = (*node.shape()[:1], *here.shape)
    return Value(shape, placed_axes(rank, range(1, rank)), here)


def _computed(
    r: Reading,
    operator: Operator,
    inputs: Sequence[Value | None],
    outputs: Sequence[Tensor],
) -> Sequence[Value]:
    """Return what an operator puts out."""
    node = Node(r, operator, inputs, outputs)
    with r.at(_path(outputs)):
        try:
            return _by_rule(node, operator.name)
        except (Unread, CnncalcError, *UNFIT) as error:
            unfit = "its tensors and options do not fit together"
            why = reason_of(error, "tflite", operator.name, unfit)
        return [
            r.unknown(operator.name, inputs, why, t.shape, channels_first=False)
            for t in outputs
        ]


# What converters put behind the name of a layer: the operation that it became.
_OPERATIONS = {
    *("Conv2D", "BiasAdd", "MatMul", "Relu", "Relu6", "depthwise", "Reshape", "add"),
    *(
        "FusedBatchNormV3",
        "Softmax",
        "Add",
        "MaxPool",
        "AvgPool",
        "Mean",
        "ReadVariableOp",
    ),
    *("separable_conv2d", "conv2d_transpose", "Sigmoid", "Tanh", "mul", "concat"),
}


def _path(outputs: Sequence[Tensor]) -> Path:
    """Return the path in the name of what an operator puts out.

    A fused operator has the names of all that it was, one behind the other.
    """
    if not outputs:
        return Path((), None)
    path = path_of(outputs[0].name.split(";")[0], "/")
    parts = [part for part in (*path.groups, path.name) if part]
    while len(parts) > 1 and parts[-1].rstrip("0123456789_") in _OPERATIONS:
        parts.pop()
    return Path(tuple(parts[:-1]), parts[-1]) if parts else Path((), None)
