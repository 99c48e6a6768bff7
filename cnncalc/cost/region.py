"""Regions: the exact part of the input that one unit depends on."""

from __future__ import annotations

from functools import reduce

from cnncalc._typing import Self, override
from cnncalc.answers.answer import Answer
from cnncalc.answers.table import Column
from cnncalc.answers.table import Table as Lines
from cnncalc.checks import for_message
from cnncalc.cost.receptive_field import Seen, gates_among, table_fields
from cnncalc.door import guarded
from cnncalc.errors import ConfigError
from cnncalc.graph.table import Table
from cnncalc.sizes.axes import axis_names
from cnncalc.sizes.places import Place, either, hull

__all__ = ["Region", "table_region"]

_MOST_PLACES = 16  # of a node that are followed each by itself


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
    rank = table.calls[node].output.rank  # a vector's is none
    unit = tuple([range(n, n + 1) for n in position[:rank]])
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
            below = below or table_fields(table)
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
