"""Running a command: its output, its errors and its exit code.

Exit codes: 0 when it worked; 1 when `diff --exit-code` found a difference; 2 when
something in the command, or in the network, is wrong, which one line then says.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from cnncalc.cli.parser import parsed
from cnncalc.errors import CnncalcError

__all__ = ["main"]

_PIECE = 8192  # characters


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Args:
        arguments: The words of the command; None takes the process's own.
    """
    words = sys.argv[1:] if arguments is None else arguments
    try:
        options = parsed(words)
        text, code = options.run(options)
    except CnncalcError as error:
        _write(error.output)
        print(f"cnncalc: {error}", file=sys.stderr)
        return 2
    return _write(text) or code


def _write(text: str) -> int:
    """Print *text* and return the exit code."""
    if not text:
        return 0
    encoding = sys.stdout.encoding or "utf-8"
    try:
        for start in range(0, len(text), _PIECE):  # all copied at once is much memory
            piece = text[start : start + _PIECE]
            print(piece.encode(encoding, "replace").decode(encoding), end="")
        print(flush=True)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        _close_output()
    except OSError as error:
        _close_output()
        print(f"cnncalc: the output cannot be written: {error}", file=sys.stderr)
        return 2
    return 0


def _close_output() -> None:
    """Let what is still buffered go nowhere, so that Python's exit says nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
