"""Checks as workflow commands of GitHub: an error beside the code for each failure."""

from __future__ import annotations

from cnncalc.answers.table import Table
from cnncalc.budget.sentences import sentences

__all__ = ["escaped_command", "render"]


def render(table: Table) -> str:
    """Return the table of a check as GitHub's runners read it, a line for each.

    Source:
        GitHub, workflow commands for GitHub Actions, ``::error title=...::...``.
    """
    lines = [
        said if passed else f"::error title=cnncalc check::{escaped_command(said)}"
        for said, passed in sentences(table)
    ]
    return "".join(f"{line}\n" for line in lines)


def escaped_command(text: str) -> str:
    """Return a text that stays one message of a workflow command."""
    for sign, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(sign, code)
    return text
