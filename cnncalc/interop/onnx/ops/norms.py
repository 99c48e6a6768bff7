"""Normalisations."""

from __future__ import annotations

from collections.abc import Sequence

from cnncalc.interop.moves import expanded, reshaped, sliced, unsqueezed
from cnncalc.interop.onnx.node import Flowing, OnnxNode
from cnncalc.interop.onnx.ops.elementwise import together
from cnncalc.interop.onnx.table import rule
from cnncalc.interop.values import Value, fixed
from cnncalc.interop.weighted import embedded, normalised
from cnncalc.layers import Norm

__all__: list[str] = []


def _weighs(x: Value | None) -> bool:
    """Tell whether factors, offsets or statistics are weights, and no constants."""
    return x is not None and bool(x.roots)


@rule("BatchNormalization")
def _batch_norm(n: OnnxNode) -> Sequence[Flowing]:
    """Normalise; in training mode by what it sees, and put its statistics out."""
    scale, shift, mean, variance = [n.maybe(place) for place in range(1, 5)]
    layer = Norm(
        scale=_weighs(scale),
        shift=_weighs(shift),
        statistics=_weighs(mean) and _weighs(variance),
    )
    found = normalised(n.r, n.x, layer, scale, shift, mean, variance)
    channels = fixed((n.shape()[1] if n.rank > 1 else 1,))
    return [found, *[channels] * (len(n.outputs) - 1)]


@rule("InstanceNormalization")
def _instance_norm(n: OnnxNode) -> Value:
    scale, shift = n.maybe(1), n.maybe(2)
    layer = Norm("instance", scale=_weighs(scale), shift=_weighs(shift))
    return normalised(n.r, n.x, layer, scale, shift)


@rule("GroupNormalization", "com.microsoft::GroupNorm")
def _group_norm(n: OnnxNode) -> Value:
    scale, shift = n.maybe(1), n.maybe(2)
    groups = n.integer("num_groups", 0) or n.integer("groups", 1)
    if scale and scale.shape == (groups,) != (n.shape()[1],):  # as before opset 21
        return _scaled_by_group(n, groups)
    layer = Norm("group", groups=groups, scale=_weighs(scale), shift=_weighs(shift))
    last = n.op == "GroupNorm" and n.integer("channels_last", 1)
    channels = n.rank - 1 if last else 1
    found = normalised(n.r, n.x, layer, scale, shift, channels=channels)
    return n.activated(found, "Swish" if n.integer("activation", 0) else "")


def _scaled_by_group(n: OnnxNode, groups: int) -> Value:
    """Normalise with a factor and an offset for each group."""
    layer = Norm("group", groups=groups, scale=False, shift=False)
    found, channels = normalised(n.r, n.x, layer), n.shape()[1]
    for place, operation in ((1, "multiply"), (2, "add")):
        each = expanded(
            n.r, unsqueezed(n.r, n.value(place), [1]), (groups, channels // groups)
        )
        each = reshaped(n.r, each, (channels, *[1] * (n.rank - 2)))
        found = together(n, operation, [found, each])
    return found


@rule("LayerNormalization", "RMSNormalization", "SimplifiedLayerNormalization")
def _layer_norm(n: OnnxNode) -> Sequence[Flowing]:
    """Normalise; the mean and deviation that it may put out, too, nobody uses."""
    rms = n.op != "LayerNormalization"
    scale, shift = n.maybe(1), n.maybe(2)
    layer = (
        Norm("rms", scale=_weighs(scale))
        if rms
        else Norm("layer", scale=_weighs(scale), shift=_weighs(shift))
    )
    axes = range(n.axis(-1), n.rank)
    sizes = n.shape()
    reduced = fixed(tuple([1 if a in axes else s for a, s in enumerate(sizes)]))
    found = normalised(n.r, n.x, layer, scale, shift, axes=axes)
    return [found, *[reduced] * (len(n.outputs) - 1)]


@rule(
    "com.microsoft::SkipLayerNormalization",
    "com.microsoft::SkipSimplifiedLayerNormalization",
)
def _skip_norm(n: OnnxNode) -> Sequence[Flowing]:
    simple = "Simplified" in n.op
    bias = n.maybe(3 if simple else 4)
    x = together(n, "add", [n.x, n.value(1)])
    if bias is not None:
        x = together(n, "add", [x, bias])
    layer = Norm("rms") if simple else Norm("layer", shift=n.has(3))
    own = n.value(2), None if simple else n.maybe(3)
    found = normalised(n.r, x, layer, *own, axes=[n.rank - 1])
    return [found, None, None, x]


@rule("LRN")
def _local_norm(n: OnnxNode) -> Value:
    return normalised(n.r, n.x, Norm("local", size=n.integer("size", 5)))


@rule("com.microsoft::EmbedLayerNormalization")
def _embedding_norm(n: OnnxNode) -> Sequence[Flowing]:
    """Add the embeddings of words, positions and segments, and normalise them."""
    steps = n.shape()[1]
    tables = [embedded(n.r, n.value(2), n.x)]
    tables.append(sliced(n.r, n.value(3), 0, range(steps)))
    if n.has(4):
        tables.append(embedded(n.r, n.value(4), n.value(1)))
    x = together(n, "add", tables)
    found = normalised(n.r, x, Norm("layer"), n.value(5), n.value(6), axes=[2])
    return [found, fixed((n.shape()[0],)), x]
