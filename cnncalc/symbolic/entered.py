"""A network's entry in symbols: its inputs, and the layers that have some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cnncalc.checks import checked_batch, for_message
from cnncalc.cost.asked import AnyGraph, AnyNetwork, title_of
from cnncalc.errors import OptionError
from cnncalc.graph.lowering import forget_lowered
from cnncalc.graph.table import Table
from cnncalc.layers.interned import values_of
from cnncalc.sizes.axes import axis_names
from cnncalc.sizes.number import in_symbols
from cnncalc.sizes.shape import Shape
from cnncalc.symbolic.conditions import Assumptions
from cnncalc.symbolic.expression import Symbol
from cnncalc.symbolic.polynomial import Polynomial, as_polynomial
from cnncalc.symbolic.size import polynomial_of, size_named
from cnncalc.symbolic.together import assume

__all__ = ["AXES", "Entered", "entered_by"]

# The symbols of sizes, where no other is given.
AXES = {"height": "H", "width": "W", "length": "L", "depth": "D"}


class Entered(NamedTuple):
    """The entry of a network in symbols.

    Attributes:
        title: What stands above a report of it.
        inputs: The shapes of its inputs.
        symbols: The names of all symbols, in the order of the input.
        times: How many inputs go through together.
        layers: The layers with symbols in their fields.
    """

    title: str
    inputs: list[Shape]
    symbols: tuple[str, ...]
    times: Polynomial
    layers: list[Any]

    def read(self, net: AnyNetwork, assumed: Assumptions) -> AnyGraph:
        """Return the network on these; what is assumed is noted meanwhile."""
        for layer in self.layers:
            layer.__attrs_post_init__()
        if net.graph is net:  # its blocks are not lowered again
            for call in dict.fromkeys(net.graph.table.calls):
                assume(assumed, call.assumed)
        return net.on(*self.inputs).graph


def entered_by(
    net: AnyNetwork, names: Mapping[str, str | None], batch: str | int | None
) -> Entered:
    """Return what enters a network, with symbols for its sizes.

    Args:
        net: The network.
        names: By axis the symbol of its size; None leaves that a number.
        batch: How many inputs go through together, as a symbol or a number.

    Raises:
        OptionError: If a symbol is no name, or stands for two sizes that differ.
    """
    table = net.graph.table
    calls = [table.calls[node] for node in table.entries()]
    there = [axis for call in calls for axis in axis_names(call.output.rank)]
    for axis, name in names.items():
        if name is not None and name != AXES[axis] and axis not in there:
            why = f"{axis} is {for_message(name)}, and no input has a {axis}"
            known = " and ".join(dict.fromkeys(there))
            raise OptionError(why, f"Its axes are {known}" if known else "Leave it out")
    named = _named([call.output for call in calls], names)
    entering = [_in_symbols(call.output, named) for call in calls]
    layers, inner = _layers_in_symbols(table)
    if layers:  # what was assumed when they were made, and lowered first, is not known
        forget_lowered()
    times = _batch(batch, {*named.values(), *inner})
    own = [
        name for x in entering for n in x for name in sorted(polynomial_of(n).symbols)
    ]
    symbols = tuple(dict.fromkeys([*own, *sorted(inner), *sorted(times.symbols)]))
    return Entered(title_of(net), entering, symbols, times, layers)


def _layers_in_symbols(table: Table) -> tuple[list[Any], set[str]]:
    """Return the layers with symbols in their fields, and which these are."""
    layers, every = [], set[str]()
    for call in dict.fromkeys(table.calls):
        names = _names_in(values_of(call.layer))
        if names:
            layers.append(call.layer)
            every |= names
    return layers, every


def _names_in(value: Any) -> frozenset[str]:
    if isinstance(value, tuple):
        return frozenset[str]().union(*map(_names_in, value))
    return polynomial_of(value).symbols if in_symbols((value,)) else frozenset()


def _named(
    shapes: Iterable[Shape], names: Mapping[str, str | None]
) -> dict[tuple[str, int], str]:
    """Return by axis and size the symbols of the inputs' sizes.

    Raises:
        OptionError: If one is no name, or stands for two sizes that differ.
    """
    found: dict[tuple[str, int], str] = {}
    sizes: dict[str, int] = {}
    for shape in shapes:
        for axis, size in zip(axis_names(shape.rank), shape.space, strict=True):
            name = names.get(axis)
            if name is None or in_symbols((size,)) or (axis, size) in found:
                continue
            others = [there for there, _ in found if there == axis]
            name = Symbol(name).symbols[0] + (f"_{len(others) + 1}" if others else "")
            if sizes.setdefault(name, size) != size:
                why = f"{name} stands for {sizes[name]} and for {size}"
                raise OptionError(why, "Give each size a symbol of its own")
            found[axis, size] = name
    return found


def _in_symbols(shape: Shape, named: Mapping[tuple[str, int], str]) -> Shape:
    """Return the shape of an input with symbols for its sizes."""
    space: list[Any] = []
    for axis, size in zip(axis_names(shape.rank), shape.space, strict=True):
        name = None if in_symbols((size,)) else named.get((axis, size))
        space.append(size if name is None else size_named(name, size))
    return Shape.made(tuple(space), shape.channels)


def _batch(batch: str | int | None, taken: set[str]) -> Polynomial:
    """Return how many inputs go through together.

    Raises:
        OptionError: If that is neither a positive integer nor a name of its own.
    """
    if isinstance(batch, str):
        if batch in taken:
            why = f"{batch} stands for a size, too"
            raise OptionError(why, "Give the batch a symbol of its own")
        return Symbol(batch).polynomial
    return as_polynomial(1 if batch is None else checked_batch(batch))
