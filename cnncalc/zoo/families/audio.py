"""Raw audio: M5, which classifies it, and WaveNet, which makes it.

Dai, Dai, Qu, Li & Das 2016, "Very deep convolutional neural networks for raw
waveforms", https://arxiv.org/abs/1610.00087, as in PyTorch's tutorial: a second at 8
kHz, filters fewer and steps longer than the paper's, which are
``m5(input=(32000, 1), classes=10, filters=(128, 128, 256, 512), stride=4)``. Van den
Oord et al. 2016, "WaveNet: a generative model for raw audio",
https://arxiv.org/abs/1609.03499. That paper prints no widths; they are those of
https://github.com/ibab/tensorflow-wavenet, on a second at 16 kHz, a sample being one of
256 values.
"""

from __future__ import annotations

from cnncalc.graph.block import Tensor
from cnncalc.layers import Activation, Add, Conv1d, Multiply
from cnncalc.network import Builder, Graph
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member

__all__ = ["m5", "wavenet"]


@member()
def m5(
    name: str,
    input: ShapeLike = (8000, 1),
    *,
    classes: int = 35,
    filters: tuple[int, int, int, int] = (32, 32, 64, 64),
    stride: int = 16,
) -> Sequential:
    """M5, of five layers with weights, as in PyTorch's tutorial."""
    first, *others = filters
    net = Sequential(input, name=name).conv1d(80, first, stride=stride)
    net = net.norm().relu().pool(4)
    for count in others:
        net = net.conv1d(3, count).norm().relu().pool(4)
    return net.global_pool().fc(classes).log_softmax()


def _layer(
    g: Builder, x: Tensor, dilation: int, skips: int, *, last: bool
) -> tuple[Tensor, Tensor]:
    """Return what a gated layer hands on, and what it hands to the end."""
    width = x.shape.channels
    gates = []
    for role, function in (("filter", "tanh"), ("gate", "sigmoid")):
        conv = Conv1d(2, width, dilation=dilation, padding="causal")
        y = g.add(conv, x, name=role)
        gates.append(g.add(Activation(function), y))
    y = g.add(Multiply(), *gates)
    skip = g.add(Conv1d(1, skips), y, name="skip")
    if not last:  # behind which nothing would read it
        x = g.add(Add(), g.add(Conv1d(1, width), y, name="dense"), x)
    return x, skip


@member()
def wavenet(
    name: str,
    input: ShapeLike = (16000, 256),
    *,
    classes: int = 256,
    width: int = 32,
    skips: int = 512,
    stacks: int = 5,
    depth: int = 10,
) -> Graph:
    """WaveNet without conditions, of five stacks of ten dilated layers."""
    g = Builder()
    x = g.add(Conv1d(2, width, padding="causal", bias=False), g.input(input))
    found: list[Tensor] = []
    for stack in range(stacks):
        with g.scope(f"stack{stack}"):
            for place in range(depth):
                last = len(found) == stacks * depth - 1
                with g.scope(f"layer{place}"):
                    x, skip = _layer(g, x, 2**place, skips, last=last)
                found.append(skip)
    y = g.add(Add(), *found) if len(found) > 1 else found[0]
    for filters in (skips, classes):
        y = g.add(Conv1d(1, filters), g.add(Activation("relu"), y))
    return g.graph(y, name=name)
