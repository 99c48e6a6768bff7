"""The output layer of LeNet-5: distances from fixed patterns."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer
from cnncalc.layers.base import Weighted
from cnncalc.layers.fields import count
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import GLOBAL, LOCAL, Reach

__all__ = ["RBF"]


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
