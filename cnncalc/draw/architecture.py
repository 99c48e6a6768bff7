"""The picture of an architecture: blocks sized by their shapes, and lines between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from cnncalc.cost.batch import sum_for_batch
from cnncalc.cost.rows import Row
from cnncalc.cost.totals import total
from cnncalc.draw.blocks import Solid, block_of, drawn, largest_sizes
from cnncalc.draw.boxes import FAMILIES, Box, boxes, family, hidden_joins
from cnncalc.draw.layout import Band, Footprint, arranged, layers
from cnncalc.draw.page import Page
from cnncalc.draw.routes import Point
from cnncalc.draw.svg import Markup, element, extent, number
from cnncalc.report.cells import written
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.unknown import UNKNOWN

__all__ = ["architecture"]

_WIDTH = 1240.0  # of a row
_NAME, _SMALL = 11.0, 10.0
_LINE = 14.0
_LABEL = 140.0  # the widest label
_TIP = 5.0
_ROUND = 7.0
_MANY = 2  # lines for each box
_HIDDEN = "depth={} shows skips and branches in groups"
_LISTED = 100  # boxes in the text alternative


def architecture(
    rows: Sequence[Row], page: Page, depth: int | None, shape: Shape | None
) -> str:
    """Draw the architecture on a page; return its text alternative.

    Args:
        rows: The nodes.
        page: What is drawn on.
        depth: How many levels of groups are told apart; None: as many as are readable.
        shape: The shape of the input, for a network without nodes.
    """
    shown = boxes(rows, depth, shape)
    page.subtitle = _totals(rows, page)
    if deeper := hidden_joins(rows, shown):
        page.subtitle += f"; {page.words(_HIDDEN, deeper)}"
    largest = largest_sizes(shown)
    blocks = [block_of(box, largest) for box in shown]
    edges = [(source, n) for n, box in enumerate(shown) for source in box.sources]
    groups = _grounds(shown, layers(len(shown), edges))
    labels = [_words(b, group, page) for b, group in zip(shown, groups, strict=True)]
    cells = [_cell(b, lines) for b, lines in zip(blocks, labels, strict=True)]
    layout = arranged(cells, edges, groups, width=_WIDTH)
    for band in layout.bands:
        _ground(band, page)
    many = " many" if len(edges) > _MANY * len(shown) else ""
    routes = [_line(points, page.top) for points in layout.routes]
    page.add(element("g", *routes, class_=f"lines{many}"))
    for box, block, lines, cell, (x, y) in zip(
        shown, blocks, labels, cells, layout.corners, strict=True
    ):
        front = (x + cell.left, y + page.top + block.rise + block.deep)
        tip = element("title", *_tip(box, page))
        page.add(element("g", tip, drawn(box, block, *front), **page.marked(box.paths)))
        base = front[1] + block.height + _LINE
        for place, line in enumerate(lines):
            page.write(
                line,
                x + cell.width / 2,
                base + _LINE * place,
                size=_SMALL if place else _NAME,
                width=_LABEL,
                anchor="middle",
                tail=place == 0,
                class_="soft" if place else "name",
            )
    page.reach(layout.width, page.top + layout.height)
    page.legend(_legend(shown, blocks))
    return _description(shown, page)


def _grounds(shown: list[Box], layer: list[int]) -> list[str]:
    """Return for each box the outermost group on whose ground it stands.

    That is where all boxes of a layer are of one group, and it has more than one.
    """
    scopes: dict[int, set[str]] = {}
    for box, place in zip(shown, layer, strict=True):
        scopes.setdefault(place, set()).add(box.scope[0] if box.scope else "")
    result = ["".join(scopes[p]) if len(scopes[p]) == 1 else "" for p in layer]
    sizes = Counter(result)
    return [name if sizes[name] > 1 else "" for name in result]


def _ground(band: Band, page: Page) -> None:
    sides = {"x": band.left, "y": band.top + page.top, "rx": 8.0}
    size = {"width": band.right - band.left, "height": band.bottom - band.top}
    page.add(element("rect", **sides, **size, class_="ground"))
    page.write(
        band.name,
        band.middle,
        band.bottom + page.top - 7,
        size=_NAME,
        width=band.room,
        anchor="middle",
        class_="soft",
    )


def _words(box: Box, group: str, page: Page) -> list[str]:
    """Return the lines below a box: its name, its shape, and its window or layers."""
    name = box.name.removeprefix(f"{group}/")
    words = [written(name, "text"), page.told(box.output, "shape")]
    if box.family == "group":
        count = len(box.rows) // box.run
        each = f"{box.run} × " if box.run > 1 else ""
        layers_ = page.words("{} layers" if count > 1 else "{} layer", count)
        words.append(each + layers_)
    elif box.rows and (window := box.rows[0].kernel) is not None:
        stride = box.rows[0].stride
        steps = "" if set(stride or ()) <= {1} else written(stride, "pair")
        reach = "×".join(map(str, window))
        if len(window) == 1:  # else a bare number
            reach = page.words("kernel {}", reach)
        words.append(page.words("{}, stride {}", reach, steps) if steps else reach)
    return words


def _cell(block: Solid, lines: list[str]) -> Footprint:
    wide = block.length + block.back + block.deep
    words = [extent(line, _SMALL if k else _NAME) for k, line in enumerate(lines)]
    width = max(wide, min(_LABEL, max(words)))
    left = (width - wide) / 2
    above = block.rise + block.deep
    height = above + block.height + _LINE * len(lines) + 4
    return Footprint(width, height, left, left + wide, above + block.height / 2)


def _line(points: list[tuple[float, float]], top: float) -> Markup:
    """Return a line with round corners and a tip."""
    (x, y), *rest = [(x, y + top) for x, y in points]
    end_x, end_y = rest[-1]
    rest[-1] = (end_x - _TIP, end_y)
    path = f"M{number(x)} {number(y)}"
    if len(rest) == len("abc"):  # over a gap
        (a, y), (b, end) = rest[:2]
        middle = number((a + b) / 2)
        path += f"H{number(a)}C{middle} {number(y)} {middle} {number(end)}"
        path += f" {number(b)} {number(end)}H{number(rest[-1][0])}"
    else:
        before = (x, y)
        for here, after in pairwise(rest):
            path += _corner(before, here, after)
            before = here
        path += f"L{number(rest[-1][0])} {number(rest[-1][1])}"
    tip = f"M{number(end_x)} {number(end_y)}l-6 -3.5v7z"
    return Markup(
        element("path", d=path, class_="line") + element("path", d=tip, class_="tip")
    )


def _corner(before: Point, here: Point, after: Point) -> str:
    """Return the way to a corner and around it."""
    (x, y), (to_x, to_y), (from_x, from_y) = here, after, before
    radius = min(
        _ROUND,
        (abs(x - from_x) + abs(y - from_y)) / 2,
        (abs(to_x - x) + abs(to_y - y)) / 2,
    )
    a = (x - radius * _sign(x - from_x), y - radius * _sign(y - from_y))
    b = (x + radius * _sign(to_x - x), y + radius * _sign(to_y - y))
    start, corner, end = (f"{number(p)} {number(q)}" for p, q in (a, here, b))
    return f"L{start}Q{corner} {end}"


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _legend(shown: list[Box], blocks: list[Solid]) -> list[tuple[str, str]]:
    used = {kind for block in blocks for kind, _ in block.slabs}
    inside = (family(row.role) for box in shown for row in box.rows)
    used.update(inside)
    return [(kind, words) for kind, words in FAMILIES.items() if kind in used]


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
    parts = [part for line in lines for part in (Markup("\n"), line)]
    return parts[1:]


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
