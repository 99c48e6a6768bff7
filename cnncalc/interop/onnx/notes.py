"""The notes on an ONNX file that its user should know, a line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

from cnncalc.interop.onnx.entry import GraphInput, sizes_of
from cnncalc.interop.onnx.reader import Graphs
from cnncalc.interop.onnx.schema import DTYPES, is_weight
from cnncalc.interop.values import Dims

__all__ = ["notes_of"]

_NORM = "BatchNormalization"
_QUANTISED = {
    *("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearConv"),
    *("QLinearMatMul", "MatMulInteger", "ConvInteger"),
}


def notes_of(
    graph: Mapping[str, Any],
    graphs: Graphs,
    entries: Sequence[GraphInput],
    shapes: Sequence[Dims],
) -> list[str]:
    """Return what there is to know of a file.

    Args:
        graph: Its graph.
        graphs: What has read it.
        entries: Its inputs.
        shapes: The shapes that they were given.
    """
    notes = [*graphs.r.notes, *_resized(entries, shapes), *_folded(graph)]
    ops = {node.get("op", "") for node in graph["nodes"]}
    if ops & _QUANTISED:
        notes.append("it is quantised: what rounds values makes no node of its own")
    if any(DTYPES.get(t.get("type", 0), ("",))[0] in _HALF for t in graph["tensors"]):
        notes.append("weights have 16 bits: ask for memory with that dtype")
    notes += _unused(graph, graphs.r.uses)
    if graphs.unknown:
        kinds = ", ".join(f"{op} {n}×" for op, n in graphs.unknown.most_common(10))
        notes.append(f"what is not known: {kinds}; see net.unknown")
    return notes


_HALF = {"float16", "bfloat16"}


def _resized(entries: Sequence[GraphInput], shapes: Sequence[Dims]) -> Iterator[str]:
    """Yield what inputs were read with, if the file states another size."""
    for entry, shape in zip(entries, shapes, strict=True):
        if sizes_of([(entry, shape)]) is None:
            own = "×".join(map(str, entry.stated.shape or ()))
            given = "×".join(map(str, shape))
            yield f"input {entry.stated.name!r} is {own} in the file, and {given} here"


def _folded(graph: Mapping[str, Any]) -> Iterator[str]:
    """Yield that batch norms were folded into convolutions, if names tell of it.

    PyTorch's newer exporter calls the biases that it makes of them
    ``conv1.weight_bias``; the older one gives such a convolution weights and biases
    with numbers for names.
    """
    if any(node.get("op") == _NORM for node in graph["nodes"]):
        return
    count = 0
    for node in graph["nodes"]:
        if node.get("op") == "Conv" and len(node["inputs"]) > 2:  # noqa: PLR2004
            weight, bias = node["inputs"][1:3]
            numbered = weight.startswith("onnx::Conv_") and bias.startswith("onnx::")
            count += numbered or bias == f"{weight}_bias"
    if count:
        what = "batch norms were folded into convolutions by the exporter"
        yield f"{what}, {count} of them: their parameters are not in the file"


def _unused(graph: Mapping[str, Any], uses: Mapping[str, int]) -> Iterator[str]:
    """Yield how many numbers of weights nothing uses."""
    outputs = {value.get("name", "") for value in graph["outputs"]}
    left = [
        prod(tensor["dims"])
        for tensor in graph["tensors"]
        if is_weight(tensor)
        and not uses.get(tensor.get("name", ""))
        and tensor.get("name", "") not in outputs
    ]
    if left:
        yield f"{sum(left):,} numbers of {len(left)} tensors are never used"
