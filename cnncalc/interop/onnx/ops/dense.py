"""Products: of a value by weights, and of two values."""

from __future__ import annotations

from cnncalc.interop.joins import contracted, multiplied
from cnncalc.interop.moves import transposed
from cnncalc.interop.onnx.node import Node
from cnncalc.interop.reading import Unread
from cnncalc.interop.registry import operator
from cnncalc.interop.values import Value
from cnncalc.interop.weighted import biased, linear, product


@operator("onnx", "Gemm", "com.microsoft::FusedGemm", "com.microsoft::QGemm")
def gemm(n: Node) -> Value:
    place = 3 if n.op == "QGemm" else 1
    x, weight = n.x, n.value(place)
    bias = n.maybe(6 if n.op == "QGemm" else 2)
    if n.get("transA", 0):
        x = transposed(n.r, x, (1, 0))
    turned = bool(n.get("transB", 0))
    units = n.shape(place)[0 if turned else 1]
    if bias is not None and bias.shape is not None and bias.shape[-1:] != (units,):
        raise Unread("its bias is not one for each unit")
    if n.r.owns(weight) and not x.is_constant:
        found = linear(n.r, x, weight, bias, units)
    else:
        if turned:
            weight = transposed(n.r, weight, (1, 0))
        found = multiplied(n.r, x, weight)
        found = found if bias is None else biased(n.r, found, bias, 1)
    return n.activated(found, n.get("activation"))


@operator(
    "onnx", "MatMul", "MatMulInteger", "QLinearMatMul", "com.microsoft::FusedMatMul"
)
def matmul(n: Node) -> Value:
    a, b = n.x, n.value(3 if n.op == "QLinearMatMul" else 1)
    if n.get("transA", 0):
        a = _turned(n, a)
    if n.get("transB", 0):
        b = _turned(n, b)
    return product(n.r, a, b)


def _turned(n: Node, x: Value) -> Value:
    rank = len(x.shape or ())
    return transposed(n.r, x, (*range(rank - 2), rank - 1, rank - 2))


@operator("onnx", "Einsum")
def einsum(n: Node) -> Value:
    xs = [n.value(place) for place in range(len(n.inputs))]
    return contracted(n.r, n.get("equation", ""), xs)
