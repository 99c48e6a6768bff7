"""Explanations as plain text: a block of lines for each node."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice

from cnncalc.explain.derivation import ConnectionGrid, Derivation, Part
from cnncalc.explain.writing import (
    ending,
    in_words,
    line,
    part_title,
    source_of,
    table_title,
    total_of,
)
from cnncalc.report.cells import map_unique

__all__ = ["render"]


def render(derivation: Derivation) -> str:
    """Return a derivation as text.

    Example:
        >>> from cnncalc import zoo
        >>> print(render(zoo.lenet().explain("FC3").derivation).partition("Source")[0])
        FC3: FC(10, name='FC3') on 84
          output size: U = 10
          parameters: C_in×U + U = 84×10 + 10 = 850
          connections: C_in×U + U = 84×10 + 10 = 850
          MACs: C_in×U = 84×10 = 840
          memory of the output (float32): C_out×4 = 10×4 = 40 B
          memory of the parameters (float32): P×4 = 850×4 = 3,400 B (3.320 KiB)
          receptive field: the whole input; as that of FC2
        <BLANKLINE>
    """
    style = derivation.style
    steps = [step for part in derivation.parts for step in part.steps]
    texts = iter(map_unique(partial(line, style=style), steps))
    blocks = [
        [
            part_title(part, style),
            *(f"  {text}" for text in _lines(part, texts, style.language)),
        ]
        for part in derivation.parts
    ]
    if derivation.totals:
        sums = [f"  {line(step, style)}" for step in derivation.totals]
        blocks.append([total_of(derivation), *sums])
    blocks.append(ending(derivation))
    return "\n\n".join("\n".join(lines) for lines in blocks if lines) + "\n"


def _lines(part: Part, steps: Iterator[str], language: str) -> Iterator[str]:
    for phrase in part.notes:
        yield in_words(phrase, language)
    if part.grid:
        yield table_title(language)
        yield from _table(part.grid)
    yield from islice(steps, len(part.steps))
    if part.source:
        yield source_of(part, language)


def _table(grid: ConnectionGrid) -> Iterator[str]:
    width = len(str(max(len(grid.seen), grid.inputs) - 1))
    for row in grid.rows():
        yield " ".join(f"{cell or ' ':>{width}}" for cell in row).rstrip()
