"""The formulas of a row, each written when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cnncalc._typing import override
from cnncalc.errors import unknown_name
from cnncalc.formula import RULES, Formula

if TYPE_CHECKING:
    from cnncalc.formula import Term

__all__ = ["Formulas"]


class Formulas(Mapping[str, "Formula | Term | None"]):
    """The formulas of one row, each written when it is asked for."""

    def __init__(self, row: Any) -> None:
        self._row = row

    @override
    def __getitem__(self, rule: str) -> Formula | Term | None:
        if rule not in RULES:
            raise unknown_name("rule", rule, RULES)
        row = self._row
        if rule == "params" or row.members:
            formula: Formula | Term | None = row.formula
            return formula  # not always the layer's own: weights may be shared
        return Formula(row.layer, row.shapes, rule)

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(RULES)

    @override
    def __len__(self) -> int:
        return len(RULES)
