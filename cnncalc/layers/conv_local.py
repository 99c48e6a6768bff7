"""Locally connected layers: windows that slide, and share no weights."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer
from cnncalc.layers.base import Saves
from cnncalc.layers.conv import Sliding
from cnncalc.layers.fields import count
from cnncalc.sizes.number import product
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import needs_space, slide

__all__ = ["LocallyConnected1d", "LocallyConnected2d"]


@frozen(eq=False, repr=False)
class LocallyConnected(Sliding):
    """Filters that are others at each position, along any number of axes."""

    stem: ClassVar[str] = "locally_connected"
    task: ClassVar[str] = "local conv"

    filters: int = field(converter=integer, metadata=count("F"))

    @override
    def output_of(self, x: Shape, /) -> Shape:
        needs_space(x, len(self.kernel))
        space = slide(x.space, self.kernel, self.stride, self.padding, self.spacing)
        return Shape.made(space, self.filters)

    @override
    def weights(self, x: Shape, /) -> int:
        seen = product(self.kernel) * x.channels
        return self.output_of(x).positions * seen * self.filters

    @override
    def biases(self, x: Shape, /) -> int:
        return self.output_of(x).size if self.bias else 0

    @override
    def uses(self, x: Shape, y: Shape, /) -> int:
        return 1

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves | None:
        return None

    @override
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (self.filters, *self.kernel, x.channels)


@final
class LocallyConnected1d(LocallyConnected):
    """Slide filters along a sequence that are others at each position.

    Args:
        kernel: The length of a filter.
        filters: Number of filters at each position, the channels of the output.
        stride: Steps.
        padding: As of `Conv1d`.
        bias: Whether each output has a bias.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        L×C → L′×filters, L′ as of `Conv1d`.

    Counting:
        As of `LocallyConnected2d`.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If no sequence reaches it, or the kernel is larger than it.

    Source:
        Keras 2's `LocallyConnected1D`.

    Example:
        >>> from cnncalc import LocallyConnected1d, Shape
        >>> layer, x = LocallyConnected1d(3, 8), Shape(10, 4)
        >>> print(layer.output(x), layer.params(x), layer.macs(x))
        8×8 832 768
    """

    __slots__ = ()

    rank: ClassVar[int | None] = 1


@final
class LocallyConnected2d(LocallyConnected):
    """Slide filters over a map that are others at each position.

    Args:
        kernel: Height and width of a filter: an int or a pair.
        filters: Number of filters at each position, the channels of the output.
        stride: Steps: an int or a pair.
        padding: As of `Conv2d`.
        bias: Whether each output has a bias.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        H×W×C → H′×W′×filters, H′ and W′ as of `Conv2d`.

    Counting:
        Parameters: those of a convolution, once for each position of the output, so
        also its biases. MACs: each weight once. Connections: each parameter once.

        What PyTorch would keep for its backward pass is unknown, for it has none.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If no map reaches it, or the kernel is larger than it.

    Source:
        Taigman et al. 2014, DeepFace, figure 2; Keras 2's `LocallyConnected2D`.

    Example:
        >>> from cnncalc import LocallyConnected2d, Shape
        >>> layer, x = LocallyConnected2d(9, 16), Shape(63, 63, 16)
        >>> print(layer.output(x), layer.params(x))
        55×55×16 62774800
    """

    __slots__ = ()

    rank: ClassVar[int | None] = 2
