"""The streams of a command: what it reads, prints and complains.

A terminal gets what it can show. Pipes and files get UTF-8, so that nothing is lost;
and every stream may be closed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TextIO

from cnncalc.errors import OptionError

__all__ = ["complain", "read", "told", "write_out"]

_PIECE = 8192  # characters that are printed at once: a whole text copied is much memory


def read() -> bytes:
    """Return what stands on the standard input.

    Raises:
        OptionError: If it is closed.
    """
    if sys.stdin is None:
        raise OptionError("the standard input is closed", "Pipe a network into it")
    return sys.stdin.buffer.read()


def write_out(text: str) -> int:
    """Print a text, and return the exit code."""
    if not text:
        return 0
    if sys.stdout is None:
        complain("the output cannot be written: the standard output is closed")
        return 2
    try:
        for piece in _pieces(text):
            _put(piece, sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        _close_output()
    except OSError as error:
        _close_output()
        complain(f"the output cannot be written: {error}")
        return 2
    return 0


def _pieces(text: str) -> Iterator[str]:
    """Give what is printed, ended by a line's end, in pieces."""
    for start in range(0, len(text), _PIECE):
        yield text[start : start + _PIECE]
    yield "\n"


def told(error: BaseException) -> str:
    """Return the kind of an error and what it says."""
    kind = type(error).__name__
    try:
        said = str(error)
    except Exception:  # noqa: BLE001 - a class of the user's may fail even here
        said = ""
    return f"{kind}: {said}" if said else kind


def complain(message: str) -> None:
    """Print a line to the standard error, if it is open."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(f"cnncalc: {message}", file=sys.stderr, flush=True)


def _put(text: str, stream: TextIO) -> None:
    buffer = getattr(stream, "buffer", None)
    if stream.isatty():
        encoding = stream.encoding or "utf-8"
        stream.write(text.encode(encoding, "replace").decode(encoding))
    elif buffer is None:  # as of a stream that stands in for it
        stream.write(text)
    else:
        stream.flush()
        buffer.write(text.encode("utf-8", "backslashreplace"))


def _close_output() -> None:
    """Let what is still buffered go nowhere, so that Python's exit says nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
