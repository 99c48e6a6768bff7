"""The arithmetic behind each node, as a page has it: every step once."""

from __future__ import annotations

from typing import Any

from cnncalc.explain.as_html import above_and_below, row_of
from cnncalc.explain.derivation import Derivation

__all__ = ["arithmetic"]


def arithmetic(derivation: Derivation) -> dict[str, Any]:
    """Return how the numbers of each node come about, as markup.

    Nodes that do the same have the same steps: each has what stands above its steps
    and below, and between them their places among all steps.
    """
    places: dict[str, int] = {}
    known: dict[int, int] = {}  # the same, by the identity of a step
    parts = []
    for part in derivation.parts:
        for step in part.steps:
            if id(step) not in known:
                row = row_of(step, derivation.style)
                known[id(step)] = places.setdefault(row, len(places))
        above, below = above_and_below(part, derivation.style)
        steps = [known[id(step)] for step in part.steps]
        parts.append(("".join(above), steps, "".join(below)))
    return {"steps": list(places), "parts": parts}
