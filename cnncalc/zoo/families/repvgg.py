"""RepVGG: three branches while it trains, which merge into one convolution.

Ding, Zhang, Ma, Han, Ding & Sun 2021, "RepVGG: making VGG-style ConvNets great again",
https://arxiv.org/abs/2101.03697, figure 2 and table 2, as in timm. What is built is the
network that trains; merged, each of its blocks is one 3×3 convolution.
"""

from __future__ import annotations

from cnncalc.blocks.chain import Chain, conv_norm_act
from cnncalc.blocks.combine import Branch
from cnncalc.graph.wrappers import Named
from cnncalc.layers import Activation, Add, Norm
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member
from cnncalc.zoo.parts import stage

__all__ = ["repvgg_a0"]


def _block(filters: int, stride: int) -> Chain:
    """Return a block; only one that keeps the shape has a norm of what enters it."""
    one, three = (
        conv_norm_act(filters, kernel, stride=stride, activation=None)
        for kernel in (1, 3)
    )
    arms = [Named(one, "conv1x1"), Named(three, "conv3x3")]
    if stride == 1:
        arms.insert(0, Named(Norm(), "identity"))
    return Chain(Branch(arms, Add(), name="branches"), Activation("relu"))


# Blocks and filters of each stage, which halves the map.
_A0 = ((2, 48), (4, 96), (14, 192), (1, 1280))


@member()
def repvgg_a0(
    name: str, input: ShapeLike = (224, 224, 3), *, classes: int = 1000
) -> Sequential:
    """RepVGG-A0, with the branches that it has while it trains."""
    net = Sequential(input, name=name).add(Named(_block(48, 2), "stem"))
    for number, (depth, filters) in enumerate(_A0, 1):
        blocks = [_block(filters, 2 if i == 0 else 1) for i in range(depth)]
        net = net.add(stage(f"stage{number}", blocks))
    return net.adaptive_pool(1, name="avgpool").fc(classes, name="fc")
