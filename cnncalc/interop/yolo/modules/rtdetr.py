"""The decoder of RT-DETR: queries that attend to positions which they compute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cnncalc.blocks.attention import MultiHeadAttention
from cnncalc.graph.block import Tensor
from cnncalc.graph.wrappers import Shared
from cnncalc.interop.registry import operator
from cnncalc.interop.yolo.module import Module
from cnncalc.interop.yolo.modules.heads import idle, positions_of
from cnncalc.layers import (
    FC,
    Activation,
    Add,
    Conv2d,
    Gather,
    GridSample,
    Multiply,
    Norm,
    Permute,
    Reduce,
    Reshape,
    Slice,
    Stack,
)


class _Sizes(NamedTuple):
    """The decoder's arguments, with their defaults."""

    classes: int
    width: int = 256
    queries: int = 300
    points: int = 4
    heads: int = 8
    layers: int = 6
    wide: int = 1024


@operator("yolo", "RTDETRDecoder")
def decoder(m: Module) -> list[Tensor]:
    """Choose positions for queries, and let these attend, layer by layer.

    Source:
        Zhao et al. 2023, https://arxiv.org/abs/2304.08069, §4; Zhu et al. 2020,
        https://arxiv.org/abs/2010.04159, equation 3.
    """
    s = _Sizes(*m.args[:7])
    maps = []
    with m.at("input_proj"):
        for number, x in enumerate(m.xs):
            with m.at(str(number)):
                y = m.add(Conv2d(1, s.width, bias=False), x, name="0")
                maps.append(m.add(Norm(), y, name="1"))
    seen = positions_of(m, maps)
    with m.at("enc_output"):
        y = m.add(FC(s.width, flatten=False), seen, name="0")
        y = m.add(Norm("layer"), y, name="1")
    m.add(FC(s.classes, flatten=False), y, name="enc_score_head")
    x = m.add(Gather(min(s.queries, int(y.shape[0])), axis=0), y)
    place = _mlp(m, x, (s.width, s.width, 4), "enc_bbox_head")
    spaces = [tuple(each.shape.space) for each in maps]
    encoding = [Shared(FC(n, flatten=False)) for n in (2 * s.width, s.width)]
    # Boxes are told by each layer, classes by the last one alone, when it runs.
    with m.at("decoder"):
        for number in range(s.layers):
            place = m.add(Activation("sigmoid"), place)
            with m.at(f"layers.{number}"):
                where = m.add(Activation("relu"), m.add(encoding[0], place))
                x = _layer(m, x, m.add(encoding[1], where), seen, spaces, s)
            delta = _mlp(m, x, (s.width, s.width, 4), f"dec_bbox_head.{number}")
            place = m.add(Add(), delta, place)
    score = m.add(
        FC(s.classes, flatten=False), x, name=f"dec_score_head.{s.layers - 1}"
    )
    if s.layers > 1:
        others = (s.layers - 1) * (s.width + 1) * s.classes
        idle(m, "dec_score_head", others)
    idle(m, "denoising_class_embed", s.classes * s.width)
    ends = [m.add(Activation("sigmoid"), y) for y in (place, score)]
    return [m.cat(*ends)]


def _mlp(m: Module, x: Tensor, units: Sequence[int], name: str) -> Tensor:
    """Return linear layers with a relu between each two."""
    with m.at(name):
        for number, n in enumerate(units):
            x = m.add(FC(n, flatten=False), x, name=f"layers.{number}")
            if number < len(units) - 1:
                x = m.add(Activation("relu"), x)
    return x


def _layer(
    m: Module,
    x: Tensor,
    where: Tensor,
    seen: Tensor,
    spaces: Sequence[tuple[int, ...]],
    s: _Sizes,
) -> Tensor:
    """Return what a layer of the decoder makes of the queries."""
    q = m.add(Add(), x, where)
    y = m.add(MultiHeadAttention(s.heads), q, q, x, name="self_attn")
    x = m.add(Norm("layer"), m.add(Add(), x, y), name="norm1")
    with m.at("cross_attn"):
        y = _sampled(m, m.add(Add(), x, where), seen, spaces, s)
    x = m.add(Norm("layer"), m.add(Add(), x, y), name="norm2")
    y = m.add(FC(s.wide, flatten=False), x, name="linear1")
    y = m.add(FC(s.width, flatten=False), m.add(Activation("relu"), y), name="linear2")
    return m.add(Norm("layer"), m.add(Add(), x, y), name="norm3")


def _sampled(
    m: Module, q: Tensor, seen: Tensor, spaces: Sequence[tuple[int, ...]], s: _Sizes
) -> Tensor:
    """Return values of all maps at positions that a query computes, weighed and added.

    The channels of each head are a map of their own; these stand one above the other.
    """
    own, number = s.width // s.heads, s.heads * s.points
    value = m.add(FC(s.width, flatten=False), seen, name="value_proj")
    offsets = m.add(
        FC(2 * number * len(spaces), flatten=False), q, name="sampling_offsets"
    )
    weights = m.add(
        FC(number * len(spaces), flatten=False), q, name="attention_weights"
    )
    weights = m.add(Reshape((-1, s.heads, len(spaces) * s.points)), weights)
    weights = m.add(Activation("softmax"), weights)
    parts, start = [], 0
    for level, (height, width) in enumerate(spaces):
        rows = m.add(Slice(start, start + height * width, axis=0), value)
        start += height * width
        rows = m.add(Permute((1, 0, 2)), m.add(Reshape((-1, s.heads, own)), rows))
        grid = m.add(Slice(2 * number * level, 2 * number * (level + 1)), offsets)
        grid = m.add(Reshape((-1, number, 2)), grid)
        tall = m.add(Reshape((s.heads * height, width, own)), rows)
        found = m.add(GridSample(), tall, grid)
        parts.append(m.add(Reshape((-1, s.heads, s.points, own)), found))
    values = m.add(Stack(2), *parts)
    values = m.add(Reshape((-1, s.heads, len(spaces) * s.points, own)), values)
    weights = m.add(Reshape((-1, s.heads, len(spaces) * s.points, 1)), weights)
    values = m.add(Reduce("sum", 2), m.add(Multiply(), values, weights))
    y = m.add(Reshape((-1, s.width)), values)
    return m.add(FC(s.width, flatten=False), y, name="output_proj")
