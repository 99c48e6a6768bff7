"""The way of a command's result: where it goes, and in which format.

A terminal gets what it can show. Pipes and files get UTF-8, so that nothing is lost;
and every stream may be closed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from os.path import splitext
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias

from cnncalc.answers.answer import Written
from cnncalc.errors import OptionError

if TYPE_CHECKING:
    import argparse

__all__ = [
    "FORMATS",
    "PICTURE",
    "REPORT",
    "WRITTEN",
    "Options",
    "Printed",
    "complain",
    "kept",
    "output_of",
    "passed",
    "pictured",
    "read",
    "settle",
    "styled_as",
    "told",
    "write_out",
    "written_report",
]

Options: TypeAlias = "argparse.Namespace | SimpleNamespace"
Printed = tuple[str, int]  # the text, and the exit code

WRITTEN = tuple(Written.__annotations__)  # the options of how reports are written

# The formats of each sort of result, by the word for what a command prints; the first
# is the default.
REPORT = ("text", "html", "markdown", "csv", "json", "latex")
PICTURE = ("svg", "tikz", "pdf", "png")
FORMATS = {
    "report": REPORT,
    "explanation": ("text", "markdown", "latex", "html"),
    "picture": PICTURE,
    "page": ("html",),
    "drawn": (*REPORT, *PICTURE),
    "check": (*REPORT, "github", "junit"),
    "source": ("json", "python"),
}
_PAINTED = ("pdf", "png")

# Options that do nothing but in some formats, and what they are if they are not given.
_ONLY_FOR = (
    ("box", False, ("text",)),
    ("color", None, ("text",)),
    ("font", None, _PAINTED),
)

# The suffixes of files of each format, the usual one first.
_SUFFIXES = {
    **{kind: (f".{kind}",) for kind in ("csv", "json", "svg", "pdf", "png")},
    "text": (".txt", ".log", ".text"),
    "html": (".html", ".htm"),
    "markdown": (".md", ".markdown"),
    "tikz": (".tex", ".tikz"),
    "latex": (".tex", ".latex"),
    "python": (".py", ".python"),
    "junit": (".xml",),
}

_COLOURS = {"always": True, "never": False, "auto": None}


def passed(options: Options, *names: str) -> dict[str, Any]:
    """Return options by their names, which are those of a question's arguments."""
    return {name: getattr(options, name) for name in names}


def styled_as(answer: Any, options: Options) -> Any:
    """Return an answer as a report that is written as is wanted."""
    return answer.styled(**passed(options, *WRITTEN))


def settle(options: Options, formats: tuple[str, ...]) -> None:
    """Settle the format: the one that is named, or that of the file's suffix.

    Raises:
        OptionError: If the two differ, no format is named and the suffix is of none, or
            an option does nothing in that format.
    """
    if options.output == "-":
        options.output = None  # the standard output, as everywhere
    suffix = splitext(options.output or "")[1].lower()  # noqa: PTH122 - no import
    kind = _kind_of(suffix, options.format, formats)
    # A format that is named is believed, unless the suffix is that of another; as text
    # all but pictures can pass.
    named = options.format or kind or suffix.removeprefix(".") or formats[0]
    if named not in formats or kind not in {None, "text", named}:
        why = f"{suffix} is for {kind}, and not for {named}"
        why = why if options.format else f"no {named} is written"
        usual = ", ".join([_SUFFIXES[each][0] for each in formats if each in _SUFFIXES])
        fix = f"Name the file by its format: {usual}; or say --format"
        raise OptionError(why, fix, "--output")
    options.format = named
    for name, idle, kinds in _ONLY_FOR:
        if options.format not in kinds and getattr(options, name, idle) != idle:
            why = f"it is for {' and '.join(kinds)}"
            why += f", and does nothing to {options.format}"
            raise OptionError(why, "Leave it out", f"--{name}")


def written_report(report: Any, options: Options) -> Printed:
    """Return a report in the format that was settled, or write it to a file."""
    if options.format != "text":
        return output_of(getattr(report, f"to_{options.format}"), options)
    look, colour = {"box": options.box}, _COLOURS[options.color or "auto"]
    if options.output:
        look["color"] = colour
        return output_of(lambda *path: report.to_text(*path, **look), options)
    from cnncalc.report.render.terminal import terminal_width

    text = report.to_text(width=terminal_width(), color=colour, **look)
    return text.rstrip("\n"), 0


def _kind_of(suffix: str, named: str | None, formats: tuple[str, ...]) -> str | None:
    """Return the format of files with a suffix: of several, one that is meant."""
    kinds = [kind for kind, known in _SUFFIXES.items() if suffix in known]
    likely = (named, *formats)
    return min(
        kinds,
        key=lambda kind: likely.index(kind) if kind in likely else len(likely),
        default=None,
    )


def pictured(drawing: Any, options: Options) -> Printed:
    """Return a picture in the format that was settled, or write it to a file.

    Raises:
        OptionError: If it is no text, and no file is named.
    """
    write = getattr(drawing, f"to_{options.format}")
    if options.format in _PAINTED:
        if not options.output:
            why = f"{options.format} is no text to print"
            raise OptionError(why, f"Name a file: net.{options.format}", "--output")
        write = partial(write, font=options.font)
    return output_of(write, options)


def kept(text: str, options: Options) -> Printed:
    """Return *text*, or write it to the file that is named."""
    from cnncalc.report.output import given

    return output_of(lambda path=None: given(text, path), options)


def output_of(write: Callable[..., Any], options: Options) -> Printed:
    """Return what *write* gives, or let it write the file that is named.

    Raises:
        OptionError: If the file cannot be written.
    """
    if not options.output:
        return str(write()).rstrip("\n"), 0
    try:
        write(options.output)
    except OSError as error:
        why = f"{options.output} cannot be written: {error.strerror}"
        raise OptionError(why, "Name another file", "--output") from None
    return "", 0


# The streams: what a command reads, prints and complains.

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
