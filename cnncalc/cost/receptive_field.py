"""Receptive fields: how much of the input each unit sees, and where.

A field is told for each axis by its size, its effective stride and its effective
padding, so that unit i is centred at ``-padding + i·stride + (size - 1) / 2``. Fields
compose along a chain, and where branches join the field is the hull of theirs. Behind
what enlarges, it depends on the position: `cnncalc.cost.periods` has those fields.

Source:
    Araujo, Norris & Sim 2019, https://distill.pub/2019/computing-receptive-fields
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from cnncalc._typing import NamedTuple
from cnncalc.checks import MOST, Mixed, for_message
from cnncalc.door import guarded
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.graph.call import Call, described
from cnncalc.graph.fragment import Again
from cnncalc.graph.table import Table
from cnncalc.graph.walk import Links
from cnncalc.sizes.axes import Axes, along
from cnncalc.sizes.remembering import is_column
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import GLOBAL, LOCAL, Reach, Window

__all__ = [
    "NOTHING",
    "VECTOR",
    "Field",
    "extremes",
    "folded_fields",
    "grown",
    "in_cell",
    "last_map",
    "space_of",
    "table_fields",
]


@guarded
class Field(NamedTuple):
    """The field of the units of one map, along each axis of the input.

    Attributes:
        size: Input positions that a unit sees; where that depends on the position, the
            most that one sees.
        stride: Input positions from one unit to the next.
        padding: Positions before the input's first that the first unit sees.
        aligned: Whether all branches behind it have the same centres.
        period: What each unit of one period sees, along each axis, as if the input had
            no border; empty where all see as far.
    """

    size: Axes
    stride: Axes
    padding: Axes
    aligned: bool = True
    period: tuple[tuple[range, ...], ...] = ()

    @property
    def sizes(self) -> tuple[Axes, Axes]:
        """The smallest and the largest size."""
        return extremes(self.size, self.period)


def extremes(size: Axes, period: tuple[tuple[range, ...], ...]) -> tuple[Axes, Axes]:
    """Return the smallest and the largest size of a field."""
    if not period:
        return size, size
    from cnncalc.cost.periods import positions_in

    return tuple([min(map(positions_in, units)) for units in period]), size


def in_cell(sizes: Any) -> Any:
    """Return what tables have of the smallest and the largest: one of two equals."""
    same = isinstance(sizes, tuple) and sizes[0] == sizes[1]
    return sizes[0] if same else sizes


# None: unknown, or branches of different strides meet; "global": the whole input;
# "vector": the whole of inputs that have no positions; "nothing": parameters alone are
# behind it.
Seen: TypeAlias = Field | str | None
NOTHING = "nothing"
VECTOR = "vector"
_UNSEEN = (NOTHING, VECTOR)  # no positions of an input
_WHOLE = (GLOBAL, VECTOR)  # all there is of one


def _origin(shape: Shape) -> Seen:
    """Return what the units of an input see: themselves, if its shape is known."""
    return (_itself(shape.rank) if shape.rank else VECTOR) if shape else None


def _itself(rank: int) -> Field:
    """Return the field of a unit that sees itself."""
    return Field((1,) * rank, (1,) * rank, (0,) * rank)


def space_of(table: Table) -> Axes | None:
    """Return the sizes of the input along its axes; None if there are several."""
    found = [shape.space for i in table.entries() if (shape := table.calls[i].output)]
    same = found and all(space == found[0] for space in found)
    return found[0] if same else None


def table_fields(table: Table, *, gates: bool = False) -> list[Seen]:
    """Return what the units of each node see.

    Args:
        table: The nodes.
        gates: Whether to count the path through a gate that sees the whole map, as
            squeeze-excitation has; the literature leaves it out. A gate is an input
            but the first of a layer whose others weigh it.

    Returns:
        A field for each node; "global" where a unit sees the whole input, "nothing"
        where parameters alone are behind it, and None where the field is unknown,
        branches of different strides meet, or its numbers have more than 300 digits.
    """
    return grown([], table.calls, table.links, space_of(table), gates=gates)


def folded_fields(table: Table, again: Sequence[Again]) -> list[Seen]:
    """Return the same of nodes of which some stand there once for many times.

    Where each time adds as much to the field, that is so many times as much.

    Args:
        table: The nodes.
        again: Which parts these are.

    Raises:
        Mixed: If the numbers of times tell more than that.
    """
    seen: list[Seen] = []
    space, done = space_of(table), 0
    for part in again:
        stop = part.end + 1
        grown(seen, table.calls[done:stop], table.links[done:stop], space)
        seen[part.end] = _repeated(seen, part, table)
        done = stop
    return grown(seen, table.calls[done:], table.links[done:], space)


def _repeated(seen: list[Seen], part: Again, table: Table) -> Seen:
    """Return what units see behind all copies of a part."""
    below = seen[part.source]
    if not isinstance(below, Field):  # as it is behind whatever it goes through alone
        return below
    rank = len(below.size)
    seen = seen[: part.start]
    seen[part.source] = _itself(rank)._replace(stride=below.stride)
    some = slice(part.start, part.end + 1)
    grown(seen, table.calls[some], table.links[some], None)
    last = seen[-1]
    by_position = any(isinstance(f, Field) and f.period for f in seen[part.start :])
    if by_position or not isinstance(last, Field) or last.stride != below.stride:
        raise Mixed(part.times, "a number of parts")
    size = zip(below.size, last.size, strict=True)
    padding = zip(below.padding, last.padding, strict=True)
    return Field(
        tuple([wide + (more - 1) * part.times for wide, more in size]),
        below.stride,
        tuple([before + more * part.times for before, more in padding]),
        below.aligned and last.aligned,
    )


def grown(
    seen: list[Seen],
    calls: Iterable[Call],
    every: Iterable[Links],
    space: Axes | None,
    *,
    gates: bool = False,
) -> list[Seen]:
    """Add to *seen* what the units of further nodes see, and return it.

    Args:
        seen: What those of all nodes before them see.
        calls: What the nodes apply.
        every: The links of each.
        space: The sizes of the input, as `space_of` has them.
        gates: As of `fields`.
    """
    for call, links in zip(calls, every, strict=True):
        # A link counts back from here, which is from the end of what is seen so far.
        if len(links) == 1:
            below = seen[links[0]]
        elif links:
            behind = [seen[link] for link in links]
            if call.rules.is_gate and not gates:
                left_out = gates_among(behind, call)
                behind = [f for n, f in enumerate(behind) if n not in left_out]
            below = _hull(behind)
        elif call.layer.is_parameter:
            below = NOTHING
        else:
            seen.append(_origin(call.output))
            continue
        (reach,) = call.reach or _reach(call)
        if reach is not LOCAL:
            below = _through(below, reach, call, space)
        seen.append(below)
    return seen


def _reach(call: Call) -> tuple[Reach]:
    """Return the window of a call, in a tuple, and keep it there.

    Raises:
        ConfigError: If that is none.
    """
    reach: Any = call.rules.reach(*call.shapes)
    if not (reach is None or isinstance(reach, Window) or reach == GLOBAL):
        why = f"its reach() returned {for_message(reach)}"
        fix = 'It must return a Window, "global" or None'
        raise ConfigError(why, fix, described(call.layer, call.shapes))
    call.reach = known = (reach,)
    return known


def _through(below: Seen, reach: Reach, call: Call, space: Axes | None) -> Seen:
    """Return the field of a layer over what is below it, axis by axis.

    Args:
        below: The field of what is below it.
        reach: How far the layer sees.
        call: What the layer is applied to.
        space: The sizes of the input.
    """
    if below == NOTHING:
        return NOTHING
    if below is None or reach is None:
        return None
    if isinstance(below, str):
        return below
    if isinstance(reach, str):
        return GLOBAL
    rank = len(below.size)
    try:
        window = [along(stated, rank) for stated in reach[:3]]
    except ShapeError:
        return None  # a layer of somebody's made other axes, and did not tell its field
    if reach.up != 1 or reach.each or below.period:
        # What is spread from one position sees all that this does.
        alone = space is not None and call.shapes[0].positions == 1
        whole = alone and _covers(below, space)
        return GLOBAL if whole else _enlarged(below, reach)
    size, stride, padding = [], [], []
    for wide, jump, pad, reached, step, before in zip(*below[:3], *window, strict=True):
        more, farther = wide + (reached - 1) * jump, jump * step
        if type(more) is type(farther) is int and (more >= MOST or farther >= MOST):
            return None  # nobody can print it
        size.append(more)
        stride.append(farther)
        padding.append(pad + before * jump)
    return Field._make((tuple(size), tuple(stride), tuple(padding), below.aligned, ()))


def _covers(field: Field, space: Any) -> bool:
    """Tell whether the first unit sees the whole input."""
    axes = zip(field.size, field.padding, space, strict=True)
    return all(before >= 0 and size - before >= n for size, before, n in axes)


def _enlarged(below: Field, reach: Window) -> Field | None:
    """Return the field of a layer behind which, or before which, some are larger."""
    from cnncalc.cost.periods import through
    from cnncalc.sizes.places import slides

    layer = slides(reach, len(below.size))
    found = [through(*axis) for axis in zip(_axes(below), layer, strict=True)]
    return _field(found, aligned=below.aligned)


def _axes(field: Field) -> list[Any]:
    """Return what units see along each axis."""
    from cnncalc.cost.periods import Seeing

    stated = field.period or ((),) * len(field.size)
    return [Seeing.of(*axis) for axis in zip(*field[:3], stated, strict=True)]


def _field(axes: list[Any], *, aligned: bool) -> Field | None:
    """Return the field of what units see along each axis; None if one is unknown."""
    if None in axes:
        return None
    size, stride, padding = zip(*[axis.field for axis in axes], strict=True)
    if max(size) >= MOST or max(stride) >= MOST:
        return None
    each = tuple([axis.each for axis in axes])
    period = each if any(len(units) > 1 for units in each) else ()
    return Field(size, stride, padding, aligned, period)


def _hull(behind: list[Seen]) -> Seen:
    """Return the smallest field that holds all of the branches'."""
    others: list[Any] = [field for field in behind if field not in _UNSEEN]
    if GLOBAL in others:
        return GLOBAL
    if not others:
        return VECTOR if VECTOR in behind else NOTHING
    hull = others[0]
    for field in others[1:]:
        if hull is None or field is None or hull.stride != field.stride:
            return None
        if hull != field:
            hull = _joined(hull, field)
    result: Field | None = hull
    return result


