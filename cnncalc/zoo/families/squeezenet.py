"""SqueezeNet 1.0 and 1.1, as in torchvision.

Iandola et al. 2016, "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and
<0.5MB model size", https://arxiv.org/abs/1602.07360, table 1; version 1.1 is the
authors', https://github.com/forresti/SqueezeNet.
"""

from __future__ import annotations

from cnncalc.blocks.fire import Fire
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.member import member

__all__ = ["squeezenet1_0", "squeezenet1_1"]

_MODULES = range(2, 10)  # the fire modules' numbers, from which their filters follow


def _squeezenet(
    name: str,
    *,
    stem: tuple[int, int],
    pooled: tuple[int, ...],
    input: ShapeLike = (224, 224, 3),
    classes: int = 1000,
    squeeze: int = 16,
    expand: int = 64,
    dropout: float = 0.5,
) -> Sequential:
    kernel, filters = stem
    net = (
        Sequential(input, name=name)
        .conv(kernel, filters, stride=2, name="conv1")
        .relu(name="relu1")
        .pool(3, stride=2, ceil=True, name="pool1")
    )
    for number in _MODULES:
        multiple = number // 2
        net = net.add(
            Named(Fire(multiple * squeeze, multiple * expand), f"fire{number}")
        )
        if number in pooled:
            net = net.pool(3, stride=2, ceil=True, name=f"pool{number}")
    return (
        net.dropout(dropout, name="dropout9")
        .conv(1, classes, name="conv10")
        .relu(name="relu10")
        .adaptive_pool(1, name="pool10")
        .flatten(name="flatten")
    )


_MODULE_LESS = ("flatten",)


squeezenet1_0 = member(
    _squeezenet,
    "squeezenet1_0",
    "SqueezeNet 1.0, of the paper.",
    module_less=_MODULE_LESS,
    claims=(Claim("params", "1,248,424", "Iandola et al. 2016, table 1"),),
    stem=(7, 96),
    pooled=(4, 8),
)
squeezenet1_1 = member(
    _squeezenet,
    "squeezenet1_1",
    "SqueezeNet 1.1, which pools earlier.",
    module_less=_MODULE_LESS,
    stem=(3, 64),
    pooled=(3, 5),
)
