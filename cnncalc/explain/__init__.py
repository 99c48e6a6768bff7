"""Explanations: the derivation of each number, as data that every format can write."""

from cnncalc.explain.derivation import ConnectionGrid, Part, Phrase, Step
from cnncalc.explain.explanation import Explanation, explain
from cnncalc.sizes.arithmetic import Arithmetic

__all__ = [
    "Arithmetic",
    "ConnectionGrid",
    "Explanation",
    "Part",
    "Phrase",
    "Step",
    "explain",
]
