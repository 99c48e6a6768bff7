"""Products: of a value by weights, and of two values; attention."""

from __future__ import annotations

from typing import Any

from cnncalc.interop.joins import (
    attended,
    broadcast,
    contracted,
    joined,
    multiplied,
)
from cnncalc.interop.moves import transposed
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import reduced
from cnncalc.interop.sliding import biased
from cnncalc.interop.torch.call import Call
from cnncalc.interop.values import Value, fixed
from cnncalc.interop.weighted import attended_in_block, linear, product
from cnncalc.layers import Add, Multiply


@operator("torch", "linear")
def linear_(c: Call) -> Value:
    weight, bias = c.get(1, "weight"), c.get(2, "bias", None)
    if c.r.owns(weight):
        return linear(c.r, c.x, weight, bias, weight.shape[0])
    rank = len(weight.shape)
    turned = transposed(c.r, weight, [*range(rank - 2), rank - 1, rank - 2])
    found = multiplied(c.r, c.x, turned)
    if bias is None:
        return found
    return biased(c.r, found, bias, len(known_shape(found)) - 1)


@operator("torch", "matmul", "bmm", "mm", "mv", "dot", "__matmul__", "inner", "vdot")
def matmul(c: Call) -> Value:
    return product(c.r, c.x, c.get(1, "other"))


@operator("torch", "__rmatmul__")
def reflected_matmul(c: Call) -> Value:
    return product(c.r, c.get(1, "other"), c.x)


@operator("torch", "addmm", "baddbmm", "addmv")
def addmm(c: Call) -> Value:
    found = product(c.r, c.get(1, "mat1"), c.get(2, "mat2"))
    return joined(c.r, Add(), [c.x, found])


@operator("torch", "einsum")
def einsum(c: Call) -> Value:
    equation, *xs = c.rest(0, "equation")
    if len(xs) == 1 and isinstance(xs[0], (list, tuple)):
        xs = list(xs[0])
    return contracted(c.r, equation, xs)


@operator("torch", "bilinear")
def bilinear(c: Call) -> Value:
    one, two, weight = c.x, c.get(1, "input2"), c.get(2, "weight")
    bias = c.get(3, "bias", None)
    with c.r.inside():
        inner = contracted(c.r, "...i,oij->...oj", [one, weight])
        found = contracted(c.r, "...oj,...j->...o", [inner, two])
        return found if bias is None else joined(c.r, Add(), [found, bias])


@operator("torch", "cosine_similarity")
def cosine(c: Call) -> Value:
    """Multiply and add up; what it divides by is taken for a part of that."""
    shapes = broadcast([known_shape(c.x), known_shape(c.get(1, "x2"))])
    axis = c.get(2, "dim", 1) % len(shapes)
    both = joined(c.r, Multiply(), [c.x, c.get(1, "x2")])
    return reduced(c.r, both, "sum", [axis], keep=False)


@operator("torch", "scaled_dot_product_attention", "_scaled_dot_product_attention")
def attention(c: Call) -> Value:
    q, k, v = [
        c.get(place, name) for place, name in enumerate(("query", "key", "value"))
    ]
    mask = c.get(3, "attn_mask", None)
    return attended(c.r, q, k, v, mask, causal=bool(c.get(5, "is_causal", False)))


@operator("torch", "multi_head_attention_forward")
def multi_head_attention(c: Call) -> Any:
    """Attend in the layout of PyTorch's own function: positions, batch, channels."""
    q, k, v = [
        c.get(place, name) for place, name in enumerate(("query", "key", "value"))
    ]
    if c.get(7, "bias_k", None) is not None or c.get(9, "add_zero_attn", False):
        raise Unread("it adds a key of its own")
    heads = c.get(4, "num_heads")
    packed, bias = c.get(5, "in_proj_weight"), c.get(6, "in_proj_bias")
    out, out_bias = c.get(11, "out_proj_weight"), c.get(12, "out_proj_bias")
    apart = [c.get(99, f"{name}_proj_weight", None) for name in ("q", "k", "v")]
    own = [packed, bias, out, out_bias, *apart]
    given = c.key(0), c.key(1), c.key(2)
    xs = [q] if len({*given}) == 1 else [q, k, v]
    found = attended_in_block(
        c.r, xs, heads, bias is not None, out_bias is not None, own
    )
    if not any(c.wanted[1:]):
        return [found, *map(fixed, c.outputs[1:])]
    why = "what each head attends to is asked for"
    scores = [c.r.unknown("attention weights", xs, why, s) for s in c.outputs[1:]]
    return [found, *scores]
