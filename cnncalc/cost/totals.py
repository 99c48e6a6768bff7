"""Costs of nodes: parameters, buffers, connections, MACs, activations.

The numbers are the layers' own; here they are only gathered. They depend on a layer
and on what reaches it, not on where it stands, and so are kept with the `Call`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from cnncalc._typing import NamedTuple
from cnncalc.answers.answer import Record
from cnncalc.answers.table import columns
from cnncalc.checks import SYMBOLIC, for_message, integer
from cnncalc.errors import ConfigError
from cnncalc.graph.call import Call, described
from cnncalc.graph.fragment import Fragment
from cnncalc.graph.table import Table
from cnncalc.graph.walk import walked
from cnncalc.layers.base import Layer
from cnncalc.sizes.bound import AtLeast, total

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
    activation_size: int | None


class _Totals(NamedTuple):
    params: int
    trainable: int
    buffers: int
    connections: int
    macs: int
    activation_size: int


class Totals(_Totals, Record):
    """The sums of what nodes cost, each an `AtLeast` where some are unknown."""

    __slots__ = ()

    _title = "totals"
    _columns = columns(
        "count",
        params="parameters",
        trainable="trainable",
        buffers="buffers",
        connections="connections",
        macs="MACs",
        activation_size="activation size",
    )


def totals(parts: Iterable[Call | Fragment]) -> Totals:
    """Return what the parts of a network cost together, its inputs left out.

    Args:
        parts: The calls, and fragments whose nodes cost the same wherever they stand.
    """
    return Totals._make(_sums(parts))


def _sums(parts: Iterable[Call | Fragment]) -> tuple[Any, ...]:
    """Return the same as a plain tuple, at which Python's collector looks once."""
    found: list[Any] = []
    for part in parts:
        if isinstance(part, Fragment):
            found.append(part.sums or _of_fragment(part))
        elif part.shapes or part.layer.is_parameter:
            found.append(part.costs or costs(part))
    if not found:
        return (0,) * len(_RULES)
    columns: Any = list(zip(*found, strict=True))
    try:
        return tuple(map(sum, columns))
    except TypeError:  # a number is None
        return tuple(map(total, columns))


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


def _of_fragment(fragment: Fragment) -> tuple[Any, ...]:
    """Return the sums of a fragment, and keep them there."""
    found = _sums(_parts_of(fragment))
    if type(fragment.times) is not int:
        found = tuple([number * fragment.times for number in found])
    fragment.sums = found
    return found


def _parts_of(fragment: Fragment) -> list[Call | Fragment]:
    """Return the steps of a fragment as parts that cost the same anywhere.

    What runs in training only, or has weights of another node, costs something else
    than the same part elsewhere; then these are the nodes themselves.
    """
    parts: list[Any] = []
    for step in fragment.steps:
        if step.idle or step.weights is not None:
            return list(walked(fragment).calls)
        parts.append(step.made)
    return parts


def costs(call: Call) -> Costs:
    """Return what a call costs, and keep it there.

    Raises:
        ConfigError: If a rule gives no number.
    """
    if call.costs is None:
        layer, xs, y = call.rules, call.shapes, call.output
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
            size = 0 if layer.is_parameter else y.size if y else None
            done = (layer.connections_of(*xs, y), layer.macs_of(*xs, y), size)
        found = (*owned, *done)
        for number in found:
            kind = type(number)
            if not (0 <= number < _LARGEST if kind is int else kind in SYMBOLIC):
                found = tuple(map(_number, [call] * len(_RULES), _RULES, found))
                break
        call.costs = Costs._make(found)
    known: Costs = call.costs
    return known


_LARGEST = 10**4000  # what is larger, as no layer of cnncalc counts, is not printed

_RULES = ("params", "trainable_params", "buffers", "connections", "macs", "size")


def _number(call: Call, rule: str, value: Any) -> int | None:
    """Return what a rule gave: an integer, a lower bound, or None if it is unknown."""
    if value is None or type(value) in SYMBOLIC:
        return value  # type: ignore[no-any-return]
    number: Any = integer(value)
    is_int = isinstance(number, int) and not isinstance(number, bool)
    if is_int and 0 <= number < _LARGEST:
        return value if isinstance(value, AtLeast) else int(number)
    why = f"its {rule}() returned {for_message(value)}"
    fix = "It must return an integer from 0 on, or None where it is unknown"
    raise ConfigError(why, fix, described(call.layer, call.shapes))


def macs_in_training(call: Call) -> int | None:
    """Return the MACs of a call, also of one that runs in training only."""
    if call.idle:
        macs = call.rules.macs_of(*call.shapes, call.output)
        return _number(call, "macs", macs)
    return costs(call).macs
