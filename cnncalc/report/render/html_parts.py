"""The style and the script of a table in HTML, and a page around it.

Both hold for every table on a page, however often they stand in it: they know their
tables by a class, not by an id.
"""

from __future__ import annotations

from cnncalc.answers.packaged import packaged

__all__ = ["PAGE", "SCRIPT", "STYLE"]

PAGE = """\
<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"/><meta name="viewport" \
content="width=device-width, initial-scale=1"/><meta name="color-scheme" \
content="light dark"/><title>{title}</title></head><body>
<main><h1 style="position:absolute;clip-path:inset(50%);margin:0">{title}</h1>
{body}
</main></body></html>
"""

STYLE = packaged("cnncalc.report.render", "table.css")
SCRIPT = packaged("cnncalc.report.render", "table.js")
