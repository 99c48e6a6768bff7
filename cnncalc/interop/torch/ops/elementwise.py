"""The work on each number, or on those of several values one by one."""

from __future__ import annotations

from functools import partial

from cnncalc.interop.joins import broadcast, by_number, joined, unary
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.torch.call import Call
from cnncalc.interop.values import Value, fixed
from cnncalc.interop.weighted import parametric
from cnncalc.layers import (
    Activation,
    Add,
    Divide,
    Dropout,
    Elementwise,
    Function,
    Maximum,
    Minimum,
    Multiply,
    Power,
    Subtract,
    Where,
)

_ACTIVATIONS = {
    "relu": "relu", "relu6": "relu6", "gelu": "gelu", "silu": "silu", "mish": "mish",
    "sigmoid": "sigmoid", "tanh": "tanh", "hardswish": "hardswish",
    "hardsigmoid": "hardsigmoid", "hardtanh": "hardtanh", "leaky_relu": "leaky_relu",
    "elu": "elu", "celu": "celu", "selu": "selu", "softplus": "softplus",
    "softsign": "softsign", "softmax": "softmax", "log_softmax": "log_softmax",
    "logsigmoid": "log_sigmoid", "rrelu": "leaky_relu", "threshold": "relu",
    "clamp": "hardtanh", "clip": "hardtanh", "clamp_min": "relu", "clamp_max": "relu",
    "gumbel_softmax": "softmax", "softmin": "softmax", "hardshrink": "relu",
    "softshrink": "relu", "tanhshrink": "tanh", "erfc": "tanh", "swish": "silu",
    "expit": "sigmoid",
}  # fmt: skip

_FUNCTIONS = {
    "exp": "exp", "expm1": "expm1", "sqrt": "sqrt", "rsqrt": "rsqrt", "abs": "abs",
    "log": "log", "log2": "log2", "log10": "log10", "log1p": "log1p", "neg": "negative",
    "negative": "negative", "__neg__": "negative", "erf": "erf", "cos": "cos",
    "sin": "sin", "tan": "tan", "cosh": "cosh", "sinh": "sinh", "floor": "floor",
    "ceil": "ceil", "round": "round", "sign": "sign", "square": "square",
    "reciprocal": "reciprocal", "masked_fill": "scale", "nan_to_num": "clip",
    "normalize": "scale", "logical_not": "negative", "bitwise_not": "negative",
    "cumsum": "shift", "cumprod": "scale", "trunc": "floor", "frac": "shift",
    "atan": "tan", "asin": "sin", "acos": "cos", "triu": "scale", "tril": "scale",
    "__invert__": "negative", "__abs__": "abs", "absolute": "abs", "isnan": "sign",
    "sinc": "sin", "exp2": "exp", "logit": "log", "arccos": "cos", "arcsin": "sin",
    "arctan": "tan", "asinh": "log", "acosh": "log", "atanh": "log", "sgn": "sign",
    "signbit": "sign", "isinf": "sign", "isfinite": "sign", "deg2rad": "scale",
    "rad2deg": "scale", "positive": "scale", "erfinv": "erf", "lgamma": "log",
    "logcumsumexp": "exp", "cummax": "clip", "cummin": "clip",
}  # fmt: skip

_DROPPED = (
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "feature_dropout",
    "alpha_dropout",
)

_PASSED = (
    *("contiguous", "clone", "detach", "float", "to", "type_as", "half", "double"),
    *("bfloat16", "int", "long", "bool", "alias", "cpu", "cuda", "real", "data"),
    *("requires_grad", "__setitem__", "copy_", "zero_", "fill_", "conj", "lift_fresh"),
    *("stop_gradient", "as_subclass", "rename", "resolve_conj", "_to_copy"),
    *("scatter", "scatter_", "scatter_add", "index_put", "index_put_", "index_add"),
    *("fake_quantize_per_tensor_affine", "fake_quantize_per_channel_affine"),
    *("quantize_per_tensor", "dequantize", "checkpoint"),
)


def _activation(c: Call, function: str) -> Value:
    ends = c.get(1, "min_val", None), c.get(2, "max_val", None)
    if function == "hardtanh" and ends == (0, 6):  # as nn.ReLU6 says it
        function = "relu6"
    return unary(c.r, Activation(function), c.x)


def _function(c: Call, function: str) -> Value:
    return unary(c.r, Function(function), c.x)


for _table, _rule in ((_ACTIVATIONS, _activation), (_FUNCTIONS, _function)):
    for _name, _word in _table.items():
        operator("torch", _name, f"{_name}_")(partial(_rule, function=_word))


@operator("torch", *_DROPPED, *[f"{name}_" for name in _DROPPED])
def dropout(c: Call) -> Value:
    return unary(c.r, Dropout(float(c.get(1, "p", 0.5))), c.x)


