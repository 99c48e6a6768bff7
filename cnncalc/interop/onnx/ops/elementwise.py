"""What is done with each number, or with those of several values one by one."""

from __future__ import annotations

from functools import partial
from typing import Any

from cnncalc.interop.joins import by_number, broadcast, joined, unary
from cnncalc.interop.onnx.node import Node
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.values import Value, fixed
from cnncalc.interop.weighted import parametric
from cnncalc.layers import Activation, Elementwise, Function

ACTIVATIONS = {
    "Relu": "relu",
    "LeakyRelu": "leaky_relu",
    "ThresholdedRelu": "relu",
    "Elu": "elu",
    "Celu": "celu",
    "Selu": "selu",
    "Gelu": "gelu",
    "Mish": "mish",
    "Swish": "silu",
    "Sigmoid": "sigmoid",
    "HardSigmoid": "hardsigmoid",
    "HardSwish": "hardswish",
    "Tanh": "tanh",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Softmax": "softmax",
    "LogSoftmax": "log_softmax",
    "Hardmax": "softmax",
    "com.microsoft::Gelu": "gelu",
    "com.microsoft::QuickGelu": "silu",
    "com.microsoft::FastGelu": "gelu",
    "com.microsoft::BiasGelu": "gelu",
    "com.microsoft::QLinearSigmoid": "sigmoid",
    "com.microsoft::QLinearLeakyRelu": "leaky_relu",
    "com.microsoft::QLinearSoftmax": "softmax",
}

_FUNCTIONS = {
    "Abs": "abs", "Ceil": "ceil", "Cos": "cos", "Cosh": "cosh", "Erf": "erf",
    "Exp": "exp", "Floor": "floor", "Log": "log", "Neg": "negative",
    "Reciprocal": "reciprocal", "Round": "round", "Sign": "sign", "Sin": "sin",
    "Sinh": "sinh", "Sqrt": "sqrt", "Tan": "tan", "Acos": "cos", "Asin": "sin",
    "Atan": "tan", "Acosh": "cosh", "Asinh": "sinh", "Atanh": "tan", "Not": "negative",
    "BitwiseNot": "negative", "IsNaN": "sign", "IsInf": "sign", "Shrink": "clip",
}  # fmt: skip

_PASSED = (
    *("Identity", "Cast", "CastLike", "Dropout", "QuantizeLinear", "DequantizeLinear"),
    *("com.microsoft::QuantizeLinear", "com.microsoft::DequantizeLinear"),
)


def _activation(n: Node, function: str) -> Any:
    bias = n.maybe(1)
    x = n.x
    if bias is not None and n.op in {"BiasGelu", "FastGelu"}:
        x = together("add", n, [x, bias])
    return unary(n.r, Activation(function), x)


for _op, _name in ACTIVATIONS.items():
    operator("onnx", _op)(partial(_activation, function=_name))


def _function(n: Node, function: str) -> Value:
    return unary(n.r, Function(function), n.x)


for _op, _name in _FUNCTIONS.items():
    operator("onnx", _op)(partial(_function, function=_name))


@operator("onnx", *_PASSED)
def passed(n: Node) -> Any:
    x = n.x
    if n.op in {"Cast", "DequantizeLinear"}:
        x = x.but(dtype=n.dtype("to") if n.op == "Cast" else "float32")
    return [x, x.but(dtype="bool")][: len(n.outputs)]


@operator("onnx", "Clip")
def clip(n: Node) -> Value:
    limits = n.limits()
    function = {(0, 6): "relu6", (0, None): "relu"}.get(limits, "hardtanh")
    return unary(n.r, Activation(function), n.x)


@operator("onnx", "PRelu")
def prelu(n: Node) -> Value:
    return parametric(n.r, n.x, n.value(1))


_PAIRS = {
    "Add": "add",
    "Sub": "subtract",
    "Mul": "multiply",
    "Div": "divide",
    "Max": "maximum",
    "Min": "minimum",
    "Sum": "add",
    "Mean": "add",
    "Pow": "power",
    "Mod": "remainder",
    "Equal": "subtract",
    "Less": "subtract",
    "Greater": "subtract",
    "LessOrEqual": "subtract",
    "GreaterOrEqual": "subtract",
    "And": "multiply",
    "Or": "maximum",
    "Xor": "subtract",
    "BitShift": "multiply",
    "BitwiseAnd": "multiply",
    "BitwiseOr": "maximum",
    "com.microsoft::QLinearAdd": "add",
    "com.microsoft::QLinearMul": "multiply",
}


def _pair(n: Node, operation: str) -> Value:
    if n.op.startswith("QLinear"):
        return together(operation, n, [n.x, n.value(3)])
    return together(operation, n, [x for x in n.inputs if x is not None])


for _op, _name in _PAIRS.items():
    operator("onnx", _op)(partial(_pair, operation=_name))


def together(operation: str, n: Node, xs: list[Value]) -> Value:
    """Return values put together, of which numbers that are no weights make no input."""
    weighing = [x for x in xs if is_value(x)]
    shape = broadcast([known_shape(x) for x in xs])
    if not weighing:
        return fixed(shape, None, xs[0].dtype)
    if len(weighing) == 1:
        return by_number(n.r, operation, weighing[0], shape)
    return joined(n.r, Elementwise(operation), weighing)


def is_value(x: Value) -> bool:
    """Tell whether something flows, or is weights: no number that a file states."""
    if not x.is_constant:
        return True
    if x.here is None or not x.dtype.startswith(("float", "bfloat")):
        return False
    return x.here.shape.size > 1


@operator("onnx", "Where")
def where(n: Node) -> Value:
    return together("maximum", n, [n.value(place) for place in range(3)])
