"""EfficientNet and EfficientNet V2, as in torchvision.

Tan & Le 2019, "EfficientNet: rethinking model scaling for convolutional neural
networks", https://arxiv.org/abs/1905.11946; Tan & Le 2021, "EfficientNetV2: smaller
models and faster training", https://arxiv.org/abs/2104.00298. All are at 224×224
here; the published sizes of the input grow with the network.
"""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from cnncalc.blocks.chain import unit
from cnncalc.blocks.mobile import FusedInvertedResidual, InvertedResidual, divisible
from cnncalc.blocks.squeeze import SqueezeExcite
from cnncalc.graph.block import Block
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.member import member

__all__ = [
    "efficientnet_b0",
    "efficientnet_b1",
    "efficientnet_b2",
    "efficientnet_b3",
    "efficientnet_b4",
    "efficientnet_b5",
    "efficientnet_b6",
    "efficientnet_b7",
    "efficientnet_v2_l",
    "efficientnet_v2_m",
    "efficientnet_v2_s",
]


class _Stage(NamedTuple):
    """Equal blocks, of which the first one may stride."""

    expansion: int
    kernel: int
    stride: int
    filters: int
    depth: int
    fused: bool = False


# Table 1 of the first paper.
_B = (
    _Stage(1, 3, 1, 16, 1),
    _Stage(6, 3, 2, 24, 2),
    _Stage(6, 5, 2, 40, 2),
    _Stage(6, 3, 2, 80, 3),
    _Stage(6, 5, 1, 112, 3),
    _Stage(6, 5, 2, 192, 4),
    _Stage(6, 3, 1, 320, 1),
)
# Table 4 of the second paper, and larger ones from its authors' code.
_S = (
    _Stage(1, 3, 1, 24, 2, fused=True),
    _Stage(4, 3, 2, 48, 4, fused=True),
    _Stage(4, 3, 2, 64, 4, fused=True),
    _Stage(4, 3, 2, 128, 6),
    _Stage(6, 3, 1, 160, 9),
    _Stage(6, 3, 2, 256, 15),
)
_M = (
    _Stage(1, 3, 1, 24, 3, fused=True),
    _Stage(4, 3, 2, 48, 5, fused=True),
    _Stage(4, 3, 2, 80, 5, fused=True),
    _Stage(4, 3, 2, 160, 7),
    _Stage(6, 3, 1, 176, 14),
    _Stage(6, 3, 2, 304, 18),
    _Stage(6, 3, 1, 512, 5),
)
_L = (
    _Stage(1, 3, 1, 32, 4, fused=True),
    _Stage(4, 3, 2, 64, 7, fused=True),
    _Stage(4, 3, 2, 96, 7, fused=True),
    _Stage(4, 3, 2, 192, 10),
    _Stage(6, 3, 1, 224, 19),
    _Stage(6, 3, 2, 384, 25),
    _Stage(6, 3, 1, 640, 7),
)


class _Design(NamedTuple):
    """A network before it is scaled: its rate of dropout, stages, first filters."""

    dropout: float
    stages: tuple[_Stage, ...] = _B
    stem: int = 32


def _efficientnet(
    name: str,
    *,
    design: _Design,
    input: ShapeLike = (224, 224, 3),
    classes: int = 1000,
    width: float = 1.0,
    depth: float = 1.0,
    dropout: float | None = None,
    stochastic_depth: float = 0.2,
) -> Sequential:
    channels = divisible(design.stem * width)
    first = unit(channels, 3, stride=2, activation="silu")
    net = Sequential(input, name=name).add(Named(first, "stem"))
    depths = [ceil(stage.depth * depth) for stage in design.stages]
    before = 0
    scaled = zip(design.stages, depths, strict=True)
    for number, (stage, count) in enumerate(scaled, 1):
        filters = divisible(stage.filters * width)
        layer = Sequential(name=f"stage{number}")
        for place in range(count):
            drop = stochastic_depth * (before + place) / sum(depths)
            block = _block(stage, channels, filters, first=place == 0, drop=drop)
            layer = layer.add(Named(block, str(place)))
            channels = filters
        net = net.add(layer)
        before += count
    return (
        net.add(Named(unit(divisible(1280 * width), activation="silu"), "head"))
        .adaptive_pool(1, name="avgpool")
        .dropout(design.dropout if dropout is None else dropout, name="dropout")
        .fc(classes, name="fc")
    )


