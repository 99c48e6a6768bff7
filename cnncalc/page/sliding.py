"""The page of a network whose sizes are slid, and whose numbers follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from cnncalc.answers.output import PathName
from cnncalc.answers.report_page import ReportPage
from cnncalc.answers.table import Column, Style, Table
from cnncalc.checks import for_message
from cnncalc.cost.asked import AnyNetwork, graph_of
from cnncalc.draw.drawing import draw
from cnncalc.errors import OptionError, UndecidedError
from cnncalc.page.parts import Parts, options_of, page_of
from cnncalc.report.cells import BINARY, DECIMAL
from cnncalc.report.render.as_html import as_markup, numbered_rows
from cnncalc.report.words import translate
from cnncalc.symbolic.answer import Symbolic, SymbolicRow, symbolic
from cnncalc.symbolic.counting import QUANTITIES
from cnncalc.symbolic.expression import Symbol
from cnncalc.symbolic.scripted import Script, scripted

__all__ = ["expressions", "sliding_page"]

_BATCH = "N"
_USUAL = 224
_AXES = {"H": "height", "W": "width", "L": "length", "D": "depth", _BATCH: "batch"}

# The columns behind the layer and its output, and whether groups have their sums.
_COLUMNS = (
    *(Column(key, QUANTITIES[key], "count", True) for key in ("params", "macs")),
    *(Column(key, QUANTITIES[key], "count", True) for key in ("flops", "activations")),
    Column("alive", "memory alive", "bytes"),
)
_CHARTS = ("alive", "macs", "params", "activations")

_SLIDERS = """\
<form id="sliders" aria-label="{label}">{inputs}
<button type="reset">{reset}</button><p id="holds" role="status"></p></form>
<dl class="facts">{totals}</dl>"""
_SLIDER = """\
<div><label for="size-{n}">{name}</label>
<input type="number" id="size-{n}" min="1" value="{own}">
<input type="range" id="range-{n}" aria-label="{name}" min="1" max="{most}" \
value="{own}"></div>"""
_TOTAL = '<div><dt>{}</dt><dd id="total-{}">{}</dd></div>'
_CHART = """\
<p>{about}: <span id="most-{key}"></span></p>
<svg class="cnncalc-drawing bars" data-key="{key}" viewBox="{size}" \
preserveAspectRatio="none" role="img" aria-label="{about}">{bars}</svg>"""
_WORDS = {
    "label": "Sizes",
    "reset": "Reset",
}
_REFUSED = "No network of these sizes, or another one, for this does not hold: {}"
_WHOLE = "A size is a whole number from 1; the numbers are those of the sizes before."
_HIGH, _STEP = 200, 10  # of a chart, its height, and from bar to bar


def sliding_page(
    net: AnyNetwork, style: Style, path: PathName | None, title: str
) -> ReportPage:
    """Return the page of a network, whose numbers follow its sizes.

    Args:
        net: The network, on numbers or on symbols.
        style: How numbers are written, of values of which type, and how many inputs
            there are to begin with.
        path: A file to write it to, too.
        title: What stands above it.

    Raises:
        OptionError: If counts are to be written in other units than they are.
        UndecidedError: If the network has no numbers in symbols.
    """
    if style.units != "exact":
        why = f"units is {for_message(style.units)}, and sliders count exactly"
        raise OptionError(why, "Leave it out")
    found = symbolic(net, batch=_BATCH)
    script = scripted(net, batch=_BATCH, dtype=style.dtype)
    table = _table(title, net, found, style)
    parts = Parts(
        kind="sliding",
        title=title,
        style=style,
        above=_sliders(found, script, style),
        drawings=_drawing(net, title, style),
        rows=numbered_rows(table),
        charts=dict(_charts(found.rows, style)),
        explained={"": expressions(found.rows, style)},
        words={"panel": "Expressions"},
        packs={"sizes": _packed(script, style)},
        scripts=(f"globalThis.numbersAt = {script.code};", "sliders.js"),
    )
    return page_of(parts, path)


def _table(title: str, net: AnyNetwork, found: Symbolic, style: Style) -> Table:
    """Return a table whose numbers are left to the script."""
    first = Column("layer", "layer", "text"), Column("output", "output", "shape")
    lines = tuple((row.path, None, *[0] * len(_COLUMNS)) for row in found.rows)
    nodes = graph_of(net).table
    scope_of = {nodes.path(n): scope for n, scope in enumerate(nodes.scopes)}
    scopes = tuple(scope_of[row.path] for row in found.rows)
    return Table(title, (*first, *_COLUMNS), lines, (), scopes, style)


def _drawing(net: AnyNetwork, title: str, style: Style) -> str:
    """Return the picture of the network as it is; of one on symbols there is none."""
    try:
        return draw(net, title=title, **options_of(style)).to_svg()
    except UndecidedError:
        return ""


def _sliders(found: Symbolic, script: Script, style: Style) -> str:
    """Return the sliders, and the totals below, which are expressions as yet."""
    own = _own(script, style)
    words = {key: translate(text, style.language) for key, text in _WORDS.items()}
    inputs = (
        _SLIDER.format(n=n, name=_name(name, style), own=size, most=max(256, 4 * size))
        for n, (name, size) in enumerate(zip(script.symbols, own, strict=True))
    )
    told = {**QUANTITIES, "peak_memory": "peak memory"}
    totals = (
        _TOTAL.format(
            as_markup(translate(words, style.language)),
            key,
            as_markup(str(found.totals.get(key, "?"))),
        )
        for key, words in told.items()
        if key in script.totals
    )
    return _SLIDERS.format(inputs="\n".join(inputs), totals="".join(totals), **words)


def _own(script: Script, style: Style) -> list[int]:
    """Return the sizes to begin with; symbols alone have none."""
    usual = {_BATCH: style.batch}
    return [
        usual.get(name, _USUAL if size == Symbol(name).as_size.value else size)
        for name, size in zip(script.symbols, script.own, strict=True)
    ]


def _name(symbol: str, style: Style) -> str:
    """Return what a symbol is called: one of an axis has a word for it, too."""
    word = _AXES.get(symbol.partition("_")[0])
    about = f" ({translate(word, style.language)})" if word else ""
    return as_markup(f"{symbol}{about}")


def _charts(rows: Sequence[SymbolicRow], style: Style) -> Iterator[tuple[str, str]]:
    """Give a title and the bars of each number, one a row, without their heights."""
    bars = "".join(
        f'<rect data-node="{n}" x="{_STEP * n}" width="{_STEP - 1}">'
        f"<title>{as_markup(row.path)}</title></rect>"
        for n, row in enumerate(rows)
    )
    size = f"0 0 {_STEP * len(rows)} {_HIGH}"
    titles = {column.key: column.title for column in _COLUMNS}
    for key in _CHARTS:
        title = translate(titles[key], style.language)
        yield (
            title,
            _CHART.format(key=key, about=as_markup(title), size=size, bars=bars),
        )


def expressions(rows: Iterable[SymbolicRow], style: Style) -> dict[str, Any]:
    """Return the expressions of each row, as `arithmetic` has steps.

    Args:
        rows: The rows.
        style: The language of the words beside them.
    """
    places: dict[str, int] = {}
    parts = []
    for row in rows:
        told = [("output", "×".join(_math(size) for size in row.output or ()))]
        told += [(words, _math(getattr(row, key))) for key, words in QUANTITIES.items()]
        lines = [
            f'<tr><th scope="row">{as_markup(translate(words, style.language))}</th>'
            f"<td>{math}</td></tr>"
            for words, math in told
        ]
        numbers = [places.setdefault(line, len(places)) for line in lines]
        path, kind = as_markup(row.path), as_markup(row.kind)
        above = f"<summary><b><bdi>{path}</bdi></b> <bdi>{kind}</bdi></summary>"
        parts.append((above, numbers, ""))
    return {"steps": list(places), "parts": parts}


def _math(expression: Any) -> str:
    math: str = expression.to_mathml()
    return math


def _packed(script: Script, style: Style) -> dict[str, Any]:
    """Return what the script needs to know besides the function of the numbers."""
    names = DECIMAL if style.byte_units == "decimal" else BINARY
    return {
        "own": _own(script, style),
        "totals": script.totals,
        "rows": list(script.rows.values()),
        "bounds": script.bounds,
        "conditions": script.conditions,
        "columns": [
            {"key": column.key, "unit": column.unit, "adds": column.adds}
            for column in _COLUMNS
        ],
        "first": style.layout.startswith("C"),
        "units": {"base": 1000 if names is DECIMAL else 1024, "names": names},
        "refused": translate(_REFUSED, style.language),
        "whole": translate(_WHOLE, style.language),
    }
