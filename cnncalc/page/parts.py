"""The parts of a page of a network or of several, and how they are put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from cnncalc.answers.output import PathName
from cnncalc.answers.report_page import ReportPage
from cnncalc.answers.table import Fact, Style
from cnncalc.checks import for_message
from cnncalc.errors import OptionError
from cnncalc.page.frame import framed
from cnncalc.report.render.as_html import as_markup, paired
from cnncalc.report.words import translate

__all__ = ["Parts", "as_tiles", "options_of", "page_of"]

_BODY = """\
<header><h1><bdi>{title}</bdi></h1>
<button type="button" id="scheme">{scheme}</button></header>
<main class="{kind}">
{above}
<noscript><p>{script}</p></noscript>
{drawings}
<section aria-labelledby="of-rows"><h2 id="of-rows">{rows}</h2>
<p class="find"><label>{search} <input type="search" id="search"></label>
<output for="search" id="found"></output></p>
<div class="beside"><div id="table"></div>
<aside aria-labelledby="of-arithmetic"><h2 id="of-arithmetic">{panel}</h2>
<p>{hint}</p><div id="arithmetic" class="cnncalc cnncalc-explain"></div></aside></div>
</section>
<section aria-labelledby="of-charts"><h2 id="of-charts">{charts}</h2>
<div role="tablist" aria-labelledby="of-charts">{tabs}</div>
{panels}</section>
</main>"""
_DRAWINGS = """\
<section aria-labelledby="of-drawing"><h2 id="of-drawing">{heading}</h2>
<div class="figure" id="drawing" tabindex="0" role="group" \
aria-labelledby="of-drawing">{drawings}</div></section>"""
_TAB = (
    '<button type="button" role="tab" id="tab-{0}" aria-controls="chart-{0}">'
    "{1}</button>"
)
_PANEL = (
    '<div role="tabpanel" class="figure" id="chart-{0}" aria-labelledby="tab-{0}" '
    'tabindex="0"></div>'
)
_WORDS = {
    "scheme": "Light or dark",
    "script": "The table, the charts and the arithmetic need a script to be run.",
    "search": "Search",
    "charts": "Charts",
    # Of a page whose rows are layers.
    "rows": "Layers",
    "panel": "Arithmetic",
    "hint": "Point at a layer, a block or a bar; choose one to keep it.",
}


@attrs.frozen(kw_only=True)
class Parts:
    """The parts of a page.

    Attributes:
        kind: What it is of: "network", "difference", "comparison".
        title: What stands above it, as text.
        style: How it is written.
        above: What is told of the whole, as markup.
        drawings: Pictures of the architecture, as markup; may be empty.
        rows: The table, as markup.
        charts: The titles of charts, with their markup.
        explained: What is told of a row, by side, as of `arithmetic`.
        words: Other headings "rows" and "panel", and another "hint" below that.
        packs: Data for scripts of its own.
        scripts: These, as sources, or as names of files.
    """

    kind: str
    title: str
    style: Style
    above: str = ""
    drawings: str = ""
    rows: str
    charts: Mapping[str, str]
    explained: Mapping[str, Any]
    words: Mapping[str, str] = {}
    packs: Mapping[str, Any] = {}
    scripts: Sequence[str] = ()


def options_of(style: Style) -> dict[str, Any]:
    """Return what a question is asked with, for an answer in a style."""
    first = style.layout.startswith("C")
    return {**style._asdict(), "layout": "CHW" if first else "HWC"}


def page_of(parts: Parts, path: PathName | None) -> ReportPage:
    """Return a page of its parts; with a path it is written there, too.

    Raises:
        OptionError: If the path ends as that of something else.
    """
    suffixes = {"", ".html", ".htm"}
    if path is not None and Path(path).suffix.lower() not in suffixes:
        why = f"{for_message(str(path))} is no name of a page, which is HTML"
        raise OptionError(why, "End it in .html")
    packs = {
        "views": {"table": parts.rows, "charts": list(parts.charts.values())},
        "explained": parts.explained,
        **parts.packs,
    }
    language, scripts = parts.style.language, ("report.js", *parts.scripts)
    html = framed(parts.title, language, _body(parts), packs, scripts)
    page = ReportPage(parts.title, html)
    if path is not None:
        page.to_html(path)
    return page


def _body(parts: Parts) -> str:
    language = parts.style.language
    words = {
        key: as_markup(translate(text, language))
        for key, text in {**_WORDS, **parts.words}.items()
    }
    heading = as_markup(translate("Architecture", language))
    shown = _DRAWINGS.format(heading=heading, drawings=parts.drawings)
    return _BODY.format(
        kind=parts.kind,
        title=as_markup(parts.title),
        above=parts.above,
        drawings=shown if parts.drawings else "",
        tabs="".join(_tabs(parts.charts)),
        panels="\n".join(map(_PANEL.format, range(len(parts.charts)))),
        **words,
    )


def as_tiles(facts: Iterable[Fact], style: Style) -> str:
    """Return facts as markup, each in a frame of its own."""
    pairs = "".join(f"<div>{pair}</div>" for pair in paired(facts, style))
    return f'<dl class="facts">{pairs}</dl>'


def _tabs(titles: Iterable[str]) -> Iterator[str]:
    for place, title in enumerate(titles):
        yield _TAB.format(place, as_markup(title[0].upper() + title[1:]))
