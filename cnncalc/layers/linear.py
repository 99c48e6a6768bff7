"""Layers whose every output sees the whole input."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer
from cnncalc.layers.base import Saves, Weighted
from cnncalc.layers.fields import count, flag
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import GLOBAL, LOCAL, Reach

__all__ = ["FC", "RBF"]


@final
@frozen(eq=False, repr=False)
class FC(Weighted):
    """Connect every unit with every input: a fully connected layer.

    Args:
        units: Number of units.
        bias: Whether each unit has a bias.
        flatten: See a map as one vector. False applies the layer at each position of
            a sequence, map or volume, over its channels.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        H×W×C or n → units; with ``flatten=False`` H×W×C → H×W×units, and with other
        axes likewise.

    Counting:
        Parameters: inputs × units, and a bias for each unit. MACs: the weights, as
        often as there are positions. Connections: MACs, and one for each biased
        output.

    Raises:
        ConfigError: If a field is no such thing.

    Source:
        LeCun et al. 1998, §II.B: F6 has 10,164 parameters and connections.

    Example:
        >>> from cnncalc import FC, Shape
        >>> fc1, x = FC(120), Shape(5, 5, 16)
        >>> print(fc1.output(x), fc1.params(x), fc1.formula("params", x))
        120 48120 5×5×16×120 + 120
    """

    stem: ClassVar[str] = "fc"
    task: ClassVar[str] = "linear"

    units: int = field(converter=integer, metadata=count("U"))
    bias: bool = field(default=True, kw_only=True, metadata=flag())
    flatten: bool = field(default=True, kw_only=True, metadata=flag())

    def _everywhere(self, x: Shape) -> bool:
        """Tell whether it works at each of several positions."""
        return not self.flatten and not x.is_vector

    @override
    def output_of(self, x: Shape, /) -> Shape:
        if self._everywhere(x):
            return Shape.made(x.space, self.units)
        return Shape.made((), self.units)

    @override
    def weights(self, x: Shape, /) -> int:
        return (x.size if self.flatten else x.channels) * self.units

    @override
    def biases(self, x: Shape, /) -> int:
        return self.units if self.bias else 0

    @override
    def macs_of(self, x: Shape, y: Shape, /) -> int:
        weights = self.weights(x)
        return weights * x.positions if self._everywhere(x) else weights

    @override
    def connections_of(self, x: Shape, y: Shape, /) -> int:
        params = self.params_of(x)
        return params * x.positions if self._everywhere(x) else params

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        return Saves("inputs" if self.trainable else "")

    @override
    def reach(self, x: Shape, /) -> Reach:
        return LOCAL if x.positions == 1 or not self.flatten else GLOBAL

    @override
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (self.units,)


@final
@frozen(eq=False, repr=False)
class RBF(Weighted):
    """Measure each unit's Euclidean distance from a fixed pattern.

    Args:
        units: Number of units, one for each class.
        name: What to call it.
        trainable: Without effect: its weights are fixed.

    Shape:
        H×W×C or n → units.

    Counting:
        Parameters, connections and MACs: inputs × units. None is trainable.

    Raises:
        ConfigError: If a field is no such thing.

    Source:
        LeCun et al. 1998, §II.B: 84 inputs and 10 units, 840 connections.

    Example:
        >>> from cnncalc import RBF, Shape
        >>> output, x = RBF(10), Shape.of(84)
        >>> print(output.params(x), output.trainable_params(x), output.connections(x))
        840 0 840
    """

    stem: ClassVar[str] = "rbf"
    task: ClassVar[str] = "rbf"

    units: int = field(converter=integer, metadata=count("U"))

    @override
    def output_of(self, x: Shape, /) -> Shape:
        return Shape.made((), self.units)

    @override
    def weights(self, x: Shape, /) -> int:
        return x.size * self.units

    @override
    def biases(self, x: Shape, /) -> int:
        return 0

    @override
    def macs_of(self, x: Shape, y: Shape, /) -> int:
        return self.weights(x)

    @override
    def connections_of(self, x: Shape, y: Shape, /) -> int:
        return self.weights(x)

    @override
    def trainable_params_of(self, x: Shape, /) -> int:
        return 0

    @override
    def reach(self, x: Shape, /) -> Reach:
        return LOCAL if x.positions == 1 else GLOBAL

    @override
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (self.units,)
