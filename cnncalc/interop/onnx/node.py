"""A node of an ONNX graph, as the operators see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from cnncalc.interop.joins import unary
from cnncalc.interop.onnx.schema import DTYPES, Stored, attribute_of
from cnncalc.interop.reading import Reading, Unread, known_shape
from cnncalc.interop.values import Dims, Series, Value, fixed
from cnncalc.layers import Activation

__all__ = ["ACTIVATIONS", "Flowing", "OnnxNode", "axis_in", "stored_value"]

# What an output may be; None of an optional one that is not there.
Flowing: TypeAlias = "Value | Series | None"

# The activations of which one function is known here, by the operator.
ACTIVATIONS: Mapping[str, str] = {
    "Relu": "relu", "LeakyRelu": "leaky_relu", "ThresholdedRelu": "relu",
    "Elu": "elu", "Celu": "celu", "Selu": "selu", "Gelu": "gelu", "Mish": "mish",
    "Swish": "silu", "Sigmoid": "sigmoid", "HardSigmoid": "hardsigmoid",
    "HardSwish": "hardswish", "Tanh": "tanh", "Softplus": "softplus",
    "Softsign": "softsign", "Softmax": "softmax", "LogSoftmax": "log_softmax",
    "Hardmax": "softmax",
}  # fmt: skip


class OnnxNode:
    """A node, with the values that reach it.

    Attributes:
        r: The network in the making.
        op: What it does.
        name: What it is called.
        raw: Its message.
        opset: The version of the operators.
        inputs: What reaches it; None of what is left out.
        outputs: What it puts out is called so.
        scope: The graph that it stands in.
    """

    def __init__(
        self,
        r: Reading,
        raw: dict[str, Any],
        inputs: Sequence[Flowing],
        opset: int,
        scope: Any = None,
    ) -> None:
        self.r, self.raw, self.opset, self.inputs = r, raw, opset, list(inputs)
        self.op: str = raw.get("op", "")
        self.name: str = raw.get("name", "")
        self.outputs: list[str] = raw["outputs"]
        self.scope = scope
        self._attributes = {a.get("name", ""): a for a in raw["attributes"]}

    # Its attributes.

    def get(self, name: str, default: Any = None) -> Any:
        """Return an attribute; one that is not there is the default."""
        raw = self._attributes.get(name)
        return default if raw is None else attribute_of(raw)

    def _of_type(self, kind: type, name: str, default: Any) -> Any:
        found = self.get(name, default)
        if found is not default and not isinstance(found, kind):
            raise Unread(f"its attribute {name!r} is of another type")
        return found

    def integer(self, name: str, default: int) -> int:
        """Return an attribute that is a whole number."""
        found: int = self._of_type(int, name, default)
        return found

    def text(self, name: str, default: str = "") -> str:
        """Return an attribute that is a text."""
        found: str = self._of_type(str, name, default)
        return found

    def integers(self, name: str) -> list[Any] | None:
        """Return an attribute that is several numbers; None if it is not there."""
        found: list[Any] | None = self._of_type(list, name, None)
        return found

    def graph(self, name: str) -> dict[str, Any]:
        """Return an attribute that is a graph."""
        found: dict[str, Any] | None = self._of_type(dict, name, None)
        if found is None:
            raise Unread(f"its graph {name!r} is missing")
        return found

    def dtype(self, name: str, default: int = 1) -> str:
        """Return a type that is an attribute, as NumPy calls it."""
        return DTYPES.get(self.integer(name, default), ("unknown", ""))[0]

    def axis(self, default: int, rank: int | None = None, name: str = "axis") -> int:
        """Return an axis that is an attribute, counted from 0."""
        return axis_in(self.integer(name, default), self.rank if rank is None else rank)

    # What reaches it.

    def has(self, place: int) -> bool:
        """Tell whether an input is there."""
        return place < len(self.inputs) and self.inputs[place] is not None

    def maybe(self, place: int) -> Value | None:
        """Return an input, or None if it is left out."""
        return self.value(place) if self.has(place) else None

    def value(self, place: int = 0) -> Value:
        """Return an input.

        Raises:
            Unread: If it is not there, or is several values.
        """
        x = self.inputs[place] if place < len(self.inputs) else None
        if not isinstance(x, Value):
            what = "missing" if x is None else "a sequence"
            raise Unread(f"its input {place + 1} is {what}")
        return x

    def series(self, place: int = 0) -> tuple[Value, ...]:
        """Return an input that is several values.

        Raises:
            Unread: If it is none.
        """
        x = self.inputs[place] if place < len(self.inputs) else None
        if not isinstance(x, Series):
            raise Unread("it works on no sequence that is known")
        return x.values

    @property
    def values(self) -> list[Value]:
        """The values that reach it, without what is left out."""
        places = range(len(self.inputs))
        return [self.value(place) for place in places if self.has(place)]

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
    def shapes(self) -> tuple[Any, ...]:
        """The shapes of what reaches it, as here: channels last, and no batch."""
        return tuple([x.here.shape for x in self.values if x.here is not None])

    def numbers(self, place: int) -> Sequence[Any] | None:
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

    def number(self, place: int) -> Any:
        """Return the only number of an input.

        Raises:
            Unread: If it is not known, or not alone.
        """
        numbers = self.numbers(place)
        if numbers is None or len(numbers) != 1:
            raise Unread(f"its input {place + 1} is not one number")
        return numbers[0]

    def ints(self, place: int, attribute: str = "") -> list[Any] | None:
        """Return whole numbers that are an input, or in older versions an attribute."""
        numbers = self.numbers(place)
        if numbers is None and attribute:
            numbers = self.integers(attribute)
        return None if numbers is None else [int(n) for n in numbers]

    def axes(self, rank: int, place: int = 1) -> list[Any]:
        """Return axes that are an input or attribute; all, if none are told."""
        axes = self.ints(place, "axes")
        if not axes:
            return [] if self.integer("noop_with_empty_axes", 0) else [*range(rank)]
        return sorted({axis_in(axis, rank) for axis in axes})

    # What several operators have.

    def limits(self) -> tuple[Any, Any]:
        """Return the lowest and highest number of a Clip; None of what is not told."""
        if self.opset < 11:  # noqa: PLR2004 - attributes became inputs
            return self.get("min"), self.get("max")
        found = []
        for place in (1, 2):
            limit = self.maybe(place)
            found.append(limit.numbers[0] if limit and limit.numbers else None)
        return found[0], found[1]

    def slices(self, shape: Dims) -> list[Any]:
        """Return which positions along each axis a Slice takes."""
        if self.opset < 10:  # noqa: PLR2004 - attributes became inputs
            given = [self.integers(name) for name in ("starts", "ends", "axes")] + [
                None
            ]
        else:
            given = [self.ints(place) for place in (1, 2, 3, 4)]
        starts, stops, axes, steps = given
        if starts is None or stops is None:
            raise Unread("where it starts or ends is missing")
        axes = [*range(len(starts))] if axes is None else axes
        steps = [1] * len(starts) if steps is None else steps
        taken = [range(size) for size in shape]
        for start, stop, axis, step in zip(starts, stops, axes, steps, strict=True):
            place = axis_in(axis, len(shape))
            taken[place] = range(shape[place])[slice(start, _stop(stop, step), step)]
        return taken

    def parts(self, size: int) -> list[Any]:
        """Return into which parts a Split divides so many positions."""
        sizes = self.ints(1, "split")
        if sizes is not None:
            return sizes
        count = len(self.outputs)
        each = -(-size // count)
        return [each] * (count - 1) + [size - each * (count - 1)]

    def activated(self, x: Value, activation: str) -> Value:
        """Return a value with the activation that a fused operator applies, if any."""
        if not activation:
            return x
        name = ACTIVATIONS.get(activation, "hardtanh")  # Clip, the one without a name
        return unary(self.r, Activation(name), x)


def axis_in(axis: int, rank: int) -> int:
    """Return an axis counted from 0, which may be counted from the end.

    Raises:
        Unread: If there is none.
    """
    if not -rank <= axis < rank:
        raise Unread(f"its axis {axis} is none of {rank}")
    return axis % rank


_FAR = 1 << 40  # further than any size: exporters write the largest number for the end


def _stop(stop: int, step: int) -> int | None:
    return None if step < 0 and stop < -_FAR else stop


def stored_value(r: Reading, found: Stored, *, weighs: bool = True) -> Value:
    """Return a tensor of the file: a weight, if it has axes; numbers if they are few.

    Args:
        r: The network in the making.
        found: The tensor.
        weighs: Whether it is a weight: what stands in the graph between initializers is
            none.
    """
    numbers = [] if 0 in found.shape else found.numbers
    if not weighs or not found.shape or 0 in found.shape:
        return fixed(found.shape, numbers, found.dtype)
    return r.weight(found.name, found.shape, found.dtype).but(numbers=numbers)
