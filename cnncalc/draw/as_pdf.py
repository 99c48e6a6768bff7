"""Pictures as PDF and as PNG, by ReportLab and PDFium: the extra ``cnncalc[figures]``.

ReportLab writes PDF in pure Python, and brings the fonts that it embeds, so that a file
looks alike everywhere and journals take it; PDFium, which draws it for PNG, is that of
browsers. Both install everywhere without a library of the system.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from io import BytesIO
from itertools import groupby
from os import fspath
from typing import Any
from unicodedata import east_asian_width

from cnncalc.answers.output import PathName
from cnncalc.checks import for_message
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
from cnncalc.errors import OptionError, warn_of

__all__ = ["render", "render_pixels"]

_LATIN, _BOLD, _CHINESE = "Vera", "VeraBd", "STSong-Light"


def render(scene: Scene, font: PathName | None = None) -> bytes:
    """Return a picture as a PDF of one page.

    Args:
        scene: The picture.
        font: A TrueType file to write with.

    Raises:
        OptionError: If ReportLab is missing, or the font is none.
    """
    fonts = _Fonts(font)
    file = _written(scene, fonts)
    fonts.tell()
    return file.getvalue()


def render_pixels(scene: Scene, scale: float, font: PathName | None = None) -> bytes:
    """Return a picture as PNG.

    Args:
        scene: The picture.
        scale: How many pixels a user unit has.
        font: A TrueType file to write with.

    Raises:
        OptionError: If ReportLab or PDFium is missing, or the font is none.
    """
    _needed("pypdfium2", "PNG")
    fonts = _Fonts(font)
    pdf = _written(scene, fonts)
    if fonts.borrowed and not _draws_chinese():
        fonts.missing |= fonts.borrowed
    fonts.tell()
    file = BytesIO()
    _image(pdf, scale / UNIT).save(file, "PNG")
    return file.getvalue()


def _image(pdf: BytesIO, scale: float) -> Any:
    """Return the first page of a PDF as an image."""
    page = _needed("pypdfium2", "PNG").PdfDocument(pdf)[0]
    return page.render(scale=scale).to_pil()


def _written(scene: Scene, fonts: _Fonts) -> BytesIO:
    canvas_of = _needed("reportlab.pdfgen.canvas", "PDF").Canvas
    file = BytesIO()
    size = scene.width * UNIT, scene.height * UNIT
    canvas = canvas_of(file, size, invariant=True)
    canvas.setTitle(scene.title)
    canvas.setSubject(scene.description)
    canvas.scale(UNIT, UNIT)
    for part in scene.parts:
        _draw(canvas, part, scene.height, Look(), fonts)
    canvas.save()
    return file


@cache
def _draws_chinese() -> bool:
    """Tell whether this machine has a font that PDFium takes for Chinese."""
    letter = Text("中", "中", x=2, y=18, size=16, anchor="start", look="tip")
    pdf = _written(Scene("", "", 20, 20, (letter,)), _Fonts(None))
    darkest, lightest = _image(pdf, 1).convert("L").getextrema()
    return bool(darkest < lightest)


class _Fonts:
    """The fonts that letters are written with, and the letters that have none.

    Args:
        path: A TrueType file that comes first; the letters of ReportLab follow, and for
            Chinese those of the reader.
    """

    def __init__(self, path: PathName | None) -> None:
        _needed("reportlab", "PDF")
        metrics: Any = import_module("reportlab.pdfbase.pdfmetrics")
        self._truetype: Any = import_module("reportlab.pdfbase.ttfonts")
        self._font = metrics.getFont
        self.missing: set[str] = set()
        self.borrowed: set[str] = set()
        if _LATIN not in metrics.getRegisteredFontNames():
            chinese: Any = import_module("reportlab.pdfbase.cidfonts")
            for name in (_LATIN, _BOLD):
                metrics.registerFont(self._truetype.TTFont(name, f"{name}.ttf"))
            metrics.registerFont(chinese.UnicodeCIDFont(_CHINESE))
        self._own = []
        if path is not None:
            metrics.registerFont(self._read(path))
            self._own.append(fspath(path))

    def _read(self, path: PathName) -> Any:
        try:
            return self._truetype.TTFont(fspath(path), fspath(path))
        except (self._truetype.TTFError, OSError, TypeError) as error:
            why = f"font is {for_message(str(path))}, which is not read: {error}"
            fix = "Give a TrueType file, .ttf or .ttc; one with CFF outlines is none"
            raise OptionError(why, fix) from None

    def runs(self, words: str, *, bold: bool) -> Iterator[tuple[str, str]]:
        """Give the parts of a text with the font of each."""
        known = [*self._own, _BOLD if bold else _LATIN]
        for font, letters in groupby(words, lambda letter: self._of(letter, known)):
            yield font, "".join(letters)

    def _of(self, letter: str, known: list[str]) -> str:
        for font in known:
            if ord(letter) in self._font(font).face.charToGlyph:
                return font
        is_wide = east_asian_width(letter) in "WF"
        (self.borrowed if is_wide else self.missing).add(letter)
        return _CHINESE if is_wide else _LATIN

    def tell(self) -> None:
        """Warn of letters that nobody sees."""
        if self.missing:
            letters = for_message("".join(sorted(self.missing)))
            why = f"no font here has the letters {letters}: they are left out"
            warn_of(f"{why}. Give font=, a TrueType file that has them")


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


def _draw(
    canvas: Any, part: Element, height: float, around: Look, fonts: _Fonts
) -> None:
    """Draw an element; PDF counts from the bottom."""
    if isinstance(part, Group):
        for each in part.parts:
            _draw(canvas, each, height, LOOKS.get(part.look, around), fonts)
        return
    look = on_paper(LOOKS.get(part.look, LOOKS["tip"]), around)
    if look.fill:
        canvas.setFillColor(look.fill)
        canvas.setFillAlpha(look.fill_opacity)
    if isinstance(part, Text):
        _write(canvas, part, height, [*fonts.runs(part.words, bold=look.bold)])
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


def _write(canvas: Any, part: Text, height: float, runs: list[tuple[str, str]]) -> None:
    """Write a text, letters of one font after those of another."""
    widths = [canvas.stringWidth(words, font, part.size) for font, words in runs]
    x = part.x - sum(widths) * ANCHORS[part.anchor]
    for (font, words), wide in zip(runs, widths, strict=True):
        canvas.setFont(font, part.size)
        canvas.drawString(x, height - part.y, words)
        x += wide
