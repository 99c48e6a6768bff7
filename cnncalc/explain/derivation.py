"""Derivations: what an explanation says, as data.

A derivation has parts, each of a node, and a part has steps, each of a number. Names
and phrases are English, numbers are numbers, arithmetic is an `Arithmetic`. Renderers
put them into words, a notation and a language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from cnncalc._lazy import modules
from cnncalc._typing import override
from cnncalc.answers.table import Style
from cnncalc.sizes.arithmetic import Arithmetic
from cnncalc.sizes.shape import Shape

__all__ = ["ConnectionGrid", "Derivation", "Part", "Phrase", "ResultUnit", "Step"]

# What a result is: a number, bytes, a Shape, a number for each axis (pair), or a
# Phrase. An unknown number is None.
ResultUnit: TypeAlias = Literal["count", "bytes", "shape", "pair", "words"]

# Writing knows what derivations are, and is asked for only when a text is.
_writers = modules("cnncalc.explain", "writing")


class Phrase(NamedTuple):
    """Words with gaps.

    Attributes:
        text: The words, in English, with a ``{}`` for each gap.
        args: What fills the gaps; phrases are put into words, too.
    """

    text: str
    args: tuple[Any, ...] = ()


class Step(NamedTuple):
    """One number of a node: how it is computed, and what comes out.

    Attributes:
        what: What it is: "output", "parameters", "connections", "MACs", ...
        result: What comes out; None where it is unknown.
        unit: What the result is.
        formula: How it is computed; None where nothing is.
        axis: The axis that it is about, such as "height"; all axes for which it stands,
            such as "height and width"; "" where it is not about axes.
        symbol: What the result is called in the formulas of other steps, if it is.
        notes: What is to be said about it.
        source: Where the rule comes from.
    """

    what: str
    result: Any
    unit: ResultUnit
    formula: Arithmetic | None = None
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
        text: str = _writers["writing"].line(self, Style())
        return text


class ConnectionGrid(NamedTuple):
    """The inputs that each output sees, where not all see all.

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
    grid: ConnectionGrid | None = None


class Derivation(NamedTuple):
    """The way in which the numbers of some nodes come about.

    Attributes:
        title: What is explained: the path of a node or group, or a network's name.
        parts: The explanation of each node.
        totals: For several nodes, how their numbers add up.
        symbols: For each symbol of the formulas what it stands for.
        style: How it is to be written: language, units, the order of shapes.
    """

    title: str
    parts: tuple[Part, ...]
    totals: tuple[Step, ...]
    symbols: Mapping[str, str]
    style: Style = Style()

    @property
    def language(self) -> str:
        """The language that it is to be written in: "en" or "zh"."""
        return self.style.language

    @property
    def sources(self) -> dict[str, list[str]]:
        """For each source that is no layer's own, of which steps it is the source."""
        found: dict[str, dict[str, None]] = {}
        for part in self.parts:
            for step in part.steps:
                if step.source and step.source != part.source:
                    found.setdefault(step.source, {})[step.what] = None
        return {source: list(steps) for source, steps in found.items()}

    def shortened(self, first: int = 20, last: int = 5) -> Derivation:
        """Return it with the first and the last parts, and how many are left out."""
        hidden = len(self.parts) - first - last
        if hidden <= 0:
            return self
        after = self.parts[first + hidden]
        more = Phrase("… {} more before it", (f"{hidden:,}",))
        gap = after._replace(notes=(more, *after.notes))
        shown = (*self.parts[:first], gap, *self.parts[first + hidden + 1 :])
        return self._replace(parts=shown)

    @property
    def rank(self) -> int:
        """The number of axes of what reaches its nodes: the most that there are."""
        shapes = [x for part in self.parts for _, x in part.inputs if x]
        return max([x.rank for x in shapes], default=0)
