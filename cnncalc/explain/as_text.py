"""Explanations as plain text: a block of lines for each node."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice

from cnncalc.explain.explanation import Explanation
from cnncalc.explain.steps import (
    Grid,
    Part,
    Phrase,
    heading,
    in_words,
    line,
)
from cnncalc.report.render.once import each_once
from cnncalc.report.words import said

__all__ = [
    "ending",
    "render",
    "source_of",
    "table_title",
    "title_of",
    "total_of",
]


def render(explanation: Explanation) -> str:
    """Return an explanation as text.

    Example:
        >>> from cnncalc import zoo
        >>> print(render(zoo.lenet().explain("FC3")).partition("Source")[0])
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
    language = explanation.language
    steps = [step for part in explanation.parts for step in part.steps]
    texts = iter(each_once(partial(line, language=language), steps))
    blocks = [
        [
            title_of(part, language),
            *(f"  {text}" for text in _lines(part, texts, language)),
        ]
        for part in explanation.parts
    ]
    if explanation.totals:
        sums = [f"  {line(step, language)}" for step in explanation.totals]
        blocks.append([total_of(explanation), *sums])
    blocks.append(ending(explanation))
    return "\n\n".join("\n".join(lines) for lines in blocks if lines) + "\n"


def title_of(part: Part, language: str) -> str:
    """Return what stands above a node."""
    return in_words(Phrase("{}: {}", (part.path, heading(part))), language)


def total_of(explanation: Explanation) -> str:
    """Return what stands above the sums."""
    words = Phrase("{}: {}", (explanation.title, Phrase("in all")))
    return in_words(words, explanation.language)


def source_of(part: Part, language: str) -> str:
    """Return where a node's rules come from."""
    gaps = (Phrase("Source"), said(part.source, language))
    return in_words(Phrase("{}: {}", gaps), language)


def table_title(language: str) -> str:
    """Return what stands above the table of which inputs the outputs see."""
    return said("which input maps (rows) each output map (columns) sees", language)


def _lines(part: Part, steps: Iterator[str], language: str) -> Iterator[str]:
    for phrase in part.notes:
        yield in_words(phrase, language)
    if part.grid:
        yield table_title(language)
        yield from _table(part.grid)
    yield from islice(steps, len(part.steps))
    if part.source:
        yield source_of(part, language)


def _table(grid: Grid) -> Iterator[str]:
    width = len(str(max(len(grid.seen), grid.inputs) - 1))
    for row in grid.rows():
        yield " ".join(f"{cell or ' ':>{width}}" for cell in row).rstrip()


def ending(explanation: Explanation) -> list[str]:
    """Return what stands below all nodes: the rules' sources, and the symbols."""
    language = explanation.language
    lines = []
    for source, rules in explanation.sources.items():
        names = said(", ", language).join(said(what, language) for what in rules)
        gaps = (names, said(source, language))
        lines.append(in_words(Phrase("Source of {}: {}", gaps), language))
    pairs = explanation.symbols.items()
    symbols = [f"{symbol} {said(word, language)}" for symbol, word in pairs]
    if symbols:
        words = said(", ", language).join(symbols)
        lines.append(in_words(Phrase("Symbols: {}", (words,)), language))
        lines.append(said(_SUBSCRIPTS, language))
    return lines


_SUBSCRIPTS = (
    "Subscripts: h, w along height and width; t, b, l, r on one side; in, out of the "
    "input and the output; i of one input of several"
)
