"""What naive walks of tests share."""

import itertools
import math
from fractions import Fraction

from cnncalc import (
    AdaptivePool,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
    Crop,
    MaxUnpool,
    Permute,
    PixelShuffle,
    Upsample,
)

TRANSPOSED = (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)


def each(stated, rank=2):
    """Return what is stated along each axis, of an int or a tuple."""
    return stated if isinstance(stated, tuple) else (stated,) * rank


def ends(padding, rank=2):
    """Return what a padding puts before and behind each axis, or its word for each."""
    if isinstance(padding, str):
        return (padding,) * rank
    return tuple(each(side) for side in each(padding, rank))


def indices(layer, x, y):
    """Return for each axis which input positions each output position depends on."""
    if isinstance(layer, TRANSPOSED):
        return [painted(layer, axis, sizes) for axis, sizes in enumerate(zip(x, y))]
    if isinstance(layer, Upsample):
        return [interpolated(layer, *sizes) for sizes in zip(x, y, strict=True)]
    if isinstance(layer, AdaptivePool):
        return [averaged(*sizes) for sizes in zip(x, y, strict=True)]
    if isinstance(layer, Permute):
        return [[{i} for i in range(size)] for size in y]
    if isinstance(layer, Crop):
        cut = ends(layer.padding, len(x))
        return [[{a + i} for i in range(n)] for (a, _), n in zip(cut, y, strict=True)]
    if isinstance(layer, PixelShuffle):
        return [[{i // layer.factor} for i in range(size)] for size in y]
    if isinstance(layer, MaxUnpool):
        return [unpooled(layer, *sizes) for sizes in zip(x, y, strict=True)]
    rank, mode, seen = len(x), getattr(layer, "padding_mode", "zeros"), []
    for axis, (size, outputs) in enumerate(zip(x, y, strict=True)):
        kernel = each(layer.kernel, rank)[axis]
        stride = each(layer.stride or layer.kernel, rank)[axis]
        dilation = each(layer.dilation, rank)[axis]
        reach = dilation * (kernel - 1) + 1
        before = {
            "valid": 0,
            "same": max((outputs - 1) * stride + reach - size, 0) // 2,
            "causal": reach - 1,
        }.get(ends(layer.padding, rank)[axis])
        if before is None:
            before, _ = ends(layer.padding, rank)[axis]
        seen.append(
            [
                {
                    there
                    for tap in range(kernel)
                    for there in copied(
                        i * stride - before + tap * dilation, size, mode
                    )
                }
                for i in range(outputs)
            ]
        )
    return seen


def copied(position, size, mode):
    """Return whose value stands at a position, in the padding too, as NumPy pads."""
    if 0 <= position < size:
        return [position]
    if mode == "reflect":  # there and back, without the ends twice
        once = [*range(size), *range(size - 2, 0, -1)]
        return [once[position % len(once)]]
    last = max(min(position, size - 1), 0)
    return {"zeros": [], "edge": [last], "wrap": [position % size]}[mode]


def painted(layer, axis, sizes):
    size, outputs = sizes
    reach = layer.dilation[axis] * (layer.kernel[axis] - 1) + 1
    full = (size - 1) * layer.stride[axis] + reach
    if isinstance(layer.padding, tuple):
        cut = layer.padding[axis][0]
    elif layer.padding == "valid":
        cut = 0
    else:
        cut = max(full - outputs, 0) // 2
    seen = [set() for _ in range(outputs)]
    for i, tap in itertools.product(range(size), range(layer.kernel[axis])):
        at = i * layer.stride[axis] + tap * layer.dilation[axis] - cut
        if 0 <= at < outputs:
            seen[at].add(i)
    return seen


def interpolated(layer, size, outputs):
    """Return which positions weigh in a value that is interpolated as in PyTorch."""
    seen = []
    for i in range(outputs):
        if layer.mode == "nearest":
            seen.append({int(Fraction(i * size, outputs))})
            continue
        at = (i + Fraction(1, 2)) * Fraction(size, outputs) - Fraction(1, 2)
        if layer.mode == "bicubic":  # of four values, which repeat beyond the border
            left, taps = math.floor(at), (-1, 0, 1, 2)
            taps = (0,) if at == left else taps
            seen.append({min(max(left + tap, 0), size - 1) for tap in taps})
            continue
        at = min(max(at, 0), size - 1)
        seen.append({math.floor(at), math.ceil(at)})
    return seen


def averaged(size, outputs):
    return [
        {
            p
            for p in range(size)
            if (p + 1) * outputs > i * size and p * outputs < (i + 1) * size
        }
        for i in range(outputs)
    ]


def unpooled(layer, size, outputs):
    """Return which windows of the pool that is undone took in each position."""
    step = layer.stride or layer.kernel
    seen = [set() for _ in range(outputs)]
    for i, tap in itertools.product(range(size), range(layer.kernel)):
        at = i * step + tap - layer.padding
        if 0 <= at < outputs:
            seen[at].add(i)
    return seen
