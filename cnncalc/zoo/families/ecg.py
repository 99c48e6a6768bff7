"""Rhythms of the heart: a residual network of 34 layers along an electrocardiogram.

Hannun, Rajpurkar et al. 2019, "Cardiologist-level arrhythmia detection and
classification in ambulatory electrocardiograms using a deep neural network",
https://doi.org/10.1038/s41591-018-0268-3, as in its authors' code,
https://github.com/awni/ecg: 23 spans of 256 samples at 200 Hz, 30 s, of each of which
it tells one of 12 classes. Where filters double, zeros are put behind the channels of
the shortcut.
"""

from __future__ import annotations

from cnncalc.layers import Conv1d, Pad
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member

__all__ = ["ecg_resnet"]


@member()
def ecg_resnet(
    name: str,
    input: ShapeLike = (5888, 1),
    *,
    classes: int = 12,
    width: int = 32,
    depth: int = 16,
    kernel: int = 16,
    dropout: float = 0.2,
) -> Sequential:
    """Stanford's ResNet of 34 layers for electrocardiograms."""

    def conv(filters: int, stride: int = 1) -> Conv1d:
        return Conv1d(kernel, filters, stride=stride, padding="same")

    net = Sequential(input, name=name).add(conv(width)).norm().relu()
    for block in range(depth):
        channels, filters = net.output.channels, width * 2 ** (block // 4)
        stride = 1 + block % 2
        body = Sequential()
        if block:
            body = body.norm().relu()
        body = body.add(conv(filters, stride)).norm().relu().dropout(dropout)
        shortcut = Sequential()
        if stride > 1:
            shortcut = shortcut.pool(stride)
        if filters > channels:
            shortcut = shortcut.add(Pad(0, channels=(0, filters - channels)))
        body = body.add(conv(filters))
        net = net.residual(body, shortcut, name=f"block{block}")
    return net.norm().relu().fc(classes, axis=-1, name="classifier").softmax()
