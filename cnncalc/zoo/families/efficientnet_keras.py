"""EfficientNet V2 B0 to B3, as in Keras.

Tan & Le 2021, "EfficientNetV2: smaller models and faster training",
https://arxiv.org/abs/2104.00298, whose authors' code has these smaller networks, scaled
as those of 2019 are; https://keras.io/api/applications/efficientnet_v2/.
"""

from __future__ import annotations

from math import trunc

from cnncalc.blocks.chain import Chain, activated, conv_norm_act
from cnncalc.blocks.combine import Residual
from cnncalc.blocks.mobile import SqueezeExcite
from cnncalc.graph.block import Block
from cnncalc.graph.wrappers import Named
from cnncalc.layers import DepthwiseConv2d, Layer, StochasticDepth
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import members
from cnncalc.zoo.parts import Stage, stages

__all__ = ["efficientnet_v2_b0", "efficientnet_v2_b1", "efficientnet_v2_b2"]
__all__ += ["efficientnet_v2_b3"]

_B0 = (
    Stage(1, 16, 1, 1, fused=True),
    Stage(4, 32, 2, 2, fused=True),
    Stage(4, 48, 2, 2, fused=True),
    Stage(4, 96, 3, 2),
    Stage(6, 112, 5, 1),
    Stage(6, 192, 8, 2),
)


def _scaled(filters: int, width: float) -> int:
    """Return the nearest multiple of 8, which may be less by more than a tenth."""
    return trunc(filters * width + 4) // 8 * 8


def _conv(filters: int, kernel: int = 1, stride: int = 1, act: bool = True) -> Chain:
    activation = "silu" if act else None
    return conv_norm_act(
        filters, kernel, stride=stride, padding="same", activation=activation
    )


def _block(row: Stage, channels: int, filters: int, stride: int, drop: float) -> Block:
    expanded = channels * row.expansion
    parts: list[Layer | Block] = []
    if row.fused and row.expansion == 1:
        parts = [_conv(filters, row.kernel, stride)]
    elif row.fused:
        parts = [_conv(expanded, row.kernel, stride), _conv(filters, act=False)]
    else:
        depthwise = DepthwiseConv2d(
            row.kernel, stride=stride, padding="same", bias=False
        )
        squeeze = Named(SqueezeExcite(max(1, channels // 4), "silu"), "se")
        parts = [_conv(expanded), activated(depthwise, "silu"), squeeze]
        parts.append(_conv(filters, act=False))
    if stride != 1 or channels != filters:
        return Chain(*parts)
    return Residual(Chain(*parts, *([StochasticDepth(drop)] if drop else [])))


@members()
def _efficientnet(
    name: str,
    scale: tuple[float, float],
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    dropout: float = 0.2,
    stochastic_depth: float = 0.2,
) -> Sequential:
    width, depth = scale
    stem = _scaled(32, width)
    rows = [row._replace(filters=_scaled(row.filters, width)) for row in _B0]
    body = stages(_block, rows, stem, 1.0, depth, stochastic_depth)
    head = _conv(_scaled(1280, width))
    return (
        Sequential(input, name=name)
        .add(Named(_conv(stem, 3, 2), "stem"), *body, Named(head, "head"))
        .global_pool(name="avgpool")
        .dropout(dropout, name="dropout")
        .fc(classes, name="fc")
        .softmax(name="softmax")
    )


# Width, depth and the published size.
_ROWS = ((1.0, 1.0, 224), (1.0, 1.1, 240), (1.1, 1.2, 260), (1.2, 1.4, 300))

efficientnet_v2_b0, efficientnet_v2_b1, efficientnet_v2_b2, efficientnet_v2_b3 = [
    _efficientnet(
        f"efficientnet_v2_b{number}",
        f"EfficientNet V2-B{number}.",
        (width, depth),
        input=(size, size, 3),
    )
    for number, (width, depth, size) in enumerate(_ROWS)
]
