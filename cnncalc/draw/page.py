"""The frame of every picture: a title, what is drawn, a legend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cnncalc.answers.table import Style, Unit
from cnncalc.draw.scene import Element, Rectangle, Scene, text
from cnncalc.draw.texts import extent
from cnncalc.report.cells import written
from cnncalc.report.words import translate

__all__ = ["Page"]

_MARGIN = 20.0
_NARROW, _WIDE = 480.0, 720.0  # at least, and for a line below the title that is long
_TITLE, _SUBTITLE, _WORD = 17.0, 12.0, 11.0
_SWATCH = 11.0
_LINE = 20.0


class Page:
    """A picture that is being drawn.

    Args:
        title: What stands above it.
        style: How numbers, shapes and words are written.
        paths: The paths of the network's nodes, in order.
        has_heading: Whether the title and a line below it are written.
        has_legend: Whether what colours mean is written.

    Attributes:
        subtitle: A smaller line below the title.
    """

    def __init__(
        self,
        title: str,
        style: Style | None = None,
        paths: Iterable[str] = (),
        *,
        has_heading: bool = True,
        has_legend: bool = True,
    ) -> None:
        self._title, self.subtitle, self.style = title, "", style or Style()
        self._number = {path: str(number) for number, path in enumerate(paths)}
        self._parts: list[Element] = []
        self._has_heading, self._has_legend = has_heading, has_legend
        self.left = _MARGIN
        self.top = _MARGIN
        self.width = self.height = 0.0
        if has_heading:
            self.top += _MARGIN + _TITLE + _SUBTITLE
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

    def marked(self, paths: Iterable[str]) -> str:
        """Return which nodes something stands for, by number.

        An input is no node, and what stands for one alone has no number.
        """
        numbers = [self._number[path] for path in paths if path in self._number]
        return " ".join(numbers)

    def add(self, *parts: Element) -> None:
        """Draw something."""
        self._parts.extend(parts)

    def write(self, words: str, x: float, y: float, **facts: Any) -> None:
        """Write a line of text; see `text`."""
        self.add(text(words, x, y, **facts))

    def reach(self, x: float, y: float) -> None:
        """Make the page large enough for something that ends there."""
        self.width = max(self.width, x + _MARGIN)
        self.height = max(self.height, y + _MARGIN)

    def legend(self, items: Iterable[tuple[str, str]]) -> None:
        """Write what colours mean below all that was drawn.

        Args:
            items: The look of a colour and its meaning.
        """
        if not self._has_legend:
            return
        x, y = self.left, self.height + _SWATCH
        for look, meaning in items:
            words = self.words(meaning)
            wide = _SWATCH + 6 + extent(words, _WORD)
            if x > self.left and x + wide > self.width - _MARGIN:
                x, y = self.left, y + _LINE
            top = y - _SWATCH + 1
            self.add(Rectangle(x, top, _SWATCH, _SWATCH, look, radius=2.0))
            room = self.width - _MARGIN - x - _SWATCH - 6
            self.write(words, x + _SWATCH + 6, y, size=_WORD, width=room)
            x += wide + 18
        self.height = y + _MARGIN

    def scene(self, description: str) -> Scene:
        """Return the finished picture.

        Args:
            description: Its text alternative.
        """
        head: list[Element] = []
        if self._has_heading:
            wide = self.left + extent(self.subtitle, _SUBTITLE)
            self.reach(min(wide, _WIDE), 0)
        room = self.width - 2 * _MARGIN
        above = _MARGIN + _TITLE
        below = above + _SUBTITLE + 8
        if self._has_heading:
            head = [
                text(words, self.left, y, size=size, width=room, look=look)
                for words, y, size, look in (
                    (self._title, above, _TITLE, "name"),
                    (self.subtitle, below, _SUBTITLE, "soft"),
                )
            ]
        parts = (*head, *self._parts)
        return Scene(self._title, description, self.width, self.height, parts)
