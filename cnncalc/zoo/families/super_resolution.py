"""Images made larger: SRCNN, ESPCN and EDSR.

Dong, Loy, He & Tang 2015, "Image super-resolution using deep convolutional networks",
https://arxiv.org/abs/1501.00092: the network of kernels 9, 1 and 5, without padding, as
it is trained; Shi et al. 2016, "Real-time single image and video super-resolution using
an efficient sub-pixel convolutional neural network", https://arxiv.org/abs/1609.05158,
with padding; Lim, Son, Kim, Nah & Lee 2017, "Enhanced deep residual networks for single
image super-resolution", https://arxiv.org/abs/1707.02921, without the fixed shift by
the mean colour that its authors' code has as convolutions. Their inputs are those of
training. What reaches SRCNN is enlarged already; the others enlarge it themselves.
"""

from __future__ import annotations

from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member
from cnncalc.zoo.parts import stage

__all__ = ["edsr_baseline", "espcn", "srcnn"]


@member()
def srcnn(
    name: str,
    input: ShapeLike = (33, 33, 1),
    *,
    kernels: tuple[int, int, int] = (9, 1, 5),
    filters: tuple[int, int] = (64, 32),
) -> Sequential:
    """SRCNN of kernels 9, 1 and 5, on brightness alone."""
    net = Sequential(input, name=name)
    channels = net.output.channels
    for kernel, count in zip(kernels, filters, strict=False):
        net = net.conv(kernel, count).relu()
    return net.conv(kernels[-1], channels)


@member()
def espcn(name: str, input: ShapeLike = (17, 17, 1), *, scale: int = 3) -> Sequential:
    """ESPCN, whose last convolution makes all pixels of each position at once."""
    net = Sequential(input, name=name)
    pixels = net.output.channels * scale**2
    for kernel, filters in ((5, 64), (3, 32)):
        net = net.conv(kernel, filters, padding="same").tanh()
    return net.conv(3, pixels, padding="same").pixel_shuffle(scale)


@member()
def edsr_baseline(
    name: str,
    input: ShapeLike = (48, 48, 3),
    *,
    scale: int = 2,
    depth: int = 16,
    width: int = 64,
) -> Sequential:
    """EDSR's baseline: residual blocks without batch norms."""
    net = Sequential(input, name=name)
    channels = net.output.channels
    body = Sequential().conv(3, width, padding=1).relu().conv(3, width, padding=1)
    blocks = stage("blocks", [Sequential().residual(body, name="block")] * depth)
    whole = Sequential().add(blocks).conv(3, width, padding=1)
    net = net.conv(3, width, padding=1, name="head").residual(whole, name="body")
    doublings = scale.bit_length() - 1
    steps = [2] * doublings if scale == 2**doublings else [scale]
    for factor in steps:
        net = net.conv(3, width * factor**2, padding=1).pixel_shuffle(factor)
    return net.conv(3, channels, padding=1, name="tail")
