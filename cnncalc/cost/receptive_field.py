"""Receptive fields: how much of the input each unit sees, and where.

A field is told for each axis by its size, its effective stride and its effective
padding, so that unit i is centred at ``-padding + i·stride + (size - 1) / 2``. Fields
compose along a chain, and where branches join the field is the hull of theirs.

Source:
    Araujo, Norris & Sim 2019, https://distill.pub/2019/computing-receptive-fields
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from typing import Any, NamedTuple, TypeAlias

from cnncalc._typing import Self, override
from cnncalc.answers.answer import Answer
from cnncalc.answers.table import Column
from cnncalc.answers.table import Table as Lines
from cnncalc.checks import MOST, for_message
from cnncalc.door import guarded
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.graph.call import Call, described
from cnncalc.graph.table import Table
from cnncalc.graph.walk import Links
from cnncalc.sizes.axes import Axes, axis_names
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import GLOBAL, LOCAL, Place, Reach, Window, either, hull

__all__ = [
    "NOTHING",
    "Field",
    "Region",
    "grown",
    "last_map",
    "table_fields",
    "table_region",
]


@guarded
class Field(NamedTuple):
    """The field of the units of one map, along each axis of the input.

    Attributes:
        size: Input positions that a unit sees.
        stride: Input positions from one unit to the next.
        padding: Positions before the input's first that the first unit sees.
        aligned: Whether all branches behind it have the same centres.
    """

    size: Axes
    stride: Axes
    padding: Axes
    aligned: bool = True


_MOST_PLACES = 16  # of a node that are followed each by itself

# None: unknown, or branches of different strides meet; "global": the whole input;
# "nothing": parameters alone are behind it.
Seen: TypeAlias = Field | str | None
NOTHING = "nothing"


def _origin(shape: Shape) -> Seen:
    """Return what the units of an input see: themselves, if its shape is known."""
    return _itself(shape.rank) if shape else None


@lru_cache(maxsize=16)
def _itself(rank: int) -> Field:
    """Return the field of a unit that sees itself.

    A vector is taken for a map of one position, as fields were told before there were
    other axes.
    """
    axes = rank or 2
    return Field((1,) * axes, (1,) * axes, (0,) * axes)


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
        seen.append(below if reach is LOCAL else _through(below, reach))
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


def _through(below: Seen, reach: Reach) -> Seen:
    """Return the field of a layer over what is below it, axis by axis."""
    if below == NOTHING:
        return NOTHING
    if below is None or reach is None:
        return None
    if isinstance(reach, str) or isinstance(below, str):
        return GLOBAL
    try:
        window = reach.along(len(below.size))
    except ShapeError:
        return None  # a layer of somebody's made other axes, and did not tell its field
    size, stride, padding = [], [], []
    for wide, jump, pad, reached, step, before, up in zip(
        *below[:3], *window[:4], strict=True
    ):
        extent, start = wide + (reached - 1) * jump, pad + before * jump
        if up != 1 or type(jump) is not int:  # whole again, where they are
            extent, start = _divided(extent, 1), _divided(start, 1)
            stride.append(_divided(jump * step, up))
        else:
            stride.append(jump * step)
        size.append(extent)
        padding.append(start)
    if max(size) >= MOST or max(stride) >= MOST:
        return None  # nobody can print it
    return Field(tuple(size), tuple(stride), tuple(padding), below.aligned)


def _divided(stride: Any, up: int) -> Any:
    """Return the exact quotient: an integer where it is one, else a fraction."""
    from fractions import Fraction

    quotient = Fraction(stride) / up
    return int(quotient) if quotient.denominator == 1 else quotient


def _hull(behind: list[Seen]) -> Seen:
    """Return the smallest field that holds all of the branches'."""
    others: list[Any] = [field for field in behind if field != NOTHING]
    if not others:
        return NOTHING
    if GLOBAL in others:
        return GLOBAL
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
        if x.positions != whole or (place and seen == GLOBAL)
    }
    seeing = [n for n, seen in enumerate(behind) if seen != NOTHING]
    return set() if found.issuperset(seeing) else found


def _joined(a: Field, b: Field) -> Field:
    """Return the hull of two fields of equal stride."""
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


