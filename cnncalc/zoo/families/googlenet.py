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
from cnncalc.layers import (
    FC,
    Activation,
    AdaptivePool,
    Dropout,
    Layer,
    Norm,
    Pool,
)
from cnncalc.network import Graph
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.heads import with_heads
from cnncalc.zoo.member import member

__all__ = ["googlenet", "googlenet_2014"]


# Table 1 of the paper: filters of the 1×1 branch, of the reduction and the convolution
# of the next two, and of the projection after the pool.
_STAGES = {
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


def _stem(norm: bool, local: bool) -> Iterator[_Place]:
    yield "conv1", conv_norm_act(64, 7, stride=2, norm=norm)
    yield "pool1", _POOL
    if local:
        yield "norm1", Norm("local")
    yield "conv2", conv_norm_act(64, norm=norm)
    yield "conv3", conv_norm_act(192, 3, norm=norm)
    if local:
        yield "norm2", Norm("local")
    yield "pool2", _POOL


def _modules(norm: bool, last_kernel: int, last_pool: Pool) -> Iterator[_Place]:
    for stage, modules in _STAGES.items():
        for letter, filters in modules.items():
            module = Inception(*filters, norm=norm, last_kernel=last_kernel, ceil=norm)
            yield f"inception_{stage}{letter}", module
        if stage < max(_STAGES):
            yield f"pool{stage}", last_pool if stage + 1 == max(_STAGES) else _POOL


def _googlenet(
    name: str,
    *,
    published: bool,
    input: ShapeLike = (224, 224, 3),
    classes: int = 1000,
    aux: bool = False,
    training: bool = False,
    dropout: float | None = None,  # 0.4 in the paper, 0.2 in torchvision
    aux_dropout: float = 0.7,
) -> Graph:
    norm = not published
    if published:
        rate, last_kernel, last_pool = 0.4, 5, _POOL
        summaries: tuple[Layer, Layer] = (
            Pool(5, stride=3, mode="average"),
            Pool(7, stride=1, mode="average"),
        )
    else:
        rate, last_kernel, last_pool = 0.2, 3, Pool(2, ceil=True)
        summaries = AdaptivePool(4), AdaptivePool(1)
    head = Chain(
        summaries[0],
        conv_norm_act(128, norm=norm),
        FC(1024),
        Activation("relu"),
        Dropout(aux_dropout),
        FC(classes),
    )

    parts = [
        *_stem(norm, local=published),
        *_modules(norm, last_kernel, last_pool),
        ("avgpool", summaries[1]),
        ("dropout", Dropout(rate if dropout is None else dropout)),
        ("fc", FC(classes)),
        *([("softmax", Activation("softmax"))] if published else []),
    ]
    return with_heads(name, input, parts, head, _HEADS, aux=aux, training=training)


_TABLE = "Szegedy et al. 2014, table 1"
_SEPARABLE = (
    "it is that of a separable 7×7 convolution with 8 maps for each channel, which has "
    "7×7×3×8 + 24×64 = 2,712 weights"
)
_BIASES = "the table leaves out biases; there are {} weights"
_OTHERWISE = "it does not follow from the filters in the same table: {} weights"

# What is printed as parameters and operations, and why it is another than ours.
_ROWS = {
    "conv1": ("2.7K", _SEPARABLE, "34M", _SEPARABLE),
    "inception_3a": ("159K", _BIASES.format("163,328"), "128M", ""),
    "inception_3b": ("380K", "", "304M", ""),
    "inception_4a": (
        "364K",
        _OTHERWISE.format("375,552"),
        "73M",
        "it is 73.6M, which the table does not round up",
    ),
    "inception_4b": (
        "437K",
        _BIASES.format("448,512") + ", which are 438K",
        "88M",
        "",
    ),
    "inception_4c": ("463K", _OTHERWISE.format("509,440"), "100M", ""),
    "inception_4d": ("580K", _OTHERWISE.format("604,672"), "119M", ""),
    "inception_4e": ("840K", _OTHERWISE.format("867,328"), "170M", ""),
    "inception_5a": (
        "1072K",
        _OTHERWISE.format("1,042,432"),
        "54M",
        "it is that of the 1072K which the table prints beside it, at 7×7 positions",
    ),
    "inception_5b": ("1388K", _OTHERWISE.format("1,442,816"), "71M", ""),
    "fc": ("1000K", _BIASES.format("1,024,000"), "1M", ""),
}

googlenet_2014 = member(
    _googlenet,
    "googlenet_2014",
    "GoogLeNet of the paper.",
    claims=(
        *(
            Claim(measure, says, _TABLE, of, why, thousand)
            for of, (params, more, macs, other) in _ROWS.items()
            for measure, says, why, thousand in [
                ("params", params, more, 1024),
                ("macs", macs, other, 1000),
            ]
        ),
        Claim(
            "macs",
            "1.5 billion",
            "Szegedy et al. 2014, §1",
            why="the paper's table has 34M rather than 118M for the first convolution",
        ),
    ),
    published=True,
)
googlenet = member(
    _googlenet,
    "googlenet",
    "GoogLeNet, as in torchvision.",
    module_less=("*/relu*", "aux?/adaptive_pool*"),
    published=False,
)
