"""Multi-head attention: linear layers before and behind an attention."""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.chain import Composite
from cnncalc.checks import integer, optional_integer
from cnncalc.errors import ConfigError
from cnncalc.graph.block import Tensor
from cnncalc.graph.making import Making
from cnncalc.layers import FC, Attention
from cnncalc.layers.fields import count, flag, optional

__all__ = ["MultiHeadAttention"]

_OPTIONAL = optional(count(""))


@final
@frozen(eq=False, repr=False)
class MultiHeadAttention(Composite):
    """Attend with several heads: linear layers, an attention, and a linear layer.

    Its inputs are queries, keys and values, as of PyTorch. Of two inputs, the second is
    keys and values; of one, as in a chain, it is all three: self-attention.

    Args:
        heads: The number of heads.
        key_dim: Channels of queries and keys in a head; None divides those of the first
            input among the heads, as PyTorch does.
        value_dim: Channels of values in a head; None is *key_dim*.
        output_dim: Channels that it puts out; None are those of the first input.
        kv_heads: How many heads keys and values have; None as many as queries.
        bias: Whether the linear layers of queries, keys and values have biases.
        out_bias: Whether the last linear layer has; None if the others do.
        causal: Whether no query sees what comes after it.
        name: What to call its scope.

    Shape:
        L×C, or also S×K and S×V → L×output_dim.

    Raises:
        ConfigError: If a field is no such thing.
        GraphError: If it has more than three inputs.
        ShapeError: If the heads do not divide the channels, or keys and values do not
            fit together.

    Source:
        Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, §3.2.2; PyTorch's
        `MultiheadAttention`, and Keras' with *key_dim*.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(197, 768)).attention(12)
        >>> net.params, net.weight_macs, net.product_macs
        (2362368, 464781312, 59610624)
    """

    _name_stem: ClassVar[str | None] = "attention"
    arity: ClassVar[tuple[int, int] | None] = (1, 3)

    heads: int = field(converter=integer, metadata=count(""))
    key_dim: int | None = field(
        default=None, converter=optional_integer, kw_only=True, metadata=_OPTIONAL
    )
    value_dim: int | None = field(
        default=None, converter=optional_integer, kw_only=True, metadata=_OPTIONAL
    )
    output_dim: int | None = field(
        default=None, converter=optional_integer, kw_only=True, metadata=_OPTIONAL
    )
    kv_heads: int | None = field(
        default=None, converter=optional_integer, kw_only=True, metadata=_OPTIONAL
    )
    bias: bool = field(default=True, kw_only=True, metadata=flag())
    out_bias: bool | None = field(default=None, kw_only=True, metadata=optional(flag()))
    causal: bool = field(default=False, kw_only=True, metadata=flag())

    def _channels(self, width: int) -> tuple[int, int]:
        """Return the channels of queries and of values in a head."""
        if self.key_dim is not None:
            return self.key_dim, self.value_dim or self.key_dim
        if width % self.heads:
            why = f"its {self.heads} heads do not divide the {width} channels"
            fix = "Use a number of heads that does, or give key_dim"
            raise ConfigError(why, fix, type(self).__name__)
        return width // self.heads, self.value_dim or width // self.heads

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        q, k, v = (*xs, *xs[-1:] * (len("qkv") - len(xs)))
        width = q.shape.channels
        of_keys, of_values = self._channels(width)
        kv_heads = self.kv_heads or self.heads
        attention = Attention(self.heads, kv_heads=self.kv_heads, causal=self.causal)
        joined = g.add(
            attention,
            g.add(self._linear(self.heads * of_keys, "query"), q),
            g.add(self._linear(kv_heads * of_keys, "key"), k),
            g.add(self._linear(kv_heads * of_values, "value"), v),
        )
        bias = self.bias if self.out_bias is None else self.out_bias
        last = FC(self.output_dim or width, bias=bias, flatten=False, name="out")
        return g.add(last, joined)

    def _linear(self, units: int, name: str) -> FC:
        return FC(units, bias=self.bias, flatten=False, name=name)
