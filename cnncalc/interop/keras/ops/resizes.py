"""The layers that make maps larger or smaller without weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnncalc.interop.keras.layer import KerasCall
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import padded, resized
from cnncalc.interop.values import Value

_MODES = {"nearest": "nearest", "bicubic": "bicubic"}


@operator("keras", "UpSampling1D", "UpSampling2D", "UpSampling3D")
def upsample(c: KerasCall) -> Value:
    factors = c.many("size", len(c.space), 2)
    sizes = [c.shape[a] * n for a, n in zip(c.space, factors, strict=True)]
    return _resized(c, sizes, scales=factors)


@operator("keras", "Resizing", "Resize")
def resizing(c: KerasCall) -> Value:
    default = [c.get("height"), c.get("width")]
    return _resized(c, list(c.get("size", default)), "bilinear")


def _resized(
    c: KerasCall,
    sizes: list[int],
    default: str = "nearest",
    scales: Sequence[int] = (),
) -> Value:
    shape = list(c.shape)
    for axis, size in zip(c.space, sizes, strict=True):
        shape[axis] = size
    mode = _MODES.get(c.get("interpolation", default), "bilinear")
    return resized(c.r, c.x, tuple(shape), mode, c.channels, scales)


@operator(
    "keras", *[f"{w}{n}D" for w in ("ZeroPadding", "Cropping") for n in (1, 2, 3)]
)
def pad(c: KerasCall) -> Value:
    sign, name = (-1, "cropping") if c.kind.startswith("Crop") else (1, "padding")
    given: Any = c.get(name, 1)
    if len(c.space) == 1 and isinstance(given, list) and isinstance(given[0], int):
        given = [given]
    ends = [(0, 0)] * c.rank
    given = given if isinstance(given, list) else [given] * len(c.space)
    for axis, pair in zip(c.space, given, strict=True):
        before, behind = (pair, pair) if isinstance(pair, int) else pair
        ends[axis] = (sign * before, sign * behind)
    return padded(c.r, c.x, ends)


@operator("keras", "Pad")
def pad_any(c: KerasCall) -> Value:
    mode = "reflect" if c.get("mode") == "reflect" else "zeros"
    return padded(c.r, c.x, [tuple(pair) for pair in c.get("pad_width")], mode)


@operator("keras", "CenterCrop", "RandomCrop")
def crop(c: KerasCall) -> Value:
    ends = [(0, 0)] * c.rank
    for axis, size in zip(c.space, (c.get("height"), c.get("width")), strict=True):
        more = c.shape[axis] - size
        ends[axis] = (-(more // 2), -(more - more // 2))
    return padded(c.r, c.x, ends)
