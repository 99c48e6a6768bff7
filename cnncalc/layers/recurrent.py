"""Layers that go through a sequence step by step, and carry a state along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer, optional_integer
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.layers.base import Saves, Weighted
from cnncalc.layers.fields import choice, count, flag, optional
from cnncalc.sizes.axes import kind_of
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import GLOBAL, LOCAL, Reach

if TYPE_CHECKING:
    from cnncalc.sizes.places import Place

__all__ = ["GRU", "LSTM", "RNN"]


def needs_steps(x: Shape, rank: int) -> None:
    """Refuse what has not the axes that a layer goes through, time being the first.

    Raises:
        ShapeError: If it has others.
    """
    if x.rank != rank:
        why = f"it goes through a {kind_of(rank)}, and {x}, a {kind_of(x.rank)}, "
        sizes = "steps×channels" if rank == 1 else "steps×height×width×channels"
        raise ShapeError(f"{why}reached it", f"Bring it to {sizes}")


def _bias(value: Any) -> Any:
    """Return the word for a bias that is told as other layers' are."""
    if isinstance(value, bool):
        return "torch" if value else "none"
    return value


@frozen(eq=False, repr=False)
class Recurrent(Weighted):
    """The base of recurrent layers: cells of gates along a sequence.

    Each of several layers goes through what the one before puts out; of two directions
    each has a cell of its own.
    """

    units: int = field(converter=integer, metadata=count("U"))
    layers: int = field(default=1, converter=integer, kw_only=True, metadata=count("n"))
    bidirectional: bool = field(default=False, kw_only=True, metadata=flag())
    merge: str = field(default="concat", kw_only=True, metadata=choice("concat", "sum"))
    bias: str = field(
        default="torch",
        converter=_bias,
        kw_only=True,
        metadata=choice("torch", "keras", "none"),
    )
    sequences: bool = field(default=True, kw_only=True, metadata=flag())
    rows: bool = field(default=False, kw_only=True, metadata=flag())

    # How many gates a cell has; how many values it keeps for each of its state, from
    # which gradients flow back through the step.
    gates: ClassVar[int]
    kept: ClassVar[int]

    @property
    def width(self) -> int:
        """The number of values that one direction puts out at a step."""
        return self.units

    @property
    def bias_rows(self) -> int:
        """The number of biases that a unit of a gate has."""
        return {"torch": 2, "keras": 1, "none": 0}[self.bias]

    def _channels(self) -> int:
        """Return how many values a layer puts out at a step."""
        joined = self.bidirectional and self.merge == "concat"
        return 2 * self.width if joined else self.width

    def _in_both(self, number: int) -> int:
        return 2 * number if self.bidirectional else number

    def _of_all(self, number: int) -> int:
        """Return what all cells have together of which each has so much."""
        number = self._in_both(number)
        return self.layers * number if self.layers > 1 else number

    def _of_gates(self, number: int) -> int:
        """Return what all gates of a cell have together of which each has so much."""
        return self.gates * number if self.gates > 1 else number

    def cell_weights(self, inputs: int) -> int:
        """Return the weights of a cell that so many values reach."""
        return self._of_gates(self.units * (inputs + self.width))

    @override
    def output_of(self, x: Shape, /) -> Shape:
        needs_steps(x, 2 if self.rows else 1)
        kept = x.space if self.sequences else x.space[:-1]
        return Shape.made(kept, self._channels())

    @override
    def weights(self, x: Shape, /) -> int:
        later = self.cell_weights(self._channels())
        return self._in_both(self.cell_weights(x.channels) + (self.layers - 1) * later)

    @override
    def biases(self, x: Shape, /) -> int:
        return self._of_all(self.bias_rows * self._of_gates(self.units))

    @override
    def bias_uses(self, x: Shape, y: Shape, /) -> int:
        return x.positions * self.biases(x)

    @override
    def macs_of(self, x: Shape, y: Shape, /) -> int:
        return x.positions * self.weights(x)

    @override
    def connections_of(self, x: Shape, y: Shape, /) -> int:
        return x.positions * self.params_of(x)

    def states(self, x: Shape, /) -> int:
        """Return how many values of a state it computes, at all steps in all cells."""
        return x.positions * self._of_all(self.units)

    @override
    def inner_values(self, x: Shape, y: Shape, /) -> int:
        return self.states(x)

    def merged(self, x: Shape, y: Shape, /) -> int:
        """Return how many sums of two directions it computes."""
        if not self.bidirectional or self.merge == "concat":
            return 0
        return (self.layers - 1) * x.positions * self.width + y.size

    def inputs_kept(self, steps: int) -> int:
        """Return how many inputs of weights a cell computes and keeps."""
        return steps * self.width

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        """The tensors that PyTorch's code keeps; libraries such as oneDNN keep others.

        Of each step, what its functions put out; and for the gradients of weights the
        states before each step, and what reaches each layer.
        """
        steps, extra = x.positions, self.kept * self.states(x)
        if not self.trainable:
            return Saves(extra=extra)
        extra += self._of_all(self.inputs_kept(steps))
        extra += (self.layers - 1) * steps * self._channels()
        # Nothing is learnt through what reaches the first layer, and the first states.
        first = self._in_both(self.gates * self.units * x.channels)
        begun = self._of_all(self.gates * self.units * self.width)
        if self.rows:
            begun *= x[0]
        inner = self.macs_of(x, y) - steps * first - begun
        return Saves("inputs", extra=extra, inner_macs=inner)

    @override
    def reach(self, x: Shape, /) -> Reach:
        if self.rows:
            return None if x[1] > 1 else LOCAL
        return LOCAL if x.positions == 1 else GLOBAL

    @override
    def input_positions(self, x: Shape, place: Place, /) -> Place:
        """All steps; of one direction, those up to the last that is asked for."""
        if self.bidirectional or not place:
            return (*place[: x.rank - 1], range(x[-2]))
        return (*place[:-1], range(max(place[-1]) + 1))


