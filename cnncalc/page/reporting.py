"""The report of a network: totals, picture, table, charts and arithmetic, linked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cnncalc._typing import Unpack
from cnncalc.answers.answer import Written
from cnncalc.answers.output import PathName
from cnncalc.answers.table import Fact, Style, Table
from cnncalc.cost.asked import AnyGraph, AnyNetwork, graph_of, title_of
from cnncalc.cost.receptive_field import in_cell
from cnncalc.cost.seen import receptive_fields
from cnncalc.draw.drawing import draw
from cnncalc.draw.kinds import KINDS
from cnncalc.explain.explanation import explain
from cnncalc.memory.types import DataTypes
from cnncalc.page.arithmetic import arithmetic
from cnncalc.page.frame import framed
from cnncalc.page.report_page import ReportPage
from cnncalc.report.render.as_html import as_markup, numbered_rows, paired
from cnncalc.report.summary import summary
from cnncalc.report.words import translate
from cnncalc.sizes.shape import ShapeLike

__all__ = ["CHARTS", "report", "totals_part"]

# The charts behind the tabs.
CHARTS = ("memory", "receptive_field", "macs", "params", "activations")

_BODY = """\
<header><h1><bdi>{title}</bdi></h1>
<button type="button" id="scheme">{scheme}</button></header>
<main>
<div id="totals">{totals}</div>
<noscript><p>{script}</p></noscript>
<section aria-labelledby="of-drawing"><h2 id="of-drawing">{architecture}</h2>
<div class="figure" id="drawing" tabindex="0" role="group" \
aria-labelledby="of-drawing">{drawing}</div></section>
<section aria-labelledby="of-layers"><h2 id="of-layers">{layers}</h2>
<p class="find"><label>{search} <input type="search" id="search"></label>
<output for="search" id="found"></output></p>
<div class="beside"><div id="table"></div>
<aside aria-labelledby="of-arithmetic"><h2 id="of-arithmetic">{arithmetic}</h2>
<p>{hint}</p><div id="arithmetic" class="cnncalc cnncalc-explain" aria-live="polite">\
</div></aside></div></section>
<section aria-labelledby="of-charts"><h2 id="of-charts">{charts}</h2>
<div role="tablist" aria-labelledby="of-charts">{tabs}</div>
{panels}</section>
</main>"""
_WORDS = {
    "scheme": "Light or dark",
    "script": "The table, the charts and the arithmetic need a script to be run.",
    "architecture": "Architecture",
    "layers": "Layers",
    "search": "Search",
    "arithmetic": "Arithmetic",
    "hint": "Point at a layer, a block or a bar; choose one to keep it.",
    "charts": "Charts",
}
_TAB = '<button type="button" role="tab" id="tab-{0}" aria-controls="{0}">{1}</button>'
_PANEL = (
    '<div role="tabpanel" class="figure" id="{0}" aria-labelledby="tab-{0}" '
    'tabindex="0"></div>'
)


def report(
    net: AnyNetwork,
    path: PathName | None = None,
    *,
    input: ShapeLike | Sequence[ShapeLike] | None = None,
    dtype: DataTypes = "float32",
    batch: int = 1,
    **how: Unpack[Written],
) -> ReportPage:
    """Return all that is known of it as one page, which opens anywhere.

    It has the totals, the picture of the architecture, a table of the layers to sort,
    fold and search, what memory holds over time, the growth of the receptive field, and
    bars of the costs. Who points at a row, a block or a bar sees the others of the same
    layer, and its arithmetic. All is in the page; it asks no network for anything, and
    what names hold is text in it.

    Args:
        path: A file to write it to, too.
        input: Another input shape, or that of a network which has none yet; of
            several inputs, a list of shapes.
        dtype: The values' data type, or a number of bits, or a mapping as of `memory`.
        batch: How many inputs are run at once; it multiplies all but parameters and
            buffers.
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Raises:
        OptionError: If an option is none of those above.
        OpenNetworkError: If the network has no input shape.

    Example:
        >>> from cnncalc import zoo
        >>> zoo.lenet().report().title
        'lenet: 32×32×1 → 10'
    """
    chosen: dict[str, Any] = {"dtype": dtype, "batch": batch, **how}
    graph = graph_of(net, input)
    table = summary(graph, **chosen).table

    def drawn(kind: str) -> str:
        return draw(graph, kind, title=title_of(net), **chosen).to_svg()

    views = {"table": numbered_rows(table), **{kind: drawn(kind) for kind in CHARTS}}
    explained = arithmetic(explain(graph, **chosen).derivation)
    body = _body(totals_part(graph, table), drawn("architecture"), table)
    packs = {"views": views, "explained": explained}
    html = framed(table.title, table.style.language, body, packs, "report")
    page = ReportPage(table.title, html)
    if path is not None:
        page.to_html(path)
    return page


def _body(totals: str, drawing: str, table: Table) -> str:
    style = table.style
    words = {key: translate(text, style.language) for key, text in _WORDS.items()}
    return _BODY.format(
        title=as_markup(table.title),
        totals=totals,
        drawing=drawing,
        tabs="".join(_tabs(style)),
        panels="\n".join(map(_PANEL.format, CHARTS)),
        **{key: as_markup(text) for key, text in words.items()},
    )


def totals_part(net: AnyGraph, table: Table) -> str:
    """Return the totals of a network's table, and what an output sees, as markup."""
    sizes = in_cell(receptive_fields(net))
    seen = Fact("receptive_field", "Receptive field", sizes, "field")
    facts = paired((*table.totals, seen), table.style)
    return f'<dl class="facts">{"".join(f"<div>{pair}</div>" for pair in facts)}</dl>'


def _tabs(style: Style) -> Iterator[str]:
    for kind in CHARTS:
        words = translate(KINDS[kind], style.language)
        yield _TAB.format(kind, as_markup(words[0].upper() + words[1:]))
