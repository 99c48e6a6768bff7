"""Attention: values that are weighed by how well their keys fit a query."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer, optional_integer
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.layers.base import Saves
from cnncalc.layers.fields import count, flag, optional
from cnncalc.layers.products import Product, needs_rows
from cnncalc.sizes.number import holds
from cnncalc.sizes.shape import Shape

__all__ = ["Attention"]


@final
@frozen(eq=False, repr=False)
class Attention(Product):
    """Weigh values by how well their keys fit a query, head by head.

    Args:
        heads: Into how many heads the channels of the queries are divided.
        kv_heads: Into how many those of keys and values are, if these are fewer; each
            serves several heads of queries.
        causal: Whether no query sees what comes after it. What that leaves out is
            computed and counted all the same, as by the frameworks.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        Queries L×C, keys S×C, values S×V → L×V; a fourth input, if there is one, is
        added to the scores, heads×L×S or what NumPy spreads over that. With fewer heads
        of keys, keys have C / heads × kv_heads channels, and the output V / kv_heads ×
        heads. Axes before these, such as windows, are a batch.

    Counting:
        MACs: L·S·(d_k + d_v) a head, with d_k and d_v channels: all of them products of
        two activations. Connections: one a multiplication. No parameters. FLOPs: also
        4 a score, that is a scale, an exponential, its addition and a division, and one
        more for what is added to the scores.

        Its receptive field is all of a sequence; along several axes it is unknown. For
        the backward pass it keeps what PyTorch's flash attention does: inputs, output
        and a number for each row of scores. Where that is not taken, for keys and
        values differ in channels or something is added to scores, it keeps copies of
        the inputs, and the scores.

    Raises:
        ConfigError: If a field is no such thing, or *kv_heads* does not divide *heads*.
        ShapeError: If a vector reaches it, heads do not divide the channels, or
            queries, keys and values do not fit.

    Source:
        Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, equation 1; PyTorch's
        `scaled_dot_product_attention`.

    Example:
        >>> from cnncalc import Attention, Shape
        >>> x = Shape(197, 768)
        >>> attention = Attention(12)
        >>> print(attention.output(x, x, x), attention.macs(x, x, x))
        197×768 59610624
    """

    task: ClassVar[str] = "attention"
    arity: ClassVar[tuple[int, int]] = (3, 4)

    heads: int = field(default=1, converter=integer, metadata=count("h", divides=True))
    kv_heads: int | None = field(
        default=None,
        converter=optional_integer,
        kw_only=True,
        metadata=optional(count("G", divides=True)),
    )
    causal: bool = field(default=False, kw_only=True, metadata=flag())

    @override
    def check(self) -> None:
        if self.heads % self._kv_heads:
            why = f"its {self.kv_heads} heads of keys do not divide its {self.heads}"
            raise ConfigError(why, "Use a number that divides them", self.class_name)

    @property
    def _kv_heads(self) -> int:
        return self.heads if self.kv_heads is None else self.kv_heads

    @override
    def output_of(
        self, q: Shape, k: Shape, v: Shape, bias: Shape | None = None, /
    ) -> Shape:
        for number, x in enumerate((q, k, v), 1):
            needs_rows(x, number, "attends to positions")
        heads = (self.heads, self._kv_heads, self._kv_heads)
        for name, x, parts in zip(
            ("queries", "keys", "values"), (q, k, v), heads, strict=True
        ):
            if not holds(x.channels % parts == 0):
                why = f"its {parts} heads do not divide the {x.channels} channels of "
                why += name
                raise ShapeError(why, "Use a number of heads that divides them")
        if k[:-1] != v[:-1] or q[:-2] != k[:-2]:
            why = f"its queries {q}, keys {k} and values {v} do not fit"
            fix = (
                "Keys and values need equal positions, and all three equal axes before"
            )
            raise ShapeError(why, fix)
        if not holds(q.channels // self.heads == k.channels // self._kv_heads):
            why = f"a head has {q.channels // self.heads} channels of queries, and "
            why += f"{k.channels // self._kv_heads} of keys"
            raise ShapeError(why, "Let both have as many")
        if bias is not None:
            self._fitting(bias, q, k)
        return Shape.made(q.space, v.channels // self._kv_heads * self.heads)

    def _fitting(self, bias: Shape, q: Shape, k: Shape) -> None:
        """Refuse what cannot be added to the scores."""
        one = () if self.heads == 1 else (self.heads,)
        scores = (*q[:-2], *one, q[-2], k[-2])
        longer = len(bias) > len(scores)
        pairs = zip(reversed(bias), reversed(scores), strict=False)
        if longer or not all(holds(n == m) or holds(n == 1) for n, m in pairs):
            why = f"its fourth input {bias} cannot be added to scores of "
            why += "×".join(map(str, scores))
            raise ShapeError(why, "Bring it to that shape")

    @override
    def product_macs_of(self, q: Shape, k: Shape, *others: Shape) -> int:
        return q.positions * k[-2] * (q.channels + others[-1].channels)

    @override
    def inner_values(self, q: Shape, k: Shape, *others: Shape) -> int:
        """The scores of all heads."""
        return q.positions * k[-2] * self.heads

    @override
    def bias_uses(self, q: Shape, k: Shape, v: Shape, *others: Shape) -> int:
        """The scores to which something is added."""
        return self.inner_values(q, k) if len(others) > 1 else 0

    @override
    def saves(self, q: Shape, k: Shape, v: Shape, *others: Shape) -> Saves:
        *bias, y = others
        if not bias and q.channels == y.channels:
            return Saves(
                "output", statistics=q.positions * self.heads, inputs=(0, 1, 2)
            )
        each = self.heads // self._kv_heads
        copies = q.size + k.size * each
        scores = self.inner_values(q, k)
        if self.heads == 1:
            return Saves(extra=copies + scores, inputs=(2,))
        return Saves(extra=copies + v.size * each + scores)
