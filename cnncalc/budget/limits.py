"""The limits of a budget, and how much a network has of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from cnncalc.answers.answer import Written
from cnncalc.checks import for_message
from cnncalc.cost.asked import AnyNetwork
from cnncalc.errors import OptionError, unknown_name
from cnncalc.memory.flash import flash
from cnncalc.memory.liveness import peak_memory
from cnncalc.memory.lowered import dtype_or_own
from cnncalc.memory.parameters import memory
from cnncalc.memory.plan import memory_plan
from cnncalc.memory.types import DataTypes
from cnncalc.operations.flops import network_flops
from cnncalc.sizes.amount import Amount, amount
from cnncalc.sizes.bound import AtLeast

__all__ = ["BUDGETED", "LOCKED", "MaxLimits", "amounts_of", "max_limits"]


class MaxLimits(Written, total=False):
    """The most that a network may have: an integer, or a text as "1M" or "256 KiB".

    Beside these it is how the answer is written, as of `Written`.

    Attributes:
        max_params: Parameters.
        max_macs: Multiply-accumulates.
        max_flops: Floating-point operations.
        max_activations: Values that the nodes put out.
        max_connections: Links into units.
        max_ram: Bytes of TensorFlow Lite Micro's arena for tensors, without what it
            keeps besides, as `memory_plan` has them.
        max_flash: Bytes of a TFLite file, as of `flash`, which tells what is estimated.
    """

    max_params: Amount | None
    max_macs: Amount | None
    max_flops: Amount | None
    max_activations: Amount | None
    max_connections: Amount | None
    max_ram: Amount | None
    max_flash: Amount | None


class _Limited(NamedTuple):
    unit: Literal["count", "bytes"]
    read: Callable[[AnyNetwork, DataTypes | None], int | None]


def _ram(net: AnyNetwork, dtype: DataTypes | None) -> int:
    """Return the bytes of the arena; of a network that is unknown in part a bound."""
    least = peak_memory(net, dtype or "int8")
    if isinstance(least, AtLeast):
        return least
    return memory_plan(net, dtype_or_own(net, dtype), planner="tflm").arena_size


def _flash(net: AnyNetwork, dtype: Any) -> int:
    """Return the bytes of a file; of a network that is unknown in part a bound."""
    least = memory(net, dtype or "int8")
    return least if isinstance(least, AtLeast) else flash(net, dtype).file_size


BUDGETED = {
    "params": _Limited("count", lambda net, _: net.totals.params),
    "macs": _Limited("count", lambda net, _: net.totals.macs),
    "flops": _Limited("count", lambda net, _: network_flops(net)),
    "activations": _Limited("count", lambda net, _: net.totals.activation_size),
    "connections": _Limited("count", lambda net, _: net.totals.connections),
    "ram": _Limited("bytes", _ram),
    "flash": _Limited("bytes", _flash),
}
LOCKED = ("params", "macs", "activations", "ram")  # which are exact


def max_limits(given: Mapping[str, Any]) -> tuple[dict[str, int], dict[str, Any]]:
    """Return limits as integers, by what they limit, and how an answer is written.

    Args:
        given: Those of `MaxLimits`; what is None limits nothing.

    Raises:
        OptionError: If one is no positive amount.
        UnknownNameError: If there is no such limit.
    """
    how = {name: given[name] for name in Written.__annotations__ if name in given}
    known = {f"max_{name}": name for name in BUDGETED}
    for name in given:
        if name not in known and name not in how:
            raise unknown_name("limit", name, known)
    limits = {
        known[name]: amount(name, limit, BUDGETED[known[name]].unit)
        for name, limit in given.items()
        if name in known and limit is not None
    }
    return limits, how


def amounts_of(
    net: AnyNetwork, names: Any, dtype: DataTypes | None
) -> dict[str, int | None]:
    """Return what a network has of each; a bound, or None, where it is unknown.

    Raises:
        OptionError: If a number is an expression.
    """
    found: dict[str, Any] = {name: BUDGETED[name].read(net, dtype) for name in names}
    for name, number in found.items():
        if not isinstance(number, int | None):
            why = f"its {name} is {for_message(number)}"
            raise OptionError(why, "Give its symbols numbers: layers take integers")
    return found
