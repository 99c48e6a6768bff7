"""The recurrent layer whose gates are convolutions."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer
from cnncalc.layers.base import Geometry, Saves, Weighted
from cnncalc.layers.fields import ONE, ZERO, axiswise, count, flag, paddings
from cnncalc.layers.recurrent import needs_steps
from cnncalc.sizes.axes import Axes, Pads, axes, pads
from cnncalc.sizes.number import product
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import Reach, slide

__all__ = ["ConvLSTM2d"]


@final
@frozen(eq=False, repr=False)
class ConvLSTM2d(Weighted):
    """Go through a sequence of maps with an LSTM whose gates are convolutions.

    Args:
        kernel: Height and width of a filter, of the map's and of the state's: an int or
            a pair.
        filters: The channels of the state.
        stride: Steps over the map: an int or a pair. Over the state they are 1.
        padding: What is put around the map, as of `Conv2d`; around the state, "same".
        dilation: Distances between neighbouring taps over the map: an int or a pair.
        bias: Whether each filter of a gate has a bias.
        sequences: Put out every step; False puts out the last state alone.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        T×H×W×C → T×H′×W′×filters, H′ and W′ as of `Conv2d`; without *sequences*
        H′×W′×filters.

    Counting:
        Parameters: 4 gates, each with filters over the map and over the state, and a
        bias for each filter. MACs: the weights, at each position of each step; uses
        that fall on padding count. Connections: MACs, and one for each use of a bias.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If no sequence of maps reaches it, or the kernel is larger than the
            padded map.

    Source:
        Shi et al. 2015, https://arxiv.org/abs/1506.04214, §3.1, without its peepholes;
        Keras' `ConvLSTM2D`.

    Example:
        >>> from cnncalc import ConvLSTM2d, Shape
        >>> layer, x = ConvLSTM2d(3, 40, padding="same"), Shape(10, 64, 64, 1)
        >>> print(layer.output(x), layer.params(x), layer.formula("params", x).general)
        10×64×64×40 59200 4×F×k_h×k_w×(C_in + F) + 4×F
    """

    stem: ClassVar[str] = "conv_lstm"
    task: ClassVar[str] = "conv lstm"
    rank: ClassVar[int | None] = 2

    kernel: Axes = field(converter=axes, metadata=axiswise("k"))
    filters: int = field(converter=integer, metadata=count("F"))
    stride: Axes = field(
        default=ONE, converter=axes, kw_only=True, metadata=axiswise("s")
    )
    padding: Pads = field(
        default=ZERO, converter=pads, kw_only=True, metadata=paddings("same", "valid")
    )
    dilation: Axes = field(
        default=ONE, converter=axes, kw_only=True, metadata=axiswise("d")
    )
    bias: bool = field(default=True, kw_only=True, metadata=flag())
    sequences: bool = field(default=True, kw_only=True, metadata=flag())

    def _space(self, x: Shape) -> Axes:
        """Return the sizes of its state."""
        return slide(x[1:-1], self.kernel, self.stride, self.padding, self.dilation)

    @override
    def output_of(self, x: Shape, /) -> Shape:
        needs_steps(x, 3)
        steps = x[:1] if self.sequences else ()
        return Shape.made((*steps, *self._space(x)), self.filters)

    @override
    def weights(self, x: Shape, /) -> int:
        window = product(self.kernel)
        return 4 * self.filters * window * (x.channels + self.filters)

    @override
    def biases(self, x: Shape, /) -> int:
        return 4 * self.filters if self.bias else 0

    def _uses(self, x: Shape, y: Shape) -> int:
        """Return how many times each weight is used: at each position of each step."""
        return product((x[0], *y[-3:-1]))

    @override
    def bias_uses(self, x: Shape, y: Shape, /) -> int:
        return self.biases(x) * self._uses(x, y)

    @override
    def macs_of(self, x: Shape, y: Shape, /) -> int:
        return self.weights(x) * self._uses(x, y)

    @override
    def connections_of(self, x: Shape, y: Shape, /) -> int:
        return self.params_of(x) * self._uses(x, y)

    @override
    def inner_values(self, x: Shape, y: Shape, /) -> int:
        """The values of its state, at all steps."""
        return self._uses(x, y) * self.filters

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves | None:
        return None  # PyTorch has no such layer, and Keras does not tell

    @override
    def reach(self, x: Shape, /) -> Reach:
        return None  # its state's field grows with each step

    @property
    @override
    def geometry(self) -> Geometry:
        return Geometry(self.kernel, self.stride, self.padding, self.dilation, 1)
