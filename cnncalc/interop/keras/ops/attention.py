"""Attention, in Keras' forms."""

from __future__ import annotations

from cnncalc.blocks.attention import MultiHeadAttention
from cnncalc.interop.joins import attended, joined, multiplied, unary
from cnncalc.interop.keras.layer import Call
from cnncalc.interop.moves import order_of, unsqueezed
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import reduced
from cnncalc.interop.reading import known_shape
from cnncalc.interop.values import Value
from cnncalc.interop.weighted import moved_on
from cnncalc.layers import Activation, Add, Multiply


@operator("keras", "MultiHeadAttention", "GroupedQueryAttention", "GroupQueryAttention")
def multi_head(c: Call) -> Value:
    query, value = c.xs[0], c.xs[1] if len(c.xs) > 1 else c.xs[0]
    key = c.xs[2] if len(c.xs) > 2 else value  # noqa: PLR2004
    out = c.get("output_shape")
    out = out[0] if isinstance(out, list) else out
    heads = c.get("num_heads") or c.get("num_query_heads")
    block = MultiHeadAttention(
        heads,
        key_dim=c.get("key_dim") or c.get("head_dim"),
        value_dim=c.config.get("value_dim"),
        output_dim=out,
        kv_heads=c.config.get("num_key_value_heads"),
        bias=bool(c.get("use_bias", True)),
    )
    xs = [query] if key is value is query else [query, key, value]
    order = order_of(xs, [c.rank - 2, c.rank - 1])
    order = [a for a in order if a < c.rank - 2] + [c.rank - 2, c.rank - 1]
    parts = [c.r.arranged(x, order) for x in xs]
    return moved_on(query, c.r.put(block, *parts, owning=(c.weights,)), order)


@operator("keras", "Attention")
def attention(c: Call) -> Value:
    query, value = c.xs[:2]
    key = c.xs[2] if len(c.xs) > 2 else value  # noqa: PLR2004
    if c.get("use_scale", False):
        scale = c.own("scale", (1,))
        query = joined(c.r, Multiply(), [query, scale])
    if c.get("score_mode") == "concat":
        return _additive(c, query, key, value, c.own("concat_score_weight", (1,)))
    return attended(c.r, query, key, value)


@operator("keras", "AdditiveAttention")
def additive(c: Call) -> Value:
    query, value = c.xs[:2]
    key = c.xs[2] if len(c.xs) > 2 else value  # noqa: PLR2004
    scale = c.own("scale", (c.shape[-1],)) if c.get("use_scale", True) else None
    return _additive(c, query, key, value, scale)


def _additive(
    c: Call, query: Value, key: Value, value: Value, scale: Value | None
) -> Value:
    """Return values weighed by a sum over channels of tanh(query + key)."""
    axis = len(known_shape(query)) - 1
    pair = [unsqueezed(c.r, query, [axis]), unsqueezed(c.r, key, [axis - 1])]
    scores = unary(c.r, Activation("tanh"), joined(c.r, Add(), pair))
    if scale is not None:
        scores = joined(c.r, Multiply(), [scores, scale])
    scores = reduced(c.r, scores, "sum", [axis + 1], keep=False)
    return multiplied(c.r, unary(c.r, Activation("softmax"), scores), value)
