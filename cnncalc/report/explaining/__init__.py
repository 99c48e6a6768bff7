"""Explanations: the derivation of each number, as data that every format can write."""

from cnncalc.report.explaining.explanation import Explanation, explain
from cnncalc.report.explaining.steps import Grid, Part, Phrase, Step
from cnncalc.sizes.expression import Expression

__all__ = ["Explanation", "Expression", "Grid", "Part", "Phrase", "Step", "explain"]
