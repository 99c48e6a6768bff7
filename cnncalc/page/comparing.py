"""The pages of networks side by side, and of what one became."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from cnncalc.answers.output import PathName
from cnncalc.answers.report_page import ReportPage
from cnncalc.answers.table import Column, Table
from cnncalc.cost.asked import AnyGraph, title_of
from cnncalc.draw.charts import Bar, draw_bars
from cnncalc.draw.drawing import draw, finished
from cnncalc.draw.kinds import KINDS
from cnncalc.draw.page import Page
from cnncalc.explain.explanation import explain
from cnncalc.page.arithmetic import arithmetic
from cnncalc.page.parts import Parts, as_tiles, options_of, page_of
from cnncalc.report.changes import Line
from cnncalc.report.compare import distinct
from cnncalc.report.render.as_html import as_markup, numbered_rows
from cnncalc.report.words import translate

__all__ = ["comparison_page", "difference_page"]

_SIDES = "before", "after"
_CHARTS = ("params", "macs", "activations", "memory")  # of both networks
_MEASURED = {"count", "bytes", "number"}  # units of which there are bars


def comparison_page(
    table: Table, graphs: Sequence[AnyGraph], path: PathName | None
) -> ReportPage:
    """Return the page of a comparison.

    Args:
        table: Its table, a line for each network.
        graphs: The networks.
        path: A file to write it to, too.
    """
    names = [line[0] for line in table.lines]
    about = options_of(table.style)
    pictures = [
        f"<summary><b><bdi>{as_markup(name)}</bdi></b></summary>"
        f'<div class="figure" tabindex="0" role="group" aria-label="{as_markup(name)}">'
        f"{draw(graph, title=name, **about).to_svg()}</div>"
        for name, graph in zip(names, graphs, strict=True)
    ]
    parts = Parts(
        kind="comparison",
        title=table.title,
        style=table.style,
        rows=numbered_rows(table),
        charts=dict(_columns_as_bars(table, names)),
        explained={"": {"steps": [], "parts": [(top, [], "") for top in pictures]}},
        words={
            "rows": "Networks",
            "panel": "Architecture",
            "hint": "Point at a network or a bar; choose one to keep it.",
        },
    )
    return page_of(parts, path)


def _columns_as_bars(table: Table, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give the title of each column of numbers, and bars of them for the networks."""
    for place, column in enumerate(table.columns):
        values = [line[place] for line in table.lines]
        if column.unit in _MEASURED:
            title = translate(column.title, table.style.language)
            drawn = partial(_bars, column, names, values)
            picture = finished(title, "", table.style, drawn, paths=names)
            yield title, picture.to_svg()


def _bars(
    column: Column, names: Sequence[str], values: Sequence[Any], page: Page
) -> str:
    """Draw a bar for each network; return what they say in words."""
    texts = [page.told(value, column.unit) for value in values]
    bars = [
        Bar(name, {"conv": int(value or 0)}, text, column.title, (name,))
        for name, value, text in zip(names, values, texts, strict=True)
    ]
    most = max([1, *(bar.parts["conv"] for bar in bars)])
    draw_bars(bars, page, page.left, page.top, most)
    told = zip(names, texts, strict=True)
    return "; ".join(f"{name}: {text}" for name, text in told)


def difference_page(
    table: Table,
    lines: Sequence[Line],
    graphs: Sequence[AnyGraph],
    path: PathName | None,
) -> ReportPage:
    """Return the page of a difference.

    Args:
        table: A line for each node of either network.
        lines: The nodes that they are of.
        graphs: The network before, and the one after.
        path: A file to write it to, too.
    """
    style = table.style
    about = options_of(style)
    titles = distinct(map(title_of, graphs))

    def drawn(kind: str) -> str:
        pictures = (
            draw(graph, kind, title=title, **about).to_svg()
            for graph, title in zip(graphs, titles, strict=True)
        )
        return "\n".join(
            f'<div data-side="{side}">{picture}</div>'
            for side, picture in zip(_SIDES, pictures, strict=True)
        )

    parts = Parts(
        kind="difference",
        title=table.title,
        style=style,
        above=as_tiles(table.totals, style),
        drawings=drawn("architecture"),
        rows=numbered_rows(table, list(_nodes(lines, graphs))),
        charts={
            translate(KINDS[kind], style.language): drawn(kind) for kind in _CHARTS
        },
        explained={
            side: arithmetic(explain(graph, **about).derivation)
            for side, graph in zip(_SIDES, graphs, strict=True)
        },
    )
    return page_of(parts, path)


def _nodes(lines: Sequence[Line], graphs: Sequence[AnyGraph]) -> Iterator[str]:
    """Give for each line the nodes that it is of, by side and number."""
    numbers = [{row.path: n for n, row in enumerate(g.nodes)} for g in graphs]
    for line in lines:
        both = zip(_SIDES, numbers, (line.before, line.after), strict=True)
        yield " ".join(f"{side}{known[row.path]}" for side, known, row in both if row)
