"""SegNet: VGG-16, and the way back, which puts values where the pools found them.

Badrinarayanan, Kendall & Cipolla 2015, "SegNet: a deep convolutional encoder-decoder
architecture for image segmentation", https://arxiv.org/abs/1511.00561, for the 11
classes of CamVid. As in its authors' network for Caffe pools round up, so that 45 rows
become 23, and the unpool makes 45 of these again.
"""

from __future__ import annotations

from cnncalc.blocks.chain import Chain, activated
from cnncalc.graph.wrappers import Named
from cnncalc.layers import Conv2d, MaxUnpool, Pool
from cnncalc.network import Builder, Graph
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member

__all__ = ["segnet"]

# Of each stage, the convolutions, and their filters in multiples of the width.
_STAGES = ((2, 1), (2, 2), (3, 4), (3, 8), (3, 8))


def _conv(filters: int) -> Chain:
    return activated(Conv2d(3, filters, padding=1))


@member()
def segnet(
    name: str, input: ShapeLike = (360, 480, 3), *, classes: int = 11, width: int = 64
) -> Graph:
    """SegNet, of the paper."""
    g = Builder()
    x = g.input(input)
    maps = []
    with g.scope("encoder"):
        for stage, (count, multiple) in enumerate(_STAGES, 1):
            for number in range(1, count + 1):
                x = g.add(Named(_conv(multiple * width), f"conv{stage}_{number}"), x)
            maps.append(x)
            x = g.add(Pool(2, ceil=True), x, name=f"pool{stage}")
    with g.scope("decoder"):
        for stage in range(len(_STAGES), 0, -1):
            count, multiple = _STAGES[stage - 1]
            _, below = _STAGES[max(stage - 2, 0)]
            large = maps[stage - 1]
            x = g.add(MaxUnpool(2), x, name=f"unpool{stage}", follows=large)
            for number in range(count, 0, -1):
                filters = width * (below if number == 1 else multiple)
                last = stage == number == 1
                part = Conv2d(3, classes, padding=1) if last else _conv(filters)
                x = g.add(Named(part, f"conv{stage}_{number}"), x)
    return g.graph(x, name=name)
