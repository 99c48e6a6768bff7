"""Tables as Markdown: the pipe tables of GitHub and most other places."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from cnncalc.report.render.cells import by_column, is_number, written
from cnncalc.report.render.once import each_once
from cnncalc.report.render.text import display_width
from cnncalc.report.table import Column, Table, Unit

__all__ = ["escaped", "render"]

# What Markdown, HTML or a page with formulas would act on. An underscore within a
# word, as in conv_1, means nothing.
_SPECIAL = re.compile(r"[\\`*\[\]|~$&<>]|(?<![^\W_])_|_(?![^\W_])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

_SHORTEST = 3  # dashes below a title


def escaped(text: str) -> str:
    r"""Return *text* so that Markdown shows it as it is.

    Example:
        >>> print(escaped("a|b"), escaped("<b>"), escaped("conv_1"), escaped("_x_"))
        a\|b &lt;b&gt; conv_1 \_x\_
    """
    return _SPECIAL.sub(_replaced, text)


def _replaced(match: re.Match[str]) -> str:
    character = match[0]
    return _ENTITIES.get(character) or f"\\{character}"


def render(table: Table) -> str:
    """Return *table* as Markdown: its title, a pipe table, and its totals as a list.

    Example:
        >>> from cnncalc import zoo
        >>> print(render(zoo.lenet().summary(columns=["layer", "params"]).table))
        **lenet: 32×32×1 → 10**
        <BLANKLINE>
        | layer    | parameters |
        | :------- | ---------: |
        | Conv1    |        156 |
        | MaxPool1 |          0 |
        | Conv2    |      2,416 |
        | MaxPool2 |          0 |
        | FC1      |     48,120 |
        | FC2      |     10,164 |
        | FC3      |        850 |
        <BLANKLINE>
        - Total parameters: 61,706
        - Trainable: 61,706
        - Fixed: 0
        - Parameter memory (float32): 241.039 KiB
        <BLANKLINE>
    """
    parts = [[f"**{_text(table.title)}**"]]
    if table.columns:
        columns = [
            _column(column, values)
            for column, values in zip(table.columns, by_column(table), strict=True)
        ]
        parts.append([f"| {' | '.join(row)} |" for row in zip(*columns, strict=True)])
    if table.totals:
        parts.append(
            [
                f"- {_text(fact.title)}: {_text(fact.value, fact.unit)}"
                for fact in table.totals
            ]
        )
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _text(value: Any, unit: Unit = "text") -> str:
    return escaped(written(value, unit))


def _column(column: Column, values: list[Any]) -> list[str]:
    """Return title, dashes and cells of a column, all of one width."""
    texts = each_once(partial(_text, unit=column.unit), values)
    title = _text(column.title)
    width = max(_SHORTEST, *map(display_width, (title, *texts)))
    right = is_number(column.unit)
    dashes = "-" * (width - 1) + ":" if right else ":" + "-" * (width - 1)

    def padded(text: str) -> str:
        space = " " * (width - display_width(text))
        return space + text if right else text + space

    return [padded(title), dashes, *each_once(padded, texts)]
