"""Tables as Markdown: the pipe tables of GitHub and most other places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from cnncalc.answers.table import Column, Style, Table, Unit
from cnncalc.report.cells import (
    by_column,
    heading,
    is_number,
    map_unique,
    titled,
    written,
)
from cnncalc.report.render.text import MOST_PADDED, display_width

__all__ = ["escaped", "render"]

# What Markdown, HTML or a page with formulas would act on. An underscore within a
# word, as in conv_1, means nothing.
_SPECIAL = re.compile(r"[\\`*\[\]|~$&<>]|(?<![^\W_])_|_(?![^\W_])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

_PLAIN = Style()
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
        - Total params: 61,706
        - Trainable params: 61,706
        - Non-trainable params: 0
        - Buffers: 0
        - Connections: 429,342
        - Total mult-adds (MACs): 416,520
        - Activations: 8,094
        - Input size (float32): 4.000 KiB
        - Forward pass size (float32): 31.617 KiB
        - Params size (float32): 241.039 KiB
        - Estimated total size (float32): 276.656 KiB
        - Peak memory (float32): 22.969 KiB
        <BLANKLINE>
    """
    parts = [[f"**{_text(written(table.title, 'words', table.style))}**"]]
    if table.columns:
        columns = [
            _column(column, values, table.style)
            for column, values in zip(table.columns, by_column(table), strict=True)
        ]
        parts.append([f"| {' | '.join(row)} |" for row in zip(*columns, strict=True)])
    if table.totals:
        parts.append(
            [
                f"- {_text(titled(fact, table.style))}: "
                f"{_text(fact.value, fact.unit, table.style)}"
                for fact in table.totals
            ]
        )
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _text(value: Any, unit: Unit = "text", style: Style = _PLAIN) -> str:
    return escaped(written(value, unit, style))


def _column(column: Column, values: Sequence[Any], style: Style) -> list[str]:
    """Return title, dashes and cells of a column, of one width but for very long."""
    texts = map_unique(partial(_text, unit=column.unit, style=style), values)
    title = _text(heading(column, style))
    width = max(_SHORTEST, *map(display_width, (title, *texts)))
    width = min(width, MOST_PADDED)
    right = is_number(column.unit)
    dashes = "-" * (width - 1) + ":" if right else ":" + "-" * (width - 1)

    def padded(text: str) -> str:
        space = " " * (width - display_width(text))
        return space + text if right else text + space

    return [padded(title), dashes, *map_unique(padded, texts)]
