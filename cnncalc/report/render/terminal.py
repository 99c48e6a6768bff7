"""The abilities of the terminal that is written to: its width, and colours."""

from __future__ import annotations

import os
import sys

__all__ = ["terminal_width", "wants_colour"]


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
