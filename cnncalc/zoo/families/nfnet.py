"""NFNet: residual networks without norms of activations, as in timm.

Brock, De, Smith & Simonyan 2021, "High-performance large-scale image recognition
without normalization", https://arxiv.org/abs/2102.06171, tables 1 and 6, figure 3. Its
convolutions standardise their weights, and have a gain for each filter: parameters as
those of weight normalisation, which stands for it here. What scales activations by
constants is part of no layer; the paper's scalar at the end of each residual branch is
not there, as in timm's ``nfnet_f0``.
"""

from __future__ import annotations

from cnncalc.blocks.chain import Chain
from cnncalc.blocks.combine import Branch, Residual
from cnncalc.blocks.mobile import SqueezeExcite
from cnncalc.graph.wrappers import Named
from cnncalc.layers import Activation, Add, Conv2d, Pool
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member
from cnncalc.zoo.parts import stage

__all__ = ["nfnet_f0"]

_GELU = Activation("gelu")
_GROUP = 128  # channels


def _conv(filters: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> Conv2d:
    return Conv2d(
        kernel,
        filters,
        stride=stride,
        padding=kernel // 2,
        groups=groups,
        parametrization="weight_norm",
    )


def _block(filters: int, stride: int, *, first: bool) -> Chain:
    """Return a block; the first of a stage brings what it activates to its shape."""
    width, squeeze = filters // 2, SqueezeExcite(filters // 2)
    parts = [_conv(width)]
    parts += [_conv(width, 3, by, width // _GROUP) for by in (stride, 1)]
    parts += [_conv(filters)]
    body = Chain(*[part for conv in parts for part in (_GELU, conv)][1:])
    body = Chain(body, Named(squeeze, "se"))
    if not first:
        return Chain(Residual(Chain(_GELU, body)))
    pool = [Pool(stride, mode="average", ceil=True)] if stride > 1 else []
    shortcut = Named(Chain(*pool, _conv(filters)), "shortcut")
    return Chain(_GELU, Branch((shortcut, body), Add()))


# Blocks, filters and stride of each stage.
_F0 = ((1, 256, 1), (2, 512, 2), (6, 1536, 2), (3, 1536, 2))


@member()
def nfnet_f0(
    name: str,
    input: ShapeLike = (256, 256, 3),
    *,
    classes: int = 1000,
    dropout: float = 0.2,
) -> Sequential:
    """NFNet-F0."""
    net = Sequential(input, name=name)
    stem = [_conv(f, 3, s) for f, s in ((16, 2), (32, 1), (64, 1), (128, 2))]
    stem_parts = [part for conv in stem for part in (_GELU, conv)][1:]
    net = net.add(Named(Chain(*stem_parts), "stem"))
    for number, (depth, filters, stride) in enumerate(_F0, 1):
        blocks = [_block(filters, stride, first=True)]
        blocks += [_block(filters, 1, first=False)] * (depth - 1)
        net = net.add(stage(f"stage{number}", blocks))
    return (
        net.add(Named(Chain(_conv(3072), _GELU), "head"))
        .adaptive_pool(1, name="avgpool")
        .dropout(dropout, name="dropout")
        .fc(classes, name="fc")
    )
