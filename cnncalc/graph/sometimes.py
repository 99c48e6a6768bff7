"""Parts that are there on some sizes alone, as a padding of what does not divide."""

from __future__ import annotations

from typing import Any

from cnncalc._lazy import modules
from cnncalc.graph.block import Block, Tensor
from cnncalc.graph.making import Making
from cnncalc.layers.base import Layer
from cnncalc.sizes.number import in_symbols

__all__ = ["added_if", "presence"]

_size = modules("cnncalc.symbolic", "size")["size"]


def added_if(g: Making, where: Any, part: Layer | Block, /, *xs: Tensor) -> Any:
    """Apply a part, or do not and return its first input, or None without one.

    Args:
        g: What it is added to.
        where: 1 or 0: whether it is applied. Where that is in symbols the part is added
            whatever they are, and it is noted for which of them it is there.
        part: As of `Making.add`; so the inputs.
        xs: As there.

    Example:
        >>> from cnncalc import Activation, Builder
        >>> g = Builder()
        >>> x = g.input((8, 8, 3))
        >>> [added_if(g, where, Activation("relu"), x) is x for where in (0, 1)]
        [True, False]
    """
    if not in_symbols((where,)):
        return g.add(part, *xs) if where else next(iter(xs), None)
    y = g.add(part, *xs)
    _size.there_for(y.of.made, where)
    if not xs:  # what it puts out is known by its shape, which is its own
        _size.there_for(y.shape, where)
    return y


def presence(x: Tensor) -> Any:
    """Return 1 where a tensor is there that `added_if` made of nothing, else 0.

    Example:
        >>> from cnncalc import Builder
        >>> presence(Builder().input(3))
        1
    """
    return _size.where_is(x.shape) if in_symbols(x.shape) else 1
