"""Why two conventions differ: the one's number from the other's, line by line."""

from __future__ import annotations

from cnncalc._typing import override
from cnncalc.cost.totals import AtLeast
from cnncalc.operations.rules import Convention, Counted

__all__ = ["Reconciliation"]


class Reconciliation:
    """How one convention's number comes from another's, line by line.

    Its `str` is the sum written out.

    Attributes:
        convention: The convention that is explained.
        base: The one that it is compared with.
        start: What the base counts; a lower bound (`AtLeast`) if some is unknown.
        lines: What the convention counts more, or less, and of what; only what differs.
        total: What the convention counts; a lower bound like that.
        unknown: The nodes of which one of them cannot tell what they count.
    """

    __slots__ = ("base", "convention", "lines", "start", "total", "unknown")

    def __init__(
        self,
        convention: Convention,
        base: Convention,
        nodes: list[Counted],
    ) -> None:
        self.convention, self.base = convention, base
        there, here = base.unknown(nodes), convention.unknown(nodes)
        self.unknown = tuple(dict.fromkeys([*there, *here]))
        mine, theirs = convention.lines(nodes), base.lines(nodes)
        start, end = sum(theirs.values()), sum(mine.values())
        self.start = AtLeast(start) if there else start
        self.total = AtLeast(end) if here else end
        labels = dict.fromkeys([*theirs, *mine])
        differences = {
            label: mine.get(label, 0) - theirs.get(label, 0) for label in labels
        }
        self.lines = tuple((k, v) for k, v in differences.items() if v)

    @override
    def __str__(self) -> str:
        parts = [f"{self.start:,}"]
        for label, number in self.lines:
            parts.append(f"{'-' if number < 0 else '+'} {label} {abs(number):,}")
        text = f"{' '.join(parts)} = {self.total:,}"
        if self.unknown:
            return f"{text} (unknown: {', '.join(self.unknown)})"
        return text

    __repr__ = __str__
