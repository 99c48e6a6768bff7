"""Reductions along any axes."""

from __future__ import annotations

from cnncalc.interop.joins import unary
from cnncalc.interop.onnx.node import OnnxNode
from cnncalc.interop.onnx.table import rule
from cnncalc.interop.resizing import reduced
from cnncalc.interop.values import Value
from cnncalc.layers import Function

__all__: list[str] = []

# What is done with each value before, with all of them, and with the result; a product
# takes as many operations as a sum.
_OPS = {
    "ReduceMean": ("", "mean", ""),
    "ReduceSum": ("", "sum", ""),
    "ReduceMax": ("", "max", ""),
    "ReduceMin": ("", "min", ""),
    "ReduceProd": ("", "sum", ""),
    "ReduceL1": ("abs", "sum", ""),
    "ReduceL2": ("square", "sum", "sqrt"),
    "ReduceSumSquare": ("square", "sum", ""),
    "ReduceLogSum": ("", "sum", "log"),
    "ReduceLogSumExp": ("exp", "sum", "log"),
}


@rule(*_OPS)
def _reduction(n: OnnxNode) -> Value:
    before, operation, behind = _OPS[n.op]
    axes, keep = n.axes(n.rank), bool(n.integer("keepdims", 1))
    x = unary(n.r, Function(before), n.x) if before else n.x
    found = reduced(n.r, x, operation, axes, keep)
    return unary(n.r, Function(behind), found) if behind else found


@rule("ArgMax", "ArgMin")
def _best(n: OnnxNode) -> Value:
    keep = bool(n.integer("keepdims", 1))
    return reduced(n.r, n.x, "max", [n.axis(0)], keep).but(dtype="int64")
