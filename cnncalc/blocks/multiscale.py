"""Attention among tokens of a volume, of which it pools some: of MViT."""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.chain import PART, Composite, counts, integers
from cnncalc.checks import integer
from cnncalc.graph.block import Block, Tensor
from cnncalc.graph.making import Making
from cnncalc.layers import (
    FC,
    Add,
    Attention,
    Concat,
    Convolve,
    Einsum,
    Gather,
    Layer,
    Norm,
    Pad,
    Parameter,
    Permute,
    Reshape,
    Slice,
    Split,
    Upsample,
)
from cnncalc.layers.fields import count, flag, optional
from cnncalc.sizes.number import product

__all__ = ["HeadConv3d", "MultiscaleAttention", "TokenPool"]

_AXES = "thw"  # frames, rows and columns
_VOLUME = counts(len(_AXES))


@final
@frozen(eq=False, repr=False)
class TokenPool(Composite):
    """Apply a part to tokens as to a volume, and leave out the first, the class token.

    Args:
        body: What is applied, such as a `Pool`.
        grid: Along how many frames, rows and columns the tokens stand.
        name: What to call its scope.

    Shape:
        (1 + D·H·W)×C → (1 + D′·H′·W′)×C, with D′, H′ and W′ as the body has them.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If there are more tokens, or fewer.

    Source:
        Fan et al. 2021, https://arxiv.org/abs/2104.11227, §3.1.

    Example:
        >>> from cnncalc import Pool, Sequential, TokenPool
        >>> pool = TokenPool(Pool((1, 2, 2)), (8, 56, 56))
        >>> print(Sequential(input=(25089, 96)).add(pool).output)
        6273×96
    """

    _name_stem: ClassVar[str | None] = "token_pool"

    body: Layer | Block = field(metadata=PART)
    grid: tuple[int, int, int] = field(converter=integers, metadata=_VOLUME)

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        first, others = g.add(Slice(0, 1, axis=0), x), g.add(Slice(1, axis=0), x)
        y = g.add(Reshape((*self.grid, x.shape.channels)), others)
        y = g.add(self.body, y)
        return g.add(Concat(0), first, g.add(Reshape((-1, y.shape.channels)), y))


@final
@frozen(eq=False, repr=False)
class HeadConv3d(Composite):
    """A depthwise 3×3×3 convolution whose filters are the same for each head.

    Args:
        heads: The number of heads, which stand one behind the other in the channels.
        stride: Steps along each axis.
        name: What to call its scope.

    Shape:
        D×H×W×C → ⌈D / stride⌉×⌈H / stride⌉×⌈W / stride⌉×C.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If no volume reaches it, or the heads do not divide the channels.

    Source:
        Fan et al. 2021, https://arxiv.org/abs/2104.11227, §3.1, and table 8: "conv".

    Example:
        >>> from cnncalc import HeadConv3d, Sequential
        >>> net = Sequential(input=(8, 56, 56, 192)).add(HeadConv3d(2, (1, 4, 4)))
        >>> print(net.output, net.params, net.macs)
        8×14×14×192 2592 8128512
    """

    _name_stem: ClassVar[str | None] = "head_conv"

    heads: int = field(converter=integer, metadata=count(""))
    stride: tuple[int, int, int] = field(converter=integers, metadata=_VOLUME)

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        channels = x.shape.channels
        own = channels // self.heads
        weights = g.add(Parameter((3, 3, 3, 1, own), name="weights"))
        if self.heads > 1:
            weights = g.add(Concat(), *[weights] * self.heads)
        conv = Convolve(stride=self.stride, padding=1, groups=channels)
        return g.add(conv, x, weights)


