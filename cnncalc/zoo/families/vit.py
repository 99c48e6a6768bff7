"""Vision transformers, as in torchvision: an image as a sequence of its patches.

Dosovitskiy et al. 2020, "An image is worth 16x16 words", https://arxiv.org/abs/2010.11929
"""

from __future__ import annotations

from typing import NamedTuple

from cnncalc.layers import Concat
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import members
from cnncalc.zoo.parts import perceptron, stage

__all__ = ["vit_b_16", "vit_b_32", "vit_l_16", "vit_l_32"]


class _Design(NamedTuple):
    """The side of a patch, and by table 1 of the paper layers, width, MLP and heads."""

    patch: int
    layers: int
    width: int
    mlp: int
    heads: int


def _encoder(design: _Design, dropout: float) -> Sequential:
    """Return one layer: attention, and two linear layers, each with a norm before."""
    attention = Sequential().norm("layer").attention(design.heads).dropout(dropout)
    mlp = Sequential().norm("layer")
    mlp = mlp.add(perceptron(design.mlp, design.width, dropout))
    return Sequential().residual(attention, name="attention").residual(mlp, name="mlp")


@members("*/attention1/* as MultiheadAttention")
def _vit(
    name: str,
    design: _Design,
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    dropout: float = 0.0,
) -> Sequential:
    patch, width = design.patch, design.width
    net = Sequential(input, name=name).conv(patch, width, stride=patch, name="patches")
    net = net.reshape((-1, width), name="tokens")
    token = Concat(axis=0)
    net = net.add_parameter((1, width), token, first=True, name="class_token")
    net = net.add_parameter(net.output, name="position").dropout(dropout)
    net = net.add(stage("encoder", [_encoder(design, dropout)] * design.layers))
    net = net.norm("layer", name="norm").select(0, axis=0, name="first")
    return net.fc(classes, name="head")


_BASE, _LARGE = (12, 768, 3072, 12), (24, 1024, 4096, 16)

vit_b_16 = _vit("vit_b_16", "ViT-Base of patches of 16×16.", _Design(16, *_BASE))
vit_b_32 = _vit("vit_b_32", "ViT-Base of patches of 32×32.", _Design(32, *_BASE))
vit_l_16 = _vit("vit_l_16", "ViT-Large of patches of 16×16.", _Design(16, *_LARGE))
vit_l_32 = _vit("vit_l_32", "ViT-Large of patches of 32×32.", _Design(32, *_LARGE))
