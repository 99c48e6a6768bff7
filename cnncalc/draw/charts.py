"""Bars of costs by layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cnncalc.cost.batch import for_batch, sum_for_batch
from cnncalc.cost.rows import Row
from cnncalc.cost.totals import AtLeast
from cnncalc.draw.boxes import FAMILIES, NodeOrGroup, family, fitting
from cnncalc.draw.page import Page
from cnncalc.draw.scene import Element, Group, Rectangle
from cnncalc.draw.texts import extent
from cnncalc.report.cells import written

__all__ = [
    "LONG",
    "SIZE",
    "STEP",
    "THICK",
    "Bar",
    "bars",
    "draw_bars",
    "kinds_of",
    "legend",
    "listed",
]

SIZE = 11.0
STEP = 19.0  # from one bar to the next
THICK = 13.0
_NAMES = 210.0  # the widest name
LONG = 440.0  # the longest bar
_SPACE = 8.0
_LISTED = 40  # in a text alternative

_COLUMNS = {
    "params": ("params", "Parameters", "parameters"),
    "macs": ("macs", "Multiply-accumulates", "MACs"),
    "activations": ("activation_size", "Activations", "activations"),
}


class Bar(NamedTuple):
    """One bar: its parts by family, what stands before and behind it, its tooltip.

    And the paths of the nodes that it stands for.
    """

    name: str
    parts: dict[str, int]
    value: str
    tip: str
    paths: Sequence[str] = ()


def bars(rows: Sequence[Row], page: Page, kind: str, depth: int | None) -> str:
    """Draw bars of a cost on a page; return their text alternative.

    Args:
        rows: The nodes.
        page: What is drawn on.
        kind: "params", "macs" or "activations".
        depth: How many levels of groups are told apart; None: as many as fit.
    """
    column, words, unit = _COLUMNS[kind]

    def counted(shown: list[NodeOrGroup]) -> list[NodeOrGroup]:
        return [x for x in shown if any(getattr(r, column) != 0 for r in x.rows)]

    times = 1 if kind == "params" else page.style.batch

    shown = fitting(rows, depth, counted)
    whole = sum_for_batch(rows, column, times)
    page.subtitle = f"{page.told(whole, 'count')} {page.words(unit)}"
    drawn, values = [], []
    for line in shown:
        parts: Counter[str] = Counter()
        for row in line.rows:
            parts[family(row.role)] += for_batch(row, column, times) or 0
        value = sum_for_batch(line.rows, column, times)
        known = None not in {getattr(row, column) for row in line.rows}
        count = page.told(value, "count") if value or known else "?"
        exact = whole and not isinstance(whole, AtLeast)
        share = f" · {_percent(value, whole)}" if exact else ""
        values.append((int(value), f"{line.name}: {count}"))
        ordered = {kind: parts[kind] for kind in FAMILIES if parts[kind]}
        told = line.name, ordered, count + share, kinds_of(line), line.paths
        drawn.append(Bar(*told))
    draw_bars(drawn, page, page.left, page.top + 8, max([1, *(v for v, _ in values)]))
    used = {name for bar in drawn for name in bar.parts}
    _note_none(sum(getattr(row, column) == 0 for row in rows), page)
    page.legend(legend(used))
    values.sort(key=lambda pair: -pair[0])
    about = page.words(f"{words} by layer")
    return f"{about}. {listed((text for _, text in values), page)}"


def _note_none(count: int, page: Page) -> None:
    """Write how many layers have none of what is drawn, if there are such."""
    if not count:
        return
    page.reach(page.left, page.top + 8)  # below the title, if there are no bars
    many = "{} layers with none not shown"
    note = page.words(many if count > 1 else "{} layer with none not shown", count)
    page.write(note, page.left, page.height, size=SIZE, width=LONG, look="soft")
    page.height += STEP


def kinds_of(line: NodeOrGroup) -> str:
    """Return of what kinds the layers of a line are."""
    kinds = Counter(row.kind for row in line.rows).most_common()
    if not line.is_group:
        return kinds[0][0]
    return ", ".join(f"{count} × {kind}" for kind, count in kinds)


def _percent(part: int, whole: int) -> str:
    tenths = (2000 * part + whole) // (2 * whole)
    if part and not tenths:
        return "< 0.1 %"
    return f"{tenths // 10}.{tenths % 10} %"


def listed(texts: Iterable[str], page: Page) -> str:
    """Return texts in one, the first of very many."""
    every = list(texts)
    more = len(every) - _LISTED
    shown = every[:_LISTED]
    return "; ".join([*shown, page.words("and {} more", more)] if more > 0 else shown)


def legend(used: Iterable[str]) -> list[tuple[str, str]]:
    """Return the families among these, in order, with the words for each."""
    known = set(used)
    return [(name, words) for name, words in FAMILIES.items() if name in known]


def draw_bars(
    drawn: list[Bar],
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
    names = max((extent(written(bar.name, "text"), SIZE) for bar in drawn), default=0)
    start = x + min(_NAMES, names) + _SPACE
    for bar in drawn:
        base = y + THICK - 2.5
        page.write(
            bar.name,
            start - _SPACE,
            base,
            size=SIZE,
            width=_NAMES,
            anchor="end",
            tail=True,
        )
        pieces: list[Element] = []
        left = start
        for name, value in bar.parts.items():
            wide = LONG * (value / most)  # integers may be larger than floats
            pieces.append(Rectangle(left, y, max(wide, 0.4), THICK, name))
            left += wide
        tip = (f"{bar.name}: {bar.value} ({bar.tip})",)
        nodes = page.marked(bar.paths)
        page.add(Group((*pieces,), tip=tip, nodes=nodes, is_block=True))
        wide = extent(bar.value, SIZE)
        left = start + LONG if in_line else left
        page.write(bar.value, left + _SPACE, base, size=SIZE, width=wide)
        page.reach(left + _SPACE + wide, y + STEP)
        y += STEP
    return start, y
