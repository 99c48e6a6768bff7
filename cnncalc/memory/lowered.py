"""Programs of networks that are not converted yet."""

from __future__ import annotations

from collections import Counter
from typing import TypeVar

from cnncalc.cost.asked import AnyGraph, AnyNetwork
from cnncalc.cost.deployed import deployed
from cnncalc.errors import OptionError
from cnncalc.graph.call import Call
from cnncalc.graph.table import Table
from cnncalc.memory.composed import composed
from cnncalc.memory.program import (
    BIASED,
    CONVS,
    Buffer,
    Operator,
    Program,
    Window2d,
    lives,
)
from cnncalc.memory.types import (
    ACTIVATIONS,
    DataTypes,
    first_unknown,
    tensor_bytes,
    widths,
)

__all__ = ["dtype_or_own", "own_program", "program_of", "runtime_graph"]

T = TypeVar("T")

# What TensorFlow Lite calls what a node of a role does.
_NAMES = {
    "linear": "FULLY_CONNECTED",
    "transposed conv": "TRANSPOSE_CONV",
    "max pool": "MAX_POOL_2D",
    "average pool": "AVERAGE_POOL_2D",
    "global max pool": "REDUCE_MAX",
    "global average pool": "MEAN",
    "adaptive average pool": "MEAN",
    "concat": "CONCATENATION",
    "add": "ADD",
    "subtract": "SUB",
    "multiply": "MUL",
    "divide": "DIV",
    "pad": "PAD",
    "flatten": "RESHAPE",
    "permute": "TRANSPOSE",
    "split": "STRIDED_SLICE",
    "crop": "STRIDED_SLICE",
    "activation: relu": "RELU",
    "activation: relu6": "RELU6",
    "activation: sigmoid": "LOGISTIC",
    "activation: softmax": "SOFTMAX",
    "activation: hardswish": "HARD_SWISH",
    "activation: hardtanh": "RELU_N1_TO_1",
    "upsample: nearest": "RESIZE_NEAREST_NEIGHBOR",
    "upsample: bilinear": "RESIZE_BILINEAR",
}

# What it calls the kinds of a role that has several: by stem, how they reduce, or which
# function they are; others are called as here.
_KINDS = {
    "slice": "STRIDED_SLICE",
    "select": "STRIDED_SLICE",
    "gather": "GATHER",
    "expand": "BROADCAST_TO",
    "reshape": "RESHAPE",
    "pixel_shuffle": "DEPTH_TO_SPACE",
    "pixel_unshuffle": "SPACE_TO_DEPTH",
    "mean": "MEAN",
    "sum": "SUM",
    "max": "REDUCE_MAX",
    "min": "REDUCE_MIN",
    "negative": "NEG",
    "power": "POW",
    "scale": "MUL",
    "shift": "ADD",
}

# By operator, what a file has of numbers that are not the network's weights: shapes,
# axes, begins, ends and strides. What is equal it has once.
_CONSTANTS = {
    "MEAN": 1,
    "SUM": 1,
    "REDUCE_MAX": 1,
    "REDUCE_MIN": 1,
    "GATHER": 1,
    "BROADCAST_TO": 1,
    "RESHAPE": 1,
    "PAD": 1,
    "TRANSPOSE": 1,
    "STRIDED_SLICE": 3,
    "RESIZE_BILINEAR": 1,
    "RESIZE_NEAREST_NEIGHBOR": 1,
    "TRANSPOSE_CONV": 1,
    "CELU": 2,
    "CLIP": 2,
    "GROUP_NORM": 5,
    "GROUP_NORM_ALONE": 4,
    "HARDSIGMOID": 2,
    "LAYER_NORM": 3,
    "LOG_SIGMOID": 1,
    "MISH": 1,
    "RMS_NORM": 2,
    "SELU": 4,
    "SOFTPLUS": 1,
    "SOFTSIGN": 1,
}
_OF_TWO = frozenset({"ADD", "MUL", "POW"})  # of one value and a number, too
_DTYPES = {8: "int8", 16: "int16", 32: "float32"}


def runtime_graph(net: AnyNetwork) -> tuple[Table, tuple[int, ...]]:
    """Return the operators that the converter makes of a network, and its outputs."""
    graph: AnyGraph = net.graph
    if graph.runtime == "tflite":
        return graph.table, graph.outputs
    return deployed(graph.table, graph.outputs, "tflite")


def own_program(net: AnyNetwork) -> Program | None:
    """Return the program of the TFLite file that a network was read from, if it was."""
    own: Program | None = getattr(net.graph.source, "program", None)
    return own


def dtype_or_own(net: AnyNetwork, dtype: T | None) -> T | str:
    """Return the type that is asked for; if none is, that of a TFLite file, or int8."""
    own = own_program(net)
    return dtype or ("int8" if own is None else own.dtype)


