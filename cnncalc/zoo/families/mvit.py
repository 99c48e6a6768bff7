"""Multiscale vision transformers, as in torchvision: attention that pools its tokens.

Fan et al. 2021, "Multiscale vision transformers", https://arxiv.org/abs/2104.11227;
Li et al. 2021, "MViTv2: improved multiscale vision transformers for classification and
detection", https://arxiv.org/abs/2112.01526.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from cnncalc.blocks.multiscale import MultiscaleAttention, TokenPool
from cnncalc.graph.block import Tensor
from cnncalc.layers import (
    FC,
    Add,
    Concat,
    Conv3d,
    Dropout,
    Norm,
    Parameter,
    Pool,
    Reshape,
    Select,
    StochasticDepth,
)
from cnncalc.network import Builder, Graph
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import members
from cnncalc.zoo.parts import perceptron

__all__ = ["mvit_v1_b", "mvit_v2_s"]

_WIDTH, _DEPTHS, _DROP = 96, (1, 2, 11, 2), 0.2
_ONE, _TWO = (1, 1, 1), (1, 2, 2)
_POOL = Pool((1, 3, 3), _TWO, padding=(0, 1, 1))

_Volume = tuple[int, ...]


class _Block(NamedTuple):
    """A block.

    Attributes:
        heads: Its heads.
        width: Channels of its attention.
        filters: Channels that it puts out.
        stride_q: Steps by which it pools queries, if it does.
        stride_kv: Steps by which it pools keys and values.
        drop: How often stochastic depth drops its parts.
    """

    heads: int
    width: int
    filters: int
    stride_q: _Volume | None
    stride_kv: _Volume
    drop: float

    def behind(self, grid: _Volume) -> _Volume:
        """Return the grid of the tokens behind it."""
        steps = self.stride_q or _ONE
        return tuple([-(-n // step) for n, step in zip(grid, steps, strict=True)])


def _blocks(*, second: bool) -> Iterator[_Block]:
    """Yield the blocks: of version 1 the last of a stage doubles the channels.

    Of version 2 the first of the next does, and its attention already.
    """
    done, last = 0, len(_DEPTHS) - 1
    for number, depth in enumerate(_DEPTHS):
        width = _WIDTH * 2**number
        for place in range(depth):
            doubles = not second and place == depth - 1 and number < last
            pools = place == 0 and number > 0
            steps = 2 ** (last - number)
            yield _Block(
                2**number,
                width,
                width * 2 if doubles else width,
                _TWO if pools else (_ONE if second else None),
                (1, steps, steps),
                _DROP * done / (sum(_DEPTHS) - 1),
            )
            done += 1


def _add(g: Builder, x: Tensor, block: _Block, grid: _Volume, *, second: bool) -> Any:
    """Add a block to tokens: attention that pools, and a perceptron."""
    width, filters = block.width, block.filters
    normed = g.add(Norm("layer"), x)
    pooled = MultiscaleAttention(
        block.heads, width, grid, block.stride_q, block.stride_kv, relative=second
    )
    y = g.add(pooled, normed, name="attention")
    if x.shape.channels != width:
        x = g.add(FC(width, axis=-1, name="project"), normed)
    if block.behind(grid) != grid:
        x = g.add(TokenPool(_POOL, grid), x, name="pool_skip")
    x = g.add(Add(), x, g.add(StochasticDepth(block.drop), y))
    normed = g.add(Norm("layer"), x)
    if filters != width:
        x = g.add(FC(filters, axis=-1, name="project"), normed)
    y = g.add(perceptron(4 * width, filters, 0.0), normed, name="mlp")
    return g.add(Add(), x, g.add(StochasticDepth(block.drop), y))


def _tokens(g: Builder, x: Tensor, *, positions: bool) -> Any:
    """Add the class token before those of a volume, and maybe where each stands."""
    *grid, width = x.shape
    first = g.add(Parameter((1, width), name="class_token"))
    if positions:
        space = g.add(Parameter((*grid[1:], width), name="position_space"))
        time = g.add(Parameter((grid[0], 1, 1, width), name="position_time"))
        x = g.add(Add(), x, g.add(Add(), time, space))
        first = g.add(Add(), first, g.add(Parameter((1, width), name="position_class")))
    return g.add(Concat(0), first, g.add(Reshape((-1, width)), x))


_RUNS = ("*/attention1", "*/attention/einsum1")  # distances in time


@members(*[f"{path} as matmul" for path in _RUNS], "*/convolve1 as module")
def _mvit(
    name: str,
    second: bool,
    input: ShapeLike = (16, 224, 224, 3),
    *,
    classes: int = 400,
    dropout: float = 0.5,
) -> Graph:
    g = Builder()
    conv = Conv3d((3, 7, 7), _WIDTH, stride=(2, 4, 4), padding=(1, 3, 3))
    x = g.add(conv, g.input(input), name="patches")
    grid = x.shape.space
    with g.scope("tokens"):
        x = _tokens(g, x, positions=not second)
    for number, block in enumerate(_blocks(second=second)):
        with g.scope(f"block{number}"):
            x = _add(g, x, block, grid, second=second)
        grid = block.behind(grid)
    x = g.add(Norm("layer"), x, name="norm")
    x = g.add(Select(0, axis=0), x, name="first")
    x = g.add(Dropout(dropout), x, name="dropout")
    return g.graph(g.add(FC(classes), x, name="head"), name=name)


mvit_v1_b = _mvit("mvit_v1_b", "MViT-B of 16 frames.", False)
mvit_v2_s = _mvit("mvit_v2_s", "MViTv2-S of 16 frames.", True)