def _block(
    stage: _Stage, channels: int, filters: int, *, first: bool, drop: float
) -> Block:
    expanded = divisible(channels * stage.expansion)
    stride = stage.stride if first else 1
    if stage.fused:
        return FusedInvertedResidual(expanded, filters, stage.kernel, stride, drop=drop)
    squeeze = SqueezeExcite(max(1, channels // 4), "silu")
    return InvertedResidual(
        expanded, filters, stage.kernel, stride, "silu", squeeze, drop=drop
    )


_TABLE_2 = "Tan & Le 2019, table 2"
_TABLE_7 = "Tan & Le 2021, table 7"

efficientnet_b0 = member(
    _efficientnet,
    "efficientnet_b0",
    "EfficientNet-B0, from which the others are scaled.",
    claims=(Claim("params", "5.3M", _TABLE_2), Claim("macs", "0.39B", _TABLE_2)),
    design=_Design(0.2),
)
efficientnet_b1 = member(
    _efficientnet,
    "efficientnet_b1",
    "EfficientNet-B1, published at 240×240.",
    claims=(Claim("params", "7.8M", _TABLE_2),),
    design=_Design(0.2),
    width=1.0,
    depth=1.1,
)
efficientnet_b2 = member(
    _efficientnet,
    "efficientnet_b2",
    "EfficientNet-B2, published at 260×260.",
    claims=(
        Claim(
            "params",
            "9.2M",
            _TABLE_2,
            why="The structure gives 9.11M, and 9.18M with the running means and "
            "variances of its batch norms, which are no parameters here.",
        ),
    ),
    design=_Design(0.3),
    width=1.1,
    depth=1.2,
)
efficientnet_b3 = member(
    _efficientnet,
    "efficientnet_b3",
    "EfficientNet-B3, published at 300×300.",
    claims=(Claim("params", "12M", _TABLE_2),),
    design=_Design(0.3),
    width=1.2,
    depth=1.4,
)
efficientnet_b4 = member(
    _efficientnet,
    "efficientnet_b4",
    "EfficientNet-B4, published at 380×380.",
    claims=(Claim("params", "19M", _TABLE_2),),
    design=_Design(0.4),
    width=1.4,
    depth=1.8,
)
efficientnet_b5 = member(
    _efficientnet,
    "efficientnet_b5",
    "EfficientNet-B5, published at 456×456.",
    claims=(Claim("params", "30M", _TABLE_2),),
    design=_Design(0.4),
    width=1.6,
    depth=2.2,
)
efficientnet_b6 = member(
    _efficientnet,
    "efficientnet_b6",
    "EfficientNet-B6, published at 528×528.",
    claims=(Claim("params", "43M", _TABLE_2),),
    design=_Design(0.5),
    width=1.8,
    depth=2.6,
)
efficientnet_b7 = member(
    _efficientnet,
    "efficientnet_b7",
    "EfficientNet-B7, published at 600×600.",
    claims=(Claim("params", "66M", _TABLE_2),),
    design=_Design(0.5),
    width=2.0,
    depth=3.1,
)
efficientnet_v2_s = member(
    _efficientnet,
    "efficientnet_v2_s",
    "EfficientNet V2-S, published at 384×384.",
    design=_Design(0.2, _S, 24),
)
efficientnet_v2_m = member(
    _efficientnet,
    "efficientnet_v2_m",
    "EfficientNet V2-M, published at 480×480.",
    claims=(Claim("params", "54M", _TABLE_7),),
    design=_Design(0.3, _M, 24),
)
efficientnet_v2_l = member(
    _efficientnet,
    "efficientnet_v2_l",
    "EfficientNet V2-L, published at 480×480.",
    claims=(
        Claim(
            "params",
            "120M",
            _TABLE_7,
            why="The structure gives 118.5M, and 119.0M with the running means and "
            "variances of its batch norms; 120M is rounder than that.",
        ),
    ),
    design=_Design(0.4, _L, 32),
)
