"""What a layer is: the contract of every kind, and how its fields are checked.

A layer is a frozen value that knows everything about its kind. All rules of a
kind, from its output shape to its multiply-accumulates, stand in its one class,
in plain integer arithmetic over its own fields and the shape that reaches it;
nothing outside this package asks what class a layer is. What other rooms need to
know of a kind, the kind tells as a neutral fact (`role`, `geometry`, ...).

A layer of your own is a subclass with at least `output`; whatever it does not
state is unknown, not zero.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple

import attrs
from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.formula import Formula
from cnncalc.layers.fields import NAME, arguments, check_fields, flag
from cnncalc.layers.interned import Interned
from cnncalc.layers.window import GLOBAL, LOCAL, Positions, Reach, inside
from cnncalc.sizes.shape import Pads, Pair, Shape

__all__ = ["Free", "Geometry", "Layer", "Weighted"]


class Geometry(NamedTuple):
    """What a layer slides over its input, as a table prints it."""

    kernel: Pair | None = None
    stride: Pair | None = None
    padding: Pads | Pair | None = None


class Kept(NamedTuple):
    """Values that PyTorch computes in the forward pass to keep for the backward pass.

    Attributes:
        extra: Of the data type of activations, for each input of a batch.
        statistics: Of float32, for each input of a batch.
        fixed: Of float32, once for a whole batch.
        indices: Of int64, for each input of a batch.
    """

    extra: int = 0
    statistics: int = 0
    fixed: int = 0
    indices: int = 0


NOTHING = Kept()


@frozen(eq=False, repr=False)
class Layer(metaclass=Interned):
    """One layer: its fields, and every rule of its kind.

    Args:
        name: What to call it in a network; not part of its equality.
        trainable: Whether training changes its parameters.
    """

    # eq=False and repr=False here and in every kind: the base writes both once,
    # and each class then costs a third less to import.
    name: str | None = field(default=None, kw_only=True, eq=False, metadata=NAME)
    trainable: bool = field(default=True, kw_only=True, metadata=flag())

    # What an automatic name begins with, when it is not the class's name.
    stem: ClassVar[str] = ""

    # Whether it cannot change, as no layer can.
    immutable: ClassVar[bool] = True

    # How many inputs it takes, at least and at most.
    arity: ClassVar[tuple[int, int]] = (1, 1)

    def __attrs_post_init__(self) -> None:
        check_fields(self)
        self.check()

    def check(self) -> None:
        """Refuse fields that are right one by one, but not together."""

    # The rules of a kind. None means unknown. What says nothing of its inputs takes any
    # number of them; the keywords are there for type checkers only, which then let a
    # kind name the inputs that it has.

    @abstractmethod
    def output(self, x: Shape, /) -> Shape:
        """Return the shape that comes out when *x* goes in."""

    def params(self, *xs: Any, **_: Any) -> int | None:
        """Return the number of weights and biases, trainable or not."""
        return None

    def trainable_params(self, *xs: Any, **_: Any) -> int | None:
        """Return the number of weights and biases that training changes."""
        return self.params(*xs) if self.trainable else 0

    def buffers(self, *xs: Any, **_: Any) -> int | None:
        """Return the number of values kept that are not parameters."""
        return 0

    def connections(self, *xs: Any, **_: Any) -> int | None:
        """Return the number of links into output units, those of biases included."""
        return None

    def macs(self, *xs: Any, **_: Any) -> int | None:
        """Return the number of multiply-accumulates by weights, for one input."""
        return None

    # The facts that other rooms ask for.

    # What it may do with memory: overwrite an input that is not used any more, or put
    # out no new values at all, but another view of its input's.
    inplace: ClassVar[bool] = False
    is_view: ClassVar[bool] = False

    # What the backward pass needs of it: its "inputs"; its "factors", each input for
    # the gradients of the others; its "output"; a "mask"; nothing (""); or unknown
    # (None). And whether, in place, it needs its output alone.
    keeps: ClassVar[str | None] = None
    keeps_result: ClassVar[bool] = False

    # Its inputs but the first only weigh the first, as the gate of squeeze-excitation.
    is_gate: ClassVar[bool] = False

    # What it is at inference: itself, or nothing (a dropout).
    training_only: ClassVar[bool] = False

    # Whose rule the size of its output follows, if not that of its own source.
    size_source: ClassVar[str] = ""

    # How many channels it looks at for each value; of most kinds not a fixed number.
    neighbours: ClassVar[int] = 1

    @property
    def grouping(self) -> int | None:
        """In how many groups it takes the channels; None if it is unknown."""
        return None

    @property
    def spacing(self) -> Pair | None:
        """How far the taps of its window are from each other; None if it is unknown."""
        return None

    @property
    def sized(self) -> bool | None:
        """Whether it was told the size of its output; None if it is unknown."""
        return None

    def biased(self) -> Layer | None:
        """Return the same layer with a bias; None if that is no argument of its."""
        bias = attrs.fields_dict(type(self)).get("bias")
        if bias is None or not bias.init:
            return None
        return attrs.evolve(self, bias=True)  # type: ignore[call-arg]

    @property
    def hands_on(self) -> bool:
        """Whether in training it puts out the very memory that reaches it."""
        return self.is_view and not self.training_only

    def keeps_besides(self, *xs: Any, **_: Any) -> Kept:
        """Return what the backward pass needs besides inputs and output."""
        return NOTHING

    def inner_macs(self, *xs: Any, **_: Any) -> int:
        """Return the MACs of its later stages, if it has several.

        Through these its first stage learns, even if nothing before it does.
        """
        return 0

    def reach(self, *xs: Any, **_: Any) -> Reach:
        """Return which input positions are behind an output position."""
        return None

    def sees(
        self, x: Shape, rows: Positions, columns: Positions, /
    ) -> tuple[Positions, Positions] | None:
        """Return which rows and columns of the input are behind those of the output.

        Positions in the padding are left out; None means unknown.
        """
        reach = self.reach(x)
        if reach is None or reach == GLOBAL:
            return reach and (range(x.height), range(x.width))
        return inside(reach, 0, rows, x.height), inside(reach, 1, columns, x.width)

    def biases(self, *xs: Any, **_: Any) -> int:
        """Return the number of biases."""
        return 0

    def bias_uses(self, *xs: Any, **_: Any) -> int:
        """Return to how many outputs a bias is added."""
        return 0

    def weights_per_tap(self, *xs: Any, **_: Any) -> int:
        """Return how many weights meet one tap of its window; 0 without a window."""
        return 0

    @property
    def class_name(self) -> str:
        """The name of the class."""
        return type(self).__name__

    @property
    def role(self) -> str:
        """What the layer does, in the words that counting conventions go by."""
        return self.class_name

    @property
    def default_name(self) -> str:
        """What an automatic name begins with."""
        return (
            self.stem or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.class_name).lower()
        )

    @property
    def geometry(self) -> Geometry:
        """The window that it slides over its input, if it does."""
        return Geometry()

    def filters_of(self, *xs: Any, **_: Any) -> tuple[int, ...] | None:
        """Return its filters as (number, height, width, depth), if it has any."""
        return None

    def formula(self, rule: str, *shapes: Shape) -> Formula:
        """Return the formula of a rule on given shapes.

        Args:
            rule: "params", "connections", "macs" or "output".
            shapes: What reaches the layer.

        Raises:
            OptionError: If there is no such rule.
        """
        return Formula(self, shapes, rule)

    # A value: equal fields make equal layers, whatever their names.

    def _values(self) -> tuple[Any, ...]:
        return tuple(get(self) for get in _getters(type(self)))

    @override
    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    @override
    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    @override
    def __repr__(self) -> str:
        return f"{self.class_name}({', '.join(arguments(self))})"


@lru_cache(maxsize=1024)
def _getters(cls: type[Layer]) -> tuple[Callable[[Any], Any], ...]:
    return tuple(attrgetter(f.name) for f in attrs.fields(cls) if f.eq)


class Free(Layer):
    """A layer without parameters, connections or multiply-accumulates.

    Its output has the shape of its input, unless its class says otherwise.
    """

    __slots__ = ()

    keeps: ClassVar[str | None] = ""

    @override
    def output(self, x: Shape, /) -> Shape:
        return x

    @override
    def params(self, *xs: Any, **_: Any) -> int:
        return 0

    @override
    def connections(self, *xs: Any, **_: Any) -> int:
        return 0

    @override
    def macs(self, *xs: Any, **_: Any) -> int:
        return 0

    @override
    def reach(self, *xs: Any, **_: Any) -> Reach:
        return LOCAL


class Weighted(Layer):
    """A layer that multiplies what it sees by weights and may add biases."""

    __slots__ = ()

    @abstractmethod
    def weights(self, x: Shape, /) -> int:
        """Return the number of weights."""

    @override
    @abstractmethod
    def biases(self, x: Shape, /) -> int: ...

    keeps: ClassVar[str | None] = "inputs"

    @override
    def params(self, x: Shape, /) -> int:
        return self.weights(x) + self.biases(x)

    @override
    def bias_uses(self, x: Shape, /) -> int:
        return self.output(x).size if self.biases(x) else 0
