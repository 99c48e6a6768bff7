"""The contract of layers: what every kind answers.

A layer is a frozen value that knows everything about its kind. All rules of a
kind, from its output shape to its multiply-accumulates, stand in its one class,
in plain integer arithmetic over its own fields and the shapes that reach it;
nothing outside this package asks what class a layer is. What other rooms need to
know of a kind, the kind tells as a neutral fact (`role`, `geometry`, ...).

Questions and rules. People ask a layer by itself: ``layer.macs((32, 32, 1))``. What
answers is a rule of its kind, which has the question's name and ``_of`` behind it, and
is given shapes alone: ``macs_of(x, y)``. Rules that count work are given the output *y*
too, which whoever asks has already; so no rule computes it again.

A layer of your own is a subclass with at least `output_of`; whatever it does not
state is unknown, not zero.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.door import briefly, never_made
from cnncalc.errors import ConfigError
from cnncalc.layers.facts import Facts, Geometry, Saves
from cnncalc.layers.fields import NAME, check_fields, flag
from cnncalc.layers.interned import FieldsValue, Interned
from cnncalc.layers.questions import (
    QUESTIONS,
    WORK,
    CalledElsewhere,
    answered,
    arity_of,
    rule_of,
)
from cnncalc.sizes.shape import Shape, entered
from cnncalc.sizes.window import GLOBAL, LOCAL, Reach

if TYPE_CHECKING:
    from cnncalc.formula import Formula
    from cnncalc.sizes.places import Place

__all__ = ["Free", "Geometry", "Layer", "Saves", "Weighted"]


@frozen(eq=False, repr=False)
class Layer(FieldsValue, Facts, CalledElsewhere, metaclass=Interned):
    """One layer: its fields, and every rule of its kind.

    Args:
        name: What to call it in a network; not part of its equality.
        trainable: Whether training changes its parameters.
    """

    # eq=False and repr=False here and in every kind: the base writes both once,
    # and each class then costs a third less to import.
    name: str | None = field(default=None, kw_only=True, eq=False, metadata=NAME)
    trainable: bool = field(default=True, kw_only=True, metadata=flag())

    # Whether it cannot change, as no layer can.
    immutable: ClassVar[bool] = True

    # Along how many axes it works; None for any number.
    rank: ClassVar[int | None] = None

    # How many inputs it takes, at least and at most; a user's `output_of` tells it.
    arity: ClassVar[tuple[int, int]] = (1, 1)

    # Whether each output position sees the same position of its inputs alone.
    is_local: ClassVar[bool] = False

    @override
    def __init_subclass__(cls, **words: Any) -> None:
        """Let a class that answers questions itself, as those of 0.1 do, have rules."""
        super().__init_subclass__(**words)
        if not cls.__module__.startswith("cnncalc.") and "arity" not in vars(cls):
            cls.arity = arity_of(vars(cls), cls.arity)
        for question in QUESTIONS:
            if question in vars(cls) and f"{question}_of" not in vars(cls):
                setattr(cls, f"{question}_of", answered(cls, question))

    def __attrs_post_init__(self) -> None:
        check_fields(self)
        self.check()

    def check(self) -> None:
        """Refuse fields that are right one by one, but not together."""

    # The questions. They take whatever `Shape.of` takes; those of work also the output
    # behind what reaches the layer, where that is one shape.

    @briefly
    def output(self, *shapes: Any, **words: Any) -> Shape:
        """Return the shape that comes out when such shapes go in; None if unknown."""
        found: Any = _asked(self, "output", shapes, words) or None
        return found  # type: ignore[no-any-return]

    @briefly
    def params(self, *shapes: Any, **words: Any) -> int | None:
        """Return the number of weights and biases, trainable or not."""
        return _counted(self, "params", shapes, words)

    @briefly
    def trainable_params(self, *shapes: Any, **words: Any) -> int | None:
        """Return the number of weights and biases that training changes."""
        return _counted(self, "trainable_params", shapes, words)

    @briefly
    def buffers(self, *shapes: Any, **words: Any) -> int | None:
        """Return the number of values kept that are not parameters."""
        return _counted(self, "buffers", shapes, words)

    @briefly
    def connections(self, *shapes: Any, **words: Any) -> int | None:
        """Return the number of links into output units, those of biases included."""
        return _counted(self, "connections", shapes, words)

    @briefly
    def macs(self, *shapes: Any, **words: Any) -> int | None:
        """Return the number of multiply-accumulates, for one input.

        Those by weights, and those of products of two activations.
        """
        return _counted(self, "macs", shapes, words)

    # The rules. None means unknown. What says nothing of its inputs takes any number
    # of them; the keywords are there for type checkers only, which then let a kind
    # name the inputs that it has.

    def output_of(self, *xs: Any, **_: Any) -> Shape:
        """Return the shape that comes out when *xs* go in."""
        raise NotImplementedError

    # As `abstractmethod` has it, which checkers would see: they would ask a class that
    # has `output` for this, too.
    output_of.__isabstractmethod__ = True  # type: ignore[attr-defined]

    def params_of(self, *xs: Any, **_: Any) -> int | None:
        """Return the number of weights and biases, trainable or not."""
        return None

    def trainable_params_of(self, *xs: Any, **_: Any) -> int | None:
        """Return the number of weights and biases that training changes."""
        return self.params_of(*xs) if self.trainable else 0

    def buffers_of(self, *xs: Any, **_: Any) -> int | None:
        """Return the number of values kept that are not parameters."""
        return 0

    def connections_of(self, *xs_and_y: Any, **_: Any) -> int | None:
        """Return the number of links into output units, those of biases included."""
        return None

    def macs_of(self, *xs_and_y: Any, **_: Any) -> int | None:
        """Return the number of multiply-accumulates, for one input."""
        return None

    def product_macs_of(self, *xs_and_y: Any, **_: Any) -> int | None:
        """Return how many of these multiply two activations, and no weight."""
        return 0

    def inner_values(self, *xs_and_y: Any, **_: Any) -> int | None:
        """Return how many values it works out on the way, each at a cost of its own.

        None where that are the values that it puts out.
        """
        return None

    def biases(self, *xs: Any, **_: Any) -> int:
        """Return the number of biases."""
        return 0

    def bias_uses(self, *xs_and_y: Any, **_: Any) -> int:
        """Return to how many outputs a bias is added."""
        return 0

    def filters_of(self, *xs: Any, **_: Any) -> tuple[int, ...] | None:
        """Return its filters, if any: number, size along each axis, and depth."""
        return None

    def saves(self, *xs_and_y: Any, **_: Any) -> Saves | None:
        """Return what the backward pass needs of it; None if that is unknown."""
        return None

    def reach(self, *xs: Any, **_: Any) -> Reach:
        """Return which input positions are behind an output position."""
        return LOCAL if self.is_local else None

    def input_positions(self, x: Shape, place: Place, /) -> Place | None:
        """Return which positions of the input are behind some of the output.

        Both are told for each axis. Positions in the padding are left out; None means
        unknown.
        """
        reach = self.reach(x)
        if reach == GLOBAL or (reach is LOCAL and len(place) != len(x) - 1):
            return tuple(map(range, x.space))
        if reach is None or len(place) != len(x) - 1:
            return None
        if reach is LOCAL:
            return place
        from cnncalc.sizes.places import inside

        return inside(reach, x.space, place)

    def input_place(
        self, number: int, xs: tuple[Shape, ...], place: Place, /
    ) -> Place | None:
        """Return which positions of one of its inputs are behind some of the output.

        Args:
            number: Which of its inputs, counted from 0.
            xs: The shapes of all.
            place: Positions of the output, along each axis; None means unknown.
        """
        x = xs[number]
        # What has one position is spread over all.
        if len(xs) > 1 and x.positions == 1:
            return (range(1),) * (len(x) - 1)
        return self.input_positions(x, place)

    def fitted(self, *xs_and_other: Any, **_: Any) -> Layer:
        """Return the same layer, but for what makes its output as large as another.

        Raises:
            ConfigError: If nothing about it does.
        """
        raise ConfigError(
            "it follows the size of no other tensor", "Upsample, MaxUnpool and Crop do"
        )

    def biased(self) -> Layer | None:
        """Return the same layer with a bias; None if that is no argument of its."""
        bias = attrs.fields_dict(type(self)).get("bias")
        if bias is None or not bias.init:
            return None
        return attrs.evolve(self, bias=True)  # type: ignore[call-arg]

    def stages(self, *xs: Any, **_: Any) -> tuple[Layer, ...]:
        """Return the layers that do the same one after another: mostly itself."""
        return (self,)

    @briefly
    def formula(self, rule: str, *shapes: Any) -> Formula:
        """Return the formula of a rule on given shapes.

        Args:
            rule: "params", "connections", "macs" or "output".
            shapes: What reaches the layer: whatever `Shape.of` takes.

        Raises:
            OptionError: If there is no such rule.
        """
        from cnncalc.formula import Formula

        return Formula(self, tuple(map(Shape.of, shapes)), rule)


class Free(Layer):
    """A layer without parameters, connections or multiply-accumulates.

    Its output has the shape of its input, unless its class says otherwise.
    """

    __slots__ = ()

    @override
    def output_of(self, x: Shape, /) -> Shape:
        return x

    @override
    def params_of(self, *xs: Any, **_: Any) -> int:
        return 0

    @override
    def connections_of(self, *xs_and_y: Any, **_: Any) -> int:
        return 0

    @override
    def macs_of(self, *xs_and_y: Any, **_: Any) -> int:
        return 0

    @override
    def saves(self, *xs_and_y: Any, **_: Any) -> Saves:
        return Saves(passes_input_through=self.is_view)

    @override
    def reach(self, *xs: Any, **_: Any) -> Reach:
        return LOCAL


class Weighted(Layer):
    """A layer that multiplies what it sees by weights and may add biases."""

    __slots__ = ()

    # The way in which its weights are normalised.
    parametrization: str | None = None

    @abstractmethod
    def weights(self, x: Shape, /) -> int:
        """Return the number of weights."""

    @override
    @abstractmethod
    def biases(self, x: Shape, /) -> int: ...

    def linked(self, x: Shape, /) -> int:
        """Return the number of weights and biases, which link inputs to outputs."""
        return self.weights(x) + self.biases(x)

    def normalised(self, x: Shape, /) -> int:
        """Return how many vectors of weights are normalised, each by itself."""
        found = self.filters_of(x)
        return found[0] if found else 1

    @override
    def params_of(self, x: Shape, /) -> int:
        if self.parametrization != "weight_norm":
            return self.linked(x)
        return self.linked(x) + self.normalised(x)  # the length of each

    @override
    def buffers_of(self, x: Shape, /) -> int:
        if self.parametrization != "spectral_norm":
            return 0
        vectors = self.normalised(x)  # one vector for these, and one for their values
        return vectors + self.weights(x) // vectors

    @override
    def bias_uses(self, x: Shape, y: Shape, /) -> int:
        return y.size if self.biases(x) else 0

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves | None:
        return Saves("inputs")


def _counted(layer: Layer, question: str, shapes: Any, words: Any) -> int | None:
    number: int | None = _asked(layer, question, shapes, words)
    return number


def _asked(layer: Layer, question: str, shapes: tuple[Any, ...], words: Any) -> Any:
    if not isinstance(layer, Layer):
        raise never_made(f"layer.{question}", (layer, *shapes), words)
    least, most = layer.arity
    if words or not least <= len(shapes) <= most + (question in WORK):
        from cnncalc.words.signatures import misasked

        raise misasked(question, layer.arity, shapes, words)
    xs = tuple(map(entered, shapes))
    if question in WORK and len(xs) <= layer.arity[1]:
        return rule_of(type(layer), question)(layer, *xs, layer.output_of(*xs))
    return rule_of(type(layer), question)(layer, *xs)
