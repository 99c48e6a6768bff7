"""ConvNeXt, as in torchvision.

Liu et al. 2022, "A ConvNet for the 2020s", https://arxiv.org/abs/2201.03545.
"""

from __future__ import annotations

from typing import NamedTuple

from cnncalc.blocks.convnext import ConvNeXtBlock
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import members
from cnncalc.zoo.parts import stage

__all__ = ["convnext_base", "convnext_large", "convnext_small", "convnext_tiny"]


class _Design(NamedTuple):
    """The depths of the stages, the filters of the first, and the stochastic depth."""

    depths: tuple[int, ...]
    width: int
    drop: float


# torchvision's LayerNorm2d is a module around torch.nn.functional.layer_norm.
@members("norm? as own module", "downsample?/norm1 as own module")
def _convnext(
    name: str,
    design: _Design,
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
) -> Sequential:
    net = (
        Sequential(input, name=name)
        .conv(4, design.width, stride=4, name="conv1")
        .norm("layer", name="norm1")
    )
    before, last = 0, sum(design.depths) - 1
    for number, depth in enumerate(design.depths):
        filters = design.width * 2**number
        if number > 0:
            downsample = Sequential(name=f"downsample{number}")
            net = net.add(downsample.norm("layer").conv(2, filters, stride=2))
        drops = (design.drop * (before + i) / last for i in range(depth))
        blocks = [ConvNeXtBlock(filters, drop) for drop in drops]
        net = net.add(stage(f"stage{number + 1}", blocks))
        before += depth
    return (
        net.adaptive_pool(1, name="avgpool")
        .norm("layer", name="norm2")
        .flatten(name="flatten")
        .fc(classes, name="fc")
    )


_DEEP = (3, 3, 27, 3)

convnext_tiny = _convnext(
    "convnext_tiny", "ConvNeXt-T.", _Design((3, 3, 9, 3), 96, 0.1)
)
convnext_small = _convnext("convnext_small", "ConvNeXt-S.", _Design(_DEEP, 96, 0.4))
convnext_base = _convnext("convnext_base", "ConvNeXt-B.", _Design(_DEEP, 128, 0.5))
convnext_large = _convnext("convnext_large", "ConvNeXt-L.", _Design(_DEEP, 192, 0.5))
