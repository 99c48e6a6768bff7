"""A call of a Keras layer or operation, as the rules see it."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import attrs

from cnncalc.graph.block import Block
from cnncalc.interop.moves import order_of
from cnncalc.interop.reading import Reading, Unread, known_shape
from cnncalc.interop.values import Constant, Dims, Value, placed_axes
from cnncalc.interop.weighted import moved_on
from cnncalc.layers import Activation, Parameter
from cnncalc.layers.base import Layer

__all__ = ["Call"]


class Call:
    """A layer's configuration, and the values that reach it.

    Attributes:
        r: The network in the making.
        kind: The class of the layer, as Keras calls it.
        xs: The values that reach it.
        rest: What else was given to the call: numbers, lists, texts.
        lead: How many axes before those of its own: the batch, and what
            TimeDistributed adds.
        path: The path of the layer, which tells its weights from others'.
        kwargs: What was given to the call by name.
        model: What reads the model, for layers within layers.
    """

    def __init__(
        self,
        r: Reading,
        kind: str,
        config: dict[str, Any],
        xs: Sequence[Value],
        rest: Sequence[Any] = (),
        lead: int = 1,
        path: str = "",
        kwargs: dict[str, Any] | None = None,
        model: Any = None,
    ) -> None:
        self.r, self.kind, self.config, self.xs = r, kind, config, list(xs)
        self.rest, self.lead, self.path = list(rest), lead, path
        self.kwargs, self.model = kwargs or {}, model

    def get(self, name: str, default: Any = None) -> Any:
        """Return an argument of the layer."""
        found = self.config.get(name, default)
        return default if found is None else found

    def many(self, name: str, rank: int, default: Any = 1) -> tuple[int, ...]:
        """Return an argument as a number for each axis."""
        value = self.get(name, default)
        found = tuple(value) if isinstance(value, (list, tuple)) else (value,) * rank
        if len(found) != rank or not all(type(n) is int for n in found):
            raise Unread(f"its {name} {value} is not of {rank} axes")
        return found

    @property
    def x(self) -> Value:
        """The first value that reaches it."""
        if not self.xs:
            raise Unread("nothing reaches it")
        return self.xs[0]

    @property
    def shape(self) -> Dims:
        """The shape of that, with its batch."""
        return known_shape(self.x)

    @property
    def rank(self) -> int:
        """How many axes that has, with the batch."""
        return len(self.shape)

    @property
    def shapes(self) -> tuple[Any, ...]:
        """The shapes of what reaches it, as here: channels last, and no batch."""
        return tuple([x.here.shape for x in self.xs if x.here is not None])

    def axis(self, name: str = "axis", default: int = -1) -> int:
        """Return an axis, counted from 0 with the batch."""
        axis = self.get(name, default)
        axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
        return self.counted(axis)

    def counted(self, axis: Any) -> int:
        """Return an axis of the layer's own as one of what reaches it."""
        outer = self.lead - 1  # axes that TimeDistributed has put before its batch
        own = self.rank - outer
        if type(axis) is not int or not -own <= axis < own:
            raise Unread(f"its axis {axis} is none of {own}")
        return axis % own + outer

    @property
    def channels(self) -> int:
        """Which axis the channels are."""
        first = self.get("data_format") == "channels_first"
        return self.lead if first else self.rank - 1

    @property
    def space(self) -> list[int]:
        """The axes between the batch and the channels, or behind these."""
        return [a for a in range(self.lead, self.rank) if a != self.channels]

    @property
    def weights(self) -> Value:
        """What stands for the layer's own weights: who has the same, shares them."""
        layer = Parameter(1)
        return Value(
            (), (), Constant(layer, (), layer.output(), frozenset((self.path,)))
        )

    def own(self, name: str, shape: Dims) -> Value:
        """Return a weight of the layer that is used as a value."""
        return self.r.weight(f"{self.path}.{name}", shape)

    def put(self, part: Layer | Block, *, order: Sequence[int] | None = None) -> Value:
        """Return the first value with a layer applied, the channels being last."""
        if order is None:
            others = [
                a for a in order_of([self.x]) if a not in {*self.space, self.channels}
            ]
            order = [*others, *self.space, self.channels]
        here = self.r.put(
            self.trained(part), self.r.arranged(self.x, order), owning=(self.weights,)
        )
        return moved_on(self.x, here, order)

    def trained(self, part: Any) -> Any:
        """Return a layer that training changes, or does not, as the model says."""
        if self.get("trainable", True) is False and isinstance(part, Layer):
            return attrs.evolve(part, trainable=False)
        return part

    def shaped(self, shape: Dims, here: Any, order: Sequence[int]) -> Value:
        """Return what is here as a value of a shape with these axes."""
        return Value(shape, placed_axes(len(shape), order), here, None, self.x.dtype)

    def size(self) -> int:
        """Return how many values an input has."""
        return prod(self.shape[self.lead :])

    def activated(self, x: Value, name: str = "activation") -> Value:
        """Return a value with the activation that the layer has besides."""
        word = function_of(self.config.get(name))
        if word in {"", "linear"}:
            return x
        part = Activation(ACTIVATIONS.get(word, "identity"))
        return x.but(here=self.r.put(part, self.r.here(x), named=False), numbers=None)


# Keras' names of activations that differ from ours; the others are the same.
ACTIVATIONS = {
    name: name
    for name in (
        *("relu", "relu6", "elu", "celu", "selu", "gelu", "silu", "mish", "softplus"),
        *("softsign", "sigmoid", "log_sigmoid", "tanh", "softmax", "log_softmax"),
        *("leaky_relu", "hardtanh"),
    )
} | {
    "swish": "silu",
    "hard_sigmoid": "hardsigmoid",
    "hard_silu": "hardswish",
    "hard_swish": "hardswish",
    "hard_tanh": "hardtanh",
    "exponential": "silu",
}


def function_of(value: Any) -> str:
    """Return the name of an activation, which may be a configuration of its own."""
    if isinstance(value, dict):
        config = value.get("config")
        value = config if isinstance(config, str) else value.get("class_name")
    return str(value or "").lower()