@final
@frozen(eq=False, repr=False)
class MultiscaleAttention(Composite):
    """Attend to tokens of a volume, with queries, keys and values pooled before.

    Args:
        heads: The number of heads.
        channels: Channels that it puts out.
        grid: Along how many frames, rows and columns the tokens stand, besides the
            class token before them.
        stride_q: Steps by which queries are pooled; None pools none.
        stride_kv: Steps by which keys and values are.
        relative: Add to scores a product of the query and a learned vector for each
            distance along each axis, and add the queries to what comes out.
        name: What to call its scope.

    Shape:
        (1 + D·H·W)×C → (1 + D′·H′·W′)×channels, ⌈D / stride_q⌉ and so on of them.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If there are more tokens, or fewer, or the heads do not divide the
            channels.

    Source:
        Fan et al. 2021, https://arxiv.org/abs/2104.11227, figure 3; Li et al. 2021,
        https://arxiv.org/abs/2112.01526, equations 4 and 6, for *relative*.

    Example:
        >>> from cnncalc import MultiscaleAttention, Sequential
        >>> attention = MultiscaleAttention(1, 96, (8, 56, 56), (1, 1, 1), (1, 8, 8))
        >>> net = Sequential(input=(25089, 96)).add(attention)
        >>> print(net.output, net.params, net.product_macs)
        25089×96 45600 1893115584
    """

    _name_stem: ClassVar[str | None] = "multiscale_attention"

    heads: int = field(converter=integer, metadata=count(""))
    channels: int = field(converter=integer, metadata=count(""))
    grid: tuple[int, int, int] = field(converter=integers, metadata=_VOLUME)
    stride_q: tuple[int, int, int] | None = field(
        converter=integers, metadata=optional(_VOLUME)
    )
    stride_kv: tuple[int, int, int] = field(converter=integers, metadata=_VOLUME)
    relative: bool = field(default=False, kw_only=True, metadata=flag())

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        whole = g.add(FC(3 * self.channels, axis=-1, name="qkv"), x)
        q, k, v = [g.add(Split(3, part), whole) for part in range(3)]
        k = self._pooled(g, k, self.stride_kv, "k")
        v = self._pooled(g, v, self.stride_kv, "v")
        q = self._pooled(g, q, self.stride_q, "q")
        biases = (self._positions(g, q),) if self.relative else ()
        y = g.add(Attention(), q, k, v, *biases)
        if self.relative:
            first, others = [g.add(part, y) for part in _APART]
            others = g.add(Add(), others, g.add(_APART[1], q))
            y = g.add(Concat(1), first, others)
        y = g.add(Reshape((-1, self.channels)), g.add(Permute((1, 0, 2)), y))
        return g.add(FC(self.channels, axis=-1, name="out"), y)

    def _pooled(self, g: Making, x: Tensor, stride: Any, name: str) -> Any:
        """Add what pools tokens and puts the heads first: heads×tokens×channels."""
        if stride:
            pool = TokenPool(HeadConv3d(self.heads, stride), self.grid)
            x = g.add(pool, x, name=f"pool_{name}")
        x = g.add(Reshape((x.shape[0], self.heads, -1)), x)
        x = g.add(Permute((1, 0, 2)), x)
        if stride:
            x = g.add(Norm("layer"), x)
        return x

    def _behind(self, stride: tuple[int, ...]) -> tuple[int, ...]:
        """Return the grid of tokens behind a pool."""
        return tuple([-(-n // step) for n, step in zip(self.grid, stride, strict=True)])

    def _positions(self, g: Making, q: Tensor) -> Any:
        """Add what is added to scores: a query times a vector for each distance."""
        queries = self._behind(self.stride_q or (1, 1, 1))
        keys = self._behind(self.stride_kv)
        y = g.add(_APART[1], q)
        heads, _, channels = y.shape
        y = g.add(Reshape((heads, *queries, channels)), y)
        spans = [2 * max(both) - 1 for both in zip(queries, keys, strict=True)]
        found = []
        for place, (axis, span) in enumerate(zip(_AXES, spans, strict=True)):
            # Rows and columns have tables of one length, which is brought to theirs.
            rows = max(spans[1:]) if place else span
            table = g.add(Parameter((rows, channels), name=f"table_{axis}"))
            if rows != span:
                table = g.add(Upsample(size=span, mode="linear"), table)
            table = g.add(Gather((queries[place], keys[place]), axis=0), table)
            scores = Einsum(f"nthwc,{axis}kc->nthwk")
            ones = [n if other == place else 1 for other, n in enumerate(keys)]
            one = g.add(scores, y, table)
            found.append(g.add(Reshape((heads, *queries, *ones)), one))
        total = g.add(Add(), *found)
        total = g.add(Reshape((heads, product(queries), product(keys), 1)), total)
        total = g.add(Pad(((0, 0), (1, 0), (1, 0))), total)  # for the class token
        more = (product(queries) + 1, product(keys) + 1)
        return g.add(Reshape((heads, *more)), total)


# The class token, and the others.
_APART = (Slice(0, 1, axis=1), Slice(1, axis=1))
