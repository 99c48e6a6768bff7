"""The picture of an architecture: blocks sized by their shapes, and lines between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import inf
from typing import Any, NamedTuple

from cnncalc.cost.batch import sum_for_batch
from cnncalc.cost.rows import Row
from cnncalc.cost.totals import total
from cnncalc.draw.blocks import largest_sizes
from cnncalc.draw.boxes import Box, boxes, hidden_joins
from cnncalc.draw.charts import legend
from cnncalc.draw.layout import Band, Layout, arranged, layers
from cnncalc.draw.mirror import arms, mirrored
from cnncalc.draw.page import Page
from cnncalc.draw.scene import (
    Group,
    Outline,
    Point,
    Rectangle,
    Text,
    Trace,
    polygon,
)
from cnncalc.draw.styles import STYLES, Form, Words
from cnncalc.errors import OptionError
from cnncalc.report.cells import written
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.unknown import UNKNOWN

__all__ = ["WRAP", "How", "architecture"]

WRAP = 1240  # of a row
_NAME = 11.0
_TIP = 5.0
_ROUND, _ARC = 7.0, 20.0  # the radius of corners
_MANY = 2  # lines for each box
_HIDDEN = "depth={} shows skips and branches in groups"
_LISTED = 100  # boxes in the text alternative


class How(NamedTuple):
    """The choices of an architecture; `draw` says what each means."""

    style: str = "boxes"
    depth: int | None = None
    repeats: bool | None = None
    dimensions: bool = False
    arrangement: str = "auto"
    wrap: int = WRAP


def architecture(rows: Sequence[Row], page: Page, shape: Shape | None, how: How) -> str:
    """Draw the architecture on a page; return its text alternative.

    Args:
        rows: The nodes.
        page: What is drawn on.
        shape: The shape of the input, for a network without nodes.
        how: How it is drawn.

    Raises:
        OptionError: If a U is asked for, and the network is none.
    """
    shown = boxes(rows, how.depth, shape, repeats=how.repeats)
    page.subtitle = _totals(rows, page)
    if deeper := hidden_joins(rows, shown):
        page.subtitle += f"; {page.words(_HIDDEN, deeper)}"
    edges = [(source, n) for n, box in enumerate(shown) for source in box.sources]
    forms, layout = _laid_out(shown, edges, how, page)
    for band in layout.bands:
        _ground(band, page)
    many = len(edges) > _MANY * len(shown)
    routes = [part for way in layout.routes for part in _line(way, page.top, many)]
    page.add(Group((*routes,), "lines many" if many else "lines"))
    for box, form, (x, y) in zip(shown, forms, layout.corners, strict=True):
        parts = form.at(x, y + page.top)
        texts = [part for part in parts if isinstance(part, Text)]
        others = tuple(part for part in parts if not isinstance(part, Text))
        nodes = page.marked(box.paths)
        block = Group(others, tip=_tip(box, page), nodes=nodes, is_block=True)
        page.add(block, *texts)
    page.reach(layout.width, page.top + layout.height)
    page.legend(legend(part.look for form in forms for part in form.parts))
    return _description(shown, page)


def _laid_out(
    shown: list[Box], edges: list[tuple[int, int]], how: How, page: Page
) -> tuple[list[Form], Layout]:
    """Return what stands for boxes, and where: as a U, if they are one and it fits."""
    drawn, largest = STYLES[how.style], largest_sizes(shown)

    def formed(groups: list[str]) -> list[Form]:
        each = zip(shown, groups, strict=True)
        return [drawn(b, _words(b, group, how, page), largest) for b, group in each]

    places = arms(shown) if how.arrangement != "rows" else []
    if how.arrangement == "u" and not places:
        fix = "Leave it out: a U needs sizes that shrink twice, and grow again"
        raise OptionError("the network is no encoder with a decoder", fix)
    if places:
        groups = _grounds(shown, places)
        forms = formed(groups)
        rooms = [form.room for form in forms]
        room = inf if how.arrangement == "u" else how.wrap
        if layout := mirrored(rooms, edges, groups, places, room):
            return forms, layout
    groups = _grounds(shown, layers(len(shown), edges))
    forms = formed(groups)
    rooms = [form.room for form in forms]
    return forms, arranged(rooms, edges, groups, width=how.wrap)


def _grounds(shown: list[Box], layer: Sequence[Any]) -> list[str]:
    """Return for each box the outermost group on whose ground it stands.

    That is where all boxes of a layer are of one group, and it has more than one.
    """
    scopes: dict[Any, set[str]] = {}
    for box, place in zip(shown, layer, strict=True):
        scopes.setdefault(place, set()).add(box.scope[0] if box.scope else "")
    result = ["".join(scopes[p]) if len(scopes[p]) == 1 else "" for p in layer]
    sizes = Counter(result)
    return [name if sizes[name] > 1 else "" for name in result]


def _ground(band: Band, page: Page) -> None:
    size = band.right - band.left, band.bottom - band.top
    page.add(Rectangle(band.left, band.top + page.top, *size, "ground", radius=8.0))
    page.write(
        band.name,
        band.middle,
        band.bottom + page.top - 7,
        size=_NAME,
        width=band.room,
        anchor="middle",
        look="soft",
    )


def _words(box: Box, group: str, how: How, page: Page) -> Words:
    """Return a box's name, its shape, and its window or layers."""
    name = box.name.removeprefix(f"{group}/")
    lines, x = [written(name, "text")], box.output
    if how.style == "lenet" and x and x.positions > 1:
        maps = x.channels, written(x.space, "sizes")
        lines.append("{}@{}".format(*maps))
    elif not how.dimensions or how.style == "graph" or not x:
        lines.append(page.told(x, "shape"))
    if box.family == "group":
        count = len(box.rows) // box.run
        layers_ = page.words("{} layers" if count > 1 else "{} layer", count)
        lines.append(f"×{box.run} · {layers_}" if box.run > 1 else layers_)
    elif box.rows and (window := box.rows[0].kernel) is not None:
        stride = box.rows[0].stride
        steps = "" if set(stride or ()) <= {1} else written(stride, "pair")
        reach = "×".join(map(str, window))
        if len(window) == 1:  # else a bare number
            reach = page.words("kernel {}", reach)
        lines.append(page.words("{}, stride {}", reach, steps) if steps else reach)
    if not how.dimensions or not x:
        return Words(lines)
    sizes = [*map(str, x.space)] if x.positions > 1 else []
    *up, back = ("", *sizes) if len(sizes) != 1 else (*sizes, "")
    return Words(lines, "×".join(filter(None, up)), back, str(x.channels))


