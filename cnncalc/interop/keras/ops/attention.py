"""Attention, in Keras' forms."""

from __future__ import annotations

from math import prod

from cnncalc.blocks.attention import MultiHeadAttention
from cnncalc.interop.joins import attended, joined, multiplied, unary
from cnncalc.interop.keras.layer import KerasCall
from cnncalc.interop.moves import order_of, reshaped, unsqueezed
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import reduced
from cnncalc.interop.sliding import moved_on
from cnncalc.interop.values import Value
from cnncalc.layers import Activation, Add, Multiply


def _query_value_key(c: KerasCall) -> tuple[Value, Value, Value]:
    """Return what it is given, by name or in this order; keys are the values else."""
    query = c.given("query", 0) or c.x
    value = c.given("value", 1) or query
    return query, value, c.given("key", 2) or value


@operator("keras", "MultiHeadAttention", "GroupedQueryAttention", "GroupQueryAttention")
def multi_head(c: KerasCall) -> Value:
    """Attend along the axes that it says: all behind the batch, if it says none."""
    query, value, key = _query_value_key(c)
    out = c.get("output_shape")
    sizes = out if isinstance(out, list) else [out] if out else []
    if not all(type(size) is int for size in sizes):
        raise Unread("its sizes are no numbers")
    block = MultiHeadAttention(
        c.get("num_heads") or c.get("num_query_heads"),
        key_dim=c.get("key_dim") or c.get("head_dim"),
        value_dim=c.get("value_dim"),
        output_dim=prod(sizes) if sizes else None,
        kv_heads=c.get("num_key_value_heads"),
        bias=bool(c.get("use_bias", True)),
    )
    if c.get("use_gate", False):
        raise Unread("its output has a gate")
    shape = known_shape(query)
    xs = [query] if key is value is query else [query, key, value]
    axes = c.axes("attention_axes", list(range(c.lead, len(shape) - 1)))
    if len(axes) > 1:  # all positions are one axis
        if axes != list(range(c.lead, len(shape) - 1)):
            raise Unread("it attends along several axes of more")
        xs, axes = [_flat(c, x) for x in xs], [c.lead]
    rank = len(known_shape(xs[0]))
    last = [axes[0], rank - 1]
    order = [a for a in order_of(xs, last) if a not in last] + last
    parts = [c.r.arranged(x, order) for x in xs]
    here = c.r.put(c.trained(block), *parts, owning=(c.weights,))
    found = moved_on(xs[0], here, order)
    return reshaped(c.r, found, (*shape[:-1], *(sizes or known_shape(found)[-1:])))


def _flat(c: KerasCall, x: Value) -> Value:
    """Return a value with all its positions as one axis."""
    shape = known_shape(x)
    return reshaped(c.r, x, (*shape[: c.lead], prod(shape[c.lead : -1]), shape[-1]))


@operator("keras", "Attention")
def attention(c: KerasCall) -> Value:
    query, value, key = _query_value_key(c)
    if c.get("use_scale", False):
        query = joined(c.r, Multiply(), [query, c.own("scale", (1,))])
    if c.get("score_mode") == "concat":
        scale = c.own("concat_score_weight", (1,))
        return _additive(c, query, key, value, scale)
    return attended(c.r, query, key, value)


@operator("keras", "AdditiveAttention")
def additive(c: KerasCall) -> Value:
    query, value, key = _query_value_key(c)
    width = known_shape(query)[-1]
    scale = c.own("scale", (width,)) if c.get("use_scale", True) else None
    return _additive(c, query, key, value, scale)


def _additive(
    c: KerasCall, query: Value, key: Value, value: Value, scale: Value | None
) -> Value:
    """Return values weighed by a sum over channels of tanh(query + key)."""
    axis = len(known_shape(query)) - 1
    pair = [unsqueezed(c.r, query, [axis]), unsqueezed(c.r, key, [axis - 1])]
    scores = unary(c.r, Activation("tanh"), joined(c.r, Add(), pair))
    if scale is not None:
        scores = joined(c.r, Multiply(), [scores, scale])
    scores = reduced(c.r, scores, "sum", [axis + 1], keep=False)
    return multiplied(c.r, unary(c.r, Activation("softmax"), scores), value)