@final
@frozen(eq=False, repr=False)
class LSTM(Recurrent):
    """Go through a sequence with long short-term memory.

    Args:
        units: The size of the state.
        layers: How many layers stand on one another.
        bidirectional: Whether each layer goes through the sequence from both ends.
        merge: How two directions are put together after each layer: "concat" or "sum".
        bias: The biases of a unit of a gate: "torch" has two, of the input and of the
            state, as ONNX has; "keras" one; "none" none. True and False stand for
            "torch" and "none".
        sequences: Put out every step; False puts out the last state alone.
        rows: Go through each row of a map by itself: H×L×C → H×L×U·D.
        projection: To how many values the state is brought that is put out and goes
            into the next step: PyTorch's `proj_size`.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        L×C → L×U·D, with D directions that are concatenated, and U units, or values of
        the projection; without *sequences* U·D.

    Counting:
        Parameters: 4 gates, each U × (inputs + state) weights and U biases or 2U, for
        each layer and direction; a projection's weights. MACs: the weights, once a
        step. Connections: MACs, and one for each use of a bias.

    Raises:
        ConfigError: If a field is no such thing, or the projection is not below the
            units.
        ShapeError: If no sequence reaches it.

    Source:
        Hochreiter & Schmidhuber 1997; PyTorch's `LSTM`, Keras' `LSTM` and
        `Bidirectional`.

    Example:
        >>> from cnncalc import LSTM, Shape
        >>> lstm, x = LSTM(16), Shape(5, 8)
        >>> print(lstm.output(x), lstm.params(x), lstm.macs(x))
        5×16 1664 7680
        >>> lstm.formula("params", x), lstm.formula("macs", x).general
        (4×16×(8 + 16) + 2×4×16, 'L×4×U×(C_in + U)')
    """

    task: ClassVar[str] = "lstm"
    gates: ClassVar[int] = 4
    kept: ClassVar[int] = 6

    projection: int | None = field(
        default=None,
        converter=optional_integer,
        kw_only=True,
        metadata=optional(count("P")),
    )

    @override
    def check(self) -> None:
        if self.projection is not None and self.projection >= self.units:
            why = (
                f"its projection {self.projection} is not below its {self.units} units"
            )
            raise ConfigError(why, "Leave it out, or project to less", self.class_name)

    @property
    @override
    def width(self) -> int:
        return self.units if self.projection is None else self.projection

    @override
    def cell_weights(self, inputs: int) -> int:
        weights = super().cell_weights(inputs)
        if self.projection is None:
            return weights
        return weights + self.units * self.projection

    @override
    def inputs_kept(self, steps: int) -> int:
        before = 0 if self.projection is None else steps * self.units
        return super().inputs_kept(steps) + before


