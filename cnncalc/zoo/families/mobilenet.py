"""MobileNet, as in Keras; MobileNet V2 and V3, as in torchvision.

Howard et al. 2017, "MobileNets: efficient convolutional neural networks for mobile
vision applications", https://arxiv.org/abs/1704.04861; Sandler et al. 2018,
"MobileNetV2: inverted residuals and linear bottlenecks",
https://arxiv.org/abs/1801.04381; Howard et al. 2019, "Searching for MobileNetV3",
https://arxiv.org/abs/1905.02244.
"""

from __future__ import annotations

from math import trunc

from cnncalc.blocks.chain import conv_norm_act
from cnncalc.blocks.mobile import (
    InvertedResidual,
    SeparableUnit,
    SqueezeExcite,
)
from cnncalc.graph.block import Block
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.number import divisible, greater
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member, members
from cnncalc.zoo.parts import Stage, stages

__all__ = ["mobilenet", "mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small"]


# Table 1 of the first paper: (filters, stride) of each separable convolution.
V1 = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    *((512, 1),) * 5,
    (1024, 2),
    (1024, 1),
)


@member()
def mobilenet(
    name: str,
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    width: float = 1.0,
    depth_multiplier: int = 1,
    dropout: float = 0.001,
) -> Sequential:
    """MobileNet, as in Keras."""
    net = (
        Sequential(input, name=name)
        .conv(3, trunc(32 * width), stride=2, padding="same", bias=False, name="conv1")
        .norm(name="norm1")
        .relu6(name="relu1")
    )
    for number, (filters, stride) in enumerate(V1, 1):
        block = SeparableUnit(trunc(filters * width), stride, depth_multiplier)
        net = net.add(Named(block, f"block{number}"))
    return (
        net.global_pool(keep_map=True, name="avgpool")
        .dropout(dropout, name="dropout")
        .conv(1, classes, name="conv2")
        .flatten(name="flatten")
        .softmax(name="softmax")
    )


# Table 2 of the second paper.
_V2 = (
    Stage(1, 16, 1, 1),
    Stage(6, 24, 2, 2),
    Stage(6, 32, 3, 2),
    Stage(6, 64, 4, 2),
    Stage(6, 96, 3, 1),
    Stage(6, 160, 3, 2),
    Stage(6, 320, 1, 1),
)


def _inverted(row: Stage, channels: int, filters: int, stride: int, _: float) -> Block:
    return InvertedResidual(channels * row.expansion, filters, stride=stride)


def _classifier(classes: int, dropout: float) -> Sequential:
    """Return what is on top of MobileNet V2."""
    return (
        Sequential()
        .adaptive_pool(1, name="avgpool")
        .dropout(dropout, name="dropout")
        .fc(classes, name="fc")
    )


@member("avgpool")
def mobilenet_v2(
    name: str,
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    width: float = 1.0,
    depth: float = 1.0,
    dropout: float = 0.2,
) -> Sequential:
    """MobileNet V2, as in torchvision."""
    channels = divisible(32 * width)
    stem = conv_norm_act(channels, 3, stride=2, activation="relu6")
    body = stages(_inverted, _V2, channels, width, depth)
    head = conv_norm_act(divisible(1280 * greater(1.0, width)), activation="relu6")
    parts = (Named(stem, "stem"), *body, Named(head, "head"))
    return Sequential(input, name=name).add(*parts, _classifier(classes, dropout))


# Kernel, channels inside, filters, whether it squeezes, its function, and its stride.
_Block = tuple[int, int, int, bool, str, int]
_RE, _HS = "relu", "hardswish"

# Tables 1 and 2 of the third paper.
_LARGE = (
    (3, 16, 16, False, _RE, 1),
    (3, 64, 24, False, _RE, 2),
    (3, 72, 24, False, _RE, 1),
    (5, 72, 40, True, _RE, 2),
    (5, 120, 40, True, _RE, 1),
    (5, 120, 40, True, _RE, 1),
    (3, 240, 80, False, _HS, 2),
    (3, 200, 80, False, _HS, 1),
    (3, 184, 80, False, _HS, 1),
    (3, 184, 80, False, _HS, 1),
    (3, 480, 112, True, _HS, 1),
    (3, 672, 112, True, _HS, 1),
    (5, 672, 160, True, _HS, 2),
    (5, 960, 160, True, _HS, 1),
    (5, 960, 160, True, _HS, 1),
)
_SMALL = (
    (3, 16, 16, True, _RE, 2),
    (3, 72, 24, False, _RE, 2),
    (3, 88, 24, False, _RE, 1),
    (5, 96, 40, True, _HS, 2),
    (5, 240, 40, True, _HS, 1),
    (5, 240, 40, True, _HS, 1),
    (5, 120, 48, True, _HS, 1),
    (5, 144, 48, True, _HS, 1),
    (5, 288, 96, True, _HS, 2),
    (5, 576, 96, True, _HS, 1),
    (5, 576, 96, True, _HS, 1),
)


@members()
def _mobilenet_v3(
    name: str,
    design: tuple[tuple[_Block, ...], int],
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    width: float = 1.0,
    dropout: float = 0.2,
) -> Sequential:
    blocks, features = design
    stem = conv_norm_act(divisible(16 * width), 3, stride=2, activation=_HS)
    net = Sequential(input, name=name).add(Named(stem, "stem"))
    filters = 0
    for number, (kernel, inside, out, squeezes, act, stride) in enumerate(blocks, 1):
        expanded, filters = divisible(inside * width), divisible(out * width)
        squeeze = SqueezeExcite(divisible(expanded // 4), gate="hardsigmoid")
        block = InvertedResidual(
            expanded, filters, kernel, stride, act, squeeze if squeezes else None
        )
        net = net.add(Named(block, f"block{number}"))
    return (
        net.add(Named(conv_norm_act(6 * filters, activation=_HS), "head"))
        .adaptive_pool(1, name="avgpool")
        .fc(divisible(features * width), name="fc1")
        .hardswish(name="hardswish")
        .dropout(dropout, name="dropout")
        .fc(classes, name="fc2")
    )


mobilenet_v3_large = _mobilenet_v3(
    "mobilenet_v3_large", "MobileNet V3 Large, as in torchvision.", (_LARGE, 1280)
)
mobilenet_v3_small = _mobilenet_v3(
    "mobilenet_v3_small", "MobileNet V3 Small, as in torchvision.", (_SMALL, 1024)
)
