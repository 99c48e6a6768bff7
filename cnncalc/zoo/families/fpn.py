"""Feature pyramid network on ResNet-50, as torchvision's detectors have it.

Lin, Dollár, Girshick, He, Hariharan & Belongie 2016, "Feature pyramid networks for
object detection", https://arxiv.org/abs/1612.03144, figure 3. Its outputs are the
levels from the finest to the coarsest, and the coarsest subsampled once more. RetinaNet
has two heads on a pyramid, the same on each level: Lin, Goyal, Girshick, He & Dollár
2017, "Focal loss for dense object detection", https://arxiv.org/abs/1708.02002, figure
3. It puts out scores and boxes of all its anchors, before any are chosen.
"""

from __future__ import annotations

from cnncalc.blocks.chain import Chain, conv_norm_act
from cnncalc.graph.block import Block, Tensor
from cnncalc.graph.wrappers import Shared
from cnncalc.layers import Activation, Add, Concat, Conv2d, Pool, Reshape, Upsample
from cnncalc.network import Builder, Graph
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.families.resnet import resnet50
from cnncalc.zoo.member import member

__all__ = ["fpn_resnet50", "retinanet_resnet50_fpn"]

_HEADLESS = -2  # a classifier ends in its pool and its fully connected layer


def _maps(g: Builder, x: Tensor) -> list[Tensor]:
    """Return what each stage of ResNet-50 puts out."""
    maps = []
    with g.scope("body"):
        for step in resnet50(input=x.shape).steps[:_HEADLESS]:
            x = g.add(step, x)
            if isinstance(step, Block):
                maps.append(x)
    return maps


def _levels(g: Builder, maps: list[Tensor], filters: int) -> list[Tensor]:
    """Return the levels of the pyramid on some maps, the finest first."""
    lateral, smooth = Conv2d(1, filters), Conv2d(3, filters, padding=1)
    above = None
    levels = []
    for level in reversed(range(len(maps))):
        x = g.add(lateral, maps[level], name=f"inner{level}")
        if above is not None:
            larger = f"upsample{level}"
            above = g.add(Upsample(2), above, name=larger, follows=x)
            x = g.add(Add(), x, above, name=f"add{level}")
        above = x
        levels.append(g.add(smooth, x, name=f"layer{level}"))
    return levels[::-1]


@member("fpn/upsample*", "fpn/pool")
def fpn_resnet50(
    name: str, input: ShapeLike = (800, 800, 3), *, filters: int = 256
) -> Graph:
    """Feature pyramid of five levels on ResNet-50."""
    g = Builder()
    maps = _maps(g, g.input(input))
    with g.scope("fpn"):
        levels = _levels(g, maps, filters)
        pooled = g.add(Pool(1, stride=2), levels[-1], name="pool")
    return g.graph(*levels, pooled, name=name)


_ANCHORS = 9  # at each position


def _head(g: Builder, levels: list[Tensor], each: int, name: str) -> Tensor:
    """Return what a head makes of all levels, a row for each anchor."""
    filters = levels[0].shape.channels
    conv = conv_norm_act(filters, 3, norm=False)
    last = Conv2d(3, _ANCHORS * each, padding=1, name="last")
    head = Shared(Chain(*[conv] * 4, last, Reshape((-1, each))))
    rows = []
    with g.scope(name):
        for number, level in enumerate(levels, 3):
            with g.scope(f"p{number}"):
                rows.append(g.add(head, level))
        found: Tensor = g.add(Concat(axis=0), *rows)
    return found


@member("fpn/upsample*", "fpn/relu")
def retinanet_resnet50_fpn(
    name: str,
    input: ShapeLike = (800, 800, 3),
    *,
    classes: int = 91,
    filters: int = 256,
) -> Graph:
    """RetinaNet on ResNet-50, without what chooses among its boxes."""
    g = Builder()
    maps = _maps(g, g.input(input))
    coarser = Conv2d(3, filters, stride=2, padding=1)
    with g.scope("fpn"):
        levels = _levels(g, maps[1:], filters)
        levels.append(g.add(coarser, levels[-1], name="p6"))
        active = g.add(Activation("relu"), levels[-1], name="relu")
        levels.append(g.add(coarser, active, name="p7"))
    scores = _head(g, levels, classes, "classification")
    return g.graph(scores, _head(g, levels, 4, "boxes"), name=name)
