"""Padding as a layer of its own, as runtimes without paddings of any size have it."""

from __future__ import annotations

from typing import Any

import attrs

from cnncalc.layers.base import Layer
from cnncalc.layers.interned import changed
from cnncalc.layers.resize import Pad
from cnncalc.sizes.axes import Sides
from cnncalc.sizes.axes import sides as sides_of
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import span

__all__ = ["padding_apart", "with_padding"]

_PLAIN = {"padding": "valid", "padding_mode": "zeros", "ceil": False}


def padding_apart(layer: Layer, x: Shape, y: Shape) -> tuple[Layer, Layer] | None:
    """Return a padding, and the same layer without it.

    None where it pads what "same" does, or nothing.

    Args:
        layer: What slides a window over a map.
        x: What reaches it.
        y: What it puts out: rounded up, its last windows reach further.

    Example:
        >>> from cnncalc import Conv2d, Shape
        >>> layer, x = Conv2d(3, 8, stride=2, padding=1), Shape(32, 32, 4)
        >>> padding_apart(layer, x, layer.output(x))
        (Pad(1), Conv2d(3, 8, stride=2, padding='valid'))
        >>> padding_apart(layer, Shape(31, 31, 4), Shape(16, 16, 8)) is None
        True
    """
    window: Any = layer.geometry.along(x.rank)
    reach = map(span, window.kernel, window.dilation)
    ends = []
    for size, wide, step, windows, (before, after) in zip(
        x.space, reach, window.stride, y.space, window.sides(x.space), strict=True
    ):
        needed = (windows - 1) * step + wide - size - before
        ends.append((before, max(after, needed)))
    same = _same(layer, x)
    mode = getattr(layer, "padding_mode", "zeros")
    if not any(map(any, ends)) or (mode == "zeros" and tuple(ends) == same):
        return None
    return Pad(tuple(ends), padding_mode=mode), _with(layer, _PLAIN)


def with_padding(pad: Layer, layer: Layer, x: Shape) -> Layer | None:
    """Return a layer that does what zeros and a layer without padding do.

    None where they are not what "same" pads.

    Args:
        pad: The first.
        layer: The second.
        x: What reaches the first.

    Example:
        >>> from cnncalc import Conv2d, Pad, Shape
        >>> pad, layer = Pad(((0, 1), (0, 1))), Conv2d(3, 8, stride=2)
        >>> with_padding(pad, layer, Shape(32, 32, 3))
        Conv2d(3, 8, stride=2, padding='same')
        >>> with_padding(pad, layer, Shape(31, 31, 3)) is None
        True
    """
    if not isinstance(pad, Pad) or pad.padding_mode != "zeros" or any(pad.channels):
        return None
    stated = layer.geometry.sides(x.space)
    if any(map(any, stated)) or sides_of(pad.padding, x.rank) != _same(layer, x):
        return None
    return _with(layer, {"padding": "same"})


def _same(layer: Layer, x: Shape) -> Sides:
    """Return what "same" would pad."""
    return layer.geometry._replace(padding="same").sides(x.space)


def _with(layer: Layer, fields: dict[str, Any]) -> Layer:
    """Return a layer with other fields, as far as it has them."""
    there = attrs.fields_dict(type(layer))
    new: Layer = changed(layer, **{k: v for k, v in fields.items() if k in there})
    return new
