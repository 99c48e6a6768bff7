"""MobileViT: convolutions, and among them attention over patches, as in timm.

Mehta & Rastegari 2021, "MobileViT: light-weight, general-purpose, and mobile-friendly
vision transformer", https://arxiv.org/abs/2110.02178, figure 1(b) and table 4. A map is
unfolded into patches of 2×2; each of the four places in a patch attends over all
patches.
"""

from __future__ import annotations

from typing import NamedTuple

from cnncalc.blocks.chain import Chain, conv_norm_act
from cnncalc.blocks.mobile import InvertedResidual
from cnncalc.graph.block import Tensor
from cnncalc.layers import (
    FC,
    Activation,
    AdaptivePool,
    Add,
    Concat,
    Conv2d,
    Norm,
    Permute,
    Reshape,
    Upsample,
)
from cnncalc.network import Builder, Graph
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member
from cnncalc.zoo.parts import attended

__all__ = ["mobilevit_s"]

_HEADS = 4
_PATCH = 2
_EXPANSION = 4


class _Stage(NamedTuple):
    """Filters, blocks and stride; and of attention the channels and the layers."""

    filters: int
    depth: int
    stride: int
    width: int = 0
    layers: int = 0


_S = (
    _Stage(32, 1, 1),
    _Stage(64, 3, 2),
    _Stage(96, 1, 2, 144, 2),
    _Stage(128, 1, 2, 192, 4),
    _Stage(160, 1, 2, 240, 3),
)


def _layer(g: Builder, x: Tensor) -> Tensor:
    """Return a layer of the transformer: attention, and two linear layers."""
    width = x.shape.channels

    def linear(units: int) -> FC:
        return FC(units, flatten=False)

    y = g.add(Chain(Norm("layer"), linear(3 * width)), x)
    x = g.add(Add(), x, g.add(linear(width), attended(g, y, _HEADS)))
    mlp = Chain(Norm("layer"), linear(2 * width), Activation("silu"), linear(width))
    total: Tensor = g.add(Add(), x, g.add(mlp, x))
    return total


def _resized(g: Builder, x: Tensor, size: tuple[int, ...]) -> Tensor:
    """Return a map of that size; one that has it is left alone."""
    if tuple(x.shape.space) == size:
        return x
    resized: Tensor = g.add(Upsample(size=size, mode="bilinear"), x)
    return resized


def _attention(g: Builder, x: Tensor, row: _Stage) -> Tensor:
    """Return what the transformer makes of a map, joined to that map."""
    conv = Conv2d(1, row.width, bias=False)
    size = tuple(x.shape.space)
    high, wide = (-(-side // _PATCH) for side in size)  # in patches
    y = g.add(Chain(conv_norm_act(row.filters, 3, activation="silu"), conv), x)
    y = _resized(g, y, (_PATCH * high, _PATCH * wide))
    apart = Reshape((high, _PATCH, wide, _PATCH, row.width))
    patches = Reshape((_PATCH**2, high * wide, row.width))
    y = g.add(Chain(apart, Permute((1, 3, 0, 2, 4)), patches), y)
    for number in range(row.layers):
        with g.scope(str(number)):
            y = _layer(g, y)
    apart = Reshape((_PATCH, _PATCH, high, wide, row.width))
    whole = Reshape((_PATCH * high, _PATCH * wide, row.width))
    y = g.add(Chain(Norm("layer"), apart, Permute((2, 0, 3, 1, 4)), whole), y)
    y = g.add(conv_norm_act(row.filters, activation="silu"), _resized(g, y, size))
    fusion = conv_norm_act(row.filters, 3, activation="silu")
    total: Tensor = g.add(fusion, g.add(Concat(), x, y))
    return total


@member()
def mobilevit_s(
    name: str, input: ShapeLike = (256, 256, 3), *, classes: int = 1000
) -> Graph:
    """MobileViT-S."""
    g = Builder()
    x = g.input(input)
    with g.scope("stem"):
        x = g.add(conv_norm_act(16, 3, stride=2, activation="silu"), x)
    for number, row in enumerate(_S, 1):
        with g.scope(f"stage{number}"):
            for block in range(row.depth):
                expanded = _EXPANSION * x.shape.channels
                stride = row.stride if block == 0 else 1
                inverted = InvertedResidual(expanded, row.filters, 3, stride, "silu")
                x = g.add(inverted, x, name=str(block))
            if row.layers:
                with g.scope("mobilevit"):
                    x = _attention(g, x, row)
    with g.scope("head"):
        x = g.add(conv_norm_act(4 * _S[-1].filters, activation="silu"), x)
    x = g.add(AdaptivePool(1), x, name="avgpool")
    return g.graph(g.add(FC(classes), x, name="fc"), name=name)
