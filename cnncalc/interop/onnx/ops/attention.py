"""Attention, where it is an operator of its own."""

from __future__ import annotations

from typing import Any

from cnncalc.interop.joins import attended
from cnncalc.interop.moves import split
from cnncalc.interop.onnx.node import Node
from cnncalc.interop.reading import Unread
from cnncalc.interop.registry import operator
from cnncalc.interop.values import Value
from cnncalc.interop.weighted import linear


@operator("onnx", "Attention")
def attention(n: Node) -> Any:
    q, k, v = n.value(0), n.value(1), n.value(2)
    if len(n.shape()) == 4:  # noqa: PLR2004 - N×heads×L×d
        return [attended(n.r, q, k, v, n.maybe(3))]
    heads, own = n.get("q_num_heads"), n.get("kv_num_heads")
    return [attended(n.r, q, k, v, None, heads=heads, kv_heads=own)]


@operator("onnx", "com.microsoft::Attention")
def packed_attention(n: Node) -> Value:
    width = n.shape(1)[1]
    sizes = n.get("qkv_hidden_sizes") or [width // 3] * 3
    packed = linear(n.r, n.x, n.value(1), n.maybe(2), width)
    parts = split(n.r, packed, n.rank - 1, sizes)
    return attended(n.r, *parts, heads=n.get("num_heads"))


@operator("onnx", "com.microsoft::MultiHeadAttention")
def multi_head(n: Node) -> Value:
    if not (n.has(1) and n.has(2)) or len(n.shape(1)) != n.rank:
        raise Unread("its keys and values are packed")
    return attended(n.r, n.x, n.value(1), n.value(2), heads=n.get("num_heads"))
