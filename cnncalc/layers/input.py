"""Layers of any number of inputs: none where data enters, several where it joins.

What a network needs has a file of its own: it is imported with every network.
"""

from __future__ import annotations

import sys
from abc import abstractmethod
from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.layers.base import Free
from cnncalc.sizes.shape import Shape

__all__ = ["Input", "Join"]


class Join(Free):
    """A layer of any number of inputs, without parameters, connections or MACs."""

    __slots__ = ()

    arity: ClassVar[tuple[int, int]] = (1, sys.maxsize)

    @override
    @abstractmethod
    def output_of(self, *xs: Shape) -> Shape: ...


@final
@frozen(eq=False, repr=False)
class Input(Join):
    """The place where data enters a network.

    Args:
        shape: The shape of what enters.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        Nothing → *shape*.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If *shape* is no shape.

    Source:
        A network's own; it has no row of its own in a report.

    Example:
        >>> from cnncalc import Input, Shape
        >>> print(Input(Shape(32, 32, 1)).output())
        32×32×1
    """

    task: ClassVar[str] = "input"
    arity: ClassVar[tuple[int, int]] = (0, 0)

    shape: Shape = field(converter=Shape.of)  # type: ignore[misc]

    @override
    def output_of(self, *xs: Shape) -> Shape:
        return self.shape
