"""MnasNet-B1, without squeeze and excitation, as in torchvision.

Tan et al. 2018, "MnasNet: platform-aware neural architecture search for mobile",
https://arxiv.org/abs/1807.11626
"""

from __future__ import annotations

from typing import NamedTuple

from cnncalc.blocks.chain import Chain, conv_norm_act
from cnncalc.blocks.mobile import InvertedResidual, depthwise_unit, divisible
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member

__all__ = ["mnasnet0_5", "mnasnet0_75", "mnasnet1_0", "mnasnet1_3"]


class _Stack(NamedTuple):
    """Equal blocks, of which the first one may stride."""

    expansion: int
    filters: int
    kernel: int
    depth: int
    stride: int


_STACKS = (
    _Stack(3, 24, 3, 3, 2),
    _Stack(3, 40, 5, 3, 2),
    _Stack(6, 80, 5, 3, 2),
    _Stack(6, 96, 3, 2, 1),
    _Stack(6, 192, 5, 4, 2),
    _Stack(6, 320, 3, 1, 1),
)


def _mnasnet(
    name: str,
    *,
    input: ShapeLike = (224, 224, 3),
    classes: int = 1000,
    width: float = 1.0,
    dropout: float = 0.2,
) -> Sequential:
    channels = divisible(16 * width)
    stem = Chain(
        conv_norm_act(divisible(32 * width), 3, stride=2),
        depthwise_unit(3),
        conv_norm_act(channels, activation=None),
    )
    net = Sequential(input, name=name).add(Named(stem, "stem"))
    for number, stack in enumerate(_STACKS, 1):
        filters = divisible(stack.filters * width)
        layer = Sequential(name=f"stack{number}")
        for place in range(stack.depth):
            block = InvertedResidual(
                channels * stack.expansion,
                filters,
                stack.kernel,
                1 if place else stack.stride,
                "relu",
            )
            layer = layer.add(Named(block, str(place)))
            channels = filters
        net = net.add(layer)
    return (
        net.add(Named(conv_norm_act(1280), "head"))
        .global_pool(name="avgpool")
        .dropout(dropout, name="dropout")
        .fc(classes, name="fc")
    )


_POOL = ("avgpool",)

mnasnet0_5 = member(
    _mnasnet,
    "mnasnet0_5",
    "MnasNet-B1, half as wide.",
    module_less=_POOL,
    width=0.5,
)
mnasnet0_75 = member(
    _mnasnet,
    "mnasnet0_75",
    "MnasNet-B1, 0.75 times as wide.",
    module_less=_POOL,
    width=0.75,
)
mnasnet1_0 = member(
    _mnasnet,
    "mnasnet1_0",
    "MnasNet-B1, of any width.",
    module_less=_POOL,
)
mnasnet1_3 = member(
    _mnasnet,
    "mnasnet1_3",
    "MnasNet-B1, 1.3 times as wide.",
    module_less=_POOL,
    width=1.3,
)
