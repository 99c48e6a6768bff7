"""Running a command: its output, its errors and its exit code.

Exit codes: 0 when it worked; 1 when `diff --exit-code` found a difference; 2 when
something in the command, or in the network, is wrong, which one line then says; 130
when it was interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cnncalc.cli.parser import parsed, parser
from cnncalc.cli.streams import complain, write
from cnncalc.errors import CnncalcError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Args:
        arguments: The words of the command; None takes the process's own.
    """
    words = sys.argv[1:] if arguments is None else arguments
    try:
        if not words:
            return write(parser().format_help().rstrip("\n"))
        options = parsed(words)
        text, code = options.run(options)
        return write(text) or code
    except CnncalcError as error:
        write(error.output)
        complain(str(error))
        return 2
    except KeyboardInterrupt:
        complain("interrupted")
        return 130
