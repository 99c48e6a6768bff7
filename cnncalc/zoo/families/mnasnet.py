"""MnasNet-B1, without squeeze and excitation, as in torchvision.

Tan et al. 2018, "MnasNet: platform-aware neural architecture search for mobile",
https://arxiv.org/abs/1807.11626
"""

from __future__ import annotations

from cnncalc.blocks.chain import Chain, conv_norm_act
from cnncalc.blocks.mobile import InvertedResidual, depthwise_unit
from cnncalc.graph.block import Block
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.number import divisible
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member
from cnncalc.zoo.parts import Stage, stages

__all__ = ["mnasnet0_5", "mnasnet0_75", "mnasnet1_0", "mnasnet1_3"]

_STACKS = (
    Stage(3, 24, 3, 2),
    Stage(3, 40, 3, 2, kernel=5),
    Stage(6, 80, 3, 2, kernel=5),
    Stage(6, 96, 2, 1),
    Stage(6, 192, 4, 2, kernel=5),
    Stage(6, 320, 1, 1),
)


def _block(row: Stage, channels: int, filters: int, stride: int, _: float) -> Block:
    expanded = channels * row.expansion
    return InvertedResidual(expanded, filters, row.kernel, stride, "relu")


@member("avgpool")
def mnasnet1_0(
    name: str,
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    width: float = 1.0,
    dropout: float = 0.2,
) -> Sequential:
    """MnasNet-B1, of any width."""
    channels = divisible(16 * width)
    stem = Chain(
        conv_norm_act(divisible(32 * width), 3, stride=2),
        depthwise_unit(3),
        conv_norm_act(channels, activation=None),
    )
    stacks = stages(_block, _STACKS, channels, width, name="stack")
    return (
        Sequential(input, name=name)
        .add(Named(stem, "stem"), *stacks, Named(conv_norm_act(1280), "head"))
        .global_pool(name="avgpool")
        .dropout(dropout, name="dropout")
        .fc(classes, name="fc")
    )


mnasnet0_5, mnasnet0_75, mnasnet1_3 = [
    mnasnet1_0.variant(f"mnasnet{size}", f"MnasNet-B1, {words} as wide.", width=width)
    for size, words, width in [
        ("0_5", "half", 0.5),
        ("0_75", "0.75 times", 0.75),
        ("1_3", "1.3 times", 1.3),
    ]
]
