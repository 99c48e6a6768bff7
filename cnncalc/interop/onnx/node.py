"""A node of an ONNX graph, as the operators see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnncalc.interop.joins import unary
from cnncalc.interop.onnx.schema import DTYPES, Stored, attribute_of
from cnncalc.interop.reading import Reading, Unread, known_shape
from cnncalc.interop.values import Dims, Value, fixed
from cnncalc.layers import Activation

__all__ = ["Node", "stored_value"]


class Node:
    """A node, with the values that reach it.

    Attributes:
        r: The network in the making.
        op: What it does.
        name: What it is called.
        opset: The version of the operators.
        inputs: What reaches it; None of what is left out.
        outputs: What it puts out is called so.
    """

    def __init__(
        self,
        r: Reading,
        raw: dict[str, Any],
        inputs: Sequence[Value | None],
        opset: int,
        graphs: Any = None,
    ) -> None:
        self.r, self.opset, self.inputs = r, opset, list(inputs)
        self.op: str = raw.get("op", "")
        self.name: str = raw.get("name", "")
        self.outputs: list[str] = raw["outputs"]
        self.graphs = graphs
        self._attributes = {a.get("name", ""): a for a in raw["attributes"]}

    def get(self, name: str, default: Any = None) -> Any:
        """Return an attribute; one that is not there is the default."""
        raw = self._attributes.get(name)
        return default if raw is None else attribute_of(raw)

    def has(self, place: int) -> bool:
        """Tell whether an input is there."""
        return place < len(self.inputs) and self.inputs[place] is not None

    def value(self, place: int = 0) -> Value:
        """Return an input.

        Raises:
            Unread: If it is not there.
        """
        x = self.inputs[place] if place < len(self.inputs) else None
        if x is None:
            raise Unread(f"its input {place + 1} is missing")
        return x

    def maybe(self, place: int) -> Value | None:
        """Return an input, or None if it is left out."""
        return self.inputs[place] if place < len(self.inputs) else None

    def shape(self, place: int = 0) -> Dims:
        """Return the shape of an input."""
        return known_shape(self.value(place))

    @property
    def x(self) -> Value:
        """Its first input."""
        return self.value()

    @property
    def rank(self) -> int:
        """How many axes its first input has."""
        return len(self.shape())

    @property
    def shapes(self) -> tuple[Any, ...]:
        """The shapes of what reaches it, as here: channels last, and no batch."""
        found = [
            x.here.shape for x in self.inputs if x is not None and x.here is not None
        ]
        return tuple(found)

    def numbers(self, place: int) -> list[Any] | None:
        """Return the numbers of an input, or None if it is left out.

        Raises:
            Unread: If they are not known.
        """
        if not self.has(place):
            return None
        numbers = self.value(place).numbers
        if numbers is None:
            raise Unread(f"the numbers of its input {place + 1} depend on data")
        return list(numbers)

    def ints(self, place: int, attribute: str | None = None) -> list[int] | None:
        """Return whole numbers that are an input, or in older versions an attribute."""
        numbers = self.numbers(place)
        if numbers is None and attribute is not None:
            numbers = self.get(attribute)
        return None if numbers is None else [int(n) for n in numbers]

    def axis(self, default: int, rank: int | None = None, name: str = "axis") -> int:
        """Return an axis that is an attribute, counted from 0."""
        rank = self.rank if rank is None else rank
        axis: int = self.get(name, default)
        if not -rank <= axis < rank:
            raise Unread(f"its axis {axis} is none of {rank}")
        return axis % rank

    def axes(self, rank: int, place: int = 1) -> list[int]:
        """Return axes that are an input or attribute; all, if none are told."""
        axes = self.ints(place, "axes")
        if not axes:
            return [] if self.get("noop_with_empty_axes") else list(range(rank))
        if any(not -rank <= axis < rank for axis in axes):
            raise Unread(f"its axes {axes} are not of {rank}")
        return sorted({axis % rank for axis in axes})

    def dtype(self, name: str, default: int = 1) -> str:
        """Return a type that is an attribute, as NumPy calls it."""
        return DTYPES.get(self.get(name, default), ("unknown", ""))[0]

    def limits(self) -> tuple[Any, Any]:
        """Return the lowest and highest number of a Clip; None of one that is not told."""
        if self.opset < 11:  # noqa: PLR2004 - attributes became inputs
            return self.get("min"), self.get("max")
        found = []
        for place in (1, 2):
            numbers = self.value(place).numbers if self.has(place) else None
            found.append(numbers[0] if numbers else None)
        return found[0], found[1]

    def slices(self, shape: Dims) -> list[range]:
        """Return which positions along each axis a Slice takes."""
        if self.opset < 10:  # noqa: PLR2004 - attributes became inputs
            starts, stops, axes = self.get("starts"), self.get("ends"), self.get("axes")
            steps = None
        else:
            starts, stops, axes, steps = [self.ints(place) for place in (1, 2, 3, 4)]
        if starts is None or stops is None:
            raise Unread("where it starts or ends is missing")
        taken = list(map(range, shape))
        axes = list(range(len(starts))) if axes is None else axes
        steps = [1] * len(starts) if steps is None else steps
        for start, stop, axis, step in zip(starts, stops, axes, steps, strict=True):
            if not -len(shape) <= axis < len(shape) or step == 0:
                raise Unread(f"its axis {axis} or step {step} cannot be")
            taken[axis] = range(shape[axis])[slice(start, _stop(stop, step), step)]
        return taken

    def activated(self, x: Value, activation: Any) -> Value:
        """Return a value with the activation that a fused operator applies, if any."""
        from cnncalc.interop.onnx.ops.elementwise import ACTIVATIONS

        if not activation:
            return x
        name = ACTIVATIONS.get(activation, "identity")
        return unary(self.r, Activation(name), x)


_FAR = 1 << 40  # further than any size: exporters write the largest number for the end


def _stop(stop: int, step: int) -> int | None:
    return None if step < 0 and stop < -_FAR else stop


def stored_value(r: Reading, found: Stored, *, weighs: bool = True) -> Value:
    """Return a tensor of the file: a weight, if it has axes, and numbers if they are few.

    Args:
        r: The network in the making.
        found: The tensor.
        weighs: Whether it is a weight: what stands in the graph between initializers is
            none.
    """
    if not weighs or not found.shape or 0 in found.shape:
        numbers = found.numbers if found.shape else found.numbers or [0]
        if 0 in found.shape:
            numbers = []
        return fixed(found.shape, numbers, found.dtype)
    weight = r.weight(found.name, found.shape, found.dtype)
    return weight.but(numbers=found.numbers)
