"""Windows that slide: convolutions, pools, resizes."""

from __future__ import annotations

from math import floor
from typing import Any

from cnncalc.interop.moves import order_of
from cnncalc.interop.onnx.node import Node
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import padded, resized
from cnncalc.interop.values import Value
from cnncalc.interop.weighted import (
    Sliding,
    convolved,
    deformed,
    globally_pooled,
    pooled,
)
from cnncalc.sizes.axes import Pads


def _how(n: Node, kernel: tuple[int, ...]) -> Sliding:
    """Return how a window slides, as its attributes say."""
    rank = len(kernel)
    one = [1] * rank
    auto = n.get("auto_pad") or "NOTSET"
    padding: Pads = "valid" if auto == "VALID" else "same"
    if auto not in {"VALID", "SAME_UPPER", "SAME_LOWER"}:
        pads = n.get("pads") or [0] * (2 * rank)
        if len(pads) != 2 * rank:
            raise Unread(f"its pads {pads} are not of {rank} axes")
        padding = tuple(zip(pads[:rank], pads[rank:], strict=True))
    return Sliding(
        kernel,
        tuple(n.get("strides") or one),
        padding,
        tuple(n.get("dilations") or one),
        n.get("group", 1),
    )


@operator("onnx", "Conv", "ConvInteger", "com.microsoft::FusedConv")
def conv(n: Node) -> Value:
    filters, _, *kernel = n.shape(1)
    bias = None if n.op == "ConvInteger" else n.maybe(2)
    found = convolved(n.r, n.x, n.value(1), bias, filters, _how(n, tuple(kernel)))
    if n.op == "FusedConv":
        return n.activated(found, n.get("activation"))
    return found


@operator("onnx", "QLinearConv")
def quantised_conv(n: Node) -> Value:
    filters, _, *kernel = n.shape(3)
    how = _how(n, tuple(kernel))
    return convolved(n.r, n.x, n.value(3), n.maybe(8), filters, how)


@operator("onnx", "ConvTranspose")
def conv_transpose(n: Node) -> Value:
    _, filters, *kernel = n.shape(1)
    how = _how(n, tuple(kernel))
    rank = len(kernel)
    added = n.get("output_padding")
    how = how._replace(output_padding=tuple(added) if added else None)
    if n.get("output_shape"):
        how = _to_size(n, how, tuple(n.get("output_shape")[-rank:]))
    filters *= how.groups
    return convolved(n.r, n.x, n.value(1), n.maybe(2), filters, how, transposed=True)


def _to_size(n: Node, how: Sliding, sizes: tuple[int, ...]) -> Sliding:
    """Return a transposed convolution that puts out maps of that size."""
    ends = []
    for axis, size in enumerate(sizes):
        reach = how.dilation[axis] * (how.kernel[axis] - 1) + 1
        total = (n.shape()[2 + axis] - 1) * how.stride[axis] + reach - size
        if total < 0:
            raise Unread(f"its output_shape {list(sizes)} is larger than what it makes")
        ends.append((total // 2, total - total // 2))
    return how._replace(padding=tuple(ends))


@operator("onnx", "DeformConv")
def deformable(n: Node) -> Value:
    filters, _, *kernel = n.shape(1)
    how = _how(n, tuple(kernel))
    others = [n.value(place) for place in (2, 4) if n.has(place)]
    groups = n.get("offset_group", 1)
    return deformed(n.r, n.x, others, n.value(1), n.maybe(3), filters, how, groups)


@operator(
    "onnx", "MaxPool", "AveragePool", "LpPool", "com.microsoft::QLinearAveragePool"
)
def pool(n: Node) -> Any:
    kernel = tuple(n.get("kernel_shape") or ())
    how = _how(n, kernel)._replace(groups=1)
    mode = "max" if n.op == "MaxPool" else "average"
    found = pooled(n.r, n.x, mode, how, bool(n.get("ceil_mode", 0)))
    return [found, found.but(dtype="int64")][: len(n.outputs)]


@operator(
    "onnx", "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool",
    "com.microsoft::QLinearGlobalAveragePool",
)  # fmt: skip
def global_pool(n: Node) -> Value:
    return globally_pooled(n.r, n.x, "max" if "Max" in n.op else "average")


@operator("onnx", "Resize", "Upsample")
def resize(n: Node) -> Value:
    shape = list(n.shape())
    axes = n.get("axes") or list(range(len(shape)))
    sizes = n.ints(3) if n.op == "Resize" else None
    if sizes:
        for axis, size in zip(axes, sizes, strict=True):
            shape[axis] = size
    else:
        place = 2 if n.op == "Resize" and n.opset > 10 else 1  # noqa: PLR2004
        scales = n.numbers(place) or n.get("scales")
        if not scales:
            raise Unread("its scales are not known")
        for axis, scale in zip(axes, scales, strict=True):
            shape[axis] = floor(shape[axis] * scale)
    mode = {"nearest": "nearest", "cubic": "bicubic"}.get(
        n.get("mode", "nearest"), "bilinear"
    )
    return resized(n.r, n.x, tuple(shape), mode)


@operator("onnx", "Pad")
def pad(n: Node) -> Value:
    rank = n.rank
    pads = n.ints(1, "pads")
    if pads is None:
        pads = n.get("paddings")
    axes = n.ints(3) or list(range(rank))
    if pads is None or len(pads) != 2 * len(axes):
        raise Unread("its pads are not told for each axis")
    ends = [(0, 0)] * rank
    for place, axis in enumerate(axes):
        ends[axis % rank] = (pads[place], pads[place + len(axes)])
    mode = {"constant": "zeros"}.get(n.get("mode", "constant"), n.get("mode"))
    return padded(n.r, n.x, ends, mode)


@operator("onnx", "MaxUnpool")
def unpool(n: Node) -> Value:
    raise Unread("its indices are data")


@operator("onnx", "GridSample")
def grid_sample(n: Node) -> Value:
    raise Unread("where it samples is data")
