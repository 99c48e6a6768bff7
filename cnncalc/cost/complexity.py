"""Time and space complexity of layers, in the form in which articles give them.

Time is a layer's multiply-accumulates, O(M²·K²·C_in·C_out) of a convolution, with M the
side of the output and K that of the kernel; space is its weights and its output,
O(K²·C_in·C_out + M²·C_out). Both are read off the layer's own rules, so that they hold
for every kind with weights.
"""

from __future__ import annotations

from typing import NamedTuple

from cnncalc._typing import override
from cnncalc.cost.totals import facts
from cnncalc.formula import Formula, Term, leaf
from cnncalc.graph.table import Call
from cnncalc.sizes.axes import letters
from cnncalc.sizes.number import product

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
    """What a layer costs.

    Attributes:
        time: In multiply-accumulates.
        space: In weights and values of the output.
    """

    time: Order
    space: Order

    @override
    def __str__(self) -> str:
        return f"time {self.time}; space {self.space}"


def complexity(call: Call) -> Complexity | None:
    """Return time and space of a call; None where it has no weights, or is unknown.

    Source:
        He & Sun 2014, https://arxiv.org/abs/1412.1710, §3.
    """
    if not facts(call).macs:
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
    return Complexity(_order(time), _order(weights + output))


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


def _order(term: Term) -> Order:
    general, numbers = (_written(term, general=which) for which in (True, False))
    return Order(f"O({general})", f"O({numbers})", int(term))


def _written(term: Term, *, general: bool) -> str:
    op, parts = term._op, term._parts
    if op == "+":
        inner = [_written(part, general=general) for _, part in parts]
        return " + ".join(inner)  # weights and outputs are never taken away
    if op == "×":
        return _product(parts, general=general)
    if op == "whole":
        return _written(parts[0], general=general)
    if op:  # channels divided by groups
        return f"({'/'.join(_written(part, general=general) for part in parts)})"
    return _symbol(term) if general and term._symbol else str(int(term))


def _product(parts: tuple[Term, ...], *, general: bool) -> str:
    """Write factors: sides first, those of a square as a power; what is a sum last."""
    found: list[tuple[int, str]] = []
    for part in parts:
        side, _, axis = _symbol(part).partition("_")
        text = _written(part, general=general)
        if part._op == "+":
            found.append((len(_SIDES) + 1, f"({text})"))
        elif side not in _SIDES:
            found.append((len(_SIDES), text))
        elif (power := _power(parts, side)) == 1:
            found.append((_SIDES.index(side), text))
        elif axis == letters(power)[0].lower():
            found.append(
                (_SIDES.index(side), f"{side if general else text}{'²³'[power - 2]}")
            )
    return "·".join(text for _, text in sorted(found, key=lambda factor: factor[0]))


def _power(parts: tuple[Term, ...], side: str) -> int:
    """Return along how many axes a side is the same; 1 where it differs."""
    values = {_symbol(part): int(part) for part in parts}
    along = [n for symbol, n in values.items() if symbol.partition("_")[0] == side]
    return len(along) if len(set(along)) == 1 else 1


def _symbol(term: Term) -> str:
    return _CALLED.get(term._symbol, term._symbol)
