"""Layers of several inputs: where branches join."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer
from cnncalc.errors import ShapeError
from cnncalc.layers.fields import AXIS, flag
from cnncalc.layers.input import Join
from cnncalc.sizes.axes import axis_of, kind_of
from cnncalc.sizes.places import Place, inside
from cnncalc.sizes.shape import Shape, ShapeLike
from cnncalc.sizes.window import LOCAL, Reach, Window

__all__ = ["Concat", "Constant", "Parameter", "Stack"]


def _shape(value: ShapeLike) -> Shape:
    return Shape.of(value)


@final
@frozen(eq=False, repr=False)
class Concat(Join):
    """Put its inputs one behind the other along an axis, mostly the channels.

    Args:
        axis: Along which axis; -1 is the channels.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C₁, H×W×C₂, ... → H×W×(C₁ + C₂ + ...); vectors become one vector, and along
        another axis its sizes add up likewise.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If *axis* is no integer.
        ShapeError: If the inputs differ in another size, or there is no such axis.

    Source:
        Szegedy et al. 2014, https://arxiv.org/abs/1409.4842, figure 2.

    Example:
        >>> from cnncalc import Concat, Shape
        >>> print(Concat().output(*(Shape(28, 28, c) for c in (64, 128, 32, 32))))
        28×28×256
        >>> print(Concat(axis=0).output(Shape(1, 768), Shape(196, 768)))
        197×768
    """

    task: ClassVar[str] = "concat"

    axis: int = field(default=-1, converter=integer, metadata=AXIS)

    @override
    def output_of(self, *xs: Shape) -> Shape:
        first = xs[0]
        axis = axis_of(self.axis, first)
        for number, x in enumerate(xs[1:], 2):
            if len(x) != len(first) or _others(x, axis) != _others(first, axis):
                raise _apart(first, number, x, axis)
        sizes = list(first)
        sizes[axis] = sum([x[axis] for x in xs])
        return Shape.made(tuple(sizes[:-1]), sizes[-1])

    @override
    def reach(self, *xs: Shape) -> Reach:
        # Along an axis of space the units of an input stand at other places.
        local = axis_of(self.axis, xs[0]) == xs[0].rank or len(xs) == 1
        return LOCAL if local else None

    @override
    def input_place(
        self, number: int, xs: tuple[Shape, ...], place: Place, /
    ) -> Place | None:
        x = xs[number]
        axis = axis_of(self.axis, x)
        if axis == x.rank:
            return place
        steps = [0] * x.rank
        steps[axis] = sum([before[axis] for before in xs[:number]])
        return inside(Window(1, 1, tuple(steps)), x.space, place)


def _others(x: Shape, axis: int) -> tuple[int, ...]:
    """Return the sizes of a shape but for one."""
    return (*x[:axis], *x[axis + 1 :])


def _apart(first: Shape, number: int, x: Shape, axis: int) -> ShapeError:
    """Return the error of an input that cannot stand behind the first along an axis."""
    why = f"its inputs 1 and {number} differ: {first} and {x}"
    if axis == first.rank:
        size = "×".join(map(str, first.space)) or f"a {kind_of(0)}"
        fix = f"Use strides and paddings that bring input {number} to {size}"
    else:
        sizes = list(map(str, first))
        sizes[axis] = "any"
        fix = f"Bring input {number} to {'×'.join(sizes)}"
    return ShapeError(why, fix)


@final
@frozen(eq=False, repr=False)
class Stack(Join):
    """Put its inputs beside each other along a new axis; of one input, add an axis.

    Args:
        axis: Where the new axis stands in the output; -1 is that of the channels.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        n inputs of H×W×C → n×H×W×C, H×n×W×C, H×W×n×C or H×W×C×n.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If *axis* is no integer.
        ShapeError: If the inputs differ, or there is no such place for an axis.

    Source:
        NumPy's `stack`.

    Example:
        >>> from cnncalc import Shape, Stack
        >>> print(Stack(0).output(*[Shape(112, 112, 3)] * 16))
        16×112×112×3
    """

    task: ClassVar[str] = "move"

    axis: int = field(default=0, converter=integer, metadata=AXIS)

    @override
    def output_of(self, *xs: Shape) -> Shape:
        first = xs[0]
        for number, x in enumerate(xs[1:], 2):
            if x != first:
                why = f"its inputs 1 and {number} differ: {first} and {x}"
                raise ShapeError(why, f"Bring input {number} to {first}")
        axis = axis_of(self.axis, first, more=1)
        sizes = (*first[:axis], len(xs), *first[axis:])
        return Shape.made(sizes[:-1], sizes[-1])

    @override
    def reach(self, *xs: Shape) -> Reach:
        return LOCAL if xs[0].positions == 1 == len(xs) else None

    @override
    def input_place(
        self, number: int, xs: tuple[Shape, ...], place: Place, /
    ) -> Place | None:
        x = xs[number]
        axis = axis_of(self.axis, x, more=1)
        if axis < len(place):
            own = place[axis]
            here = number in own
            rest = (*place[:axis], *place[axis + 1 :])
            return rest[: x.rank] if here else (range(0),)
        return place[: x.rank]


@final
@frozen(eq=False, repr=False)
class Parameter(Join):
    """Put out weights of its own, whatever reaches the network.

    A class token, a position embedding, a learned scalar or a table is one. It is a
    node without inputs: in a `Builder`, ``g.add(Parameter((197, 768)))``; in a chain,
    ``net.add_parameter((197, 768))`` adds one to what reaches it. Used several times,
    it counts once.

    Args:
        shape: The shape of the weights; an int is a vector, and 1 a scalar.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        Nothing → *shape*.

    Counting:
        Parameters: its values. They are weights, no activations, and no input of the
        network is seen through them. No connections, no MACs.

    Raises:
        ConfigError: If *shape* is none.

    Source:
        PyTorch's `Parameter`.

    Example:
        >>> from cnncalc import Add, Builder, Parameter
        >>> g = Builder()
        >>> x = g.input((197, 768))
        >>> net = g.graph(g.add(Add(), x, g.add(Parameter((197, 768)))))
        >>> net.params, net["parameter1"].formula, net.output
        (151296, 197×768, Shape(197, 768))
    """

    task: ClassVar[str] = "parameter"
    arity: ClassVar[tuple[int, int]] = (0, 0)
    is_parameter: ClassVar[bool] = True

    shape: Shape = field(converter=_shape, metadata={"is_shape": True})

    @override
    def output_of(self, *xs: Shape) -> Shape:
        return self.shape

    @override
    def params_of(self, *xs: Shape) -> int:
        return self.shape.size


@final
@frozen(eq=False, repr=False)
class Constant(Join):
    """Put out values that never change: a mask, or coordinates.

    It is a node without inputs, as a `Parameter` is.

    Args:
        shape: The shape of the values; an int is a vector, and 1 a scalar.
        kept: Whether a model keeps them with its weights; else they are made anew each
            time.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        Nothing → *shape*.

    Counting:
        Buffers: its values, if they are *kept*. They are no parameters and no
        activations, and no input of the network is seen through them. No connections,
        no MACs.

    Raises:
        ConfigError: If a field is no such thing.

    Source:
        PyTorch's `register_buffer`.

    Example:
        >>> from cnncalc import Constant
        >>> mask = Constant((64, 1, 49, 49), kept=False)
        >>> Constant((15, 15, 2)).buffers(), mask.buffers()
        (450, 0)
    """

    task: ClassVar[str] = "parameter"
    arity: ClassVar[tuple[int, int]] = (0, 0)
    is_parameter: ClassVar[bool] = True

    shape: Shape = field(converter=_shape, metadata={"is_shape": True})
    kept: bool = field(default=True, kw_only=True, metadata=flag())

    @override
    def output_of(self, *xs: Shape) -> Shape:
        return self.shape

    @override
    def buffers_of(self, *xs: Shape) -> int:
        return self.shape.size if self.kept else 0
