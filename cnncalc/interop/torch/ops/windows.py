"""Windows that slide: convolutions, pools, resizes."""

from __future__ import annotations

from math import prod
from typing import Any

from cnncalc.interop.joins import multiplied
from cnncalc.interop.moves import reshaped, squeezed, transposed, unsqueezed
from cnncalc.interop.reading import Unread
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import padded, resized, sampled
from cnncalc.interop.sliding import (
    Sliding,
    adapted,
    convolved,
    moved_on,
    overlap_added,
    pooled,
    shuffled,
    shuffled_channels,
)
from cnncalc.interop.torch.call import Call
from cnncalc.interop.values import Value, fixed
from cnncalc.layers import MaxUnpool


def _many(value: Any, rank: int) -> tuple[int, ...]:
    """Return a number for each axis: PyTorch takes one for all."""
    if isinstance(value, (tuple, list)):
        return tuple(value) * (rank if len(value) == 1 else 1)
    return (value,) * rank


def _around(value: Any, rank: int) -> Any:
    if isinstance(value, str):
        return value
    return tuple([(n, n) for n in _many(value, rank)])


def _batched(c: Call, rank: int) -> Value:
    """Return its first argument with a batch, channels, and so many axes of space."""
    if c.rank not in {rank + 1, rank + 2}:
        raise Unread(f"what reaches it has {c.rank} axes: not channels and space")
    return c.x if c.rank == rank + 2 else unsqueezed(c.r, c.x, [0])


def _as_given(c: Call, found: Value) -> Value:
    """Return what a call makes without the batch that it did not have."""
    return found if found.shape == c.outputs[0] else squeezed(c.r, found, [0])


@operator("torch", "conv1d", "conv2d", "conv3d")
def conv(c: Call) -> Value:
    rank = int(c.name[4])
    x, weight = _batched(c, rank), c.get(1, "weight")
    filters, _, *kernel = weight.shape
    how = Sliding(
        tuple(kernel),
        _many(c.get(3, "stride", 1), rank),
        _around(c.get(4, "padding", 0), rank),
        _many(c.get(5, "dilation", 1), rank),
        c.get(6, "groups", 1),
    )
    found = convolved(c.r, x, weight, c.get(2, "bias", None), filters, how)
    return _as_given(c, found)


