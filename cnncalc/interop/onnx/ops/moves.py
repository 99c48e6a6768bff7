"""The moves of values, the same ones each time."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from cnncalc.interop import moves
from cnncalc.interop.joins import broadcast
from cnncalc.interop.onnx.node import Flowing, OnnxNode, axis_in
from cnncalc.interop.onnx.table import rule
from cnncalc.interop.reading import Unread
from cnncalc.interop.resizing import padded
from cnncalc.interop.sliding import shuffled
from cnncalc.interop.values import Value

__all__: list[str] = []


@rule("Transpose")
def _transpose(n: OnnxNode) -> Value:
    order = n.integers("perm") or [*range(n.rank)][::-1]
    if sorted(order) != [*range(n.rank)]:
        raise Unread(f"its order {order} is not of {n.rank} axes")
    return moves.transposed(n.r, n.x, order)


@rule("Reshape")
def _reshape(n: OnnxNode) -> Value:
    old, new = n.shape(), n.ints(1, "shape")
    if new is None:
        raise Unread("its shape is not told")
    if not n.integer("allowzero", 0):
        new = [old[axis] if size == 0 else size for axis, size in enumerate(new)]
    rest = prod(size for size in new if size != -1)
    if new.count(-1) > 1 or rest < 0 or (-1 in new and not rest):
        raise Unread(f"its shape {new} is none")
    new = [prod(old) // rest if size == -1 else size for size in new]
    return moves.reshaped(n.r, n.x, tuple(new))


@rule("Flatten")
def _flatten(n: OnnxNode) -> Value:
    shape, axis = n.shape(), n.integer("axis", 1)
    axis = n.rank if axis == n.rank else axis_in(axis, n.rank)
    return moves.reshaped(n.r, n.x, (prod(shape[:axis]), prod(shape[axis:])))


@rule("Squeeze")
def _squeeze(n: OnnxNode) -> Value:
    axes = n.ints(1, "axes")
    if axes is None:
        axes = [axis for axis, size in enumerate(n.shape()) if size == 1]
    return moves.squeezed(n.r, n.x, [axis_in(axis, n.rank) for axis in axes])


@rule("Unsqueeze")
def _unsqueeze(n: OnnxNode) -> Value:
    axes = n.ints(1, "axes") or []
    rank = n.rank + len(axes)
    return moves.unsqueezed(n.r, n.x, [axis_in(axis, rank) for axis in axes])


@rule("Expand")
def _expand(n: OnnxNode) -> Value:
    sizes = n.ints(1) or []
    return moves.expanded(n.r, n.x, broadcast([n.shape(), tuple(sizes)]))


@rule("Tile")
def _tile(n: OnnxNode) -> Value:
    return moves.repeated(n.r, n.x, n.ints(1) or [])


@rule("Concat")
def _concat(n: OnnxNode) -> Value:
    return moves.concatenated(n.r, n.values, n.axis(0))


@rule("com.microsoft::QLinearConcat")
def _quantised_concat(n: OnnxNode) -> Value:
    xs = [n.value(place) for place in range(2, len(n.inputs), 3)]
    return moves.concatenated(n.r, xs, n.axis(0, len(n.shape(2))))


@rule("Split")
def _split(n: OnnxNode) -> Sequence[Flowing]:
    axis = n.axis(0)
    return [*moves.split(n.r, n.x, axis, n.parts(n.shape()[axis]))]


@rule("Slice")
def _slice(n: OnnxNode) -> Value:
    x = n.x
    for axis, taken in enumerate(n.slices(n.shape())):
        x = moves.sliced(n.r, x, axis, taken)
    return x


@rule("DepthToSpace")
def _depth_to_space(n: OnnxNode) -> Value:
    return shuffled(n.r, n.x, n.integer("blocksize", 0), out=True)


@rule("SpaceToDepth")
def _space_to_depth(n: OnnxNode) -> Value:
    return shuffled(n.r, n.x, n.integer("blocksize", 0), out=False)


@rule("Pad")
def _pad(n: OnnxNode) -> Value:
    rank, pads = n.rank, n.ints(1, "pads")
    axes = n.ints(3) or [*range(rank)]
    if pads is None or len(pads) != 2 * len(axes):
        raise Unread("its pads are not told for each axis")
    ends = [(0, 0)] * rank
    for place, axis in enumerate(axes):
        ends[axis_in(axis, rank)] = (pads[place], pads[place + len(axes)])
    mode = n.text("mode", "constant")
    if mode not in _PADDINGS:
        raise Unread(f"its mode is {mode[:60]!r}")
    return padded(n.r, n.x, ends, _PADDINGS[mode])


_PADDINGS = {"constant": "zeros", "reflect": "reflect", "edge": "edge", "wrap": "wrap"}


@rule("CenterCropPad")
def _crop_or_pad(n: OnnxNode) -> Value:
    """Bring axes to sizes by cutting or padding both ends alike."""
    sizes = n.ints(1) or []
    axes = n.integers("axes") or [*range(n.rank)]
    ends = [(0, 0)] * n.rank
    for axis, size in zip(axes, sizes, strict=True):
        place = axis_in(axis, n.rank)
        missing = size - n.shape()[place]
        before = missing // 2 if missing >= 0 else -(-missing // 2)
        ends[place] = (before, missing - before)
    return padded(n.r, n.x, ends)
