"""CoAtNet: two stages of convolutions, and two of attention, as in timm.

Dai, Liu, Le & Tan 2021, "CoAtNet: marrying convolution and attention for all data
sizes", https://arxiv.org/abs/2106.04803, figure 2 and table 3, as timm's
``coatnet_0_224`` has it. Each head adds a bias to its scores, which it has for each
distance of two positions; a table of these is spread over all pairs.
"""

from __future__ import annotations

from cnncalc.blocks.chain import Chain
from cnncalc.blocks.mobile import SqueezeExcite
from cnncalc.graph.block import Tensor
from cnncalc.layers import (
    FC,
    Activation,
    AdaptivePool,
    Add,
    Conv2d,
    DepthwiseConv2d,
    Flatten,
    Norm,
    Parameter,
    Permute,
    Pool,
    Reshape,
    Upsample,
)
from cnncalc.network import Builder, Graph
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member
from cnncalc.zoo.parts import attended

__all__ = ["coatnet_0"]

_EXPANSION = 4
_HEAD = 32  # channels
_GELU = Activation("gelu")

# Blocks and channels of each stage, which halves the map, and whether it attends.
_STAGES = (
    (2, 96, False),
    (3, 192, False),
    (5, 384, True),
    (2, 768, True),
)


def _shortcut(g: Builder, x: Tensor, filters: int, stride: int) -> Tensor:
    if stride == 1:
        return x
    halved = Chain(Pool(2, mode="average", ceil=True, name="pool"), Conv2d(1, filters))
    with g.scope("shortcut"):
        brought: Tensor = g.add(halved, x)
    return brought


def _mbconv(g: Builder, x: Tensor, filters: int, stride: int) -> Tensor:
    """Return a block of convolutions, with a norm before them."""
    inside = _EXPANSION * filters
    shortcut = _shortcut(g, x, filters, stride)
    depthwise = DepthwiseConv2d(3, stride=stride, padding=1, bias=False)
    y = g.add(Chain(Norm(), Conv2d(1, inside, bias=False), Norm(), _GELU), x)
    y = g.add(Chain(depthwise, Norm(), _GELU), y)
    y = g.add(SqueezeExcite(filters // 4, "silu"), y, name="se")
    total: Tensor = g.add(Add(), g.add(Conv2d(1, filters), y), shortcut)
    return total


def _bias(g: Builder, x: Tensor, heads: int) -> Tensor:
    """Return what heads add to the scores of each pair of positions.

    A value of the table goes to all pairs that are as far apart; which one goes where
    is not told by shapes, and so a resize stands for it.
    """
    high, wide = x.shape.space
    pairs = high * wide
    table = g.add(Parameter((2 * high - 1, 2 * wide - 1, heads)), name="table")
    spread = Chain(Upsample(size=(pairs, pairs), name="spread"), Permute((2, 0, 1)))
    found: Tensor = g.add(spread, table)
    return found


def _transformer(g: Builder, x: Tensor, filters: int, stride: int) -> Tensor:
    """Return a block of attention, and of two convolutions of 1×1."""
    shortcut = _shortcut(g, x, filters, stride)
    halved = [Pool(2, mode="average", ceil=True, name="pool")] if stride > 1 else []
    y = g.add(Chain(Norm("layer"), *halved, Conv2d(1, 3 * filters)), x)
    heads, space = filters // _HEAD, tuple(y.shape.space)
    bias = _bias(g, y, heads)
    y = attended(g, g.add(Reshape((-1, 3 * filters)), y), heads, bias)
    y = g.add(Chain(Reshape((*space, filters)), Conv2d(1, filters)), y)
    x = g.add(Add(), y, shortcut)
    mlp = Chain(Conv2d(1, _EXPANSION * filters), _GELU, Conv2d(1, filters))
    total: Tensor = g.add(Add(), g.add(Chain(Norm("layer"), mlp), x), x)
    return total


@member()
def coatnet_0(
    name: str, input: ShapeLike = (224, 224, 3), *, classes: int = 1000
) -> Graph:
    """CoAtNet-0."""
    g = Builder()
    first = Conv2d(3, 64, stride=2, padding=1, bias=False)
    second = Conv2d(3, 64, padding=1, bias=False)
    x = g.input(input)
    with g.scope("stem"):
        x = g.add(Chain(first, Norm(), _GELU, second), x)
    for number, (depth, filters, attends) in enumerate(_STAGES, 1):
        block = _transformer if attends else _mbconv
        with g.scope(f"stage{number}"):
            for place in range(depth):
                with g.scope(str(place)):
                    x = block(g, x, filters, 1 if place else 2)
    width = x.shape.channels
    x = g.add(AdaptivePool(1), x, name="avgpool")
    with g.scope("head"):
        head = Chain(Norm("layer"), Flatten(), FC(width), Activation("tanh"))
        x = g.add(head, x)
    return g.graph(g.add(FC(classes), x, name="fc"), name=name)
