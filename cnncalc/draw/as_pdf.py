"""Pictures as PDF and as PNG, by ReportLab and PDFium: the extra ``cnncalc[figures]``.

ReportLab writes PDF in pure Python, and brings the fonts that it embeds, so that a file
looks alike everywhere and journals take it; PDFium, which draws it for PNG, is that of
browsers. Both install everywhere without a library of the system.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from itertools import groupby
from typing import Any
from unicodedata import east_asian_width

from cnncalc.draw.looks import LOOKS, Look, on_paper
from cnncalc.draw.scene import (
    ANCHORS,
    UNIT,
    Element,
    Group,
    Outline,
    Scene,
    Text,
    cubics,
)
from cnncalc.errors import OptionError

__all__ = ["render", "render_pixels"]

_LATIN, _BOLD, _CHINESE = "Vera", "VeraBd", "STSong-Light"


def render(scene: Scene) -> bytes:
    """Return a picture as a PDF of one page.

    Raises:
        OptionError: If ReportLab is missing.
    """
    canvas_of = _needed("reportlab.pdfgen.canvas", "PDF").Canvas
    _register()
    file = BytesIO()
    size = scene.width * UNIT, scene.height * UNIT
    canvas = canvas_of(file, size, invariant=True)
    canvas.setTitle(scene.title)
    canvas.setSubject(scene.description)
    canvas.scale(UNIT, UNIT)
    for part in scene.parts:
        _draw(canvas, part, scene.height, Look())
    canvas.save()
    return file.getvalue()


def render_pixels(scene: Scene, scale: float) -> bytes:
    """Return a picture as PNG.

    Args:
        scene: The picture.
        scale: How many pixels a user unit has.

    Raises:
        OptionError: If ReportLab or PDFium is missing.
    """
    pdfium = _needed("pypdfium2", "PNG")
    file = BytesIO()
    page = pdfium.PdfDocument(render(scene))[0]
    page.render(scale=scale / UNIT).to_pil().save(file, "PNG")
    return file.getvalue()


def _needed(module: str, kind: str) -> Any:
    """Return a module of the extra.

    Raises:
        OptionError: If it is missing.
    """
    try:
        return import_module(module)
    except ImportError:
        why = f"{kind} needs the package {module.partition('.')[0]}"
        raise OptionError(why, 'Install it: pip install "cnncalc[figures]"') from None


def _register() -> None:
    """Make the fonts known: those that ReportLab brings, and readers' for Chinese."""
    metrics: Any = import_module("reportlab.pdfbase.pdfmetrics")
    if _LATIN in metrics.getRegisteredFontNames():
        return
    latin: Any = import_module("reportlab.pdfbase.ttfonts")
    chinese: Any = import_module("reportlab.pdfbase.cidfonts")
    for name in (_LATIN, _BOLD):
        metrics.registerFont(latin.TTFont(name, f"{name}.ttf"))
    metrics.registerFont(chinese.UnicodeCIDFont(_CHINESE))


def _draw(canvas: Any, part: Element, height: float, around: Look) -> None:
    """Draw an element; PDF counts from the bottom."""
    if isinstance(part, Group):
        for each in part.parts:
            _draw(canvas, each, height, LOOKS.get(part.look, around))
        return
    look = on_paper(LOOKS.get(part.look, LOOKS["tip"]), around)
    if look.fill:
        canvas.setFillColor(look.fill)
        canvas.setFillAlpha(look.fill_opacity)
    if isinstance(part, Text):
        _write(canvas, part, height, bold=look.bold)
        return
    canvas.setStrokeColor(look.stroke or "#000000")
    canvas.setLineWidth(look.width)
    dash = part.dash if isinstance(part, Outline) and part.dash else look.dash
    canvas.setDash(dash)
    how = {"fill": int(bool(look.fill)), "stroke": int(bool(look.stroke))}
    if isinstance(part, Outline):
        canvas.drawPath(_path(canvas, part, height), **how)
    else:
        low = height - part.y - part.height
        canvas.roundRect(part.x, low, part.width, part.height, part.radius, **how)


def _path(canvas: Any, part: Outline, height: float) -> Any:
    path = canvas.beginPath()
    for trace in part.traces:
        path.moveTo(trace.start[0], height - trace.start[1])
        for step in cubics(trace):
            flat = [value for x, y in step for value in (x, height - y)]
            (path.curveTo if len(step) > 1 else path.lineTo)(*flat)
        if trace.closed:
            path.close()
    return path


def _write(canvas: Any, part: Text, height: float, *, bold: bool) -> None:
    """Write a text, letters of one font after those of another."""
    runs = [*_runs(part.words, _BOLD if bold else _LATIN)]
    widths = [canvas.stringWidth(words, font, part.size) for font, words in runs]
    x = part.x - sum(widths) * ANCHORS[part.anchor]
    for (font, words), wide in zip(runs, widths, strict=True):
        canvas.setFont(font, part.size)
        canvas.drawString(x, height - part.y, words)
        x += wide


def _runs(words: str, latin: str) -> Iterator[tuple[str, str]]:
    for wide, letters in groupby(words, lambda c: east_asian_width(c) in "WF"):
        yield _CHINESE if wide else latin, "".join(letters)
