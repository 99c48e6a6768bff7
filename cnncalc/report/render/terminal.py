"""The abilities of the terminal that is written to: its width, and colours."""

from __future__ import annotations

import os
import sys
from typing import Any

from cnncalc.checks import checked_count, checked_flag

__all__ = ["looked", "looked_at_terminal", "terminal_width", "wants_colour"]


def terminal_width() -> int | None:
    """Return the width of the terminal that is written to; None if there is none."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (AttributeError, OSError, ValueError):
        return None


def wants_colour() -> bool:
    """Tell whether what is printed may have colours: whether a terminal shows it.

    Source:
        https://no-color.org and https://force-color.org; NO_COLOR goes first, as in
        Python 3.13.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    if os.environ.get("TERM") == "dumb":
        return False
    try:
        return sys.stdout.isatty()
    except (AttributeError, ValueError):  # there is none, or it is closed
        return False


def looked(width: Any, box: Any, colour: Any, *, is_file: bool) -> dict[str, Any]:
    """Return how a table is rendered as text, checked.

    Args:
        width: How many characters a line may have; None: any number.
        box: Whether lines are drawn around the cells.
        colour: Whether titles are bold; None asks the terminal, if it goes there.
        is_file: Whether it goes to a file.

    Raises:
        OptionError: If *width* is no positive integer, or another no flag.
    """
    width = None if width is None else checked_count("width", width)
    if colour is None:
        colour = not is_file and wants_colour()
    return {
        "width": width,
        "box": checked_flag("box", box),
        "colour": checked_flag("color", colour),
    }


def looked_at_terminal() -> dict[str, Any]:
    """Return how a table is rendered that is printed."""
    return {"width": terminal_width(), "colour": wants_colour()}
