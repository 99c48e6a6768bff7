"""Layers that compute over whole axes, or a function of each value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.layers.base import Free, Saves
from cnncalc.layers.fields import ANY_AXES, choice, each_of, flag, one_or_more, optional
from cnncalc.sizes.axes import axis_of
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import GLOBAL, LOCAL, Reach, Window

if TYPE_CHECKING:
    from cnncalc.sizes.places import Place

__all__ = ["Function", "Reduce"]


def _axes(value: Any) -> int | tuple[int, ...] | None:
    return cast("int | tuple[int, ...] | None", one_or_more(value))


@final
@frozen(eq=False, repr=False)
class Reduce(Free):
    """Summarise all values along axes by one: their mean, sum, largest or smallest.

    Args:
        op: "mean", "sum", "max" or "min".
        axes: Along which axes: an int, or several; -1 is the channels, and None all.
        keep: Keep them, with size 1.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → without these axes, or with size 1 in their place; of all axes, 1.

    Counting:
        Connections: one for each input. No parameters, no MACs.

    Raises:
        ConfigError: If a field is no such thing, or an axis is named twice.
        ShapeError: If there is no such axis.

    Source:
        NumPy's functions of these names; PyTorch's `amax`.

    Example:
        >>> from cnncalc import Reduce, Shape
        >>> x = Shape(56, 56, 64)
        >>> print(Reduce("max", keep=True).output(x), Reduce(axes=(0, 1)).output(x))
        56×56×1 64
    """

    task: ClassVar[str] = "reduce"

    op: str = field(default="mean", metadata=choice("mean", "sum", "max", "min"))
    axes: int | tuple[int, ...] | None = field(
        default=-1,
        converter=_axes,
        metadata={
            **optional(ANY_AXES),
            "expected": "an axis, a tuple of them, or None; -1 is the channels",
        },
    )
    keep: bool = field(default=False, kw_only=True, metadata=flag())

    @override
    def check(self) -> None:
        if isinstance(self.axes, tuple) and len(set(self.axes)) < len(self.axes):
            why = f"its axes {self.axes} name one twice"
            raise ConfigError(why, "Name each once", self.class_name)

    def _gone(self, x: Shape) -> set[int]:
        """Return along which axes of a shape it works."""
        if self.axes is None:
            return set(range(len(x)))
        found = [axis_of(axis, x) for axis in each_of(self.axes)]
        if len(set(found)) < len(found):
            why = f"its axes {self.axes} name one of {x} twice"
            raise ShapeError(why, "Name each once")
        return set(found)

    @override
    def output_of(self, x: Shape, /) -> Shape:
        gone = self._gone(x)
        sizes = [
            1 if axis in gone else size
            for axis, size in enumerate(x)
            if self.keep or axis not in gone
        ] or [1]
        return Shape.made(tuple(sizes[:-1]), sizes[-1])

    @override
    def connections_of(self, x: Shape, y: Shape, /) -> int:
        return x.size

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        if self.op in {"mean", "sum"}:  # which need the sizes alone
            return Saves()
        return Saves("inputs and output")

    @override
    def reach(self, x: Shape, /) -> Reach:
        gone = {axis for axis in self._gone(x) if axis < x.rank and x[axis] != 1}
        if not gone:
            return LOCAL if self.keep or x.positions == 1 else None
        if all(x[axis] == 1 or axis in gone for axis in range(x.rank)):
            return GLOBAL
        if not self.keep:
            return None
        sizes = tuple([x[axis] if axis in gone else 1 for axis in range(x.rank)])
        return Window(sizes, sizes, 0)

    @override
    def input_positions(self, x: Shape, place: Place, /) -> Place:
        gone = self._gone(x)
        kept = [axis for axis in range(x.rank) if self.keep or axis not in gone]
        # Where the channels go, the last axis takes their place, and all of it is seen.
        own = dict(zip(kept, place, strict=False))
        return tuple(
            [
                range(size) if axis in gone else own.get(axis, range(size))
                for axis, size in enumerate(x.space)
            ]
        )


# The functions, with the tensors that PyTorch saves for each, and how many operations a
# value takes: a comparison, a division and a function of the processor's are one each.
_FUNCTIONS = {
    "abs": ("inputs", 1),
    "ceil": ("", 1),
    "clip": ("inputs", 2),
    "cos": ("inputs", 1),
    "cosh": ("inputs", 1),
    "erf": ("inputs", 1),
    "exp": ("output", 1),
    "expm1": ("output", 2),
    "floor": ("", 1),
    "log": ("inputs", 1),
    "log10": ("inputs", 1),
    "log1p": ("inputs", 2),
    "log2": ("inputs", 1),
    "negative": ("", 1),
    "power": ("inputs", 1),
    "reciprocal": ("output", 1),
    "round": ("", 1),
    "rsqrt": ("output", 2),
    "scale": ("", 1),
    "shift": ("", 1),
    "sign": ("", 1),
    "sin": ("inputs", 1),
    "sinh": ("inputs", 1),
    "sqrt": ("output", 1),
    "square": ("inputs", 1),
    "tan": ("output", 1),
}


@final
@frozen(eq=False, repr=False)
class Function(Free):
    """Apply a mathematical function to each value.

    Those that networks have for an activation, such as "tanh" and "sigmoid", are of
    `Activation`.

    Args:
        function: "abs", "ceil", "clip", "cos", "cosh", "erf", "exp", "expm1", "floor",
            "log", "log10", "log1p", "log2", "negative", "power" (of a fixed number),
            "reciprocal", "round", "rsqrt", "scale" (by a fixed number), "shift"
            (likewise), "sign", "sin", "sinh", "sqrt", "square" or "tan".
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        Any → the same.

    Counting:
        Nothing counts.

    Raises:
        ConfigError: If there is no such function.

    Source:
        NumPy's functions of these names.

    Example:
        >>> from cnncalc import Function, Shape
        >>> print(Function("sqrt").output(Shape(56, 56, 64)))
        56×56×64
    """

    task: ClassVar[str] = "function"

    function: str = field(metadata=choice(*_FUNCTIONS))

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        return Saves(_FUNCTIONS[self.function][0])

    @property
    @override
    def flops_per_value(self) -> int:  # type: ignore[override]
        return _FUNCTIONS[self.function][1]

    @property
    @override
    def default_name(self) -> str:
        ends_in_digit = self.function[-1].isdigit()  # log2_1, not log21
        return f"{self.function}_" if ends_in_digit else self.function
