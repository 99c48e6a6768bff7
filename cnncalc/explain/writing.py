"""Derivations in words: what all formats write alike, in any notation and language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnncalc.answers.table import Style
from cnncalc.cost.totals import AtLeast
from cnncalc.explain.derivation import Derivation, Part, Phrase, Step
from cnncalc.report.cells import in_bytes, written
from cnncalc.report.words import cited, translate
from cnncalc.sizes.arithmetic import PLAIN, Arithmetic, Notation, made, write
from cnncalc.sizes.shape import Shape

__all__ = [
    "chain",
    "ending",
    "equation",
    "in_words",
    "line",
    "notes",
    "part_heading",
    "part_title",
    "result_of",
    "source_of",
    "strung",
    "table_title",
    "title",
    "total_of",
]

# Of maps, and of vectors; of sequences, of volumes; and of more axes.
_SUBSCRIPTS = {
    1: "Subscripts: l, r on one side; in, out of the input and the output; i of one "
    "input of several",
    2: "Subscripts: h, w along height and width; t, b, l, r on one side; in, out of "
    "the input and the output; i of one input of several",
    3: "Subscripts: d, h, w along depth, height and width; front, back, t, b, l, r on "
    "one side; in, out of the input and the output; i of one input of several",
}
_COUNTED = (
    "Subscripts: 1, 2, ... along axes; a, z on one side; in, out of the input and the "
    "output; i of one input of several"
)


def in_words(phrase: Phrase, language: str) -> str:
    """Return a phrase in a language, printable whatever fills its gaps.

    Example:
        >>> in_words(Phrase("counted with {}", ("fc1",)), "en")
        'counted with fc1'
    """
    gaps = [
        in_words(arg, language)
        if isinstance(arg, Phrase)
        else written(str(arg), "text")
        for arg in phrase.args
    ]
    return translate(phrase.text, language).format(*gaps)


def part_heading(part: Part, style: Style) -> Phrase:
    """Return what a node is: its layer, and what reaches it."""
    if not part.inputs:
        return Phrase(part.layer)
    shapes = [_shape(x, style) for _, x in part.inputs]
    reached: Any = shapes[0]
    if len(shapes) > 1:
        paths = [path for path, _ in part.inputs]
        pairs = zip(shapes, paths, strict=True)
        several = [Phrase("{} from {}", pair) for pair in pairs]
        reached = strung("{} and {}", several)
    return Phrase("{} on {}", (part.layer, reached))


def _shape(x: Shape, style: Style) -> str:
    """Return a shape in the style's order, of one input."""
    return written(x, "shape", style._replace(batch=1))


def title(step: Step, language: str) -> str:
    """Return the name of a step: ``output, height``."""
    what = Phrase(step.what)
    if step.axis:
        what = Phrase("{}, {}", (what, Phrase(step.axis)))
    return in_words(what, language)


def notes(step: Step, language: str) -> str:
    """Return what is said about a step; "" where nothing is."""
    if not step.notes:
        return ""
    return in_words(strung("{}; {}", step.notes), language)


def strung(between: str, phrases: Sequence[Phrase]) -> Phrase:
    """Return phrases one after another, halved again and again: many are not deep."""
    half = len(phrases) // 2
    if not half:
        return phrases[0]
    return Phrase(
        between, (strung(between, phrases[:half]), strung(between, phrases[half:]))
    )


def chain(step: Step, notation: Notation, style: Style) -> list[str]:
    """Return symbol, general formula, formula with numbers, and result.

    What is missing is "", and so is what only repeats what stands after it.
    """
    formula = _ordered(step, style)
    texts = [notation.symbol(step.symbol) if step.symbol else "", "", ""]
    if formula is not None:
        texts[1] = write(formula, notation, general=True)
        texts[2] = write(formula, notation) if formula.op else ""  # else the result
    texts.append(_result(step, notation, style))
    return [
        text if text not in texts[place + 1 :] else ""
        for place, text in enumerate(texts)
    ]


