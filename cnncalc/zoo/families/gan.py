"""Generators and discriminators: DCGAN, and pix2pix.

Radford, Metz & Chintala 2015, "Unsupervised representation learning with deep
convolutional generative adversarial networks", https://arxiv.org/abs/1511.06434, as in
PyTorch's example; Isola, Zhu, Zhou & Efros 2016, "Image-to-image translation with
conditional adversarial networks", https://arxiv.org/abs/1611.07004, as in its authors'
code for PyTorch, with batch norms. The discriminator of pix2pix is given an image and
what is made of it, as one map of six channels.
"""

from __future__ import annotations

from cnncalc.layers import Activation, Concat, Conv2d, ConvTranspose2d, Dropout, Norm
from cnncalc.network import Builder, Graph
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member

__all__ = ["dcgan_discriminator", "dcgan_generator"]
__all__ += ["pix2pix_discriminator", "pix2pix_generator"]

_MOST = 8  # how many times wider than the first the widest convolution is


@member()
def dcgan_generator(
    name: str, input: ShapeLike = (1, 1, 100), *, channels: int = 3, width: int = 64
) -> Sequential:
    """DCGAN's generator, which makes an image of 64×64 from 100 random numbers."""
    net = Sequential(input, name=name)
    stride, padding = 1, 0
    for multiple in (8, 4, 2, 1):
        filters = multiple * width
        net = net.conv_transpose(4, filters, stride=stride, padding=padding, bias=False)
        net = net.norm().relu()
        stride, padding = 2, 1
    return net.conv_transpose(4, channels, stride=2, padding=1, bias=False).tanh()


@member()
def dcgan_discriminator(
    name: str, input: ShapeLike = (64, 64, 3), *, width: int = 64
) -> Sequential:
    """DCGAN's discriminator, which tells whether an image is a real one."""
    net = Sequential(input, name=name)
    for multiple in (1, 2, 4, 8):
        net = net.conv(4, multiple * width, stride=2, padding=1, bias=False)
        net = (net.norm() if multiple > 1 else net).leaky_relu()
    return net.conv(4, 1, bias=False).sigmoid()


@member()
def pix2pix_generator(
    name: str,
    input: ShapeLike = (256, 256, 3),
    *,
    channels: int = 3,
    width: int = 64,
    depth: int = 8,
    dropout: float = 0.5,
) -> Graph:
    """The generator of pix2pix, a U-Net that narrows the map to one position."""
    filters = [width * min(2**level, _MOST) for level in range(depth)]
    g = Builder()
    x = g.input(input)
    maps = []
    for level in range(depth):
        with g.scope(f"down{level}"):
            if level:
                x = g.add(Activation("leaky_relu"), x)
                maps.append(x)
            conv = Conv2d(4, filters[level], stride=2, padding=1, bias=False)
            x = g.add(conv, x)
            if 0 < level < depth - 1:
                x = g.add(Norm(), x)
    for level in reversed(range(depth)):
        with g.scope(f"up{level}"):
            x = g.add(Activation("relu"), x)
            out = filters[level - 1] if level else channels
            larger = ConvTranspose2d(4, out, stride=2, padding=1, bias=not level)
            x = g.add(larger, x)
            if level:
                x = g.add(Norm(), x)
                if filters[level - 1] == filters[level] and level < depth - 1:
                    x = g.add(Dropout(dropout), x)
                x = g.add(Concat(), maps[level - 1], x)
    return g.graph(g.add(Activation("tanh"), x, name="image"), name=name)


@member()
def pix2pix_discriminator(
    name: str,
    input: ShapeLike = (256, 256, 6),
    *,
    width: int = 64,
    depth: int = 3,
) -> Sequential:
    """The discriminator of pix2pix: PatchGAN, which judges patches of 70×70."""
    net = Sequential(input, name=name)
    for level in range(depth + 1):
        filters = width * min(2**level, _MOST)
        stride = 2 if level < depth else 1
        net = net.conv(4, filters, stride=stride, padding=1, bias=not level)
        net = (net.norm() if level else net).leaky_relu()
    return net.conv(4, 1, padding=1)
