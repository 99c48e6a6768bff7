"""Windows that slide: convolutions and pools."""

from __future__ import annotations

from typing import Any

from cnncalc.interop.keras.layer import KerasCall
from cnncalc.interop.reading import Unread
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import reduced
from cnncalc.interop.sliding import adapted
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
    DepthwiseConv3d,
    GlobalPool,
    LocallyConnected1d,
    LocallyConnected2d,
    Pool,
    SeparableConv1d,
    SeparableConv2d,
)

_CONVS: dict[str, tuple[Any, ...]] = {
    "Conv": (Conv1d, Conv2d, Conv3d),
    "Transpose": (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d),
    "Depthwise": (DepthwiseConv1d, DepthwiseConv2d, DepthwiseConv3d),
    "Separable": (SeparableConv1d, SeparableConv2d),
    "Local": (LocallyConnected1d, LocallyConnected2d),
}
_RANKS = (1, 2, 3)


def _rank(c: KerasCall) -> int:
    """Return along how many axes a window slides, as its class says, if it does."""
    said = [int(letter) for letter in c.kind if letter.isdigit()]
    rank = said[0] if said else c.rank - c.lead - 1
    if c.rank != c.lead + rank + 1:
        raise Unread(f"what reaches it has {c.rank} axes")
    return rank


def _fields(c: KerasCall, rank: int, **more: Any) -> dict[str, Any]:
    return {
        "stride": c.many("strides", rank),
        "padding": c.get("padding", "valid"),
        "dilation": c.many("dilation_rate", rank),
        "bias": bool(c.get("use_bias", True)),
        **more,
    }


@operator("keras", *[f"Conv{w}{n}D" for w in ("", "olution") for n in _RANKS])
def conv(c: KerasCall) -> Value:
    fields = _fields(c, _rank(c), groups=c.get("groups", 1))
    return _convolved(c, "Conv", fields, c.get("filters"))


@operator("keras", *[f"Conv{w}{n}DTranspose" for w in ("", "olution") for n in _RANKS])
def conv_transpose(c: KerasCall) -> Value:
    rank = _rank(c)
    fields = _fields(c, rank)
    if c.config.get("output_padding") is not None:
        fields["output_padding"] = c.many("output_padding", rank)
        if fields["padding"] == "same":  # then PyTorch's rule with half the kernel
            taps = zip(fields["dilation"], c.many("kernel_size", rank), strict=True)
            halves = [(d * (k - 1) + 1) // 2 for d, k in taps]
            fields["padding"] = tuple([(n, n) for n in halves])
    return _convolved(c, "Transpose", fields, c.get("filters"))


@operator("keras", "DepthwiseConv1D", "DepthwiseConv2D")
def depthwise(c: KerasCall) -> Value:
    fields = _fields(c, _rank(c), multiplier=c.get("depth_multiplier", 1))
    return _convolved(c, "Depthwise", fields)


@operator("keras", *[f"SeparableConv{w}{n}D" for w in ("", "olution") for n in (1, 2)])
def separable(c: KerasCall) -> Value:
    fields = _fields(c, _rank(c), multiplier=c.get("depth_multiplier", 1))
    return _convolved(c, "Separable", fields, c.get("filters"))


@operator("keras", "LocallyConnected1D", "LocallyConnected2D")
def locally_connected(c: KerasCall) -> Value:
    fields = _fields(c, _rank(c))
    del fields["dilation"]
    return _convolved(c, "Local", fields, c.get("filters"))


def _convolved(
    c: KerasCall, family: str, fields: dict[str, Any], *filters: Any
) -> Value:
    """Return the first value convolved, of steps side by side each by itself."""
    rank, wide, kinds = _rank(c), c.lead - 1, _CONVS[family]
    kernel = c.many("kernel_size", rank)
    if rank + wide > len(kinds):
        raise Unread("it slides along more axes than are known")
    for name in ("stride", "dilation"):
        if name in fields:
            fields[name] = (1,) * wide + fields[name]
    if wide and "output_padding" in fields:
        fields["output_padding"] = (0,) * wide + fields["output_padding"]
        if not isinstance(fields["padding"], str):
            fields["padding"] = ((0, 0),) * wide + fields["padding"]
    layer = kinds[rank + wide - 1]((1,) * wide + kernel, *filters, **fields)
    return c.activated(c.put(layer, order=_order(c)))


def _order(c: KerasCall) -> list[int]:
    return [*range(1, c.lead), *c.space, c.channels]


@operator("keras", "MaxPool", "AveragePool",
          *[f"{m}Pool{w}{n}D" for m in ("Max", "Average", "Avg")
            for w in ("", "ing") for n in _RANKS])  # fmt: skip
def pool(c: KerasCall) -> Value:
    rank, wide = _rank(c), (1,) * (c.lead - 1)
    kernel = c.many("pool_size", rank)
    stride = kernel if c.config.get("strides") is None else c.many("strides", rank)
    mode = "max" if c.kind.startswith("Max") else "average"
    pad = c.get("padding", "valid")
    return c.put(
        Pool(wide + kernel, wide + stride, padding=pad, mode=mode), order=_order(c)
    )


@operator("keras", *[f"Global{m}Pool{w}{n}D" for m in ("Max", "Average", "Avg")
                     for w in ("", "ing") for n in _RANKS])  # fmt: skip
def global_pool(c: KerasCall) -> Value:
    _rank(c)
    keep, mode = bool(c.get("keepdims", False)), "max" if "Max" in c.kind else "mean"
    if c.lead > 1 or keep:
        return reduced(c.r, c.x, mode, c.space, keep)
    part = GlobalPool("max" if mode == "max" else "average")
    here = c.r.put(part, c.r.arranged(c.x, _order(c)))
    return c.shaped((c.shape[0], c.shape[c.channels]), here, [1])


@operator(
    "keras", *[f"Adaptive{m}Pooling{n}D" for m in ("Max", "Average") for n in _RANKS]
)
def adaptive_pool(c: KerasCall) -> Value:
    rank = _rank(c)
    if c.lead > 1:
        raise Unread("it pools several maps side by side")
    mode = "max" if "Max" in c.kind else "average"
    return adapted(c.r, c.x, mode, c.many("output_size", rank), c.channels)