def _ordered(step: Step, style: Style) -> Arithmetic | None:
    """Return the formula of a step; that of a shape in the order of the style."""
    formula = step.formula
    if formula is None or formula.op != "×" or step.unit != "shape":
        return formula
    *space, channels = formula.parts
    return made("×", channels, *space) if style.layout.startswith("C") else formula


def equation(step: Step, notation: Notation, style: Style) -> str:
    """Return all of a step but its name and notes: ``2×C_in = 2×6 = 12``."""
    *formulas, result = chain(step, notation, style)
    before = notation.equals.join(filter(None, formulas))
    if not before:
        return result
    bound = isinstance(step.result, AtLeast)
    return before + (notation.at_least if bound else notation.equals) + result


def _result(step: Step, notation: Notation, style: Style) -> str:
    """Return the result in a notation."""
    result = step.result
    if result is None:
        return notation.text(translate("unknown", style.language))
    if step.unit == "words":
        return notation.text(in_words(result, style.language))
    if step.unit == "shape" and style.layout.startswith("C"):
        result = (result.channels, *result.space)
    if step.unit in {"pair", "shape"}:
        return notation.times.join(map(notation.number, result))
    text = notation.result(int(result) if isinstance(result, int) else result)
    if isinstance(result, AtLeast) and step.formula is None:
        text = notation.at_least.lstrip() + text
    larger = _larger(step, style)
    return text + notation.text(larger) if larger else text


def result_of(step: Step) -> Any:
    """Return the result for programs: a number, or else what it is called."""
    if step.result is None or isinstance(step.result, int):
        return step.result
    return _result(step, PLAIN, Style())


def _larger(step: Step, style: Style) -> str:
    """Return the unit of a result and, of many, a larger one: `` B (241.039 KiB)``."""
    result = step.result
    if step.unit == "bytes":
        unit = 1000 if style.byte_units == "decimal" else 1024
        return f" B ({in_bytes(int(result), style)})" if result >= unit else " B"
    if step.what not in _COUNTS or style.units == "exact":
        return ""
    short = written(int(result), "count", style)
    return "" if short == f"{result:,}" else f" ({short})"


# What is counted, and no size of something.
_COUNTS = {"parameters", "of these trainable", "buffers", "connections", "MACs"}


def line(step: Step, style: Style) -> str:
    """Return a step as one line of plain text."""
    language = style.language
    words: Any = equation(step, PLAIN, style)
    if step.notes:
        words = Phrase("{}; {}", (words, notes(step, language)))
    return in_words(Phrase("{}: {}", (title(step, language), words)), language)


# What stands around the steps.


def part_title(part: Part, style: Style) -> str:
    """Return what stands above a node."""
    words = Phrase("{}: {}", (part.path, part_heading(part, style)))
    return in_words(words, style.language)


def total_of(derivation: Derivation) -> str:
    """Return what stands above the sums."""
    words = Phrase("{}: {}", (derivation.title, Phrase("in all")))
    return in_words(words, derivation.language)


def source_of(part: Part, language: str) -> str:
    """Return where a node's rules come from."""
    gaps = (Phrase("Source"), cited(part.source, language))
    return in_words(Phrase("{}: {}", gaps), language)


def table_title(language: str) -> str:
    """Return what stands above the table of which inputs the outputs see."""
    return translate("which input maps (rows) each output map (columns) sees", language)


def ending(derivation: Derivation) -> list[str]:
    """Return what stands below all nodes: the rules' sources, and the symbols."""
    language = derivation.language
    lines = []
    for source, rules in derivation.sources.items():
        names = translate(", ", language).join(
            translate(what, language) for what in rules
        )
        gaps = (names, cited(source, language))
        lines.append(in_words(Phrase("Source of {}: {}", gaps), language))
    pairs = derivation.symbols.items()
    symbols = [f"{symbol} {translate(word, language)}" for symbol, word in pairs]
    if symbols:
        words = translate(", ", language).join(symbols)
        lines.append(in_words(Phrase("Symbols: {}", (words,)), language))
        subscripts = _SUBSCRIPTS.get(derivation.rank or 2, _COUNTED)
        lines.append(translate(subscripts, language))
    return lines
