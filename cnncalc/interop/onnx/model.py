"""ONNX models as networks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from cnncalc.checks import checked_batch, for_message
from cnncalc.errors import ConfigError
from cnncalc.interop.files import opened, sort_of
from cnncalc.interop.inputs import sized
from cnncalc.interop.onnx import ops as ops  # noqa: PLC0414 - which fills the table
from cnncalc.interop.onnx.reader import Graphs
from cnncalc.interop.onnx.schema import MODEL, shape_of
from cnncalc.interop.onnx.wire import decoded, refused
from cnncalc.interop.reading import Reading, natural_order
from cnncalc.interop.source import Source
from cnncalc.interop.values import Value
from cnncalc.network.graph import Graph

__all__ = ["from_onnx"]

_HASHED = 1 << 24  # bytes of a file of which a hash is made


def from_onnx(source: Any, input: Any = None, batch: int = 1) -> Graph:  # noqa: A002
    """Return the network that an ONNX file holds.

    Only its structure is read: no weight, nothing of another file. What is not known
    becomes `Unknown`, and totals print as ``≥ n``; ``net.notes`` says what there is to
    know.

    Args:
        source: A path, or the bytes of a file.
        input: The shape of the input, in the file's order, with its batch or without;
            of several a list, or a dict by name. A dict may also give sizes to axes
            that the file only names: ``{"height": 480}``. None takes the file's.
        batch: The size of a batch that the file leaves open. Counts are of one input.

    Raises:
        ConfigError: If it is no such file, or an axis has no size.

    Source:
        https://onnx.ai/onnx/operators/

    Example:
        >>> from cnncalc import from_onnx
        >>> net = from_onnx("model.onnx", input=(3, 224, 224))  # doctest: +SKIP
    """
    with opened(source) as b:
        _check_sort(bytes(b[:64]))
        model = decoded(b, 0, len(b), MODEL)
        if "graph" not in model or not model.get("ir"):
            raise refused("there is no graph in it")
        hashed = hashlib.sha256(b).hexdigest() if len(b) <= _HASHED else ""
        return _network(model, source, input, checked_batch(batch), hashed)


def _check_sort(head: bytes) -> None:
    """Refuse what is another format, by its name."""
    from cnncalc.interop.loading import REFUSED

    sort = sort_of(head)
    if sort:
        what, fix = REFUSED[sort]
        raise ConfigError(f"this is {what}, no ONNX model", fix)


def _network(
    model: Mapping[str, Any], source: Any, given: Any, batch: int, hashed: str
) -> Graph:
    graph, r = model["graph"], Reading()
    r.uses = _uses(graph)
    graphs = Graphs(model, r)
    known = graphs.constants(graph)
    entries = [v for v in graph["inputs"] if v.get("name") not in known]
    stated = [(v.get("name", ""), *shape_of(v)) for v in entries]
    shapes = sized([(name, shape) for name, _, shape in stated], given, batch)
    for (name, dtype, _), shape in zip(stated, shapes, strict=True):
        first = _channels_first(graph, name)
        order = (
            natural_order(len(shape), first) if len(shape) > 1 else range(len(shape))
        )
        known[name] = r.input(shape, list(order), name).but(dtype=dtype)
    graphs.run(graph, known)
    outputs = [known[v["name"]] for v in graph["outputs"] if v.get("name") in known]
    net = r.graph([x for x in outputs if not x.is_constant], graph.get("name"))
    return net.read_from(_source(model, source, hashed, r.notes))


def _source(model: Mapping[str, Any], source: Any, hashed: str, notes: Any) -> Source:
    name = "" if isinstance(source, (bytes, bytearray, memoryview)) else str(source)
    producer = " ".join(filter(None, (model.get("producer"), model.get("version"))))
    opset = max(
        (
            o.get("version", 0)
            for o in model["opsets"]
            if o.get("domain", "") in {"", "ai.onnx"}
        ),
        default=0,
    )
    return Source("onnx", name, producer, f"opset {opset}", hashed, notes)


def _uses(graph: Mapping[str, Any]) -> dict[str, int]:
    """Return how often each tensor is used."""
    counts: dict[str, int] = {}
    for node in graph["nodes"]:
        for name in node["inputs"]:
            counts[name] = counts.get(name, 0) + 1
    return counts


# Operators of which the second axis is the channels, and those that leave it where it is.
_CHANNELS_FIRST = {
    *("Conv", "ConvTranspose", "MaxPool", "AveragePool", "BatchNormalization"),
    *("InstanceNormalization", "GroupNormalization", "GlobalAveragePool"),
    *("QLinearConv", "ConvInteger", "FusedConv", "DepthToSpace", "SpaceToDepth"),
    *("GlobalMaxPool", "Resize", "Upsample", "LRN", "GridSample"),
}
_NATURAL = {
    "Transpose",
    "MatMul",
    "Gemm",
    "LayerNormalization",
    "Gather",
    "LSTM",
    "GRU",
}
_LOOKED = 200  # nodes that are looked through for what tells the order


def _channels_first(graph: Mapping[str, Any], name: str) -> bool:
    """Tell whether the second axis of an input is its channels, by what uses it."""
    names = {name}
    for node in graph["nodes"][:_LOOKED]:
        if names.isdisjoint(node["inputs"]):
            continue
        if node.get("op") in _CHANNELS_FIRST:
            return True
        if node.get("op") in _NATURAL:
            return False
        names.update(node["outputs"])
    return True
