"""Attention, where it is an operator of its own."""

from __future__ import annotations

from collections.abc import Sequence

from cnncalc.interop.joins import (
    attended,
    by_number,
    multiplied,
    of_as_many_heads,
    unary,
)
from cnncalc.interop.moves import concatenated, reshaped, split, transposed
from cnncalc.interop.onnx.node import Flowing, OnnxNode
from cnncalc.interop.onnx.ops.elementwise import together
from cnncalc.interop.onnx.table import rule
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.sliding import biased
from cnncalc.interop.values import Value
from cnncalc.interop.weighted import linear
from cnncalc.layers import Activation

__all__: list[str] = []

_HEADED = 4  # axes of N×heads×L×d
_BEHIND_SOFTMAX = 3


@rule("Attention")
def _attention(n: OnnxNode) -> Sequence[Flowing]:
    """Attend with heads as an axis, N×heads×L×d, or within the channels, N×L×(heads·d).

    Keys and values of the past stand before those that reach it.
    """
    q, k, v = n.value(0), n.value(1), n.value(2)
    causal = bool(n.integer("is_causal", 0))
    heads = n.integer("q_num_heads", 1), n.integer("kv_num_heads", 1)
    if n.rank != _HEADED and not n.has(4) and not any(n.outputs[1:]):
        own = {"heads": heads[0], "kv_heads": heads[1], "causal": causal}
        return [attended(n.r, q, k, v, n.maybe(3), **own)]
    return _with_past(n, (q, k, v), (4, 5), heads, causal)


def _with_past(
    n: OnnxNode,
    xs: Sequence[Value],
    past: tuple[int, int],
    heads: tuple[int, int],
    causal: bool,
) -> Sequence[Flowing]:
    """Return what attention puts out, and all keys and values, those of the past first.

    Args:
        n: The node.
        xs: Queries, keys and values.
        past: At which inputs the keys and values of the past are.
        heads: Into how many heads queries are divided, and keys and values.
        causal: Whether no query sees what comes after it.
    """
    flat = len(known_shape(xs[0])) != _HEADED
    q, k, v = [
        _headed(n, x, count) if flat else x
        for x, count in zip(xs, (heads[0], heads[1], heads[1]), strict=True)
    ]
    k, v = [
        x if before is None else concatenated(n.r, [before, x], 2)
        for x, before in zip((k, v), map(n.maybe, past), strict=True)
    ]
    bias = n.maybe(3) if n.op == "Attention" else None
    scores = None
    if n.op == "Attention" and any(n.outputs[3:]):
        found, scores = _in_steps(n, (q, k, v), bias)
    else:
        found = attended(n.r, q, k, v, bias, causal=causal)
    if flat:
        batch, count, steps, size = known_shape(found)
        found = transposed(n.r, found, (0, 2, 1, 3))
        found = reshaped(n.r, found, (batch, steps, count * size))
    return [found, k, v, scores][: max(1, len(n.outputs))]


def _in_steps(
    n: OnnxNode, xs: Sequence[Value], bias: Value | None
) -> tuple[Value, Value]:
    """Return what attention puts out, and the scores, which it puts out, too.

    Which of its steps those are of is an attribute: 3 says behind the softmax.
    """
    q, *others = xs
    k, v = [of_as_many_heads(n.r, x, known_shape(q)) for x in others]
    scores = multiplied(n.r, q, transposed(n.r, k, (0, 1, 3, 2)))
    scores = by_number(n.r, "multiply", scores, known_shape(scores))
    if bias is not None and known_shape(bias)[-1] in {1, known_shape(k)[-2]}:
        scores = together(n, "add", [scores, bias])
    weights = unary(n.r, Activation("softmax"), scores)
    behind = n.integer("qk_matmul_output_mode", 0) == _BEHIND_SOFTMAX
    return multiplied(n.r, weights, v), weights if behind else scores


def _headed(n: OnnxNode, x: Value, heads: int) -> Value:
    """Return N×L×(heads·d) as N×heads×L×d."""
    batch, steps, size = known_shape(x)
    apart = reshaped(n.r, x, (batch, steps, heads, size // heads))
    return transposed(n.r, apart, (0, 2, 1, 3))


@rule("com.microsoft::Attention", "com.microsoft::QAttention")
def _packed_attention(n: OnnxNode) -> Value:
    """Weigh what reaches it for queries, keys and values at once, and attend."""
    if n.op == "Attention" and n.has(4):
        raise Unread("it has keys and values of the past, packed into one")
    width = n.shape(1)[1]
    sizes = n.integers("qkv_hidden_sizes") or [width // 3] * 3
    packed = linear(n.r, n.x, n.value(1), n.maybe(2), width)
    parts = split(n.r, packed, n.rank - 1, sizes)
    return attended(n.r, *parts, heads=n.integer("num_heads", 1))


@rule("com.microsoft::MultiHeadAttention")
def _multi_head(n: OnnxNode) -> Sequence[Flowing]:
    """Attend; its bias, if it has one, is of queries, keys and values together."""
    if not (n.has(1) and n.has(2)) or len(n.shape(1)) != n.rank:
        raise Unread("its keys and values are packed")
    xs = [n.value(place) for place in range(3)]
    bias = n.maybe(3)
    if bias is not None:
        sizes = [known_shape(x)[-1] for x in xs]
        parts = split(n.r, bias, 0, sizes)
        xs = [
            biased(n.r, x, part, n.rank - 1) for x, part in zip(xs, parts, strict=True)
        ]
    heads = n.integer("num_heads", 1)
    if n.has(6) or any(n.outputs[1:]):
        return _with_past(n, xs, (6, 7), (heads, heads), causal=False)
    return [attended(n.r, *xs, heads=heads)]


@rule("com.microsoft::GroupQueryAttention")
def _grouped(n: OnnxNode) -> Sequence[Flowing]:
    """Attend with fewer heads of keys; all three may be packed into the first input."""
    heads = n.integer("num_heads", 1), n.integer("kv_num_heads", 1)
    if n.has(1):
        xs = [n.value(place) for place in range(3)]
    else:
        size = n.shape()[-1] // (heads[0] + 2 * heads[1])
        widths = [heads[0] * size, heads[1] * size, heads[1] * size]
        xs = split(n.r, n.x, n.rank - 1, widths)
    return _with_past(n, xs, (3, 4), heads, causal=True)
