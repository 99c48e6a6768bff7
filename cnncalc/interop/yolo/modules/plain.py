"""Convolutions, and PyTorch's own modules."""

from __future__ import annotations

from typing import Any

from cnncalc.graph.block import Tensor
from cnncalc.interop.registry import operator
from cnncalc.interop.yolo.module import Module
from cnncalc.layers import (
    FC,
    AdaptivePool,
    Add,
    Concat,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    GlobalPool,
    Norm,
    Pad,
    PixelUnshuffle,
    Pool,
    Split,
    Upsample,
)


@operator("yolo", "Conv")
def conv(m: Module) -> Tensor:
    return m.conv(
        m.x, m.filters, m.get(1, 1), m.get(2, 1), padding=m.get(3),
        groups=m.get(4, 1), dilation=m.get(5, 1), act=m.get(6, True),
    )  # fmt: skip


@operator("yolo", "DWConv")
def depthwise(m: Module) -> Tensor:
    return m.depthwise(
        m.x, m.filters, m.get(1, 1), stride=m.get(2, 1), dilation=m.get(3, 1),
        act=m.get(4, True),
    )  # fmt: skip


@operator("yolo", "nn.ConvTranspose2d", "ConvTranspose")
def transposed(m: Module) -> Tensor:
    plain = m.kind.startswith("nn.")
    layer = ConvTranspose2d(
        m.get(1, 2), m.filters, stride=m.get(2, 1 if plain else 2),
        padding=m.get(3, 0), bias=plain,
    )  # fmt: skip
    return m.add(layer, m.x)


@operator("yolo", "Focus")
def focus(m: Module) -> Tensor:
    """Fold blocks of 2×2 positions into channels, and convolve these."""
    x = m.add(PixelUnshuffle(2), m.x)
    return m.conv(x, m.filters, m.get(1, 1), m.get(2, 1), name="conv")


@operator("yolo", "GhostConv")
def ghost_conv(m: Module) -> Tensor:
    return ghost(m, m.x, m.filters, m.get(1, 1), m.get(2, 1))


def ghost(
    m: Module,
    x: Tensor,
    filters: int,
    kernel: int = 1,
    stride: int = 1,
    act: bool = True,
) -> Tensor:
    """Return half of the channels by a convolution, the others by cheap ones of these.

    Source:
        Han et al. 2019, https://arxiv.org/abs/1911.11907, §3.1.
    """
    half = filters // 2
    y = m.conv(x, half, kernel, stride, name="cv1", act=act)
    return m.cat(y, m.conv(y, half, 5, groups=half, name="cv2", act=act))


@operator("yolo", "GhostBottleneck")
def ghost_bottleneck(m: Module) -> Tensor:
    return of_ghosts(m, m.x, m.filters, m.get(1, 3), m.get(2, 1))


def of_ghosts(
    m: Module, x: Tensor, filters: int, kernel: int = 3, stride: int = 1
) -> Tensor:
    """Return a bottleneck of two ghost convolutions, with a step between."""
    half, channels = filters // 2, x.shape.channels
    with m.at("conv"):
        with m.at("0"):
            y = ghost(m, x, half)
        if stride > 1:
            y = m.depthwise(y, half, kernel, stride=stride, name="1", act=False)
        with m.at("2"):
            y = ghost(m, y, filters, act=False)
    if stride > 1:
        with m.at("shortcut"):
            x = m.depthwise(x, channels, kernel, stride=stride, name="0", act=False)
            x = m.conv(x, filters, name="1", act=False)
    return m.add(Add(), x, y)


@operator("yolo", "nn.MaxPool2d", "nn.AvgPool2d")
def pool(m: Module) -> Tensor:
    mode = "max" if "Max" in m.kind else "average"
    return m.add(
        Pool(m.get(0), m.get(1, m.get(0)), padding=m.get(2, 0), mode=mode), m.x
    )


@operator("yolo", "nn.AdaptiveAvgPool2d")
def adaptive_pool(m: Module) -> Tensor:
    return m.add(AdaptivePool(m.get(0)), m.x)


@operator("yolo", "nn.ZeroPad2d")
def padded(m: Module) -> Tensor:
    ends = m.get(0)
    left, right, top, bottom = [ends] * 4 if isinstance(ends, int) else ends
    return m.add(Pad(((top, bottom), (left, right))), m.x)


@operator("yolo", "nn.Upsample")
def upsampled(m: Module) -> Tensor:
    size = m.get(0)
    if size is not None:
        return m.add(Upsample(size=size, mode=m.get(2, "nearest")), m.x)
    return m.add(Upsample(m.get(1), mode=m.get(2, "nearest")), m.x)


@operator("yolo", "nn.BatchNorm2d")
def batch_norm(m: Module) -> Tensor:
    return m.add(Norm(), m.x)


@operator("yolo", "nn.Dropout")
def dropout(m: Module) -> Tensor:
    return m.add(Dropout(m.get(0, 0.5)), m.x)


@operator("yolo", "nn.Identity")
def identity(m: Module) -> Tensor:
    return m.x


@operator("yolo", "Concat")
def concat(m: Module) -> Tensor:
    return m.add(Concat(), *m.xs)


@operator("yolo", "Classify")
def classify(m: Module) -> Tensor:
    """Tell one class of an image, behind 1,280 channels."""
    x = m.conv(m.cat(*m.xs) if len(m.xs) > 1 else m.x, 1280, name="conv")
    x = m.add(GlobalPool(), x, name="pool")
    return m.add(FC(m.get(0)), x, name="linear")


@operator("yolo", "CBLinear")
def branches(m: Module) -> Any:
    """Weigh a map into parts, each for the map of another level."""
    sizes = tuple(m.get(0))
    layer = Conv2d(m.get(1, 1), sum(sizes), stride=m.get(2, 1))
    y = m.add(layer, m.x, name="conv")
    if len(sizes) == 1:
        return [y]
    return [m.add(Split(sizes, n), y) for n in range(len(sizes))]


@operator("yolo", "CBFuse")
def fused(m: Module) -> Tensor:
    """Add parts that are brought to the size of the last map."""
    *parts, first = m.xs
    last: Tensor = first
    for place, part in zip(m.get(0), parts, strict=True):
        x: Any = part[place] if isinstance(part, list) else part
        if x.shape.space != last.shape.space:
            x = m.add(Upsample(size=tuple(last.shape.space)), x)
        last = m.add(Add(), last, x)
    return last
