"""The operators of TFLite: one small function each, in one table."""

from __future__ import annotations

from functools import partial
from typing import Any

from cnncalc.interop import moves
from cnncalc.interop.joins import by_number, joined, multiplied, unary
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import padded, reduced, resized
from cnncalc.interop.tflite.node import Node
from cnncalc.interop.values import Value, fixed
from cnncalc.interop.weighted import embedded, linear, parametric
from cnncalc.interop.windowed import Sliding, convolved, pooled, shuffled
from cnncalc.layers import Activation, Elementwise, Function
from cnncalc.sizes.axes import Pads

_SAME = 0  # the paddings' numbers: SAME and VALID


def _padding(n: Node) -> Pads:
    return "same" if n.option(0, "b") == _SAME else "valid"


@operator("tflite", "CONV_2D")
def conv(n: Node) -> Value:
    filters, *kernel, seen = n.shape(1)
    dilation = (n.option(5, default=1), n.option(4, default=1))
    how = Sliding(
        tuple(kernel),
        (n.option(2), n.option(1)),
        _padding(n),
        dilation,
        n.shape()[-1] // seen,
    )
    found = convolved(
        n.r, n.x, n.value(1), n.maybe(2), filters, how, channels=n.rank - 1
    )
    return n.activated(found, 3)


@operator("tflite", "DEPTHWISE_CONV_2D")
def depthwise(n: Node) -> Value:
    _, *kernel, filters = n.shape(1)
    dilation = (n.option(6, default=1), n.option(5, default=1))
    how = Sliding(
        tuple(kernel), (n.option(2), n.option(1)), _padding(n), dilation, n.shape()[-1]
    )
    found = convolved(
        n.r, n.x, n.value(1), n.maybe(2), filters, how, channels=n.rank - 1
    )
    return n.activated(found, 4)


@operator("tflite", "CONV_3D")
def conv_3d(n: Node) -> Value:
    *kernel, _, filters = n.shape(1)
    how = Sliding(
        tuple(kernel),
        (n.option(1), n.option(3), n.option(2)),
        _padding(n),
        (n.option(5, default=1), n.option(7, default=1), n.option(6, default=1)),
    )
    found = convolved(
        n.r, n.x, n.value(1), n.maybe(2), filters, how, channels=n.rank - 1
    )
    return n.activated(found, 4)


