"""Products: of a value by weights, and of two values."""

from __future__ import annotations

from math import prod

from cnncalc.interop.joins import contracted, multiplied
from cnncalc.interop.moves import reshaped, transposed
from cnncalc.interop.onnx.node import OnnxNode
from cnncalc.interop.onnx.ops.elementwise import together
from cnncalc.interop.onnx.table import rule
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.values import Value, fixed
from cnncalc.interop.weighted import linear, product

__all__: list[str] = []


@rule("Gemm", "com.microsoft::FusedGemm", "com.microsoft::QGemm")
def _gemm(n: OnnxNode) -> Value:
    weight_at, bias_at = (3, 6) if n.op == "QGemm" else (1, 2)
    x, weight, bias = n.x, n.value(weight_at), n.maybe(bias_at)
    if n.integer("transA", 0):
        x = _turned(n, x)
    turned = bool(n.integer("transB", 0))
    units = n.shape(weight_at)[0 if turned else 1]
    if n.r.owns(weight) and not x.is_constant:
        own = bias if bias is not None and bias.shape == (units,) else None
        found = linear(n.r, x, weight, own, units)
        bias = None if own is not None else bias
    else:
        found = multiplied(n.r, x, _turned(n, weight) if turned else weight)
    if bias is not None:
        found = together(n, "add", [found, bias])
    return n.activated(found, n.text("activation"))


@rule(
    *("MatMul", "MatMulInteger", "QLinearMatMul"),
    *("com.microsoft::FusedMatMul", "com.microsoft::MatMulIntegerToFloat"),
    "com.microsoft::DynamicQuantizeMatMul",
)
def _matmul(n: OnnxNode) -> Value:
    a, b = n.x, n.value(3 if n.op == "QLinearMatMul" else 1)
    if n.integer("transA", 0):
        a = _turned(n, a)
    if n.integer("transB", 0):
        b = _turned(n, b)
    if n.op == "MatMul" and not a.is_constant and n.r.owns(b) and len(b.axes) == 2:  # noqa: PLR2004
        units = known_shape(b)[1]
        return linear(n.r, a, b, n.scope.bias_behind(n.outputs[0]), units)
    found = product(n.r, a, b)
    places = {"MatMulIntegerToFloat": 6, "DynamicQuantizeMatMul": 4}
    bias = n.maybe(places.get(n.op, len(n.inputs)))
    return found if bias is None else together(n, "add", [found, bias])


@rule("com.microsoft::MatMulNBits")
def _packed(n: OnnxNode) -> Value:
    """Weigh by a matrix of which each byte has several numbers."""
    units, bias = n.integer("N", 0), n.maybe(5)
    if n.shape()[-1] != n.integer("K", 0):
        raise Unread("its matrix is of another size than what reaches it")
    found = linear(n.r, n.x, n.value(1), None, units)
    return found if bias is None else together(n, "add", [found, bias])


def _turned(n: OnnxNode, x: Value) -> Value:
    rank = len(x.shape or ())
    return transposed(n.r, x, (*range(rank - 2), rank - 1, rank - 2))


@rule("Einsum")
def _einsum(n: OnnxNode) -> Value:
    return contracted(n.r, n.text("equation"), n.values)


@rule("AffineGrid")
def _affine_grid(n: OnnxNode) -> Value:
    """Multiply the coordinates of all positions by a matrix for each map."""
    batch, _, *space = n.ints(1) or [1, 1]
    coordinates = fixed((batch, prod(space), len(space) + 1))
    found = multiplied(n.r, coordinates, transposed(n.r, n.x, (0, 2, 1)))
    return reshaped(n.r, found, (batch, *space, len(space)))
