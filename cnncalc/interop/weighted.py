"""The owners of weights beside convolutions: linear layers, norms, recurrences."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import attrs

from cnncalc.blocks.attention import MultiHeadAttention
from cnncalc.interop.joins import multiplied
from cnncalc.interop.moves import order_of
from cnncalc.interop.reading import Reading, Unread, known_shape
from cnncalc.interop.sliding import biased, moved_on
from cnncalc.interop.values import Value, placed_axes
from cnncalc.layers import (
    FC,
    Activation,
    Embedding,
    Norm,
)

__all__ = [
    "attended_in_block",
    "embedded",
    "linear",
    "normalised",
    "parametric",
    "product",
    "recurrent",
]


def linear(
    r: Reading,
    x: Value,
    weight: Value,
    bias: Value | None,
    units: int,
    axis: int = -1,
) -> Value:
    """Return a value weighed along an axis of the model's.

    Args:
        r: The network in the making.
        x: What reaches it.
        weight: Its weights, a matrix, whichever way round.
        bias: Its biases, if it has any.
        units: How many it puts out along that axis.
        axis: Which axis it weighs.
    """
    shape = known_shape(x)
    axis %= len(shape)
    order = order_of([x], [axis])
    here, place = r.arranged(x, order), order.index(axis)
    last = place == len(order) - 1
    has_bias = bias is not None and r.owns(bias, with_=weight)
    if len(order) == 1:
        layer = FC(units, bias=has_bias)
    else:
        layer = FC(units, axis=-1 if last else place, bias=has_bias)
    here = r.put(layer, here, owning=(weight, bias if has_bias else None))
    new = (*shape[:axis], units, *shape[axis + 1 :])
    found = Value(new, placed_axes(len(new), order), here, None, x.dtype)
    if bias is not None and not has_bias:
        found = biased(r, found, bias, axis)
    return found


def normalised(
    r: Reading,
    x: Value,
    layer: Norm,
    *weights: Value | None,
    channels: int = 1,
    axes: Sequence[int] | None = None,
) -> Value:
    """Return a value normalised.

    Args:
        r: The network in the making.
        x: What reaches it.
        layer: The norm, without its axes.
        weights: What it owns, as the model has it.
        channels: Which axis the channels are.
        axes: Over which axes a layer norm works; None of other norms.
    """
    if axes is None:
        order = [a for a in order_of([x], [channels]) if a != channels] + [channels]
    else:
        order = order_of([x], axes)
        if len(axes) == 1 and order[-1] == axes[0]:
            axes = None
    here = r.arranged(x, order)
    if axes is not None:
        rank = len(order)
        places = sorted(order.index(axis) - rank for axis in axes)
        layer = attrs.evolve(layer, axes=tuple(places))
    return moved_on(x, r.put(layer, here, owning=weights), order)


def embedded(
    r: Reading, table: Value, indices: Value, *, trainable: bool = True
) -> Value:
    """Return the rows of a table that whole numbers name."""
    rows, *features = known_shape(table)
    if len(features) != 1:
        raise Unread(f"its table has {len(features) + 1} axes")
    rank = len(known_shape(indices))
    order = sorted(order_of([indices]))
    here = r.arranged(indices, order)
    part = Embedding(rows, features[0], trainable=trainable)
    if not order:
        order = [rank - 1] if rank else []
    here = r.put(part, here, owning=(table,))
    shape = (*known_shape(indices), features[0])
    if not order:
        return Value(shape, (*[None] * rank, len(here.shape) - 1), here)
    return Value(shape, placed_axes(rank + 1, (*order, rank)), here)


def recurrent(r: Reading, x: Value, layer: Any, time: int, *weights: Value) -> Value:
    """Return what a recurrent layer puts out at each step: L×C → L×units.

    Args:
        r: The network in the making.
        x: What reaches it: a sequence, with a batch that is not here.
        layer: The layer.
        time: Which axis the steps are; the last are the features.
        weights: What it owns.
    """
    rank = len(known_shape(x))
    rows = [a for a in order_of([x]) if a not in {time, rank - 1}]
    if rows:  # sequences side by side
        layer = attrs.evolve(layer, rows=True)
    order = [*rows, time, rank - 1]
    here = r.put(layer, r.arranged(x, order), owning=weights)
    return moved_on(x, here, order)


def parametric(r: Reading, x: Value, slopes: Value, channels: int = 1) -> Value:
    """Return a value with a prelu of these slopes."""
    count, shape = prod(known_shape(slopes)), known_shape(x)
    channels = min(channels, len(shape) - 1)
    order = [*[a for a in order_of([x]) if a != channels], channels]
    whole = count == prod(shape[1:]) and count > shape[channels]
    layer = Activation("prelu", shared=count == 1, per_value=whole)
    return moved_on(x, r.put(layer, r.arranged(x, order), owning=(slopes,)), order)


def product(r: Reading, a: Value, b: Value) -> Value:
    """Return a product of matrices: a linear layer, if one of them is its weights."""
    left, right = known_shape(a), known_shape(b)
    if not a.is_constant and r.owns(b) and len(right) == 2:  # noqa: PLR2004
        return linear(r, a, b, None, right[1])
    if not b.is_constant and r.owns(a) and len(left) == 2 and len(right) > 1:  # noqa: PLR2004
        return linear(r, b, a, None, left[0], axis=-2)
    return multiplied(r, a, b)


def attended_in_block(
    r: Reading,
    xs: Sequence[Value],
    heads: int,
    bias: bool,
    out_bias: bool,
    weights: Sequence[Value | None],
) -> Value:
    """Return what multi-head attention puts out, of values L×N×C."""
    order = order_of(xs, [0, 2])
    order = [*[a for a in order if a not in {0, 2}], 0, 2]
    block = MultiHeadAttention(heads, bias=bias, out_bias=out_bias)
    parts = [r.arranged(x, order) for x in xs]
    return moved_on(xs[0], r.put(block, *parts, owning=weights), order)
