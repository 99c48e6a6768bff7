"""What an explanation is made of: steps, each of a node, and parts, each a node.

All of it is data: names and phrases are English, numbers are numbers, arithmetic is an
`Expression`. Renderers put it into words, a notation and a language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from cnncalc._typing import override
from cnncalc.cost.totals import AtLeast
from cnncalc.report.render.cells import in_bytes, written
from cnncalc.report.words import said
from cnncalc.sizes.expression import Expression, write
from cnncalc.sizes.notation import PLAIN, Notation
from cnncalc.sizes.shape import Shape

__all__ = [
    "Grid",
    "Part",
    "Phrase",
    "Step",
    "Unit",
    "chain",
    "equation",
    "heading",
    "in_words",
    "line",
    "notes",
    "title",
]

# What a result is: a number, bytes, a Shape, (height, width), or a Phrase. An unknown
# number is None.
Unit: TypeAlias = Literal["count", "bytes", "shape", "pair", "words"]

_KIB = 1024


class Phrase(NamedTuple):
    """Words with gaps.

    Attributes:
        text: The words, in English, with a ``{}`` for each gap.
        args: What fills the gaps; phrases are put into words, too.
    """

    text: str
    args: tuple[Any, ...] = ()


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
    return said(phrase.text, language).format(*gaps)


class Step(NamedTuple):
    """One number of a node: how it is computed, and what comes out.

    Attributes:
        what: What it is: "output", "parameters", "connections", "MACs", ...
        result: What comes out; None where it is unknown.
        unit: What the result is.
        formula: How it is computed; None where nothing is.
        axis: "height" or "width" where they are told apart, "height and width" where
            one stands for both, else "".
        symbol: What the result is called in the formulas of other steps, if it is.
        notes: What is to be said about it.
        source: Where the rule comes from.
    """

    what: str
    result: Any
    unit: Unit
    formula: Expression | None = None
    axis: str = ""
    symbol: str = ""
    notes: tuple[Phrase, ...] = ()
    source: str = ""

    @property
    def general(self) -> str:
        """The formula in symbols; "" without one."""
        return "" if self.formula is None else self.formula.general

    @property
    def numbers(self) -> str:
        """The formula with its numbers; "" without one."""
        return "" if self.formula is None else str(self.formula)

    @override
    def __str__(self) -> str:
        return line(self, "en")


class Grid(NamedTuple):
    """Which inputs each output sees, where not all see all.

    Attributes:
        inputs: How many inputs there are.
        seen: For each output, the inputs that it sees, counted from 0.
    """

    inputs: int
    seen: tuple[tuple[int, ...], ...]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield as texts the numbers of the outputs, then for each input its marks."""
        yield ("", *map(str, range(len(self.seen))))
        for number in range(self.inputs):
            marks = ("X" if number in row else "" for row in self.seen)
            yield (str(number), *marks)


class Part(NamedTuple):
    """The explanation of one node.

    Attributes:
        path: Its full name.
        layer: Its layer, as it is written.
        inputs: For each input, its path and shape.
        steps: How its numbers come about.
        notes: What is to be said about the node as a whole.
        source: What the documentation of its layer names as the source of its rules.
        grid: Which inputs its outputs see, where not all see all.
    """

    path: str
    layer: str
    inputs: tuple[tuple[str, Shape], ...]
    steps: tuple[Step, ...]
    notes: tuple[Phrase, ...] = ()
    source: str = ""
    grid: Grid | None = None


def heading(part: Part) -> Phrase:
    """Return what a node is: its layer, and what reaches it."""
    _, first = part.inputs[0]
    reached: Any = str(first)
    if len(part.inputs) > 1:
        several = [Phrase("{} from {}", (x, path)) for path, x in part.inputs]
        reached = _strung("{} and {}", several)
    return Phrase("{} on {}", (part.layer, reached))


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
    return in_words(_strung("{}; {}", step.notes), language)


def _strung(between: str, phrases: Sequence[Phrase]) -> Phrase:
    """Return phrases one after another, halved again and again: many are not deep."""
    half = len(phrases) // 2
    if not half:
        return phrases[0]
    return Phrase(
        between, (_strung(between, phrases[:half]), _strung(between, phrases[half:]))
    )


def chain(step: Step, notation: Notation, language: str) -> list[str]:
    """Return symbol, general formula, formula with numbers, and result.

    What is missing is "", and so is what only repeats what stands after it.
    """
    formula = step.formula
    texts = [notation.symbol(step.symbol) if step.symbol else "", "", ""]
    if formula is not None:
        texts[1] = write(formula, notation, general=True)
        texts[2] = write(formula, notation) if formula.op else ""  # else the result
    texts.append(_result(step, notation, language))
    return [
        text if text not in texts[place + 1 :] else ""
        for place, text in enumerate(texts)
    ]


def equation(step: Step, notation: Notation, language: str) -> str:
    """Return all of a step but its name and notes: ``2×C_in = 2×6 = 12``."""
    *formulas, result = chain(step, notation, language)
    before = notation.equals.join(filter(None, formulas))
    if not before:
        return result
    bound = isinstance(step.result, AtLeast)
    return before + (notation.at_least if bound else notation.equals) + result


def _result(step: Step, notation: Notation, language: str) -> str:
    """Return the result in a notation."""
    result = step.result
    if result is None:
        return notation.text(said("unknown", language))
    if step.unit == "words":
        return notation.text(in_words(result, language))
    if step.unit == "pair":
        return notation.times.join(map(notation.number, result))
    if step.unit == "shape":
        sizes = (result.height, result.width, result.channels)
        return notation.times.join(
            map(notation.number, sizes[2:] if result.is_vector else sizes)
        )
    text = notation.result(int(result) if isinstance(result, int) else result)
    if isinstance(result, AtLeast) and step.formula is None:
        text = notation.at_least.lstrip() + text
    return text + notation.text(_in_bytes(result)) if step.unit == "bytes" else text


def _in_bytes(number: int) -> str:
    """Return the unit of bytes and, of many, a larger one: `` B (241.039 KiB)``."""
    return f" B ({in_bytes(int(number))})" if number >= _KIB else " B"


def line(step: Step, language: str) -> str:
    """Return a step as one line of plain text."""
    words: Any = equation(step, PLAIN, language)
    if step.notes:
        words = Phrase("{}; {}", (words, notes(step, language)))
    return in_words(Phrase("{}: {}", (title(step, language), words)), language)
