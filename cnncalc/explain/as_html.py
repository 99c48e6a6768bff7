"""Explanations as HTML: a part that folds for each node, with formulas as MathML.

Nothing comes from outside, and all of it is well-formed XML, as of a summary's table,
of which it has the colours.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from html import escape

from cnncalc.answers.packaged import packaged
from cnncalc.answers.table import Style
from cnncalc.explain.derivation import ConnectionGrid, Derivation, Part, Phrase, Step
from cnncalc.explain.writing import (
    chain,
    ending,
    in_words,
    line,
    notes,
    part_heading,
    source_of,
    strung,
    table_title,
    title,
    total_of,
)
from cnncalc.report.cells import written
from cnncalc.report.render.html_parts import PAGE, STYLE
from cnncalc.sizes.arithmetic import Notation

__all__ = ["EXPLAINED", "MATHML", "above_and_below", "render", "row_of"]

_OPEN = 3  # so many nodes are open from the first

# The style of explanations, besides that of tables.
EXPLAINED = packaged("cnncalc.explain", "explanation.css")

_NEGATIVE = '<mo form="prefix">−</mo>'  # noqa: RUF001 - a minus sign, no hyphen
_QUOTIENT = "<mfrac><mrow>{}</mrow><mrow>{}</mrow></mfrac>".format


def _text(text: str) -> str:
    return f"<mtext>{escape(text).replace(' ', chr(0xA0))}</mtext>"


def _number(value: int | Fraction) -> str:
    if isinstance(value, Fraction):
        return _QUOTIENT(*(f"<mn>{n}</mn>" for n in value.as_integer_ratio()))
    sign = _NEGATIVE if value < 0 else ""
    return f"{sign}<mn>{abs(value):,}</mn>"


def _symbol(name: str) -> str:
    base, *subscripts = filter(None, name.split("_"))
    letters = [f"<mi>{escape(text)}</mi>" for text in subscripts]
    below = f"<mrow>{'<mo>,</mo>'.join(letters)}</mrow>"
    above = f"<mi>{escape(base)}</mi>"
    return f"<msub>{above}{below}</msub>" if letters else above


# Arithmetic in the part of MathML that all browsers draw.
MATHML = Notation(
    plus="<mo>+</mo>",
    minus="<mo>−</mo>",  # noqa: RUF001
    negative=_NEGATIVE,
    times="<mo>×</mo>",
    comma="<mo>,</mo>",
    equals="<mo>=</mo>",
    at_least="<mo>≥</mo>",
    stacked=True,
    text=_text,
    number=_number,
    result=_number,
    symbol=_symbol,
    named='{}<mspace width="0.3em"/><mo>(</mo>{}<mo>)</mo>'.format,
    brackets="<mrow><mo>(</mo>{}<mo>)</mo></mrow>".format,
    quotient=_QUOTIENT,
    power="<msup><mrow>{}</mrow><mrow>{}</mrow></msup>".format,
    floor="<mrow><mo>⌊</mo>{}<mo>⌋</mo></mrow>".format,
    ceil="<mrow><mo>⌈</mo>{}<mo>⌉</mo></mrow>".format,
    largest="<mi>max</mi><mrow><mo>(</mo>{}<mo>)</mo></mrow>".format,
    common="<mi>gcd</mi><mrow><mo>(</mo>{}<mo>)</mo></mrow>".format,
    indicator="<mrow><mo>[</mo>{}<mo>=</mo>{}<mo>]</mo></mrow>".format,
)


def render(derivation: Derivation, *, page: bool = False) -> str:
    """Return a derivation as HTML.

    Args:
        derivation: What to render.
        page: Return a whole page, for a file, and not just the element.

    Example:
        >>> from cnncalc import zoo
        >>> html = render(zoo.lenet().explain().derivation)
        >>> html.count("<details"), html.count("<mfrac>")
        (7, 8)
    """
    language, style = derivation.language, derivation.style
    opened = ' open="open"' if len(derivation.parts) <= _OPEN else ""
    lines = [f'<div class="cnncalc cnncalc-explain" lang="{language}">']
    lines.append(f"<style>{STYLE}{EXPLAINED}</style>")
    known: dict[int, Part] = {}  # by the identity of a step, the first part that has it
    for part in derivation.parts:
        lines.append(f"<details{opened}>")
        lines += _part(part, style, known.get(id(part.steps[0])))
        lines.append("</details>")
        known.setdefault(id(part.steps[0]), part)
    if derivation.totals:
        lines.append(f"<p><b><bdi>{escape(total_of(derivation))}</bdi></b></p>")
        lines += (_paragraph(line(step, style)) for step in derivation.totals)
    lines += (_paragraph(text, "cnncalc-note") for text in ending(derivation))
    html = "\n".join([*lines, "</div>"])
    name = escape(written(derivation.title, "text"))
    return PAGE.format(language=language, title=name, body=html) if page else html


def _part(part: Part, style: Style, like: Part | None = None) -> Iterator[str]:
    """Give what is said of a node; what is said of one before it is not repeated."""
    above, below = above_and_below(part, style)
    yield from above
    steps = part.steps
    if like is not None:
        alike = sum(a is b for a, b in zip(steps, like.steps, strict=False))
        steps = steps[alike:]
        yield _paragraph(
            in_words(Phrase("{}: {}", _alike(part, like, alike)), style.language)
        )
    yield '<div class="cnncalc-scroll" tabindex="0"><table>'
    for step in steps:
        yield row_of(step, style)
    yield "</table></div>"
    yield from below


def above_and_below(part: Part, style: Style) -> tuple[list[str], list[str]]:
    """Return what stands above the steps of a node, and below."""
    language = style.language
    path = escape(written(part.path, "text"))
    words = escape(in_words(part_heading(part, style), language))
    above = [f"<summary><b><bdi>{path}</bdi></b> <bdi>{words}</bdi></summary>"]
    above += [_paragraph(in_words(phrase, language)) for phrase in part.notes]
    if part.grid:
        above.append(_table(part.grid, table_title(language)))
    source = source_of(part, language) if part.source else ""
    return above, [_paragraph(source, "cnncalc-note")] if source else []


def _alike(part: Part, like: Part, count: int) -> tuple[Phrase, Phrase]:
    """Return of what a node's numbers are those of another, and of which."""
    names = dict.fromkeys(step.what for step in part.steps[:count])
    return strung("{}, {}", [*map(Phrase, names)]), Phrase(
        "as that of {}", (like.path,)
    )


