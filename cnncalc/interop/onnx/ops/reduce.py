"""Reductions along any axes."""

from __future__ import annotations

from cnncalc.interop.onnx.node import Node
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import reduced
from cnncalc.interop.values import Value

_OPS = {
    "ReduceMean": "mean",
    "ReduceSum": "sum",
    "ReduceMax": "max",
    "ReduceMin": "min",
    "ReduceProd": "sum",
    "ReduceL1": "sum",
    "ReduceL2": "sum",
    "ReduceSumSquare": "sum",
    "ReduceLogSum": "sum",
    "ReduceLogSumExp": "sum",
}


@operator("onnx", *_OPS)
def reduction(n: Node) -> Value:
    axes = n.axes(n.rank)
    return reduced(n.r, n.x, _OPS[n.op], axes, bool(n.get("keepdims", 1)))


@operator("onnx", "ArgMax", "ArgMin")
def best(n: Node) -> Value:
    found = reduced(n.r, n.x, "max", [n.axis(0)], bool(n.get("keepdims", 1)))
    return found.but(dtype="int64")
