"""Layers that unfold channels into space, and fold space into channels."""

from __future__ import annotations

from typing import final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.errors import ShapeError
from cnncalc.layers.fields import axiswise
from cnncalc.layers.moves import Move
from cnncalc.sizes.axes import Axes, along, axes
from cnncalc.sizes.number import holds, product
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import Reach, Window, needs_space

__all__ = ["PixelShuffle", "PixelUnshuffle"]


@final
@frozen(eq=False, repr=False)
class PixelShuffle(Move):
    """Unfold channels into space: each group of r×r becomes as many positions.

    Args:
        factor: How many times larger: an int, or one for each axis.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×(C·r²) → (H·r)×(W·r)×C; other axes likewise.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If *factor* is no such thing.
        ShapeError: If a vector reaches it, or it does not divide the channels.

    Source:
        Shi et al. 2016, https://arxiv.org/abs/1609.05158, equation 4.

    Example:
        >>> from cnncalc import PixelShuffle, Shape
        >>> print(PixelShuffle(3).output(Shape(85, 85, 27)))
        255×255×3
    """

    factor: int | Axes = field(converter=axes, metadata=axiswise("r", divides=True))

    @override
    def output_of(self, x: Shape, /) -> Shape:
        needs_space(x)
        factors = along(self.factor, x.rank)
        channels = x.channels
        for factor in factors:
            channels = channels // factor
        if not holds(channels * product(factors) == x.channels):
            number = product(factors)
            why = f"its {'×'.join(map(str, factors))} positions do not divide the "
            why += f"{x.channels} channels"
            raise ShapeError(why, f"Use a multiple of {number} channels before it")
        sizes = [n * factor for n, factor in zip(x.space, factors, strict=True)]
        return Shape.made(tuple(sizes), channels)

    @override
    def reach(self, x: Shape, /) -> Reach:
        return Window(1, 1, 0, self.factor)


@final
@frozen(eq=False, repr=False)
class PixelUnshuffle(Move):
    """Fold space into channels: each block of r×r positions becomes as many.

    Args:
        factor: The sides of the blocks: an int, or one for each axis.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → (H / r)×(W / r)×(C·r²); other axes likewise.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If *factor* is no such thing.
        ShapeError: If a vector reaches it, or it does not divide the sizes.

    Source:
        PyTorch's `PixelUnshuffle`.

    Example:
        >>> from cnncalc import PixelUnshuffle, Shape
        >>> print(PixelUnshuffle(2).output(Shape(224, 224, 3)))
        112×112×12
    """

    factor: int | Axes = field(converter=axes, metadata=axiswise("r", divides=True))

    @override
    def output_of(self, x: Shape, /) -> Shape:
        needs_space(x)
        factors = along(self.factor, x.rank)
        sizes = [n // factor for n, factor in zip(x.space, factors, strict=True)]
        if not all(
            holds(n * factor == size)
            for n, factor, size in zip(sizes, factors, x.space, strict=True)
        ):
            why = f"its blocks of {'×'.join(map(str, factors))} do not divide {x}"
            raise ShapeError(why, "Pad before it, or take smaller blocks")
        return Shape.made(tuple(sizes), x.channels * product(factors))

    @override
    def reach(self, x: Shape, /) -> Reach:
        return Window(self.factor, self.factor, 0)
