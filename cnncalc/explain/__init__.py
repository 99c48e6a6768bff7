"""Explanations: the derivation of each number, as data that every format can write."""

from cnncalc.explain.derivation import ConnectionGrid, Part, Phrase, Step
from cnncalc.explain.explanation import Explanation, explain
from cnncalc.sizes.expression import Expression

__all__ = [
    "ConnectionGrid",
    "Explanation",
    "Expression",
    "Part",
    "Phrase",
    "Step",
    "explain",
]
