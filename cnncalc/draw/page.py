"""The frame of every picture: a title, a legend, a style for light and dark, a text.

The style speaks of nothing outside the picture: lines and words have the colour of
the text around, or where the picture is a file of its own, dark on white, and light on
dark for those who prefer that. Blocks have middle tones that stand out on both; the
hues are those of Okabe & Ito, which colour-blind readers can tell apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from zlib import crc32

from cnncalc.answers.table import Style, Unit
from cnncalc.draw.svg import Label, Markup, element, extent, text
from cnncalc.report.cells import written
from cnncalc.report.words import translate

__all__ = ["COLOURS", "Page"]

COLOURS = {
    "input": "#a9b4c2",
    "conv": "#3f8fd2",
    "pool": "#dd6236",
    "norm": "#c77aab",
    "activation": "#eebb24",
    "linear": "#1f9e78",
    "recurrent": "#7aa83a",
    "join": "#8a6fd1",
    "other": "#8d959e",
    "group": "#6f8aa8",
}

_MARGIN = 20.0
_NARROW = 480.0
_TITLE, _SUBTITLE, _WORD = 17.0, 12.0, 11.0
_SWATCH = 11.0
_LINE = 20.0
_FONT = "system-ui,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans',sans-serif"

# A file of its own, opened or as an image in a page, has no text around to go by, nor
# does it know what is behind it: it paints its own ground.
_ROOT = f"""
svg.cnncalc-drawing{{max-width:100%;height:auto;font-family:{_FONT};background:none}}
.cnncalc-drawing .back{{fill:none}}
svg.cnncalc-drawing:root{{color:#1f2328;background:#fff}}
svg.cnncalc-drawing:root>.back{{fill:#fff}}
@media(prefers-color-scheme:dark){{
svg.cnncalc-drawing:root{{color:#e6edf3;background:#0d1117}}
svg.cnncalc-drawing:root>.back{{fill:#0d1117}}
}}
"""
_PLAIN = """\
text{fill:currentColor}
.name{font-weight:600}
.soft{opacity:.75}
.lines{opacity:.6}
.many{opacity:.45}
.line{fill:none;stroke:currentColor;stroke-width:1.3}
.many .line{stroke-width:.6}
.tip{fill:currentColor}
.ground{fill:currentColor;fill-opacity:.055}
.grid{fill:none;stroke:currentColor;stroke-opacity:.18}
.mark{fill:none;stroke:currentColor;stroke-opacity:.8;stroke-dasharray:5 4}"""


class Page:
    """A picture that is being drawn.

    Args:
        title: What stands above it.
        style: How numbers, shapes and words are written.
        paths: The paths of the network's nodes, in order.

    Attributes:
        subtitle: A smaller line below the title.
        labels: The room that each text takes.
    """

    def __init__(
        self, title: str, style: Style | None = None, paths: Iterable[str] = ()
    ) -> None:
        self._title, self.subtitle, self.style = title, "", style or Style()
        self._number = {path: str(number) for number, path in enumerate(paths)}
        self._parts: list[Markup] = []
        self.labels: list[Label] = []
        self.left = _MARGIN
        self.top = 2 * _MARGIN + _TITLE + _SUBTITLE
        self.width, self.height = _NARROW, self.top

    def words(self, text: str, *gaps: Any) -> str:
        """Return words, which are English, in the picture's language.

        Args:
            text: The words, with a ``{}`` for each gap.
            gaps: What fills the gaps.
        """
        return translate(text, self.style.language).format(*gaps)

    def told(self, value: Any, unit: Unit) -> str:
        """Return a value as the picture writes it."""
        return written(value, unit, self.style)

    def marked(self, paths: Iterable[str]) -> dict[str, str]:
        """Return the attribute that says which nodes something stands for, by number.

        An input is no node, and what stands for one alone has no such attribute.
        """
        numbers = [self._number[path] for path in paths if path in self._number]
        return {"data_node": " ".join(numbers)} if numbers else {}

    def add(self, *parts: Markup) -> None:
        """Draw something."""
        self._parts.extend(parts)

    def write(self, words: str, x: float, y: float, **facts: Any) -> None:
        """Write a line of text; see `text`."""
        self._write(self._parts, words, x, y, **facts)

    def _write(
        self, parts: list[Markup], words: str, x: float, y: float, **facts: Any
    ) -> None:
        markup, label = text(words, x, y, **facts)
        parts.append(markup)
        self.labels.append(label)

    def reach(self, x: float, y: float) -> None:
        """Make the page large enough for something that ends there."""
        self.width = max(self.width, x + _MARGIN)
        self.height = max(self.height, y + _MARGIN)

    def legend(self, items: Iterable[tuple[str, str]]) -> None:
        """Write what colours mean below all that was drawn.

        Args:
            items: The class of a colour and its meaning.
        """
        x, y = self.left, self.height + _SWATCH
        for colour, meaning in items:
            words = self.words(meaning)
            wide = _SWATCH + 6 + extent(words, _WORD)
            if x > self.left and x + wide > self.width - _MARGIN:
                x, y = self.left, y + _LINE
            side = {"width": _SWATCH, "height": _SWATCH, "rx": 2.0}
            self.add(element("rect", x=x, y=y - _SWATCH + 1, **side, class_=colour))
            room = self.width - _MARGIN - x - _SWATCH - 6
            self.write(words, x + _SWATCH + 6, y, size=_WORD, width=room)
            x += wide + 18
        self.height = y + _MARGIN

    def svg(self, description: str) -> str:
        """Return the finished picture.

        Args:
            description: Its text alternative.
        """
        head: list[Markup] = []
        room = self.width - 2 * _MARGIN
        above = _MARGIN + _TITLE
        below = above + _SUBTITLE + 8
        for words, y, size, kind in (
            (self._title, above, _TITLE, "name"),
            (self.subtitle, below, _SUBTITLE, "soft"),
        ):
            self._write(head, words, self.left, y, size=size, width=room, class_=kind)
        body = Markup("\n".join([*head, *self._parts]))
        mark = f"cnncalc-{crc32((body + description).encode(errors='replace')):08x}"
        width = round(self.width)
        height = round(self.height)
        return element(
            "svg",
            Markup("\n"),
            element("title", self._title, id=f"{mark}-title"),
            Markup("\n"),
            element("desc", description, id=f"{mark}-desc"),
            Markup("\n"),
            element("style", Markup(style())),
            Markup("\n"),
            element("rect", width=width, height=height, class_="back"),
            Markup("\n"),
            body,
            Markup("\n"),
            xmlns="http://www.w3.org/2000/svg",
            class_="cnncalc-drawing",
            role="img",
            aria_labelledby=f"{mark}-title {mark}-desc",
            viewBox=f"0 0 {width} {height}",
            width=width,
            height=height,
        )


@lru_cache(maxsize=1)
def style() -> str:
    """Return the style sheet of every picture."""
    rules = _PLAIN.split("\n")
    for name, colour in COLOURS.items():
        dark, light, dim = (_shade(colour, by) for by in (-0.3, 0.3, -0.18))
        rules += [
            f".{name}{{fill:{colour};stroke:{dark};stroke-width:.6}}",
            f".{name}.up{{fill:{light}}}",
            f".{name}.side{{fill:{dim}}}",
            f".{name}.field{{fill-opacity:.08;stroke:{colour};stroke-width:1.6}}",
        ]
    inside = "".join(f".cnncalc-drawing {rule}\n" for rule in rules)
    return _ROOT + inside


def _shade(colour: str, by: float) -> str:
    """Return a lighter (*by* above 0) or darker tone."""
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    end = 255 if by > 0 else 0
    return "#" + "".join(f"{round(c + (end - c) * abs(by)):02x}" for c in parts)
