"""GoogLeNet: as published in 2014, and as torchvision has it.

Szegedy et al. 2014, "Going deeper with convolutions", https://arxiv.org/abs/1409.4842.
torchvision puts a batch norm, rather than a bias, to each convolution, has no local
norms, and 3×3 filters where the modules of the paper have 5×5.
"""

from __future__ import annotations

from collections.abc import Iterator

from cnncalc.blocks.chain import Chain, conv_norm_act
from cnncalc.blocks.inception import Inception
from cnncalc.graph.block import Block
from cnncalc.layers import FC, Activation, AdaptivePool, Dropout, Layer, Norm, Pool
from cnncalc.network import Graph
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import members
from cnncalc.zoo.parts import with_heads

__all__ = ["googlenet", "googlenet_2014"]


# Table 1 of the paper: filters of the 1×1 branch, of the reduction and the convolution
# of the next two, and of the projection after the pool.
STAGES = {
    3: {
        "a": (64, (96, 128), (16, 32), 32),
        "b": (128, (128, 192), (32, 96), 64),
    },
    4: {
        "a": (192, (96, 208), (16, 48), 64),
        "b": (160, (112, 224), (24, 64), 64),
        "c": (128, (128, 256), (24, 64), 64),
        "d": (112, (144, 288), (32, 64), 64),
        "e": (256, (160, 320), (32, 128), 128),
    },
    5: {
        "a": (256, (160, 320), (32, 128), 128),
        "b": (384, (192, 384), (48, 128), 128),
    },
}
_HEADS = {"inception_4a": "aux1", "inception_4d": "aux2"}
_POOL = Pool(3, stride=2, ceil=True)


_Place = tuple[str, Layer | Block]


def _stem(published: bool) -> Iterator[_Place]:
    norm = not published
    yield "conv1", conv_norm_act(64, 7, stride=2, norm=norm)
    yield "pool1", _POOL
    if published:
        yield "norm1", Norm("local")
    yield "conv2", conv_norm_act(64, norm=norm)
    yield "conv3", conv_norm_act(192, 3, norm=norm)
    if published:
        yield "norm2", Norm("local")
    yield "pool2", _POOL


def _modules(published: bool) -> Iterator[_Place]:
    norm, last_kernel = not published, 5 if published else 3
    pools = {3: _POOL, 4: _POOL if published else Pool(2, ceil=True)}
    for stage, modules in STAGES.items():
        for letter, filters in modules.items():
            module = Inception(*filters, norm=norm, last_kernel=last_kernel, ceil=norm)
            yield f"inception_{stage}{letter}", module
        if stage in pools:
            yield f"pool{stage}", pools[stage]


@members()
def _googlenet(
    name: str,
    published: bool,
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    aux: bool = False,
    training: bool = False,
    dropout: float | None = None,  # 0.4 in the paper, 0.2 in torchvision
    aux_dropout: float = 0.7,
) -> Graph:
    if dropout is None:
        dropout = 0.4 if published else 0.2
    means: tuple[Layer, Layer] = AdaptivePool(4), AdaptivePool(1)
    if published:
        means = Pool(5, stride=3, mode="average"), Pool(7, stride=1, mode="average")
    head = Chain(
        means[0],
        conv_norm_act(128, norm=not published),
        FC(1024),
        Activation("relu"),
        Dropout(aux_dropout),
        FC(classes),
    )
    parts: list[_Place] = [
        *_stem(published),
        *_modules(published),
        ("avgpool", means[1]),
        ("dropout", Dropout(dropout)),
        ("fc", FC(classes)),
    ]
    if published:
        parts.append(("softmax", Activation("softmax")))
    return with_heads(name, input, parts, head, _HEADS, aux=aux, training=training)


googlenet_2014 = _googlenet("googlenet_2014", "GoogLeNet of the paper.", True)
googlenet = _googlenet(
    "googlenet",
    "GoogLeNet, as in torchvision.",
    False,
    module_less=("*/relu*", "aux?/adaptive_pool*"),
)
