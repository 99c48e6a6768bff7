"""A network's numbers as a JavaScript function of its size: sliders without Python.

`scripted` reads a network on symbols, and gives the source of one function of their
values, which finds the numbers of all rows and totals. They are of type BigInt, and so
exact however large. A page that has `Script.code` in its script, and the other parts as
data, uses it so:

    const numbersAt = <code>;                      // symbols: ["H", "W", "N"]
    const { numbers, holds } = numbersAt(224, 224, 1);
    numbers[totals.macs];                          // 4089184256n, a BigInt
    numbers[rows["conv1"].alive];                  // of a row, by its path
    holds.all.every(Boolean);                      // else nothing is true there
    holds.memory.every(Boolean);                   // else peak_memory and alive are not

Where one of ``holds.all`` is false, ``conditions["all"]`` has in the same place the
words for what is not met. ``own`` has the sizes to begin with, those of the network.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cnncalc.cost.asked import AnyGraph, AnyNetwork
from cnncalc.memory.liveness import bytes_alive, storages
from cnncalc.memory.types import DataTypes, first_unknown, tensor_bytes
from cnncalc.sizes.number import in_symbols
from cnncalc.symbolic.answer import SymbolicRow, expressed
from cnncalc.symbolic.conditions import Condition
from cnncalc.symbolic.counting import QUANTITIES, counted_in_symbols
from cnncalc.symbolic.entered import AXES, Entered, entered_by
from cnncalc.symbolic.expression import Expression, Symbol
from cnncalc.symbolic.javascript import as_javascript, function_text, truth_text
from cnncalc.symbolic.size import Size, noting, polynomial_of, where_is

__all__ = ["Script", "scripted"]


class Script(NamedTuple):
    """The numbers of a network as a JavaScript function of its sizes.

    Attributes:
        symbols: The function's arguments, in order: integers, as numbers or BigInts.
        own: What they are for the network itself.
        code: Its source. It returns ``numbers``, and in ``holds`` whether each
            condition does.
        totals: By quantity the place of the network's in ``numbers``; with
            ``peak_memory``, which are bytes.
        rows: By path the same of each node that is no input; ``alive`` are the bytes in
            memory while it runs, and ``output`` has a place for each size, the channels
            last. What is unknown is left out.
        bounds: The places of numbers that are only known to be at least so much.
        conditions: In words, and in the order of ``holds``: "all" of everything, and
            "memory" of bytes besides.

    Example:
        >>> from cnncalc import Sequential
        >>> found = scripted(Sequential(input=(32, 32, 1)).conv(5, 6).pool(2))
        >>> found.symbols, found.own, found.conditions["all"]
        (('H', 'W', 'N'), (32, 32, 1), ('H ≥ 6', 'W ≥ 6'))
        >>> found.totals["macs"], found.rows["conv1"]["output"], len(found.rows)
        (3, [9, 10, 11], 2)
    """

    symbols: tuple[str, ...]
    own: tuple[int, ...]
    code: str
    totals: dict[str, int]
    rows: dict[str, dict[str, Any]]
    bounds: list[int]
    conditions: dict[str, tuple[str, ...]]


def scripted(
    net: AnyNetwork, *, batch: str = "N", dtype: DataTypes = "float32"
) -> Script:
    """Return the numbers of a network as a JavaScript function of its size.

    Sizes are H and W, L or D, and it may have symbols of its own. Numbers are those of
    `Network.symbolic`, of a whole batch; bytes those of `Network.peak_memory`.

    Args:
        net: The network.
        batch: The symbol for how many inputs go through together.
        dtype: The type of values in memory.

    Raises:
        OptionError: As of `Network.symbolic`, and of `Network.peak_memory`.
    """
    entered = entered_by(net, AXES, batch)
    with noting(both_ways=True) as assumed:
        graph = entered.read(net, assumed)
        counted = list(counted_in_symbols(graph.table, entered.times))
        alive, of_memory = _alive(graph, Size(entered.times, 1), dtype)
    found = expressed(entered, graph, counted, assumed)
    places = _Places()
    totals = {name: places.of(found.totals[name]) for name in QUANTITIES}
    rows = {row.path: _row(row, places) for row in found.rows}
    steps = {path: places.of(number) for path, number in alive.items()}
    for path in steps.keys() & rows.keys():
        rows[path]["alive"] = steps[path]
    if steps:
        totals["peak_memory"] = places.largest(steps.values())
    conditions = {"all": found.conditions, "memory": of_memory}
    return Script(
        found.symbols,
        _own(entered, batch),
        function_text(found.symbols, places.text(conditions)),
        totals,
        rows,
        places.bounds,
        {name: tuple(map(str, some)) for name, some in conditions.items()},
    )


class _Places:
    """The numbers that a function finds, each once, by their places."""

    def __init__(self) -> None:
        self._known: dict[Any, int] = {}  # by terms, and whether it is a bound
        self._texts: list[str] = []
        self._last = ""

    @property
    def bounds(self) -> list[int]:
        """The places of lower bounds."""
        return [place for (_, bound), place in self._known.items() if bound]

    def of(self, number: Expression) -> int:
        """Return the place of a number."""
        key = frozenset(number.polynomial.terms.items()), number.is_bound
        place = self._known.setdefault(key, len(self._texts))
        if place == len(self._texts):
            self._texts.append(as_javascript(number.polynomial))
        return place

    def largest(self, places: Iterable[int]) -> int:
        """Return the place of the largest of some, which comes last."""
        every = ",".join(map(str, sorted(set(places))))
        self._last = (
            f"numbers.push([{every}].map(i=>numbers[i]).reduce((a,b)=>a>b?a:b));"
        )
        return len(self._texts)

    def text(self, conditions: Mapping[str, tuple[Condition, ...]]) -> str:
        """Return what the function does: it returns the numbers, and what holds."""
        truths = [
            f"{name}:[{','.join(map(truth_text, some))}]"
            for name, some in conditions.items()
        ]
        numbers = f"const numbers=[{','.join(self._texts)}];{self._last}"
        return f"{numbers}return{{numbers,holds:{{{','.join(truths)}}}}}"


def _row(row: SymbolicRow, places: _Places) -> dict[str, Any]:
    found: dict[str, Any] = {n: places.of(getattr(row, n)) for n in QUANTITIES}
    if row.output is not None:
        found["output"] = [places.of(size) for size in row.output]
    return found


def _own(entered: Entered, batch: str) -> tuple[int, ...]:
    """Return what each symbol is for the network itself."""
    sizes: list[Any] = [n for x in entered.inputs for n in x if in_symbols((n,))]
    own: dict[str, int] = {name: Symbol(name).as_size.value for name in entered.symbols}
    own |= {str(size): size.value for size in sizes} | {batch: 1}
    return tuple([own[name] for name in entered.symbols])


def _alive(
    graph: AnyGraph, times: Any, dtype: DataTypes
) -> tuple[dict[str, Expression], tuple[Condition, ...]]:
    """Return by path the bytes alive while a node runs, and what that holds for.

    There is nothing where a node is there for some sizes alone: what lives how long
    depends on it.
    """
    table = graph.table
    if in_symbols(map(where_is, table.calls)):
        return {}, ()
    with noting() as assumed:
        sizes = tensor_bytes(table, dtype, times)
        held = storages(table, graph.outputs, sizes, inplace=True)
        alive = bytes_alive(held, len(table))
    unknown = first_unknown(table)
    found = {
        table.path(n): Expression(polynomial_of(number), is_bound=n >= unknown)
        for n, number in enumerate(alive)
        if not table.calls[n].idle
    }
    return found, assumed.conditions
