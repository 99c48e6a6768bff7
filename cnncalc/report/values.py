"""The values of a summary's columns: what rows tell, and what analyses tell of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from cnncalc._typing import NamedTuple
from cnncalc.answers.table import BareWindow, Column, Style
from cnncalc.checks import for_message
from cnncalc.cost.asked import AnyGraph
from cnncalc.cost.batch import for_batch, times_run, total_for_batch
from cnncalc.cost.rows import Row
from cnncalc.errors import ConfigError, raise_noted
from cnncalc.graph.call import described
from cnncalc.graph.table import Table
from cnncalc.memory.liveness import alive
from cnncalc.memory.types import packed, stored, widths
from cnncalc.sizes.axes import Axes, along
from cnncalc.sizes.bound import AtLeast
from cnncalc.sizes.unknown import shown

__all__ = [
    "Values",
    "Whole",
    "alive_in",
    "by_node",
    "dilation",
    "each",
    "field",
    "filters",
    "formula_of",
    "groups",
    "in_batch",
    "of_inputs",
    "of_layer",
    "shape",
    "share_of",
    "stored_as",
    "weight_shape",
]


class Whole(NamedTuple):
    """The facts of a table that columns need beside the rows.

    Attributes:
        graph: The network.
        style: How many inputs are run at once, and the data type of what is in bytes.
    """

    graph: AnyGraph
    style: Style


# The values of a column. It is called for all rows at once, since a share needs the
# whole, and since that is faster.
Values = Callable[[Sequence[Row], Whole], list[Any]]


def field(name: str) -> Values:
    """Return the column of a field of the rows."""
    get = attrgetter(name)
    return lambda rows, _: list(map(get, rows))


_output = attrgetter("output")


def shape(name: str) -> Values:
    """Return the column of a field that has shapes, those that are unknown, too."""
    get = attrgetter(name)

    def values(rows: Sequence[Row], whole: Whole) -> list[Any]:
        found = list(map(get, rows))
        known = all(map(_output, whole.graph.table.calls))
        return found if known else list(map(shown, found))

    return values


def in_batch(name: str) -> Values:
    """Return the column of a field that grows with the batch."""
    return lambda rows, whole: [for_batch(row, name, whole.style.batch) for row in rows]


def share_of(name: str) -> Values:
    """Return the column of a field's part of the whole; None where that is unknown."""

    def values(rows: Sequence[Row], whole: Whole) -> list[Any]:
        batch = 1 if name == "params" else whole.style.batch
        total = total_for_batch(whole.graph, name, batch)
        if isinstance(total, AtLeast) or total == 0:
            return [None] * len(rows)
        return [for_batch(row, name, batch) / total for row in rows]

    return values


def stored_as(numbers: Values, of: str) -> Values:
    """Return the column of the bytes that the values of another take."""

    def values(rows: Sequence[Row], whole: Whole) -> list[Any]:
        if not isinstance(whole.style.dtype, Mapping):
            return [
                None if number is None else stored(number, whole.style.dtype)
                for number in numbers(rows, whole)
            ]
        table = whole.graph.table
        every = widths(table, whole.style.dtype, of)
        bits = {table.path(node): width for node, width in enumerate(every)}
        result: list[Any] = []
        for row in rows:
            members = row.members or (row,)
            counts, each = numbers(members, whole), [bits[m.path] for m in members]
            result.append(None if None in counts else packed(counts, each))
        return result

    return values


def alive_in(rows: Sequence[Row], whole: Whole) -> list[Any]:
    """Return the column of what is alive while a node runs; of a group, the most."""
    plan = alive(whole.graph, whole.style.dtype, whole.style.batch)
    return [max(plan.get(m.path, 0) for m in row.members or (row,)) for row in rows]


def each(get: Callable[[Row], Any]) -> Values:
    """Return the column of what a function returns of each row."""
    return lambda rows, _: [get(row) for row in rows]


