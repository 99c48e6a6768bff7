"""Feature pyramid network on ResNet-50, as torchvision's detectors have it.

Lin, Dollár, Girshick, He, Hariharan & Belongie 2016, "Feature pyramid networks for
object detection", https://arxiv.org/abs/1612.03144, figure 3. Its outputs are the
levels from the finest to the coarsest, and the coarsest subsampled once more.
"""

from __future__ import annotations

from cnncalc.graph.block import Block
from cnncalc.layers import Add, Conv2d, Pool, Upsample
from cnncalc.network import Builder, Graph
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.families.resnet import resnet50
from cnncalc.zoo.member import member

__all__ = ["fpn_resnet50"]

_HEADLESS = -2  # a classifier ends in its pool and its fully connected layer


@member("fpn/upsample*", "fpn/pool")
def fpn_resnet50(
    name: str, input: ShapeLike = (800, 800, 3), *, filters: int = 256
) -> Graph:
    """Feature pyramid of five levels on ResNet-50."""
    g = Builder()
    x = g.input(input)
    maps = []
    with g.scope("body"):
        for step in resnet50(input=input).steps[:_HEADLESS]:
            x = g.add(step, x)
            if isinstance(step, Block):
                maps.append(x)
    lateral, smooth = Conv2d(1, filters), Conv2d(3, filters, padding=1)
    above = None
    levels = []
    with g.scope("fpn"):
        for level in reversed(range(len(maps))):
            x = g.add(lateral, maps[level], name=f"inner{level}")
            if above is not None:
                size = x.shape.height, x.shape.width
                above = g.add(Upsample(size=size), above, name=f"upsample{level}")
                x = g.add(Add(), x, above, name=f"add{level}")
            above = x
            levels.append(g.add(smooth, x, name=f"layer{level}"))
        pooled = g.add(Pool(1, stride=2), levels[0], name="pool")
    return g.graph(*reversed(levels), pooled, name=name)
