"""Checks as JUnit's XML, which most servers of tests show."""

from __future__ import annotations

from html import escape

from cnncalc.answers.table import Table
from cnncalc.budget.sentences import sentences

__all__ = ["render"]


def render(table: Table) -> str:
    """Return the table of a check as a suite of tests, a test for each line."""
    failed = 0
    cases = []
    for line, (said, passed) in zip(table.lines, sentences(table), strict=True):
        failed += not passed
        network, what = (escape(str(word)) for word in line[:2])
        inside = "" if passed else f'<failure message="{escape(said)}"/>'
        name = f"{what} {line[2]}".strip()
        cases.append(
            f'    <testcase classname="{network}" name="{name}">{inside}</testcase>\n'
        )
    counts = f'tests="{len(cases)}" failures="{failed}"'
    suite = (
        f'  <testsuite name="cnncalc check" {counts}>\n{"".join(cases)}  </testsuite>'
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f"{head}\n<testsuites {counts}>\n{suite}\n</testsuites>\n"