@operator("torch", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
def conv_transpose(c: Call) -> Value:
    rank = int(c.name[14])
    x, weight = _batched(c, rank), c.get(1, "weight")
    _, filters, *kernel = weight.shape
    groups, added = c.get(6, "groups", 1), _many(c.get(5, "output_padding", 0), rank)
    how = Sliding(
        tuple(kernel),
        _many(c.get(3, "stride", 1), rank),
        _around(c.get(4, "padding", 0), rank),
        _many(c.get(7, "dilation", 1), rank),
        groups,
        added if any(added) else None,
    )
    bias = c.get(2, "bias", None)
    found = convolved(c.r, x, weight, bias, filters * groups, how, transposed=True)
    return _as_given(c, found)


@operator("torch", "max_pool1d", "max_pool2d", "max_pool3d")
def max_pool(c: Call) -> Any:
    return _pool(
        c, "max", dilation=c.get(4, "dilation", 1), ceil=c.get(5, "ceil_mode", False)
    )


@operator("torch", "avg_pool1d", "avg_pool2d", "avg_pool3d")
def average_pool(c: Call) -> Any:
    return _pool(c, "average", ceil=c.get(4, "ceil_mode", False))


@operator(
    "torch",
    "max_pool1d_with_indices",
    "max_pool2d_with_indices",
    "max_pool3d_with_indices",
)
def indexed_pool(c: Call) -> Any:
    found = max_pool(c)
    return [found, found]


def _pool(c: Call, mode: str, dilation: Any = 1, ceil: bool = False) -> Value:
    rank = int(c.name[8])
    x = _batched(c, rank)
    kernel = _many(c.get(1, "kernel_size"), rank)
    stride = c.get(2, "stride", None) or kernel
    how = Sliding(
        kernel,
        _many(stride, rank),
        _around(c.get(3, "padding", 0), rank),
        _many(dilation, rank),
    )
    return _as_given(c, pooled(c.r, x, mode, how, bool(ceil)))


@operator(
    "torch",
    *[f"adaptive_{mode}_pool{n}d" for mode in ("avg", "max") for n in (1, 2, 3)],
    *[f"adaptive_max_pool{n}d_with_indices" for n in (1, 2, 3)],
)
def adaptive(c: Call) -> Any:
    rank = int(c.name[17])
    mode = "max" if "max" in c.name else "average"
    x = _batched(c, rank)
    sizes = tuple(c.outputs[0][-rank:])
    found = _as_given(c, adapted(c.r, x, mode, sizes))
    return [found] * len(c.outputs)


@operator("torch", "pad")
def pad(c: Call) -> Value:
    given = c.get(1, "pad")
    ends = [(0, 0)] * c.rank
    for place in range(len(given) // 2):
        ends[c.rank - 1 - place] = (given[2 * place], given[2 * place + 1])
    modes = {"constant": "zeros", "replicate": "edge", "circular": "wrap"}
    mode: str = c.get(2, "mode", "constant")
    if min(given) >= 0:
        return padded(c.r, c.x, ends, modes.get(mode, mode))
    with c.r.inside():  # cut off, and padded
        return padded(c.r, c.x, ends, modes.get(mode, mode))


_MODES = {
    "nearest": "nearest",
    "nearest-exact": "nearest",
    "bicubic": "bicubic",
    "area": "area",
}


@operator("torch", "interpolate", "upsample", "upsample_nearest", "upsample_bilinear")
def interpolate(c: Call) -> Value:
    mode = c.get(3, "mode", "bilinear" if "bilinear" in c.name else "nearest")
    if mode == "area":
        return adapted(c.r, c.x, "average", tuple(c.outputs[0][2:]))
    scales = c.get(2, "scale_factor", None)
    scales = () if scales is None else _many(scales, c.rank - 2)
    known = _MODES.get(mode, "bilinear")
    return resized(c.r, c.x, c.outputs[0], known, scales=scales)


@operator("torch", "grid_sample")
def grid_sample(c: Call) -> Value:
    return sampled(c.r, c.x, c.get(1, "grid"), c.get(2, "mode", "bilinear"))


@operator("torch", "fold")
def fold(c: Call) -> Value:
    sizes, kernel = [_many(c.get(n, name), 2) for n, name in enumerate(_FOLD, 1)]
    dilation, stride = [_many(c.get(n, name, 1), 2) for n, name in _FOLD_STEPS]
    x = c.x if c.rank == len("NCL") else unsqueezed(c.r, c.x, [0])
    how = Sliding(kernel, stride, "valid", dilation)
    return _as_given(c, overlap_added(c.r, x, sizes, how))


_FOLD = ("output_size", "kernel_size")
_FOLD_STEPS = ((3, "dilation"), (5, "stride"))


@operator("torch", "affine_grid")
def affine_grid(c: Call) -> Value:
    """Multiply all positions, which are fixed, by a matrix of each map."""
    shape = c.outputs[0]
    count = prod(shape[1:-1])
    positions = fixed((1, count, c.shape[-1]))
    turned = transposed(c.r, c.x, (0, 2, 1))
    return reshaped(c.r, multiplied(c.r, positions, turned), shape)


@operator("torch", "max_unpool1d", "max_unpool2d", "max_unpool3d")
def max_unpool(c: Call) -> Value:
    rank = int(c.name[10])
    kernel = _many(c.get(2, "kernel_size"), rank)
    stride = _many(c.get(3, "stride", None) or kernel, rank)
    padding = _many(c.get(4, "padding", 0), rank)
    part = MaxUnpool(kernel, stride=stride, padding=padding, size=c.outputs[0][2:])
    order = (*range(2, rank + 2), 1)
    return moved_on(c.x, c.r.put(part, c.r.arranged(c.x, order)), order)


@operator("torch", "pixel_shuffle", "pixel_unshuffle")
def shuffle(c: Call) -> Value:
    out = c.name == "pixel_shuffle"
    factor = c.get(1, "upscale_factor" if out else "downscale_factor")
    return shuffled(c.r, c.x, factor, out=out)


@operator("torch", "channel_shuffle", "native_channel_shuffle")
def channel_shuffle(c: Call) -> Value:
    return shuffled_channels(c.r, c.x, c.get(1, "groups"))


@operator("torch", "lp_pool1d", "lp_pool2d")
def norm_pool(c: Call) -> Value:
    rank = int(c.name[7])
    kernel = _many(c.get(2, "kernel_size"), rank)
    stride = _many(c.get(3, "stride", None) or kernel, rank)
    how = Sliding(kernel, stride, ((0, 0),) * rank, (1,) * rank)
    return pooled(c.r, c.x, "average", how, bool(c.get(4, "ceil_mode", False)))