def of_layer(get: Callable[[Row], Any]) -> Values:
    """Return the column of what a function tells of a layer and of what reaches it.

    Of equal ones it is asked once: most of a network recurs.
    """

    def values(rows: Sequence[Row], _: Whole) -> list[Any]:
        keys = [(id(row.layer), id(row.input)) for row in rows]
        known = {
            key: get(row) for key, row in dict(zip(keys, rows, strict=True)).items()
        }
        return list(map(known.__getitem__, keys))

    return values


def filters(row: Row) -> Any:
    """Return its filters, or the window of a layer without channels of its own."""
    if row.members or not all(row.shapes):
        return None
    known = _filters_of(row)
    return known or (row.kernel and BareWindow(row.kernel))


def _filters_of(row: Row) -> tuple[int, ...] | None:
    """Return what a layer tells of its filters, checked.

    Raises:
        ConfigError: If they are no tuple.
    """
    layer, shapes = row.layer, row.shapes
    try:
        found: Any = layer.filters_of(*shapes)
        if found is None or type(found) is tuple:
            return found
        why = f"its filters_of() returned {for_message(found)}"
        raise ConfigError(why, "It must be a tuple of positive integers, or None")
    except Exception as error:  # noqa: BLE001 - of somebody's own rule
        raise_noted(error, row.path, described(layer, shapes))


def weight_shape(row: Row) -> tuple[int, ...] | None:
    """Return (outputs, inputs of a group, *window), or (outputs, inputs).

    None where the weights are not one such array: of a partial, a separable or no
    convolution.
    """
    layer, shapes = row.layer, row.shapes
    if row.members or not all(shapes):
        return None
    filters, params = _filters_of(row), layer.params_of(*shapes)
    if filters is None or params is None:
        return None
    weights = params - layer.biases(*shapes)
    if len(filters) == 1:
        return (*filters, weights // filters[0])
    number, *window, depth = filters
    size = number * depth
    for reach in window:
        size *= reach
    return (number, depth, *window) if size == weights else None


def groups(row: Row) -> int | None:
    """Return its groups, if it has a window."""
    return getattr(row.layer, "groups", None) if row.kernel else None


def dilation(row: Row) -> Axes | None:
    """Return the dilation along each axis, of which a pool may state one for all."""
    stated = getattr(row.layer, "dilation", None)
    return along(stated, len(row.kernel)) if row.kernel and stated is not None else None


def formula_of(rule: str) -> Values:
    """Return the column of a rule's formula, for one input, where it is not 0."""

    def formula(row: Row) -> Any:
        return row.formulas[rule] if getattr(row, rule) != 0 else None

    return each(formula)


def by_node(count: Callable[[Table, int], int | None]) -> Values:
    """Return the column of what an analysis counts for each node, or group of them."""

    def values(rows: Sequence[Row], whole: Whole) -> list[Any]:
        table = whole.graph.table
        numbers = {}
        for node, times in enumerate(times_run(table, whole.style.batch)):
            number = count(table, node)
            numbers[table.path(node)] = None if number is None else number * times
        result = []
        for row in rows:
            parts: list[Any] = [
                numbers[member.path] for member in row.members or (row,)
            ]
            known = None not in parts
            result.append(sum(parts) if known else None)
        return result

    return values


def of_inputs(graph: AnyGraph, columns: Sequence[Column]) -> list[tuple[Any, ...]]:
    """Return what columns have of the inputs, which nothing is counted of."""
    lines, table = [], graph.table
    for node, (call, links) in enumerate(zip(table.calls, table.links, strict=True)):
        if not links:
            known = {
                "layer": table.path(node),
                "kind": call.layer.class_name,
                "role": call.layer.role,
                "output": call.output,
            }
            cells = [known.get(c.key, 0 if c.adds else None) for c in columns]
            lines.append(tuple(cells))
    return lines
