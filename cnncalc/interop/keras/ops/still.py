"""The work on each value: activations, functions, what is off at inference."""

from __future__ import annotations

from functools import partial

from cnncalc.interop.joins import by_number, unary
from cnncalc.interop.keras.layer import KerasCall
from cnncalc.interop.moves import expanded, order_of, unsqueezed
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import reduced
from cnncalc.interop.values import Value
from cnncalc.layers import Activation, Dropout, Function

_LAYERS = {
    "LeakyReLU": "leaky_relu", "ELU": "elu", "Softmax": "softmax", "Relu": "relu",
    "ThresholdedReLU": "relu", "Relu6": "relu6", "Silu": "silu", "Sigmoid": "sigmoid",
    "Gelu": "gelu", "Elu": "elu", "Selu": "selu", "Celu": "celu", "Tanh": "tanh",
    "Softplus": "softplus", "Softsign": "softsign", "HardSigmoid": "hardsigmoid",
    "HardSilu": "hardswish", "HardSwish": "hardswish", "HardTanh": "hardtanh",
    "LogSoftmax": "log_softmax", "LeakyRelu": "leaky_relu", "Mish": "mish",
    "LogSigmoid": "log_sigmoid",
}  # fmt: skip
_FUNCTIONS = {
    "Exp": "exp", "Negative": "negative", "Absolute": "abs", "Abs": "abs",
    "Sqrt": "sqrt", "Square": "square", "Clip": "clip", "Log": "log", "Sin": "sin",
    "Cos": "cos", "Tan": "tan", "Rsqrt": "rsqrt", "Erf": "erf", "Floor": "floor",
    "Ceil": "ceil", "Sign": "sign", "Round": "round", "Reciprocal": "reciprocal",
    "UnitNormalization": "scale", "Normalize": "scale", "Rescaling": "scale",
    "Log1p": "log1p", "Log2": "log2", "Log10": "log10", "Expm1": "expm1",
    "Sinh": "sinh", "Cosh": "cosh", "LogicalNot": "negative", "Solarization": "clip",
    "Cumsum": "shift", "Cumprod": "scale",
}  # fmt: skip
_RANDOM = (
    *("Flip", "Rotation", "Zoom", "Contrast", "Translation", "Brightness", "Height"),
    *("Width", "Grayscale", "Hue", "Saturation", "Sharpness", "Shear", "Invert"),
    *("Posterization", "Erasing", "GaussianBlur", "Perspective", "ElasticTransform"),
    *("ColorJitter", "ColorDegeneration"),
)
_PASSED = (
    *("Identity", "GaussianNoise", "GaussianDropout", "ActivityRegularization"),
    *("Masking", "Cast", "Copy", "StopGradient", "Flip", "Roll", "ConvertToTensor"),
    *("MixUp", "CutMix", "RandAugment", "AugMix", "Hashing", "IntegerLookup"),
    *("StringLookup", "Discretization", "Sort", "NanToNum", "Positive"),
    *[f"Random{word}" for word in _RANDOM],
)
_DROPPED = ("Dropout", "AlphaDropout", *[f"SpatialDropout{n}D" for n in (1, 2, 3)])


def _activation(c: KerasCall, function: str) -> Value:
    return unary(c.r, Activation(function), c.x)


def _function(c: KerasCall, function: str) -> Value:
    return unary(c.r, Function(function), c.x)


for _table, _rule in ((_LAYERS, _activation), (_FUNCTIONS, _function)):
    for _name, _word in _table.items():
        operator("keras", _name)(partial(_rule, function=_word))


@operator("keras", "Activation")
def activation(c: KerasCall) -> Value:
    return c.activated(c.x)


@operator("keras", "ReLU")
def relu(c: KerasCall) -> Value:
    top, slope = c.get("max_value"), c.get("negative_slope")
    word = "relu6" if top == 6 else "leaky_relu" if slope else "relu"  # noqa: PLR2004
    if top is not None and word == "relu":
        return unary(c.r, Function("clip"), c.x)
    return unary(c.r, Activation(word), c.x)


@operator("keras", "PReLU")
def prelu(c: KerasCall) -> Value:
    """Have a slope for each value, but along axes that share one."""
    shared = {axis % c.rank for axis in c.get("shared_axes", [])}
    own = [a for a in range(c.lead, c.rank) if a not in shared and c.shape[a] != 1]
    by_channel = own in ([c.rank - 1], [])
    layer = Activation("prelu", shared=not own, per_value=not by_channel)
    order = [a for a in order_of([c.x]) if a != c.rank - 1] + [c.rank - 1]
    return c.put(layer, order=order)


@operator("keras", *_DROPPED)
def dropout(c: KerasCall) -> Value:
    return unary(c.r, Dropout(float(c.get("rate", 0.5))), c.x)


@operator("keras", *_PASSED)
def passed(c: KerasCall) -> Value:
    return c.x


@operator("keras", "CategoryEncoding", "OneHot")
def encoded(c: KerasCall) -> Value:
    """Tell categories by ones among zeros: one row each, or all of a sample in one."""
    number = c.get("num_tokens", c.get("num_classes"))
    x = unsqueezed(c.r, c.x, [c.rank])
    x = by_number(c.r, "add", expanded(c.r, x, (*c.shape, number)), (*c.shape, number))
    mode = c.get("output_mode", "multi_hot")
    if c.kind == "OneHot" or mode == "one_hot":
        return x
    return reduced(
        c.r, x, "max" if mode == "multi_hot" else "sum", [c.rank - 1], keep=False
    )
