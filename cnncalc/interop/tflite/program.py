"""The program of a TFLite file: its operators, and tensors in the order of the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import prod

from cnncalc.interop.tflite.flatbuffer import Table
from cnncalc.interop.tflite.schema import Operator as Read
from cnncalc.interop.tflite.schema import Subgraph, Tensor
from cnncalc.memory.program import CONVS, Buffer, Operator, Program, Window2d, lives
from cnncalc.sizes.axes import Pads
from cnncalc.sizes.window import around, span

__all__ = ["program_of_file"]

_BYTES = {
    **dict.fromkeys(("float32", "int32", "uint32"), 4),
    **dict.fromkeys(("float16", "int16", "uint16"), 2),
    **dict.fromkeys(("int8", "uint8", "bool"), 1),
    **dict.fromkeys(("float64", "int64", "uint64"), 8),
}

# By operator, which options are its paddings, strides across and down, and dilations;
# pools have the size of their window there, too.
_CONV = (0, 1, 2, 4, 5)
_DEPTHWISE = (0, 1, 2, 5, 6)
_POOLS = frozenset({"AVERAGE_POOL_2D", "MAX_POOL_2D"})
_SAME = 0
_MAP = 4  # axes of a map, with its batch


def program_of_file(graph: Subgraph, offline: Sequence[int], whole: int) -> Program:
    """Return what a runtime executes of a graph.

    Args:
        graph: What the file says.
        offline: Where it puts each tensor, if it says so; -1 is left to the runtime.
        whole: The bytes of the file.
    """
    operators = tuple([_operator(graph, op) for op in graph.operators])
    alive = lives(graph.inputs, operators, graph.outputs)
    tensors = []
    for place, tensor in enumerate(graph.tensors):
        size = prod(tensor.shape) * _BYTES.get(tensor.dtype, 0)
        if size and place in alive and not (tensor.stored or tensor.variable):
            tensors.append(Buffer(tensor.name, size, *alive[place], place))
    weights = [tensor for tensor in graph.tensors if tensor.stored]
    scales = [4 * len(each.scale) + 8 * len(each.zero_point) for each in weights]
    dtypes = Counter(graph.tensors[tensor.place].dtype for tensor in tensors)
    return Program(
        tuple(tensors),
        operators,
        len(graph.tensors),
        tuple(graph.inputs),
        tuple(graph.outputs),
        dtypes.most_common(1)[0][0] if dtypes else "",
        file=True,
        offline=tuple(
            [
                (number, offline[tensor.place])
                for number, tensor in enumerate(tensors)
                if offline and offline[tensor.place] >= 0
            ]
        ),
        scaled=tuple(
            [
                place
                for place in (*graph.inputs, *graph.outputs)
                if graph.tensors[place].scale
            ]
        ),
        stored=(sum(each.stored for each in weights), sum(scales), whole),
    )


def _operator(graph: Subgraph, op: Read) -> Operator:
    """Return an operator as a runtime has it; a number below 0 stands for no tensor."""
    reads, writes = (
        tuple([n for n in ends if n >= 0]) for ends in (op.inputs, op.outputs)
    )
    return _described(graph, op)._replace(reads=reads, writes=writes)


def _described(graph: Subgraph, op: Read) -> Operator:
    if not op.outputs or op.outputs[0] < 0:
        return Operator(op.name, op.name, (), ())
    inputs = [graph.tensors[n] if n >= 0 else None for n in op.inputs]
    y = graph.tensors[op.outputs[0]]
    data = 2 if op.name == "TRANSPOSE_CONV" else 0
    x = (inputs[data] if len(inputs) > data else None) or y
    weights = inputs[1] if len(inputs) > 1 else None
    seen, made = (each.shape[-1] if each.shape else 0 for each in (x, y))
    channels = 0
    if weights and op.name in CONVS:
        channels = made
    elif weights and op.name == "FULLY_CONNECTED" and len(weights.scale) > 1:
        channels = len(weights.scale)
    window = _window(op, x, weights, y) if op.options else None
    filters = made // seen if op.name == "DEPTHWISE_CONV_2D" and seen else 1
    before, after = (tuple(each.shape[1:]) or (1,) for each in (x, y))
    return Operator(op.name, y.name, before, after, window, channels, filters)


def _window(op: Read, x: Tensor, weights: Tensor | None, y: Tensor) -> Window2d | None:
    options = op.options
    if options is None or not len(x.shape) == len(y.shape) == _MAP:
        return None
    if op.name in _POOLS:
        kernel = _pair(options, 4, 3)
        fields, dilation = _CONV, (1, 1)
    elif op.name in {"CONV_2D", "DEPTHWISE_CONV_2D"} and weights:
        if len(weights.shape) != _MAP:
            return None
        kernel = weights.shape[1], weights.shape[2]
        fields = _CONV if op.name == "CONV_2D" else _DEPTHWISE
        dilation = _pair(options, fields[4], fields[3])
    else:
        return None
    stride = _pair(options, fields[2], fields[1])
    if min(*kernel, *stride, *dilation) < 1:
        return None
    reach = tuple(map(span, kernel, dilation))
    way: Pads = "same" if options.number(0, "b") == _SAME else "valid"
    before = tuple([a for a, _ in around(x.shape[1:3], reach, stride, way)])
    return Window2d(kernel, stride, before, dilation)


def _pair(options: Table, down: int, across: int) -> tuple[int, int]:
    return options.number(down, default=1), options.number(across, default=1)
