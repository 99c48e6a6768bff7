"""Costs of nodes: parameters, buffers, connections, MACs, activations.

The numbers are the layers' own; here they are only gathered. They depend on a layer
and on what reaches it, not on where it stands, and so are kept with the `Call`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from cnncalc._typing import override
from cnncalc.checks import for_message, integer
from cnncalc.errors import ConfigError
from cnncalc.graph.call import Call, described
from cnncalc.graph.fragment import Fragment
from cnncalc.graph.table import Table
from cnncalc.graph.walk import parts_of
from cnncalc.layers.base import Layer

__all__ = [
    "AtLeast",
    "Costs",
    "Totals",
    "costs",
    "macs_in_training",
    "placed_totals",
    "total",
    "totals",
]


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
    found: list[Any] = []
    for part in parts:
        if isinstance(part, Fragment):
            found.append(part.sums or _of_fragment(part))
        elif part.shapes or part.layer.is_parameter:
            found.append(part.costs or costs(part))
    if not found:
        return Totals(0, 0, 0, 0, 0, 0)
    columns: Any = list(zip(*found, strict=True))
    try:
        return Totals(*map(sum, columns))
    except TypeError:  # a number is None
        return Totals(*map(total, columns))


def placed_totals(
    parts: Iterable[Call | Fragment], table: Callable[[], Table]
) -> Totals:
    """Return the totals of a whole network; an error of a rule says which node's.

    Args:
        parts: As of `totals`.
        table: Returns the network's table.

    Raises:
        Exception: Whatever a rule raises, with its place.
    """
    try:
        return totals(parts)
    except Exception as error:  # noqa: BLE001 - it is raised again, with its place
        failed = error
    nodes = table()
    for index, call in enumerate(nodes.calls):
        with nodes.placing(index, call.layer, call.shapes):
            costs(call)
    raise failed


def _of_fragment(fragment: Fragment) -> Totals:
    """Return the totals of a fragment, and keep them there."""
    fragment.sums = found = totals(parts_of(fragment))
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


def costs(call: Call) -> Costs:
    """Return what a call costs, and keep it there.

    Raises:
        ConfigError: If a rule gives no number.
    """
    if call.costs is None:
        layer, xs, y = call.layer, call.shapes, call.output
        # Shared parameters count with their owner; what is idle does no work.
        owned: tuple[Any, ...] = (0, 0, 0)
        done: tuple[Any, ...] = (0, 0, 0)
        if not call.shared:
            params = layer.params_of(*xs)
            if type(layer).trainable_params_of is not Layer.trainable_params_of:
                trainable = layer.trainable_params_of(*xs)
            else:  # which would count them once more
                trainable = params if layer.trainable else 0
            owned = (params, trainable, layer.buffers_of(*xs))
        if not call.idle:
            size = 0 if layer.is_parameter else y.size
            done = (layer.connections_of(*xs, y), layer.macs_of(*xs, y), size)
        found = (*owned, *done)
        for number in found:
            if type(number) is not int or number < 0:
                found = tuple(map(_number, [call] * len(_RULES), _RULES, found))
                break
        call.costs = Costs._make(found)
    known: Costs = call.costs
    return known


_RULES = ("params", "trainable_params", "buffers", "connections", "macs", "size")


def _number(call: Call, rule: str, value: Any) -> int | None:
    """Return what a rule gave: an integer, a lower bound, or None if it is unknown."""
    if value is None or (isinstance(value, AtLeast) and value >= 0):
        return value
    number: Any = integer(value)
    if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
        return int(number)
    why = f"its {rule}() returned {for_message(value)}"
    fix = "It must return an integer from 0 on, or None where it is unknown"
    raise ConfigError(why, fix, described(call.layer, call.shapes))


def macs_in_training(call: Call) -> int | None:
    """Return the MACs of a call, also of one that runs in training only."""
    if call.idle:
        macs = call.layer.macs_of(*call.shapes, call.output)
        return _number(call, "macs", macs)
    return costs(call).macs