def _paragraph(text: str, kind: str = "") -> str:
    attribute = f' class="{kind}"' if kind else ""
    return f'<p{attribute} dir="auto">{escape(text)}</p>'


def row_of(step: Step, style: Style) -> str:
    """Return a step as a row; its equation may be broken before an equals sign."""
    *formulas, result = chain(step, MATHML, style)
    pieces = [text for text in formulas if text]
    last = f'<mrow class="cnncalc-result">{result}</mrow>'
    if pieces:
        pieces[1:] = [MATHML.equals + text for text in pieces[1:]]
        last = MATHML.equals + last
    equation = " ".join(map(_math, [*pieces, last]))
    about = escape(notes(step, style.language))
    more = f' <span class="cnncalc-note">{about}</span>' if about else ""
    name = escape(title(step, style.language))
    return f'<tr><th scope="row">{name}</th><td>{equation}{more}</td></tr>'


def _math(inner: str) -> str:
    return f'<math displaystyle="true"><mrow>{inner}</mrow></math>'


def _table(grid: ConnectionGrid, caption: str) -> str:
    heads, *others = grid.rows()
    lines = ["".join(["<td></td>", *[f'<th scope="col">{n}</th>' for n in heads[1:]]])]
    for first, *marks in others:
        cells = "".join(f"<td>{mark}</td>" for mark in marks)
        lines.append(f'<th scope="row">{first}</th>{cells}')
    rows = "".join(f"<tr>{row}</tr>" for row in lines)
    title = f"<caption>{escape(caption)}</caption>"
    table = f'<table class="cnncalc-grid">{title}{rows}</table>'
    return f'<div class="cnncalc-scroll" tabindex="0">{table}</div>'
