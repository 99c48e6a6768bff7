"""Tables as HTML: one element that a notebook shows, and a page to open by itself.

Nothing comes from outside, and all of it is well-formed XML. Colours come in pairs,
of the text and of what is behind it, so that neither can meet the wrong other: from
the theme of JupyterLab or Visual Studio Code, or else light or dark as the reader
prefers. Without its script, where a page does not run any, the table stands open.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

from cnncalc.analysis.cost import total
from cnncalc.report.render.cells import by_column, is_number, written
from cnncalc.report.render.html_parts import SCRIPT, STYLE
from cnncalc.report.render.once import each_once
from cnncalc.report.table import Column, Fact, Table

__all__ = ["render"]

# The columns whose bars show each row's share of the whole.
_SHARED = {"params", "macs"}

# The columns whose sum over a group is the group's.
_SUMMED = {"params", "trainable", "buffers", "connections", "macs", "activation_size"}

_PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"/><meta name="color-scheme" \
content="light dark"/><title>{title}</title></head><body>
{body}
</body></html>
"""


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
        >>> html.startswith('<div class="cnncalc">'), html.count("<tr")
        (True, 8)
    """
    title = _text(table.title)
    parts = [
        f'<div class="cnncalc"><style>{STYLE}</style>',
        f'<div class="cnncalc-scroll" tabindex="0" role="region" aria-label="{title}">',
        f'<table><caption dir="auto">{title}</caption>',
        f"<thead><tr>{''.join(map(_head, table.columns))}</tr></thead><tbody>",
        *_body(table),
        "</tbody></table></div>",
        _totals(table.totals),
        f"<script>{SCRIPT}</script></div>",
    ]
    html = "\n".join(filter(None, parts))
    return _PAGE.format(title=title, body=html) if page else html


def _text(text: str) -> str:
    return escape(written(text, "text"))


def _head(column: Column) -> str:
    kind = ' class="cnncalc-n"' if is_number(column.unit) else ""
    unit = column.unit
    return (
        f'<th scope="col" aria-sort="none" data-unit="{unit}"{kind}>'
        f'<button type="button">{_text(column.title)}</button></th>'
    )


def _body(table: Table) -> list[str]:
    """Return the rows, each group's own row before those that belong to it."""
    values = by_column(table)
    wholes = list(map(_whole, table.columns, values))
    cells = [
        _cells(column, column_values, whole, first=place == 0)
        for place, (column, column_values, whole) in enumerate(
            zip(table.columns, values, wholes, strict=True)
        )
    ]
    lines = ["".join(row) for row in zip(*cells, strict=True)]
    groups = _groups(table.scopes)
    if not groups or not lines:
        return [f"<tr>{line}</tr>" for line in lines]
    starts = {
        depth: f'<tr data-depth="{depth}">' for depth in set(map(len, table.scopes))
    }
    rows = [
        f"{starts[len(scope)]}{line}</tr>"
        for scope, line in zip(table.scopes, lines, strict=True)
    ]
    # Backwards: what is put before a row leaves the places of earlier rows alone.
    for group in reversed(groups):
        rows.insert(group.start, _group_row(group, table.columns, values, wholes))
    return rows


def _cells(column: Column, values: list[Any], whole: int, *, first: bool) -> list[str]:
    unit = column.unit
    tag = 'th scope="row"' if first else "td"
    kind = ' class="cnncalc-n"' if is_number(unit) else ""
    start, end = f"<{tag}{kind}", f"</{tag[:2]}>"

    def cell(value: Any) -> str:
        text = escape(written(value, unit))
        if whole and value:
            return f"{start}{_bar(value, whole)}>{text}{end}"
        if unit == "bytes" and value is not None:
            return f'{start} data-value="{int(value)}">{text}{end}'
        return f"{start}>{text}{end}"

    return each_once(cell, values)


def _whole(column: Column, values: list[Any]) -> int:
    """Return what the shares of a column add up to; 0 if it shows none."""
    return total(values) if column.key in _SHARED else 0


def _bar(value: int, whole: int) -> str:
    """Return the attribute that gives a cell its bar."""
    share = 1000 * value // whole if whole else 0
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
    opened: list[int] = []
    seen = set()
    before: tuple[str, ...] = ()
    for place, scope in enumerate((*scopes, ())):
        if scope == before:
            continue
        while opened and scope[: len(opened)] != before[: len(opened)]:
            index = opened.pop()
            groups[index] = groups[index]._replace(end=place)
        for depth in range(len(opened) + 1, len(scope) + 1):
            opened.append(len(groups))
            part = scope[:depth]
            groups.append(_Group(part, place, place, part in seen))
            seen.add(part)
        before = scope
    return groups


def _group_row(
    group: _Group,
    columns: Sequence[Column],
    values: Sequence[list[Any]],
    wholes: Sequence[int],
) -> str:
    name = _text("/".join(group.scope)) + (" …" if group.again else "")
    button = f'<button type="button" aria-expanded="true">{name}</button>'
    cells = [f'<th scope="row">{button}</th>']
    others = zip(columns[1:], values[1:], wholes[1:], strict=True)
    for column, column_values, whole in others:
        if column.key in _SUMMED:
            number = total(column_values[group.start : group.end])
            bar = _bar(number, whole)
            text = written(number, column.unit)
            # The style prints it: a program that reads the cells counts nothing twice.
            cells.append(f'<td class="cnncalc-n" data-sum="{text}"{bar}></td>')
        else:
            cells.append("<td></td>")
    start = f'<tr class="cnncalc-group" data-depth="{len(group.scope) - 1}">'
    return f"{start}{''.join(cells)}</tr>"


def _totals(facts: Sequence[Fact]) -> str:
    if not facts:
        return ""
    pairs = [
        f"<dt>{_text(fact.title)}</dt><dd>{escape(written(fact.value, fact.unit))}</dd>"
        for fact in facts
    ]
    return f"<dl>{''.join(pairs)}</dl>"
