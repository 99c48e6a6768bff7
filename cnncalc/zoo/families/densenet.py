"""DenseNet: layers that see the maps of all layers before them, as in torchvision.

Huang, Liu, van der Maaten & Weinberger 2016, "Densely connected convolutional
networks", https://arxiv.org/abs/1608.06993: DenseNet-BC, table 1, and for small images
§4.2 and table 2. Each layer stacks the earlier maps of its block anew. With
``bottleneck=4`` and ``compression=0.5`` the one for small images is a DenseNet-BC, of
which the first convolution has twice the growth rate, where it has 16 filters else.
"""

from __future__ import annotations

from math import trunc

from cnncalc.blocks.chain import Chain
from cnncalc.blocks.dense import DenseBlock
from cnncalc.graph.wrappers import Named
from cnncalc.layers import Activation, Conv2d, Norm, Pool
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member, members

__all__ = ["densenet40", "densenet121", "densenet161", "densenet169", "densenet201"]


def _transition(filters: int) -> Chain:
    conv = Conv2d(1, filters, bias=False)
    return Chain(Norm(), Activation("relu"), conv, Pool(2, mode="average"))


@members("relu5", "avgpool", "*/dropout*")
def _densenet(
    name: str,
    depths: tuple[int, ...],
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    growth: int = 32,
    bottleneck: int = 4,
    dropout: float = 0.0,
) -> Sequential:
    filters = 2 * growth
    net = (
        Sequential(input, name=name)
        .conv(7, filters, stride=2, padding=3, bias=False, name="conv0")
        .norm(name="norm0")
        .relu(name="relu0")
        .pool(3, stride=2, padding=1, name="pool0")
    )
    for stage, depth in enumerate(depths, 1):
        if stage > 1:
            filters //= 2
            net = net.add(Named(_transition(filters), f"transition{stage - 1}"))
        block = DenseBlock(depth, growth, bottleneck, dropout)
        net = net.add(Named(block, f"denseblock{stage}"))
        filters += depth * growth
    return (
        net.norm(name="norm5")
        .relu(name="relu5")
        .adaptive_pool(1, name="avgpool")
        .fc(classes, name="classifier")
    )


densenet121 = _densenet("densenet121", "DenseNet-121.", (6, 12, 24, 16))
densenet161 = _densenet(
    "densenet161", "DenseNet-161, which grows by 48.", (6, 12, 36, 24), growth=48
)
densenet169 = _densenet("densenet169", "DenseNet-169.", (6, 12, 32, 32))
densenet201 = _densenet("densenet201", "DenseNet-201.", (6, 12, 48, 32))


@member()
def densenet40(
    name: str,
    input: ShapeLike = (32, 32, 3),
    *,
    classes: int = 10,
    layers: int = 40,
    growth: int = 12,
    bottleneck: int = 0,
    compression: float = 1.0,
    dropout: float = 0.0,
) -> Sequential:
    """DenseNet of 40 layers that grows by 12, for CIFAR-10."""
    depth = (layers - 4) // (6 if bottleneck else 3)
    filters = 16 if compression == 1 else 2 * growth
    net = Sequential(input, name=name)
    net = net.conv(3, filters, padding=1, bias=False, name="conv0")
    for stage in range(1, 4):
        if stage > 1:
            filters = trunc(filters * compression)
            net = net.add(Named(_transition(filters), f"transition{stage - 1}"))
        block = DenseBlock(depth, growth, bottleneck, dropout)
        net = net.add(Named(block, f"denseblock{stage}"))
        filters += depth * growth
    net = net.norm(name="norm").relu(name="relu")
    return net.adaptive_pool(1, name="avgpool").fc(classes, name="classifier")
