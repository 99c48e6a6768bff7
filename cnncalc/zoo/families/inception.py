"""Inception v3, as in torchvision, and Inception-ResNet v2, as in Keras.

Szegedy et al. 2015, "Rethinking the Inception architecture for computer vision",
https://arxiv.org/abs/1512.00567, figures 5 to 7 and 10, with the filters of what was
released; Szegedy et al. 2016, "Inception-v4, Inception-ResNet and the impact of
residual connections on learning", https://arxiv.org/abs/1602.07261, figures 16 to 20.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cnncalc.blocks.chain import Chain, activated, conv_norm_act
from cnncalc.blocks.combine import Branch
from cnncalc.blocks.inception import InceptionResidual
from cnncalc.graph.block import Block
from cnncalc.graph.wrappers import Named
from cnncalc.layers import FC, AdaptivePool, Conv2d, Dropout, Layer, Norm, Pool
from cnncalc.network import Graph
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.axes import Pair
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member
from cnncalc.zoo.parts import stage, with_heads

__all__ = ["inception_resnet_v2", "inception_v3"]

# Filters and kernel of a convolution, and its stride if it pads nothing; or a part.
_Step = tuple[int, int | Pair] | tuple[int, int, int] | Layer | Block


def _branches(unit: Callable[..., Chain], *arms: Sequence[_Step]) -> Branch:
    """Return branches that are stacked, written as steps."""
    return Branch(
        [
            Chain(*[unit(*step) if isinstance(step, tuple) else step for step in arm])
            for arm in arms
        ]
    )


def _unit(filters: int, kernel: int | Pair = 1, stride: int = 1) -> Chain:
    padding = None if stride == 1 else 0
    return conv_norm_act(filters, kernel, stride=stride, padding=padding)


_POOL = Pool(3, stride=2)
_MEAN = Pool(3, stride=1, padding=1, mode="average")
_ROW, _COLUMN = (1, 7), (7, 1)
_FORK = _branches(_unit, [(384, (1, 3))], [(384, (3, 1))])


def _of_35(pooled: int) -> Branch:
    """Return a module of the 35×35 maps, in which two 3×3 stand for a 5×5."""
    return _branches(
        _unit,
        [(64, 1)],
        [(48, 1), (64, 5)],
        [(64, 1), (96, 3), (96, 3)],
        [_MEAN, (pooled, 1)],
    )


def _of_17(width: int) -> Branch:
    """Return a module of the 17×17 maps, with 7×7 as rows and columns."""
    across, down = (width, _ROW), (width, _COLUMN)
    return _branches(
        _unit,
        [(192, 1)],
        [(width, 1), across, (192, _COLUMN)],
        [(width, 1), down, across, down, (192, _ROW)],
        [_MEAN, (192, 1)],
    )


_TO_17 = _branches(_unit, [(384, 3, 2)], [(64, 1), (96, 3), (96, 3, 2)], [_POOL])
_TO_8 = _branches(
    _unit,
    [(192, 1), (320, 3, 2)],
    [(192, 1), (192, _ROW), (192, _COLUMN), (192, 3, 2)],
    [_POOL],
)
_OF_8 = _branches(
    _unit,
    [(320, 1)],
    [(384, 1), _FORK],
    [(448, 1), (384, 3), _FORK],
    [_MEAN, (192, 1)],
)


_BODY: dict[str, Layer | Block] = {
    "conv_1a": _unit(32, 3, 2),
    "conv_2a": conv_norm_act(32, 3, padding=0),
    "conv_2b": _unit(64, 3),
    "pool1": _POOL,
    "conv_3b": _unit(80),
    "conv_4a": conv_norm_act(192, 3, padding=0),
    "pool2": _POOL,
    "mixed_5b": _of_35(32),
    "mixed_5c": _of_35(64),
    "mixed_5d": _of_35(64),
    "mixed_6a": _TO_17,
    "mixed_6b": _of_17(128),
    "mixed_6c": _of_17(160),
    "mixed_6d": _of_17(160),
    "mixed_6e": _of_17(192),
    "mixed_7a": _TO_8,
    "mixed_7b": _OF_8,
    "mixed_7c": _OF_8,
}


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
    parts = {
        **_BODY,
        "avgpool": AdaptivePool(1),
        "dropout": Dropout(dropout),
        "fc": FC(classes),
    }
    head = Chain(
        Pool(5, stride=3, mode="average"),
        _unit(128),
        conv_norm_act(768, 5, padding=0),
        AdaptivePool(1),
        FC(classes),
    )
    heads = {"mixed_6e": "aux"}
    return with_heads(
        name, input, parts.items(), head, heads, aux=aux, training=training
    )


def _scaleless(
    filters: int, kernel: int | Pair = 1, stride: int = 1, padding: str | None = None
) -> Chain:
    """Return a convolution, a norm that shifts but does not scale, and relu.

    Relu makes the scales idle, so that Keras has none.
    """
    padding = padding or ("same" if stride == 1 else "valid")
    conv = Conv2d(kernel, filters, stride=stride, padding=padding, bias=False)
    return activated(conv, norm=Norm(scale=False))


# The blocks of the 35×35, 17×17 and 8×8 maps, and what leads to each.
_A = _branches(_scaleless, [(32, 1)], [(32, 1), (32, 3)], [(32, 1), (48, 3), (64, 3)])
_B = _branches(_scaleless, [(192, 1)], [(128, 1), (160, _ROW), (192, _COLUMN)])
_C = _branches(_scaleless, [(192, 1)], [(192, 1), (224, (1, 3)), (256, (3, 1))])
_MIXED_5 = _branches(
    _scaleless,
    [(96, 1)],
    [(48, 1), (64, 5)],
    [(64, 1), (96, 3), (96, 3)],
    [Pool(3, stride=1, padding="same", mode="average"), (64, 1)],
)
_MIXED_6 = _branches(
    _scaleless, [(384, 3, 2)], [(256, 1), (256, 3), (384, 3, 2)], [_POOL]
)
_MIXED_7 = _branches(
    _scaleless,
    [(256, 1), (384, 3, 2)],
    [(256, 1), (288, 3, 2)],
    [(256, 1), (288, 3), (320, 3, 2)],
    [_POOL],
)


@member("softmax")
def inception_resnet_v2(
    name: str, input: ShapeLike = (299, 299, 3), *, classes: int = 1000
) -> Sequential:
    """Inception-ResNet v2, as in Keras."""
    last = InceptionResidual(_C, None)
    return (
        Sequential(input, name=name)
        .add(
            Named(_scaleless(32, 3, 2), "conv_1a"),
            Named(_scaleless(32, 3, padding="valid"), "conv_2a"),
            Named(_scaleless(64, 3), "conv_2b"),
            Named(_POOL, "pool1"),
            Named(_scaleless(80), "conv_3b"),
            Named(_scaleless(192, 3, padding="valid"), "conv_4a"),
            Named(_POOL, "pool2"),
            Named(_MIXED_5, "mixed_5b"),
            stage("block35", [InceptionResidual(_A)] * 10, first=1),
            Named(_MIXED_6, "mixed_6a"),
            stage("block17", [InceptionResidual(_B)] * 20, first=1),
            Named(_MIXED_7, "mixed_7a"),
            stage("block8", [*[InceptionResidual(_C)] * 9, last], first=1),
            Named(_scaleless(1536), "conv_7b"),
        )
        .global_pool(name="avgpool")
        .fc(classes, name="fc")
        .softmax(name="softmax")
    )
