"""What moves values about, and what reduces them along axes."""

from __future__ import annotations

from math import prod
from typing import Any

from cnncalc.interop import moves
from cnncalc.interop.keras.layer import Call
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import reduced
from cnncalc.interop.values import Value


@operator("keras", "Flatten")
def flatten(c: Call) -> Value:
    before = c.shape[: c.lead]
    return moves.reshaped(c.r, c.x, (*before, prod(c.shape[c.lead :])))


@operator("keras", "Reshape")
def reshape(c: Call) -> Value:
    target = c.get("target_shape")
    sizes = [n for n in (target if target is not None else c.get("newshape")[1:])]
    sizes = [-1 if n is None else n for n in sizes]
    if sizes.count(-1) > 1:
        raise Unread(f"its shape {sizes} is open")
    if -1 in sizes:
        rest = prod(n for n in sizes if n != -1)
        sizes[sizes.index(-1)] = prod(c.shape[c.lead :]) // rest
    return moves.reshaped(c.r, c.x, (*c.shape[: c.lead], *sizes))


@operator("keras", "Permute")
def permute(c: Call) -> Value:
    lead = c.lead
    order = [*range(lead), *[axis + lead - 1 for axis in c.get("dims")]]
    return moves.transposed(c.r, c.x, order)


@operator("keras", "Transpose")
def transpose(c: Call) -> Value:
    axes = c.get("axes")
    return moves.transposed(c.r, c.x, axes or list(range(c.rank))[::-1])


@operator("keras", "RepeatVector")
def repeat_vector(c: Call) -> Value:
    times = c.get("n")
    x = moves.unsqueezed(c.r, c.x, [1])
    return moves.expanded(c.r, x, (c.shape[0], times, c.shape[1]))


@operator("keras", "BroadcastTo")
def broadcast_to(c: Call) -> Value:
    shape = tuple(n or c.shape[0] for n in c.get("shape"))
    return moves.expanded(c.r, c.x, shape)


@operator("keras", "ExpandDims")
def expand_dims(c: Call) -> Value:
    axis = c.get("axis")
    axis = axis[0] if isinstance(axis, list) else axis
    return moves.unsqueezed(c.r, c.x, [axis % (c.rank + 1)])


@operator("keras", "Squeeze")
def squeeze(c: Call) -> Value:
    axis = c.get("axis")
    axes = [a for a in range(1, c.rank) if c.shape[a] == 1] if axis is None else axis
    every = axes if isinstance(axes, list) else [axes]
    return moves.squeezed(c.r, c.x, [a % c.rank for a in every])


_REDUCES = {"Mean": "mean", "Max": "max", "Sum": "sum", "Min": "min", "Amax": "max",
            "Amin": "min", "Prod": "sum", "Norm": "sum", "Var": "mean", "Std": "mean"}  # fmt: skip


@operator("keras", *_REDUCES)
def reduce(c: Call) -> Value:
    axis = c.config.get("axis")
    every = (
        list(range(1, c.rank))
        if axis is None
        else axis
        if isinstance(axis, list)
        else [axis]
    )
    axes = [a % c.rank for a in every]
    return reduced(c.r, c.x, _REDUCES[c.kind], axes, bool(c.get("keepdims", False)))


@operator("keras", "Split")
def split(c: Call) -> Any:
    axis, parts = c.axis("axis", 0), c.get("indices_or_sections")
    size = c.shape[axis]
    if isinstance(parts, int):
        return moves.split(c.r, c.x, axis, [size // parts] * parts)
    ends = [0, *parts, size]
    return moves.split(
        c.r, c.x, axis, [b - a for a, b in zip(ends, ends[1:], strict=False)]
    )


@operator("keras", "GetItem", "SlicingOpLambda")
def get_item(c: Call) -> Value:
    """Take parts, as ``x[:, 0]`` does."""
    found = c.rest[0] if c.rest else c.kwargs.get("key", c.kwargs.get("slice_spec"))
    keys = _keys(found)
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
        kind = found.get("class_name")
        config = found.get("config")
        if kind == "__tuple__" or "items" in found:
            return [key for each in config or found["items"] for key in _keys(each)]
        if kind in {"__slice__", "slice"} or "start" in found:
            if not isinstance(config, dict):
                config = found
            return [slice(config.get("start"), config.get("stop"), config.get("step"))]
        if kind == "__ellipsis__":
            return [Ellipsis]
    if isinstance(found, (list, tuple)):
        return [key for each in found for key in _keys(each)]
    if found is None or isinstance(found, int):
        return [found]
    raise Unread("what it takes is not said in a form that is known")


@operator("keras", "TimeDistributed")
def time_distributed(c: Call) -> Any:
    """Apply a layer at each step: what is before its own axes is a batch to it."""
    inner = c.get("layer")
    return c.model.apply_within(c, inner, c.lead + 1)
