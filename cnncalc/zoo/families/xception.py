"""Xception, as in Keras.

Chollet 2016, "Xception: deep learning with depthwise separable convolutions",
https://arxiv.org/abs/1610.02357.
"""

from __future__ import annotations

from cnncalc.blocks.chain import Chain, conv_norm_act
from cnncalc.blocks.xception import SeparableResidual
from cnncalc.graph.wrappers import Named
from cnncalc.layers import Activation, Norm, SeparableConv2d
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member

__all__ = ["xception"]


def _separable(filters: int) -> Chain:
    conv = SeparableConv2d(3, filters, padding="same", bias=False)
    return Chain(conv, Norm(), Activation("relu"))


@member("softmax")
def xception(
    name: str,
    input: ShapeLike = (299, 299, 3),
    *,
    classes: int = 1000,
    repeats: int = 8,
) -> Sequential:
    """Xception, as in Keras."""
    blocks = [
        SeparableResidual((128, 128), relu_first=False),
        *[SeparableResidual((filters, filters)) for filters in (256, 728)],
        *[SeparableResidual((728, 728, 728), halve=False)] * repeats,
        SeparableResidual((728, 1024)),
    ]
    stem = Chain(
        conv_norm_act(32, 3, stride=2, padding=0), conv_norm_act(64, 3, padding=0)
    )
    last = Chain(_separable(1536), _separable(2048))
    parts = [
        Named(part, f"block{i}") for i, part in enumerate([stem, *blocks, last], 1)
    ]
    return (
        Sequential(input, name=name)
        .add(*parts)
        .global_pool(name="avgpool")
        .fc(classes, name="fc")
        .softmax(name="softmax")
    )
