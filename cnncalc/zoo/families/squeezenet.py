"""SqueezeNet 1.0 and 1.1, as in torchvision.

Iandola et al. 2016, "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and
<0.5MB model size", https://arxiv.org/abs/1602.07360, table 1; version 1.1 is the
authors', https://github.com/forresti/SqueezeNet.
"""

from __future__ import annotations

from typing import NamedTuple

from cnncalc.blocks.fire import Fire
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import members

__all__ = ["squeezenet1_0", "squeezenet1_1"]

_MODULES = range(2, 10)  # the fire modules' numbers, from which their filters follow


class _Design(NamedTuple):
    """The kernel and filters of the stem, and the modules that a pool follows."""

    kernel: int
    filters: int
    pooled: tuple[int, ...]


@members("flatten")
def _squeezenet(
    name: str,
    design: _Design,
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    squeeze: int = 16,
    expand: int = 64,
    dropout: float = 0.5,
) -> Sequential:
    net = (
        Sequential(input, name=name)
        .conv(design.kernel, design.filters, stride=2, name="conv1")
        .relu(name="relu1")
        .pool(3, stride=2, ceil=True, name="pool1")
    )
    for number in _MODULES:
        multiple = number // 2
        fire = Fire(multiple * squeeze, multiple * expand)
        net = net.add(Named(fire, f"fire{number}"))
        if number in design.pooled:
            net = net.pool(3, stride=2, ceil=True, name=f"pool{number}")
    return (
        net.dropout(dropout, name="dropout9")
        .conv(1, classes, name="conv10")
        .relu(name="relu10")
        .adaptive_pool(1, name="pool10")
        .flatten(name="flatten")
    )


squeezenet1_0 = _squeezenet(
    "squeezenet1_0", "SqueezeNet 1.0, of the paper.", _Design(7, 96, (4, 8))
)
squeezenet1_1 = _squeezenet(
    "squeezenet1_1", "SqueezeNet 1.1, which pools earlier.", _Design(3, 64, (3, 5))
)
