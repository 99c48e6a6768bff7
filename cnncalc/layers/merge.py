"""Layers of several inputs: where branches join."""

from __future__ import annotations

from typing import ClassVar, final

from cnncalc._typing import override
from cnncalc.errors import ShapeError
from cnncalc.layers.base import Saves
from cnncalc.layers.input import Join
from cnncalc.sizes.axes import kind_of
from cnncalc.sizes.shape import Shape

__all__ = ["Add", "Concat", "Multiply"]


def _mismatch(number: int, first: Shape, other: Shape) -> ShapeError:
    """Return the error of two inputs that should have the same shape."""
    why = f"its inputs 1 and {number} differ: {first} and {other}"
    if first.space == other.space:
        one = "×".join("1" * first.rank)
        fix = f"Put a {one} convolution of {first.channels} filters on input {number}"
        if first.is_vector:
            fix = f"Put a linear layer of {first.channels} units on input {number}"
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

    @override
    def output_of(self, *xs: Shape) -> Shape:
        for number, x in enumerate(xs[1:], 2):
            if x != xs[0]:
                raise _mismatch(number, xs[0], x)
        return xs[0]

    @property
    @override
    def inplace(self) -> bool:
        return True

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
    is_gate: ClassVar[bool] = True

    @override
    def output_of(self, *xs: Shape) -> Shape:
        first = xs[0]
        for number, x in enumerate(xs[1:], 2):
            fits = x.positions == 1 or x.space == first.space
            if not fits or x.channels not in {1, first.channels}:
                why = f"its inputs 1 and {number} differ: {first} and {x}"
                fix = f"Bring input {number} to {first}, to {first.channels} or to "
                fix += str(Shape.made(first.space, 1))
                raise ShapeError(why, fix)
        return first

    @override
    def saves(self, *xs_and_y: Shape) -> Saves:
        return Saves("factors")

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
        ShapeError: If the inputs differ in a size other than their channels.

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
    def output_of(self, *xs: Shape) -> Shape:
        first = xs[0]
        for number, x in enumerate(xs[1:], 2):
            if x.space != first.space:
                why = f"its inputs 1 and {number} differ: {first} and {x}"
                size = "×".join(map(str, first.space)) or f"a {kind_of(0)}"
                fix = f"Use strides and paddings that bring input {number} to {size}"
                raise ShapeError(why, fix)
        return Shape.made(first.space, sum([x.channels for x in xs]))

    @property
    @override
    def role(self) -> str:
        return "concat"