@final
@frozen(eq=False, repr=False)
class GRU(Recurrent):
    """Go through a sequence with gated recurrent units.

    Args:
        units: The size of the state.
        layers: How many layers stand on one another.
        bidirectional: Whether each layer goes through the sequence from both ends.
        merge: How two directions are put together after each layer: "concat" or "sum".
        bias: The biases of a unit of a gate: "torch" has two, of the input and of the
            state, as ONNX has; "keras" two as well, and one where the gate comes
            before the product; "none" none. True and False stand for "torch" and
            "none".
        sequences: Put out every step; False puts out the last state alone.
        rows: Go through each row of a map by itself: H×L×C → H×L×U·D.
        reset_after: Whether the state is gated after its product, as in PyTorch and
            by default in Keras; False before, as in the paper.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        L×C → L×U·D, with D directions that are concatenated; without *sequences* U·D.

    Counting:
        Parameters: 3 gates, each U × (inputs + U) weights and U biases or 2U, for each
        layer and direction. MACs: the weights, once a step. Connections: MACs, and one
        for each use of a bias.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If no sequence reaches it.

    Source:
        Cho et al. 2014, https://arxiv.org/abs/1406.1078, §2.3; PyTorch's and Keras'
        `GRU`.

    Example:
        >>> from cnncalc import GRU, Shape
        >>> x = Shape(5, 8)
        >>> GRU(16).params(x), GRU(16, bias="keras", reset_after=False).params(x)
        (1248, 1200)
    """

    task: ClassVar[str] = "gru"
    gates: ClassVar[int] = 3
    kept: ClassVar[int] = 6

    reset_after: bool = field(default=True, kw_only=True, metadata=flag())

    @property
    @override
    def bias_rows(self) -> int:
        both = self.bias == "keras" and self.reset_after
        return 2 if both else super().bias_rows


@final
@frozen(eq=False, repr=False)
class RNN(Recurrent):
    """Go through a sequence with a state and no gates.

    Args:
        units: The size of the state.
        function: "tanh" or "relu".
        layers: How many layers stand on one another.
        bidirectional: Whether each layer goes through the sequence from both ends.
        merge: How two directions are put together after each layer: "concat" or "sum".
        bias: The biases of a unit: "torch" has two, of the input and of the state, as
            ONNX has; "keras" one; "none" none. True and False stand for "torch" and
            "none".
        sequences: Put out every step; False puts out the last state alone.
        rows: Go through each row of a map by itself: H×L×C → H×L×U·D.
        name: What to call it.
        trainable: Whether training changes it.

    Shape:
        L×C → L×U·D, with D directions that are concatenated; without *sequences* U·D.

    Counting:
        Parameters: U × (inputs + U) weights and U biases or 2U, for each layer and
        direction. MACs: the weights, once a step. Connections: MACs, and one for each
        use of a bias.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If no sequence reaches it.

    Source:
        Elman 1990; PyTorch's `RNN`, Keras' `SimpleRNN`.

    Example:
        >>> from cnncalc import RNN, Shape
        >>> rnn, x = RNN(32, bidirectional=True, sequences=False), Shape(100, 64)
        >>> print(rnn.output(x), rnn.params(x), rnn.macs(x))
        64 6272 614400
    """

    gates: ClassVar[int] = 1
    kept: ClassVar[int] = 1

    function: str = field(default="tanh", kw_only=True, metadata=choice("tanh", "relu"))

    @override
    def inputs_kept(self, steps: int) -> int:
        return self.width  # the first state: the others are outputs of its function

    @property
    @override
    def role(self) -> str:
        return f"rnn: {self.function}"
