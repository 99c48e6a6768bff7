"""Shapes that enter a network, as people write them.

What is written as a plain tuple may be in the order of another library. It is taken as
it stands, but it is said; who writes `Shape` knows the order.
"""

from __future__ import annotations

from typing import Any

from cnncalc.errors import warn_of
from cnncalc.sizes.number import in_symbols
from cnncalc.sizes.shape import Shape, ShapeLike

__all__ = ["Doubtful", "entered", "shape_source"]


class Doubtful(Shape):
    """A shape that was written as a tuple, and is likely to be meant otherwise."""

    __slots__ = ()

    @property
    def mistake(self) -> tuple[str, str]:
        """The name of the mistake, and what is said of it."""
        from cnncalc.words.shapes import meant_shape, with_channels_last

        last, meant = with_channels_last(self), meant_shape(tuple(self))
        name = "channels first" if last else "batch in the shape"
        rule = "channels come last" if last else "a batch is no part of a shape"
        text = f"the input is {tuple(self)}: {name}? Here {rule}. Write input={meant}"
        return name, f"{text}, or input={self!r} if it is meant"


def entered(value: ShapeLike) -> Shape:
    """Return the shape of what enters a network, checked.

    Raises:
        ConfigError: If it is no shape.

    Warns:
        LikelyMistake: If it is a plain tuple that begins with its channels, or with a
            batch.
    """
    if isinstance(value, Shape):
        return value
    shape = Shape.of(value)
    if not _is_odd(shape):
        return shape
    found = Doubtful(*shape)
    warn_of(found.mistake[1])
    return found


def shape_source(shape: Shape) -> str:
    """Return the source text of a shape that enters a network.

    Of one that was written as `Shape`, and a tuple would be warned of, that again.

    Example:
        >>> shape_source(Shape(8, 8, 3)), shape_source(Shape.of(10))
        ('(8, 8, 3)', '10')
        >>> shape_source(Shape(3, 224, 224))
        'Shape(3, 224, 224)'
    """
    if shape.is_vector:
        return str(shape.channels)
    meant = not isinstance(shape, Doubtful) and _is_odd(shape)
    return repr(shape) if meant else str(tuple(shape))


def _is_odd(shape: Any) -> bool:
    rank = len(shape) - 1
    if (
        rank < len("HW")
        or in_symbols(shape)
        or (rank == len("HW") and shape[0] > len("RGBD"))
    ):
        return False  # as most are, and without an import
    from cnncalc.words.shapes import with_channels_last, without_batch

    return with_channels_last(shape) is not None or without_batch(shape) is not None
