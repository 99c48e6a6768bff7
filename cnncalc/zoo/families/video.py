"""Networks along time, height and width, as in torchvision.

Tran et al. 2017, "A closer look at spatiotemporal convolutions for action recognition",
https://arxiv.org/abs/1711.11248, of ResNets: R3D, MC3 and R(2+1)D; Xie et al. 2017,
"Rethinking spatiotemporal feature learning", https://arxiv.org/abs/1712.04851, of S3D,
an Inception network whose filters along space and time are apart.
"""

from __future__ import annotations

from typing import NamedTuple

from cnncalc.blocks.chain import Chain, activated
from cnncalc.blocks.combine import branch
from cnncalc.graph.block import Block
from cnncalc.graph.wrappers import Named
from cnncalc.layers import Conv3d
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.remembering import remembered
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.families.googlenet import STAGES
from cnncalc.zoo.member import member, members
from cnncalc.zoo.parts import stage

__all__ = ["mc3_18", "r2plus1d_18", "r3d_18", "s3d"]


def _along_space(kernel: int, filters: int, stride: int = 1) -> Conv3d:
    """Return a convolution of each frame, without bias."""
    steps, padding = (1, stride, stride), (0, kernel // 2, kernel // 2)
    size = (1, kernel, kernel)
    return Conv3d(size, filters, stride=steps, padding=padding, bias=False)


def _along_time(kernel: int, filters: int, stride: int = 1) -> Conv3d:
    """Return a convolution of each place through the frames, without bias."""
    steps, padding = (stride, 1, 1), (kernel // 2, 0, 0)
    return Conv3d((kernel, 1, 1), filters, stride=steps, padding=padding, bias=False)


# ResNets of 18 layers.


class _Stage(NamedTuple):
    """The kind of a stage: "3d", "2d" each frame, or "2+1d" frames, and then time."""

    kind: str
    filters: int
    stride: int


def _conv(row: _Stage, middle: int, stride: int) -> Block:
    """Return the convolution of a stage, with *middle* maps between space and time."""
    if row.kind == "2+1d":
        space = activated(_along_space(3, middle, stride))
        return Chain(space, _along_time(3, row.filters, stride))
    if row.kind == "2d":
        return Chain(_along_space(3, row.filters, stride))
    return Chain(Conv3d(3, row.filters, stride=stride, padding=1, bias=False))


# Equal blocks are one value, and are lowered once: it takes a fifth of the time.
@remembered()
def _block(row: _Stage, channels: int, stride: int) -> Sequential:
    """Return two convolutions and what is added to them."""
    filters = row.filters
    # As many maps as give both convolutions the parameters of one 3×3×3.
    middle = 27 * channels * filters // (9 * channels + 3 * filters)
    body = Sequential().add(_conv(row, middle, stride)).batch_norm().relu()
    body = body.add(_conv(row, middle, 1)).batch_norm()
    shortcut = None
    if stride > 1:
        steps = (1 if row.kind == "2d" else stride, stride, stride)
        shortcut = Sequential().conv3d(1, filters, stride=steps, bias=False)
        shortcut = shortcut.batch_norm()
    return Sequential().residual(body, shortcut).relu()


@members()
def _resnet(
    name: str,
    kinds: tuple[str, ...],
    input: ShapeLike = (16, 112, 112, 3),
    *,
    classes: int = 400,
) -> Sequential:
    net = Sequential(input, name=name)
    if kinds[0] == "2+1d":
        stem = Chain(activated(_along_space(7, 45, 2)), activated(_along_time(3, 64)))
    else:
        stem = activated(
            Conv3d((3, 7, 7), 64, stride=(1, 2, 2), padding=(1, 3, 3), bias=False)
        )
    net, channels = net.add(Named(stem, "stem")), 64
    for number, kind in enumerate(kinds, 1):
        row = _Stage(kind, 32 * 2**number, 1 if number == 1 else 2)
        blocks = [_block(row, channels, row.stride), _block(row, row.filters, 1)]
        net, channels = net.add(stage(f"layer{number}", blocks)), row.filters
    return net.adaptive_pool(1, name="avgpool").fc(classes, name="fc")


# Classes of torchvision's own, which some tools do not know as convolutions.
_OWN = ("*/residual1/conv? as own module",)
r3d_18 = _resnet(
    "r3d_18",
    "ResNet-18 of 3×3×3 convolutions.",
    ("3d",) * 4,
    module_less=_OWN,
)
mc3_18 = _resnet(
    "mc3_18",
    "ResNet-18 whose first two stages mix frames, and whose others do not.",
    ("3d", "2d", "2d", "2d"),
    module_less=_OWN,
)
r2plus1d_18 = _resnet(
    "r2plus1d_18",
    "ResNet-18 of convolutions along space, and then along time.",
    ("2+1d",) * 4,
)


# S3D.


def _unit(filters: int) -> Chain:
    """Return a convolution of each position, with norm and relu."""
    return activated(Conv3d(1, filters, bias=False))


def _separable(kernel: int, filters: int, stride: int = 1) -> Chain:
    """Return a convolution along space and one along time, each with norm and relu."""
    return Chain(
        activated(_along_space(kernel, filters, stride)),
        activated(_along_time(kernel, filters, stride)),
    )


@remembered()
def _mixed(b1: int, b2: tuple[int, int], b3: tuple[int, int], pool_proj: int) -> Block:
    """Return an inception module along space and time."""
    pooled = Sequential().pool(3, stride=1, padding=1).add(_unit(pool_proj))
    looks = [Chain(_unit(less), _separable(3, filters)) for less, filters in (b2, b3)]
    return branch(_unit(b1), *looks, pooled)


@member("mean")
def s3d(
    name: str,
    input: ShapeLike = (16, 224, 224, 3),
    *,
    classes: int = 400,
    dropout: float = 0.2,
) -> Sequential:
    """S3D, whose inception modules look along space, and then along time."""
    third, fourth, fifth = (
        stage(f"mixed{number}", [_mixed(*row) for row in rows.values()])
        for number, rows in STAGES.items()
    )
    net = Sequential(input, name=name).add(Named(_separable(7, 64, 2), "conv1"))
    net = net.pool((1, 3, 3), (1, 2, 2), padding=(0, 1, 1), name="pool1")
    net = net.add(Named(_unit(64), "conv2"), Named(_separable(3, 192), "conv3"))
    net = net.pool((1, 3, 3), (1, 2, 2), padding=(0, 1, 1), name="pool2").add(third)
    net = net.pool(3, 2, padding=1, name="pool3").add(fourth).pool(2, name="pool4")
    net = net.add(fifth).avg_pool((2, 7, 7), 1, name="avgpool")
    net = net.dropout(dropout, name="dropout").conv3d(1, classes, name="classifier")
    return net.global_pool(name="mean")
