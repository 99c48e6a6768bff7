"""Explanations: the derivation of each number, as data that every format can write."""

from cnncalc.explain.explanation import Explanation, explain
from cnncalc.explain.expression import Expression
from cnncalc.explain.steps import Grid, Part, Phrase, Step

__all__ = ["Explanation", "Expression", "Grid", "Part", "Phrase", "Step", "explain"]
