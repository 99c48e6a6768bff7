"""Tables as HTML: one element that a notebook shows, and a page to open by itself.

Nothing comes from outside, and all of it is well-formed XML. Colours come in pairs,
of the text and of what is behind it, so that neither can meet the wrong other: from
the theme of JupyterLab or Visual Studio Code, or else light or dark as the reader
prefers. Without its script, where a page does not run any, the table stands open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any, NamedTuple

from cnncalc.answers.table import Column, Fact, Gap, Style, Table, Unit
from cnncalc.graph.names import outline
from cnncalc.report.cells import (
    by_column,
    heading,
    is_number,
    map_unique,
    titled,
    written,
    written_column,
)
from cnncalc.report.render.html_parts import PAGE, SCRIPT, STYLE
from cnncalc.sizes.bound import total

__all__ = ["as_markup", "numbered_rows", "paired", "render"]

_LONG = 40  # characters of a text that may be wrapped

# The columns whose bars show each row's share of the whole.
_SHARED = {"params", "macs"}


def render(table: Table, *, page: bool = False) -> str:
    """Return *table* as HTML.

    A click on a title sorts the rows, first down, then up, and then puts them back; a
    click on a group folds it, and with the Alt key all groups of its level. A group's
    numbers are the sums over its rows. The bars of parameters and MACs show a row's
    share of the whole.

    Args:
        table: What to render.
        page: Return a whole page, for a file, and not just the element.

    Example:
        >>> from cnncalc import zoo
        >>> html = render(zoo.lenet().summary().table)
        >>> html.startswith('<div class="cnncalc"'), html.count("<tr")
        (True, 8)
    """
    title = escape(written(table.title, "words", table.style))
    parts = [
        f'<div class="cnncalc" lang="{table.style.language}"><style>{STYLE}</style>',
        *_grid(table, title),
        _totals(table),
        f"<script>{SCRIPT}</script></div>",
    ]
    html = "\n".join(filter(None, parts))
    if not page:
        return html
    return PAGE.format(title=title, body=html, language=table.style.language)


def numbered_rows(table: Table, nodes: Sequence[str] = ()) -> str:
    """Return a table without style, script and totals, for a page.

    Each row says as ``data-node`` what it stands for, and a group what is in it.

    Args:
        table: The table.
        nodes: What each line stands for; without it, its number.
    """
    title = escape(written(table.title, "words", table.style))
    nodes = nodes or [str(number) for number in range(len(table.lines))]
    rows = "\n".join(_grid(table, title, nodes))
    return f'<div class="cnncalc">{rows}</div>'


def _grid(table: Table, title: str, nodes: Sequence[str] = ()) -> list[str]:
    if not table.columns:  # a list, which has only what others have below
        return [f'<p class="cnncalc-title">{title}</p>']
    heads = "".join(_head(column, table.style) for column in table.columns)
    return [
        f'<div class="cnncalc-scroll" tabindex="0" role="group" aria-label="{title}">',
        f'<table><caption dir="auto"><span>{title}</span></caption>',
        f"<thead><tr>{heads}</tr></thead><tbody>",
        *_body(table, nodes),
        "</tbody></table></div>",
    ]


def as_markup(text: str) -> str:
    """Return a text as markup that shows it."""
    return escape(written(text, "text"))


def _head(column: Column, style: Style) -> str:
    kind = ' class="cnncalc-n"' if is_number(column.unit) else ""
    unit = column.unit
    return (
        f'<th scope="col" aria-sort="none" data-unit="{unit}"{kind}>'
        f'<button type="button">{as_markup(heading(column, style))}</button></th>'
    )


def _body(table: Table, nodes: Sequence[str]) -> list[str]:
    """Return the rows, each group's own row before those that belong to it."""
    values = by_column(table)
    sums = {fact.key: fact.value for fact in table.totals}
    wholes = [
        (
            sums.get(column.key)
            or total(v for v in column_values if not isinstance(v, Gap))
        )
        if column.key in _SHARED and column.adds
        else 0
        for column, column_values in zip(table.columns, values, strict=True)
    ]
    columns = [
        _column(column, values[place], wholes[place], table.style, first=place == 0)
        for place, column in enumerate(table.columns)
    ]
    groups = _groups(table.scopes)
    facts: dict[str, Sequence[Any]] = {}
    if groups:
        facts["data-depth"] = list(map(len, table.scopes))
    if nodes:
        facts["data-node"] = nodes
    start = "".join(f' {name}="%s"' for name in facts)
    form = f"<tr{start}>{''.join([form for form, _ in columns])}</tr>"
    cells = [*facts.values(), *(cells for _, cells in columns)]
    rows = [form % row for row in zip(*cells, strict=True)]
    # Backwards: what is put before a row leaves the places of earlier rows alone.
    for group in reversed(groups):
        row = _group_row(group, table, values, wholes, nodes)
        rows.insert(group.start, row)
    return rows


