"""The changes of sizes without weights: paddings, resizes, reductions."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from cnncalc.interop.moves import check_sizes, order_of, sliced, squeezed
from cnncalc.interop.reading import Reading, Unread, known_shape
from cnncalc.interop.values import Dims, Value, placed_axes
from cnncalc.layers import (
    Crop,
    GlobalPool,
    GridSample,
    MaxUnpool,
    Pad,
    Reduce,
    Reshape,
    Upsample,
)

__all__ = ["padded", "reduced", "resized", "sampled", "unpooled"]


def padded(
    r: Reading, x: Value, ends: Sequence[tuple[int, int]], mode: str = "zeros"
) -> Value:
    """Return a value with something put before and behind its axes, or cut off.

    Args:
        r: The network in the making.
        x: The value.
        ends: How much before and behind each of the model's axes; less than 0 cuts off.
        mode: What is put there, as `Pad` has it.
    """
    x = _cropped(r, x, [(max(-a, 0), max(-b, 0)) for a, b in ends])
    ends = [(max(a, 0), max(b, 0)) for a, b in ends]
    wide = [axis for axis, pair in enumerate(ends) if pair != (0, 0)]
    if not wide:
        return x
    order = order_of([x], wide)
    last_too = order[-1] in wide  # channels are padded as an axis of space
    here = r.arranged(x, order)
    if last_too:
        here = r.put(Reshape((*here.shape, 1)), here, named=False)
    around = [ends[axis] for axis in (order if last_too else order[:-1])]
    here = r.put(Pad(tuple(around), padding_mode=mode), here)
    if last_too:
        here = r.put(Reshape(tuple(here.shape[:-1])), here, named=False)
    new = [n + a + b for n, (a, b) in zip(known_shape(x), ends, strict=True)]
    return Value(tuple(new), placed_axes(len(new), order), here, None, x.dtype)


def _cropped(r: Reading, x: Value, ends: Sequence[tuple[int, int]]) -> Value:
    """Return a value with its axes cut off: a map's in one step, as Keras has it."""
    shape = known_shape(x)
    cut = [axis for axis, pair in enumerate(ends) if pair != (0, 0)]
    order = order_of([x], cut)
    new = [n - a - b for n, (a, b) in zip(shape, ends, strict=True)]
    if len(cut) > 1 and x.here is not None and order[-1] not in cut and min(new) > 0:
        around = tuple([ends[axis] for axis in order[:-1]])
        here = r.put(Crop(around), r.arranged(x, order))
        return Value(tuple(new), placed_axes(len(new), order), here, None, x.dtype)
    for axis in cut:
        before, behind = ends[axis]
        x = sliced(r, x, axis, range(before, shape[axis] - behind))
    return x


def resized(
    r: Reading,
    x: Value,
    shape: Dims,
    mode: str,
    channels: int = 1,
    scales: Sequence[float] = (),
) -> Value:
    """Return a value with its space brought to another size.

    Args:
        r: The network in the making.
        x: The value.
        shape: What it becomes.
        mode: How its values are made, as `Upsample` has it.
        channels: The axis of its channels.
        scales: How many times larger it gets along each axis of space, if the model
            says that; a network of another input then follows it.
    """
    old = known_shape(x)
    if old == shape:
        return x
    check_sizes(shape)
    if old[channels] != shape[channels] or old[0] != shape[0]:
        raise Unread("it resizes channels or the batch")
    rank = len(old)
    space = [a for a in range(1, rank) if a != channels]
    others = [a for a in order_of([x]) if a != channels and a not in space]
    order = [*space, *others, channels]
    sizes, here = tuple([shape[axis] for axis in space]), r.arranged(x, order)
    if others:  # maps side by side are resized as channels are: each for itself
        inside = here.shape.space[: len(space)]
        here = r.put(Reshape((*inside, here.shape.size // prod(inside))), here)
    part = Upsample(size=sizes, mode=mode)
    if scales:
        scaled = Upsample(tuple(scales) if len({*scales}) > 1 else scales[0], mode=mode)
        part = scaled if scaled.output(here.shape) == part.output(here.shape) else part
    here = r.put(part, here)
    if others:
        here = r.put(Reshape((*sizes, *[shape[a] for a in order[len(space) :]])), here)
    return Value(shape, placed_axes(rank, order), here, None, x.dtype)


def reduced(r: Reading, x: Value, op: str, axes: Sequence[int], keep: bool) -> Value:
    """Return a value reduced along some of the model's axes."""
    shape = known_shape(x)
    wide = [a for a in axes if shape[a] != 1]
    new = tuple([1 if a in axes else size for a, size in enumerate(shape)])
    if any(x.axes[a] is None for a in wide):
        raise Unread("it reduces the batch")
    if wide:
        here = r.here(x)
        places = sorted(p for p in (x.axes[a] for a in wide) if p is not None)
        # What is not reduced and stands behind all others: a pool over all positions.
        rest = [
            n for n in range(len(here.shape)) if n not in places and here.shape[n] > 1
        ]
        last = here.shape.rank
        if rest == [last] and op in {"mean", "max"} and len(places) == last:
            mode = "average" if op == "mean" else "max"
            here = r.put(GlobalPool(mode, keep_map=keep), here)
            axes_here = (
                list(x.axes) if keep else [None if p != last else 0 for p in x.axes]
            )
        elif len(places) == len(here.shape):
            here = r.put(Reduce(op, None), here)
            axes_here = [None] * len(shape)
        else:
            here = r.put(Reduce(op, tuple(places), keep=keep), here)
            axes_here = [
                p
                if keep or p is None
                else None
                if p in places
                else p - sum(q < p for q in places)
                for p in x.axes
            ]
        x = Value(new, tuple(axes_here), here, None, x.dtype)
    return x if keep else squeezed(r, x.but(shape=new), axes)


def sampled(r: Reading, x: Value, grid: Value, mode: str) -> Value:
    """Return values of a map at positions that flow; both have their batch first.

    What the model has put into that batch are maps side by side.
    """
    shape, places = known_shape(x), known_shape(grid)
    before = [axis for axis in order_of([x, grid]) if axis == 0]  # several maps
    order = [*before, *range(2, len(shape)), 1]
    along = [*before, *range(1, len(places))]
    here = r.put(GridSample(mode), r.arranged(x, order), r.arranged(grid, along))
    new = (*shape[:2], *places[1:-1])
    return Value(new, placed_axes(len(new), order), here, None, x.dtype)


def unpooled(r: Reading, x: Value, layer: MaxUnpool) -> Value:
    """Return a map with its values where a max pool found them, channels second."""
    shape = list(known_shape(x))
    order = [*range(2, len(shape)), 1]
    here = r.put(layer, r.arranged(x, order))
    for place, axis in enumerate(order):
        shape[axis] = here.shape[place]
    return Value(tuple(shape), placed_axes(len(shape), order), here, None, x.dtype)
