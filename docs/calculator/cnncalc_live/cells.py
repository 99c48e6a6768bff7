"""The cells of a page: each goes on where the one before it ended."""

from __future__ import annotations

import json
from typing import Any

from cnncalc_live.evaluation import evaluate

__all__ = ["run", "start"]

_space: dict[str, Any] = {}


def start() -> None:
    """Begin, or begin again: forget what was run."""
    _space.clear()
    _space["__name__"] = "__main__"


def run(source: str) -> str:
    r"""Run a cell; return as JSON what a notebook would show below it.

    Example:
        >>> start()
        >>> run("side = 6")
        '{"printed": ""}'
        >>> run("print(side)\nside ** 2")
        '{"printed": "6\\n", "text": "36"}'
    """
    done = evaluate(source, _space)
    shown = {"printed": done.printed} | _shown(done.value)
    return json.dumps(shown | ({"error": done.error} if done.error else {}))


def _shown(value: Any) -> dict[str, str]:
    """Return a value as a notebook shows it: as HTML, as a drawing, or as text."""
    for kind in ("html", "svg"):
        method = getattr(value, f"_repr_{kind}_", None)
        if method and not isinstance(value, type):
            return {kind: method()}
    return {} if value is None else {"text": repr(value)}
