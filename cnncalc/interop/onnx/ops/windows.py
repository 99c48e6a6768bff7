"""Windows that slide: convolutions, pools, resizes."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from math import floor
from typing import Any

from cnncalc.interop.onnx.node import Flowing, OnnxNode, axis_in
from cnncalc.interop.onnx.table import rule
from cnncalc.interop.reading import Unread
from cnncalc.interop.resizing import padded, resized, unpooled
from cnncalc.interop.sliding import (
    Sliding,
    convolved,
    deformed,
    globally_pooled,
    pooled,
)
from cnncalc.interop.values import Dims, Value
from cnncalc.layers import MaxUnpool
from cnncalc.sizes.axes import Pads

__all__: list[str] = []


def _how(n: OnnxNode, kernel: Dims, place: int = 0) -> Sliding:
    """Return how a window slides, as a node's attributes say.

    Raises:
        Unread: If they are not of as many axes as what reaches it has.
    """
    rank = len(kernel)
    if rank != len(n.shape(place)) - 2 or not rank:
        raise Unread(f"its window of {rank} axes slides along others")
    auto = n.text("auto_pad") or "NOTSET"
    padding: Pads = "valid" if auto == "VALID" else "same"
    if auto not in {"VALID", "SAME_UPPER", "SAME_LOWER"}:
        pads = n.integers("pads") or [0] * (2 * rank)
        padding = tuple(zip(pads[:rank], pads[rank:], strict=True))
    how = Sliding(
        kernel,
        tuple(n.integers("strides") or [1] * rank),
        padding,
        tuple(n.integers("dilations") or [1] * rank),
        n.integer("group", 1),
    )
    sizes = {len(how.stride), len(how.dilation), rank}
    if len(sizes) > 1 or (not isinstance(padding, str) and len(padding) != rank):
        raise Unread(f"its strides, dilations or pads are not of {rank} axes")
    return how


@rule("Conv", "ConvInteger", "com.microsoft::FusedConv")
def _conv(n: OnnxNode) -> Value:
    filters, _, *kernel = n.shape(1)
    how, bias = _how(n, tuple(kernel)), n.maybe(2)
    if n.op == "ConvInteger":  # whose third input is a zero point
        bias = None
    found = convolved(n.r, n.x, n.value(1), bias, filters, how)
    return n.activated(found, n.text("activation"))


@rule("QLinearConv")
def _quantised_conv(n: OnnxNode) -> Value:
    filters, _, *kernel = n.shape(3)
    how = _how(n, tuple(kernel))
    return convolved(n.r, n.x, n.value(3), n.maybe(8), filters, how)


@rule("ConvTranspose")
def _conv_transpose(n: OnnxNode) -> Value:
    _, filters, *kernel = n.shape(1)
    how = _how(n, tuple(kernel))
    added, sizes = n.integers("output_padding"), n.integers("output_shape")
    how = how._replace(output_padding=tuple(added) if added else None)
    if sizes:
        how = _to_size(n, how, tuple(sizes[-len(kernel) :]))
    filters *= how.groups
    weight, bias = n.value(1), n.maybe(2)
    return convolved(n.r, n.x, weight, bias, filters, how, transposed=True)


def _to_size(n: OnnxNode, how: Sliding, sizes: Dims) -> Sliding:
    """Return a transposed convolution that puts out maps of that size.

    What is missing of it is added behind; what is too much is cut off at both ends.
    """
    ends: list[tuple[int, int]] = []
    added: list[int] = []
    for axis, size in enumerate(sizes):
        reach = how.dilation[axis] * (how.kernel[axis] - 1) + 1
        total = (n.shape()[2 + axis] - 1) * how.stride[axis] + reach - size
        cut, behind = max(total, 0), max(-total, 0)
        ends.append((cut // 2, cut - cut // 2))
        added.append(behind)
    return how._replace(padding=tuple(ends), output_padding=tuple(added))


@rule("DeformConv")
def _deformable(n: OnnxNode) -> Value:
    filters, _, *kernel = n.shape(1)
    how = _how(n, tuple(kernel))
    others = [n.value(place) for place in (2, 4) if n.has(place)]
    groups = n.integer("offset_group", 1)
    return deformed(n.r, n.x, others, n.value(1), n.maybe(3), filters, how, groups)


@rule("MaxPool", "AveragePool", "LpPool", "com.microsoft::QLinearAveragePool")
def _pool(n: OnnxNode) -> Sequence[Flowing]:
    """Pool; what pads more than half its window, as ONNX may, pads before."""
    kernel = tuple(n.integers("kernel_shape") or ())
    how, x = _how(n, kernel)._replace(groups=1), n.x
    mode = "max" if n.op == "MaxPool" else "average"
    ends = () if isinstance(how.padding, str) else how.padding
    if any(2 * max(pair) > size for pair, size in zip(ends, kernel, strict=False)):
        x = padded(n.r, x, [(0, 0), (0, 0), *ends])
        how = how._replace(padding="valid")
    found = pooled(n.r, x, mode, how, bool(n.integer("ceil_mode", 0)))
    return [found, found.but(dtype="int64")][: max(1, len(n.outputs))]


@rule(
    *("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"),
    "com.microsoft::QLinearGlobalAveragePool",
)
def _global_pool(n: OnnxNode) -> Value:
    return globally_pooled(n.r, n.x, "max" if "Max" in n.op else "average")


@rule("MaxUnpool")
def _unpool(n: OnnxNode) -> Value:
    kernel = tuple(n.integers("kernel_shape") or ())
    sizes = n.ints(2)
    size = None if sizes is None else tuple(sizes[2:])
    how = _how(n, kernel)
    if isinstance(how.padding, str):
        raise Unread("its padding is not told")
    padding = tuple([before for before, _ in how.padding])
    layer = MaxUnpool(kernel, stride=how.stride, padding=padding, size=size)
    return unpooled(n.r, n.x, layer)


@rule("Resize", "Upsample")
def _resize(n: OnnxNode) -> Value:
    shape: list[Any] = list(n.shape())
    axes = [axis_in(a, n.rank) for a in n.integers("axes") or range(n.rank)]
    sizes = n.ints(3) if n.op == "Resize" else None
    times: dict[int, Any] = {}
    if sizes:
        sizes = _in_proportion(n, [shape[axis] for axis in axes], sizes)
        for axis, size in zip(axes, sizes, strict=True):
            shape[axis] = size
    else:
        place = 2 if n.op == "Resize" and n.opset > 10 else 1  # noqa: PLR2004
        scales = n.numbers(place) or n.integers("scales")
        if not scales:
            raise Unread("its scales are not known")
        times = dict(zip(axes, scales, strict=True))
        for axis, scale in times.items():
            shape[axis] = _enlarged(shape[axis], scale)
    mode = n.text("mode", "nearest")
    known = {"nearest": "nearest", "cubic": "bicubic"}.get(mode, "bilinear")
    along = [_factor(times.get(axis, 1)) for axis in range(2, n.rank)] if times else ()
    return resized(n.r, n.x, tuple(shape), known, scales=along)


def _enlarged(size: int, scale: float) -> int:
    """Return a size so many times larger, as runtimes compute it: in 32 bits."""
    exact = size * scale
    if exact == int(exact):
        return int(exact)
    return floor(_in_32_bits(exact))


def _factor(scale: float) -> float:
    """Return the factor that one of 32 bits was rounded from, as 0.7 or 7/3, if any."""
    from fractions import Fraction

    found = float(Fraction(scale).limit_denominator(1000))
    return found if _in_32_bits(found) == _in_32_bits(scale) else scale


def _in_32_bits(number: float) -> float:
    rounded: float = struct.unpack("<f", struct.pack("<f", number))[0]
    return rounded


def _in_proportion(n: OnnxNode, old: list[Any], sizes: list[Any]) -> list[Any]:
    """Return sizes to resize to, of which one may have to follow from the other."""
    policy = n.text("keep_aspect_ratio_policy", "stretch")
    if policy == "stretch":
        return sizes
    choose = min if policy == "not_larger" else max
    scale = choose(size / own for size, own in zip(sizes, old, strict=True))
    return [floor(scale * own + 0.5) for own in old]
