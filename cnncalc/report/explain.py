"""Explanations: how each number of a node comes about, step by step."""

from __future__ import annotations

import inspect
import re
from typing import NamedTuple

from typing_extensions import override

from cnncalc.analysis.receptive_field import Field, Seen, fields
from cnncalc.formula import Formula, Term
from cnncalc.graph.table import Table
from cnncalc.layers.window import Window
from cnncalc.report.render.cells import in_bytes
from cnncalc.report.rows import Row

__all__ = ["Explanation", "Step", "explain"]

_BYTES = 4  # of a float32


class Step(NamedTuple):
    """One number of a node.

    Attributes:
        what: What it is.
        general: How it is computed, in symbols; empty where nothing is computed.
        numbers: The same with its numbers.
        result: What comes out.
    """

    what: str
    general: str
    numbers: str
    result: str

    @override
    def __str__(self) -> str:
        parts = dict.fromkeys([self.general, self.numbers, self.result])
        return f"{self.what}: {' = '.join(part for part in parts if part)}"


class Explanation:
    """How the numbers of some nodes come about; its `str` is the text.

    Attributes:
        steps: For each node, by path, its steps.
        sources: For each node, by path, where its rules come from.
    """

    __slots__ = ("_titles", "sources", "steps")

    def __init__(
        self,
        steps: dict[str, tuple[Step, ...]],
        sources: dict[str, str],
        titles: dict[str, str],
    ) -> None:
        self.steps, self.sources, self._titles = steps, sources, titles

    @override
    def __str__(self) -> str:
        blocks = []
        for path, steps in self.steps.items():
            lines = [self._titles[path], *(f"  {step}" for step in steps)]
            if self.sources[path]:
                lines.append(f"  Source: {self.sources[path]}")
            blocks.append("\n".join(lines))
        return "\n\n".join(blocks)

    __repr__ = __str__


def explain(table: Table, rows: dict[int, Row], wanted: list[int]) -> Explanation:
    """Return how the numbers of nodes come about.

    Args:
        table: All nodes.
        rows: For each node that is no input its row.
        wanted: The nodes to explain.
    """
    seen = fields(table)
    steps: dict[str, tuple[Step, ...]] = {}
    sources: dict[str, str] = {}
    titles: dict[str, str] = {}
    for index in wanted:
        row = rows[index]
        steps[row.path] = (
            _step("output", row.formulas["output"], str(row.output)),
            _step("parameters", row.formula, _number(row.params)),
            _step("connections", row.formulas["connections"], _number(row.connections)),
            _step("MACs", row.formulas["macs"], _number(row.macs)),
            _memory(row),
            _field(
                [seen[index + link] for link in table.links[index]], seen[index], row
            ),
        )
        sources[row.path] = source_of(type(row.layer))
        reached = " and ".join(map(str, row.shapes))
        titles[row.path] = f"{row.path}: {row.layer!r} on {reached}"
    return Explanation(steps, sources, titles)


def _number(value: int | None) -> str:
    return "unknown" if value is None else f"{value:,}"


def _step(what: str, formula: Formula | Term | None, result: str) -> Step:
    if formula is None or str(formula) in {"?", "0"}:
        return Step(what, "", "", result)
    return Step(what, formula.general, str(formula), result)


def _memory(row: Row) -> Step:
    size = row.output.size * _BYTES
    general = "values × 4 bytes (float32)"
    return Step("memory", general, f"{row.output} × {_BYTES}", in_bytes(size))


def _field(below: list[Seen], field: Seen, row: Row) -> Step:
    """Return how the receptive field comes about, along the vertical axis."""
    what = "receptive field"
    if isinstance(field, str):
        return Step(what, "", "", "the whole input")
    if field is None:
        why = "none: it is unknown, or branches of different strides meet"
        return Step(what, "", "", why)
    result = f"{field.size[0]}×{field.size[1]}"
    if len(below) > 1:
        return Step(what, "the hull of the branches", "", result)
    reach = row.layer.reach(*row.shapes)
    before = below[0]
    assert isinstance(reach, Window)
    assert isinstance(before, Field)
    size, stride = before.size[0], before.stride[0]
    numbers = f"{size} + ({reach.size[0]} - 1)×{stride}"
    return Step(what, "r_in + (k - 1)×j_in", numbers, result)


def source_of(kind: type) -> str:
    """Return what the documentation of a layer's class names as its source."""
    doc = inspect.cleandoc(kind.__doc__ or "")
    match = re.search(r"^Source:\n((?:    .*\n?)+)", doc, re.MULTILINE)
    return " ".join(match[1].split()) if match else ""
