"""The reductions of values along axes, and what orders them."""

from __future__ import annotations

from typing import Any

from cnncalc.interop import moves
from cnncalc.interop.joins import joined
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import reduced
from cnncalc.interop.torch.call import Call
from cnncalc.interop.values import Value
from cnncalc.layers import Maximum, Minimum

_REDUCES = {
    "mean": "mean", "sum": "sum", "amax": "max", "amin": "min", "max": "max",
    "min": "min", "norm": "sum", "linalg_norm": "sum", "vector_norm": "sum",
    "linalg_vector_norm": "sum", "var": "mean", "std": "mean", "argmax": "max",
    "argmin": "max", "logsumexp": "sum", "prod": "sum", "any": "max", "all": "min",
    "nansum": "sum", "nanmean": "mean", "count_nonzero": "sum",
}  # fmt: skip


@operator("torch", *[name for name in _REDUCES if name not in {"max", "min"}])
def reduction(c: Call) -> Value:
    place, name = (2, "dim") if "norm" in c.name else (1, "dim")
    axes = c.axes(place, name)
    keep = len(c.outputs[0]) == c.rank and c.rank > 0
    return reduced(c.r, c.x, _REDUCES[c.name], axes, keep)


@operator("torch", "var_mean", "std_mean")
def var_mean(c: Call) -> Any:
    found = reduction_of(c, "mean")
    return [found, found]


def reduction_of(c: Call, op: str) -> Value:
    """Return the first argument reduced along the axes that are told."""
    return reduced(c.r, c.x, op, c.axes(1), len(c.outputs[0]) == c.rank)


@operator("torch", "topk", "sort", "argsort", "msort", "kthvalue")
def topk(c: Call) -> Any:
    place = {"topk": 2, "kthvalue": 2, "msort": 9}.get(c.name, 1)
    axis = c.get(place, "dim", 0 if c.name == "msort" else -1) % c.rank
    if c.name == "kthvalue":
        return [reduced(c.r, c.x, "max", [axis], len(c.outputs[0]) == c.rank)] * 2
    found = moves.taken(c.r, c.x, axis, None, (c.outputs[0][axis],))
    return [found] * len(c.outputs)


@operator("torch", "max", "min")
def extreme(c: Call) -> Any:
    other = c.get(1, "dim", None)
    if isinstance(other, Value):
        layer = Maximum() if c.name == "max" else Minimum()
        return joined(c.r, layer, [c.x, other])
    found = reduction(c)
    return [found] * len(c.outputs)
