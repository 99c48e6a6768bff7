"""Layers without an input, or of several: where data enters and branches join."""

from __future__ import annotations

import sys
from abc import abstractmethod
from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.errors import ShapeError
from cnncalc.layers.base import NOTHING, Kept, Layer
from cnncalc.layers.window import LOCAL, Reach
from cnncalc.sizes.shape import Shape, ShapeLike

__all__ = ["Add", "Concat", "Input", "Join", "Multiply"]


class Join(Layer):
    """A layer of any number of inputs, without parameters, connections or MACs."""

    __slots__ = ()

    arity: ClassVar[tuple[int, int]] = (1, sys.maxsize)
    keeps: ClassVar[str | None] = ""

    @override
    @abstractmethod
    def output(self, *xs: Shape) -> Shape: ...

    @override
    def params(self, *xs: Shape) -> int:
        return 0

    @override
    def trainable_params(self, *xs: Shape) -> int:
        return 0

    @override
    def buffers(self, *xs: Shape) -> int:
        return 0

    @override
    def connections(self, *xs: Shape) -> int:
        return 0

    @override
    def macs(self, *xs: Shape) -> int:
        return 0

    @override
    def filters_of(self, *xs: Shape) -> None:
        return None

    @override
    def biases(self, *xs: Shape) -> int:
        return 0

    @override
    def bias_uses(self, *xs: Shape) -> int:
        return 0

    @override
    def weights_per_tap(self, *xs: Shape) -> int:
        return 0

    @override
    def reach(self, *xs: Shape) -> Reach:
        return LOCAL

    @override
    def keeps_besides(self, *xs: Shape) -> Kept:
        return NOTHING


def _shape(value: ShapeLike) -> Shape:
    return Shape.of(value)


@final
@frozen(eq=False, repr=False)
class Input(Join):
    """Where data enters a network.

    Args:
        shape: The shape of what enters.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        Nothing → *shape*.

    Counting:
        Nothing counts.

    Source:
        A network's own; it has no row of its own in a report.

    Example:
        >>> from cnncalc import Input, Shape
        >>> print(Input(Shape(32, 32, 1)).output())
        32×32×1
    """

    stem: ClassVar[str] = "input"
    arity: ClassVar[tuple[int, int]] = (0, 0)

    shape: Shape = field(converter=_shape)

    @override
    def output(self, *xs: Shape) -> Shape:
        return self.shape

    @property
    @override
    def role(self) -> str:
        return "input"


def _same_size(first: Shape, other: Shape) -> bool:
    return (first.height, first.width) == (other.height, other.width)


def _mismatch(number: int, first: Shape, other: Shape) -> ShapeError:
    """Return the error of two inputs that should have the same shape."""
    why = f"its inputs 1 and {number} differ: {first} and {other}"
    if _same_size(first, other) and first.is_vector == other.is_vector:
        fix = f"Put a 1×1 convolution of {first.channels} filters on input {number}"
    else:
        fix = f"Use strides and paddings that bring input {number} to {first}"
    return ShapeError(why, fix)


@final
class Add(Join):
    """Add its inputs, value by value.

    Args:
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C from each input → H×W×C.

    Counting:
        Nothing counts.

    Raises:
        ShapeError: If the inputs differ in shape.

    Source:
        He et al. 2015, https://arxiv.org/abs/1512.03385, §3.2.

    Example:
        >>> from cnncalc import Add, Shape
        >>> print(Add().output(Shape(56, 56, 64), Shape(56, 56, 64)))
        56×56×64
    """

    __slots__ = ()

    stem: ClassVar[str] = "add"
    inplace: ClassVar[bool] = True

    @override
    def output(self, *xs: Shape) -> Shape:
        for number, x in enumerate(xs[1:], 2):
            if x != xs[0]:
                raise _mismatch(number, xs[0], x)
        return xs[0]

    @property
    @override
    def role(self) -> str:
        return "add"


@final
class Multiply(Join):
    """Multiply its inputs, value by value.

    Args:
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C from the first input; each other input is H×W×C too, or is spread over
        it: C or 1×1×C (a factor for each channel), H×W×1 (one for each position).

    Counting:
        Nothing counts: these are no multiplications by weights.

    Raises:
        ShapeError: If an input can not be spread over the first.

    Source:
        Hu et al. 2017, https://arxiv.org/abs/1709.01507, equation 4.

    Example:
        >>> from cnncalc import Multiply, Shape
        >>> print(Multiply().output(Shape(56, 56, 64), Shape.of(64)))
        56×56×64
    """

    __slots__ = ()

    stem: ClassVar[str] = "multiply"
    keeps: ClassVar[str | None] = "factors"
    is_gate: ClassVar[bool] = True

    @override
    def output(self, *xs: Shape) -> Shape:
        first = xs[0]
        for number, x in enumerate(xs[1:], 2):
            fits = x.positions == 1 or _same_size(first, x)
            if not fits or x.channels not in {1, first.channels}:
                why = f"its inputs 1 and {number} differ: {first} and {x}"
                fix = f"Bring input {number} to {first}, to {first.channels} or to "
                fix += f"{first.height}×{first.width}×1"
                raise ShapeError(why, fix)
        return first

    @property
    @override
    def role(self) -> str:
        return "multiply"


@final
class Concat(Join):
    """Stack its inputs along the channels.

    Args:
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C₁, H×W×C₂, ... → H×W×(C₁ + C₂ + ...); vectors become one vector.

    Counting:
        Nothing counts.

    Raises:
        ShapeError: If the inputs differ in height or width, or vectors meet maps.

    Source:
        Szegedy et al. 2014, https://arxiv.org/abs/1409.4842, figure 2.

    Example:
        >>> from cnncalc import Concat, Shape
        >>> print(Concat().output(*(Shape(28, 28, c) for c in (64, 128, 32, 32))))
        28×28×256
    """

    __slots__ = ()

    stem: ClassVar[str] = "concat"

    @override
    def output(self, *xs: Shape) -> Shape:
        first = xs[0]
        for number, x in enumerate(xs[1:], 2):
            if not _same_size(first, x) or x.is_vector != first.is_vector:
                why = f"its inputs 1 and {number} differ: {first} and {x}"
                size = f"{first.height}×{first.width}"
                fix = f"Use strides and paddings that bring input {number} to {size}"
                raise ShapeError(why, fix)
        channels = sum(x.channels for x in xs)
        return Shape(first.height, first.width, channels, is_vector=first.is_vector)

    @property
    @override
    def role(self) -> str:
        return "concat"
