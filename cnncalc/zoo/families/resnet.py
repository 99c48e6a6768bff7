"""ResNet, ResNeXt and wide ResNet.

He, Zhang, Ren & Sun 2015, "Deep residual learning for image recognition",
https://arxiv.org/abs/1512.03385; Xie et al. 2016, "Aggregated residual transformations
for deep neural networks", https://arxiv.org/abs/1611.05431; Zagoruyko & Komodakis 2016,
"Wide residual networks", https://arxiv.org/abs/1605.07146. As in torchvision the stride
of a bottleneck is on its 3×3 convolution; the paper's, on the first 1×1, is ``_v1``.
"""

from __future__ import annotations

from cnncalc._typing import NamedTuple
from cnncalc.blocks.resnet import BasicBlock, Bottleneck
from cnncalc.graph.block import Block
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.remembering import remembered
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import members
from cnncalc.zoo.parts import stage

__all__ = ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]
__all__ += ["resnet50_v1", "resnet101_v1", "resnet152_v1"]
__all__ += ["resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d"]
__all__ += ["wide_resnet50_2", "wide_resnet101_2"]

_EXPANSION = 4  # a bottleneck's last filters to those of a basic block


class _Design(NamedTuple):
    """The depths of the stages, and which blocks they are of."""

    depths: tuple[int, ...]
    deep: bool = True
    stride_first: bool = False


# Without it ResNet-152 with other classes takes six times as long.
@remembered()
def _stage(
    number: int,
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

    blocks = [block(1 if number == 1 else 2)] + [block(1)] * (depth - 1)
    return stage(f"layer{number}", blocks)


@members()
def _resnet(
    name: str,
    design: _Design,
    input: ShapeLike = (224, 224, 3),
    *,
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
    for number, depth in enumerate(design.depths, 1):
        filters = 32 * 2**number
        width = filters * width_per_group // 64 * groups if design.deep else None
        net = net.add(
            _stage(number, depth, filters, width, groups, design.stride_first)
        )
    return net.adaptive_pool(1, name="avgpool").fc(classes, name="fc")


_18 = _Design((2, 2, 2, 2), deep=False)
_34 = _Design((3, 4, 6, 3), deep=False)
_50, _101, _152 = (_Design(d) for d in [(3, 4, 6, 3), (3, 4, 23, 3), (3, 8, 36, 3)])
_V1_50, _V1_101, _V1_152 = (d._replace(stride_first=True) for d in (_50, _101, _152))

resnet18 = _resnet("resnet18", "ResNet-18.", _18)
resnet34 = _resnet("resnet34", "ResNet-34.", _34)
resnet50 = _resnet("resnet50", "ResNet-50, as in torchvision.", _50)
resnet101 = _resnet("resnet101", "ResNet-101, as in torchvision.", _101)
resnet152 = _resnet("resnet152", "ResNet-152, as in torchvision.", _152)
resnet50_v1 = _resnet("resnet50_v1", "ResNet-50 of the paper.", _V1_50)
resnet101_v1 = _resnet("resnet101_v1", "ResNet-101 of the paper.", _V1_101)
resnet152_v1 = _resnet("resnet152_v1", "ResNet-152 of the paper.", _V1_152)

resnext50_32x4d, resnext101_32x8d, resnext101_64x4d = [
    net.variant(
        f"resnext{layers}_{groups}x{width}d",
        f"ResNeXt-{layers} of {groups} groups, {width} wide.",
        groups=groups,
        width_per_group=width,
    )
    for net, layers, groups, width in (
        (resnet50, 50, 32, 4),
        (resnet101, 101, 32, 8),
        (resnet101, 101, 64, 4),
    )
]
wide_resnet50_2, wide_resnet101_2 = [
    net.variant(
        f"wide_resnet{layers}_2",
        f"ResNet-{layers}, twice as wide inside its blocks.",
        width_per_group=128,
    )
    for net, layers in ((resnet50, 50), (resnet101, 101))
]
