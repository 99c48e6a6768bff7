"""Explanations as LaTeX: for each node a paragraph and a list of equations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from cnncalc.answers.table import Style
from cnncalc.explain.derivation import ConnectionGrid, Derivation, Part, Step
from cnncalc.explain.writing import (
    ending,
    equation,
    in_words,
    notes,
    part_title,
    source_of,
    table_title,
    title,
    total_of,
)
from cnncalc.report.render.as_latex import comment, escaped
from cnncalc.report.words import translate
from cnncalc.sizes.arithmetic import Notation

__all__ = ["LATEX", "render"]


def _text(text: str) -> str:
    return rf"\text{{{escaped(text)}}}"


def _number(value: int | Fraction) -> str:
    if isinstance(value, Fraction):
        return rf"\frac{{{value.numerator}}}{{{value.denominator}}}"
    return f"{value:,}".replace(",", "{,}")


def _symbol(name: str) -> str:
    base, *subscripts = filter(None, name.split("_"))
    below = ",".join(map(_letters, subscripts))
    return f"{_letters(base)}_{{{below}}}" if below else _letters(base)


def _letters(name: str) -> str:
    """Return one letter as a variable, more as a word."""
    if name.isascii() and name.isalnum():
        return name if len(name) == 1 else rf"\mathrm{{{name}}}"
    return _text(name)


def _brackets(inner: str) -> str:
    return rf"\left({inner}\right)" if r"\frac" in inner else f"({inner})"


# Arithmetic in mathematics mode.
LATEX = Notation(
    times=r" \times ",
    at_least=r" \geq ",
    stacked=True,
    text=_text,
    number=_number,
    result=_number,
    symbol=_symbol,
    named=r"\underbrace{{{}}}_{{{}}}".format,
    brackets=_brackets,
    quotient=r"\frac{{{}}}{{{}}}".format,
    power="{}^{{{}}}".format,
    floor=r"\left\lfloor {} \right\rfloor".format,
    ceil=r"\left\lceil {} \right\rceil".format,
    largest=r"\max({})".format,
    common=r"\gcd({})".format,
    indicator=r"\left[{} = {}\right]".format,
)


def render(derivation: Derivation) -> str:
    r"""Return a derivation as LaTeX, for a document with amsmath and booktabs.

    Letters that are not Latin pass through: XeLaTeX and LuaLaTeX print them in a font
    that has them.

    Example:
        >>> from cnncalc import zoo
        >>> fc = zoo.lenet().explain("FC3").derivation
        >>> print(render(fc).partition("\\item[conn")[0])
        % FC3. Needs amsmath and booktabs.
        \paragraph{FC3: FC(10, name='FC3') on 84}
        \begin{description}
        \item[output size] $U = 10$
        \item[parameters] $C_{\mathrm{in}} \times U + U = 84 \times 10 + 10 = 850$
        <BLANKLINE>
    """
    style = derivation.style
    blocks: list[str] = []
    for part in derivation.parts:
        blocks += _part(part, style)
    if derivation.totals:
        blocks.append(_paragraph(total_of(derivation)))
        blocks.append(_steps(derivation.totals, style))
    blocks += [rf"\noindent {escaped(text)}\par" for text in ending(derivation)]
    first = comment(derivation.title, blocks, "amsmath and booktabs")
    return "\n".join([first, *blocks]) + "\n"


def _part(part: Part, style: Style) -> Iterator[str]:
    language = style.language
    yield _paragraph(part_title(part, style))
    for phrase in part.notes:
        yield escaped(in_words(phrase, language))
    if part.grid:
        yield escaped(table_title(language)) + r"\par"
        yield _table(part.grid)
    yield _steps(part.steps, style)
    if part.source:
        yield rf"\noindent {escaped(source_of(part, language))}\par"


def _paragraph(text: str) -> str:
    return rf"\paragraph{{{escaped(text)}}}"


def _steps(steps: Iterable[Step], style: Style) -> str:
    lines, language = [], style.language
    for step in steps:
        about = notes(step, language)
        more = escaped(translate("; ", language) + about) if about else ""
        name = escaped(title(step, language))
        lines.append(rf"\item[{name}] ${equation(step, LATEX, style)}${more}")
    return "\n".join([r"\begin{description}", *lines, r"\end{description}"])


def _table(grid: ConnectionGrid) -> str:
    heads, *others = (" & ".join(row) + r" \\" for row in grid.rows())
    sides = "r" + "c" * len(grid.seen)
    lines = [rf"\begin{{tabular}}{{{sides}}}", r"\toprule", heads, r"\midrule", *others]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])
