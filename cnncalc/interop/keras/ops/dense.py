"""Linear layers, norms and embeddings."""

from __future__ import annotations

from cnncalc.interop.joins import contracted, joined
from cnncalc.interop.keras.layer import Call
from cnncalc.interop.moves import order_of, reshaped
from cnncalc.interop.reading import Unread
from cnncalc.interop.registry import operator
from cnncalc.interop.values import Value
from cnncalc.interop.weighted import embedded, moved_on, normalised
from cnncalc.layers import FC, Add, LayerScale, Norm


@operator("keras", "Dense")
def dense(c: Call) -> Value:
    order = order_of([c.x], [c.rank - 1])
    bias = bool(c.get("use_bias", True))
    if len(order) == 1:
        layer = FC(c.get("units"), bias=bias)
    else:
        place = order.index(c.rank - 1)
        layer = FC(
            c.get("units"), axis=-1 if place == len(order) - 1 else place, bias=bias
        )
    return c.activated(c.put(layer, order=order))


@operator("keras", "EinsumDense")
def einsum_dense(c: Call) -> Value:
    equation = c.get("equation")
    left, _, out = equation.partition("->")
    term, weights = left.split(",")
    sizes = dict(
        zip(reversed(term.replace("...", "")), reversed(c.shape), strict=False)
    )
    shape = c.get("output_shape")
    shape = shape if isinstance(shape, list) else [shape]
    for letter, size in zip(reversed(out), reversed(shape), strict=False):
        if size is not None:
            sizes.setdefault(letter, size)
    if any(letter not in sizes for letter in weights):
        raise Unread(f"its equation {equation!r} does not say all sizes")
    kernel = c.own("kernel", tuple(sizes[letter] for letter in weights))
    found = contracted(c.r, equation, [c.x, kernel])
    axes = c.get("bias_axes")
    if axes:
        bias = c.own("bias", tuple(sizes[letter] for letter in axes))
        letters = out.replace("...", "")
        spread = tuple(
            sizes[k] if k in axes else 1 for k in letters[letters.index(axes[0]) :]
        )
        found = joined(c.r, Add(), [found, reshaped(c.r, bias, spread)])
    return c.activated(found)


@operator("keras", "BatchNormalization", "SyncBatchNormalization")
def batch_norm(c: Call) -> Value:
    layer = Norm(scale=bool(c.get("scale", True)), shift=bool(c.get("center", True)))
    return normalised(c.r, c.x, c.trained(layer), c.weights, channels=c.axis())


@operator("keras", "LayerNormalization", "RMSNormalization")
def layer_norm(c: Call) -> Value:
    axes = c.get("axis", -1)
    axes = [c.counted(axis) for axis in (axes if isinstance(axes, list) else [axes])]
    if c.kind == "RMSNormalization" or c.get("rms_scaling", False):
        layer = Norm("rms", scale=bool(c.get("scale", True)))
    else:
        layer = Norm(
            "layer", scale=bool(c.get("scale", True)), shift=bool(c.get("center", True))
        )
    return normalised(c.r, c.x, c.trained(layer), c.weights, axes=axes)


@operator("keras", "GroupNormalization")
def group_norm(c: Call) -> Value:
    groups, axis = c.get("groups", 32), c.axis()
    layer = Norm(
        "group",
        groups=c.shape[axis] if groups == -1 else groups,
        scale=bool(c.get("scale", True)),
        shift=bool(c.get("center", True)),
    )
    return normalised(c.r, c.x, c.trained(layer), c.weights, channels=axis)


@operator("keras", "Normalization")
def normalization(c: Call) -> Value:
    """Normalise by means and variances of the data, which are state with a count."""
    stated = c.config.get("mean") is not None
    layer = Norm(affine=False, statistics=not stated)
    if not stated:
        c.r.unused(c.path, 0, 1)
    return normalised(c.r, c.x, layer, c.weights, channels=c.axis())


@operator("keras", "LayerScale")
def layer_scale(c: Call) -> Value:
    order = [a for a in order_of([c.x]) if a != c.rank - 1] + [c.rank - 1]
    return c.put(LayerScale(), order=order)


@operator("keras", "Embedding")
def embedding(c: Call) -> Value:
    table = c.own("embeddings", (c.get("input_dim"), c.get("output_dim")))
    return embedded(c.r, table, c.x)


@operator("keras", "Conv1DLocal", "LocallyConnected1D", "LocallyConnected2D")
def locally_connected(c: Call) -> Value:
    from cnncalc.layers import LocallyConnected1d, LocallyConnected2d

    rank = 1 if "1D" in c.kind else 2
    kind = LocallyConnected1d if rank == 1 else LocallyConnected2d
    part = kind(
        c.many("kernel_size", rank),
        c.get("filters"),
        stride=c.many("strides", rank),
        bias=bool(c.get("use_bias", True)),
    )
    return c.activated(c.put(part))


def same_axes(c: Call) -> list[int]:
    """Return the axes of the first value here, in their order."""
    return order_of([c.x], [c.rank - 1])


__all__ = ["moved_on", "same_axes"]
