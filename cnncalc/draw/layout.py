"""The places of a picture's boxes, and the ways of the lines between them.

A layered layout from left to right: the layer of a node is the longest path to it,
nodes of one layer stand above one another in the order of their neighbours' (the
barycentre), and a long chain is broken into several rows. Between layers there are
gaps, between rows gutters, and no box stands there: a line to the next layer crosses
one gap; a longer one turns in the gaps beside its ends and runs as an arc above the
boxes that it skips, or from row to row through the gutters. So no line ever crosses
a box.

Source:
    Sugiyama, Tagawa & Toda 1981, doi:10.1109/TSMC.1981.4308636 (layers, barycentre)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from cnncalc.draw.routes import Location, Router, Routes

__all__ = ["Band", "Footprint", "Layout", "arranged", "gaps_of", "layers", "layout_of"]

_GAP = 26.0  # between layers, without lanes
_LANE = 6.0  # of each line that turns in a gap
_LANES = 10  # more of them stand closer together
_EDGE = 8.0  # of a ground around what stands on it
_NAME = 19.0  # the room below for its name
_STACK = 12.0  # between boxes above one another
_SWEEPS = 4
_CUT = 0.08  # what a line from row to row costs, in squares of a row's free share
_APART = 0.05  # what it costs to break a ground
_ROW = 0.02  # what a row costs


class Footprint(NamedTuple):
    """The room that a node needs: its box with the labels below it.

    Attributes:
        width: Of the whole.
        height: Of the whole.
        left: From the cell's left edge to the box, where lines arrive.
        right: From the cell's left edge to the end of the box, where lines leave.
        port: How far below the cell's upper edge they do.
    """

    width: float
    height: float
    left: float
    right: float
    port: float


class Band(NamedTuple):
    """The ground behind neighbouring layers of one group.

    Attributes:
        name: What the group is called.
        left: Its left edge.
        top: Its upper edge.
        right: Its right edge.
        bottom: Its lower edge; there is room for the name above it.
        middle: Around where the name stands.
        room: How wide the name may be.
    """

    name: str
    left: float
    top: float
    right: float
    bottom: float
    middle: float
    room: float


class Layout(NamedTuple):
    """A finished layout.

    Attributes:
        corners: The left upper corner of each cell.
        routes: The points of each line, in the order of the edges; all lines are
            horizontal or vertical, but those of four points cross one gap.
        bands: The grounds of groups.
        width: Of the whole.
        height: Of the whole.
    """

    corners: list[tuple[float, float]]
    routes: list[list[tuple[float, float]]]
    bands: list[Band]
    width: float
    height: float


def layers(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Return the layer of each node: the longest path to it.

    A node that nothing leads to stands just before the first that it leads to.

    Args:
        count: How many nodes there are.
        edges: From which node to which; the first is always the smaller.

    Example:
        >>> layers(4, [(0, 1), (1, 3), (2, 3)])
        [0, 1, 1, 2]
    """
    layer = [0] * count
    fed = {target for _, target in edges}
    for source, target in sorted(edges, key=lambda edge: edge[1]):
        layer[target] = max(layer[target], layer[source] + 1)
    first: dict[int, int] = {}
    for source, target in edges:
        if source not in fed:
            first[source] = min(first.get(source, count), layer[target])
    for source, following in first.items():
        layer[source] = following - 1
    return layer


