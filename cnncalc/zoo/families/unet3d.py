"""U-Net in three dimensions: volumes in, and a class for each voxel.

Çiçek, Abdulkadir, Lienkamp, Brox & Ronneberger 2016, "3D U-Net: learning dense
volumetric segmentation from sparse annotation", https://arxiv.org/abs/1606.06650,
figure 2. Its number of parameters tells the rest: convolutions have biases, those that
enlarge have none, and batch norms, as Caffe's, have no factors.
"""

from __future__ import annotations

from cnncalc.blocks.chain import Chain, activated
from cnncalc.layers import Concat, Conv3d, ConvTranspose3d, Norm, Pool
from cnncalc.layers.resize import Crop
from cnncalc.network import Builder, Graph
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member

__all__ = ["unet3d"]


def _double(*filters: int) -> Chain:
    norm = Norm(affine=False)
    return Chain(*[activated(Conv3d(3, count), norm=norm) for count in filters])


@member()
def unet3d(
    name: str,
    input: ShapeLike = (132, 132, 116, 3),
    *,
    classes: int = 3,
    width: int = 32,
    depth: int = 3,
) -> Graph:
    """U-Net 3-D, of the paper."""
    g = Builder()
    x = g.input(input)
    maps = []
    for level in range(depth + 1):
        filters = width * 2**level
        with g.scope(f"down{level}"):
            if level:
                x = g.add(Pool(2), x)
            x = g.add(_double(filters, 2 * filters), x)
        maps.append(x)
    for level in reversed(range(depth)):
        with g.scope(f"up{level}"):
            same = x.shape.channels
            x = g.add(ConvTranspose3d(2, same, stride=2, bias=False), x)
            across = g.add(Crop(0), maps[level], follows=x)
            x = g.add(Concat(), across, x)
            filters = maps[level].shape.channels
            x = g.add(_double(filters, filters), x)
    return g.graph(g.add(Conv3d(1, classes), x, name="classifier"), name=name)
