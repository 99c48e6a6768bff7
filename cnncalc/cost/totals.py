"""Costs of nodes: parameters, buffers, connections, MACs, activations.

The numbers are the layers' own; here they are only gathered. They depend on a layer
and on what reaches it, not on where it stands, and so are kept with the `Call`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from cnncalc._typing import override
from cnncalc.checks import for_message, integer
from cnncalc.errors import ConfigError
from cnncalc.graph.call import Call
from cnncalc.graph.fragment import Fragment
from cnncalc.graph.walk import parts_of
from cnncalc.layers.base import Layer
from cnncalc.sizes.shape import Shape

__all__ = ["AtLeast", "Costs", "Totals", "costs", "total", "totals"]


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


class Costs(NamedTuple):
    """Everything about a node that is added up; None where it is unknown.

    Attributes:
        params: Weights and biases, trainable or not; 0 where weights are shared.
        trainable: How many of these training changes.
        buffers: Values kept that are not parameters.
        connections: Links into its output units.
        macs: Multiply-accumulates for one input.
        activation_size: Values that it puts out.
    """

    params: int | None
    trainable: int | None
    buffers: int | None
    connections: int | None
    macs: int | None
    activation_size: int


class Totals(NamedTuple):
    """The sums of what nodes cost, each an `AtLeast` where some are unknown."""

    params: int
    trainable: int
    buffers: int
    connections: int
    macs: int
    activation_size: int


def totals(parts: Iterable[Call | Fragment]) -> Totals:
    """Return what the parts of a network cost together, its inputs left out.

    Args:
        parts: The calls, and fragments whose nodes cost the same wherever they stand.
    """
    found = [
        _of_fragment(part) if isinstance(part, Fragment) else part.costs or costs(part)
        for part in parts
        if isinstance(part, Fragment) or part.shapes or part.layer.is_parameter
    ]
    if not found:
        return Totals(0, 0, 0, 0, 0, 0)
    columns: Any = list(zip(*found, strict=True))
    try:
        return Totals(*map(sum, columns))
    except TypeError:  # a number is None
        return Totals(*map(total, columns))


def _of_fragment(fragment: Fragment) -> Totals:
    """Return the totals of a fragment, and keep them there."""
    if fragment.sums is None:
        fragment.sums = totals(parts_of(fragment))
    found: Totals = fragment.sums
    return found


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
    why = f"its {rule.removesuffix('_of')}() returned {for_message(value)}"
    raise ConfigError(why, "It must return an integer, or None", layer.class_name)


def costs(call: Call) -> Costs:
    """Return what a call costs, and keep it there."""
    if call.costs is None:
        layer, xs, y = call.layer, call.shapes, call.output
        # Shared parameters count with their owner; what is idle does no work.
        owned = (0, 0, 0) if call.shared else _numbers(layer, _OWNED, xs)
        done = (0, 0) if call.idle else _numbers(layer, _DONE, (*xs, y))
        size = 0 if call.idle or layer.is_parameter else y.size
        call.costs = Costs._make((*owned, *done, size))
    found: Costs = call.costs
    return found


def macs_in_training(call: Call) -> int | None:
    """Return the MACs of a call, also of one that runs in training only."""
    if call.idle:
        return _numbers(call.layer, ("macs_of",), (*call.shapes, call.output))[0]
    return costs(call).macs
