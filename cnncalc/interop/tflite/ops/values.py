"""The work on values one by one."""

from __future__ import annotations

from functools import partial

from cnncalc.interop.joins import by_number, joined, unary
from cnncalc.interop.registry import operator
from cnncalc.interop.tflite.node import Node
from cnncalc.interop.values import Value, fixed
from cnncalc.interop.weighted import parametric
from cnncalc.layers import Activation, Elementwise, Function

_PAIRS = {
    "ADD": ("add", 0), "SUB": ("subtract", 0), "MUL": ("multiply", 0),
    "DIV": ("divide", 0), "MAXIMUM": ("maximum", None), "MINIMUM": ("minimum", None),
    "POW": ("power", None), "FLOOR_DIV": ("floor_divide", None),
    "FLOOR_MOD": ("remainder", None), "SQUARED_DIFFERENCE": ("subtract", None),
    "ADD_N": ("add", None), "ATAN2": ("arctan2", None), "LESS": ("less", None),
    "GREATER": ("greater", None), "EQUAL": ("equal", None),
}  # fmt: skip


def _pair(n: Node, operation: str, activation: int | None) -> Value:
    xs = [x for x in n.inputs if x is not None]
    weighing = [x for x in xs if not x.is_constant or _weighs(x)]
    if not weighing:
        return fixed(n.output)
    if len(weighing) == 1:
        found = by_number(n.r, operation, weighing[0], n.output)
    else:
        found = joined(n.r, Elementwise(operation), weighing)
    return found if activation is None else n.activated(found, activation)


def _weighs(x: Value) -> bool:
    return bool(x.roots) and x.here is not None and x.here.shape.size > 1


for _op, (_word, _field) in _PAIRS.items():
    operator("tflite", _op)(partial(_pair, operation=_word, activation=_field))


_ACTIVATIONS = {
    "RELU": "relu", "RELU6": "relu6", "RELU_N1_TO_1": "hardtanh",
    "RELU_0_TO_1": "hardtanh", "LOGISTIC": "sigmoid", "TANH": "tanh",
    "SOFTMAX": "softmax", "LOG_SOFTMAX": "log_softmax", "LEAKY_RELU": "leaky_relu",
    "ELU": "elu", "HARD_SWISH": "hardswish", "GELU": "gelu",
}  # fmt: skip


_FUNCTIONS = {
    "EXP": "exp", "LOG": "log", "SQRT": "sqrt", "RSQRT": "rsqrt", "SQUARE": "square",
    "ABS": "abs", "NEG": "negative", "SIN": "sin", "COS": "cos", "FLOOR": "floor",
    "CEIL": "ceil", "ROUND": "round", "SIGN": "sign", "L2_NORMALIZATION": "scale",
    "LOCAL_RESPONSE_NORMALIZATION": "scale", "CUMSUM": "shift",
}  # fmt: skip


def _activation(n: Node, function: str) -> Value:
    return unary(n.r, Activation(function), n.x)


def _function(n: Node, function: str) -> Value:
    return unary(n.r, Function(function), n.x)


for _table, _rule in ((_ACTIVATIONS, _activation), (_FUNCTIONS, _function)):
    for _op, _name in _table.items():
        operator("tflite", _op)(partial(_rule, function=_name))


@operator("tflite", "QUANTIZE", "DEQUANTIZE", "CAST", "FAKE_QUANT", "DENSIFY")
def passed(n: Node) -> Value:
    return n.x


@operator("tflite", "PRELU")
def prelu(n: Node) -> Value:
    return parametric(n.r, n.x, n.value(1), channels=n.rank - 1)
