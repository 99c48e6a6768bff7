"""The operators that pick: from places that numbers or data name, or write there."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from cnncalc.interop.joins import unary
from cnncalc.interop.moves import reshaped, selected, taken
from cnncalc.interop.onnx.node import Flowing, OnnxNode
from cnncalc.interop.onnx.table import rule
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.resizing import sampled
from cnncalc.interop.sliding import Sliding, overlap_added
from cnncalc.interop.values import Value
from cnncalc.interop.weighted import embedded
from cnncalc.layers import Activation

__all__: list[str] = []


@rule("Gather")
def _gather(n: OnnxNode) -> Value:
    axis, x, indices = n.axis(0), n.x, n.value(1)
    if x.is_constant and not indices.is_constant:
        if axis or not n.r.owns(x):
            raise Unread("it looks up in no table of weights", _gathered(n, axis))
        return embedded(n.r, x, indices)
    size, numbers = n.shape()[axis], indices.numbers
    if numbers is not None and any(not -size <= i < size for i in numbers):
        raise Unread(f"it takes a position that none of {size} is")
    if n.shape(1) == () and numbers:
        return selected(n.r, x, axis, int(numbers[0]))
    places = None if numbers is None else [int(i) % size for i in numbers]
    return taken(n.r, x, axis, places, n.shape(1))


def _gathered(n: OnnxNode, axis: int) -> tuple[int, ...]:
    return (*n.shape()[:axis], *n.shape(1), *n.shape()[axis + 1 :])


@rule("GatherND")
def _gather_nd(n: OnnxNode) -> Value:
    """Take values at several coordinates: at one, once their axes are merged."""
    shape, first = n.shape(), n.integer("batch_dims", 0)
    *places, coordinates = n.shape(1)
    behind = first + coordinates
    if not 0 < behind <= n.rank or first > len(places):
        raise Unread(f"it takes values at {coordinates} coordinates of {n.rank} axes")
    merged = (*shape[:first], prod(shape[first:behind]), *shape[behind:])
    return taken(n.r, reshaped(n.r, n.x, merged), first, None, tuple(places[first:]))


@rule("GatherElements")
def _gather_elements(n: OnnxNode) -> Value:
    axis, shape = n.axis(0), n.shape(1)
    others = [a for a in range(n.rank) if a != axis]
    if any(n.shape()[a] != shape[a] for a in others):
        raise Unread("it takes values of several axes here and there", shape)
    return taken(n.r, n.x, axis, None, (shape[axis],))


@rule("Scatter", "ScatterElements", "ScatterND", "TensorScatter")
def _scatter(n: OnnxNode) -> Value:
    updates = n.value(1 if n.op == "TensorScatter" else 2)
    if n.x.is_constant and not updates.is_constant:
        raise Unread("it writes what flows into constants", n.shape())
    return unary(n.r, Activation("identity"), n.x)


@rule("TopK")
def _top(n: OnnxNode) -> Sequence[Flowing]:
    axis = n.axis(-1)
    count = n.integer("k", 0) if n.opset < 10 else int(n.number(1))  # noqa: PLR2004
    if not 0 < count <= n.shape()[axis]:
        raise Unread(f"it takes the {count} largest of {n.shape()[axis]}")
    found = taken(n.r, n.x, axis, None, (count,))
    return [found, found.but(dtype="int64")]


@rule("GridSample")
def _grid_sample(n: OnnxNode) -> Value:
    mode = n.text("mode", "linear")
    known = {"bilinear": "bilinear", "linear": "bilinear", "nearest": "nearest"}
    return sampled(n.r, n.x, n.value(1), known.get(mode, "bicubic"))


@rule("RoiAlign", "MaxRoiPool")
def _regions(n: OnnxNode) -> Value:
    if n.op == "RoiAlign":
        sizes = [n.integer("output_height", 1), n.integer("output_width", 1)]
    else:
        sizes = n.integers("pooled_shape") or []
    shape = (known_shape(n.value(1))[0], n.shape()[1], *sizes)
    raise Unread("which parts of a map it takes depends on data", shape)


@rule("Col2Im")
def _columns(n: OnnxNode) -> Value:
    sizes, kernel = tuple(n.ints(1) or ()), tuple(n.ints(2) or ())
    once = (1,) * len(kernel)
    stride = tuple(n.integers("strides") or once)
    how = Sliding(kernel, stride, "valid", tuple(n.integers("dilations") or once))
    return overlap_added(n.r, n.x, sizes, how)


@rule("Det")
def _determinant(n: OnnxNode) -> Value:
    raise Unread("it is a determinant", n.shape()[:-2])


@rule("Multinomial")
def _drawn(n: OnnxNode) -> Value:
    count = n.integer("sample_size", 1)
    raise Unread("it draws samples", (n.shape()[0], count))


@rule("DFT")
def _fourier(n: OnnxNode) -> Value:
    default = 1 if n.opset < 20 else -2  # noqa: PLR2004 - the axis became an input
    axis = int(n.number(2)) if n.has(2) else n.integer("axis", default)
    shape = [*n.shape()[:-1], 2]
    if n.has(1):
        shape[axis] = int(n.number(1))
    if n.integer("onesided", 0):
        shape[axis] = shape[axis] // 2 + 1
    raise Unread("it is a Fourier transform", tuple(shape))


@rule("STFT")
def _short_fourier(n: OnnxNode) -> Value:
    length = int(n.number(3)) if n.has(3) else n.shape(2)[0]
    batch, steps = n.shape()[:2]
    frames = (steps - length) // int(n.number(1)) + 1
    bins = length // 2 + 1 if n.integer("onesided", 1) else length
    raise Unread("it is a Fourier transform", (batch, frames, bins, 2))
