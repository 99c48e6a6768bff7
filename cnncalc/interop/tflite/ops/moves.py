"""The moves of values, and their reductions."""

from __future__ import annotations

from typing import Any

from cnncalc.interop import moves
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import padded, reduced, resized
from cnncalc.interop.sliding import shuffled
from cnncalc.interop.tflite.node import Node
from cnncalc.interop.values import Value, fixed
from cnncalc.interop.weighted import embedded


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
