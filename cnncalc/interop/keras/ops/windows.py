"""Windows that slide: convolutions, pools, resizes."""

from __future__ import annotations

from typing import Any

from cnncalc.interop.keras.layer import Call
from cnncalc.interop.reading import Unread
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import padded, reduced, resized
from cnncalc.interop.values import Value
from cnncalc.layers import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
    DepthwiseConv1d,
    DepthwiseConv2d,
    GlobalPool,
    Pool,
    SeparableConv1d,
    SeparableConv2d,
)

_CONVS: Any = {
    "Conv": (Conv1d, Conv2d, Conv3d),
    "Transpose": (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d),
    "Depthwise": (DepthwiseConv1d, DepthwiseConv2d, None),
    "Separable": (SeparableConv1d, SeparableConv2d, None),
}


def _rank(c: Call) -> int:
    return int(next(letter for letter in c.kind if letter.isdigit()))


def _fields(c: Call, rank: int) -> dict[str, Any]:
    return {
        "stride": c.many("strides", rank),
        "padding": c.get("padding", "valid"),
        "dilation": c.many("dilation_rate", rank),
        "bias": bool(c.get("use_bias", True)),
    }


def _wide(c: Call, rank: int) -> int:
    """Return how many axes are before those of a window, beyond the batch."""
    extra = c.rank - rank - 2
    if extra < 0 or c.lead + len(c.space) + 1 != c.rank:
        raise Unread(f"what reaches it has {c.rank} axes")
    return extra


@operator("keras", "Conv1D", "Conv2D", "Conv3D", "Convolution1D", "Convolution2D")
def conv(c: Call) -> Value:
    rank = _rank(c)
    fields = _fields(c, rank)
    groups = c.get("groups", 1)
    return _convolved(
        c, "Conv", rank, (c.get("filters"),), {**fields, "groups": groups}
    )


@operator("keras", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")
def conv_transpose(c: Call) -> Value:
    rank = _rank(c)
    fields = _fields(c, rank)
    if c.config.get("output_padding") is not None:
        fields["output_padding"] = c.many("output_padding", rank)
        if fields["padding"] == "same":  # then PyTorch's rule with half the kernel
            reach = [
                d * (k - 1) + 1
                for d, k in zip(
                    fields["dilation"], c.many("kernel_size", rank), strict=True
                )
            ]
            fields["padding"] = tuple([(n // 2, n // 2) for n in reach])
    return _convolved(c, "Transpose", rank, (c.get("filters"),), fields)


@operator("keras", "DepthwiseConv1D", "DepthwiseConv2D")
def depthwise(c: Call) -> Value:
    fields = {**_fields(c, _rank(c)), "multiplier": c.get("depth_multiplier", 1)}
    return _convolved(c, "Depthwise", _rank(c), (), fields)


@operator("keras", "SeparableConv1D", "SeparableConv2D")
def separable(c: Call) -> Value:
    fields = {**_fields(c, _rank(c)), "multiplier": c.get("depth_multiplier", 1)}
    return _convolved(c, "Separable", _rank(c), (c.get("filters"),), fields)


def _convolved(
    c: Call, family: str, rank: int, filters: tuple[Any, ...], fields: dict[str, Any]
) -> Value:
    kernel, extra = c.many("kernel_size", rank), _wide(c, rank) - (c.lead - 1)
    wide = c.lead - 1
    if extra:
        raise Unread(f"what reaches it has {c.rank} axes")
    kinds = _CONVS[family]
    if rank + wide > len(kinds) or kinds[rank + wide - 1] is None:
        raise Unread("it slides along more axes than are known")
    if wide:  # TimeDistributed: along time it looks at one step
        one = (1,) * wide
        kernel = one + kernel
        for name in ("stride", "dilation", "output_padding"):
            if name in fields:
                fields[name] = one + tuple(fields[name])
    layer = kinds[rank + wide - 1](kernel, *filters, **fields)
    order = [*range(1, c.lead), *c.space, c.channels]
    return c.activated(c.put(layer, order=order))


@operator("keras", *[f"{m}Pooling{n}D" for m in ("Max", "Average") for n in (1, 2, 3)])
def pool(c: Call) -> Value:
    rank = _rank(c)
    _wide(c, rank)
    kernel = c.many("pool_size", rank)
    stride = kernel if c.config.get("strides") is None else c.many("strides", rank)
    one = (1,) * (c.lead - 1)
    mode = "max" if c.kind.startswith("Max") else "average"
    part = Pool(
        one + kernel, one + stride, padding=c.get("padding", "valid"), mode=mode
    )
    return c.put(part, order=[*range(1, c.lead), *c.space, c.channels])


@operator(
    "keras", *[f"Global{m}Pooling{n}D" for m in ("Max", "Average") for n in (1, 2, 3)]
)
def global_pool(c: Call) -> Value:
    keep, mode = bool(c.get("keepdims", False)), "max" if "Max" in c.kind else "mean"
    if c.lead > 1 or keep:
        return reduced(c.r, c.x, mode, c.space, keep)
    part = GlobalPool("max" if mode == "max" else "average")
    here = c.r.put(part, c.r.arranged(c.x, [*c.space, c.channels]))
    return c.shaped((c.shape[0], c.shape[c.channels]), here, [1])


@operator("keras", "UpSampling1D", "UpSampling2D", "UpSampling3D", "Resizing")
def upsample(c: Call) -> Value:
    shape = list(c.shape)
    if c.kind == "Resizing":
        sizes = [c.get("height"), c.get("width")]
    else:
        factors = c.many("size", _rank(c))
        sizes = [shape[a] * n for a, n in zip(c.space, factors, strict=True)]
    for axis, size in zip(c.space, sizes, strict=True):
        shape[axis] = size
    mode = {"nearest": "nearest", "bicubic": "bicubic"}.get(
        c.get("interpolation", "nearest"), "bilinear"
    )
    return resized(c.r, c.x, tuple(shape), mode, c.channels)


@operator(
    "keras", *[f"{what}{n}D" for what in ("ZeroPadding", "Cropping") for n in (1, 2, 3)]
)
def pad(c: Call) -> Value:
    crops = c.kind.startswith("Cropping")
    given = c.get("cropping" if crops else "padding")
    rank = _rank(c)
    if rank == 1 and isinstance(given, list) and given and isinstance(given[0], int):
        given = [given]
    if isinstance(given, int):
        given = [given] * rank
    ends = [(0, 0)] * c.rank
    for axis, pair in zip(c.space, given, strict=True):
        before, behind = (pair, pair) if isinstance(pair, int) else tuple(pair)
        ends[axis] = (-before, -behind) if crops else (before, behind)
    return padded(c.r, c.x, ends)


@operator("keras", "CenterCrop", "RandomCrop")
def center_crop(c: Call) -> Value:
    ends = [(0, 0)] * c.rank
    for axis, size in zip(c.space, (c.get("height"), c.get("width")), strict=True):
        more = c.shape[axis] - size
        ends[axis] = (-(more // 2), -(more - more // 2))
    return padded(c.r, c.x, ends)