def gates_among(behind: Sequence[Seen], call: Call) -> set[int]:
    """Return which inputs of a call are gates; none, if all that see something are.

    A gate is spread over the map; or it is not the first input, and sees everything.

    Args:
        behind: What the units of each input see.
        call: What a node does.
    """
    if not call.rules.is_gate:
        return set()
    whole = call.output.positions
    found = {
        place
        for place, (seen, x) in enumerate(zip(behind, call.shapes, strict=True))
        if x.positions != whole or (place and seen in _WHOLE)
    }
    seeing = [n for n, seen in enumerate(behind) if seen != NOTHING]
    return set() if found.issuperset(seeing) else found


def _joined(a: Field, b: Field) -> Field | None:
    """Return the hull of two fields of equal stride."""
    if a.period or b.period:
        from cnncalc.cost.periods import seen_together

        axes = zip(_axes(a), _axes(b), strict=True)
        found, same = zip(*[seen_together(*axis) for axis in axes], strict=True)
        return _field([*found], aligned=a.aligned and b.aligned and all(same))
    size, padding, aligned = [], [], a.aligned and b.aligned
    for one, other, start, begin in zip(
        a.size, b.size, a.padding, b.padding, strict=True
    ):
        before = max(start, begin)
        padding.append(before)
        size.append(before + max(one - start, other - begin))
        # Twice the distance from the first unit's centre to the input's origin.
        aligned = aligned and one - 2 * start == other - 2 * begin
    return Field(tuple(size), a.stride, tuple(padding), aligned)


def _is_one(size: Any) -> bool:
    """Tell whether a size is 1; one in symbols is taken for more."""
    return (type(size) is int or is_column(size)) and size == 1


def last_map(table: Table, seen: Sequence[Seen]) -> int:
    """Return the node that puts out the last map before anything global.

    If there is none in which units see more than themselves, or the network puts out
    a map, it is the last node of all.
    """
    found = last = len(table.calls) - 1
    output = table.calls[last].output
    if output and not _is_one(output.positions):
        return last
    for node, (call, field) in enumerate(zip(table.calls, seen, strict=True)):
        maps = table.links[node] and not call.output.is_vector
        if maps and not (call.idle or field in (NOTHING, *_WHOLE)):
            found = node
    field = seen[found]
    itself = isinstance(field, Field) and all(map(_is_one, field.size))
    return last if itself and seen[last] in _WHOLE else found
