"""Calls: layers applied to given shapes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from cnncalc.checks import MOST, for_message
from cnncalc.errors import ConfigError, GraphError
from cnncalc.layers.base import Geometry, Layer
from cnncalc.layers.interned import changed
from cnncalc.sizes.number import in_symbols
from cnncalc.sizes.shape import Shape

__all__ = [
    "Call",
    "called",
    "check_arity",
    "check_sharing",
    "check_training_only",
    "checked_fact",
    "described",
    "fitted",
    "not_taken",
]


class Call:
    """A layer applied to given shapes: all of a node that holds in any place.

    Attributes:
        layer: The layer.
        rules: Who tells what it costs: the layer, if it is known what reaches it. This
            is the one place where an unknown shape meets the rules.
        shapes: The shapes that reach it.
        output: The shape that it puts out.
        shared: Its parameters are those of an earlier node, and counted there.
        idle: It runs in training only: its parameters count, its work does not.
        costs: The numbers that are added up; the cost analysis fills them in once.
        facts: The part of its row that holds anywhere; it is filled in once.
        reach: What the layer says of its window, in a tuple; it is filled in once.
        assumed: What was assumed of symbols when a block around it was lowered.
        notes: What was done to it where it is deployed: words with gaps, and what fills
            them.
    """

    __slots__ = (
        *("assumed", "costs", "facts", "idle", "layer", "notes", "output", "reach"),
        *("rules", "shapes", "shared", "_params", "_variants"),
    )

    def __init__(
        self,
        layer: Layer,
        shapes: tuple[Shape, ...],
        output: Shape,
        shared: bool = False,
        idle: bool = False,
    ) -> None:
        self.layer, self.shapes, self.output = layer, shapes, output
        self.rules = layer if all(shapes) else _nothing_known()
        self.shared, self.idle = shared, idle
        self.costs: Any = None
        self.facts: Any = None
        self.reach: Any = None
        self.notes: tuple[tuple[str, tuple[str, ...]], ...] = ()
        self.assumed: tuple[Any, ...] = ()
        self._params: tuple[int | None] | None = None
        self._variants: dict[tuple[bool, bool, bool], Call] | None = None

    def variant(
        self, *, shared: bool | None = None, idle: bool = False, frozen: bool = False
    ) -> Call:
        """Return the same call in another place, the same one each time.

        Args:
            shared: Whether it uses weights of another node; None is as it is.
            idle: Whether it runs in training only, if it does not already.
            frozen: Whether training does not change it, if it does.
        """
        frozen = frozen and self.layer.trainable
        shared = self.shared if shared is None else shared
        idle = idle or self.idle
        if not frozen and (shared, idle) == (self.shared, self.idle):
            return self
        if self._variants is None:
            self._variants = {}
        key = (shared, idle, frozen)
        known = self._variants.get(key)
        if known is None:
            layer = changed(self.layer, trainable=False) if frozen else self.layer
            known = Call(layer, self.shapes, self.output, shared, idle)
            self._variants[key] = known
        return known

    @property
    def params(self) -> int | None:
        """The parameters that it needs, whosever they are; they are counted once.

        Of one that owns weights each node is asked that shares them, and the table of a
        partial convolution is long.
        """
        if self._params is None:
            self._params = (self.rules.params_of(*self.shapes),)
        return self._params[0]

    @property
    def geometry(self) -> Any:
        """The `Geometry` of its layer, with a number for each axis of its input."""
        stated = checked_fact(self.rules, "geometry", self.rules.geometry, Geometry)
        return stated.along(len(self.shapes[0]) - 1 if self.shapes else 0)

    @property
    def is_known(self) -> bool:
        """Whether all its shapes are known: what reaches it, and what it puts out."""
        return bool(self.output) and all(self.shapes)

    # What a call has in common with a fragment, so that a step may be either.

    size: ClassVar[int] = 1
    shares: ClassVar[bool] = False
    given: ClassVar[tuple[str, ...]] = ()
    immutable: ClassVar[bool] = True
    captured: ClassVar[tuple[Any, ...]] = ()

    @property
    def outputs(self) -> tuple[Shape, ...]:
        """The shapes that it puts out: one."""
        return (self.output,)


def called(
    layer: Layer, shapes: tuple[Shape, ...], shared: bool = False, idle: bool = False
) -> Call:
    """Return what a layer does with such shapes.

    Raises:
        GraphError: If there are too few or too many.
        ConfigError: If what it puts out is no shape.
        CnncalcError: If it cannot take these shapes.
    """
    check_arity(layer, shapes)
    if not all(shapes):
        return Call(layer, shapes, _nothing_known().output_of(), shared, idle)
    output: Any = type(layer).output_of(layer, *shapes)
    if not isinstance(output, Shape):
        why = f"its output() returned {for_message(output)}"
        raise ConfigError(why, "It must return a Shape")
    for n in output or ():
        if type(n) is not int:  # what is remembered here is found by others, too
            if in_symbols(output):  # and this is not
                return Call(layer, shapes, output, shared, idle)
            *space, channels = map(int, output)
            output = Shape.made(tuple(space), channels)
            break
    if output and max(output) >= MOST:
        Shape(*output)  # which says that it is too large to be printed
    return Call(layer, shapes, output, shared, idle)


def _nothing_known() -> Layer:
    """Return a layer that tells nothing, as no other could then; it is made once."""
    from cnncalc.layers.unknown import Unknown

    return Unknown("?")


def fitted(layer: Layer, shapes: Sequence[Shape], other: Shape) -> Layer:
    """Return a layer that makes what is as large as another shape, else the same.

    Raises:
        CnncalcError: If it cannot.
    """
    check_arity(layer, shapes)
    return layer.fitted(*shapes, other) if other and all(shapes) else layer


_MANY = 10  # inputs, of which a kind takes as many as there are


def check_arity(part: Any, shapes: Sequence[Shape]) -> None:
    """Refuse other numbers of inputs than a layer or block takes.

    Raises:
        GraphError: If it is another.
    """
    count = len(shapes)
    least, most = part.arity or (0, count)  # of blocks whose parts tell
    if not least <= count <= most:
        why = not_taken(count, f"{least} to {most}" if least < most < _MANY else least)
        fix = "Join several by Add, Concat or Multiply"
        if count < least:
            name = getattr(part, "class_name", type(part).__name__)
            xs = ", ".join(["x", "y", "z"][:least])
            fix = f"Say in a Builder what enters: g.add({name}(...), {xs})"
        if not most:
            fix = (
                "Add it in a Builder, and join it to others: g.add(Add(), x, g.add(it))"
            )
        raise GraphError(why, fix)


def not_taken(count: int, wanted: object) -> str:
    """Return why a part refuses so many inputs.

    Example:
        >>> not_taken(1, 2)
        '1 input reached it, and it takes 2'
    """
    inputs = "1 input" if count == 1 else f"{count} inputs"
    return f"{inputs} reached it, and it takes {wanted}"


def checked_fact(layer: Layer, what: str, value: Any, kind: type) -> Any:
    """Return a fact that a layer states, which anybody's class may state wrongly.

    Raises:
        ConfigError: If it is of another kind.
    """
    if isinstance(value, kind):
        return value
    why = f"its {what} is {for_message(value)}"
    fix = f"It must be a {kind.__name__}, as `cnncalc.layers.base` has it"
    raise ConfigError(why, fix, layer.class_name)


def check_sharing(user: Call, owner: Call) -> None:
    """Refuse a node that would need other weights than those that it shares.

    Raises:
        GraphError: If it does.
    """
    needed, there = user.params, owner.params
    kinds = (user.layer.class_name, owner.layer.class_name)
    if needed != there and None not in {needed, there}:
        why = f"it shares {there} parameters, but would need {needed} here"
    elif kinds[0] != kinds[1]:
        why = f"it is a {kinds[0]}, and shares the weights of a {kinds[1]}"
    else:
        return
    fix = "Apply what is shared to inputs of equal shapes"
    raise GraphError(why, fix, user.layer.class_name)


def check_training_only(source: bool, user: bool) -> None:
    """Refuse what runs at inference, if what it takes runs in training only.

    Raises:
        GraphError: If it does.
    """
    if source and not user:
        why = "its input runs in training only, and it does not"
        raise GraphError(why, "Add it under g.training_only(), too")


def described(layer: Layer, shapes: Iterable[Any]) -> str:
    """Return a layer and what reaches it, for a message: ``Conv2d on 4×4×3``."""
    reached = " and ".join(map(str, shapes))
    return f"{layer.class_name} on {reached}" if reached else layer.class_name