def _line(points: list[Point], top: float, thin: bool) -> list[Outline]:
    """Return a line with round corners, rounder above boxes, and a tip."""
    start, *rest = [(x, y + top) for x, y in points]
    end_x, end_y = rest[-1]
    rest[-1] = (end_x - _TIP, end_y)
    steps: list[tuple[Point, ...]]
    if len(rest) == len("abc"):  # over a gap
        (a, y), (b, end) = rest[:2]
        middle = (a + b) / 2
        steps = [((a, y),), ((middle, y), (middle, end), (b, end)), (rest[-1],)]
    else:
        steps, before = [], start
        highest = min(y for _, y in rest)
        for here, after in pairwise(rest):
            is_arc = here[1] == highest < min(start[1], end_y)
            steps += _corner(before, here, after, _ARC if is_arc else _ROUND)
            before = here
        steps.append((rest[-1],))
    look = "line thin" if thin else "line"
    tip = (end_x, end_y), (end_x - 6, end_y - 3.5), (end_x - 6, end_y + 3.5)
    return [Outline((Trace(start, (*steps,)),), look), polygon(*tip, look="tip")]


def _corner(
    before: Point, here: Point, after: Point, most: float
) -> list[tuple[Point, ...]]:
    """Return the way to a corner and around it."""
    (x, y), (to_x, to_y), (from_x, from_y) = here, after, before
    radius = min(
        most,
        (abs(x - from_x) + abs(y - from_y)) / 2,
        (abs(to_x - x) + abs(to_y - y)) / 2,
    )
    a = (x - radius * _sign(x - from_x), y - radius * _sign(y - from_y))
    b = (x + radius * _sign(to_x - x), y + radius * _sign(to_y - y))
    return [(a,), (here, b)]


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _tip(box: Box, page: Page) -> list[str]:
    """Return the lines of a box's tooltip."""
    if not box.rows:
        shape = page.told(box.output, "shape")
        return [f"{box.name}: {page.words('input')}, {shape}"]
    lines = [f"{box.name}: {_facts(box.rows, page)}"] if len(box.rows) > 1 else []
    if box.family == "group":
        kinds = Counter(row.kind for row in box.rows).most_common()
        lines += [f"{count} × {kind}" for kind, count in kinds]
    else:
        lines += [f"{row.path}: {row.kind}, {_facts((row,), page)}" for row in box.rows]
    return lines


def _facts(rows: Sequence[Row], page: Page) -> str:
    reached, end = [
        page.told(shape, "shape") if all(shape) else str(UNKNOWN)
        for shape in (rows[0].shapes, rows[-1].output or (None,))
    ]
    return f"{reached} → {end}, {_totals(rows, page)}"


def _totals(rows: Sequence[Row], page: Page) -> str:
    params = page.told(total(row.params for row in rows), "count")
    macs = page.told(sum_for_batch(rows, "macs", page.style.batch), "count")
    return page.words("{} parameters, {} MACs", params, macs)


def _description(shown: list[Box], page: Page) -> str:
    """Return what a reader is told who does not see the picture."""
    lines = []
    for number_, box in enumerate(shown[:_LISTED], 1):
        what = page.words("input") if not box.rows else box.rows[0].kind
        if box.family == "group":
            what = page.words("{} layers", len(box.rows))
        elif len(box.rows) > 1:
            what = " + ".join(row.kind for row in box.rows)
        sources = [shown[source].name for source in box.sources]
        shape = page.told(box.output, "shape")
        line = page.words("{} ({}): {}", box.name, what, shape)
        if sources:
            line = page.words("{} from {}", line, page.words(" and ").join(sources))
        lines.append(f"{number_}. {line}")
    more = len(shown) - _LISTED
    if more > 0:
        lines.append(page.words("and {} more", more))
    boxes_ = "Architecture in {} boxes" if len(shown) > 1 else "Architecture in {} box"
    return f"{page.words(boxes_, len(shown))}. {'; '.join(lines)}"
