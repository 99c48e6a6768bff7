"""ResNet, ResNeXt and wide ResNet.

He, Zhang, Ren & Sun 2015, "Deep residual learning for image recognition",
https://arxiv.org/abs/1512.03385; Xie et al. 2016, "Aggregated residual transformations
for deep neural networks", https://arxiv.org/abs/1611.05431; Zagoruyko & Komodakis 2016,
"Wide residual networks", https://arxiv.org/abs/1605.07146. As in torchvision the stride
of a bottleneck is on its 3×3 convolution; the paper's, on the first 1×1, is ``_v1``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cnncalc.blocks.resnet import BasicBlock, Bottleneck
from cnncalc.graph.block import Block
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.member import member

__all__ = ["NETWORKS", "resnet50"]

_EXPANSION = 4  # a bottleneck's last filters to those of a basic block


# ResNet-152 with other classes takes 4.5 of the bare loop's time, 6.5 without.
@lru_cache(maxsize=1024, typed=True)
def _stage(
    stage: int,
    depth: int,
    filters: int,
    width: int | None,
    groups: int,
    stride_first: bool,
) -> Sequential:
    """Return a stage: a block that halves the map, but in the first, and others.

    Its blocks are bottlenecks of that width, or basic blocks where it is None.
    """

    def block(stride: int) -> Block:
        if width is None:
            return BasicBlock(filters, stride)
        return Bottleneck(
            width,
            _EXPANSION * filters,
            stride,
            groups=groups,
            stride_first=stride_first,
        )

    blocks = [block(1 if stage == 0 else 2)] + [block(1)] * (depth - 1)
    layer = Sequential(name=f"layer{stage + 1}")
    return layer.add(*(Named(each, str(i)) for i, each in enumerate(blocks)))


def _resnet(
    name: str,
    *,
    depths: tuple[int, ...],
    deep: bool = True,
    stride_first: bool = False,
    input: ShapeLike = (224, 224, 3),
    classes: int = 1000,
    groups: int = 1,
    width_per_group: int = 64,
) -> Sequential:
    net = (
        Sequential(input, name=name)
        .conv(7, 64, stride=2, padding=3, bias=False, name="conv1")
        .norm(name="norm1")
        .relu(name="relu1")
        .pool(3, stride=2, padding=1, name="maxpool")
    )
    for stage, depth in enumerate(depths):
        filters = 64 * 2**stage
        width = filters * width_per_group // 64 * groups if deep else None
        net = net.add(_stage(stage, depth, filters, width, groups, stride_first))
    return net.adaptive_pool(1, name="avgpool").fc(classes, name="fc")


_18, _34, _50 = (2, 2, 2, 2), (3, 4, 6, 3), (3, 4, 6, 3)
_101, _152 = (3, 4, 23, 3), (3, 8, 36, 3)


def _macs(says: str, why: str = "") -> Claim:
    return Claim("macs", says, "He et al. 2015, table 1", why=why)


def _field(says: str) -> Claim:
    return Claim("receptive_field", says, "Araujo et al. 2019")


_TORCHVISION = "torchvision strides on the 3×3 convolution, the paper on the first 1×1"

_CUT = "it is {} billion, which the paper cuts"
_BLOCKS = Claim(
    "nodes: add",
    "101",
    "articles on ResNet-101",
    why="there are 33 blocks; 101 counts weighted layers",
)
_BASIC, _V1 = {"deep": False}, {"stride_first": True}

# What each network is, the depths of its stages, what it has besides, and its claims.
_ROWS: dict[str, tuple[str, tuple[int, ...], dict[str, Any], tuple[Claim, ...]]] = {
    "resnet18": ("ResNet-18.", _18, _BASIC, (_macs("1.8 billion"),)),
    "resnet34": (
        "ResNet-34.",
        _34,
        _BASIC,
        (_macs("3.6 billion", _CUT.format(3.66)),),
    ),
    "resnet50": (
        "ResNet-50, as in torchvision.",
        _50,
        {},
        (_macs("3.8 billion", _TORCHVISION),),
    ),
    "resnet101": (
        "ResNet-101, as in torchvision.",
        _101,
        {},
        (_macs("7.6 billion", _TORCHVISION), _BLOCKS),
    ),
    "resnet152": (
        "ResNet-152, as in torchvision.",
        _152,
        {},
        (_macs("11.3 billion", _TORCHVISION),),
    ),
    "resnet50_v1": (
        "ResNet-50 of the paper.",
        _50,
        _V1,
        (_macs("3.8 billion", _CUT.format(3.86)), _field("483")),
    ),
    "resnet101_v1": (
        "ResNet-101 of the paper.",
        _101,
        _V1,
        (_macs("7.6 billion"), _field("1,027")),
    ),
    "resnet152_v1": (
        "ResNet-152 of the paper.",
        _152,
        _V1,
        (_macs("11.3 billion"), _field("1,507")),
    ),
    "resnext50_32x4d": (
        "ResNeXt-50 of 32 groups, 4 wide.",
        _50,
        {"groups": 32, "width_per_group": 4},
        (),
    ),
    "resnext101_32x8d": (
        "ResNeXt-101 of 32 groups, 8 wide.",
        _101,
        {"groups": 32, "width_per_group": 8},
        (),
    ),
    "resnext101_64x4d": (
        "ResNeXt-101 of 64 groups, 4 wide.",
        _101,
        {"groups": 64, "width_per_group": 4},
        (),
    ),
    "wide_resnet50_2": (
        "ResNet-50, twice as wide inside its blocks.",
        _50,
        {"width_per_group": 128},
        (),
    ),
    "wide_resnet101_2": (
        "ResNet-101, twice as wide inside its blocks.",
        _101,
        {"width_per_group": 128},
        (),
    ),
}
NETWORKS = {
    name: member(_resnet, name, doc, claims=claims, depths=depths, **fixed)
    for name, (doc, depths, fixed, claims) in _ROWS.items()
}
resnet50 = NETWORKS["resnet50"]
