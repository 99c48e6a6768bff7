"""Bars of costs by layer, and the growth of the receptive field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cnncalc.cost.rows import Row
from cnncalc.cost.totals import total
from cnncalc.draw.boxes import FAMILIES, Line, family, fitting, inputs_of
from cnncalc.draw.page import Page
from cnncalc.draw.svg import element, extent
from cnncalc.report.cells import written
from cnncalc.sizes.axes import Axes
from cnncalc.sizes.shape import Shape

__all__ = ["bars", "growth", "legend", "listed"]

_SIZE = 11.0
_STEP = 19.0  # from one bar to the next
_THICK = 13.0
_NAMES = 210.0  # the widest name
_LONG = 440.0  # the longest bar
_SPACE = 8.0
_LISTED = 40  # in a text alternative

_COLUMNS = {
    "params": ("params", "Parameters", "parameters"),
    "macs": ("macs", "Multiply-accumulates", "MACs"),
    "activations": ("activation_size", "Activations", "activations"),
}


class _Bar(NamedTuple):
    """One bar: its parts by family, what stands before and behind it, its tooltip."""

    name: str
    parts: dict[str, int]
    value: str
    tip: str


def bars(rows: Sequence[Row], page: Page, kind: str, depth: int | None) -> str:
    """Draw bars of a cost on a page; return their text alternative.

    Args:
        rows: The nodes.
        page: What is drawn on.
        kind: "params", "macs" or "activations".
        depth: How many levels of groups are told apart; None: as many as fit.
    """
    column, words, unit = _COLUMNS[kind]

    def counted(shown: list[Line]) -> list[Line]:
        return [x for x in shown if any(getattr(r, column) != 0 for r in x.rows)]

    shown = fitting(rows, depth, counted)
    whole = total(getattr(row, column) for row in rows)
    page.subtitle = f"{written(whole, 'count')} {unit}"
    drawn, values = [], []
    for line in shown:
        parts: Counter[str] = Counter()
        for row in line.rows:
            parts[family(row.role)] += getattr(row, column) or 0
        value = total(getattr(row, column) for row in line.rows)
        known = None not in {getattr(row, column) for row in line.rows}
        count = written(value, "count") if value or known else "?"
        share = f" · {_percent(value, whole)}" if whole else ""
        values.append((int(value), f"{line.name}: {count}"))
        ordered = {kind: parts[kind] for kind in FAMILIES if parts[kind]}
        drawn.append(_Bar(line.name, ordered, count + share, _kinds(line)))
    _draw_bars(drawn, page, page.left, page.top + 8, max([1, *(v for v, _ in values)]))
    used = {name for bar in drawn for name in bar.parts}
    none = sum(getattr(row, column) == 0 for row in rows)
    if none:
        note = f"{none} layer{'s' * (none > 1)} with none not shown"
        page.write(note, page.left, page.height, size=_SIZE, width=_LONG, class_="soft")
        page.height += _STEP
    page.legend(legend(used))
    values.sort(key=lambda pair: -pair[0])
    return f"{words} by layer. {listed(text for _, text in values)}"


def _kinds(line: Line) -> str:
    kinds = Counter(row.kind for row in line.rows).most_common()
    if not line.is_group:
        return kinds[0][0]
    return ", ".join(f"{count} × {kind}" for kind, count in kinds)


def _percent(part: int, whole: int) -> str:
    tenths = (2000 * part + whole) // (2 * whole)
    if part and not tenths:
        return "< 0.1 %"
    return f"{tenths // 10}.{tenths % 10} %"


def listed(texts: Iterable[str]) -> str:
    """Return texts in one, the first of very many."""
    every = list(texts)
    more = len(every) - _LISTED
    return "; ".join(every[:_LISTED]) + (f"; and {more} more" if more > 0 else "")


def legend(used: Iterable[str]) -> list[tuple[str, str]]:
    """Return the families among these, in order, with the words for each."""
    known = set(used)
    return [(name, words) for name, words in FAMILIES.items() if name in known]


def _draw_bars(
    drawn: list[_Bar],
    page: Page,
    x: float,
    y: float,
    most: int,
    *,
    in_line: bool = False,
) -> tuple[float, float]:
    """Draw bars one below the other; return where they start and where the list ends.

    Args:
        drawn: The bars.
        page: What is drawn on.
        x: The left edge of the names.
        y: The upper edge of the first.
        most: The value that a bar of full length has.
        in_line: Whether the words behind the bars stand in line.
    """
    names = max((extent(written(bar.name, "text"), _SIZE) for bar in drawn), default=0)
    start = x + min(_NAMES, names) + _SPACE
    for bar in drawn:
        base = y + _THICK - 2.5
        page.write(
            bar.name,
            start - _SPACE,
            base,
            size=_SIZE,
            width=_NAMES,
            anchor="end",
            tail=True,
        )
        pieces, left = [], start
        for name, value in bar.parts.items():
            wide = _LONG * (value / most)  # integers may be larger than floats
            size = {"width": max(wide, 0.4), "height": _THICK}
            pieces.append(element("rect", x=left, y=y, **size, class_=name))
            left += wide
        tip = element("title", f"{bar.name}: {bar.value} ({bar.tip})")
        page.add(element("g", tip, *pieces))
        wide = extent(bar.value, _SIZE)
        left = start + _LONG if in_line else left
        page.write(bar.value, left + _SPACE, base, size=_SIZE, width=wide)
        page.reach(left + _SPACE + wide, y + _STEP)
        y += _STEP
    return start, y


# The receptive field.

_PANEL = 380.0
_CELLS = 32  # across the grid, at most
_BETWEEN = 40.0


class _Step(NamedTuple):
    name: str
    size: Axes
    family: str
    kind: str


def growth(
    rows: Sequence[Row], page: Page, depth: int | None, shape: Shape | None
) -> str:
    """Draw the growth of the receptive field; return its text alternative.

    Args:
        rows: The nodes.
        page: What is drawn on.
        depth: How many levels of groups are told apart; None: as many as fit.
        shape: The shape of the input; None takes it from the rows.
    """
    steps = fitting(rows, depth, _steps)
    grid = shape or next(iter(inputs_of(rows).values()), Shape.of(1))
    height, width = grid.height, grid.width
    largest = max((max(step.size) for step in steps), default=1)
    # Half as much again as the input is in view, at most.
    view = min(max(height, width, largest), max(height, width) * 3 // 2)
    of_input = f"an input of {height}×{width}"
    page.subtitle = f"up to {_pair(steps[-1])} of {of_input}" if steps else of_input
    left, top = page.left, page.top + 8
    _draw_grid(page, grid, view, left, top)
    for step in reversed(steps):
        high, wide = (_PANEL * (min(side, view) / view) for side in step.size)
        facts = {"x": left + (_PANEL - wide) / 2, "y": top + (_PANEL - high) / 2}
        tip = element("title", f"{step.name}: {written(step.size, 'pair')}")
        size = {"width": wide, "height": high}
        page.add(element("rect", tip, **facts, **size, class_=f"{step.family} field"))
    page.reach(left + _PANEL, top + _PANEL)
    below = top + _PANEL + _STEP
    for words in (
        f"fields of a unit in the middle of {height}×{width}",
        *(["larger ones are cut off at the edge"] if largest > view else []),
    ):
        page.write(words, left, below, size=_SIZE, width=_PANEL, class_="soft")
        page.reach(left, below)
        below += _STEP
    drawn = [
        _Bar(step.name, {step.family: max(step.size)}, _pair(step), step.kind)
        for step in steps
    ]
    most = max(largest, height, width)
    x = left + _PANEL + _BETWEEN
    start, bottom = _draw_bars(drawn, page, x, top + _STEP, most, in_line=True)
    for side in sorted({height, width}):
        across = start + _LONG * (side / most)
        line = {"x1": across, "x2": across, "y1": top + _THICK, "y2": bottom}
        tip = element("title", f"the input: {side}")
        page.add(element("line", tip, **line, class_="mark"))
    across = start + _LONG * (max(height, width) / most)
    page.write(
        f"input {max(height, width)}",
        across,
        top + 8,
        size=_SIZE,
        width=_LONG,
        anchor="end" if across > start + _LONG / 2 else "start",
        class_="soft",
    )
    page.legend(legend(step.family for step in steps))
    found = listed(f"{step.name}: {_pair(step)}" for step in steps)
    return f"Growth of the receptive field over {of_input}. {found}"


def _pair(step: _Step) -> str:
    return "×".join(map(str, step.size))


def _steps(shown: list[Line]) -> list[_Step]:
    """Return where the field is larger than anywhere before."""
    steps: list[_Step] = []
    high = wide = 0
    for line in shown:
        size = line.rows[-1].receptive_field
        if size is not None and (size[0] > high or size[1] > wide):
            high, wide = max(high, size[0]), max(wide, size[1])
            steps.append(_Step(line.name, size, line.family, _kinds(line)))
    return steps


def _draw_grid(page: Page, grid: Shape, view: int, left: float, top: float) -> None:
    high, wide = _PANEL * (grid.height / view), _PANEL * (grid.width / view)
    x, y = left + (_PANEL - wide) / 2, top + (_PANEL - high) / 2
    every = 1
    while max(grid.height, grid.width) > _CELLS * every:
        every *= 2
    path = "".join(
        f"M{x:.1f} {y + _PANEL * (k / view):.1f}h{wide:.1f}"
        for k in range(0, grid.height, every)
    )
    path += "".join(
        f"M{x + _PANEL * (k / view):.1f} {y:.1f}v{high:.1f}"
        for k in range(0, grid.width, every)
    )
    frame = {"x": x, "y": y, "width": wide, "height": high}
    page.add(element("path", d=path, class_="grid"))
    page.add(element("rect", **frame, class_="mark"))
