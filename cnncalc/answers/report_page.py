"""A page that is finished: a file, or what a notebook shows."""

from __future__ import annotations

from html import escape
from typing import final, overload

import attrs

from cnncalc._typing import override
from cnncalc.answers.output import PathName, given
from cnncalc.answers.packaged import packaged
from cnncalc.door import guarded

__all__ = ["ReportPage"]

# In a notebook it has a frame of its own, where it can neither reach nor be reached. It
# says how high it is; where a notebook runs no script, the frame stays as it is.
_FRAME = (
    '<iframe class="cnncalc-report" title="{}" sandbox="allow-scripts" srcdoc="{}" '
    'style="width:100%;height:42rem;max-height:max(90vh,36rem);border:0"></iframe>'
    "<script>{}</script>"
)


@guarded("report")
@final
@attrs.frozen(repr=False)
class ReportPage:
    """A report as one page, which needs no network and nothing beside it.

    A notebook shows it in a frame; ``to_html`` returns it as text, or writes it.

    Attributes:
        title: What stands above it.

    Example:
        >>> from cnncalc import zoo
        >>> page = zoo.lenet().report()
        >>> page.title, page.to_html()[:15]
        ('lenet: 32×32×1 → 10', '<!DOCTYPE html>')
    """

    title: str
    _html: str

    @overload
    def to_html(self, path: None = None) -> str: ...
    @overload
    def to_html(self, path: PathName) -> None: ...
    def to_html(self, path: PathName | None = None) -> str | None:
        """Return the page as HTML, or write it to a file."""
        return given(self._html, path)

    def _repr_html_(self) -> str:
        script = packaged("cnncalc.answers", "report_frame.js")
        return _FRAME.format(escape(self.title), escape(self._html), script)

    @override
    def __str__(self) -> str:
        return self._html

    @override
    def __repr__(self) -> str:
        size = len(self._html.encode())
        return f"<ReportPage {self.title!r}: {size:,} bytes of HTML>"
