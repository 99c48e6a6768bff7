"""Receptive fields: how much of the input each unit sees, and where.

A field is told for each axis by its size, its effective stride and its effective
padding, so that unit i is centred at ``-padding + i·stride + (size - 1) / 2``. Fields
compose along a chain, and where branches join the field is the hull of theirs.

Source:
    Araujo, Norris & Sim 2019, https://distill.pub/2019/computing-receptive-fields
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

from cnncalc.graph.table import Call, Links, Table
from cnncalc.layers.window import GLOBAL, LOCAL, Positions, Reach, either, hull
from cnncalc.sizes.shape import Pair

__all__ = ["Field", "Region", "fields", "grown", "last_map", "region"]


class Field(NamedTuple):
    """What the units of one map see, as (vertical, horizontal) pairs.

    Attributes:
        size: Input positions that a unit sees.
        stride: Input positions from one unit to the next.
        padding: Positions before the input's first that the first unit sees.
        aligned: Whether all branches behind it have the same centres.
    """

    size: Pair
    stride: Pair
    padding: Pair
    aligned: bool = True


# None: unknown, or branches of different strides meet; "global": the whole input.
Seen: TypeAlias = Field | str | None

_INPUT = Field((1, 1), (1, 1), (0, 0))


def fields(table: Table, *, gates: bool = False) -> list[Seen]:
    """Return what the units of each node see.

    Args:
        table: The nodes.
        gates: Whether to count the path through a gate that sees the whole map, as
            squeeze-excitation has; the literature leaves it out. A gate is an input
            but the first of a layer whose others weigh it.

    Returns:
        A field for each node; "global" where a unit sees the whole input, and None
        where the field is unknown or branches of different strides meet.
    """
    return grown([], table.calls, table.links, gates=gates)


def grown(
    seen: list[Seen],
    calls: Iterable[Call],
    every: Iterable[Links],
    *,
    gates: bool = False,
) -> list[Seen]:
    """Add to *seen* what the units of further nodes see, and return it.

    Args:
        seen: What those of all nodes before them see.
        calls: What the nodes apply.
        every: The links of each.
        gates: As of `fields`.
    """
    for call, links in zip(calls, every, strict=True):
        # A link counts back from here, which is from the end of what is seen so far.
        if len(links) == 1:
            below = seen[links[0]]
        elif links:
            behind = [seen[link] for link in links]
            below = _hull(behind, gate=call.layer.is_gate and not gates)
        else:
            below = _INPUT
        (reach,) = call.reach or _reach(call)
        seen.append(below if reach is LOCAL else _through(below, reach))
    return seen


def _reach(call: Call) -> tuple[Reach]:
    """Return the window of a call, in a tuple, and keep it there."""
    call.reach = known = (call.layer.reach(*call.shapes),)
    return known


def _through(below: Seen, reach: Reach) -> Seen:
    """Return the field of a layer over what is below it."""
    if below is None or reach is None:
        return None
    if isinstance(reach, str) or isinstance(below, str):
        return GLOBAL
    (size_h, size_w), (stride_h, stride_w), (pad_h, pad_w), aligned = below
    (reach_h, reach_w), (step_h, step_w), (before_h, before_w), up, _ = reach
    size = (size_h + (reach_h - 1) * stride_h, size_w + (reach_w - 1) * stride_w)
    padding = (pad_h + before_h * stride_h, pad_w + before_w * stride_w)
    stride = (stride_h * step_h, stride_w * step_w)
    if up != (1, 1):
        stride = (_divided(stride[0], up[0]), _divided(stride[1], up[1]))
    if not type(stride_h) is type(stride_w) is int:  # whole again, where they are
        size = (_divided(size[0], 1), _divided(size[1], 1))
        padding = (_divided(padding[0], 1), _divided(padding[1], 1))
        stride = (_divided(stride[0], 1), _divided(stride[1], 1))
    return Field(size, stride, padding, aligned)


def _divided(stride: Any, up: int) -> Any:
    """Return the exact quotient: an integer where it is one, else a fraction."""
    from fractions import Fraction

    quotient = Fraction(stride) / up
    return int(quotient) if quotient.denominator == 1 else quotient


def _hull(behind: list[Seen], *, gate: bool) -> Seen:
    """Return the smallest field that holds all of the branches'."""
    if gate:
        behind = [f for place, f in enumerate(behind) if not _is_gate(place, f)]
    if any(isinstance(field, str) for field in behind):
        return GLOBAL
    others: list[Any] = behind
    hull = others[0]
    for field in others[1:]:
        if hull is None or field is None or hull.stride != field.stride:
            return None
        if hull != field:
            hull = _joined(hull, field)
    result: Field | None = hull
    return result


def _is_gate(place: int, seen: Seen) -> bool:
    """Tell whether an input of a layer with gates is one: not the first, and global."""
    return place > 0 and seen == GLOBAL


def _joined(a: Field, b: Field) -> Field:
    """Return the hull of two fields of equal stride."""
    (a_h, a_w), stride, (a_top, a_left), a_aligned = a
    (b_h, b_w), _, (b_top, b_left), b_aligned = b
    top, left = max(a_top, b_top), max(a_left, b_left)
    size = (
        top + max(a_h - a_top, b_h - b_top),
        left + max(a_w - a_left, b_w - b_left),
    )
    # Twice the distance from the first unit's centre to the input's origin.
    centred = (
        a_h - 2 * a_top == b_h - 2 * b_top and a_w - 2 * a_left == b_w - 2 * b_left
    )
    return Field(size, stride, (top, left), a_aligned and b_aligned and centred)


class Region(NamedTuple):
    """A part of the input.

    Attributes:
        rows: Its rows.
        columns: Its columns.
    """

    rows: range
    columns: range


def region(
    table: Table, node: int, row: int, column: int, *, gates: bool = False
) -> dict[int, Region] | None:
    """Return the exact part of each input that one unit of a node depends on.

    Args:
        table: The nodes.
        node: Whose unit it is.
        row: The unit's row.
        column: The unit's column.
        gates: As of `fields`.

    Returns:
        The hull of all positions that reach it, for each input of the network that
        does; padding is left out. None where a layer's window is unknown.
    """
    wanted: dict[int, tuple[Positions, Positions]] = {
        node: (range(row, row + 1), range(column, column + 1))
    }
    below: list[Seen] = []  # what is seen up to the node, once a gate asks for it
    for index in range(node, -1, -1):
        links = table.links[index]
        if index not in wanted or not links:
            continue
        rows, columns = wanted.pop(index)
        layer = table.calls[index].layer
        for place, link in enumerate(links):
            x = table.calls[index + link].output
            # A branch that is spread over the map has one position for all of it.
            spread = x.positions == 1 and len(links) > 1
            if place and layer.is_gate and not gates:
                below = below or grown([], table.calls[:node], table.links[:node])
                if _is_gate(place, below[index + link]):
                    continue
            seen = (range(1), range(1)) if spread else layer.sees(x, rows, columns)
            if seen is None:
                return None
            known = wanted.get(index + link)
            wanted[index + link] = (
                seen
                if known is None
                else (either(known[0], seen[0]), either(known[1], seen[1]))
            )
    return {
        index: Region(hull(rows), hull(columns))
        for index, (rows, columns) in wanted.items()
    }


def last_map(table: Table, seen: Iterable[Seen]) -> Seen:
    """Return the field of the last map before anything global; the input's, if none."""
    last: Seen = _INPUT
    for call, field in zip(table.calls, seen, strict=True):
        if not (call.output.is_vector or call.idle or field == GLOBAL):
            last = field
    return last
