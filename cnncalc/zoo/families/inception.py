"""Inception v3, as in torchvision, and Inception-ResNet v2, as in Keras.

Szegedy et al. 2015, "Rethinking the Inception architecture for computer vision",
https://arxiv.org/abs/1512.00567; Szegedy et al. 2016, "Inception-v4, Inception-ResNet
and the impact of residual connections on learning", https://arxiv.org/abs/1602.07261.
"""

from __future__ import annotations

from cnncalc.blocks.chain import Chain, conv_norm_act
from cnncalc.blocks.inception_resnet import InceptionResidual, mixed, scaleless
from cnncalc.blocks.inception_v3 import (
    inception_a,
    inception_b,
    inception_c,
    inception_d,
    inception_e,
)
from cnncalc.graph.block import Block
from cnncalc.graph.wrappers import Named
from cnncalc.layers import FC, AdaptivePool, Dropout, Layer, Pool
from cnncalc.network import Graph
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member
from cnncalc.zoo.parts import with_heads

__all__ = ["inception_resnet_v2", "inception_v3"]


def _head(classes: int) -> Chain:
    return Chain(
        Pool(5, stride=3, mode="average"),
        conv_norm_act(128),
        conv_norm_act(768, 5, padding=0),
        AdaptivePool(1),
        FC(classes),
    )


@member("*/relu*", "mixed_*/pool*", "aux/*pool*")
def inception_v3(
    name: str,
    input: ShapeLike = (299, 299, 3),
    *,
    classes: int = 1000,
    aux: bool = False,
    training: bool = False,
    dropout: float = 0.5,
) -> Graph:
    """Inception v3, as in torchvision."""
    parts: dict[str, Layer | Block] = {
        "conv_1a": conv_norm_act(32, 3, stride=2, padding=0),
        "conv_2a": conv_norm_act(32, 3, padding=0),
        "conv_2b": conv_norm_act(64, 3),
        "pool1": Pool(3, stride=2),
        "conv_3b": conv_norm_act(80),
        "conv_4a": conv_norm_act(192, 3, padding=0),
        "pool2": Pool(3, stride=2),
        "mixed_5b": inception_a(32),
        "mixed_5c": inception_a(64),
        "mixed_5d": inception_a(64),
        "mixed_6a": inception_b(),
        "mixed_6b": inception_c(128),
        "mixed_6c": inception_c(160),
        "mixed_6d": inception_c(160),
        "mixed_6e": inception_c(192),
        "mixed_7a": inception_d(),
        "mixed_7b": inception_e(),
        "mixed_7c": inception_e(),
        "avgpool": AdaptivePool(1),
        "dropout": Dropout(dropout),
        "fc": FC(classes),
    }
    heads = {"mixed_6e": "aux"}
    return with_heads(
        name, input, parts.items(), _head(classes), heads, aux=aux, training=training
    )


# Inception-ResNet's blocks of the 35×35, 17×17 and 8×8 maps, and how many there are.
_A = InceptionResidual(
    mixed([(32, 1)], [(32, 1), (32, 3)], [(32, 1), (48, 3), (64, 3)])
)
_B = InceptionResidual(mixed([(192, 1)], [(128, 1), (160, (1, 7)), (192, (7, 1))]))
_BRANCHES_C = mixed([(192, 1)], [(192, 1), (224, (1, 3)), (256, (3, 1))])
_C, _LAST_C = InceptionResidual(_BRANCHES_C), InceptionResidual(_BRANCHES_C, None)
_REPEATS = {"block35": [_A] * 10, "block17": [_B] * 20, "block8": [_C] * 9 + [_LAST_C]}

# What leads to each: the first module and the reductions.
_POOL = Pool(3, stride=2)
_MIXED = {
    "mixed_5b": mixed(
        [(96, 1)],
        [(48, 1), (64, 5)],
        [(64, 1), (96, 3), (96, 3)],
        [Pool(3, stride=1, padding="same", mode="average"), (64, 1)],
    ),
    "mixed_6a": mixed([(384, 3, 2)], [(256, 1), (256, 3), (384, 3, 2)], [_POOL]),
    "mixed_7a": mixed(
        [(256, 1), (384, 3, 2)],
        [(256, 1), (288, 3, 2)],
        [(256, 1), (288, 3), (320, 3, 2)],
        [_POOL],
    ),
}


@member("softmax")
def inception_resnet_v2(
    name: str, input: ShapeLike = (299, 299, 3), *, classes: int = 1000
) -> Sequential:
    """Inception-ResNet v2, as in Keras."""
    net = Sequential(input, name=name).add(
        Named(scaleless(32, 3, stride=2, padding="valid"), "conv_1a"),
        Named(scaleless(32, 3, padding="valid"), "conv_2a"),
        Named(scaleless(64, 3), "conv_2b"),
        Named(_POOL, "pool1"),
        Named(scaleless(80), "conv_3b"),
        Named(scaleless(192, 3, padding="valid"), "conv_4a"),
        Named(_POOL, "pool2"),
    )
    for (place, module), (stage, blocks) in zip(
        _MIXED.items(), _REPEATS.items(), strict=True
    ):
        parts = [Named(block, str(i)) for i, block in enumerate(blocks, 1)]
        net = net.add(Named(module, place), Sequential(name=stage).add(*parts))
    return (
        net.add(Named(scaleless(1536), "conv_7b"))
        .global_pool(name="avgpool")
        .fc(classes, name="fc")
        .softmax(name="softmax")
    )
