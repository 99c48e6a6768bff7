"""Neutral facts of layers, which other rooms ask for: names, roles, windows."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, ClassVar

from cnncalc._typing import NamedTuple
from cnncalc.sizes.axes import Axes, Pads, Sides, by_axis
from cnncalc.sizes.axes import sides as sides_of
from cnncalc.sizes.window import around, span

__all__ = ["Facts", "Geometry", "Saves", "snake_case"]


class Geometry(NamedTuple):
    """The window that a layer slides over its input; None where it does not tell.

    What is stated along axes is an int for all of them, or a number for each.

    Attributes:
        kernel: The size of its window.
        stride: Steps of the window.
        padding: Padding, in any of its forms.
        dilation: How far the taps of the window are from each other.
        groups: In how many groups it takes the channels.
    """

    kernel: int | Axes | None = None
    stride: int | Axes | None = None
    padding: Pads | int | Axes | None = None
    dilation: int | Axes | None = None
    groups: int | None = None

    def along(self, rank: int) -> Geometry:
        """Return the same with a number for each of so many axes.

        A padding that is the same on both sides is one number; else it has both.
        """
        if self is NO_WINDOW:  # as of most kinds
            return self
        kernel, stride, padding, dilation, groups = self
        return Geometry._make(
            (
                (kernel,) * rank if type(kernel) is int else kernel,
                (stride,) * rank if type(stride) is int else stride,
                (padding,) * rank if type(padding) is int else by_axis(padding),
                (dilation,) * rank if type(dilation) is int else dilation,
                groups,
            )
        )

    def sides(self, space: Axes) -> Sides:
        """Return what it pads before and behind each axis of such sizes.

        Example:
            >>> Geometry(3, 2, "same", 1).sides((32, 31))
            ((0, 1), (1, 1))
        """
        window: Any = self.along(len(space))
        kernel, stride, padding, dilation, _ = window
        word = isinstance(padding, str)
        pads: Any = padding if word else sides_of(padding, len(space))
        return around(space, tuple(map(span, kernel, dilation)), stride, pads)


NO_WINDOW = Geometry()


class Saves(NamedTuple):
    """The tensors that PyTorch saves of a layer for the backward pass.

    Attributes:
        tensors: Its "inputs", or of these the "inputs with gradients"; its "output";
            "inputs and output"; a "mask"; or nothing (""). Of two inputs, its
            "factors", each for the gradient of the other; of a "quotient" the divisor,
            and for its gradient the dividend; the "pair", the "pair and output", or the
            "pair for the second", if that has a gradient.
        extra: Values that it computes to keep them, of the data type of activations,
            for each input of a batch.
        statistics: Such values of float32, for each input of a batch.
        fixed: Of float32, once for a whole batch.
        indices: Of int64, for each input of a batch.
        between: Values of what comes of its first two inputs, of its first three, and
            so on: with the next input each is a pair.
        output_if_inplace: Whether its output is enough where it works in place.
        passes_input_through: Whether it returns its very input in training.
        inner_macs: MACs of the stages behind its first, through which the first
            learns, even if nothing before it does.
        inputs: Which of its inputs it keeps besides, whatever has a gradient.
        stops: Whether no gradient passes it.
    """

    tensors: str = ""
    extra: int = 0
    statistics: int = 0
    fixed: int = 0
    indices: int = 0
    between: tuple[int, ...] = ()
    output_if_inplace: bool = False
    passes_input_through: bool = False
    inner_macs: int = 0
    inputs: tuple[int, ...] = ()
    stops: bool = False


# Without it a layer made anew takes a thirtieth longer.
@lru_cache(maxsize=1024)
def snake_case(name: str) -> str:
    """Return the name of a class as the names of its nodes begin.

    Example:
        >>> snake_case("PixelShuffle")
        'pixel_shuffle'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


class Facts:
    """The facts of most layers; a kind of which one is not so says otherwise."""

    __slots__ = ()

    # What an automatic name begins with, when that is not the class's name.
    stem: ClassVar[str] = ""

    # Its role, where that is the same whatever its fields are; else the class's name.
    task: ClassVar[str] = ""

    # Its inputs but the largest are gates, which only scale that one.
    is_gate: ClassVar[bool] = False

    # What it puts out are weights of its own, and nothing that a network computes.
    is_parameter: ClassVar[bool] = False

    # Each of its filters sees one channel, however many there are.
    sees_one_channel: ClassVar[bool] = False

    # Why it does not tell what it costs, where it says so.
    reason: str | None = None

    # How many operations a value of the output takes, beside multiply-adds and biases;
    # None leaves that to its role.
    flops_per_value: ClassVar[int | None] = None

    # What it is at inference: itself, or nothing (a dropout).
    is_dropped_at_inference: ClassVar[bool] = False

    # Whether it may overwrite an input that is not used any more.
    inplace: ClassVar[bool] = False

    # Whether it puts out no new values, but another view of its input's.
    is_view: ClassVar[bool] = False

    # The data type of what flows from here on; "" is a network's own, and None leaves
    # it as it was.
    flowing_type: ClassVar[str | None] = None

    # The number of channels it compares each value with, that one included.
    channel_window: ClassVar[int] = 1

    @property
    def class_name(self) -> str:
        """The name of the class."""
        return type(self).__name__

    @property
    def role(self) -> str:
        """The word for what the layer does, by which counting conventions go."""
        return self.task or self.class_name

    @property
    def default_name(self) -> str:
        """The beginning of an automatic name."""
        return self.stem or snake_case(self.class_name)

    @property
    def geometry(self) -> Geometry:
        """The window that it slides over its input, if it does."""
        return NO_WINDOW
