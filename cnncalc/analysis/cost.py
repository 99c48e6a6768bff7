"""What each node costs: parameters, buffers, connections, MACs, activations.

The numbers are the layers' own; here they are only gathered. They depend on a layer
and on what reaches it, not on where it stands, and so are kept with the `Call`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from typing_extensions import override

from cnncalc.errors import ConfigError
from cnncalc.formula import Formula, Term, leaf
from cnncalc.graph.table import Call, Piece
from cnncalc.layers.base import Layer
from cnncalc.shape import Pads, Pair, Shape, by_axis, integer, shown

__all__ = ["AtLeast", "Facts", "Totals", "facts", "total", "totals"]


class Facts(NamedTuple):
    """All of a node's row that holds in any place of a network.

    Attributes:
        kind: The class of its layer.
        layer: The layer.
        input: The shape that reaches it; at a join, all of them.
        output: The shape that it puts out.
        kernel: Height and width of its window, if it has one.
        stride: Steps of the window.
        padding: Padding: (height, width), by side, or a word.
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
    kernel: Pair | None
    stride: Pair | None
    padding: Pads | Pair | None
    params: int | None
    trainable: int | None
    buffers: int | None
    formula: Formula | Term
    connections: int | None
    macs: int | None
    activation_size: int


class AtLeast(int):
    """A total over numbers of which some are unknown: a lower bound.

    Example:
        >>> print(AtLeast(1_000_000))
        ≥ 1000000
    """

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


_SUMMED = itemgetter(*[Facts._fields.index(name) for name in Totals._fields])


def totals(calls: Sequence[Call], pieces: Iterable[tuple[int, Piece]] = ()) -> Totals:
    """Return what nodes cost together, the inputs of a network left out.

    Args:
        calls: What the nodes apply.
        pieces: Where in them groups begin that recur; each is added up once.
    """
    parts: list[Any] = []
    done = 0
    for start, piece in pieces:
        parts += [_SUMMED(facts(call)) for call in calls[done:start] if call.shapes]
        if piece.sums is None:
            piece.sums = totals(piece.calls)
        parts.append(piece.sums)
        done = start + len(piece.calls)
    parts += [_SUMMED(facts(call)) for call in calls[done:] if call.shapes]
    return Totals(*map(total, zip(*parts, strict=True))) if parts else _NOTHING


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


def _number(layer: Layer, rule: str, shapes: tuple[Shape, ...]) -> int | None:
    """Return what a rule gives: an integer, or None where it is unknown."""
    value: Any = getattr(layer, rule)(*shapes)
    if type(value) is int or value is None:
        return value
    number: Any = integer(value)
    if isinstance(number, int):
        return int(number)
    why = f"its {rule}() returned {shown(value)}"
    raise ConfigError(why, "It must return an integer, or None", layer.class_name)


def _facts(call: Call) -> Facts:
    layer, shapes, output = call.layer, call.shapes, call.output
    kernel, stride, padding = layer.geometry
    owned = not call.shared  # otherwise the parameters count with their owner
    runs = not call.idle
    return Facts(
        layer.class_name,
        layer,
        shapes[0] if len(shapes) == 1 else shapes,
        output,
        kernel,
        stride,
        by_axis(padding),
        _number(layer, "params", shapes) if owned else 0,
        _number(layer, "trainable_params", shapes) if owned else 0,
        _number(layer, "buffers", shapes) if owned else 0,
        Formula(layer, shapes, "params") if owned else leaf(0),
        _number(layer, "connections", shapes) if runs else 0,
        _number(layer, "macs", shapes) if runs else 0,
        output.size if runs else 0,
    )
