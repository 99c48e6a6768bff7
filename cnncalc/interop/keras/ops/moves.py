"""The moves of values, and their reductions along axes."""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import Any

from cnncalc.checks import for_message
from cnncalc.interop import moves
from cnncalc.interop.joins import unary
from cnncalc.interop.keras.layer import KerasCall
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import reduced
from cnncalc.interop.values import Value
from cnncalc.layers import Function


@operator("keras", "Flatten")
def flatten(c: KerasCall) -> Value:
    before = c.shape[: c.lead]
    return moves.reshaped(c.r, c.x, (*before, prod(c.shape[c.lead :])))


@operator("keras", "Reshape")
def reshape(c: KerasCall) -> Value:
    """Reshape: the layer says sizes without the batch, the operation with it."""
    target, lead = c.get("target_shape"), c.lead
    if target is None:
        first, *target = c.get("newshape", c.get("shape"))
        if first not in {-1, None, c.shape[0]}:
            raise Unread("it mixes the batch with other axes")
    sizes = [-1 if n is None else n for n in target]
    if not all(type(n) is int for n in sizes):
        raise Unread(f"its shape has {for_message(sizes)} in it")
    if sizes.count(-1) > 1:
        raise Unread(f"its shape {sizes} is open")
    if -1 in sizes:
        rest = prod(n for n in sizes if n != -1)
        sizes[sizes.index(-1)] = prod(c.shape[lead:]) // rest
    return moves.reshaped(c.r, c.x, (*c.shape[:lead], *sizes))


@operator("keras", "Permute")
def permute(c: KerasCall) -> Value:
    order = [*range(c.lead), *[axis + c.lead - 1 for axis in c.get("dims")]]
    return moves.transposed(c.r, c.x, order)


@operator("keras", "Transpose")
def transpose(c: KerasCall) -> Value:
    return moves.transposed(c.r, c.x, c.axes("axes", list(range(c.rank))[::-1]))


@operator("keras", "Swapaxes")
def swap_axes(c: KerasCall) -> Value:
    order = list(range(c.rank))
    a, b = c.axis("axis1"), c.axis("axis2")
    order[a], order[b] = b, a
    return moves.transposed(c.r, c.x, order)


@operator("keras", "Moveaxis")
def move_axis(c: KerasCall) -> Value:
    sources, places = c.axes("source"), c.axes("destination")
    left = iter([a for a in range(c.rank) if a not in sources])
    moved = dict(zip(places, sources, strict=True))
    order = [moved[a] if a in moved else next(left) for a in range(c.rank)]
    return moves.transposed(c.r, c.x, order)


@operator("keras", "RepeatVector")
def repeat_vector(c: KerasCall) -> Value:
    x = moves.unsqueezed(c.r, c.x, [1])
    return moves.expanded(c.r, x, (c.shape[0], c.get("n"), c.shape[1]))


@operator("keras", "BroadcastTo")
def broadcast_to(c: KerasCall) -> Value:
    shape = tuple(n or c.shape[0] for n in c.get("shape"))
    return moves.expanded(c.r, c.x, shape)


@operator("keras", "Tile")
def tile(c: KerasCall) -> Value:
    times = c.get("repeats")
    return moves.repeated(c.r, c.x, [1] * (c.rank - len(times)) + times)


@operator("keras", "Repeat")
def repeat(c: KerasCall) -> Value:
    """Repeat each position: as many, in another order, as a tile of them."""
    times, axis = [1] * c.rank, c.axis()
    times[axis] = c.get("repeats")
    return moves.repeated(c.r, c.x, times)


@operator("keras", "ExpandDims")
def expand_dims(c: KerasCall) -> Value:
    axis = c.get("axis")
    each = axis if isinstance(axis, list) else [axis]
    return moves.unsqueezed(c.r, c.x, [c.counted(a, len(each)) for a in each])


@operator("keras", "Squeeze")
def squeeze(c: KerasCall) -> Value:
    axes = [a for a in c.axes() if c.get("axis") is not None or c.shape[a] == 1]
    return moves.squeezed(c.r, c.x, axes)


# What is done with each value, how they are put together, and what is done then.
_REDUCES: dict[str, tuple[str | None, str, str | None]] = {
    "Mean": (None, "mean", None), "Sum": (None, "sum", None),
    "Prod": (None, "sum", None),
    "Max": (None, "max", None), "Min": (None, "min", None),
    "Amax": (None, "max", None), "Amin": (None, "min", None),
    "Any": (None, "max", None), "All": (None, "min", None),
    "Argmax": (None, "max", None), "Argmin": (None, "min", None),
    "Var": ("square", "mean", None), "Std": ("square", "mean", "sqrt"),
    "Norm": ("square", "sum", "sqrt"), "Logsumexp": ("exp", "sum", "log"),
}  # fmt: skip


@operator("keras", *_REDUCES)
def reduce(c: KerasCall) -> Value:
    before, op, behind = _REDUCES[c.kind]
    x = unary(c.r, Function(before), c.x) if before else c.x
    x = reduced(c.r, x, op, c.axes(), bool(c.get("keepdims", False)))
    return unary(c.r, Function(behind), x) if behind else x


@operator("keras", "Split")
def split(c: KerasCall) -> list[Value]:
    axis, parts = c.axis("axis", 0), c.get("indices_or_sections")
    size = c.shape[axis]
    if type(parts) is int:
        if size % parts:
            raise Unread(f"it cuts {size} into {parts} parts")
        return moves.split(c.r, c.x, axis, [size // parts] * parts)
    ends = [0, *parts, size]
    return moves.split(c.r, c.x, axis, [b - a for a, b in pairwise(ends)])


@operator("keras", "Unstack")
def unstack(c: KerasCall) -> list[Value]:
    axis = c.axis()
    return [moves.selected(c.r, c.x, axis, n) for n in range(min(c.shape[axis], _MOST))]


_MOST = 1000


@operator("keras", "GetItem", "SlicingOpLambda")
def get_item(c: KerasCall) -> Value:
    """Take parts, as ``x[:, 0]`` does."""
    plain = c.node.plain
    keys = _keys(plain[0] if plain else c.get("key", c.get("slice_spec")))
    x, axis = c.x, 0
    if Ellipsis in keys:
        place = keys.index(Ellipsis)
        missing = c.rank - sum(k is not None and k is not Ellipsis for k in keys)
        keys[place : place + 1] = [slice(None)] * missing
    for key in keys:
        if key is None:
            x = moves.unsqueezed(c.r, x, [axis])
            axis += 1
        elif isinstance(key, slice):
            taken = range(known_shape(x)[axis])[key]
            x = moves.sliced(c.r, x, axis, taken)
            axis += 1
        else:
            x = moves.selected(c.r, x, axis, key)
    return x


def _keys(found: Any) -> list[Any]:
    """Return slices and places in the forms in which Keras writes them."""
    if isinstance(found, dict):
        kind, config = found.get("class_name"), found.get("config", found)
        if kind in {"__tuple__", "__list__"}:
            return _keys(config.get("items") if isinstance(config, dict) else config)
        if kind == "__ellipsis__":
            return [Ellipsis]
        if "start" in config:
            return [slice(config["start"], config.get("stop"), config.get("step"))]
    if isinstance(found, list):
        return [key for each in found for key in _keys(each)]
    if found is None or type(found) is int:
        return [found]
    raise Unread("what it takes is not said in a form that is known")