def arranged(
    cells: Sequence[Footprint],
    edges: Sequence[tuple[int, int]],
    groups: Sequence[str],
    *,
    width: float,
) -> Layout:
    """Return a layout of cells and the lines between them.

    Args:
        cells: What each node needs, in an order in which edges lead onward.
        edges: From which node to which.
        groups: For each node the group whose ground it stands on, if any; nodes of
            one layer are all of the same.
        width: How wide a row may become; a single layer may be wider.
    """
    columns = _ordered(layers(len(cells), edges), edges)
    column_of = {node: c for c, nodes in enumerate(columns) for node in nodes}
    widths = [max(cells[node].width for node in nodes) for nodes in columns]
    gaps = gaps_of(len(columns), edges, column_of)
    grounds = [groups[nodes[0]] for nodes in columns]
    cuts = _cuts(grounds, edges, column_of)
    starts = _rows(widths, gaps, cuts, width)
    rows, lefts = [], []
    for start, stop in pairwise(starts):
        rows.append(columns[start:stop])
        x, places = gaps[start], []
        for column in range(start, stop):
            places.append(x)
            x += widths[column] + gaps[column + 1]
        lefts.append(places)
    return layout_of(cells, edges, groups, rows, lefts)


def layout_of(
    cells: Sequence[Footprint],
    edges: Sequence[tuple[int, int]],
    groups: Sequence[str],
    rows: Sequence[Sequence[Sequence[int]]],
    lefts: Sequence[Sequence[float]],
) -> Layout:
    """Return the layout of rows of layers of nodes, of which the left edges are known.

    Args:
        cells: What each node needs.
        edges: From which node to which.
        groups: For each node the group whose ground it stands on, if any; nodes of
            one layer are all of the same.
        rows: The nodes of each layer of each row.
        lefts: The left edge of each of these layers.
    """
    router = Router(gap=_GAP, lane=_LANE)
    corners: list[tuple[float, float]] = [(0.0, 0.0)] * len(cells)
    places: list[Location] = [Location(0, 0, 0.0, 0.0, 0.0)] * len(cells)
    bands: list[tuple[int, int, Band]] = []
    column = 0
    for row, layers_ in enumerate(rows):
        for nodes, x in zip(layers_, lefts[row], strict=True):
            wide = max(cells[node].width for node in nodes)
            tops = _stacked(nodes, cells)
            for node, y in zip(nodes, tops, strict=True):
                cell = cells[node]
                left = x + (wide - cell.width) / 2
                corners[node] = (left, y)
                ends = (left + cell.left, left + cell.right)
                places[node] = Location(row, column, *ends, y + cell.port)
            top, bottom = tops[0], tops[-1] + cells[nodes[-1]].height
            if group := groups[nodes[0]]:
                top, bottom = top - _EDGE, bottom + _NAME
                edge = (x - _EDGE, top, x + wide + _EDGE, bottom)
                bands.append((row, column, Band(group, *edge, x + wide / 2, wide)))
            router.column(row, x, x + wide, top, bottom)
            column += 1
    routes = router.routes(edges, places)
    moved, merged = _moved(corners, places, routes), _merged(bands, routes)
    return Layout(moved, routes.lines, merged, routes.width, routes.height)


def _moved(
    corners: list[tuple[float, float]], places: list[Location], routes: Routes
) -> list[tuple[float, float]]:
    """Return corners where they end up, once lines have their room."""
    return [
        (x + routes.margin, y + routes.axes[place.row])
        for (x, y), place in zip(corners, places, strict=True)
    ]


def _merged(bands: list[tuple[int, int, Band]], routes: Routes) -> list[Band]:
    """Return the grounds where they end up, those of neighbours in one.

    Args:
        bands: The row and the layer of each, and where it is in the row.
        routes: Where the rows are.
    """

    def run_of(numbered: tuple[int, tuple[int, int, Band]]) -> tuple[int, str, int]:
        number, (row, column, band) = numbered
        return row, band.name, column - number  # of neighbours the same

    result = []
    for (row, name, _), parts in groupby(enumerate(bands), run_of):
        run = [band for _, (_, _, band) in parts]
        x, y = routes.margin, routes.axes[row]
        left, right = run[0].left + x, run[-1].right + x
        top = min(band.top for band in run) + y
        bottom = max(band.bottom for band in run) + y
        middle, room = (left + right) / 2, right - left - 2 * _EDGE
        if _is_crossed(routes, left, right, bottom):
            # Below a box there are no lines.
            widest = max(run, key=lambda band: band.room)
            middle, room = widest.middle + x, widest.room
        result.append(Band(name, left, top, right, bottom, middle, room))
    return result


