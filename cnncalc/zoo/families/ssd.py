"""SSD: boxes and their classes from maps of several sizes, as in torchvision.

Liu, Anguelov, Erhan, Szegedy, Reed, Fu & Berg 2015, "SSD: single shot multibox
detector", https://arxiv.org/abs/1512.02325, figure 2, on VGG-16. It puts out scores and
boxes of all its 8,732 anchors, before any are chosen.
"""

from __future__ import annotations

from cnncalc.blocks.chain import Chain, activated
from cnncalc.graph.block import Tensor
from cnncalc.layers import Concat, Conv2d, Norm, Pool, Reshape
from cnncalc.network import Builder, Graph
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.families.vgg import vgg16
from cnncalc.zoo.member import member

__all__ = ["ssd300"]

_POOL3, _POOL4, _LAST = "pool3", "pool4", "relu5_3"
_ANCHORS = (4, 6, 6, 6, 4, 4)  # at each position of a map

# Filters of 1×1 and of 3×3 of each further map, and stride and padding of the latter.
_EXTRA = ((256, 512, 2, 1), (128, 256, 2, 1), (128, 256, 1, 0), (128, 256, 1, 0))


def _maps(g: Builder, x: Tensor) -> list[Tensor]:
    """Return the six maps that boxes are found on."""
    maps = []
    with g.scope("backbone"):
        for step in vgg16(input=x.shape)[:_LAST].steps:
            if step.name == _POOL4:  # a length of each position, and 512 factors
                maps.append(g.add(Norm("rms"), x, name="rescale"))
            ceiled = Pool(2, stride=2, ceil=True)  # 38×38, as in the paper
            x = g.add(ceiled if step.name == _POOL3 else step, x, name=step.name)
        last = Conv2d(3, 1024, padding=6, dilation=6, name="conv6")
        x = g.add(Pool(3, stride=1, padding=1), x, name="pool5")
        for conv in (last, Conv2d(1, 1024, name="conv7")):
            x = g.add(activated(conv, norm=None), x)
    maps.append(x)
    for number, (narrow, filters, stride, padding) in enumerate(_EXTRA, 8):
        convs = Conv2d(1, narrow), Conv2d(3, filters, stride=stride, padding=padding)
        with g.scope(f"extra{number}"):
            x = g.add(Chain(*[activated(conv, norm=None) for conv in convs]), x)
        maps.append(x)
    return maps


def _head(g: Builder, maps: list[Tensor], each: int, name: str) -> Tensor:
    """Return what a head makes of all maps, a row for each anchor."""
    with g.scope(name):
        rows = [
            g.add(Chain(Conv2d(3, n * each, padding=1), Reshape((-1, each))), x)
            for n, x in zip(_ANCHORS, maps, strict=True)
        ]
        found: Tensor = g.add(Concat(axis=0), *rows)
    return found


@member("backbone/rescale")
def ssd300(name: str, input: ShapeLike = (300, 300, 3), *, classes: int = 91) -> Graph:
    """SSD300 on VGG-16, without what chooses among its boxes."""
    g = Builder()
    maps = _maps(g, g.input(input))
    boxes = _head(g, maps, 4, "boxes")
    return g.graph(_head(g, maps, classes, "classification"), boxes, name=name)
