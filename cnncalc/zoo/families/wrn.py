"""Wide residual networks for small images.

Zagoruyko & Komodakis 2016, "Wide residual networks", https://arxiv.org/abs/1605.07146,
table 1 with 28 layers, 10 times as wide: blocks that normalise and activate before they
convolve. Where a block changes the shape, its shortcut convolves what was activated.
"""

from __future__ import annotations

from cnncalc.blocks.chain import Chain, conv_norm_act
from cnncalc.blocks.combine import Residual
from cnncalc.layers import Activation, Conv2d, Dropout, Norm
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member
from cnncalc.zoo.parts import stage

__all__ = ["wrn_28_10"]

_FIRST = 16


def _block(filters: int, stride: int, project: bool, dropout: float) -> Chain:
    active = Chain(Norm(), Activation("relu"))
    dropped = [Dropout(dropout)] if dropout else []
    last = Conv2d(3, filters, padding=1, bias=False)
    body = Chain(conv_norm_act(filters, 3, stride=stride), *dropped, last)
    if not project:
        return Chain(Residual(Chain(active, body)))
    shortcut = Conv2d(1, filters, stride=stride, bias=False, name="shortcut")
    return Chain(active, Residual(body, shortcut))


@member()
def wrn_28_10(
    name: str,
    input: ShapeLike = (32, 32, 3),
    *,
    classes: int = 10,
    layers: int = 28,
    widen: int = 10,
    dropout: float = 0.0,
) -> Sequential:
    """WRN-28-10: 28 layers, 10 times as wide as ResNet."""
    net = Sequential(input, name=name)
    net = net.conv(3, _FIRST, padding=1, bias=False, name="conv1")
    for number in range(3):
        filters, stride = _FIRST * widen * 2**number, 2 if number else 1
        first = _block(filters, stride, stride > 1 or widen > 1, dropout)
        others = [_block(filters, 1, False, dropout)] * ((layers - 4) // 6 - 1)
        net = net.add(stage(f"group{number + 1}", [first, *others]))
    net = net.norm(name="norm").relu(name="relu")
    return net.adaptive_pool(1, name="avgpool").fc(classes, name="fc")
