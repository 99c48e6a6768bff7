"""A call of a Keras layer or operation, as the rules see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from cnncalc.graph.block import Block
from cnncalc.graph.wrappers import Frozen
from cnncalc.interop.joins import unary
from cnncalc.interop.keras.calls import CallNode, as_dict, layer_name
from cnncalc.interop.moves import order_of
from cnncalc.interop.names import cleaned
from cnncalc.interop.reading import Unread, check_numbers, known_shape
from cnncalc.interop.sliding import moved_on
from cnncalc.interop.values import Constant, Dims, Value, placed_axes
from cnncalc.layers import Activation, Function, Parameter
from cnncalc.layers import Constant as Fixed
from cnncalc.layers.base import Layer

if TYPE_CHECKING:
    from cnncalc.interop.keras.reader import Models, Spot

__all__ = ["KerasCall"]


class KerasCall:
    """A layer's configuration, and the values that reach it.

    Args:
        models: What reads the model, also layers within layers.
        node: The call as it is written.
        xs: The values that reach it.
        named: Those of them that are given by name.
        place: Where it stands.
    """

    def __init__(
        self,
        models: Models,
        node: CallNode,
        xs: Sequence[Value],
        named: Mapping[str, Value],
        place: Spot,
    ) -> None:
        self.models, self.node, self.place = models, node, place
        self.xs, self.named = list(xs), named
        self.config = as_dict(node.layer.get("config"))

    @property
    def r(self) -> Any:
        """The network in the making."""
        return self.models.r

    @property
    def kind(self) -> str:
        """The class of the layer, as Keras calls it."""
        return str(self.node.layer.get("class_name"))

    @property
    def name(self) -> str:
        """The name of the layer."""
        return layer_name(self.node.layer)

    @property
    def path(self) -> str:
        """The path that tells the layer's weights from those of others."""
        return "/".join((*self.place.groups, self.name))

    @property
    def lead(self) -> int:
        """The number of axes before its own: the batch, those of TimeDistributed."""
        return self.place.lead

    def get(self, name: str, default: Any = None) -> Any:
        """Return an argument of the layer, or of the call."""
        found = self.config.get(name)
        found = self.node.kwargs.get(name) if found is None else found
        return default if found is None else found

    def many(self, name: str, rank: int, default: Any = 1) -> tuple[int, ...]:
        """Return an argument as a number for each axis."""
        value = self.get(name, default)
        found = tuple(value) if isinstance(value, list) else (value,) * rank
        if len(found) != rank or not all(type(n) is int for n in found):
            raise Unread(f"its {name} {value} is not of {rank} axes")
        return found

    @property
    def x(self) -> Value:
        """The first value that reaches it."""
        if not self.xs:
            raise Unread("nothing reaches it")
        return self.xs[0]

    def given(self, name: str, place: int) -> Value | None:
        """Return the value that is given by a name, or stands at a place."""
        if name in self.named:
            return self.named[name]
        known = list(self.named.values())
        unnamed = [x for x in self.xs if x not in known]
        return unnamed[place] if place < len(unnamed) else None

    @property
    def shape(self) -> Dims:
        """The shape of the first value, with its batch."""
        return known_shape(self.x)

    @property
    def rank(self) -> int:
        """The number of axes that it has, with the batch."""
        return len(self.shape)

    @property
    def shapes(self) -> tuple[Any, ...]:
        """The shapes of what reaches it, as here: channels last, and no batch."""
        return tuple([x.here.shape for x in self.xs if x.here is not None])

    def axis(self, name: str = "axis", default: int = -1) -> int:
        """Return an axis that is an argument, counted from 0 with the batch."""
        axis = self.get(name, default)
        return self.counted(axis[0] if isinstance(axis, list) and axis else axis)

    def axes(self, name: str = "axis", default: Any = None) -> list[int]:
        """Return axes that are an argument; None are all but the batch."""
        axes = self.get(name, default)
        if axes is None:
            return list(range(self.lead, self.rank))
        return [self.counted(a) for a in (axes if isinstance(axes, list) else [axes])]

    def counted(self, axis: Any, more: int = 0) -> int:
        """Return an axis of the layer's own as one of what reaches it.

        Args:
            axis: The axis; less than 0 is counted from the end.
            more: How many axes more what it puts out has.
        """
        outer = self.lead - 1  # which TimeDistributed has put before its batch
        own = self.rank - outer + more
        if type(axis) is not int or not -own <= axis < own:
            raise Unread(f"its axis {axis} is none of {own}")
        return axis % own + outer

    @property
    def channels(self) -> int:
        """The axis of the channels."""
        first = self.get("data_format") == "channels_first"
        return self.lead if first else self.rank - 1

    @property
    def space(self) -> list[int]:
        """The axes of its own that are no channels."""
        return [a for a in range(self.lead, self.rank) if a != self.channels]

    @property
    def weights(self) -> Value:
        """The layer's own weights, as a value: who has the same, shares them."""
        return self.part("")

    def part(self, name: str) -> Value:
        """Return what stands for weights of a part of the layer."""
        layer, path = Parameter(1), f"{self.path}.{name}" if name else self.path
        self.r.uses[path] = self.r.uses.get(self.path, 1)
        return Value((), (), Constant(layer, (), layer.output(), frozenset((path,))))

    def own(self, name: str, shape: Dims) -> Value:
        """Return a weight of the layer that is used as a value."""
        if not all(type(n) is int and n > 0 for n in shape):
            raise Unread(f"its {name} is of sizes {list(shape)}")
        path = f"{self.path}.{name}"
        self.r.uses[path] = self.r.uses.get(self.path, 1)
        found: Value = self.r.weight(path, shape, trainable=self.learns)
        return found

    def state(self, name: str, size: int) -> None:
        """Add numbers that the layer keeps, and that training does not change."""
        layer = Fixed(size)
        check_numbers(layer)
        kept = Constant(layer, (), layer.output(), frozenset(), f"{self.name}.{name}")
        if self.models.first(f"{self.path}.{name}"):
            with self.r.builder.training_only():
                self.r.tensor(kept)

    def within(self, layer: Any, more: int = 0) -> list[Value]:
        """Return what a layer within this one puts out, behind as many axes more."""
        node = CallNode(as_dict(layer), 0, [], {}, [], self.node.kwargs, {})
        shared = self.r.uses.get(self.path, 1) > 1
        place = self.place.within(self.name, shared, more)
        return self.models.apply(node, self.xs, {}, place)

    def put(self, part: Layer | Block, *, order: Sequence[int] | None = None) -> Value:
        """Return the first value with a part applied, the channels being last.

        Args:
            part: A layer or block.
            order: Which axes it is applied along, in this order; None are all.
        """
        if order is None:
            own = {*self.space, self.channels}
            others = [a for a in order_of([self.x]) if a not in own]
            order = [*others, *self.space, self.channels]
        x = self.r.arranged(self.x, order)
        here = self.r.put(self.trained(part), x, owning=(self.weights,))
        return moved_on(self.x, here, order)

    def trained(self, part: Any) -> Any:
        """Return a layer that training changes, or does not, as the model says."""
        if self.learns:
            return part
        is_layer = isinstance(part, Layer)
        return attrs.evolve(part, trainable=False) if is_layer else Frozen(part)

    @property
    def learns(self) -> bool:
        """Whether training changes it."""
        return self.config.get("trainable") is not False

    def shaped(self, shape: Dims, here: Any, order: Sequence[int]) -> Value:
        """Return what is here as a value of a shape with these axes."""
        return Value(shape, placed_axes(len(shape), order), here, None, self.x.dtype)

    def activated(self, x: Value) -> Value:
        """Return a value with the activation that the layer has besides."""
        return self.function(x, self.config.get("activation"))

    def function(self, x: Value, said: Any) -> Value:
        """Return a value with a function, which may be a configuration of its own."""
        if isinstance(said, dict):
            config = said.get("config")
            said = config if isinstance(config, str) else said.get("class_name")
        word = str(said or "linear").lower()
        if word == "linear":
            return x
        if word == "exponential":
            return unary(self.r, Function("exp"), x)
        if word not in ACTIVATIONS:
            why = "it is no activation that is known here"
            found: Value = self.r.unknown(
                cleaned(word), [x], why, x.shape, channels_first=False
            )
            return found
        return unary(self.r, Activation(ACTIVATIONS[word]), x)


# Keras' names of activations, and what they are here.
ACTIVATIONS = {
    name: name
    for name in (
        *("relu", "relu6", "elu", "celu", "selu", "gelu", "silu", "mish", "softplus"),
        *("softsign", "sigmoid", "log_sigmoid", "tanh", "softmax", "log_softmax"),
        "leaky_relu",
    )
} | {
    "swish": "silu",
    "hard_sigmoid": "hardsigmoid",
    "hard_silu": "hardswish",
    "hard_swish": "hardswish",
    "hard_tanh": "hardtanh",
}
