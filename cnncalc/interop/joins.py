"""The joins of several values: by broadcasting, products, attention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnncalc.interop.moves import (
    expanded,
    order_of,
    reshaped,
    squeezed,
    unsqueezed,
)
from cnncalc.interop.reading import Reading, Unread, known_shape
from cnncalc.interop.values import Dims, Value, placed_axes
from cnncalc.layers import Attention, Einsum, Function, MatMul
from cnncalc.layers.base import Layer

__all__ = [
    "attended",
    "broadcast",
    "by_number",
    "contracted",
    "joined",
    "multiplied",
    "of_as_many_heads",
    "unary",
]


def broadcast(shapes: Sequence[Dims]) -> Dims:
    """Return the shape that NumPy broadcasts shapes to.

    Raises:
        Unread: If they do not fit.

    Example:
        >>> broadcast([(1, 64, 7, 7), (64, 1, 1)])
        (1, 64, 7, 7)
    """
    rank = max(map(len, shapes))
    found = []
    for place in range(rank):
        sizes = {shape[place - rank] for shape in shapes if place - rank >= -len(shape)}
        sizes -= {1}
        if len(sizes) > 1:
            raise Unread(f"shapes {', '.join(map(str, shapes))} do not fit together")
        found.append(sizes.pop() if sizes else 1)
    return tuple(found)


def joined(r: Reading, layer: Layer, xs: Sequence[Value]) -> Value:
    """Return values put together one by one, as NumPy broadcasts them."""
    shape = broadcast([known_shape(x) for x in xs])
    rank = len(shape)
    wide = [unsqueezed(r, x, range(rank - len(known_shape(x)))) for x in xs]
    order = order_of(wide)
    here = r.put(layer, *[r.arranged(x, order) for x in wide])
    batch = [a for a in range(rank) if shape[a] != 1 and a not in order]
    if batch and any(x.is_constant for x in wide):
        raise Unread("it mixes the batch with other axes")
    return Value(shape, placed_axes(rank, order), here, None, wide[0].dtype)


def unary(r: Reading, layer: Layer, x: Value, shape: Dims | None = None) -> Value:
    """Return a value of which each number has become another.

    Args:
        r: The network in the making.
        layer: What is done with it.
        x: The value.
        shape: What it is spread to before, if to anything.
    """
    if x.here is None:
        return x.but(numbers=None)
    if shape is not None and shape != x.shape:
        x = expanded(r, x, shape)
    return x.but(here=r.put(layer, r.here(x)), numbers=None)


def by_number(r: Reading, operation: str, x: Value, shape: Dims) -> Value:
    """Return a value and fixed numbers put together one by one: they are no weights."""
    return unary(r, Function(_OF_NUMBER.get(operation, "scale")), x, shape)


# What an operation is with a number, or with numbers that are no weights.
_OF_NUMBER = {
    "add": "shift",
    "subtract": "shift",
    "multiply": "scale",
    "divide": "scale",
    "power": "power",
    "maximum": "clip",
    "minimum": "clip",
}


def multiplied(r: Reading, a: Value, b: Value) -> Value:
    """Return a product of matrices, the last two axes of each, as `numpy.matmul`."""
    if len(known_shape(a)) == 1:
        product = multiplied(r, unsqueezed(r, a, [0]), b)
        return squeezed(r, product, [max(len(known_shape(product)) - 2, 0)])
    if len(known_shape(b)) == 1:
        product = multiplied(r, a, unsqueezed(r, b, [1]))
        return squeezed(r, product, [len(known_shape(product)) - 1])
    left, right = known_shape(a), known_shape(b)
    if left[-1] != right[-2]:
        raise Unread(f"matrices of {list(left)} and {list(right)} do not fit")
    shape = (*broadcast([left[:-2], right[:-2]]), left[-2], right[-1])
    a, b = [unsqueezed(r, x, range(len(shape) - len(known_shape(x)))) for x in (a, b)]
    before = [x for x in order_of([a, b]) if x < len(shape) - 2]
    order = [*sorted(before), len(shape) - 2, len(shape) - 1]
    here = r.put(MatMul(), r.arranged(a, order), r.arranged(b, order))
    return Value(shape, placed_axes(len(shape), order), here, None, a.dtype)


def contracted(r: Reading, equation: str, xs: Sequence[Value]) -> Value:
    """Return products that are added up as an equation tells, as "bij,bjk->bik"."""
    left, _, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(xs):
        raise Unread(f"its equation {equation!r} is of other inputs")
    terms, right, sizes = _spelled(terms, right if "->" in equation else None, xs)
    # An axis that is 1 everywhere, as the batch is, need not be there.
    wanted = {c for c in sizes if sizes[c] != 1}
    for term, x in zip(terms, xs, strict=True):
        for axis, c in enumerate(term):
            if x.axes[axis] is None:
                wanted.discard(c) if sizes[c] != 1 and c in right else None
    if not wanted & {*right}:
        wanted.update(right[:1])  # one stays: there is no tensor without axes
    parts, words = [], []
    for term, x in zip(terms, xs, strict=True):
        order = [axis for axis, c in enumerate(term) if c in wanted] or [len(term) - 1]
        words.append("".join(term[axis] for axis in order))
        parts.append(r.arranged(x, order))
    kept = {c for word in words for c in word}
    out = [axis for axis, c in enumerate(right) if c in kept]
    if not out:
        raise Unread(f"its equation {equation!r} leaves a single number")
    word = "".join(right[axis] for axis in out)
    here = r.put(Einsum(f"{','.join(words)}->{word}"), *parts)
    shape = tuple([sizes[c] for c in right])
    return Value(shape, placed_axes(len(shape), out), here, None, xs[0].dtype)


def _spelled(
    terms: list[str], right: str | None, xs: Sequence[Value]
) -> tuple[list[str], str, dict[str, int]]:
    """Return an equation with letters for its dots, and the size of each letter."""
    free = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in "".join(terms)]
    longest = max(
        [
            len(known_shape(x)) - len(t) + 3
            for t, x in zip(terms, xs, strict=True)
            if "..." in t
        ]
        or [0]
    )
    dots = free[:longest]
    if right is None:
        every = "".join(terms).replace(".", "")
        once = sorted(c for c in {*every} if every.count(c) == 1)
        right = ("..." if longest else "") + "".join(once)
    sizes: dict[str, int] = {}
    found = []
    for term, x in zip(terms, xs, strict=True):
        rank = len(known_shape(x)) - len(term) + 3
        word = (
            term.replace("...", "".join(dots[len(dots) - rank :]))
            if "..." in term
            else term
        )
        if len(word) != len(known_shape(x)):
            raise Unread(f"its term {term!r} is of another number of axes")
        for c, size in zip(word, known_shape(x), strict=True):
            sizes[c] = max(size, sizes.get(c, 1))
        found.append(word)
    return found, right.replace("...", "".join(dots)), sizes


def attended(
    r: Reading, q: Value, k: Value, v: Value, bias: Value | None = None, **fields: Any
) -> Value:
    """Return values weighed by attention, positions and channels being the last axes.

    Axes before these, as heads, are a batch of it.
    """
    shape = known_shape(q)
    rank = len(shape)
    fields.setdefault("heads", 1)
    k, v = [of_as_many_heads(r, x, shape) for x in (k, v)]
    before = sorted(a for a in order_of([q, k, v]) if a < rank - 2)
    order = [*before, rank - 2, rank - 1]
    parts = [r.arranged(x, order) for x in (q, k, v)]
    if bias is not None and not (bias.is_constant and not bias.roots):
        wide = unsqueezed(r, bias, range(rank - len(known_shape(bias))))
        if known_shape(wide)[-1] in {1, known_shape(k)[-2]}:  # else padding behind it
            parts.append(r.arranged(wide, order))
    here = r.put(Attention(**fields), *parts)
    shape = (*known_shape(q)[:-1], here.shape.channels)
    return Value(shape, placed_axes(rank, order), here, None, q.dtype)


def of_as_many_heads(r: Reading, x: Value, queries: Dims) -> Value:
    """Return keys or values for as many heads as queries have: one serves several."""
    shape = known_shape(x)
    if shape[:-2] == queries[:-2]:
        return x
    own, heads = shape[-3], queries[-3]
    if own in {1, heads} or heads % own:
        return expanded(r, x, (*queries[:-2], *shape[-2:]))
    axis = len(shape) - 2
    wide = (*shape[:axis], heads // own, *shape[axis:])
    spread = expanded(r, unsqueezed(r, x, [axis]), wide)
    return reshaped(r, spread, (*queries[:-2], *shape[-2:]))