def program_of(net: AnyNetwork, dtype: DataTypes | None, batch: int) -> Program:
    """Return what a runtime executes: of a file the file's own.

    Args:
        net: The network.
        dtype: The type of what is computed, as of `memory_plan`; None is the file's,
            and float32 of a network that was read from none.
        batch: How many inputs go through together.

    Raises:
        OptionError: If a file's tensors are of another type, or of another batch.
    """
    own = own_program(net)
    if own is not None:
        if dtype not in {None, own.dtype}:
            why = f"the tensors of the file are {own.dtype}, and not {dtype}"
            raise OptionError(why, "Leave dtype out, or read a file of that type")
        if batch != 1:
            why = f"batch is {batch}, and the file has a batch of its own"
            raise OptionError(why, "Leave batch out, or read a file of that batch")
        return own
    table, outputs = runtime_graph(net)
    asked = "float32" if dtype is None else dtype
    sizes = tensor_bytes(table, asked, batch)
    bits = Counter(widths(table, asked, ACTIVATIONS)).most_common(1)[0][0]
    return _program(table, outputs, sizes, _DTYPES.get(bits, f"{bits} bits"))


def _program(
    table: Table, outputs: tuple[int, ...], sizes: list[int], dtype: str
) -> Program:
    inputs = table.entries()
    weights = [n for n, call in enumerate(table.calls) if call.layer.is_parameter]
    running = [n for n, links in enumerate(table.links) if links]
    operators = [
        _operator(table.path(n), table.calls[n])._replace(
            reads=tuple([n + link for link in table.links[n]]), writes=(n,)
        )
        for n in running
    ]
    stored = _stored(operators, [table.calls[n] for n in running])
    made = composed(operators, sizes, outputs, whole=dtype == "int8")
    alive = lives(inputs, made.operators, outputs)
    names = {n: (table.path(n), sizes[n], (n, 0)) for n in range(len(table))}
    names |= made.between
    tensors = [
        Buffer(*names[n][:2], *alive[n], n)
        for n in sorted(alive, key=lambda n: names[n][2])
        if n not in weights
    ]
    places = len(tensors) + len(weights) + stored
    ends = tuple(inputs), tuple(dict.fromkeys(outputs))
    known = first_unknown(table) == len(table)
    these = tuple(tensors), made.operators, places
    scaled = () if dtype == "float32" else (*ends[0], *ends[1])
    return Program(*these, *ends, dtype, file=False, known=known, scaled=scaled)


def _stored(operators: list[Operator], calls: list[Call]) -> int:
    """Return how many tensors of weights and other numbers a file has."""
    number, known = 0, set()
    rows = {
        op.reads[0]
        for op in operators
        if len(op.output) == len("wc") and (op.window or op.name == "TRANSPOSE_CONV")
    }
    for op, call in zip(operators, calls, strict=True):
        if call.params:
            biased = op.name in BIASED or call.layer.biases(*call.shapes) > 0
            number += 1 + biased
        fixed: tuple[object, ...] = (op.name, call.layer)
        if op.name == "RESHAPE":  # to a sequence, or to a map of one row
            fixed = (op.output, op.writes[0] in rows)
        if fixed not in known:
            known.add(fixed)
            number += _CONSTANTS.get(op.name, 0)
            number += op.name in _OF_TWO and len(op.reads) == 1
    return number


def _operator(path: str, call: Call) -> Operator:
    """Return what a node is in a program."""
    layer, role = call.layer, call.layer.role
    if not call.is_known:
        return Operator(role.upper(), path, (), ())
    x, y = call.shapes[0], call.output
    name = role.rpartition(": ")[2].upper().replace(" ", "_")
    kind = getattr(
        layer, "function" if role == "function" else "op", layer.default_name
    )
    name = kind.upper() if role == "function" else name
    name = _NAMES.get(role, _KINDS.get(kind, name))
    window, filters, groups = None, 1, 1
    if role == "conv":
        name = "DEPTHWISE_CONV_2D" if layer.sees_one_channel else "CONV_2D"
        filters = y.channels // x.channels if layer.sees_one_channel else 1
    if role == "pad" and getattr(layer, "padding_mode", "") == "reflect":
        name = "MIRROR_PAD"
    if name == "GROUP_NORM":
        groups = getattr(layer, "groups", 1)
        name = name if call.params else f"{name}_ALONE"
    kernel, stride, _, dilation, _ = call.geometry
    if kernel and role in {"conv", "max pool", "average pool"} and x.rank < len("hwd"):
        before = tuple([side for side, _ in call.geometry.sides(x.space)])
        one = (0,) * (2 - x.rank), (1,) * (2 - x.rank)  # a row, along one axis
        window = Window2d(
            one[1] + kernel, one[1] + stride, one[0] + before, one[1] + dilation
        )
    sizes = tuple(x) if x.rank != 1 else (1, *x)
    channels = y.channels if name in CONVS else 0
    return Operator(name, path, sizes, tuple(y), window, channels, filters, groups)
