"""The forms in which operators of TensorFlow Lite take what reaches them."""

from __future__ import annotations

from cnncalc.graph.call import Call
from cnncalc.layers.apart import padding_apart
from cnncalc.layers.base import Layer
from cnncalc.sizes.number import holds
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import LOCAL

__all__ = ["is_reshaping", "is_sliding", "is_still", "padded_apart", "takes_any_form"]

_SLIDING = frozenset({"conv", "max pool", "average pool"})
_IN_ROWS = _SLIDING | {"transposed conv"}  # which slide over a map of one row


def is_sliding(layer: Layer, x: Shape) -> bool:
    """Tell whether a layer slides a window over a map, one of one row too."""
    return layer.role in (_IN_ROWS if x.rank == 1 else _SLIDING)


def is_still(call: Call) -> bool:
    """Tell whether a node puts out what reaches it."""
    layer, shapes = call.layer, call.shapes
    if len(shapes) != 1 or shapes[0] != call.output:
        return False
    if layer.role in {"activation: identity", "concat", "pad", "crop"}:
        return True
    return layer.is_view and layer.reach(*shapes) == LOCAL


def is_reshaping(layer: Layer, x: Shape) -> bool:
    """Tell whether a layer puts the same values, in their order, into another shape."""
    if layer.role not in {"flatten", "move"} or not layer.is_view:
        return False
    return holds(x.size == layer.output_of(x).size)


def takes_any_form(call: Call) -> bool:
    """Tell whether a node takes what reaches it in whatever shape it was computed."""
    if not call.is_known or len(call.shapes) != 1:
        return False
    x, layer = call.shapes[0], call.layer
    if layer.role not in _IN_ROWS or x.rank != 1:
        return is_reshaping(layer, x)
    return padded_apart(layer, x) is None


def padded_apart(layer: Layer, x: Shape) -> tuple[Layer, Layer] | None:
    """Return a padding and a layer without it, where runtimes have none of its size."""
    slid = layer.role in _SLIDING
    return padding_apart(layer, x, layer.output_of(x)) if slid else None
