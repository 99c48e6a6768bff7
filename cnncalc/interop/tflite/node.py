"""An operator of a TFLite file, as the rules see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnncalc.interop.joins import unary
from cnncalc.interop.reading import Reading, Unread, known_shape
from cnncalc.interop.tflite.schema import Operator, Tensor
from cnncalc.interop.values import Dims, Value
from cnncalc.layers import Activation

__all__ = ["Node"]

_FUSED = {1: "relu", 2: "hardtanh", 3: "relu6", 4: "tanh", 5: "sigmoid"}


class Node:
    """An operator, with the values that reach it.

    Attributes:
        r: The network in the making.
        op: What it does.
        inputs: What reaches it; None of what is left out.
        outputs: What it puts out, as the file says it.
    """

    def __init__(
        self,
        r: Reading,
        operator: Operator,
        inputs: Sequence[Value | None],
        outputs: Sequence[Tensor],
    ) -> None:
        self.r, self.op, self.inputs, self.outputs = r, operator.name, inputs, outputs
        self._options = operator.options

    def option(self, field: int, form: str = "i", default: Any = 0) -> Any:
        """Return an option by its number in the schema."""
        return self._options.number(field, form, default) if self._options else default

    def value(self, place: int = 0) -> Value:
        """Return an input."""
        x = self.inputs[place] if place < len(self.inputs) else None
        if x is None:
            raise Unread(f"its input {place + 1} is missing")
        return x

    def maybe(self, place: int) -> Value | None:
        """Return an input, or None if it is left out."""
        return self.inputs[place] if place < len(self.inputs) else None

    @property
    def x(self) -> Value:
        """Its first input."""
        return self.value()

    def shape(self, place: int = 0) -> Dims:
        """Return the shape of an input."""
        return known_shape(self.value(place))

    @property
    def rank(self) -> int:
        """The number of axes of its first input."""
        return len(self.shape())

    @property
    def output(self) -> Dims:
        """The shape that the file says of what it puts out."""
        if not self.outputs:
            raise Unread("it puts nothing out")
        return self.outputs[0].shape

    @property
    def shapes(self) -> tuple[Any, ...]:
        """The shapes of what reaches it, as here: channels last, and no batch."""
        found = [x.here for x in self.inputs if x is not None]
        return tuple([here.shape for here in found if here is not None])

    def ints(self, place: int) -> list[int]:
        """Return whole numbers that are an input."""
        numbers = self.value(place).numbers
        if numbers is None:
            raise Unread(f"the numbers of its input {place + 1} depend on data")
        return [int(n) for n in numbers]

    def activated(self, x: Value, field: int) -> Value:
        """Return a value with the activation that is fused into the operator."""
        name = _FUSED.get(self.option(field, "b"))
        return unary(self.r, Activation(name), x) if name else x
