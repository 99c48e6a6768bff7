"""The way of a command's result: where it goes, and in which format."""

from __future__ import annotations

from collections.abc import Callable
from os.path import splitext
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeAlias

from cnncalc.answers.answer import Written
from cnncalc.errors import OptionError

if TYPE_CHECKING:
    import argparse

__all__ = [
    "CHECK",
    "EXPLANATION",
    "NETWORK_FORMATS",
    "ONE_PAGE",
    "PICTURE",
    "REPORT",
    "WRITTEN",
    "Options",
    "Printed",
    "kept",
    "output_of",
    "passed",
    "pictured",
    "settle",
    "styled_as",
    "written_report",
]

Options: TypeAlias = "argparse.Namespace | SimpleNamespace"
Printed = tuple[str, int]  # the text, and the exit code

WRITTEN = tuple(Written.__annotations__)  # the options of how reports are written

# The formats of each sort of result; the first is the default.
REPORT = ("text", "html", "markdown", "csv", "json", "latex")
CHECK = (*REPORT, "github", "junit")
EXPLANATION = ("text", "markdown", "latex", "html")
PICTURE = ("svg", "tikz", "pdf", "png")
ONE_PAGE = ("html",)
NETWORK_FORMATS = ("json", "python")

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
    if options.format != "text":
        for name, idle in (("box", False), ("color", None)):
            if getattr(options, name, idle) != idle:
                why = f"it is for text, and does nothing to {options.format}"
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
    if options.format in {"pdf", "png"} and not options.output:
        why = f"{options.format} is no text to print"
        raise OptionError(why, f"Name a file: net.{options.format}", "--output")
    return output_of(getattr(drawing, f"to_{options.format}"), options)


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
