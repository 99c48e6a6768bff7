"""What moves values about."""

from __future__ import annotations

from math import prod
from typing import Any

from cnncalc.interop import moves
from cnncalc.interop.onnx.node import Node
from cnncalc.interop.reading import Unread
from cnncalc.interop.registry import operator
from cnncalc.interop.values import Value
from cnncalc.interop.weighted import embedded, shuffled


@operator("onnx", "Transpose")
def transpose(n: Node) -> Value:
    order = n.get("perm") or list(range(n.rank))[::-1]
    return moves.transposed(n.r, n.x, order)


@operator("onnx", "Reshape")
def reshape(n: Node) -> Value:
    old = n.shape()
    new = n.ints(1, "shape")
    if new is None:
        raise Unread("its shape is not told")
    if not n.get("allowzero", 0):
        new = [
            old[axis] if size == 0 and axis < len(old) else size
            for axis, size in enumerate(new)
        ]
    if new.count(-1) > 1 or 0 in new:
        raise Unread(f"its shape {new} is none")
    if -1 in new:
        rest = prod(size for size in new if size != -1)
        new[new.index(-1)] = prod(old) // rest
    return moves.reshaped(n.r, n.x, tuple(new))


@operator("onnx", "Flatten")
def flatten(n: Node) -> Value:
    shape, axis = n.shape(), n.get("axis", 1)
    axis = axis + n.rank if axis < 0 else axis
    return moves.reshaped(n.r, n.x, (prod(shape[:axis]), prod(shape[axis:])))


@operator("onnx", "Squeeze")
def squeeze(n: Node) -> Value:
    axes = n.ints(1, "axes")
    if axes is None:
        axes = [axis for axis, size in enumerate(n.shape()) if size == 1]
    return moves.squeezed(n.r, n.x, [axis % n.rank for axis in axes])


@operator("onnx", "Unsqueeze")
def unsqueeze(n: Node) -> Value:
    axes = n.ints(1, "axes") or []
    rank = n.rank + len(axes)
    return moves.unsqueezed(n.r, n.x, [axis % rank for axis in axes])


@operator("onnx", "Expand", "Tile")
def expand(n: Node) -> Value:
    from cnncalc.interop.joins import broadcast

    sizes = n.ints(1)
    if sizes is None:
        raise Unread("its shape is not told")
    if n.op == "Tile":
        return moves.repeated(n.r, n.x, sizes)
    return moves.expanded(n.r, n.x, broadcast([n.shape(), tuple(sizes)]))


@operator("onnx", "Concat")
def concat(n: Node) -> Value:
    xs = [x for x in n.inputs if x is not None]
    return moves.concatenated(n.r, xs, n.axis(0))


@operator("onnx", "com.microsoft::QLinearConcat")
def quantised_concat(n: Node) -> Value:
    xs = [n.value(place) for place in range(2, len(n.inputs), 3)]
    return moves.concatenated(n.r, xs, n.axis(0, len(xs[0].shape or ())))


@operator("onnx", "Split")
def split(n: Node) -> Any:
    axis = n.axis(0)
    sizes = n.ints(1, "split")
    if sizes is None:
        parts, size = len(n.outputs), n.shape()[axis]
        each = -(-size // parts)
        sizes = [each] * (parts - 1) + [size - each * (parts - 1)]
    return moves.split(n.r, n.x, axis, sizes)


@operator("onnx", "Slice")
def slice_(n: Node) -> Value:
    x = n.x
    for axis, taken in enumerate(n.slices(n.shape())):
        x = moves.sliced(n.r, x, axis, taken)
    return x


@operator("onnx", "Gather")
def gather(n: Node) -> Value:
    axis, x, indices = n.axis(0), n.x, n.value(1)
    if x.is_constant and not indices.is_constant:
        if axis:
            raise Unread("it looks up along another axis than the first")
        return embedded(n.r, x, indices)
    size, numbers = n.shape()[axis], indices.numbers
    if numbers is not None and any(not -size <= i < size for i in numbers):
        raise Unread(f"it takes a position that none of {size} is")
    if n.shape(1) == () and numbers is not None:
        return moves.selected(n.r, x, axis, int(numbers[0]))
    places = None if numbers is None else [int(i) % size for i in numbers]
    return moves.taken(n.r, x, axis, places, n.shape(1))


@operator("onnx", "GatherND", "GatherElements", "ScatterElements", "ScatterND")
def gather_nd(n: Node) -> Value:
    from cnncalc.interop.joins import unary
    from cnncalc.layers import Activation

    if n.op.startswith("Scatter"):
        return unary(n.r, Activation("identity"), n.x)
    axis = n.get("batch_dims", 0)
    if n.op == "GatherND" and n.shape(1)[-1] == 1:
        return moves.taken(n.r, n.x, axis, None, n.shape(1)[axis:-1])
    raise Unread("it takes values of several axes here and there")


@operator("onnx", "DepthToSpace")
def depth_to_space(n: Node) -> Value:
    return shuffled(n.r, n.x, n.get("blocksize"), out=True)


@operator("onnx", "SpaceToDepth")
def space_to_depth(n: Node) -> Value:
    return shuffled(n.r, n.x, n.get("blocksize"), out=False)
