"""Explanations as Markdown: a heading and a pipe table for each node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cnncalc.answers.table import Style
from cnncalc.explain.derivation import Derivation, Part, Phrase, Step
from cnncalc.explain.writing import (
    chain,
    ending,
    in_words,
    line,
    notes,
    part_title,
    source_of,
    table_title,
    title,
    total_of,
)
from cnncalc.report.render.as_markdown import escaped
from cnncalc.report.words import translate
from cnncalc.sizes.arithmetic import PLAIN

__all__ = ["render"]

_HEADS = ("what", "in general", "with numbers", "result")


def render(derivation: Derivation) -> str:
    """Return a derivation as Markdown.

    Example:
        >>> from cnncalc import zoo
        >>> print(render(zoo.lenet().explain("FC3").derivation).partition("| conn")[0])
        ### FC3: FC(10, name='FC3') on 84
        <BLANKLINE>
        | what | in general | with numbers | result |
        | :--- | :--- | :--- | ---: |
        | output size | U |  | 10 |
        | parameters | C_in×U + U | 84×10 + 10 | 850 |
        <BLANKLINE>
    """
    style = derivation.style
    blocks: list[str] = []
    for part in derivation.parts:
        blocks += _part(part, style)
    if derivation.totals:
        sums = (line(step, style) for step in derivation.totals)
        blocks += [f"### {escaped(total_of(derivation))}", _list(sums)]
    blocks.append(_list(ending(derivation)))
    return "\n\n".join(filter(None, blocks)) + "\n"


def _part(part: Part, style: Style) -> Iterator[str]:
    language = style.language
    yield f"### {escaped(part_title(part, style))}"
    if part.notes:
        yield _list(in_words(phrase, language) for phrase in part.notes)
    if part.grid:
        yield escaped(table_title(language))
        yield _table([*part.grid.rows()])
    heads = [translate(head, language) for head in _HEADS]
    yield _table([heads, *(_cells(step, style) for step in part.steps)], ":---")
    if part.source:
        yield escaped(source_of(part, language))


def _cells(step: Step, style: Style) -> list[str]:
    """Return the texts of a step: its name, its formulas, its result with its notes."""
    language = style.language
    symbol, general, numbers, result = chain(step, PLAIN, style)
    general = PLAIN.equals.join(filter(None, (symbol, general)))
    if step.notes:
        result = in_words(Phrase("{}; {}", (result, notes(step, language))), language)
    return [title(step, language), general, numbers, result]


def _table(rows: Sequence[Sequence[str]], left: str = ":---:") -> str:
    heads, *others = rows
    rule = [left] * (len(heads) - 1) + ["---:" if left == ":---" else left]
    lines = [[*map(escaped, heads)], rule, *([*map(escaped, row)] for row in others)]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {escaped(text)}" for text in lines)
