"""Layers that drop values while training, and are nothing at inference."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.layers.base import Free, Saves
from cnncalc.layers.fields import share
from cnncalc.sizes.shape import Shape

__all__ = ["Dropout", "StochasticDepth"]


@frozen(eq=False, repr=False)
class Dropping(Free):
    """The base of what drops values while training, and is nothing at inference."""

    is_dropped_at_inference: ClassVar[bool] = True
    is_view: ClassVar[bool] = True

    rate: float = field(default=0.5, metadata=share())


@final
@frozen(eq=False, repr=False)
class Dropout(Dropping):
    """Drop single values, or whole channels, while training.

    Args:
        rate: The share that is dropped.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        Any → the same.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If *rate* is not from 0 to 1.

    Source:
        Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html.

    Example:
        >>> from cnncalc import Dropout, Shape
        >>> print(Dropout(0.4).output(Shape.of(1024)))
        1024
    """

    task: ClassVar[str] = "dropout"

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        if self.rate == 1:
            return Saves(fixed=1)  # the zero that it multiplies by
        return Saves(passes_input_through=True) if self.rate == 0 else Saves("mask")


@final
@frozen(eq=False, repr=False)
class StochasticDepth(Dropping):
    """Drop a whole residual branch while training.

    Args:
        rate: How often it is dropped.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        Any → the same.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If *rate* is not from 0 to 1.

    Source:
        Huang et al. 2016, https://arxiv.org/abs/1603.09382.

    Example:
        >>> from cnncalc import Shape, StochasticDepth
        >>> print(StochasticDepth(0.2).output(Shape(56, 56, 96)))
        56×56×96
    """

    task: ClassVar[str] = "stochastic depth"

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        # Its factor, for each input.
        return Saves(passes_input_through=True) if self.rate == 0 else Saves(extra=1)