@operator("tflite", "TRANSPOSE_CONV")
def conv_transpose(n: Node) -> Value:
    filters, *kernel, _ = n.shape(1)
    stride = (n.option(2), n.option(1))
    x, wanted = n.value(2), n.output[1:3]
    ends, added = [], []
    for size, k, s, want in zip(
        known_shape(x)[1:3], kernel, stride, wanted, strict=True
    ):
        total = (size - 1) * s + k - want  # what is cut off, or added
        ends.append((max(total, 0) // 2, max(total, 0) - max(total, 0) // 2))
        added.append(max(-total, 0))
    how = Sliding(
        tuple(kernel),
        stride,
        tuple(ends),
        (1, 1),
        1,
        tuple(added) if any(added) else None,
    )
    found = convolved(
        n.r, x, n.value(1), n.maybe(3), filters, how, channels=3, transposed=True
    )
    return n.activated(found, 3)


@operator("tflite", "MAX_POOL_2D", "AVERAGE_POOL_2D", "L2_POOL_2D")
def pool(n: Node) -> Value:
    how = Sliding(
        (n.option(4), n.option(3)), (n.option(2), n.option(1)), _padding(n), (1, 1)
    )
    mode = "max" if n.op.startswith("MAX") else "average"
    return n.activated(pooled(n.r, n.x, mode, how, channels=n.rank - 1), 5)


@operator("tflite", "FULLY_CONNECTED")
def fully_connected(n: Node) -> Value:
    units, seen = n.shape(1)
    x = n.x
    if known_shape(x)[-1] != seen:
        rows = n.output[0] if len(n.output) > 1 else 1
        x = moves.reshaped(n.r, x, (rows, seen))
    if n.r.owns(n.value(1)):
        found = linear(n.r, x, n.value(1), n.maybe(2), units)
    else:
        found = multiplied(n.r, x, moves.transposed(n.r, n.value(1), (1, 0)))
    if known_shape(found) != n.output:
        found = moves.reshaped(n.r, found, n.output)
    return n.activated(found, 0)


@operator("tflite", "BATCH_MATMUL")
def batch_matmul(n: Node) -> Value:
    pair = [n.value(0), n.value(1)]
    for place in (0, 1):
        rank = len(known_shape(pair[place]))
        if n.option(place, "?"):
            order = (*range(rank - 2), rank - 1, rank - 2)
            pair[place] = moves.transposed(n.r, pair[place], order)
    return multiplied(n.r, *pair)


@operator("tflite", "EMBEDDING_LOOKUP")
def embedding(n: Node) -> Value:
    return embedded(n.r, n.value(1), n.value(0))


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


@operator("tflite", "RESHAPE", "SQUEEZE", "EXPAND_DIMS")
def reshape(n: Node) -> Value:
    return moves.reshaped(n.r, n.x, n.output)


@operator("tflite", "TRANSPOSE")
def transpose(n: Node) -> Value:
    return moves.transposed(n.r, n.x, n.ints(1))


@operator("tflite", "CONCATENATION")
def concatenation(n: Node) -> Value:
    xs = [x for x in n.inputs if x is not None]
    found = moves.concatenated(n.r, xs, n.option(0) % len(n.output))
    return n.activated(found, 1)


@operator("tflite", "PACK")
def pack(n: Node) -> Value:
    xs = [x for x in n.inputs if x is not None]
    return moves.stacked(n.r, xs, n.option(1) % len(n.output))


@operator("tflite", "UNPACK")
def unpack(n: Node) -> Any:
    axis = n.option(1) % n.rank
    return [moves.selected(n.r, n.x, axis, place) for place in range(n.shape()[axis])]


@operator("tflite", "SPLIT", "SPLIT_V")
def split(n: Node) -> Any:
    first = n.op == "SPLIT"  # whose axis comes before what it splits
    x, axis = n.value(1 if first else 0), n.ints(0 if first else 2)[0]
    axis %= len(known_shape(x))
    return moves.split(n.r, x, axis, [t.shape[axis] for t in n.outputs])


@operator("tflite", "SLICE")
def slice_(n: Node) -> Value:
    x = n.x
    for axis, (start, size) in enumerate(zip(n.ints(1), n.output, strict=True)):
        x = moves.sliced(n.r, x, axis, range(start, start + size))
    return x


@operator("tflite", "STRIDED_SLICE")
def strided_slice(n: Node) -> Value:
    """Take parts as Python's slices do; masks tell which ends are left out."""
    starts, stops, steps = n.ints(1), n.ints(2), n.ints(3)
    no_start, no_stop, gone = n.option(0), n.option(1), n.option(4)
    if n.option(2) or n.option(3):
        raise Unread("it slices with an ellipsis or a new axis")
    x, dropped = n.x, []
    for axis, (start, stop, step) in enumerate(zip(starts, stops, steps, strict=True)):
        size = n.shape()[axis]
        if gone >> axis & 1:
            at = start % size
            x = moves.sliced(n.r, x, axis, range(at, at + 1))
            dropped.append(axis)
            continue
        part = slice(
            None if no_start >> axis & 1 else start,
            None if no_stop >> axis & 1 else stop,
            step,
        )
        x = moves.sliced(n.r, x, axis, range(size)[part])
    return moves.squeezed(n.r, x, dropped)


@operator("tflite", "GATHER")
def gather(n: Node) -> Value:
    axis, indices = n.option(0) % n.rank, n.value(1)
    if n.x.is_constant and not indices.is_constant:
        return embedded(n.r, n.x, indices)
    places = None if indices.numbers is None else [int(i) for i in indices.numbers]
    if n.shape(1) == () and places:
        return moves.selected(n.r, n.x, axis, places[0])
    return moves.taken(n.r, n.x, axis, places, n.shape(1))


@operator("tflite", "PAD", "PADV2", "MIRROR_PAD")
def pad(n: Node) -> Value:
    numbers = n.ints(1)
    ends = list(zip(numbers[::2], numbers[1::2], strict=True))
    mode = (
        "zeros" if n.op != "MIRROR_PAD" else ("edge" if n.option(0, "b") else "reflect")
    )
    return padded(n.r, n.x, ends, mode)


@operator("tflite", "RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR")
def resize(n: Node) -> Value:
    mode = "bilinear" if "BILINEAR" in n.op else "nearest"
    return resized(n.r, n.x, n.output, mode, n.rank - 1)


_REDUCES = {
    "MEAN": "mean", "SUM": "sum", "REDUCE_MAX": "max", "REDUCE_MIN": "min",
    "REDUCE_PROD": "sum", "REDUCE_ANY": "max", "REDUCE_ALL": "min",
}  # fmt: skip


@operator("tflite", *_REDUCES, "ARG_MAX", "ARG_MIN")
def reduce(n: Node) -> Value:
    axes = [axis % n.rank for axis in n.ints(1)]
    keep = len(n.output) == n.rank
    return reduced(n.r, n.x, _REDUCES.get(n.op, "max"), axes, keep)


@operator("tflite", "DEPTH_TO_SPACE", "SPACE_TO_DEPTH")
def shuffle(n: Node) -> Value:
    out = n.op == "DEPTH_TO_SPACE"
    return shuffled(n.r, n.x, n.option(0), out=out, channels=n.rank - 1)


@operator("tflite", "BROADCAST_TO", "TILE")
def broadcast_to(n: Node) -> Value:
    if n.op == "TILE":
        return moves.repeated(n.r, n.x, n.ints(1))
    return moves.expanded(n.r, n.x, n.output)


@operator("tflite", "SHAPE")
def shape(n: Node) -> Value:
    sizes = n.shape()
    return fixed((len(sizes),), sizes, "int32")


@operator("tflite", "FILL", "ZEROS_LIKE", "RANGE")
def filled(n: Node) -> Value:
    return fixed(n.output)
