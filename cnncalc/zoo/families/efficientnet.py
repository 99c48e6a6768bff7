"""EfficientNet and EfficientNet V2, as in torchvision.

Tan & Le 2019, "EfficientNet: rethinking model scaling for convolutional neural
networks", https://arxiv.org/abs/1905.11946; Tan & Le 2021, "EfficientNetV2: smaller
models and faster training", https://arxiv.org/abs/2104.00298. All are at 224×224
here; the published sizes of the input grow with the network.
"""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from cnncalc.blocks.chain import conv_norm_act
from cnncalc.blocks.mobile import FusedInvertedResidual, InvertedResidual, divisible
from cnncalc.blocks.squeeze import SqueezeExcite
from cnncalc.graph.block import Block
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.member import member

__all__ = ["NETWORKS"]


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
    first = conv_norm_act(channels, 3, stride=2, activation="silu")
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
        net.add(
            Named(conv_norm_act(divisible(1280 * width), activation="silu"), "head")
        )
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

_MEANS = (
    "The structure gives 9.11M, and 9.18M with the running means and variances of its "
    "batch norms, which are no parameters here."
)
_ROUND = (
    "The structure gives 118.5M, and 119.0M with the running means and variances of "
    "its batch norms; 120M is rounder than that."
)

# Of B1 to B7: dropout, width, depth, published size, and parameters in table 2.
_B_ROWS = (
    (0.2, 1.0, 1.1, 240, "7.8M", ""),
    (0.3, 1.1, 1.2, 260, "9.2M", _MEANS),
    (0.3, 1.2, 1.4, 300, "12M", ""),
    (0.4, 1.4, 1.8, 380, "19M", ""),
    (0.4, 1.6, 2.2, 456, "30M", ""),
    (0.5, 1.8, 2.6, 528, "43M", ""),
    (0.5, 2.0, 3.1, 600, "66M", ""),
)

# Of V2: its design, published size, and what table 7 says of its parameters.
_V2_ROWS = (
    ("S", _Design(0.2, _S, 24), 384, ()),
    ("M", _Design(0.3, _M, 24), 480, (Claim("params", "54M", _TABLE_7),)),
    ("L", _Design(0.4, _L, 32), 480, (Claim("params", "120M", _TABLE_7, why=_ROUND),)),
)

_B0 = member(
    _efficientnet,
    "efficientnet_b0",
    "EfficientNet-B0, from which the others are scaled.",
    claims=(Claim("params", "5.3M", _TABLE_2), Claim("macs", "0.39B", _TABLE_2)),
    design=_Design(0.2),
)
NETWORKS = {
    "efficientnet_b0": _B0,
    **{
        f"efficientnet_b{number}": member(
            _efficientnet,
            f"efficientnet_b{number}",
            f"EfficientNet-B{number}, published at {size}×{size}.",
            claims=(Claim("params", params, _TABLE_2, why=why),),
            design=_Design(dropout),
            width=width,
            depth=depth,
        )
        for number, (dropout, width, depth, size, params, why) in enumerate(_B_ROWS, 1)
    },
    **{
        f"efficientnet_v2_{letter.lower()}": member(
            _efficientnet,
            f"efficientnet_v2_{letter.lower()}",
            f"EfficientNet V2-{letter}, published at {size}×{size}.",
            claims=claims,
            design=design,
        )
        for letter, design, size, claims in _V2_ROWS
    },
}
