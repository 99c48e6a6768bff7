"""Encoders and decoders as a U: what shrinks stands left, what grows again right.

Each size of the maps has a row of its own, the largest first. The network goes down on
the left and up again on the right, so that what is of one size stands face to face,
and a skip from the encoder to the decoder runs straight across.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cnncalc.draw.boxes import Box
from cnncalc.draw.layout import Footprint, Layout, gaps_of, layers, layout_of

__all__ = ["Arm", "arms", "mirrored"]

# A side that is at most 3/4 of that before it, or at least 4/3, has a row of its own;
# a decoder's grows to 4 times at once, for a gate of one value for all is none.
_PART, _WHOLE, _AT_ONCE = 3, 4, 4
_LEAST = 2  # times that it shrinks, and grows again
_BETWEEN = 60.0  # the arms


class Arm(NamedTuple):
    """The place of a box in the U.

    Attributes:
        level: How often its size has shrunk: its row.
        is_right: Whether it is behind the place where sizes begin to grow.
    """

    level: int
    is_right: bool


def arms(shown: Sequence[Box]) -> list[Arm]:
    """Return the place of each box; none if the network is no encoder and decoder.

    It is one if, along its longest path, sizes shrink at least twice, and then grow at
    least twice, and not more often than they shrank.

    Args:
        shown: The boxes.
    """
    path = _longest_path(shown)
    sizes = _sizes([shown[node] for node in path])
    places: dict[int, Arm] = {}
    level, grown = 0, 0
    if not sizes:
        return []
    before, rank = sizes[0], max(shown[path[0]].output.rank, 1)
    for node, size in zip(path, sizes, strict=True):
        if size * _WHOLE**rank <= before * _PART**rank:
            if grown:
                return []
            level += 1
        elif size * _PART**rank >= before * _WHOLE**rank:
            if size > before * _AT_ONCE ** max(rank, 2):
                return []
            level, grown = level - 1, grown + 1
        before = size
        places[node] = Arm(level, grown > 0)
    if level < 0 or grown < _LEAST or level + grown < _LEAST:
        return []
    return _all_placed(shown, places)


def _longest_path(shown: Sequence[Box]) -> list[int]:
    """Return the longest path through the boxes, from its first to its last."""
    length = [0] * len(shown)
    for node, box in enumerate(shown):
        length[node] = 1 + max((length[s] for s in box.sources), default=0)
    path = [length.index(max(length))] if length else []
    while path and shown[path[-1]].sources:
        path.append(max(shown[path[-1]].sources, key=lambda s: (length[s], -s)))
    return path[::-1]


def _sizes(path: list[Box]) -> list[int]:
    """Return how large each output is: of vectors, how long they are."""
    outputs = [box.output for box in path]
    if not all(outputs) or len({x.rank for x in outputs}) > 1:
        return []
    positions = [x.positions for x in outputs]
    return positions if max(positions, default=1) > 1 else [x.channels for x in outputs]


def _all_placed(shown: Sequence[Box], places: dict[int, Arm]) -> list[Arm]:
    """Return the places of all boxes: others stand where they lead, or come from."""
    users: dict[int, int] = {}
    for node, box in enumerate(shown):
        for source in box.sources:
            users.setdefault(source, node)
    for node in reversed(range(len(shown))):
        if node not in places and users.get(node) in places:
            places[node] = places[users[node]]
    for node, box in enumerate(shown):
        if node not in places:  # an output beside the path
            places[node] = places[box.sources[0]] if box.sources else Arm(0, False)
    return [places[node] for node in range(len(shown))]


def mirrored(
    cells: Sequence[Footprint],
    edges: Sequence[tuple[int, int]],
    groups: Sequence[str],
    places: Sequence[Arm],
    width: float,
) -> Layout | None:
    """Return the layout of a U; None if it would be too wide.

    Args:
        cells: What each node needs.
        edges: From which node to which.
        groups: For each node the group whose ground it stands on, if any.
        places: The place of each node.
        width: How wide it may become.
    """
    levels = range(max(place.level for place in places) + 1)
    rows = [
        [_columns(Arm(level, side), places, edges) for side in (False, True)]
        for level in levels
    ]
    order = [nodes for halves in rows for half in halves for nodes in half]
    column_of = {node: c for c, nodes in enumerate(order) for node in nodes}
    gaps = gaps_of(len(order), edges, column_of)

    def wide(nodes: list[int]) -> float:
        return max(cells[node].width for node in nodes)

    def lefts(half: list[list[int]], x: float) -> list[float]:
        """Return the left edge of each column, and where the last one ends."""
        result = []
        for nodes in half:
            result.append(x + gaps[column_of[nodes[0]]])
            x = result[-1] + wide(nodes)
        return [*result, x]

    sizes = [tuple(lefts(half, 0.0)[-1] for half in halves) for halves in rows]
    slope, whole = _fitted(sizes, width)
    if slope < 0:
        return None
    x, end = 0.0, whole
    starts: list[list[float]] = []
    for (left, right), (before, behind) in zip(rows, sizes, strict=True):
        is_last = len(starts) == len(rows) - 1
        first = max(x, (whole - before) / 2) if is_last and not right else x
        starts.append([*lefts(left, first)[:-1], *lefts(right, end - behind)[:-1]])
        x, end = x + slope * before, end - slope * behind
    rows_ = [[*left, *right] for left, right in rows]
    return layout_of(cells, edges, groups, rows_, starts)


def _columns(
    place: Arm, places: Sequence[Arm], edges: Sequence[tuple[int, int]]
) -> list[list[int]]:
    """Return the columns of one row of one arm: boxes above one another."""
    nodes = [node for node, there in enumerate(places) if there == place]
    number = {node: k for k, node in enumerate(nodes)}
    inside = [(number[a], number[b]) for a, b in edges if a in number and b in number]
    below = {b for a, b in edges if places[a].level > places[b].level}
    columns: dict[int, list[int]] = {}
    for node, layer in zip(nodes, layers(len(nodes), inside), strict=True):
        columns.setdefault(layer, []).append(node)
    # What comes from below stands below, so that fewer lines cross.
    return [
        sorted(columns[layer], key=lambda node: (node in below, node))
        for layer in sorted(columns)
    ]


def _fitted(sizes: Sequence[tuple[float, ...]], width: float) -> tuple[float, float]:
    """Return how steep the arms are, and how wide the U is.

    Args:
        sizes: How long each row is, in the left arm and in the right one.
        width: How wide the U may become.

    Returns:
        By what share of its length a row begins behind the one above it, 1 at most and
        below 0 if there is no room; and the width.
    """
    above, slope = 0.0, 1.0
    alone = []  # the width of each row, and of those above it
    for left, right in sizes:
        row = left + right + (_BETWEEN if right else 0.0)
        alone.append((row, above))
        free = width - row
        slope = min(slope, free / above if above else (slope if free >= 0 else -1.0))
        above += left + right
    return slope, max(row + slope * before for row, before in alone)
