"""Sentences that say each line of a check."""

from __future__ import annotations

from collections.abc import Iterator

from cnncalc.answers.table import Table
from cnncalc.report.cells import written

__all__ = ["sentences"]


def sentences(table: Table) -> Iterator[tuple[str, bool]]:
    """Give for each line of a check what it says, and whether it may be so.

    Example:
        >>> from cnncalc import check, zoo
        >>> next(sentences(check(zoo.lenet(), max_macs="500k").table))
        ('lenet: macs is 416,520, at most 500,000', True)
    """
    for network, what, rule, limit, found, change, passed, note in table.lines:
        said = note
        if found is not None or limit is not None or not note:
            there = "unknown" if found is None else f"{found:,}"
            more = f" ({change:+,})" if change and not passed else ""
            agreed = "unknown" if limit is None else f"{limit:,}"
            helped = f"; {note}" if note else ""
            said = f"is {there}, {rule} {agreed}{more}{helped}"
        yield (
            written(" ".join(filter(None, (f"{network}:", what, said))), "text"),
            passed,
        )
