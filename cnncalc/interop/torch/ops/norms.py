"""Normalisations."""

from __future__ import annotations

from typing import Any

from cnncalc.interop.registry import operator
from cnncalc.interop.torch.call import Call
from cnncalc.interop.values import Value
from cnncalc.interop.weighted import normalised
from cnncalc.layers import Norm


def _sorts(weight: Value | None, bias: Value | None) -> dict[str, Any]:
    """Return whether a norm scales and shifts by weights."""
    return {
        "scale": weight is not None and bool(weight.roots),
        "shift": bias is not None and bool(bias.roots),
    }


@operator("torch", "batch_norm")
def batch_norm(c: Call) -> Value:
    mean, variance = c.get(1, "running_mean", None), c.get(2, "running_var", None)
    weight, bias = c.get(3, "weight", None), c.get(4, "bias", None)
    fixed = weight is not None and not weight.roots
    kept = c.is_buffer(1, "running_mean")
    layer = (
        Norm(frozen=True, statistics=kept)
        if fixed and c.is_buffer(3, "weight")
        else Norm(statistics=kept, **_sorts(weight, bias))
    )
    return normalised(c.r, c.x, layer, weight, bias, mean, variance)


@operator("torch", "instance_norm")
def instance_norm(c: Call) -> Value:
    weight, bias = c.get(3, "weight", None), c.get(4, "bias", None)
    kept = c.is_buffer(1, "running_mean")
    layer = Norm("instance", statistics=kept, **_sorts(weight, bias))
    return normalised(c.r, c.x, layer, weight, bias)


@operator("torch", "group_norm")
def group_norm(c: Call) -> Value:
    weight, bias = c.get(2, "weight", None), c.get(3, "bias", None)
    layer = Norm("group", groups=c.get(1, "num_groups"), **_sorts(weight, bias))
    return normalised(c.r, c.x, layer, weight, bias)


@operator("torch", "layer_norm", "rms_norm")
def layer_norm(c: Call) -> Value:
    axes = range(c.rank - len(c.get(1, "normalized_shape")), c.rank)
    weight, bias = c.get(2, "weight", None), c.get(3, "bias", None)
    if c.name == "rms_norm":
        layer, bias = Norm("rms", scale=weight is not None), None
    else:
        layer = Norm("layer", **_sorts(weight, bias))
    return normalised(c.r, c.x, layer, weight, bias, axes=list(axes))


@operator("torch", "local_response_norm")
def local_norm(c: Call) -> Value:
    return normalised(c.r, c.x, Norm("local", size=c.get(1, "size")))
