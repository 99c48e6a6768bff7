"""GhostNet: half of the maps are cheap transforms of the other half.

Han, Wang, Tian, Guo, Xu & Xu 2019, "GhostNet: more features from cheap operations",
https://arxiv.org/abs/1911.11907, table 1, as in its authors' code and in timm.
"""

from __future__ import annotations

from collections.abc import Iterator

from cnncalc.blocks.chain import Chain, conv_norm_act
from cnncalc.blocks.combine import Branch, Residual
from cnncalc.blocks.mobile import SqueezeExcite, depthwise_unit
from cnncalc.graph.block import Block
from cnncalc.graph.wrappers import Named
from cnncalc.layers import Layer
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.number import divisible
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member
from cnncalc.zoo.parts import stage

__all__ = ["ghostnet"]

_RATIO = 2  # maps to those that a full convolution makes


def _ghost(filters: int, activation: str | None, name: str) -> Sequential:
    """Return a module: maps, and as many that 3×3 filters of their own make of them."""
    half = filters // _RATIO
    maps = conv_norm_act(half, activation=activation)
    cheap = Sequential().add(depthwise_unit(3, activation=activation))
    return Sequential(name=name).add(
        Named(maps, "primary"), Branch((Sequential(), cheap), name="cheap")
    )


def _bottleneck(
    channels: int, kernel: int, inside: int, filters: int, squeeze: bool, stride: int
) -> Block:
    """Return two modules, past which the input is added, brought to their shape."""
    parts: list[Layer | Block] = [_ghost(inside, "relu", "ghost1")]
    if stride > 1:
        depthwise = depthwise_unit(kernel, stride=stride, activation=None)
        parts.append(Named(depthwise, "depthwise"))
    if squeeze:
        gate = SqueezeExcite(divisible(inside / 4, 4), gate="hardsigmoid")
        parts.append(Named(gate, "se"))
    parts.append(_ghost(filters, None, "ghost2"))
    shortcut = None
    if stride > 1 or channels != filters:
        moved = depthwise_unit(kernel, stride=stride, activation=None)
        shortcut = Chain(moved, conv_norm_act(filters, activation=None))
    return Residual(Chain(*parts), shortcut)


# Table 1 of the paper by stages: kernel, channels inside, filters, whether it squeezes,
# and stride.
_STAGES = (
    ((3, 16, 16, False, 1),),
    ((3, 48, 24, False, 2),),
    ((3, 72, 24, False, 1),),
    ((5, 72, 40, True, 2),),
    ((5, 120, 40, True, 1),),
    ((3, 240, 80, False, 2),),
    (
        (3, 200, 80, False, 1),
        (3, 184, 80, False, 1),
        (3, 184, 80, False, 1),
        (3, 480, 112, True, 1),
        (3, 672, 112, True, 1),
    ),
    ((5, 672, 160, True, 2),),
    (
        (5, 960, 160, False, 1),
        (5, 960, 160, True, 1),
        (5, 960, 160, False, 1),
        (5, 960, 160, True, 1),
    ),
)


def _body(channels: int, width: float) -> Iterator[Sequential]:
    for number, rows in enumerate(_STAGES, 1):
        blocks = []
        for kernel, inside, out, squeeze, stride in rows:
            expanded, filters = divisible(inside * width, 4), divisible(out * width, 4)
            block = _bottleneck(channels, kernel, expanded, filters, squeeze, stride)
            blocks.append(block)
            channels = filters
        yield stage(f"stage{number}", blocks)


@member("avgpool")
def ghostnet(
    name: str,
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    width: float = 1.0,
    dropout: float = 0.2,
) -> Sequential:
    """GhostNet."""
    stem = divisible(16 * width, 4)
    first = conv_norm_act(stem, 3, stride=2)
    last = conv_norm_act(divisible(960 * width, 4))
    return (
        Sequential(input, name=name)
        .add(Named(first, "stem"), *_body(stem, width), Named(last, "head"))
        .adaptive_pool(1, name="avgpool")
        .conv(1, 1280, name="conv")
        .relu(name="relu")
        .flatten(name="flatten")
        .dropout(dropout, name="dropout")
        .fc(classes, name="fc")
    )
