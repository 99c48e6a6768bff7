"""The options of each command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.cli.output import EXPLANATION, PICTURE, REPORT, SOURCE
from cnncalc.cli.teaching import NETWORK
from cnncalc.draw import KINDS
from cnncalc.report.words import LANGUAGES

if TYPE_CHECKING:
    import argparse

__all__ = [
    "claims",
    "compare",
    "diff",
    "draw",
    "explain",
    "listing",
    "save",
    "shell",
    "summary",
]

# The functions of the scripts in `completion`.
_COMPLETE = {"bash": "_cnncalc_networks", "zsh": "_cnncalc_networks"}


def _network(command: argparse.ArgumentParser) -> None:
    """Let a command take a network, and another input for it."""
    word: Any = command.add_argument("network", metavar="NETWORK", help=NETWORK)
    word.complete = _COMPLETE
    _input(command)


def _input(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--input", metavar="HxWxC", help="another input shape, as 224x224x3"
    )


def _format(command: argparse.ArgumentParser, names: tuple[str, ...]) -> None:
    command.add_argument(
        "--format",
        choices=names,
        type=_format_of,
        help=f"default: that of the file's suffix, or {names[0]}",
    )
    command.add_argument("--output", metavar="FILE", help="write there, not here")


_SHORT = {"md": "markdown", "tex": "latex", "txt": "text", "htm": "html"}


def _format_of(word: str) -> str:
    return _SHORT.get(word.lower(), word.lower())


def _formats(command: argparse.ArgumentParser) -> None:
    """Let a command print its report in any format."""
    _format(command, REPORT)
    command.add_argument(
        "--box", action="store_true", help="lines around the cells of text"
    )
    command.add_argument(
        "--color",
        choices=["auto", "always", "never"],
        help="of text; auto, the default, asks the terminal, NO_COLOR and FORCE_COLOR",
    )


def _language(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--language",
        choices=LANGUAGES,
        default="en",
        type=_language_of,
        help="of titles and words; default: en",
    )


def _language_of(word: str) -> str:
    """Return the language of a locale, as zh_CN.UTF-8 or zh-CN."""
    return re.split("[-_.]", word.lower())[0]


def _conventions(command: argparse.ArgumentParser, where: str) -> None:
    about = f"tools whose numbers of operations stand {where}, too"
    command.add_argument("--convention", metavar="A,B,...", help=about)


def summary(command: argparse.ArgumentParser) -> None:
    """Let a command be told how a summary looks."""
    _network(command)
    option = command.add_argument
    option(
        "--columns", metavar="A,B,...", help="which columns, by name, and their order"
    )
    option("--depth", type=int, metavar="N", help="fold groups deeper than N levels")
    option(
        "--sort",
        metavar="COLUMN",
        help="rows by that column; --sort=-COLUMN: largest first",
    )
    option("--where", metavar="KIND,...", type=_kinds, help="only rows of these kinds")
    option("--batch", type=int, default=1, metavar="N", help="how many inputs at once")
    option(
        "--dtype",
        default="float32",
        type=_dtype,
        help="what takes memory: float32, the default, int8, ... or a number of bits",
    )
    option(
        "--units",
        choices=["exact", "auto", "K", "M", "G"],
        default="exact",
        help="of counts: exact, the default; as fits; or one for all",
    )
    option(
        "--byte-units",
        choices=["binary", "decimal"],
        default="binary",
        help="KiB and MiB, the default, or kB and MB",
    )
    option(
        "--layout",
        choices=["HWC", "CHW"],
        default="HWC",
        help="of shapes; default: HWC",
    )
    _conventions(command, "below")
    _language(command)
    _formats(command)


def explain(command: argparse.ArgumentParser) -> None:
    """Let a command be told what is explained."""
    _network(command)
    command.add_argument(
        "path", nargs="?", help="a node or group, as layer2/0/conv1; none: all"
    )
    about = "explain a tool's number of operations instead, of the whole, in English"
    command.add_argument("--convention", metavar="NAME", help=about)
    _language(command)
    _format(command, EXPLANATION)


def compare(command: argparse.ArgumentParser) -> None:
    """Let a command be told what is compared."""
    words: Any = command.add_argument(
        "networks", metavar="NETWORK", nargs="+", help=NETWORK
    )
    words.complete = _COMPLETE
    _input(command)
    command.add_argument("--columns", metavar="A,B,...", help="which numbers, by name")
    _conventions(command, "there")
    _language(command)
    _formats(command)


def diff(command: argparse.ArgumentParser) -> None:
    """Let a command be told what a difference tells."""
    for name in ("before", "after"):
        word: Any = command.add_argument(name, metavar=name.upper(), help=NETWORK)
        word.complete = _COMPLETE
    _input(command)
    command.add_argument(
        "--columns", metavar="A,B,...", help="which numbers of a node, by name"
    )
    _conventions(command, "below")
    command.add_argument(
        "--unchanged", action="store_true", help="show also what did not change"
    )
    command.add_argument(
        "--exit-code", action="store_true", help="exit with 1 if they differ"
    )
    _language(command)
    _formats(command)


def draw(command: argparse.ArgumentParser) -> None:
    """Let a command be told what is drawn."""
    _network(command)
    command.add_argument(
        "--kind",
        choices=list(KINDS),
        default="architecture",
        help="what to draw; default: architecture",
    )
    command.add_argument(
        "--depth",
        type=int,
        metavar="N",
        help="fold groups deeper than N levels; default: what stays readable",
    )
    command.add_argument("--title", help="what stands above it; default: its name")
    _format(command, PICTURE)


def _kinds(words: str) -> tuple[str, ...]:
    return tuple(words.split(","))


def _dtype(word: str) -> str | int:
    return int(word) if word.isascii() and word.isdecimal() else word


def claims(command: argparse.ArgumentParser) -> None:
    """Let a command be told whose claims are told."""
    word: Any = command.add_argument(
        "network", metavar="NETWORK", help="a network of the zoo"
    )
    word.complete = _COMPLETE
    _language(command)
    _formats(command)


def save(command: argparse.ArgumentParser) -> None:
    """Let a command be told what is saved."""
    _network(command)
    _format(command, SOURCE)


def shell(command: argparse.ArgumentParser) -> None:
    """Let a command be told which shell is meant."""
    command.add_argument(
        "shell", choices=["bash", "fish", "tcsh", "zsh"], help="the shell that you use"
    )


def listing(command: argparse.ArgumentParser) -> None:
    """Let a command be told how a list looks."""
    _format(command, REPORT)
