"""The work on each number, or on those of several values one by one."""

from __future__ import annotations

from functools import partial

from cnncalc.interop.joins import broadcast, by_number, joined, unary
from cnncalc.interop.moves import unsqueezed
from cnncalc.interop.onnx.node import ACTIVATIONS, OnnxNode
from cnncalc.interop.onnx.table import OPERATORS, rule
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.values import Value, fixed
from cnncalc.interop.weighted import parametric
from cnncalc.layers import Activation, Elementwise, Function, Where

__all__ = ["together"]

_FUSED = {
    "com.microsoft::Gelu": "gelu",
    "com.microsoft::QuickGelu": "silu",
    "com.microsoft::FastGelu": "gelu",
    "com.microsoft::BiasGelu": "gelu",
    "com.microsoft::BiasSoftmax": "softmax",
    "com.microsoft::QLinearSigmoid": "sigmoid",
    "com.microsoft::QLinearLeakyRelu": "leaky_relu",
    "com.microsoft::QLinearSoftmax": "softmax",
}

# An inverse function, or a test of one number, takes as much as what stands for it.
_FUNCTIONS = {
    "Abs": "abs", "Ceil": "ceil", "Cos": "cos", "Cosh": "cosh", "Erf": "erf",
    "Exp": "exp", "Floor": "floor", "Log": "log", "Neg": "negative",
    "Reciprocal": "reciprocal", "Round": "round", "Sign": "sign", "Sin": "sin",
    "Sinh": "sinh", "Sqrt": "sqrt", "Tan": "tan", "Acos": "cos", "Asin": "sin",
    "Atan": "tan", "Acosh": "cosh", "Asinh": "sinh", "Atanh": "tan", "Not": "negative",
    "BitwiseNot": "negative", "IsNaN": "sign", "IsInf": "sign", "Shrink": "clip",
}  # fmt: skip

_PAIRS = {
    "Add": "add", "Sub": "subtract", "Mul": "multiply", "Div": "divide",
    "Max": "maximum", "Min": "minimum", "Sum": "add", "Mean": "add", "Pow": "power",
    "Mod": "remainder", "Equal": "equal", "Less": "less", "Greater": "greater",
    "LessOrEqual": "less_equal", "GreaterOrEqual": "greater_equal",
    "And": "logical_and", "Or": "logical_or", "Xor": "logical_xor",
    "BitShift": "multiply", "BitwiseAnd": "logical_and", "BitwiseOr": "logical_or",
    "BitwiseXor": "logical_xor",
    "com.microsoft::BiasAdd": "add", "com.microsoft::QLinearAdd": "add",
    "com.microsoft::QLinearMul": "multiply",
}  # fmt: skip

# What an operation with a number that is no weight is not: a function of one value.
_MASKS = {
    *("equal", "less", "greater", "less_equal", "greater_equal"),
    *("logical_and", "logical_or", "logical_xor", "remainder"),
}


def _activation(n: OnnxNode, word: str) -> Value:
    bias = n.maybe(1) if n.op.startswith(("Bias", "Fast")) else None
    x = n.x if bias is None else together(n, "add", [n.x, bias])
    return unary(n.r, Activation(word), x)


def _function(n: OnnxNode, word: str) -> Value:
    return unary(n.r, Function(word), n.x)


def _pair(n: OnnxNode, word: str) -> Value:
    flowing = [x for x in n.values if not x.is_constant]
    if flowing and n.scope.merged.issuperset(n.outputs):  # a bias of a linear layer
        return flowing[0]
    xs = [n.x, n.value(3)] if n.op.startswith("QLinear") else n.values
    return together(n, word, xs)


for _made, _words in (
    (_activation, {**ACTIVATIONS, **_FUSED}),
    (_function, _FUNCTIONS),
    (_pair, _PAIRS),
):
    for _op, _word in _words.items():
        OPERATORS[_op] = partial(_made, word=_word)


@rule("Clip")
def _clip(n: OnnxNode) -> Value:
    limits = n.limits()
    function = {(0, 6): "relu6", (0, None): "relu"}.get(limits, "hardtanh")
    return unary(n.r, Activation(function), n.x)


@rule("PRelu")
def _prelu(n: OnnxNode) -> Value:
    return parametric(n.r, n.x, n.value(1))


def together(n: OnnxNode, operation: str, xs: list[Value]) -> Value:
    """Return values put together; numbers that are no weights make no input."""
    weighing = [x for x in xs if _is_value(x)]
    if operation in _MASKS and weighing:
        weighing = [_as_number(x) for x in xs]
    shape = broadcast([known_shape(x) for x in xs])
    if not weighing:
        return fixed(shape, None, xs[0].dtype)
    if len(weighing) == 1:
        return by_number(n.r, operation, weighing[0], shape)
    found = joined(n.r, Elementwise(operation), weighing)
    return found.but(dtype="bool") if operation in _MASKS else found


def _is_value(x: Value) -> bool:
    """Tell whether something flows, or is weights: no number that a file states."""
    if not x.is_constant:
        return True
    if x.here is None or not x.dtype.startswith(("float", "bfloat")):
        return False
    return x.here.shape.size > 1


def _as_number(x: Value) -> Value:
    """Return a value; of a number that is no weight, one that counts as none."""
    return x if _is_value(x) else fixed(known_shape(x), x.numbers, x.dtype)


@rule("Where")
def _where(n: OnnxNode) -> Value:
    xs = [n.value(place) for place in range(3)]
    if not any(map(_is_value, xs)):
        return fixed(broadcast([known_shape(x) for x in xs]), None, xs[1].dtype)
    return joined(n.r, Where(), [_as_number(x) for x in xs]).but(dtype=xs[1].dtype)


@rule("OneHot")
def _one_hot(n: OnnxNode) -> Value:
    depth = int(n.number(1))
    axis = n.integer("axis", -1) % (n.rank + 1)
    if depth < 1:
        raise Unread(f"its depth is {depth}")
    classes = [1] * (n.rank + 1)
    classes[axis] = depth
    xs = [unsqueezed(n.r, n.x, [axis]), fixed(tuple(classes), None, "int64")]
    return together(n, "equal", xs)