def _column(
    column: Column, values: Sequence[Any], whole: int, style: Style, *, first: bool
) -> tuple[str, list[str]]:
    """Return the form of a column's cells, and what is to be filled in for each."""
    unit = column.unit
    named = first and None not in values and "" not in values
    start, end = ('<th scope="row"', "</th>") if named else ("<td", "</td>")
    start += ' class="cnncalc-n"' if is_number(unit) else ""
    if not first and unit == "text" and any(len(str(v)) > _LONG for v in values):
        start += ' class="cnncalc-w"'
    rounded = unit == "bytes" or (unit == "count" and style.units != "exact")
    if not whole and not rounded:
        texts = written_column(column, values, style)
        return f"{start}>%s{end}", _escaped(texts)

    def cell(value: Any) -> str:
        exact = (
            f' data-value="{int(value)}"' if rounded and isinstance(value, int) else ""
        )
        bar = _bar(value, whole) if value and not isinstance(value, Gap) else ""
        return f"{exact}{bar}>{escape(written(value, unit, style))}"

    return f"{start}%s{end}", map_unique(cell, values)


def _escaped(texts: list[str]) -> list[str]:
    """Return texts escaped, all at once: what is written has no line end."""
    text = "\n".join(texts)
    safe = escape(text)
    return texts if safe == text else safe.split("\n")


def _bar(value: int, whole: int) -> str:
    """Return the attribute that gives a cell its bar."""
    share = 1000 * int(value) // int(whole) if whole else 0
    return f' style="--share:{share // 10}.{share % 10}%"' if share else ""


class _Group(NamedTuple):
    """Rows one after another of one scope: from *start* up to, not with, *end*."""

    scope: tuple[str, ...]
    start: int
    end: int
    again: bool  # whether other rows of the scope came before


def _groups(scopes: Sequence[tuple[str, ...]]) -> list[_Group]:
    """Return the groups in the order of their first rows, outer before inner."""
    groups: list[_Group] = []
    seen = set()
    for depth, start, stop in outline(scopes):
        if stop is not None:
            scope = scopes[start][:depth]
            groups.append(_Group(scope, start, stop, scope in seen))
            seen.add(scope)
    return groups


def _group_row(
    group: _Group,
    table: Table,
    values: Sequence[Sequence[Any]],
    wholes: Sequence[int],
    nodes: Sequence[str],
) -> str:
    name = as_markup("/".join(group.scope)) + (" …" if group.again else "")
    button = f'<button type="button" aria-expanded="true">{name}</button>'
    cells = [f'<th scope="row">{button}</th>', *["<td></td>"] * (len(values) - 1)]
    for place, column in enumerate(table.columns[1:], 1):
        if column.adds:
            number = _sum(values[place][group.start : group.end], column.unit)
            text = written(number, column.unit, table.style)
            bar = _bar(number, wholes[place])
            # The style prints it: a program that reads the cells counts nothing twice.
            cells[place] = f'<td class="cnncalc-n" data-sum="{text}"{bar}></td>'
    start = f'<tr class="cnncalc-group" data-depth="{len(group.scope) - 1}"'
    if nodes:
        inside = " ".join(nodes[group.start : group.end])
        start += f' data-node="{inside}"'
    return f"{start}>{''.join(cells)}</tr>"


def _sum(values: Sequence[Any], unit: Unit) -> Any:
    """Return the sum of counts, perhaps a lower bound; None of unknown percents."""
    if unit != "percent":
        return total(values)
    return None if None in values else sum(values)


def _totals(table: Table) -> str:
    pairs = "".join(paired(table.totals, table.style))
    return f"<dl>{pairs}</dl>" if pairs else ""


def paired(facts: Iterable[Fact], style: Style) -> Iterator[str]:
    """Give each fact as a title and what it is, as a list of definitions has them."""
    for fact in facts:
        value = escape(written(fact.value, fact.unit, style))
        yield f"<dt>{as_markup(titled(fact, style))}</dt><dd>{value}</dd>"
