"""Normalisations."""

from __future__ import annotations

from typing import Any

from cnncalc.interop.joins import unary
from cnncalc.interop.onnx.node import Node
from cnncalc.interop.onnx.ops.elementwise import together
from cnncalc.interop.registry import operator
from cnncalc.interop.values import Value
from cnncalc.interop.weighted import normalised
from cnncalc.layers import Activation, Norm


@operator("onnx", "BatchNormalization")
def batch_norm(n: Node) -> Any:
    own = [n.maybe(place) for place in range(1, 5)]
    found = normalised(n.r, n.x, Norm(), *own)
    return [found]


@operator("onnx", "InstanceNormalization")
def instance_norm(n: Node) -> Value:
    return normalised(n.r, n.x, Norm("instance"), n.maybe(1), n.maybe(2))


@operator("onnx", "GroupNormalization", "com.microsoft::GroupNorm")
def group_norm(n: Node) -> Value:
    groups = n.get("num_groups") or n.get("groups")
    return normalised(n.r, n.x, Norm("group", groups=groups), n.maybe(1), n.maybe(2))


@operator(
    "onnx", "LayerNormalization", "RMSNormalization", "SimplifiedLayerNormalization"
)
def layer_norm(n: Node) -> Any:
    rms = n.op != "LayerNormalization"
    layer = Norm("rms") if rms else Norm("layer", shift=n.has(2))
    axes = range(n.axis(-1), n.rank)
    return [normalised(n.r, n.x, layer, n.maybe(1), n.maybe(2), axes=axes)]


@operator(
    "onnx",
    "com.microsoft::SkipLayerNormalization",
    "com.microsoft::SkipSimplifiedLayerNormalization",
)
def skip_norm(n: Node) -> Any:
    x = together("add", n, [n.x, n.value(1)])
    simple = "Simplified" in n.op
    bias = n.maybe(3 if simple else 4)
    if bias is not None:
        x = together("add", n, [x, bias])
    layer = Norm("rms") if simple else Norm("layer", shift=n.has(3))
    found = normalised(n.r, x, layer, n.maybe(2), n.maybe(3), axes=[n.rank - 1])
    return [found, None, None, x]


@operator("onnx", "LRN")
def local_norm(n: Node) -> Value:
    return normalised(n.r, n.x, Norm("local", size=n.get("size", 5)))


@operator("onnx", "LpNormalization", "MeanVarianceNormalization")
def plain_norm(n: Node) -> Value:
    return unary(n.r, Activation("identity"), n.x)