@operator("torch", *_PASSED)
def passed(c: Call) -> Value:
    return c.x


@operator("torch", "glu")
def glu(c: Call) -> Value:
    from cnncalc.interop.moves import split

    axis = c.axis(1, default=-1)
    half = c.shape[axis] // 2
    value, gate = split(c.r, c.x, axis, [half, half])
    return joined(c.r, Multiply(), [value, unary(c.r, Activation("sigmoid"), gate)])


@operator("torch", "prelu", "_prelu_kernel")
def prelu(c: Call) -> Value:
    return parametric(c.r, c.x, c.get(1, "weight"))


_PAIRS = {
    "add": "add", "sub": "subtract", "subtract": "subtract", "rsub": "subtract",
    "mul": "multiply", "multiply": "multiply", "div": "divide", "divide": "divide",
    "true_divide": "divide", "pow": "power", "maximum": "maximum", "minimum": "minimum",
    "floor_divide": "floor_divide", "remainder": "remainder", "fmod": "remainder",
    "atan2": "arctan2", "arctan2": "arctan2", "float_power": "power", "lerp": "add",
    "addcmul": "add", "addcdiv": "add", "fmax": "maximum", "fmin": "minimum",
    "_weight_norm": "multiply",
}  # fmt: skip
_DUNDERS = {
    "__add__": "add", "__radd__": "add", "__iadd__": "add", "__sub__": "subtract",
    "__rsub__": "subtract", "__isub__": "subtract", "__mul__": "multiply",
    "__rmul__": "multiply", "__imul__": "multiply", "__truediv__": "divide",
    "__rtruediv__": "divide", "__itruediv__": "divide", "__div__": "divide",
    "__rdiv__": "divide", "__idiv__": "divide", "__pow__": "power",
    "__rpow__": "power", "__ipow__": "power", "__floordiv__": "floor_divide",
    "__rfloordiv__": "floor_divide", "__mod__": "remainder", "__rmod__": "remainder",
}  # fmt: skip
_COMPARISONS = {
    "eq": "equal", "ne": "not_equal", "not_equal": "not_equal", "lt": "less",
    "less": "less", "le": "less_equal", "less_equal": "less_equal", "gt": "greater",
    "greater": "greater", "ge": "greater_equal", "greater_equal": "greater_equal",
    "logical_and": "logical_and", "logical_or": "logical_or",
    "logical_xor": "logical_xor", "bitwise_and": "logical_and",
    "bitwise_or": "logical_or", "bitwise_xor": "logical_xor", "isclose": "equal",
    "__eq__": "equal", "__ne__": "not_equal", "__lt__": "less", "__le__": "less_equal",
    "__gt__": "greater", "__ge__": "greater_equal", "__and__": "logical_and",
    "__rand__": "logical_and", "__or__": "logical_or", "__ror__": "logical_or",
    "__xor__": "logical_xor",
}  # fmt: skip


def _pair(c: Call, operation: str) -> Value:
    xs = c.values
    weighing = [x for x in xs if x.roots or not x.is_constant]
    shape = broadcast([known_shape(x) for x in xs])
    if len(weighing) == 1:
        other = c.get(1, "other")
        if operation == "add" and not isinstance(other, Value) and other == 0:
            return weighing[0]  # a sum begins so, of MobileOne's branches
        return by_number(c.r, operation, weighing[0], shape)
    return joined(c.r, _CLASSES.get(operation, Elementwise(operation)), weighing)


# What has a class of its own.
_CLASSES = {
    "add": Add(), "subtract": Subtract(), "multiply": Multiply(), "divide": Divide(),
    "maximum": Maximum(), "minimum": Minimum(), "power": Power(),
}  # fmt: skip


def _comparison(c: Call, operation: str) -> Value:
    """Compare values, or with a number: it makes a mask."""
    other = c.get(1, "other")
    xs = [x if isinstance(x, Value) else fixed(()) for x in (c.x, other)]
    return joined(c.r, Elementwise(operation), xs)


for _name, _word in _COMPARISONS.items():
    operator("torch", _name, f"{_name}_")(partial(_comparison, operation=_word))


@operator("torch", "where")
def where(c: Call) -> Value:
    if len(c.values) == 1:
        raise Unread("how many it finds is data")
    given = c.get(0, "condition"), c.get(1, "input"), c.get(2, "other")
    xs = [x if isinstance(x, Value) else fixed(()) for x in given]
    return joined(c.r, Where(), xs)


for _name, _word in _PAIRS.items():
    operator("torch", _name, f"{_name}_")(partial(_pair, operation=_word))
for _name, _word in _DUNDERS.items():
    operator("torch", _name)(partial(_pair, operation=_word))
