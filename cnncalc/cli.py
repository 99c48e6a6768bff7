"""The command line: ``cnncalc summary lenet``.

Exit codes: 0 when it worked, 2 when something in the command is wrong, which then
says so in one line.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from typing_extensions import override

import cnncalc
from cnncalc import zoo
from cnncalc.errors import CnncalcError, ConfigError, OptionError
from cnncalc.network import Network
from cnncalc.report.drawing import KINDS
from cnncalc.report.render.text import render, terminal_width
from cnncalc.report.summary import Summary

__all__ = ["main"]


_FORMATS: dict[str, Callable[[Summary], str]] = {
    "text": str,
    "html": Summary.to_html,
    "markdown": Summary.to_markdown,
    "csv": Summary.to_csv,
    "json": Summary.to_json,
    "latex": Summary.to_latex,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Args:
        arguments: The words of the command; None takes the process's own.
    """
    try:
        options = _parser().parse_args(arguments)
        text = options.run(options)
    except CnncalcError as error:
        print(f"cnncalc: {error}", file=sys.stderr)
        return 2
    return _write(text)


def _write(text: str) -> int:
    """Print *text* and return the exit code."""
    if not text:
        return 0
    encoding = sys.stdout.encoding or "utf-8"
    try:
        print(text.encode(encoding, "replace").decode(encoding), flush=True)
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


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are of our own family, and so one line."""

    @override
    def error(self, message: str) -> NoReturn:
        raise OptionError(message, f"See `{self.prog} --help`")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="cnncalc",
        description="Exact sizes, costs and formulas of convolutional networks.",
    )
    parser.add_argument(
        "--version", action="version", version=f"cnncalc {cnncalc.__version__}"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    summary = commands.add_parser("summary", help="show a network's layers and totals")
    summary.add_argument(
        "network", metavar="NAME", help="a network, as `cnncalc list` names it"
    )
    summary.add_argument("--columns", metavar="A,B,...", help="which columns to show")
    summary.add_argument("--input", metavar="HxWxC", help="another input shape")
    summary.add_argument(
        "--depth", type=int, metavar="N", help="fold groups deeper than N levels"
    )
    summary.add_argument(
        "--format",
        choices=sorted(_FORMATS),
        default="text",
        help="text, or a format for other tools",
    )
    summary.add_argument("--output", metavar="FILE", help="write there, not here")
    summary.set_defaults(run=_summary)

    draw = commands.add_parser("draw", help="draw a network as SVG")
    draw.add_argument("network", metavar="NAME", help="a network")
    draw.add_argument(
        "--kind", choices=list(KINDS), default="architecture", help="what to draw"
    )
    draw.add_argument("--input", metavar="HxWxC", help="another input shape")
    draw.add_argument("--depth", type=int, metavar="N", help="levels to show")
    draw.add_argument("--output", metavar="FILE", help="write there, not here")
    draw.set_defaults(run=_draw)

    claims = commands.add_parser(
        "claims", help="show what papers print of a network, and whether it is so"
    )
    claims.add_argument("network", metavar="NAME", help="a network")
    claims.set_defaults(run=_claims)

    listing = commands.add_parser("list", help="list the networks")
    listing.set_defaults(run=_list)
    return parser


def _summary(options: argparse.Namespace) -> str:
    columns = None if options.columns is None else options.columns.split(",")
    summary = _network(options).summary(columns=columns, depth=options.depth)
    return _kept(_FORMATS[options.format](summary), options.output)


def _draw(options: argparse.Namespace) -> str:
    drawing = _network(options).draw(options.kind, depth=options.depth)
    return _kept(drawing.to_svg(), options.output)


def _kept(text: str, path: str | None) -> str:
    """Write *text* to a file if one is named, and return what is left to print.

    Raises:
        OptionError: If the file cannot be written.
    """
    if path is None:
        return text
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        why = f"{path} cannot be written: {error.strerror}"
        raise OptionError(why, "Name another file", "--output") from None
    return ""


def _claims(options: argparse.Namespace) -> str:
    return render(zoo.claims(options.network), terminal_width())


def _list(_: argparse.Namespace) -> str:
    return "\n".join(zoo.names())


def _network(options: argparse.Namespace) -> Network:
    settings: dict[str, Any] = {}
    if options.input is not None:
        settings["input"] = _shape(options.input)
    return zoo.build(options.network, **settings)


def _shape(text: str) -> int | tuple[int, ...]:
    """Return the shape that is written as 224x224x3, or 224×224×3, or 84."""
    if not re.fullmatch(
        r"\d{1,18}([x×,]\d{1,18}){0,2}", text, re.ASCII | re.IGNORECASE
    ):
        raise ConfigError(
            f"{text!r} is no shape", "Write HxWxC, as in 224x224x3", "--input"
        )
    sizes = tuple(map(int, re.split("[x×,]", text, flags=re.IGNORECASE)))
    return sizes[0] if len(sizes) == 1 else sizes
