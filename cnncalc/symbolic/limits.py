"""Limits of a network: the number of each, and what it is at least in symbols."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

from cnncalc._typing import override
from cnncalc.answers.answer import Record, Written
from cnncalc.answers.table import Column, Table, columns, facts
from cnncalc.checks import checked_batch, for_message
from cnncalc.cost.asked import AnyNetwork
from cnncalc.errors import OptionError, unknown_name
from cnncalc.memory.liveness import least_alive, peak_memory
from cnncalc.memory.saved import saved_for_backward, saved_tensors
from cnncalc.memory.types import DataTypes, bits, tensor_bytes
from cnncalc.operations.flops import network_flops
from cnncalc.sizes.amount import Amount, amount
from cnncalc.sizes.bound import AtLeast
from cnncalc.symbolic.counting import QUANTITIES, counted_in_symbols
from cnncalc.symbolic.polynomial import Polynomial, as_polynomial
from cnncalc.symbolic.size import polynomial_of, where_is

__all__ = [
    "LIMITED",
    "Kept",
    "Limits",
    "Memory",
    "at_least",
    "checked_limits",
    "numbers_of",
]


class Limits(Written, total=False):
    """The most that a network may have: an integer, or a text as "600M" or "24 GiB".

    Beside these, and MACs, it is how the answer is written, as of `Written`.

    Attributes:
        flops: Floating-point operations.
        params: Parameters.
        activations: Values that the nodes put out.
        connections: Links into units.
        peak_memory: Bytes that are alive at once, as of `Network.peak_memory`.
        saved_for_backward: Bytes that are kept, as of `Network.saved_for_backward`.
    """

    flops: Amount
    params: Amount
    activations: Amount
    connections: Amount
    peak_memory: Amount
    saved_for_backward: Amount


class Memory(NamedTuple):
    """A way to count bytes.

    Attributes:
        dtype: The type of values.
        batch: How many inputs go through together.
    """

    dtype: DataTypes = "float32"
    batch: int = 1

    @classmethod
    def checked(cls, dtype: DataTypes, batch: int) -> Memory:
        """Return it, checked also where no limit is of bytes.

        Raises:
            OptionError: If there is no such type, or *batch* is no positive integer.
        """
        if not isinstance(dtype, Mapping):
            bits(dtype)
        return cls(dtype, checked_batch(batch))


class Kept(Record):
    """An answer that keeps limits: what it is, and a line for each limit."""

    __slots__ = ()

    _what: ClassVar[tuple[Column, ...]]  # its parts that are no limits

    # By name, what there is and what there may be; and the limits that the next larger
    # one does not keep.
    values: tuple[tuple[str, int], ...]
    limits: tuple[tuple[str, int], ...]
    binding: tuple[str, ...]

    @property
    @override
    def table(self) -> Table:
        """A line for each limit, and below it what was found."""
        heads = (
            Column("limited", "limited", "text"),
            *columns("number", limit="at most", value="there"),
            Column("binds", "binds", "flag"),
        )
        lines = [
            (name, limit, number, name in self.binding)
            for (name, number), (_, limit) in zip(self.values, self.limits, strict=True)
        ]
        return Table(self._title, heads, tuple(lines), facts(self, self._what))

    @override
    def _shown(self) -> Table:
        return self.table


_HOW = frozenset(Written.__annotations__)

_READ: dict[str, Callable[[AnyNetwork, Memory], Any]] = {
    "macs": lambda net, _: net.totals.macs,
    "flops": lambda net, _: network_flops(net),
    "params": lambda net, _: net.totals.params,
    "activations": lambda net, _: net.totals.activation_size,
    "connections": lambda net, _: net.totals.connections,
    "peak_memory": lambda net, how: peak_memory(net, how.dtype, batch=how.batch),
    "saved_for_backward": lambda net, how: saved_for_backward(
        net, how.dtype, batch=how.batch
    ),
}
LIMITED = tuple(_READ)
_BYTES = {"peak_memory", "saved_for_backward"}


def checked_limits(given: Mapping[str, Any]) -> tuple[dict[str, int], dict[str, Any]]:
    """Return limits as integers, and how the answer is written.

    Raises:
        OptionError: If there are none, or one is no positive amount.
        UnknownNameError: If nothing of that name can be limited.
    """
    how = {name: word for name, word in given.items() if name in _HOW}
    for name in given:
        if name not in LIMITED and name not in how:
            raise unknown_name("limit", name, LIMITED)
    found = {
        name: amount(name, limit, "bytes" if name in _BYTES else "count")
        for name, limit in given.items()
        if name not in how and limit is not None
    }
    if not found:
        raise OptionError("nothing is limited", 'Give a limit, as macs="600M"')
    return found, how


def numbers_of(net: AnyNetwork, names: Any, how: Memory) -> dict[str, int]:
    """Return what is limited of a network.

    Raises:
        OptionError: If a number is only known to be at least so much.
    """
    found = {name: _READ[name](net, how) for name in names}
    for name, number in found.items():
        if isinstance(number, AtLeast):
            why = f"its {name} is only known to be {number}"
            raise OptionError(why, "See net.unknown: what it needs to be known")
        if not isinstance(number, int):
            why = f"its {name} is {for_message(number)}"
            raise OptionError(why, "Give its symbols numbers: layers take integers")
    return found


def at_least(
    net: AnyNetwork, names: Any, how: Memory
) -> dict[str, tuple[Polynomial, ...]]:
    """Return what is limited of a network in symbols, or what it is never below."""
    graph, one = net.graph, as_polynomial(1)
    each = [numbers for _, numbers in counted_in_symbols(graph.table, one)]
    found: dict[str, tuple[Polynomial, ...]] = {
        name: (Polynomial.total([numbers[column][0] for numbers in each]),)
        for column, name in enumerate(QUANTITIES)
        if name in names
    }
    if "peak_memory" in names:
        calls = graph.table.calls
        there = zip(tensor_bytes(graph.table, *how), map(where_is, calls), strict=True)
        sizes = [size * where for size, where in there]
        alive = least_alive(graph.table, sizes, inplace=True)
        found["peak_memory"] = tuple(dict.fromkeys(map(polynomial_of, alive)))
    if "saved_for_backward" in names:
        # What is there for some sizes alone moves values, and keeps none itself.
        saved = saved_tensors(graph.table, how.dtype, there=where_is).bytes(how.batch)
        found["saved_for_backward"] = (polynomial_of(saved),)
    return found
