"""Tables as LaTeX: a ``tabular`` with the rules of the package booktabs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import Any
from unicodedata import east_asian_width

from cnncalc.answers.table import Style, Table, Unit
from cnncalc.report.cells import (
    by_column,
    heading,
    is_number,
    map_unique,
    titled,
    written,
)

__all__ = ["comment", "escaped", "render"]

_ESCAPES = {
    **{character: f"\\{character}" for character in "{}$&#_%"},
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\`{}",
    '"': "''",  # babel makes " a command
    "[": "{[}",  # an option of the \\ before it
    "*": "{*}",  # the same
    "×": r"$\times$",
    "≥": r"$\geq$",
    "→": r"$\rightarrow$",
    "±": r"$\pm$",
    "⌊": r"$\lfloor$",
    "⌋": r"$\rfloor$",
    "⌈": r"$\lceil$",
    "⌉": r"$\rceil$",
}

# The specials, and what would become a ligature with the character after it.
_SPECIAL = re.compile(rf"[{re.escape(''.join(_ESCAPES))}]|([-,'])(?=\1)|[?!](?=`)")


def escaped(text: str) -> str:
    r"""Return *text* so that LaTeX prints it as it is.

    Example:
        >>> print(escaped("5×5"), escaped("50 %"), escaped(r"\input{x}"))
        5$\times$5 50 \% \textbackslash{}input\{x\}
    """
    return _SPECIAL.sub(_replaced, text)


def _replaced(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or match[0] + "{}"


# Beyond these, pdfLaTeX has no letters; it knows the signs.
_LATIN = "\u024f"
_SIGNS = "–—‘’“”†•…"  # noqa: RUF001


def comment(title: str, lines: Iterable[str], packages: str) -> str:
    """Return the comment that stands first: what it is, and what a document must load.

    Args:
        title: What it is.
        lines: What follows.
        packages: What these need whatever their letters.

    Example:
        >>> comment("Net", ["卷积"], "booktabs")
        '% Net. Needs booktabs and, for XeLaTeX or LuaLaTeX, ctex.'
    """
    letters = {c for line in lines for c in line if c > _LATIN and c not in _SIGNS}
    more = ""
    if any(east_asian_width(letter) in "WF" for letter in letters):
        more = " and, for XeLaTeX or LuaLaTeX, ctex"
    elif letters:
        more = " and, for XeLaTeX or LuaLaTeX, a font that has all letters"
    return f"% {written(title, 'text')}. Needs {packages}{more}."


def render(table: Table) -> str:
    r"""Return *table* as LaTeX, for a document with ``\usepackage{booktabs}``.

    The title stands in a comment: the caption is the document's. Letters that are not
    Latin pass through: XeLaTeX and LuaLaTeX print them in a font that has them.

    Example:
        >>> from cnncalc import zoo
        >>> print(render(zoo.lenet().summary(columns=["layer", "params"]).table))
        % lenet: 32×32×1 → 10. Needs booktabs.
        \begin{tabular}{lr}
        \toprule
        layer & parameters \\
        \midrule
        Conv1 & 156 \\
        MaxPool1 & 0 \\
        Conv2 & 2\,416 \\
        MaxPool2 & 0 \\
        FC1 & 48\,120 \\
        FC2 & 10\,164 \\
        FC3 & 850 \\
        \midrule
        \multicolumn{2}{l}{Total params: 61\,706} \\
        \multicolumn{2}{l}{Trainable params: 61\,706} \\
        \multicolumn{2}{l}{Non-trainable params: 0} \\
        \multicolumn{2}{l}{Buffers: 0} \\
        \multicolumn{2}{l}{Connections: 429\,342} \\
        \multicolumn{2}{l}{Total mult-adds (MACs): 416\,520} \\
        \multicolumn{2}{l}{Activations: 8\,094} \\
        \multicolumn{2}{l}{Input size (float32): 4.000 KiB} \\
        \multicolumn{2}{l}{Forward pass size (float32): 31.617 KiB} \\
        \multicolumn{2}{l}{Params size (float32): 241.039 KiB} \\
        \multicolumn{2}{l}{Estimated total size (float32): 276.656 KiB} \\
        \multicolumn{2}{l}{Peak memory (float32): 22.969 KiB} \\
        \bottomrule
        \end{tabular}
        <BLANKLINE>
    """
    style = table.style
    titles = [heading(column, style) for column in table.columns]
    columns = [
        map_unique(partial(_cell, unit=column.unit, style=style), values)
        for column, values in zip(table.columns, by_column(table), strict=True)
    ]
    sides = "".join("r" if is_number(c.unit) else "l" for c in table.columns) or "l"
    lines = [
        rf"\begin{{tabular}}{{{sides}}}",
        r"\toprule",
    ]
    if titles or not table.totals:
        lines += [_row([_cell(title, "text", style) for title in titles]), r"\midrule"]
    lines += map(_row, zip(*columns, strict=True))
    if table.lines and table.totals:
        lines.append(r"\midrule")
    for fact in table.totals:
        title, value = (
            _cell(titled(fact, style), "text", style),
            _cell(fact.value, fact.unit, style),
        )
        lines.append(rf"\multicolumn{{{len(sides)}}}{{l}}{{{title}: {value}}} \\")
    lines += [r"\bottomrule", r"\end{tabular}", ""]
    title = written(table.title, "words", table.style)
    return "\n".join([comment(title, lines, "booktabs"), *lines])


_COUNTED = {"count", "number", "bytes", "change"}
_THOUSANDS = re.compile(r"(?<=\d),(?=\d)")


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return " & ".join(cells) + r" \\"


def _cell(value: Any, unit: Unit, style: Style) -> str:
    text = escaped(written(value, unit, style))
    return _THOUSANDS.sub(r"\,", text) if unit in _COUNTED else text
