"""The parts that families of the zoo have in common: stages, hidden layers, heads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from math import ceil
from typing import TYPE_CHECKING

from cnncalc._typing import NamedTuple
from cnncalc.errors import ConfigError
from cnncalc.graph.block import Block, Tensor
from cnncalc.graph.wrappers import Named
from cnncalc.layers import Layer
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.number import divisible
from cnncalc.sizes.remembering import is_column, remembered
from cnncalc.sizes.shape import ShapeLike

if TYPE_CHECKING:
    from cnncalc.network import Builder, Graph

__all__ = [
    "Stage",
    "attended",
    "hidden",
    "perceptron",
    "stage",
    "stages",
    "with_heads",
]


def stage(name: str, blocks: Iterable[Layer | Block], first: int = 0) -> Sequential:
    """Return blocks one after another, called 0, 1, 2 and so on.

    Args:
        name: The name of the stage.
        blocks: Its blocks.
        first: What the first one is called.
    """
    named = [Named(block, str(place)) for place, block in enumerate(blocks, first)]
    return Sequential(name=name).add(*named)


class Stage(NamedTuple):
    """Equal blocks, of which the first one may stride.

    Attributes:
        expansion: How much wider they are inside.
        filters: What each puts out.
        depth: How many there are.
        stride: Steps of the first.
        kernel: Height and width of their filters.
        fused: Whether one convolution widens and looks around.
    """

    expansion: int
    filters: int
    depth: int
    stride: int
    kernel: int = 3
    fused: bool = False


# What makes a block: of its stage, the channels that enter it, its filters and stride,
# and how often stochastic depth drops it.
_Maker = Callable[[Stage, int, int, int, float], Block]


def stages(
    make: _Maker,
    rows: Iterable[Stage],
    channels: int,
    width: float,
    depth: float = 1.0,
    drop: float = 0.0,
    *,
    name: str = "stage",
) -> Iterator[Sequential]:
    """Yield stages that are scaled, as in MobileNet V2 and what came from it.

    Args:
        make: Makes a block.
        rows: The stages before they are scaled.
        channels: How many maps enter the first.
        width: By what numbers of filters are multiplied.
        depth: By what numbers of blocks are.
        drop: The rate of stochastic depth, to which that of the blocks rises.
        name: What they are called, before their number.
    """
    depths = [ceil(row.depth * depth) for row in rows]
    before, total = 0, sum(depths) if drop else 0
    for number, (row, count) in enumerate(zip(rows, depths, strict=True), 1):
        filters = divisible(row.filters * width)
        drops: tuple[float, ...] = ()
        if drop:
            drops = tuple([drop * (before + i) / total for i in range(count)])
            before += count
        yield _stage(f"{name}{number}", make, row, channels, filters, count, drops)
        channels = filters


# Without it 10,000 variants of MobileNetV2 take three times as long.
@remembered()
def _stage(
    name: str,
    make: _Maker,
    row: Stage,
    channels: int,
    filters: int,
    count: int,
    drops: tuple[float, ...],
) -> Sequential:
    first, *others = drops or (0.0,) * (1 if is_column(count) else count)
    blocks: list[Block] = [make(row, channels, filters, row.stride, first)]
    if is_column(count):
        from cnncalc.blocks.combine import Copies  # which sweeps alone need

        blocks.append(Copies(count - 1, make(row, filters, filters, 1, first)))
    return stage(name, blocks + [make(row, filters, filters, 1, d) for d in others])


def attended(g: Builder, x: Tensor, heads: int, *bias: Tensor) -> Tensor:
    """Return the attention of positions, of which one layer made all that it needs.

    Args:
        g: Where it is built.
        x: Queries, keys and values, one after another along the channels.
        heads: The number of heads.
        bias: What is added to the scores, if there is such a thing.
    """
    from cnncalc.layers import Attention, Slice  # which no convolution loads

    width = x.shape.channels // 3
    starts = (0, width, 2 * width)
    parts = [g.add(Slice(start, start + width), x) for start in starts]
    found: Tensor = g.add(Attention(heads), *parts, *bias)
    return found


def hidden(net: Sequential, dropout: float) -> Sequential:
    """Return VGG's network with its two hidden layers of 4,096 units, 6 and 7.

    Args:
        net: The network below them.
        dropout: What is dropped of each.
    """
    for number in (6, 7):
        net = net.fc(4096, name=f"fc{number}").relu(name=f"relu{number}")
        net = net.dropout(dropout, name=f"dropout{number}")
    return net


def perceptron(hidden: int, width: int, dropout: float) -> Sequential:
    """Return the two linear layers that a transformer has behind each attention.

    Args:
        hidden: Units of the first.
        width: Units of the second.
        dropout: What is dropped behind each.
    """
    net = Sequential().fc(hidden, axis=-1).gelu().dropout(dropout)
    return net.fc(width, axis=-1).dropout(dropout)


def with_heads(
    name: str,
    input: ShapeLike,
    parts: Iterable[tuple[str, Layer | Block]],
    head: Layer | Block,
    places: Mapping[str, str],
    *,
    aux: bool,
    training: bool,
) -> Graph:
    """Return named parts one after another, and a head behind some of them.

    Args:
        name: The name of the network.
        input: What reaches it.
        parts: Its parts and their names.
        head: The auxiliary head.
        places: The names of heads, by the part that each reads.
        aux: Whether it has its heads.
        training: Whether they are outputs, as in training; else they are parts that
            run in training only.

    Raises:
        ConfigError: If its heads are to be outputs, and it has none.
    """
    if training and not aux:
        why = "only its auxiliary heads run in training alone, and it has none"
        raise ConfigError(why, "Pass aux=True too", name)
    from cnncalc.network import Builder

    g = Builder()
    x = g.input(input)
    heads = []
    for place, part in parts:
        x = g.add(part, x, name=place)
        if aux and place in places:
            with nullcontext() if training else g.training_only():
                heads.append(g.add(head, x, name=places[place]))
    return g.graph(x, *(heads if training else []), name=name)
