"""Running a command: its output, its errors and its exit code.

Exit codes: 0 when it worked; 1 when `check` failed, or `--exit-code` is asked for and a
difference, or a lint, was found; 2 when something in the command, or in the network, is
wrong, which one line then says; 130 when it was interrupted.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from cnncalc.cli.output import complain, told, write_out
from cnncalc.cli.parser import parsed
from cnncalc.errors import CnncalcError, LikelyMistake, OpenNetworkError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Args:
        arguments: The words of the command; None takes the process's own.
    """
    words = sys.argv[1:] if arguments is None else arguments
    try:
        if not words:
            from cnncalc.cli.help_text import START

            return write_out(START.rstrip("\n"))
        options = parsed(words)
        with warnings.catch_warnings():
            warnings.showwarning = partial(_shown, warnings.showwarning)
            text, code = options.run(options)
        return write_out(text) or code
    except CnncalcError as error:
        if isinstance(error, OpenNetworkError):
            error.fix = "Say it, as --input 32x32x1"
        write_out(error.output)
        complain(str(error))
        return 2
    except KeyboardInterrupt:
        complain("interrupted")
        return 130
    except (Exception, SystemExit) as error:
        place = _users_place(error)
        if place is None:  # a fault of our own, which its traceback tells
            raise
        complain(str(CnncalcError(told(error), place=place)))
        return 2


def _shown(
    otherwise: Callable[..., None],
    message: Warning | str,
    category: type[Warning],
    *place: Any,
) -> None:
    """Show a likely mistake as a line, and other warnings as Python does."""
    if issubclass(category, LikelyMistake):
        complain(f"warning: {message}")
    else:
        otherwise(message, category, *place)


def _users_place(error: BaseException) -> str | None:
    """Return the innermost line of somebody else's code that an error came through.

    Layers and networks of a module that a command names run code of their own.
    """
    place = None
    ours = {"cnncalc", "attr", "attrs", *sys.stdlib_module_names}
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_globals.get("__name__", "").partition(".")[0] not in ours:
            place = f"{frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
