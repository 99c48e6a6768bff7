"""The ways of a layout's lines: through gaps, above boxes, and from row to row.

All lines that leave one box turn in one lane of the gap behind it, and all that
arrive at one box in one lane of the gap before it; so hundreds of skips make a few
lanes only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cnncalc.draw.scene import Point

__all__ = ["Location", "Router", "Routes"]

Key = tuple[str, int]

_ABOVE = 10.0  # between boxes and the first arc above them
_ARC = 8.0  # between arcs
_GUTTER = 20.0  # between rows, without lanes
_PAD = 13.0  # between a box and the first lane of a gap


class Location(NamedTuple):
    """The place of a node.

    Attributes:
        row: Its row.
        column: Its layer.
        left: Where lines arrive.
        right: Where they leave.
        y: How far below its row's axis they do.
    """

    row: int
    column: int
    left: float
    right: float
    y: float


class Routes(NamedTuple):
    """The ways of all lines.

    Attributes:
        lines: The points of each, in the order of the edges.
        axes: Where the axis of each row stands.
        margin: How far everything is moved to the right.
        width: Of the whole.
        height: Of the whole.
    """

    lines: list[list[Point]]
    axes: list[float]
    margin: float
    width: float
    height: float


class _Column(NamedTuple):
    row: int
    left: float
    right: float
    top: float
    bottom: float


class Router:
    """Find the ways of all lines.

    Args:
        gap: The room behind the last layer of a row.
        lane: Between lines that turn in one gap.
    """

    def __init__(self, *, gap: float, lane: float) -> None:
        self._gap, self._lane = gap, lane
        self._columns: list[_Column] = []
        self._axes: list[float] = []
        self._gutters: dict[int, dict[int, float]] = {}
        self._turns: dict[Key, float] = {}
        self._margins: dict[int, float] = {}
        self._height = 0.0

    def column(
        self, row: int, left: float, right: float, top: float, bottom: float
    ) -> None:
        """Tell where the next layer stands, and how far up and down it reaches."""
        self._columns.append(_Column(row, left, right, top, bottom))

    def routes(
        self, edges: Sequence[tuple[int, int]], places: Sequence[Location]
    ) -> Routes:
        """Return the ways of all lines.

        Args:
            edges: From which node to which.
            places: Where the nodes stand.
        """
        arcs = self._arcs(edges, places)
        turns: dict[tuple[int, int], dict[Key, None]] = {}
        gutters: dict[int, dict[int, int]] = {}
        margins: dict[int, int] = {}
        for a, b in edges:
            here, there = places[a], places[b]
            if _is_step(here, there):
                continue
            turns.setdefault((here.column + 1, here.row), {})["out", a] = None
            turns.setdefault((there.column, there.row), {})["in", b] = None
            crossed = _crossed(here, there)
            for row in sorted(crossed):
                lanes = gutters.setdefault(row, {})
                lanes.setdefault(a, len(lanes))
            if len(crossed) > 1:
                margins.setdefault(a, len(margins))
        self._arrange(arcs, places, gutters)
        self._turns = self._lanes(turns)
        self._margins = {
            a: _ARC * (lane - len(margins) + 1) for a, lane in margins.items()
        }
        lines = [self._line(a, b, places, arcs) for a, b in edges]
        ends = [column.right for column in self._columns]
        width = max([*ends, *self._turns.values()], default=0.0) + self._gap
        margin = _ARC * len(margins)
        moved = [[(x + margin, y) for x, y in points] for points in lines]
        return Routes(moved, self._axes, margin, width + margin, self._height)

    def _line(
        self, a: int, b: int, places: Sequence[Location], arcs: dict[int, float]
    ) -> list[Point]:
        """Return the points of one line."""
        here, there = places[a], places[b]
        first = (here.right, self._axes[here.row] + here.y)
        last = (there.left, self._axes[there.row] + there.y)
        if _is_step(here, there):
            left = self._columns[here.column].right
            right = self._columns[there.column].left
            crossing = [(left, first[1]), (right, last[1])]
            return [first, *(crossing if first[1] != last[1] else ()), last]
        out, into = self._turns["out", a], self._turns["in", b]
        if here.row == there.row:
            heights, xs = [self._axes[here.row] + arcs[a]], [out, into]
        else:
            crossed = _crossed(here, there)
            heights = [self._gutters[row][a] for row in crossed]
            xs = [out, self._margins[a], into] if len(crossed) > 1 else [out, into]
        way = [(out, first[1])]
        for y, x, beyond in zip(heights, xs, xs[1:], strict=False):
            way += [(x, y), (beyond, y)]
        return [first, *way, (into, last[1]), last]

    def _arcs(
        self, edges: Sequence[tuple[int, int]], places: Sequence[Location]
    ) -> dict[int, float]:
        """Return for each node with skips in its row how high their arc runs."""
        furthest: dict[int, int] = {}
        for a, b in edges:
            if places[a].row == places[b].row:
                furthest[a] = max(furthest.get(a, 0), places[b].column)
        spans = sorted(
            (column - places[a].column, places[a].column, a)
            for a, column in furthest.items()
            if column > places[a].column + 1
        )
        heights: dict[int, float] = {}
        taken: list[tuple[int, int, float]] = []
        for length, column, a in spans:
            start, stop = column + 1, column + length
            y = min(c.top for c in self._columns[start:stop]) - _ABOVE
            for from_, to, other in taken:
                if from_ <= stop and start <= to:
                    y = min(y, other - _ARC)
            # Lines start at a port, which may stand above what they skip.
            heights[a] = y = min(y, places[a].y - _ABOVE)
            taken.append((start, stop, y))
        return heights

    def _arrange(
        self,
        arcs: dict[int, float],
        places: Sequence[Location],
        gutters: dict[int, dict[int, int]],
    ) -> None:
        """Find where the rows and the lanes between them stand, and how high all is."""
        rows: list[list[_Column]] = []
        for column in self._columns:
            if column.row == len(rows):
                rows.append([])
            rows[column.row].append(column)
        tops = [min(column.top for column in row) for row in rows]
        for a, y in arcs.items():
            tops[places[a].row] = min(tops[places[a].row], y)
        y = 0.0
        for number, row in enumerate(rows):
            axis = y - tops[number]
            self._axes.append(axis)
            y = axis + max(column.bottom for column in row)
            lanes = gutters.get(number, {})
            self._gutters[number] = {a: y + _ARC * (k + 1) for a, k in lanes.items()}
            self._height = y
            y += _GUTTER + _ARC * len(lanes)

    def _lanes(self, turns: dict[tuple[int, int], dict[Key, None]]) -> dict[Key, float]:
        """Return the lane in which the lines of each box turn."""
        lanes = {}
        for (gap, row), keys in turns.items():
            before = self._columns[gap - 1] if gap else None
            starts = before is not None and before.row == row
            ends = gap < len(self._columns) and self._columns[gap].row == row
            left = before.right if before is not None and starts else 0.0
            free = len(keys) * self._lane + self._gap
            right = self._columns[gap].left if ends else left + free
            pad = min(_PAD, (right - left) / (len(keys) + 1))
            step = min(self._lane, (right - left - 2 * pad) / max(1, len(keys) - 1))
            for number, key in enumerate(sorted(keys, reverse=True)):
                lanes[key] = left + pad + step * number
                if key[0] == "in":  # as near to where they lead as others allow
                    behind = self._lane + step * (len(keys) - 1 - number)
                    lanes[key] = max(lanes[key], right - pad - behind)
        return lanes


def _crossed(here: Location, there: Location) -> list[int]:
    """Return the gutters that a line from row to row runs through, one or two.

    Each is below the row of its number: on its way up it leaves through that above.
    """
    if here.row == there.row:
        return []
    down = here.row < there.row
    first, last = here.row - (not down), there.row - down
    return [first] if first == last else [first, last]


def _is_step(here: Location, there: Location) -> bool:
    """Tell whether a line leads to the next layer in the same row."""
    return here.row == there.row and there.column == here.column + 1