@guarded
class Region(Answer, tuple[range, ...]):  # noqa: SLOT001 - it keeps how it is written
    """A part of the input: the positions along each axis.

    Of a map, and of a vector, which is taken for a map of one position, it has `rows`
    and `columns`.

    Example:
        >>> Region(range(0, 14), range(18, 32)), Region(range(5))
        (Region(rows=range(0, 14), columns=range(18, 32)), Region(range(0, 5)))
    """

    def __new__(cls, *axes: range) -> Self:
        """Return the part with these positions along each axis."""
        if not all(type(axis) is range for axis in axes):
            why = f"{for_message(axes)} are no ranges"
            raise ConfigError(why, "Write Region(range(0, 5), range(0, 5))", "Region")
        return tuple.__new__(cls, axes)

    def __getnewargs__(self) -> tuple[range, ...]:
        return tuple(self)

    @classmethod
    def around(cls, places: list[Place]) -> Self:
        """Return the smallest region that holds some places."""
        return cls(*map(hull, _hull_of_places(places) or (range(1), range(1))))

    @property
    @override
    def table(self) -> Lines:
        """One line, with the first and the last position along each axis."""
        heads: list[Column] = []
        ends: list[int | None] = []
        for axis, part in zip(axis_names(len(self)), self, strict=True):
            heads.append(Column(f"{axis}_first", f"{axis}, from", "number"))
            heads.append(Column(f"{axis}_last", f"{axis}, to", "number"))
            ends += [part.start, part.stop - 1] if part else [None, None]
        return Lines("region", tuple(heads), (tuple(ends),), ())

    @property
    def rows(self) -> range:
        """The rows of a part of a map or a volume."""
        return self[-2]

    @property
    def columns(self) -> range:
        """The columns of a part of a map or a volume."""
        return self[-1]

    @override
    def __repr__(self) -> str:
        if len(self) == len(("rows", "columns")):
            return f"Region(rows={self.rows}, columns={self.columns})"
        return f"Region({', '.join(map(str, self))})"


def table_region(
    table: Table, node: int, *position: int, gates: bool = False
) -> dict[int, Region] | None:
    """Return the exact part of each input that one unit of a node depends on.

    Args:
        table: The nodes.
        node: Whose unit it is.
        position: Where the unit stands along each axis of the node's output.
        gates: As of `fields`.

    Returns:
        The hull of all positions that reach it, for each input of the network of which
        some do; padding is left out. It may be larger where more than 16 places of one
        node reach it that share neither rows nor columns. None where a layer's window
        is unknown.
    """
    shape = table.calls[node].output
    if not shape:
        return None
    unit = tuple([range(n, n + 1) for n in position[: shape.rank]])
    wanted: dict[int, list[Place]] = {node: [unit]}  # of what each node puts out
    below: list[Seen] = []  # what is seen up to the node, once a gate asks for it
    for index in range(node, -1, -1):
        links = table.links[index]
        if index not in wanted or not links:
            continue
        asked = wanted.pop(index)
        call = table.calls[index]
        layer = call.rules
        ignored: set[int] = set()
        if layer.is_gate and not gates and len(links) > 1:
            below = below or grown([], table.calls[:node], table.links[:node])
            behind = [below[index + link] for link in links]
            ignored = gates_among(behind, call)
        for place, link in enumerate(links):
            if place in ignored:
                continue
            for some in asked:
                with table.placing(index, layer, call.shapes):
                    seen = layer.input_place(place, call.shapes, some)
                if seen is None:
                    return None
                # A window that lies in the padding along one axis holds nothing: what
                # is behind its other axes is not seen through it.
                if all(seen):
                    known = wanted.get(index + link, [])
                    wanted[index + link] = _added(known, seen)
    return {
        index: Region.around(places)
        for index, places in wanted.items()
        if not table.calls[index].layer.is_parameter
    }


def _added(places: list[Place], more: Place) -> list[Place]:
    """Return places that hold what some hold and one more.

    Two whose positions differ along one axis alone are one. Along several they stay
    apart: the rows of one do not meet the columns of the other in a padding.
    """
    apart = []
    for place in places:
        differ = [a != b for a, b in zip(place, more, strict=True)]
        if sum(differ) <= 1 or _holds(place, more) or _holds(more, place):
            more = _hull_of_places([place, more])
        else:
            apart.append(place)
    if len(apart) < len(places):
        return _added(apart, more)  # what has grown may meet those before it
    apart.append(more)
    return apart if len(apart) <= _MOST_PLACES else [_hull_of_places(apart)]


def _holds(place: Place, other: Place) -> bool:
    """Tell whether all of another place is in one."""
    return all(
        wide.start <= min(narrow) and max(narrow) < wide.stop
        if isinstance(wide, range)
        else wide.issuperset(narrow)
        for wide, narrow in zip(place, other, strict=True)
    )


def _hull_of_places(places: list[Place]) -> Place:
    """Return the place with the positions of all along each axis."""
    return tuple([reduce(either, axis) for axis in zip(*places, strict=True)])


def last_map(table: Table, seen: Iterable[Seen]) -> Seen:
    """Return the field of the last map before anything global; the input's, if none."""
    last = _origin(table.calls[0].output)
    for call, field in zip(table.calls, seen, strict=True):
        if not (call.output.is_vector or call.idle or field in (GLOBAL, NOTHING)):
            last = field
    return last
