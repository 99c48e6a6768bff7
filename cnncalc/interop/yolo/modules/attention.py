"""Attention of maps, as in versions from 10 on, and a layer of a transformer."""

from __future__ import annotations

from functools import partial
from typing import Any

from cnncalc.blocks.attention import MultiHeadAttention
from cnncalc.graph.block import Tensor
from cnncalc.interop.registry import operator
from cnncalc.interop.yolo.module import Module
from cnncalc.layers import (
    FC,
    Activation,
    Add,
    Attention,
    Function,
    LayerScale,
    Norm,
    Reshape,
    Split,
)


def positional(
    m: Module,
    x: Tensor,
    heads: int,
    key: int,
    kernel: int = 3,
    areas: int = 1,
) -> Tensor:
    """Return attention of all positions, or those of an area, with a position encoding.

    Args:
        m: The row.
        x: The map.
        heads: Into how many heads its channels are divided.
        key: Channels of a head's queries and keys.
        kernel: Of the convolution that encodes positions.
        areas: Into how many areas the map is cut, each attending to itself alone.

    Source:
        Wang et al. 2024, https://arxiv.org/abs/2405.14458, §3.2 (PSA); Tian et al.
        2025, https://arxiv.org/abs/2502.12524, §3.2 (areas).
    """
    width, space = x.shape.channels, tuple(x.shape.space)
    y = m.conv(x, 2 * key * heads + width, name="qkv", act=False)
    rows = space[0] * space[1]
    shape = (rows, -1) if areas == 1 else (areas, rows // areas, -1)
    parts = (key * heads, key * heads, width)
    flat = m.add(Reshape(shape), y)
    q, k, v = (m.add(Split(parts, n), flat) for n in range(3))
    seen = m.add(Reshape((*space, -1)), m.add(Attention(heads), q, k, v))
    where = m.conv(
        m.add(Reshape((*space, -1)), v),
        width,
        kernel,
        groups=width,
        name="pe",
        act=False,
    )
    return m.conv(m.add(Add(), seen, where), width, name="proj", act=False)


def attentive(
    m: Module,
    x: Tensor,
    heads: int,
    share: float = 0.5,
    wide: float = 2.0,
    names: tuple[str, str] = ("attn", "ffn"),
    **fields: Any,
) -> Tensor:
    """Return attention and two pointwise convolutions, each added to its input."""
    width = x.shape.channels
    with m.at(names[0]):
        y = positional(m, x, heads, int(width // heads * share), **fields)
    x = m.add(Add(), x, y)
    with m.at(names[1]):
        y = m.conv(x, int(width * wide), name="0")
        y = m.conv(y, width, name="1", act=False)
    return m.add(Add(), x, y)


@operator("yolo", "C2PSA", "PSA", "C2fPSA")
def psa(m: Module) -> Tensor:
    """Let one half of the channels attend."""
    half = int(m.x.shape.channels * m.get(1, 0.5))
    x = m.conv(m.x, 2 * half, name="cv1")
    first, second = (m.add(Split(2, n), x) for n in (0, 1))
    rule = partial(attentive, m, heads=max(half // 64, 1))
    parts = [first]
    if m.kind == "PSA":
        parts.append(rule(second))
    elif m.kind == "C2PSA":
        parts.append(m.repeated(second, rule))
    else:
        parts += [second, *m.chained(second, [rule] * m.repeats)]
    return m.conv(m.cat(*parts), m.x.shape.channels, name="cv2")


@operator("yolo", "A2C2f")
def a2c2f(m: Module) -> Tensor:
    """Gather attention of areas, or bottlenecks where that is off."""
    from cnncalc.interop.yolo.modules.csp import c3k

    half, large = int(m.filters * m.get(5, 0.5)), m.setup.scale in {*"lx"}
    attends, areas = m.get(1, True), m.get(2, 1)
    residual, wide = m.get(3, large), m.get(4, 1.2 if large else 2.0)
    rule = partial(
        attentive, m, heads=half // 32, share=1.0, wide=wide, names=("attn", "mlp"),
        kernel=7, areas=max(areas, 1),
    )  # fmt: skip

    def pair(x: Tensor) -> Tensor:
        for number in "01":
            with m.at(number):
                x = rule(x)
        return x

    x = m.conv(m.x, half, name="cv1")
    one = pair if attends else partial(c3k, m, filters=half)
    y = m.conv(m.cat(x, *m.chained(x, [one] * m.repeats)), m.filters, name="cv2")
    if not (attends and residual):
        return y
    return m.add(Add(), m.x, m.add(LayerScale(), y, name="gamma"))


@operator("yolo", "AIFI")
def aifi(m: Module) -> Tensor:
    """Let all positions of a map attend, as a layer of a transformer.

    Source:
        Zhao et al. 2023, https://arxiv.org/abs/2304.08069, §4.2.
    """
    space, width = tuple(m.x.shape.space), m.x.shape.channels
    x = m.add(Reshape((space[0] * space[1], -1)), m.x)
    x = encoded(m, x, m.get(0, 2048), m.get(1, 8), "gelu")
    return m.add(Reshape((*space, width)), x)


def encoded(m: Module, x: Tensor, wide: int, heads: int, function: str) -> Tensor:
    """Return a transformer's encoder layer: attention and two linear layers."""
    width = x.shape.channels
    placed = m.add(Function("shift"), x)  # fixed encodings of places
    y = m.add(MultiHeadAttention(heads), placed, placed, x, name="ma")
    x = m.add(Norm("layer"), m.add(Add(), x, y), name="norm1")
    y = m.add(FC(wide, flatten=False), x, name="fc1")
    y = m.add(FC(width, flatten=False), m.add(Activation(function), y), name="fc2")
    return m.add(Norm("layer"), m.add(Add(), x, y), name="norm2")
