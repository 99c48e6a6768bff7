"""The operators that count nothing, and those that cannot be followed, with why."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NoReturn

from cnncalc.interop.joins import unary
from cnncalc.interop.onnx.node import Flowing, OnnxNode
from cnncalc.interop.onnx.table import OPERATORS, rule
from cnncalc.interop.reading import Unread
from cnncalc.interop.values import Value, fixed
from cnncalc.layers import Activation, Function

__all__: list[str] = []


@rule(
    *("Identity", "Cast", "CastLike", "Dropout", "BitCast", "Optional"),
    *("OptionalGetElement", "QuantizeLinear", "DequantizeLinear"),
    *("com.microsoft::QuantizeLinear", "com.microsoft::DequantizeLinear"),
)
def _passed(n: OnnxNode) -> Sequence[Flowing]:
    """Pass on what flows; quantising changes its type, and makes no node."""
    x = n.inputs[0] if n.inputs else None
    if isinstance(x, Value):
        numbers = None if n.op in _OTHER_NUMBERS else x.numbers
        x = x.but(dtype=_type_behind(n, x), numbers=numbers)
        return [x, x.but(dtype="bool")][: max(1, len(n.outputs))]
    return [x]


def _type_behind(n: OnnxNode, x: Value) -> str:
    if n.op in {"Cast", "BitCast"}:
        return n.dtype("to")
    if n.op == "CastLike":
        return n.value(1).dtype
    if n.op == "QuantizeLinear":
        zero = n.maybe(2)
        return n.dtype("output_dtype", _UINT8) if zero is None else zero.dtype
    return n.dtype("output_dtype") if n.op == "DequantizeLinear" else x.dtype


_UINT8 = 2  # as the format numbers types
_OTHER_NUMBERS = {"QuantizeLinear", "DequantizeLinear", "BitCast"}


@rule("OptionalHasElement")
def _has_element(n: OnnxNode) -> Value:
    return fixed((), [n.has(0)], "bool")


@rule("DynamicQuantizeLinear")
def _quantised(n: OnnxNode) -> Sequence[Flowing]:
    number = fixed(())
    return [n.x.but(dtype="uint8"), number, number.but(dtype="uint8")]


@rule(
    *("CumSum", "CumProd", "ReverseSequence", "Trilu", "Bernoulli"),
    *("LpNormalization", "MeanVarianceNormalization", "com.microsoft::Trilu"),
)
def _as_it_was(n: OnnxNode) -> Value:
    return unary(n.r, Activation("identity"), n.x)


@rule("RotaryEmbedding", "com.microsoft::RotaryEmbedding")
def _rotated(n: OnnxNode) -> Value:
    """Scale by cosines and sines, which are tables and no weights."""
    return unary(n.r, Function("scale"), n.x)


# Of each operator that static counting cannot follow, why.
_REASONS = {
    "how many values it puts out depends on data": (
        *("NonMaxSuppression", "Compress", "Unique", "NonZero"),
    ),
    "it is a loss, which inference does not compute": (
        *("NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss"),
    ),
    "it works on text": (
        *("StringNormalizer", "StringConcat", "StringSplit", "RegexFullMatch"),
        "TfIdfVectorizer",
    ),
    "it reads an image file": ("ImageDecoder",),
}


def _refused(_: OnnxNode, why: str) -> NoReturn:
    raise Unread(why)


for _why, _ops in _REASONS.items():
    OPERATORS.update(dict.fromkeys(_ops, partial(_refused, why=_why)))
