"""What each node costs: parameters, buffers, connections, MACs, activations.

The numbers are the layers' own; here they are only gathered. They depend on a layer
and on what reaches it, not on where it stands, and so are kept with the `Call`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from cnncalc._typing import override
from cnncalc.checks import integer, shown
from cnncalc.errors import ConfigError
from cnncalc.formula import Formula, Term, leaf
from cnncalc.graph.table import Call, Piece
from cnncalc.layers.base import Layer
from cnncalc.sizes.axes import Axes, Pads
from cnncalc.sizes.shape import Shape

__all__ = ["AtLeast", "Facts", "Totals", "facts", "total", "totals"]


class Facts(NamedTuple):
    """All of a node's row that holds in any place of a network.

    Attributes:
        kind: The class of its layer.
        layer: The layer.
        input: The shape that reaches it; at a join, all of them.
        output: The shape that it puts out.
        kernel: The size of its window along each axis, if it has one.
        stride: Steps of the window.
        padding: Padding: a number for each axis, by side, or a word.
        params: Weights and biases, trainable or not; 0 where weights are shared.
        trainable: How many of these training changes.
        buffers: Values kept that are not parameters.
        formula: The formula of *params*.
        connections: Links into its output units.
        macs: Multiply-accumulates for one input.
        activation_size: Values that it puts out.
    """

    kind: str
    layer: Layer
    input: Shape | tuple[Shape, ...]
    output: Shape
    kernel: Axes | None
    stride: Axes | None
    padding: Pads | Axes | None
    params: int | None
    trainable: int | None
    buffers: int | None
    formula: Formula | Term
    connections: int | None
    macs: int | None
    activation_size: int


class AtLeast(int):
    """A total over numbers of which some are unknown: a lower bound.

    What is added to it makes a lower bound again.

    Example:
        >>> print(AtLeast(1_000_000))
        ≥ 1000000
    """

    @override
    def __add__(self, other: Any) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return AtLeast(int(self) + int(other))

    __radd__ = __add__

    @override
    def __str__(self) -> str:
        return f"≥ {int(self)}"

    @override
    def __repr__(self) -> str:
        return f"AtLeast({int(self)})"

    @override
    def __format__(self, spec: str) -> str:
        return f"≥ {int(self):{spec}}"


class Totals(NamedTuple):
    """The sums of what nodes cost, each an `AtLeast` where some are unknown."""

    params: int
    trainable: int
    buffers: int
    connections: int
    macs: int
    activation_size: int


def totals(calls: Sequence[Call], pieces: Iterable[tuple[int, Piece]] = ()) -> Totals:
    """Return what nodes cost together, the inputs of a network left out.

    Args:
        calls: What the nodes apply.
        pieces: Where in them groups begin that recur; each is added up once.
    """
    sums: list[Any] = []
    done = 0
    for start, piece in pieces:
        if done < start:
            sums.append(_sums(calls[done:start]))
        if piece.sums is None:
            piece.sums = totals(piece.calls, piece.pieces)
        sums.append(piece.sums)
        done = start + len(piece.calls)
    if done < len(calls):
        sums.append(_sums(calls[done:]))
    if len(sums) == 1:
        return Totals(*sums[0])
    return Totals(*map(total, zip(*sums, strict=True)))


# A node's numbers that are added up, in the order of `Totals`.
Costs: TypeAlias = tuple[int | None, ...]


def _sums(calls: Iterable[Call]) -> Costs:
    """Return the sums of each number of calls, those of inputs left out."""
    costs = [call.costs or _costs(call) for call in calls if call.shapes]
    if not costs:
        return _NOTHING
    columns: Any = list(zip(*costs, strict=True))
    try:
        return tuple(map(sum, columns))
    except TypeError:  # a number is None
        return tuple(map(total, columns))


_NOTHING = Totals(0, 0, 0, 0, 0, 0)


def total(numbers: Iterable[int | None]) -> int:
    """Return the sum; with unknown numbers, that of the others as a lower bound.

    Example:
        >>> total([1, 2]), total([1, None]), total([1, AtLeast(2)])
        (3, AtLeast(1), AtLeast(3))
    """
    numbers = tuple(numbers)
    if None in numbers or AtLeast in map(type, numbers):
        return AtLeast(sum(filter(None, numbers)))
    known: Any = numbers
    return sum(known)


def facts(call: Call) -> Facts:
    """Return what *call* costs; asked again, the same."""
    if call.facts is None:
        call.facts = _facts(call)
    known: Facts = call.facts
    return known


_OWNED = ("params_of", "trainable_params_of", "buffers_of")
_DONE = ("connections_of", "macs_of")  # which are given the output


def _numbers(
    layer: Layer, rules: tuple[str, ...], shapes: tuple[Shape, ...]
) -> list[int | None]:
    """Return what each rule gives."""
    values = [getattr(layer, rule)(*shapes) for rule in rules]
    for value in values:
        if type(value) is not int:
            pairs = zip(rules, values, strict=True)
            return [_number(layer, rule, value) for rule, value in pairs]
    return values


def _number(layer: Layer, rule: str, value: Any) -> int | None:
    """Return what a rule gave: an integer, a lower bound, or None if it is unknown."""
    if value is None or isinstance(value, AtLeast):
        return value
    number: Any = integer(value)
    if isinstance(number, int):
        return int(number)
    why = f"its {rule.removesuffix('_of')}() returned {shown(value)}"
    raise ConfigError(why, "It must return an integer, or None", layer.class_name)


def _costs(call: Call) -> Costs:
    """Return the numbers of *call*, and keep them there."""
    layer, shapes = call.layer, call.shapes
    # Shared parameters count with their owner; what is idle does no work.
    y = call.output
    owned = (0, 0, 0) if call.shared else _numbers(layer, _OWNED, shapes)
    done = (0, 0) if call.idle else _numbers(layer, _DONE, (*shapes, y))
    call.costs = costs = (*owned, *done, 0 if call.idle else y.size)
    return costs


def _facts(call: Call) -> Facts:
    layer, shapes = call.layer, call.shapes
    rank = max([x.rank for x in shapes], default=0)
    geometry: Any = layer.geometry.along(rank)
    kernel, stride, padding, *_ = geometry
    numbers: Any = call.costs or _costs(call)
    params, trainable, buffers, connections, macs, size = numbers
    return Facts(
        layer.class_name,
        layer,
        shapes[0] if len(shapes) == 1 else shapes,
        call.output,
        kernel,
        stride,
        padding,
        params,
        trainable,
        buffers,
        leaf(0) if call.shared else Formula(layer, shapes, "params"),
        connections,
        macs,
        size,
    )


def macs_in_training(call: Call) -> int | None:
    """Return the MACs of a call, also of one that runs in training only."""
    if call.idle:
        return _numbers(call.layer, ("macs_of",), (*call.shapes, call.output))[0]
    macs: int | None = facts(call).macs
    return macs
