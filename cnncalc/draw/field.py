"""The growth of the receptive field: fields over the input, and bars beside them.

The last two axes of an input make a grid; each axis before them is a strip below it. A
sequence is a strip alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from cnncalc.cost.rows import Row
from cnncalc.draw.boxes import NodeOrGroup, fitting, inputs_of
from cnncalc.draw.charts import (
    LONG,
    SIZE,
    STEP,
    THICK,
    Bar,
    draw_bars,
    kinds_of,
    legend,
    listed,
)
from cnncalc.draw.page import Page
from cnncalc.draw.scene import Outline, Rectangle, straight, trace
from cnncalc.sizes.axes import Axes, axis_names
from cnncalc.sizes.shape import Shape

__all__ = ["growth"]

_PANEL = 380.0  # a side of the grid, and the length of a strip
_STRIP = 56.0  # how high a strip is
_CELLS = 32  # across the grid, at most
_BETWEEN = 40.0
_GRID = 2  # axes of a grid


class _Step(NamedTuple):
    """A field that is larger than any before: of what, its sizes, its looks."""

    name: str
    least: Axes
    size: Axes
    family: str
    kind: str
    paths: Sequence[str]


class _View(NamedTuple):
    """Some axes of the input, of which a picture is drawn.

    Attributes:
        axes: Their places among all axes: two of a grid, one of a strip.
        space: The sizes of the input along them.
        largest: That of the largest field.
    """

    axes: slice
    space: Axes
    largest: int

    @property
    def extent(self) -> int:
        """The number of positions in view: half as much again as the input, at most."""
        most = max(self.space)
        return min(max(most, self.largest), most * 3 // 2)

    @property
    def high(self) -> float:
        """The height of the picture."""
        return _PANEL if len(self.space) == _GRID else _STRIP


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
    grid = shape or next(iter(inputs_of(rows).values()), None) or Shape.of(1)
    space = grid.space or (1, 1)  # a vector is taken for a map of one position
    steps = fitting(rows, depth, partial(_steps, rank=len(space)))
    of_input = page.words("an input of {}", _times(space))
    sizes = _extent(steps[-1], page) if steps else ""
    page.subtitle = page.words("up to {} of {}", sizes, of_input) if steps else of_input
    top = page.top + 8
    _draw_fields(page, steps, space, top)
    _draw_beside(page, steps, space, top)
    page.legend(legend(step.family for step in steps))
    found = listed((f"{step.name}: {_extent(step, page)}" for step in steps), page)
    about = page.words("Growth of the receptive field over {}", of_input)
    return f"{about}. {found}"


def _extent(step: _Step, page: Page) -> str:
    """Return a size, or the least and the most of what depends on the position."""
    if step.least == step.size:
        return _times(step.size)
    return page.words("{} to {}", _times(step.least), _times(step.size))


def _times(sizes: Axes) -> str:
    return "×".join(map(str, sizes))


def _steps(shown: list[NodeOrGroup], rank: int) -> list[_Step]:
    """Return where the field, of so many axes, is larger than anywhere before."""
    steps: list[_Step] = []
    widest: Axes = (0,) * rank
    for line in shown:
        row = line.rows[-1]
        least, size = row.receptive_fields or ((), ())
        if len(size) != rank:  # unknown, or over an input with other axes
            continue
        if any(now > before for now, before in zip(size, widest, strict=True)):
            widest = tuple(map(max, size, widest))
            kind = kinds_of(line)
            told = line.name, least, size, line.family, kind, line.paths
            steps.append(_Step(*told))
    return steps


def _views(steps: list[_Step], space: Axes) -> list[_View]:
    """Return the grid of the last axes, and a strip for each one before them."""
    first = max(len(space) - _GRID, 0)
    places = [slice(first, len(space)), *(slice(n, n + 1) for n in range(first))]
    return [
        _View(
            axes,
            space[axes],
            max([max(step.size[axes]) for step in steps], default=1),
        )
        for axes in places
    ]


def _draw_fields(page: Page, steps: list[_Step], space: Axes, top: float) -> None:
    """Draw the fields of a unit in the middle of the input, and say so below."""
    views, names = _views(steps, space), axis_names(len(space))
    below = top
    for view in views:
        _draw_view(page, steps, view, page.left, below)
        page.reach(page.left + _PANEL, below + view.high)
        below += view.high + STEP
        if len(space) != _GRID:  # else what is drawn goes without saying
            axes = page.words(" and ".join(names[view.axes]))
            below = _write_below(page, axes, below)
    words = page.words("fields of a unit in the middle of {}", _times(space))
    below = _write_below(page, words, below)
    if any(view.largest > view.extent for view in views):
        words = page.words("larger ones are cut off at the edge")
        _write_below(page, words, below)


def _write_below(page: Page, words: str, y: float) -> float:
    """Write a line, and return where the next one stands."""
    page.write(words, page.left, y, size=SIZE, width=_PANEL, look="soft")
    page.reach(page.left, y)
    return y + STEP


def _draw_view(
    page: Page, steps: list[_Step], view: _View, left: float, top: float
) -> None:
    _draw_grid(page, view, left, top)
    for place, step in reversed([*enumerate(steps, 1)]):
        sides = [min(side, view.extent) / view.extent for side in step.size[view.axes]]
        # On a strip a field has one side; the height tells those behind it apart.
        share = sides[0] if len(sides) == _GRID else place / len(steps)
        high, wide = view.high * share, _PANEL * sides[-1]
        x, y = left + (_PANEL - wide) / 2, top + (view.high - high) / 2
        tip, nodes = (f"{step.name}: {_extent(step, page)}",), page.marked(step.paths)
        look = f"{step.family} field"
        page.add(Rectangle(x, y, wide, high, look, tip=tip, nodes=nodes))


def _draw_grid(page: Page, view: _View, left: float, top: float) -> None:
    """Draw the input as a grid, or as a strip, in the middle of the view."""
    across, wide = view.space[-1], _PANEL * (view.space[-1] / view.extent)
    rows = view.space[0] if len(view.space) == _GRID else 0
    high = _PANEL * (rows / view.extent) if rows else view.high
    x, y = left + (_PANEL - wide) / 2, top + (view.high - high) / 2
    every = 1
    while max(view.space) > _CELLS * every:
        every *= 2
    each = _PANEL / view.extent
    lines = [
        trace((x, y + each * k), (x + wide, y + each * k))
        for k in range(0, rows, every)
    ]
    lines += [
        trace((x + each * k, y), (x + each * k, y + high))
        for k in range(0, across, every)
    ]
    page.add(Outline((*lines,), "grid"), Rectangle(x, y, wide, high, "mark"))


def _draw_beside(page: Page, steps: list[_Step], space: Axes, top: float) -> None:
    """Draw the fields as bars beside, and marks of the input's sizes on them."""
    bars = [
        Bar(
            step.name,
            {step.family: max(step.size)},
            _extent(step, page),
            step.kind,
            step.paths,
        )
        for step in steps
    ]
    longest = max(space)
    most = max([longest, *(max(step.size) for step in steps)])
    x = page.left + _PANEL + _BETWEEN
    start, bottom = draw_bars(bars, page, x, top + STEP, most, in_line=True)
    for side in sorted(set(space)):
        across = start + LONG * (side / most)
        tip = (page.words("the input: {}", side),)
        ends = (across, top + THICK), (across, bottom)
        page.add(straight("mark", *ends, tip=tip))
    across = start + LONG * (longest / most)
    page.reach(across, top + 8)  # if there are no bars
    page.write(
        page.words("input {}", longest),
        across,
        top + 8,
        size=SIZE,
        width=LONG,
        anchor="end" if across > start + LONG / 2 else "start",
        look="soft",
    )
