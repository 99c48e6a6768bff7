"""The words that commands take."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from typing_extensions import override

import cnncalc
from cnncalc.cli import commands
from cnncalc.cli.output import EXPLANATION, PICTURE, REPORT, SOURCE
from cnncalc.cli.teaching import (
    ABOUT,
    COLUMNS,
    CONVENTIONS,
    EPILOG,
    NETWORK,
    TOTALS,
)
from cnncalc.errors import OptionError
from cnncalc.report.drawing import KINDS
from cnncalc.report.words import LANGUAGES

__all__ = ["parser"]

# The functions of the scripts in `completion`.
_COMPLETE = {"bash": "_cnncalc_networks", "zsh": "_cnncalc_networks"}


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are of our own family, and so one line."""

    @override
    def error(self, message: str) -> NoReturn:
        raise OptionError(message, f"See `{self.prog} --help`")


class _Command(NamedTuple):
    """A command: what runs it, what its options are, and what its help says."""

    run: Callable[..., Any]
    fill: Callable[[argparse.ArgumentParser], None]
    about: str
    examples: tuple[str, ...] = ()
    names: str = ""  # what its options may name


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Args:
        only: The command whose options are wanted; None for all.
    """
    whole = _Parser(
        prog="cnncalc",
        description=ABOUT,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    version = f"cnncalc {cnncalc.__version__}"
    whole.add_argument("--version", action="version", version=version)
    group = whole.add_subparsers(required=True, metavar="COMMAND")
    for name, (run, fill, about, examples, names) in _COMMANDS.items():
        lines = "".join(f"\n  cnncalc {name} {words}" for words in examples)
        command = group.add_parser(
            name,
            help=about,
            description=f"{about[0].upper()}{about[1:]}.",
            epilog=f"{names}examples:{lines}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.set_defaults(run=run)
        if only not in _COMMANDS or only == name:
            fill(command)
    return whole


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


def _summary(command: argparse.ArgumentParser) -> None:
    _network(command)
    option = command.add_argument
    option(
        "--columns", metavar="A,B,...", help="which columns, by name, and their order"
    )
    option("--depth", type=int, metavar="N", help="fold groups deeper than N levels")
    option(
        "--sort", metavar="COLUMN", help="rows by that column; -COLUMN: largest first"
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


def _explain(command: argparse.ArgumentParser) -> None:
    _network(command)
    command.add_argument(
        "path", nargs="?", help="a node or group, as layer2/0/conv1; none: all"
    )
    about = "explain a tool's number of operations instead, of the whole, in English"
    command.add_argument("--convention", metavar="NAME", help=about)
    _language(command)
    _format(command, EXPLANATION)


def _compare(command: argparse.ArgumentParser) -> None:
    words: Any = command.add_argument(
        "networks", metavar="NETWORK", nargs="+", help=NETWORK
    )
    words.complete = _COMPLETE
    _input(command)
    command.add_argument("--columns", metavar="A,B,...", help="which numbers, by name")
    _conventions(command, "there")
    _language(command)
    _formats(command)


def _diff(command: argparse.ArgumentParser) -> None:
    for name in ("before", "after"):
        word: Any = command.add_argument(name, metavar=name.upper(), help=NETWORK)
        word.complete = _COMPLETE
    _input(command)
    command.add_argument(
        "--unchanged", action="store_true", help="show also what did not change"
    )
    command.add_argument(
        "--exit-code", action="store_true", help="exit with 1 if they differ"
    )
    _language(command)
    _formats(command)


def _draw(command: argparse.ArgumentParser) -> None:
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


def _claims(command: argparse.ArgumentParser) -> None:
    word: Any = command.add_argument(
        "network", metavar="NETWORK", help="a network of the zoo"
    )
    word.complete = _COMPLETE
    _formats(command)


def _save(command: argparse.ArgumentParser) -> None:
    _network(command)
    _format(command, SOURCE)


def _shell(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "shell", choices=["bash", "fish", "tcsh", "zsh"], help="the shell that you use"
    )


def _list(command: argparse.ArgumentParser) -> None:
    _format(command, REPORT)


_COMMANDS = {
    "summary": _Command(
        commands.summary,
        _summary,
        "show a network's layers and totals",
        (
            "lenet --box",
            "resnet50 --depth 1 --units auto",
            "vgg16 --columns layer,output,params,params_percent --where Conv2d,FC",
            "mobilenet_v2 --input 96x96x3 --convention fvcore",
            "lenet --output table.tex",
        ),
        f"{COLUMNS}\n{CONVENTIONS}\n",
    ),
    "explain": _Command(
        commands.explain,
        _explain,
        "show the arithmetic behind every number",
        ("lenet5 C3", "lenet --format markdown", "resnet50 --convention fvcore"),
        f"{CONVENTIONS}\n",
    ),
    "compare": _Command(
        commands.compare,
        _compare,
        "show the totals of networks side by side",
        (
            "resnet50 resnext50_32x4d regnet_y_4gf",
            "vgg16 resnet50 --columns params,macs,peak_memory,fvcore",
        ),
        f"{TOTALS}\n{CONVENTIONS}\n",
    ),
    "diff": _Command(
        commands.diff,
        _diff,
        "show what was added, removed or changed, and what that cost",
        ("vgg16 vgg19", "before.json after.json --exit-code"),
    ),
    "draw": _Command(
        commands.draw,
        _draw,
        "draw a network as SVG",
        ("lenet --output lenet.svg", "resnet50 --kind macs --output macs.svg"),
    ),
    "claims": _Command(
        commands.claims,
        _claims,
        "show what papers print of a network, and whether it is so",
        ("googlenet_2014", "lenet5 --format markdown"),
    ),
    "list": _Command(
        commands.listing,
        _list,
        "list the networks of the zoo",
        ("", "--format json"),
    ),
    "save": _Command(
        commands.save,
        _save,
        "write a network as JSON, or as Python source",
        ("lenet --output lenet.json", "mymodels:net --format python"),
    ),
    "completion": _Command(
        commands.completion,
        _shell,
        "print a script that completes commands in your shell",
        (
            "bash > ~/.local/share/bash-completion/completions/cnncalc",
            "fish > ~/.config/fish/completions/cnncalc.fish",
        ),
    ),
}
