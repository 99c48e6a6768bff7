"""Layers whose every output sees the whole input."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer, optional_integer
from cnncalc.layers.base import Layer, Saves, Weighted
from cnncalc.layers.fields import AXIS, PARAMETRIZATION, count, flag, optional
from cnncalc.sizes.axes import axis_of
from cnncalc.sizes.number import product
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import GLOBAL, LOCAL, Reach

__all__ = ["FC"]


@final
@frozen(eq=False, repr=False)
class FC(Weighted):
    """Connect every unit with every input: a fully connected layer.

    Args:
        units: Number of units.
        bias: Whether each unit has a bias.
        axis: Which axis it weighs, at each place of the others: -1 are the channels, so
            that it is a linear layer at each position, as of tokens; 0 is the first
            axis. None leaves that to *flatten*.
        flatten: See a map as one vector. False applies the layer at each position of
            a sequence, map or volume, over its channels, as an *axis* of -1 does.
        parametrization: As of `Conv2d`.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        H×W×C or n → units; with ``axis=-1`` H×W×C → H×W×units, with ``axis=0`` H×W×C →
        units×W×C, and with other axes likewise.

    Counting:
        Parameters: inputs × units, and a bias for each unit. MACs: the weights, as
        often as there are positions. Connections: MACs, and one for each biased
        output.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If what reaches it does not have the *axis*.

    Source:
        LeCun et al. 1998, §II.B: F6 has 10,164 parameters and connections.

    Example:
        >>> from cnncalc import FC, Shape
        >>> fc1, x = FC(120), Shape(5, 5, 16)
        >>> print(fc1.output(x), fc1.params(x), fc1.formula("params", x))
        120 48120 5×5×16×120 + 120
    """

    task: ClassVar[str] = "linear"

    units: int = field(converter=integer, metadata=count("U"))
    axis: int | None = field(
        default=None, converter=optional_integer, kw_only=True, metadata=optional(AXIS)
    )
    bias: bool = field(default=True, kw_only=True, metadata=flag())
    flatten: bool = field(default=True, kw_only=True, metadata=flag())

    parametrization: str | None = field(
        default=None, kw_only=True, metadata=PARAMETRIZATION
    )

    @override
    def check(self) -> None:
        if self.axis is not None:  # the channels are said in one way
            object.__setattr__(self, "flatten", self.axis != -1)
            object.__setattr__(self, "axis", None if self.axis == -1 else self.axis)

    def _weighed(self, x: Shape) -> int | None:
        """Return which axis it weighs; None of all values together."""
        if self.axis is not None:
            return axis_of(self.axis, x)
        return None if self.flatten else x.rank

    def _everywhere(self, number: int, x: Shape) -> int:
        """Return a number once for each place at which it weighs."""
        axis = self._weighed(x)
        places = () if axis is None else x[:axis] + x[axis + 1 :]
        return number * product(places) if places else number

    @override
    def output_of(self, x: Shape, /) -> Shape:
        axis = self._weighed(x)
        if axis is None:
            return Shape.made((), self.units)
        sizes = (*x[:axis], self.units, *x[axis + 1 :])
        return Shape.made(sizes[:-1], sizes[-1])

    @override
    def weights(self, x: Shape, /) -> int:
        axis = self._weighed(x)
        return (x.size if axis is None else x[axis]) * self.units

    @override
    def biases(self, x: Shape, /) -> int:
        return self.units if self.bias else 0

    @override
    def macs_of(self, x: Shape, y: Shape, /) -> int:
        return self._everywhere(self.weights(x), x)

    @override
    def connections_of(self, x: Shape, y: Shape, /) -> int:
        return self._everywhere(self.linked(x), x)

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        if self.axis is not None and self.trainable:
            return Saves(extra=x.size)  # the copy with that axis last
        return Saves("inputs" if self.trainable else "")

    @override
    def reach(self, x: Shape, /) -> Reach:
        if x.positions == 1 or self._weighed(x) == x.rank:
            return LOCAL
        return None if self.axis is not None and x.rank > 1 else GLOBAL

    @override
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (self.units,)

    @override
    def stages(self, x: Shape, /) -> tuple[Layer, ...]:
        alone = x.positions == 1 or self._weighed(x) is not None
        if alone:
            return (self,)
        from cnncalc.layers.reshape import Flatten

        return Flatten(), self
