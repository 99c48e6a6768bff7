"""U-Net: a contracting path, and an expanding one that is handed its maps.

Ronneberger, Fischer & Brox 2015, "U-Net: convolutional networks for biomedical image
segmentation", https://arxiv.org/abs/1505.04597, figure 1. Its convolutions are not
padded, so that what is handed over is cropped. The dropout is where the authors'
network for Caffe has it: after the two deepest levels.
"""

from __future__ import annotations

from cnncalc.blocks.chain import Chain
from cnncalc.graph.block import Tensor
from cnncalc.layers import Activation, Concat, Conv2d, ConvTranspose2d, Dropout, Pool
from cnncalc.layers.resize import Crop
from cnncalc.network import Builder, Graph
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member

__all__ = ["unet"]


def _double(filters: int) -> Chain:
    return Chain(*(Conv2d(3, filters), Activation("relu")) * 2)


def _crop(x: Tensor, to: Tensor) -> Crop:
    """Return what cuts the middle of *x* out, in the size of *to*."""
    rows, columns = x.shape.height - to.shape.height, x.shape.width - to.shape.width
    top, left = rows // 2, columns // 2
    return Crop(((top, rows - top), (left, columns - left)))


@member()
def unet(
    name: str,
    input: ShapeLike = (572, 572, 1),
    *,
    classes: int = 2,
    width: int = 64,
    depth: int = 4,
    dropout: float = 0.5,
) -> Graph:
    """U-Net, of the paper."""
    g = Builder()
    x = g.input(input)
    filters = [width * 2**level for level in range(depth + 1)]
    maps = []
    for level in range(depth + 1):
        with g.scope(f"down{level}"):
            if level > 0:
                x = g.add(Pool(2), x)
            x = g.add(_double(filters[level]), x)
            if level >= depth - 1:
                x = g.add(Dropout(dropout), x)
        maps.append(x)
    for level in reversed(range(depth)):
        with g.scope(f"up{level}"):
            x = g.add(ConvTranspose2d(2, filters[level], stride=2), x)
            across = g.add(_crop(maps[level], x), maps[level])
            x = g.add(Concat(), x, across)
            x = g.add(_double(filters[level]), x)
    return g.graph(g.add(Conv2d(1, classes), x, name="classifier"), name=name)
