"""Checks as JUnit's XML, which most servers of tests show.

Source:
    Jenkins' schema of it, ``junit-10.xsd``; Ant's asks each test for its time, and each
    failure for its type.
"""

from __future__ import annotations

from html import escape

from cnncalc.answers.table import Table
from cnncalc.budget.sentences import sentences
from cnncalc.report.cells import written

__all__ = ["render"]


def render(table: Table) -> str:
    """Return the table of a check as a suite of tests, a test for each line."""
    failed = 0
    cases = []
    for line, (said, passed) in zip(table.lines, sentences(table), strict=True):
        failed += not passed
        network, what = (escape(written(word, "text")) for word in line[:2])
        inside = "" if passed else f'<failure type="limit" message="{escape(said)}"/>'
        name = f"{what} {line[2]}".strip()
        cases.append(
            f'    <testcase classname="{network}" name="{name}" time="0">'
            f"{inside}</testcase>\n"
        )
    counts = f'tests="{len(cases)}" failures="{failed}" errors="0" time="0"'
    suite = (
        f'  <testsuite name="cnncalc check" {counts}>\n{"".join(cases)}  </testsuite>'
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f"{head}\n<testsuites {counts}>\n{suite}\n</testsuites>\n"
