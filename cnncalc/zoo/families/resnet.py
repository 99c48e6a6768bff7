"""ResNet, ResNeXt and wide ResNet.

He, Zhang, Ren & Sun 2015, "Deep residual learning for image recognition",
https://arxiv.org/abs/1512.03385; Xie et al. 2016, "Aggregated residual transformations
for deep neural networks", https://arxiv.org/abs/1611.05431; Zagoruyko & Komodakis 2016,
"Wide residual networks", https://arxiv.org/abs/1605.07146. As in torchvision the stride
of a bottleneck is on its 3×3 convolution; the paper's, on the first 1×1, is ``_v1``.
"""

from __future__ import annotations

from functools import lru_cache

from cnncalc.blocks.resnet import BasicBlock, Bottleneck
from cnncalc.graph.block import Block
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.member import member

__all__ = [
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet50_v1",
    "resnet101",
    "resnet101_v1",
    "resnet152",
    "resnet152_v1",
    "resnext50_32x4d",
    "resnext101_32x8d",
    "resnext101_64x4d",
    "wide_resnet50_2",
    "wide_resnet101_2",
]

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

resnet18 = member(
    _resnet,
    "resnet18",
    "ResNet-18.",
    claims=(_macs("1.8 billion"),),
    depths=_18,
    deep=False,
)
resnet34 = member(
    _resnet,
    "resnet34",
    "ResNet-34.",
    claims=(_macs("3.6 billion", "it is 3.66 billion, which the paper cuts"),),
    depths=_34,
    deep=False,
)
resnet50 = member(
    _resnet,
    "resnet50",
    "ResNet-50, as in torchvision.",
    claims=(_macs("3.8 billion", _TORCHVISION),),
    depths=_50,
)
resnet101 = member(
    _resnet,
    "resnet101",
    "ResNet-101, as in torchvision.",
    claims=(
        _macs("7.6 billion", _TORCHVISION),
        Claim(
            "nodes: add",
            "101",
            "articles on ResNet-101",
            why="there are 33 blocks; 101 counts weighted layers",
        ),
    ),
    depths=_101,
)
resnet152 = member(
    _resnet,
    "resnet152",
    "ResNet-152, as in torchvision.",
    claims=(_macs("11.3 billion", _TORCHVISION),),
    depths=_152,
)
resnet50_v1 = member(
    _resnet,
    "resnet50_v1",
    "ResNet-50 of the paper.",
    claims=(
        _macs("3.8 billion", "it is 3.86 billion, which the paper cuts"),
        _field("483"),
    ),
    depths=_50,
    stride_first=True,
)
resnet101_v1 = member(
    _resnet,
    "resnet101_v1",
    "ResNet-101 of the paper.",
    claims=(_macs("7.6 billion"), _field("1,027")),
    depths=_101,
    stride_first=True,
)
resnet152_v1 = member(
    _resnet,
    "resnet152_v1",
    "ResNet-152 of the paper.",
    claims=(_macs("11.3 billion"), _field("1,507")),
    depths=_152,
    stride_first=True,
)
resnext50_32x4d = member(
    _resnet,
    "resnext50_32x4d",
    "ResNeXt-50 of 32 groups, 4 wide.",
    depths=_50,
    groups=32,
    width_per_group=4,
)
resnext101_32x8d = member(
    _resnet,
    "resnext101_32x8d",
    "ResNeXt-101 of 32 groups, 8 wide.",
    depths=_101,
    groups=32,
    width_per_group=8,
)
resnext101_64x4d = member(
    _resnet,
    "resnext101_64x4d",
    "ResNeXt-101 of 64 groups, 4 wide.",
    depths=_101,
    groups=64,
    width_per_group=4,
)
wide_resnet50_2 = member(
    _resnet,
    "wide_resnet50_2",
    "ResNet-50, twice as wide inside its blocks.",
    depths=_50,
    width_per_group=128,
)
wide_resnet101_2 = member(
    _resnet,
    "wide_resnet101_2",
    "ResNet-101, twice as wide inside its blocks.",
    depths=_101,
    width_per_group=128,
)
