"""The moves of values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from math import prod
from typing import Any

from cnncalc.interop import moves
from cnncalc.interop.joins import broadcast
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import padded, reduced
from cnncalc.interop.torch.call import Call
from cnncalc.interop.values import Value, fixed
from cnncalc.interop.weighted import embedded
from cnncalc.layers import Roll

_RESHAPES = (
    "view",
    "reshape",
    "flatten",
    "unflatten",
    "view_as",
    "reshape_as",
    "ravel",
)


@operator(
    "torch", *_RESHAPES, "squeeze", "unsqueeze", "squeeze_", "unsqueeze_", "unsafe_view"
)
def reshape(c: Call) -> Value:
    if c.name == "view" and len(c.outputs[0]) == c.rank and c.outputs[0] == c.shape:
        return c.x
    return moves.reshaped(c.r, c.x, c.outputs[0])


@operator("torch", "permute")
def permute(c: Call) -> Value:
    order = [axis % c.rank for axis in c.rest(1, "dims")]
    return moves.transposed(c.r, c.x, order)


@operator("torch", "transpose", "swapaxes", "swapdims", "transpose_")
def transpose(c: Call) -> Value:
    order = list(range(c.rank))
    a, b = c.axis(1, "dim0"), c.axis(2, "dim1")
    order[a], order[b] = order[b], order[a]
    return moves.transposed(c.r, c.x, order)


@operator("torch", "t", "T", "mT", "numpy_T")
def turned(c: Call) -> Value:
    order = list(range(c.rank))
    order = order[::-1] if c.name == "T" else [*order[:-2], *order[-2:][::-1]]
    return moves.transposed(c.r, c.x, order)


@operator("torch", "movedim", "moveaxis")
def movedim(c: Call) -> Value:
    start, end = [
        [
            axis % c.rank
            for axis in (value if isinstance(value, (tuple, list)) else [value])
        ]
        for value in (c.get(1, "source"), c.get(2, "destination"))
    ]
    rest = iter([axis for axis in range(c.rank) if axis not in start])
    goal = dict(zip(end, start, strict=True))
    order = [goal[place] if place in goal else next(rest) for place in range(c.rank)]
    return moves.transposed(c.r, c.x, order)


@operator("torch", "expand", "expand_as", "broadcast_to")
def expand(c: Call) -> Value:
    return moves.expanded(c.r, c.x, c.outputs[0])


@operator("torch", "repeat", "tile")
def repeat(c: Call) -> Value:
    times = list(c.rest(1, "repeats"))
    x = moves.unsqueezed(c.r, c.x, range(len(times) - c.rank))
    times = [1] * (len(known_shape(x)) - len(times)) + times
    return moves.repeated(c.r, x, times)


@operator("torch", "repeat_interleave")
def repeat_interleave(c: Call) -> Value:
    times = c.get(1, "repeats")
    if isinstance(times, Value):
        raise Unread("how often it repeats is data")
    axis = c.axis(2)
    shape = c.shape
    x = moves.unsqueezed(c.r, c.x, [axis + 1])
    wide = (*shape[: axis + 1], times, *shape[axis + 1 :])
    return moves.reshaped(c.r, moves.expanded(c.r, x, wide), c.outputs[0])


@operator("torch", "cat", "concat", "concatenate")
def cat(c: Call) -> Value:
    xs = [x for x in c.get(0, "tensors") if x.shape != (0,)]
    axis = c.get(1, "dim", 0) % len(known_shape(xs[0]))
    return moves.concatenated(c.r, xs, axis)


@operator("torch", "stack")
def stack(c: Call) -> Value:
    xs = c.get(0, "tensors")
    return moves.stacked(c.r, xs, c.get(1, "dim", 0) % (len(known_shape(xs[0])) + 1))


@operator("torch", "chunk", "split", "tensor_split", "split_with_sizes", "unsafe_chunk")
def split(c: Call) -> Any:
    axis = c.get(2, "dim", 0) % c.rank
    return moves.split(c.r, c.x, axis, [shape[axis] for shape in c.outputs])


@operator("torch", "unbind", "__iter__")
def unbind(c: Call) -> Any:
    axis = c.get(1, "dim", 0) % c.rank
    return [moves.selected(c.r, c.x, axis, place) for place in range(c.shape[axis])]


@operator("torch", "narrow", "narrow_copy")
def narrow(c: Call) -> Value:
    start = c.get(2, "start")
    return moves.sliced(c.r, c.x, c.axis(1), range(start, start + c.get(3, "length")))


@operator("torch", "select")
def select(c: Call) -> Value:
    return moves.selected(c.r, c.x, c.axis(1), c.get(2, "index"))


@operator("torch", "index_select", "take_along_dim", "gather")
def index_select(c: Call) -> Value:
    axis = c.axis(1)
    if c.name == "index_select":
        return moves.taken(c.r, c.x, axis, None, (c.outputs[0][axis],))
    if (
        c.outputs[0][:axis] + c.outputs[0][axis + 1 :]
        != c.shape[:axis] + c.shape[axis + 1 :]
    ):
        raise Unread("it takes values of several axes here and there")
    return moves.taken(c.r, c.x, axis, None, (c.outputs[0][axis],))


@operator("torch", "flip", "fliplr", "flipud")
def flip(c: Call) -> Value:
    return c.x


@operator("torch", "roll")
def roll(c: Call) -> Value:
    shifts, axes = c.get(1, "shifts"), c.get(2, "dims")
    x = c.x
    pairs = zip(
        *[v if isinstance(v, (tuple, list)) else [v] for v in (shifts, axes)],
        strict=True,
    )
    for shift, axis in pairs:
        place = x.axes[axis % c.rank]
        if place is not None:
            x = x.but(here=c.r.put(Roll(shift, place), c.r.here(x)))
    return x


@operator("torch", "embedding")
def embedding(c: Call) -> Value:
    return embedded(c.r, c.get(1, "weight"), c.x)


@operator("torch", "embedding_bag")
def embedding_bag(c: Call) -> Value:
    """Return means or sums of rows of a table, of each row of whole numbers."""
    indices, table = (c.x, c.get(1, "weight"))
    if len(known_shape(indices)) != 2:  # noqa: PLR2004 - bags side by side
        indices, table = table, indices
    if len(known_shape(indices)) != 2:  # noqa: PLR2004
        raise Unread("where its bags begin is data")
    mode = "mean" if c.get(6, "mode", "mean") == "mean" else "sum"
    return reduced(c.r, embedded(c.r, table, indices), mode, [1], keep=False)


@operator("torch", "hstack", "vstack", "dstack", "row_stack", "column_stack")
def joined_along(c: Call) -> Value:
    """Join along the axis that a name tells, to which each value is widened before."""
    xs = c.get(0, "tensors")
    rank = len(c.outputs[0])
    axis = {"hstack": min(rank - 1, 1), "column_stack": 1, "dstack": 2}.get(c.name, 0)
    wide = []
    for x in xs:
        size = len(known_shape(x))
        before = c.name in {"vstack", "row_stack"} or (c.name == "dstack" and size == 1)
        extra = rank - size
        places = [0, 2][:extra] if before else range(size, rank)
        wide.append(moves.unsqueezed(c.r, x, places))
    return moves.concatenated(c.r, wide, axis)


@operator("torch", "atleast_1d", "atleast_2d", "atleast_3d")
def at_least(c: Call) -> Value:
    return moves.reshaped(c.r, c.x, c.outputs[0])


@operator("torch", "broadcast_tensors")
def broadcast_tensors(c: Call) -> Any:
    pairs = zip(c.values, c.outputs, strict=True)
    return [moves.expanded(c.r, x, shape) for x, shape in pairs]


@operator("torch", "__getitem__")
def getitem(c: Call) -> Value:
    key = c.get(1, "key")
    keys = list(key) if isinstance(key, tuple) else [key]
    taking = [k for k in keys if k is not None and k is not Ellipsis]
    if Ellipsis in [k for k in keys if not isinstance(k, Value)]:
        place = next(i for i, k in enumerate(keys) if k is Ellipsis)
        keys[place : place + 1] = [slice(None)] * (c.rank - len(taking))
    x, axis = c.x, 0
    for number, key in enumerate(keys):
        if _is_indices(key):
            if number and _is_indices(keys[number - 1]):
                continue  # taken with the one before it
            side_by_side = takewhile(_is_indices, keys[number:])
            x, rank = _picked(c, x, axis, [*side_by_side])
            axis += rank
        elif key is None:
            x = moves.unsqueezed(c.r, x, [axis])
            axis += 1
        elif isinstance(key, slice):
            taken = range(known_shape(x)[axis])[key]
            x = moves.sliced(c.r, x, axis, taken)
            axis += 1
        elif isinstance(key, int) and not isinstance(key, bool):
            x = moves.selected(c.r, x, axis, key)
        else:
            raise Unread("it takes values by a mask")
    return x


def _is_indices(key: Any) -> bool:
    return isinstance(key, (Value, list))


def _picked(c: Call, x: Value, axis: int, keys: Sequence[Any]) -> tuple[Value, int]:
    """Return what indices of axes side by side pick together, and of how many axes.

    Indices of rows and those of columns pick a number of each pair: those of one axis
    that has both in it.
    """
    shapes = [known_shape(k) if isinstance(k, Value) else (len(k),) for k in keys]
    shape, old, end = broadcast(shapes), known_shape(x), axis + len(keys)
    if len(keys) > 1:
        x = moves.reshaped(c.r, x, (*old[:axis], prod(old[axis:end]), *old[end:]))
    return moves.taken(c.r, x, axis, None, shape), len(shape)


@operator("torch", "unfold")
def unfold(c: Call) -> Value:
    """Take windows along an axis; or of a map, with all channels."""
    if len(c.outputs[0]) == c.rank + 1:
        axis, size = c.axis(1, "dimension"), c.get(2, "size")
        return _windows(c, c.x, axis, c.outputs[0][axis], size)
    kernel, dilation, padding, stride = [
        value if isinstance(value, (tuple, list)) else (value, value)
        for value in (
            c.get(1, "kernel_size"),
            c.get(2, "dilation", 1),
            c.get(3, "padding", 0),
            c.get(4, "stride", 1),
        )
    ]
    with c.r.inside():
        x = padded(c.r, c.x, [(0, 0), (0, 0), *[(n, n) for n in padding]])
        for n, size in enumerate(kernel):  # N×C×H×W to N×C×H′×W′×kh×kw
            span = dilation[n] * (size - 1) + 1
            count = (known_shape(x)[2 + n] - span) // stride[n] + 1
            x = _windows(c, x, 2 + n, count, size)
        x = moves.transposed(c.r, x, (0, 1, 4, 5, 2, 3))
        return moves.reshaped(c.r, x, c.outputs[0])


def _windows(c: Call, x: Value, axis: int, count: int, size: int) -> Value:
    """Return windows of a size along an axis, their positions in a last axis."""
    found = moves.taken(c.r, x, axis, None, (count, size))
    rank = len(known_shape(found))
    order = [a for a in range(rank) if a != axis + 1] + [axis + 1]
    return moves.transposed(c.r, found, order)


_NEW = [f"new_{what}" for what in ("zeros", "ones", "full", "empty", "tensor")]


_MADE = ("zeros", "ones", "full", "empty", "rand", "randn")
_LIKE = [f"{what}_like" for what in _MADE]


@operator("torch", *_NEW, *_MADE, *_LIKE)
def filled(c: Call) -> Value:
    return fixed(c.outputs[0])
