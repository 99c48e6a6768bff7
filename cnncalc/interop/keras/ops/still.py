"""What is done with each value: activations, dropouts, functions."""

from __future__ import annotations

from functools import partial
from typing import Any

from cnncalc.interop.joins import by_number, unary
from cnncalc.interop.keras.layer import ACTIVATIONS, Call, function_of
from cnncalc.interop.moves import order_of
from cnncalc.interop.registry import operator
from cnncalc.interop.values import Value
from cnncalc.layers import Activation, Dropout, Function

_LAYERS = {
    "LeakyReLU": "leaky_relu", "ELU": "elu", "Softmax": "softmax", "ThresholdedReLU": "relu",
    "Relu": "relu", "Relu6": "relu6", "Silu": "silu", "Sigmoid": "sigmoid", "Gelu": "gelu",
    "Elu": "elu", "Selu": "selu", "Celu": "celu", "Tanh": "tanh", "Softplus": "softplus",
    "Softsign": "softsign", "HardSigmoid": "hardsigmoid", "HardSilu": "hardswish",
    "HardSwish": "hardswish", "HardTanh": "hardtanh", "LogSoftmax": "log_softmax",
    "LeakyRelu": "leaky_relu", "LogSigmoid": "log_sigmoid", "Mish": "mish",
}  # fmt: skip
_FUNCTIONS = {
    "Exp": "exp", "Negative": "negative", "Absolute": "abs", "Sqrt": "sqrt",
    "Square": "square", "Clip": "clip", "Log": "log", "Sin": "sin", "Cos": "cos",
    "Rsqrt": "rsqrt", "Erf": "erf", "Floor": "floor", "Ceil": "ceil", "Sign": "sign",
    "Round": "round", "Reciprocal": "reciprocal", "UnitNormalization": "scale",
    "Rescaling": "scale", "Log1p": "log1p", "Expm1": "expm1", "Abs": "abs",
}  # fmt: skip
_PASSED = (
    *("Identity", "GaussianNoise", "GaussianDropout", "ActivityRegularization"),
    *("Masking", "RandomFlip", "RandomRotation", "RandomZoom", "RandomContrast"),
    *("RandomTranslation", "RandomBrightness", "RandomHeight", "RandomWidth"),
    *("Cast", "Copy", "StopGradient", "Flip", "Roll", "OptimizationBarrier"),
)
_DROPPED = ("Dropout", "AlphaDropout", *[f"SpatialDropout{n}D" for n in (1, 2, 3)])


def _activation(c: Call, function: str) -> Value:
    return unary(c.r, Activation(function), c.x)


def _function(c: Call, function: str) -> Value:
    return unary(c.r, Function(function), c.x)


for _table, _rule in ((_LAYERS, _activation), (_FUNCTIONS, _function)):
    for _name, _word in _table.items():
        operator("keras", _name)(partial(_rule, function=_word))


@operator("keras", "Activation")
def activation(c: Call) -> Value:
    word = function_of(c.config.get("activation"))
    return unary(c.r, Activation(ACTIVATIONS.get(word, "identity")), c.x)


@operator("keras", "ReLU")
def relu(c: Call) -> Value:
    top, slope = c.config.get("max_value"), c.config.get("negative_slope")
    word = "relu6" if top == 6 else "leaky_relu" if slope else "relu"  # noqa: PLR2004
    return unary(c.r, Activation(word), c.x)


@operator("keras", "PReLU")
def prelu(c: Call) -> Value:
    shared = {axis % c.rank for axis in c.get("shared_axes", []) or []}
    own = [a for a in range(1, c.rank) if a not in shared and c.shape[a] != 1]
    by_channel = own == [c.rank - 1] or not own
    layer = Activation("prelu", shared=not own, per_value=not by_channel)
    order = [a for a in order_of([c.x]) if a != c.rank - 1] + [c.rank - 1]
    return c.put(layer, order=order)


@operator("keras", *_DROPPED)
def dropout(c: Call) -> Value:
    return unary(c.r, Dropout(float(c.get("rate", 0.5))), c.x)


@operator("keras", *_PASSED)
def passed(c: Call) -> Value:
    return c.x


@operator("keras", "Power", "Mod")
def of_number(c: Call) -> Any:
    from cnncalc.interop.keras.ops.joins import together

    return together(c, "power" if c.kind == "Power" else "remainder")


def scaled(c: Call, operation: str) -> Value:
    """Return a value and a number put together."""
    return by_number(c.r, operation, c.x, c.shape)