def _is_crossed(routes: Routes, left: float, right: float, bottom: float) -> bool:
    """Tell whether a line runs up or down where the name of a ground stands."""
    return any(
        left < x < right and min(y, end) < bottom and max(y, end) > bottom - _NAME
        for points in routes.lines
        for (x, y), (_, end) in pairwise(points)
    )


def _ordered(layer: Sequence[int], edges: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return the nodes of each layer, ordered so that few lines cross."""
    columns: list[list[int]] = [[] for _ in range(max(layer, default=-1) + 1)]
    for node, place in enumerate(layer):
        columns[place].append(node)
    before, after = defaultdict(list), defaultdict(list)
    for source, target in edges:
        before[target].append(source)
        after[source].append(target)
    height = [0.0] * len(layer)

    def settle(column: list[int]) -> None:
        for place, node in enumerate(column):
            height[node] = place - (len(column) - 1) / 2

    for column in columns:
        settle(column)
    for sweep in range(_SWEEPS):
        # Forwards by what leads to a node, backwards by where it leads.
        sides = after if sweep % 2 else before
        for column in reversed(columns) if sweep % 2 else columns:
            if len(column) > 1:
                mean = {n: _mean([height[m] for m in sides[n]]) for n in column}
                column.sort(key=lambda n: (mean[n], n))
                settle(column)
    return columns


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _stacked(nodes: Sequence[int], cells: Sequence[Footprint]) -> list[float]:
    """Return the upper edge of each node of a layer; their ports are around 0."""
    tops, y = [], 0.0
    for node in nodes:
        tops.append(y)
        y += cells[node].height + _STACK
    first, last = cells[nodes[0]].port, tops[-1] + cells[nodes[-1]].port
    return [top - (first + last) / 2 for top in tops]


def gaps_of(
    count: int, edges: Sequence[tuple[int, int]], column_of: Mapping[int, int]
) -> list[float]:
    """Return the gaps before each layer and after the last.

    Args:
        count: How many layers there are.
        edges: From which node to which.
        column_of: The layer of each node.
    """
    lanes: list[set[tuple[str, int]]] = [set() for _ in range(count + 1)]
    for source, target in edges:
        if column_of[target] != column_of[source] + 1:
            lanes[column_of[source] + 1].add(("out", source))
            lanes[column_of[target]].add(("in", target))
    return [_GAP + _LANE * min(len(used), _LANES) for used in lanes]


def _cuts(
    grounds: list[str], edges: Sequence[tuple[int, int]], column_of: dict[int, int]
) -> list[float]:
    """Return what it costs to end a row before each layer, and after the last."""
    crossing: list[set[int]] = [set() for _ in range(len(grounds) + 1)]
    for source, target in edges:
        for cut in range(column_of[source] + 1, column_of[target] + 1):
            crossing[cut].add(source)
    costs = [_CUT * max(0, len(sources) - 1) for sources in crossing]
    for place, (before, after) in enumerate(pairwise(grounds), 1):
        costs[place] += _APART if before and before == after else 0.0
    return costs


def _rows(
    widths: list[float], gaps: list[float], cuts: list[float], width: float
) -> list[int]:
    """Return where rows start, and after the last the number of layers.

    Rows are about equally long, and break where few lines cross.
    """
    count = len(widths)
    best = [0.0] + [float("inf")] * count
    start_of = [0] * (count + 1)
    for stop in range(1, count + 1):
        wide = gaps[stop]
        for start in range(stop - 1, -1, -1):
            wide += widths[start] + gaps[start]
            if wide > width and start < stop - 1:
                break
            free = max(0.0, 1 - wide / width)
            cost = best[start] + free * free + _ROW + cuts[stop]
            if cost < best[stop]:
                best[stop], start_of[stop] = cost, start
    starts = [count]
    while starts[-1] > 0:
        starts.append(start_of[starts[-1]])
    return starts[::-1]
