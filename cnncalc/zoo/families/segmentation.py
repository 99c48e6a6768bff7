"""Networks that classify each pixel: FCN, DeepLab V3 and LR-ASPP, as in torchvision.

Long, Shelhamer & Darrell 2014, "Fully convolutional networks for semantic
segmentation", https://arxiv.org/abs/1411.4038; Chen, Papandreou, Schroff & Adam 2017,
"Rethinking atrous convolution for semantic image segmentation",
https://arxiv.org/abs/1706.05587; Howard et al. 2019, "Searching for MobileNetV3",
https://arxiv.org/abs/1905.02244, §6.4. They are without auxiliary heads, and the last
stages of their backbones dilate where they would stride.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from cnncalc.blocks.chain import Chain, conv_norm_act
from cnncalc.blocks.combine import Residual
from cnncalc.blocks.mobile import SqueezeExcite
from cnncalc.blocks.resnet import Bottleneck
from cnncalc.graph.block import Tensor
from cnncalc.graph.wrappers import Named
from cnncalc.layers import (
    Activation,
    AdaptivePool,
    Add,
    Concat,
    Conv2d,
    DepthwiseConv2d,
    Dropout,
    Multiply,
    Norm,
    Upsample,
)
from cnncalc.network import Builder, Graph
from cnncalc.sizes.number import divisible
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.families.mobilenet import mobilenet_v3_large
from cnncalc.zoo.families.resnet import resnet50
from cnncalc.zoo.member import members

__all__ = ["deeplabv3_resnet50", "fcn_resnet50", "lraspp_mobilenet_v3_large"]

# What makes a low and a high map of an image, and what makes classes of these.
_Backbone: TypeAlias = Callable[[Builder, Tensor], tuple[Tensor, Tensor]]
_Head: TypeAlias = Callable[[Builder, Tensor, Tensor, int], Any]

_KEPT = 6  # steps of the classifier, up to the stage of stride 8, that are the same


def _resnet50(g: Builder, x: Tensor) -> tuple[Tensor, Tensor]:
    for step in resnet50(input=x.shape).steps[:_KEPT]:
        x = g.add(step, x)
    low = x
    # As there, the first block of a stage still dilates as the stage before it does.
    for stage, width, depth, dilation in ((3, 256, 6, 2), (4, 512, 3, 4)):
        first, other = (
            Bottleneck(width, 4 * width, dilation=d) for d in (dilation // 2, dilation)
        )
        with g.scope(f"layer{stage}"):
            for number in range(depth):
                x = g.add(other if number else first, x, name=str(number))
    return low, x


_LOW, _DILATED = 4, 13  # the block that is the low map, and the first one that dilates


def _mobilenet_v3(g: Builder, x: Tensor) -> tuple[Tensor, Tensor]:
    low = x
    for number, step in enumerate(mobilenet_v3_large(input=x.shape).steps[:_DILATED]):
        x = g.add(step, x)
        low = x if number == _LOW else low
    for number, expanded in enumerate((672, 960, 960), _DILATED):
        body = Chain(
            conv_norm_act(expanded, activation="hardswish"),
            DepthwiseConv2d(5, padding=4, dilation=2, bias=False),
            Norm(),
            Activation("hardswish"),
            SqueezeExcite(divisible(expanded // 4), gate="hardsigmoid"),
            conv_norm_act(160, activation=None),
        )
        block = body if number == _DILATED else Residual(body)
        x = g.add(block, x, name=f"block{number}")
    return low, g.add(conv_norm_act(960, activation="hardswish"), x, name="head")


_ENLARGE = Upsample(2, mode="bilinear")  # or as much as what it follows asks for


def _fcn(g: Builder, _: Tensor, high: Tensor, classes: int) -> Any:
    x = g.add(conv_norm_act(high.shape.channels // 4, 3), high)
    x = g.add(Dropout(0.1), x)
    return g.add(Conv2d(1, classes), x)


def _deeplab(g: Builder, _: Tensor, high: Tensor, classes: int) -> Any:
    arms = [Named(conv_norm_act(256), "rate1")]
    arms += [Named(conv_norm_act(256, 3, dilation=d), f"rate{d}") for d in (12, 24, 36)]
    with g.scope("aspp"):
        maps = [g.add(arm, high) for arm in arms]
        with g.scope("image"):
            pooled = g.add(Chain(AdaptivePool(1), conv_norm_act(256)), high)
            pooled = g.add(_ENLARGE, pooled, follows=high)
        x = g.add(Concat(), *maps, pooled)
        x = g.add(Chain(conv_norm_act(256), Dropout()), x, name="project")
    return g.add(Conv2d(1, classes), g.add(conv_norm_act(256, 3), x))


def _lraspp(g: Builder, low: Tensor, high: Tensor, classes: int) -> Any:
    x = g.add(conv_norm_act(128), high, name="cbr")
    scale = Chain(AdaptivePool(1), Conv2d(1, 128, bias=False), Activation("sigmoid"))
    x = g.add(Multiply(), x, g.add(scale, high, name="scale"))
    x = g.add(_ENLARGE, x, follows=low)
    low = g.add(Conv2d(1, classes), low, name="low")
    high = g.add(Conv2d(1, classes), x, name="high")
    return g.add(Add(), low, high)


@members("*upsample*")
def _segmentation(
    name: str,
    design: tuple[_Backbone, _Head],
    input: ShapeLike = (520, 520, 3),
    *,
    classes: int = 21,
) -> Graph:
    backbone, head = design
    g = Builder()
    image = g.input(input)
    with g.scope("backbone"):
        low, high = backbone(g, image)
    with g.scope("classifier"):
        x = head(g, low, high, classes)
    x = g.add(_ENLARGE, x, name="upsample", follows=image)
    return g.graph(x, name=name)


fcn_resnet50 = _segmentation(
    "fcn_resnet50", "Fully convolutional network on ResNet-50.", (_resnet50, _fcn)
)
deeplabv3_resnet50 = _segmentation(
    "deeplabv3_resnet50", "DeepLab V3 on ResNet-50.", (_resnet50, _deeplab)
)
lraspp_mobilenet_v3_large = _segmentation(
    "lraspp_mobilenet_v3_large",
    "Lite reduced atrous spatial pyramid pooling on MobileNetV3-Large.",
    (_mobilenet_v3, _lraspp),
)
