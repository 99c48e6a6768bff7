"""Time and space complexity of layers, in the form in which articles give them.

Time is a layer's multiply-accumulates, O(M²·K²·C_in·C_out) of a convolution, with M the
side of the output and K that of the kernel; space is its weights and its output,
O(K²·C_in·C_out + M²·C_out). Both are read off the layer's own rules, so that they hold
for every kind with weights.
"""

from __future__ import annotations

from typing import NamedTuple

from cnncalc._typing import Unpack, override
from cnncalc.answers.answer import Answer, Written
from cnncalc.answers.table import Column, Table
from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.totals import costs
from cnncalc.formula import Formula
from cnncalc.graph.call import Call
from cnncalc.sizes.arithmetic import Arithmetic, Notation, made, write
from cnncalc.sizes.axes import letters
from cnncalc.sizes.number import product
from cnncalc.sizes.term import as_term, leaf

__all__ = ["Complexity", "Order", "complexity"]


class Order(NamedTuple):
    """One complexity.

    Attributes:
        general: In symbols: ``O(M²·K²·C_in·C_out)``. Sides that differ are written
            apart, as M_h·M_w.
        numbers: With numbers: ``O(28²·5²·1·6)``.
        value: What is inside the brackets.
    """

    general: str
    numbers: str
    value: int

    @override
    def __str__(self) -> str:
        return f"{self.general} = {self.numbers} = {self.value:,}"


class Complexity(NamedTuple):
    """The time and space of a layer.

    Attributes:
        time: In multiply-accumulates.
        space: In weights and values of the output.
    """

    time: Order
    space: Order

    @override
    def __str__(self) -> str:
        return f"time {self.time}; space {self.space}"


class Complexities(Answer, dict[str, Complexity]):
    """The time and space of each layer with weights, by path."""

    @property
    @override
    def table(self) -> Table:
        """A line for each layer."""
        lines = [
            (path, *orders.time[::2], *orders.space[::2])
            for path, orders in self.items()
        ]
        return Table("complexity", _COLUMNS, tuple(lines), ())


_COLUMNS = (
    Column("layer", "layer", "text"),
    Column("time", "time", "text"),
    Column("macs", "MACs", "count"),
    Column("space", "space", "text"),
    Column("values", "weights and values", "count"),
)


def complexity(net: AnyNetwork, **how: Unpack[Written]) -> Complexities:
    """Return by path the time and space of each layer with weights.

    In the form of the articles, O(M²·K²·C_in·C_out), and with its numbers.

    Args:
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Source:
        He & Sun 2014, https://arxiv.org/abs/1412.1710, §3.

    Example:
        >>> from cnncalc import zoo
        >>> conv = zoo.lenet().complexity()["Conv1"]
        >>> print(conv.time)
        O(M²·K²·C_in·C_out) = O(28²·5²·1·6) = 117,600
        >>> print(conv.space)
        O(K²·C_in·C_out + M²·C_out) = O(5²·1·6 + 28²·6) = 4,854
    """
    table = net.graph.table
    found = {table.path(i): _complexity(call) for i, call in enumerate(table.calls)}
    known = ((path, orders) for path, orders in found.items() if orders is not None)
    return Complexities(known)._written(how)


def _complexity(call: Call) -> Complexity | None:
    """Return those of a call; None where it has no weights, or is unknown."""
    if not costs(call).macs:
        return None
    rule = "weights" if hasattr(call.layer, "weights") else "params"
    time, weights = (
        Formula(call.layer, call.shapes, name).term() for name in ("macs", rule)
    )
    if time is None or weights is None:
        return None
    y = call.output
    named = zip(y.space, letters(y.rank), strict=True)
    space = [leaf(size, f"{letter}_out") for size, letter in named]
    output = product((*space, leaf(y.channels, "C_out")))
    return Complexity(_order(time), _order(as_term(weights + output)))


# How articles call what our formulas call otherwise: sides of the map that is put out
# (M) and of the one that comes in (N), the kernel's, the number of filters, and the
# multiplier of a depthwise convolution, whose letter the map has.
_CALLED = {
    "L_out": "M",
    "D_out": "M_d",
    "H_out": "M_h",
    "W_out": "M_w",
    "L": "N",
    "D": "N_d",
    "H": "N_h",
    "W": "N_w",
    "k": "K",
    "k_d": "K_d",
    "k_h": "K_h",
    "k_w": "K_w",
    "F": "C_out",
    "U": "C_out",
    "M": "D",
}
_SIDES = ("M", "N", "K")  # in their order in a product, before all else

# Of an order, rounding is no part.
_NOTATION = Notation(
    times="·", stacked=True, quotient="({}/{})".format, floor=str, ceil=str
)


def _order(term: Arithmetic) -> Order:
    ordered = _ordered(term)
    general, numbers = (write(ordered, _NOTATION, general=g) for g in (True, False))
    return Order(f"O({general})", f"O({numbers})", term.value)


def _ordered(e: Arithmetic) -> Arithmetic:
    """Return the same arithmetic as articles have it."""
    if e.op == "×":
        return _product(e.parts)
    if e.op == "whole":
        return _ordered(e.parts[0])
    if e.op:
        return made(e.op, *map(_ordered, e.parts))
    return Arithmetic(e.value, symbol=_symbol(e))


def _product(parts: tuple[Arithmetic, ...]) -> Arithmetic:
    """Return factors: sides first, those of a square as a power; what is a sum last."""
    sizes = {_symbol(part): part.value for part in parts}
    found: list[tuple[int, Arithmetic]] = []
    for part in parts:
        symbol = _symbol(part)
        side, _, _ = symbol.partition("_")
        if side not in _SIDES:
            last = len(_SIDES) + (part.op == "+")
            found.append((last, _ordered(part)))
            continue
        same = {name: n for name, n in sizes.items() if name.partition("_")[0] == side}
        if len(same) == 1 or len(set(same.values())) > 1:
            found.append((_SIDES.index(side), _ordered(part)))
        elif symbol == next(iter(same)):  # it stands for all
            root, power = Arithmetic(part.value, symbol=side), Arithmetic(len(same))
            found.append((_SIDES.index(side), made("**", root, power)))
    return made("×", *[e for _, e in sorted(found, key=lambda factor: factor[0])])


def _symbol(e: Arithmetic) -> str:
    return _CALLED.get(e.symbol, e.symbol)
