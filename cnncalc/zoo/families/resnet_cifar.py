"""ResNet for small images, as in the paper's experiments on CIFAR-10.

He, Zhang, Ren & Sun 2015, "Deep residual learning for image recognition",
https://arxiv.org/abs/1512.03385, §4.2 and table 6. Where a stage begins, a shortcut
takes every second position and puts zeros around the channels: option A, which has no
parameters. ``project=True`` is option B, a convolution and its norm.
"""

from __future__ import annotations

from cnncalc.blocks.chain import Chain, conv_norm_act
from cnncalc.blocks.combine import Residual
from cnncalc.graph.block import Block
from cnncalc.layers import Activation, Pad, Slice
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import members
from cnncalc.zoo.parts import stage

__all__ = ["resnet20_cifar", "resnet32_cifar", "resnet44_cifar", "resnet56_cifar"]
__all__ += ["resnet110_cifar"]

_STAGES = (16, 32, 64)  # filters


def _padded(filters: int) -> Chain:
    """Return option A's shortcut, to twice the channels."""
    halves = Slice(step=2, axis=0), Slice(step=2, axis=1)
    return Chain(*halves, Pad(0, channels=filters // 4, name="zeros"))


def _block(filters: int, stride: int, project: bool) -> Chain:
    first = conv_norm_act(filters, 3, stride=stride)
    body = Chain(first, conv_norm_act(filters, 3, activation=None))
    shortcut: Block | None = None
    if stride > 1 and project:
        shortcut = conv_norm_act(filters, stride=stride, activation=None)
    elif stride > 1:
        shortcut = _padded(filters)
    return Chain(Residual(body, shortcut), Activation("relu"))


@members()
def _resnet(
    name: str,
    depth: int,
    input: ShapeLike = (32, 32, 3),
    *,
    classes: int = 10,
    project: bool = False,
) -> Sequential:
    net = (
        Sequential(input, name=name)
        .conv(3, _STAGES[0], padding=1, bias=False, name="conv1")
        .norm(name="norm1")
        .relu(name="relu1")
    )
    for number, filters in enumerate(_STAGES, 1):
        blocks = [_block(filters, 1, project)] * depth
        if number > 1:
            blocks[0] = _block(filters, 2, project)
        net = net.add(stage(f"layer{number}", blocks))
    return net.adaptive_pool(1, name="avgpool").fc(classes, name="fc")


resnet20_cifar, resnet32_cifar, resnet44_cifar, resnet56_cifar, resnet110_cifar = [
    _resnet(f"resnet{layers}_cifar", f"ResNet-{layers} of CIFAR-10.", (layers - 2) // 6)
    for layers in (20, 32, 44, 56, 110)
]
