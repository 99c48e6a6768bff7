"""Linear layers, norms and embeddings."""

from __future__ import annotations

from math import prod

from cnncalc.interop.joins import contracted, joined
from cnncalc.interop.keras.layer import Call
from cnncalc.interop.moves import order_of, reshaped
from cnncalc.interop.reading import Unread
from cnncalc.interop.registry import operator
from cnncalc.interop.values import Value
from cnncalc.interop.weighted import embedded, normalised
from cnncalc.layers import FC, Add, LayerScale, Norm


@operator("keras", "Dense")
def dense(c: Call) -> Value:
    order = order_of([c.x], [c.rank - 1])
    place = order.index(c.rank - 1)
    axis = None if len(order) == 1 else -1 if place == len(order) - 1 else place
    layer = FC(c.get("units"), axis=axis, bias=bool(c.get("use_bias", True)))
    return c.activated(c.put(layer, order=order))


@operator("keras", "EinsumDense")
def einsum_dense(c: Call) -> Value:
    """Weigh as an equation tells, such as "abc,cd->abd"."""
    equation = c.get("equation").replace(" ", "")
    left, _, out = equation.partition("->")
    term, weights = left.split(",")
    sizes = _sized(term, c.shape)
    shape = c.get("output_shape")
    stated = _sized(
        out, (0, *(n or 0 for n in (shape if isinstance(shape, list) else [shape])))
    )
    sizes = {**{letter: n for letter, n in stated.items() if n}, **sizes}
    if any(letter not in sizes for letter in weights):
        raise Unread(f"its equation {equation!r} does not say all sizes")
    kernel = c.own("kernel", tuple([sizes[letter] for letter in weights]))
    found = contracted(c.r, equation, [c.x, kernel])
    axes = c.get("bias_axes")
    if axes:
        bias = c.own("bias", tuple([sizes[letter] for letter in axes]))
        letters = out.replace(".", "")
        behind = letters[letters.index(axes[0]) :]
        spread = tuple([sizes[k] if k in axes else 1 for k in behind])
        found = joined(c.r, Add(), [found, reshaped(c.r, bias, spread)])
    return c.activated(found)


def _sized(term: str, shape: tuple[int, ...]) -> dict[str, int]:
    """Return the size of each letter; dots stand for as many axes as are left."""
    before, _, behind = term.partition("...")
    if "..." not in term:
        return dict(zip(reversed(before), reversed(shape), strict=False))
    last = dict(zip(reversed(behind), reversed(shape), strict=False))
    return {**dict(zip(before, shape, strict=False)), **last}


@operator("keras", "BatchNormalization", "SyncBatchNormalization")
def batch_norm(c: Call) -> Value:
    layer = Norm(scale=bool(c.get("scale", True)), shift=bool(c.get("center", True)))
    return normalised(c.r, c.x, c.trained(layer), c.weights, channels=c.axis())


@operator("keras", "LayerNormalization", "RMSNormalization")
def layer_norm(c: Call) -> Value:
    axes = c.axes(default=-1)
    scale = bool(c.get("scale", True))
    if c.kind == "RMSNormalization" or c.get("rms_scaling", False):
        layer = Norm("rms", scale=scale)
    else:
        layer = Norm("layer", scale=scale, shift=bool(c.get("center", True)))
    return normalised(c.r, c.x, c.trained(layer), c.weights, axes=axes)


@operator("keras", "GroupNormalization")
def group_norm(c: Call) -> Value:
    groups, axis = c.get("groups", 32), c.axis()
    scale, shift = bool(c.get("scale", True)), bool(c.get("center", True))
    number = c.shape[axis] if groups == -1 else groups
    layer = Norm("group", groups=number, scale=scale, shift=shift)
    return normalised(c.r, c.x, c.trained(layer), c.weights, channels=axis)


@operator("keras", "Normalization")
def normalization(c: Call) -> Value:
    """Normalise by means and variances of the data: state, if they are not given."""
    axes = c.axes() if c.get("axis") is not None else []
    if c.config.get("mean") is None:
        c.state("moments", 2 * prod(c.shape[axis] for axis in axes) + 1)
    layer = Norm(affine=False, statistics=False)
    return normalised(
        c.r, c.x, layer, c.weights, channels=axes[0] if axes else c.rank - 1
    )


@operator("keras", "LayerScale")
def layer_scale(c: Call) -> Value:
    order = [a for a in order_of([c.x]) if a != c.rank - 1] + [c.rank - 1]
    return c.put(LayerScale(), order=order)


@operator("keras", "Embedding")
def embedding(c: Call) -> Value:
    table = c.own("embeddings", (c.get("input_dim"), c.get("output_dim")))
    return embedded(c.r, table, c.x, trainable=c.learns)


@operator("keras", "SpectralNormalization")
def spectral(c: Call) -> list[Value]:
    """Apply a layer whose weights are divided by their norm, found with a vector."""
    inner = c.get("layer")
    config = inner["config"]
    width = config.get("filters") or config.get("units") or config.get("output_dim")
    if width is None:
        raise Unread("the layer within it has weights of another kind")
    c.state("vector_u", width)
    return c.within(inner)
