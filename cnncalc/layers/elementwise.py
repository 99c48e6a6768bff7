"""Layers that put several inputs together, value by value, as NumPy broadcasts them.

Shapes are compared from the channels backwards: sizes that differ must be 1, and are
spread; so is what one shape has no axis for. So a gate may stand first or second.

Source:
    NumPy, https://numpy.org/doc/stable/user/basics.broadcasting.html
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.errors import ShapeError
from cnncalc.layers.base import Saves
from cnncalc.layers.fields import choice
from cnncalc.layers.input import Join
from cnncalc.sizes.axes import axis_names, kind_of
from cnncalc.sizes.number import holds, in_symbols, is_one_of
from cnncalc.sizes.shape import Shape

if TYPE_CHECKING:
    from cnncalc.sizes.places import Place

__all__ = [
    "Add",
    "Divide",
    "Elementwise",
    "Maximum",
    "Minimum",
    "Multiply",
    "Power",
    "Subtract",
]

COMPARISONS = (
    *("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"),
    *("logical_and", "logical_or", "logical_xor"),
)
OPERATIONS = (
    *("add", "subtract", "multiply", "divide", "maximum", "minimum", "power"),
    *("floor_divide", "remainder", "arctan2", *COMPARISONS),
)
_ANY_NUMBER = {"add", "multiply", "maximum", "minimum"}
_PAIRS = (2, 2)
# What PyTorch's derivatives ask for; those that are not here ask for nothing.
_SAVES = {
    "multiply": "factors",
    "divide": "quotient",
    "maximum": "pair",
    "minimum": "pair",
    "power": "pair and output",
    "remainder": "pair for the second",
    "arctan2": "pair",
}


class Broadcast(Join):
    """A join of inputs whose values are put together one by one."""

    __slots__ = ()

    operation: str  # what is done with two values

    @override
    def output_of(self, *xs: Shape) -> Shape:
        first = xs[0]
        for number, x in enumerate(xs[1:], 2):
            # In symbols each axis is compared by itself: 1 fits whatever the other is.
            if in_symbols((*first, *x)) or x != first:
                first = _spread(xs[0], first, number, x)
        return first

    @override
    def input_place(
        self, number: int, xs: tuple[Shape, ...], place: Place, /
    ) -> Place | None:
        space = xs[number].space
        own = place[len(place) - len(space) :]
        return tuple(
            [range(1) if n == 1 else some for n, some in zip(space, own, strict=True)]
        )

    @override
    def saves(self, *xs_and_y: Shape) -> Saves:
        words = _SAVES.get(self.operation, "")
        if not words:
            return Saves(stops=self.operation in COMPARISONS)
        *xs, _ = xs_and_y
        between = [self.output_of(*xs[:count]).size for count in range(2, len(xs))]
        return Saves(words, between=tuple(between))

    @property
    @override
    def role(self) -> str:
        return "compare" if self.operation in COMPARISONS else self.operation

    @property
    @override
    def default_name(self) -> str:
        ends_in_digit = self.operation[-1].isdigit()  # arctan2_1, not arctan21
        return f"{self.operation}_" if ends_in_digit else self.operation


def _spread(given: Shape, first: Shape, number: int, x: Shape) -> Shape:
    """Return the shape that two are spread to.

    Args:
        given: The first input, for the message.
        first: What the inputs before this one are spread to.
        number: Which input this is, counted from 1.
        x: Its shape.

    Raises:
        ShapeError: If they do not fit.
    """
    rank = max(len(first), len(x))
    one, other = [(1,) * (rank - len(part)) + tuple(part) for part in (first, x)]
    sizes = []
    a: Any
    for a, b in zip(one, other, strict=True):
        known, open_ = (b, a) if type(b) is int else (a, b)
        both = hasattr(a, "spread_with") and hasattr(b, "spread_with")
        spread = a.spread_with(b) if both else None
        if spread is not None:
            sizes.append(spread)
        elif type(a) is type(b) and holds(a == b):
            sizes.append(a)
        elif known == 1:
            sizes.append(open_)
        elif is_one_of(open_, (1, known)):
            sizes.append(known)
        else:
            why = f"its inputs 1 and {number} differ: {given} and {x}"
            raise ShapeError(why, _advice(first, number, x))
    return Shape.made(tuple(sizes[:-1]), sizes[-1])


def _advice(first: Shape, number: int, x: Shape) -> str:
    """Return what helps where an input cannot be spread over the first."""
    if in_symbols((*x, *first)):
        return "Make their sizes alike, or 1"
    if x.rank != first.rank:
        if x.is_vector:
            return f"Put a linear layer of {first.channels} units on input {number}"
        sizes = "×".join(map(str, first))
        return (
            "Sizes are compared from the channels backwards: reshape input "
            f"{number} to what spreads to {sizes}, as {_ones(first)} does"
        )
    if x.space == first.space or 1 in {x.positions, first.positions}:
        if first.is_vector:
            return f"Put a linear layer of {first.channels} units on input {number}"
        one = "×".join("1" * first.rank)
        return f"Put a {one} convolution of {first.channels} filters on input {number}"
    return _resized(first, number, x)


def _ones(x: Shape) -> str:
    return "×".join([*("1" * x.rank), str(x.channels)])


def _resized(first: Shape, number: int, x: Shape) -> str:
    """Return what brings one space to the size of another."""
    pairs = list(zip(first.space, x.space, strict=True))
    apart = [(a, b) for a, b in pairs if a != b]
    size = "×".join(map(str, first.space))
    if {first.channels, x.channels} != {first.channels} and 1 not in {
        first.channels,
        x.channels,
    }:
        size += f", and its {x.channels} channels to {first.channels}"
    if any(max(a, b) < 2 * min(a, b) for a, b in apart):
        return (
            f"Bring input {number} to {size}: by paddings that keep the size, or a Crop"
        )
    larger = all(b > a for a, b in apart)
    smaller = all(a > b for a, b in apart)
    if larger:
        return f"Bring input {number} to {size}: by strides or a pool"
    if smaller:
        return (
            f"Bring input {number} to {size}: by an Upsample, or strides on the other"
        )
    names = " and ".join(axis_names(first.rank))
    if [a for a, _ in pairs] == [b for _, b in reversed(pairs)]:
        return f"Their {names} are exchanged: put a Permute on input {number}"
    return f"Bring input {number} to {size}; it is another {kind_of(first.rank)}"


@final
class Add(Broadcast):
    """Add its inputs, value by value.

    Args:
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C from each input → H×W×C; what has size 1 along an axis, or is a vector of
        C, is spread over the others.

    Counting:
        Nothing counts.

    Raises:
        ShapeError: If the inputs cannot be spread to one shape.

    Source:
        He et al. 2015, https://arxiv.org/abs/1512.03385, §3.2.

    Example:
        >>> from cnncalc import Add, Shape
        >>> print(Add().output(Shape(56, 56, 64), Shape(56, 56, 64)))
        56×56×64
        >>> rows, columns = Shape(56, 1, 8), Shape(1, 9, 8)
        >>> print(Add().output(64, (56, 56, 64)), Add().output(rows, columns))
        56×56×64 56×9×8
    """

    __slots__ = ()

    inplace: ClassVar[bool] = True
    operation = "add"


@final
class Subtract(Broadcast):
    """Subtract the second input from the first, value by value.

    Args:
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        As of `Add`, of two inputs.

    Counting:
        Nothing counts.

    Raises:
        ShapeError: If the inputs cannot be spread to one shape.

    Source:
        NumPy's `subtract`.

    Example:
        >>> from cnncalc import Shape, Subtract
        >>> print(Subtract().output(Shape(3, 3, 3, 64), Shape(1, 1, 1, 64)))
        3×3×3×64
    """

    __slots__ = ()

    arity: ClassVar[tuple[int, int]] = _PAIRS
    operation = "subtract"


@final
class Multiply(Broadcast):
    """Multiply its inputs, value by value.

    Args:
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C from each input → H×W×C. A gate, which stands first or second, is spread
        over it: C or 1×1×C (a factor for each channel), H×W×1 (one for each position),
        H×1×C, and whatever else has size 1 along an axis.

    Counting:
        Nothing counts: these are no multiplications by weights.

    Raises:
        ShapeError: If the inputs cannot be spread to one shape.

    Source:
        Hu et al. 2017, https://arxiv.org/abs/1709.01507, equation 4.

    Example:
        >>> from cnncalc import Multiply, Shape
        >>> print(Multiply().output(Shape(56, 56, 64), Shape.of(64)))
        56×56×64
    """

    __slots__ = ()

    is_gate: ClassVar[bool] = True
    operation = "multiply"


@final
class Divide(Broadcast):
    """Divide the first input by the second, value by value.

    Args:
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        As of `Add`, of two inputs.

    Counting:
        Nothing counts.

    Raises:
        ShapeError: If the inputs cannot be spread to one shape.

    Source:
        NumPy's `divide`.

    Example:
        >>> from cnncalc import Divide, Shape
        >>> print(Divide().output(Shape(7, 7, 64), Shape(7, 7, 1)))
        7×7×64
    """

    __slots__ = ()

    arity: ClassVar[tuple[int, int]] = _PAIRS
    operation = "divide"


@final
class Maximum(Broadcast):
    """Take the largest of its inputs, value by value.

    Args:
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        As of `Add`.

    Counting:
        Nothing counts.

    Raises:
        ShapeError: If the inputs cannot be spread to one shape.

    Source:
        Goodfellow et al. 2013, https://arxiv.org/abs/1302.4389, §3.

    Example:
        >>> from cnncalc import Maximum, Shape
        >>> print(Maximum().output(Shape(28, 28, 64), Shape(28, 28, 64)))
        28×28×64
    """

    __slots__ = ()

    operation = "maximum"


@final
class Minimum(Broadcast):
    """Take the smallest of its inputs, value by value.

    Args:
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        As of `Add`.

    Counting:
        Nothing counts.

    Raises:
        ShapeError: If the inputs cannot be spread to one shape.

    Source:
        NumPy's `minimum`.

    Example:
        >>> from cnncalc import Minimum, Shape
        >>> print(Minimum().output(Shape(28, 28, 64), 1))
        28×28×64
    """

    __slots__ = ()

    operation = "minimum"


@final
class Power(Broadcast):
    """Raise the first input to the power of the second, value by value.

    Args:
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        As of `Add`, of two inputs.

    Counting:
        Nothing counts.

    Raises:
        ShapeError: If the inputs cannot be spread to one shape.

    Source:
        NumPy's `power`.

    Example:
        >>> from cnncalc import Power, Shape
        >>> print(Power().output(Shape(14, 14, 512), 1))
        14×14×512
    """

    __slots__ = ()

    arity: ClassVar[tuple[int, int]] = _PAIRS
    operation = "power"


@final
@frozen(eq=False, repr=False)
class Elementwise(Broadcast):
    """Put its inputs together by an operation, value by value.

    Args:
        operation: "add", "subtract", "multiply", "divide", "maximum", "minimum" or
            "power", which have classes of their own, too; "floor_divide", "remainder"
            or "arctan2"; or a comparison, which puts out a mask: "equal", "not_equal",
            "less", "less_equal", "greater", "greater_equal", "logical_and",
            "logical_or" or "logical_xor".
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        As of `Add`: of any number of inputs where their order does not matter, else of
        two.

    Counting:
        Nothing counts. A value of a mask takes a byte, whatever the others take, and no
        gradient passes it.

    Raises:
        ConfigError: If there is no such operation.
        ShapeError: If the inputs cannot be spread to one shape.

    Source:
        NumPy's functions of these names.

    Example:
        >>> from cnncalc import Elementwise, Shape
        >>> print(Elementwise("remainder").output(Shape(7, 7, 64), Shape(7, 1, 64)))
        7×7×64
    """

    operation: str = field(metadata=choice(*OPERATIONS))

    @property
    @override
    def arity(self) -> tuple[int, int]:  # type: ignore[override]
        return (1, sys.maxsize) if self.operation in _ANY_NUMBER else _PAIRS

    @property
    @override
    def is_gate(self) -> bool:  # type: ignore[override]
        return self.operation == "multiply"

    @property
    @override
    def inplace(self) -> bool:  # type: ignore[override]
        return self.operation == "add"

    @property
    @override
    def flowing_type(self) -> str | None:  # type: ignore[override]
        return "uint8" if self.operation in COMPARISONS else None
