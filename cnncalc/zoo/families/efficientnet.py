"""EfficientNet and EfficientNet V2, as in torchvision.

Tan & Le 2019, "EfficientNet: rethinking model scaling for convolutional neural
networks", https://arxiv.org/abs/1905.11946; Tan & Le 2021, "EfficientNetV2: smaller
models and faster training", https://arxiv.org/abs/2104.00298. The input grows with the
network; it is the one that each is published with. torchvision shows B2 crops of
288×288 where the authors show it images of 260×260.
"""

from __future__ import annotations

from typing import NamedTuple

from cnncalc.blocks.chain import conv_norm_act
from cnncalc.blocks.mobile import (
    FusedInvertedResidual,
    InvertedResidual,
    SqueezeExcite,
)
from cnncalc.graph.block import Block
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.number import divisible
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import members
from cnncalc.zoo.parts import Stage, stages

__all__ = ["efficientnet_b0", "efficientnet_b1", "efficientnet_b2", "efficientnet_b3"]
__all__ += ["efficientnet_b4", "efficientnet_b5", "efficientnet_b6", "efficientnet_b7"]
__all__ += ["efficientnet_v2_l", "efficientnet_v2_m", "efficientnet_v2_s"]

# Table 1 of the first paper.
_B = (
    Stage(1, 16, 1, 1),
    Stage(6, 24, 2, 2),
    Stage(6, 40, 2, 2, kernel=5),
    Stage(6, 80, 3, 2),
    Stage(6, 112, 3, 1, kernel=5),
    Stage(6, 192, 4, 2, kernel=5),
    Stage(6, 320, 1, 1),
)
# Table 4 of the second paper, and larger ones from its authors' code.
_S = (
    Stage(1, 24, 2, 1, fused=True),
    Stage(4, 48, 4, 2, fused=True),
    Stage(4, 64, 4, 2, fused=True),
    Stage(4, 128, 6, 2),
    Stage(6, 160, 9, 1),
    Stage(6, 256, 15, 2),
)
_M = (
    Stage(1, 24, 3, 1, fused=True),
    Stage(4, 48, 5, 2, fused=True),
    Stage(4, 80, 5, 2, fused=True),
    Stage(4, 160, 7, 2),
    Stage(6, 176, 14, 1),
    Stage(6, 304, 18, 2),
    Stage(6, 512, 5, 1),
)
_L = (
    Stage(1, 32, 4, 1, fused=True),
    Stage(4, 64, 7, 2, fused=True),
    Stage(4, 96, 7, 2, fused=True),
    Stage(4, 192, 10, 2),
    Stage(6, 224, 19, 1),
    Stage(6, 384, 25, 2),
    Stage(6, 640, 7, 1),
)


class _Design(NamedTuple):
    """A network before it is scaled: its rate of dropout, stages, first filters."""

    dropout: float
    stages: tuple[Stage, ...] = _B
    stem: int = 32


def _block(row: Stage, channels: int, filters: int, stride: int, drop: float) -> Block:
    expanded = divisible(channels * row.expansion)
    if row.fused:
        return FusedInvertedResidual(expanded, filters, row.kernel, stride, drop=drop)
    squeeze = SqueezeExcite(max(1, channels // 4), "silu")
    return InvertedResidual(
        expanded, filters, row.kernel, stride, "silu", squeeze, drop=drop
    )


@members()
def _efficientnet(
    name: str,
    design: _Design,
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    width: float = 1.0,
    depth: float = 1.0,
    dropout: float | None = None,
    stochastic_depth: float = 0.2,
) -> Sequential:
    channels = divisible(design.stem * width)
    first = conv_norm_act(channels, 3, stride=2, activation="silu")
    last = conv_norm_act(divisible(1280 * width), activation="silu")
    body = stages(_block, design.stages, channels, width, depth, stochastic_depth)
    return (
        Sequential(input, name=name)
        .add(Named(first, "stem"), *body, Named(last, "head"))
        .adaptive_pool(1, name="avgpool")
        .dropout(design.dropout if dropout is None else dropout, name="dropout")
        .fc(classes, name="fc")
    )


# Dropout, width, depth and the published size of B1 to B7.
_ROWS = (
    (0.2, 1.0, 1.1, 240),
    (0.3, 1.1, 1.2, 260),
    (0.3, 1.2, 1.4, 300),
    (0.4, 1.4, 1.8, 380),
    (0.4, 1.6, 2.2, 456),
    (0.5, 1.8, 2.6, 528),
    (0.5, 2.0, 3.1, 600),
)
_B0 = "EfficientNet-B0, from which the others are scaled."

efficientnet_b0 = _efficientnet("efficientnet_b0", _B0, _Design(0.2))
efficientnet_b1, efficientnet_b2, efficientnet_b3, efficientnet_b4, *_larger = [
    _efficientnet(
        f"efficientnet_b{number}",
        f"EfficientNet-B{number}.",
        _Design(dropout),
        input=(size, size, 3),
        width=width,
        depth=depth,
    )
    for number, (dropout, width, depth, size) in enumerate(_ROWS, 1)
]
efficientnet_b5, efficientnet_b6, efficientnet_b7 = _larger
efficientnet_v2_s = _efficientnet(
    "efficientnet_v2_s", "EfficientNet V2-S.", _Design(0.2, _S, 24), input=(384, 384, 3)
)
efficientnet_v2_m = _efficientnet(
    "efficientnet_v2_m", "EfficientNet V2-M.", _Design(0.3, _M, 24), input=(480, 480, 3)
)
efficientnet_v2_l = _efficientnet(
    "efficientnet_v2_l", "EfficientNet V2-L.", _Design(0.4, _L, 32), input=(480, 480, 3)
)
