"""The words that commands take.

A command without options is read here. `argparse`, which reads all others, takes a
megabyte and more milliseconds to get ready than a network to be counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import cnncalc
from cnncalc.cli import commands
from cnncalc.report.drawing import KINDS
from cnncalc.report.words import LANGUAGES

if TYPE_CHECKING:
    import argparse

__all__ = ["COMPLETION", "parsed", "parser"]

_ABOUT = "Exact sizes, costs and formulas of convolutional networks."

_NETWORK = "a name that `cnncalc list` prints, module:attribute, a JSON file, or -"

_EXAMPLES = """\
networks:
  lenet                 a network of the zoo; `cnncalc list` prints their names
  mymodels:net          an attribute of a module: a network, or a function that
                        returns one
  mynet.json, or -      what `cnncalc save` wrote; - reads the standard input

examples:
  cnncalc summary resnet50 --depth 1
  cnncalc summary lenet --columns layer,output,params,macs --sort=-macs
  cnncalc explain lenet5 C3
  cnncalc compare resnet50 resnext50_32x4d --convention fvcore
  cnncalc diff vgg16 vgg16_bn
  cnncalc draw googlenet --output googlenet.svg
  cnncalc save unet | cnncalc summary - --format csv

exit codes:
  0  it worked
  1  `diff --exit-code` found a difference
  2  something in the command, or in the network, is wrong: a line says what
"""

_FORMATS = ("text", "html", "markdown", "csv", "json", "latex")

# How shells complete the name of a network, for shtab.
COMPLETION = {
    "bash": '_cnncalc_networks() { compgen -W "$(cnncalc list)" -f -- "$1"; }',
    "zsh": "_cnncalc_networks() { compadd -- $(cnncalc list); _files; }",
}
_COMPLETE = {"bash": "_cnncalc_networks", "zsh": "_cnncalc_networks"}


class _Command(NamedTuple):
    """A command: what runs it, what its options are, and what its help says."""

    run: Callable[..., Any]
    fill: Callable[[argparse.ArgumentParser], None]
    about: str
    examples: tuple[str, ...] = ()


class _Plain:
    """Takes note of a command's arguments, as a parser does.

    Attributes:
        words: The names of those that are no options.
        defaults: What the options are if they are left out.
        fits: Whether each word is one text, and any will do.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self.defaults: dict[str, Any] = {}
        self.fits = True

    def add_argument(self, *names: str, **facts: Any) -> _Plain:
        name = names[-1].lstrip("-").replace("-", "_")
        if names[-1].startswith("-"):
            switch = facts.get("action") == "store_true"
            self.defaults[name] = facts.get("default", False if switch else None)
        else:
            self.words.append(name)
            self.fits = self.fits and not facts.keys() & {"nargs", "choices", "type"}
        return self


def parsed(words: Sequence[str]) -> commands.Options:
    """Return what the words of a command line say.

    Raises:
        OptionError: If they are no command, or none with such options.
    """
    command = _COMMANDS.get(words[0]) if words else None
    if command and not any(word.startswith("-") for word in words):
        plain: Any = _Plain()
        command.fill(plain)
        if plain.fits and len(plain.words) == len(words) - 1:
            given = dict(zip(plain.words, words[1:], strict=True))
            return SimpleNamespace(run=command.run, **plain.defaults, **given)
    return parser(words[0] if words else None).parse_args(words)


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Args:
        only: The command whose options are wanted; None for all.
    """
    from cnncalc.cli.strict import Formatter, Parser

    whole = Parser(
        prog="cnncalc",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=Formatter,
    )
    version = f"cnncalc {cnncalc.__version__}"
    whole.add_argument("--version", action="version", version=version)
    group = whole.add_subparsers(required=True, metavar="COMMAND")
    for name, (run, fill, about, examples) in _COMMANDS.items():
        lines = "".join(f"\n  cnncalc {name} {words}" for words in examples)
        command = group.add_parser(
            name,
            help=about,
            description=f"{about[0].upper()}{about[1:]}.",
            epilog=f"examples:{lines}" if lines else None,
            formatter_class=Formatter,
        )
        command.set_defaults(run=run)
        if only not in _COMMANDS or only == name:
            fill(command)
    return whole


def _network(command: argparse.ArgumentParser) -> None:
    """Let a command take a network, and another input for it."""
    word: Any = command.add_argument("network", metavar="NETWORK", help=_NETWORK)
    word.complete = _COMPLETE
    _input(command)


def _input(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--input", metavar="HxWxC", help="another input shape, as 224x224x3"
    )


def _format(command: argparse.ArgumentParser, names: tuple[str, ...]) -> None:
    command.add_argument(
        "--format", choices=names, default=names[0], help=f"default: {names[0]}"
    )
    command.add_argument("--output", metavar="FILE", help="write there, not here")


def _formats(command: argparse.ArgumentParser) -> None:
    """Let a command print its report in any format."""
    _format(command, _FORMATS)
    command.add_argument("--box", action="store_true", help="lines around the cells")
    command.add_argument(
        "--color",
        choices=["auto", "always", "never"],
        default="auto",
        help="of text; auto asks the terminal, NO_COLOR and FORCE_COLOR",
    )


def _language(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--language", choices=LANGUAGES, default="en", help="of titles and words"
    )


def _convention(command: argparse.ArgumentParser, about: str) -> None:
    command.add_argument("--convention", metavar="NAME", help=about)


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
    option("--dtype", default="float32", type=_dtype, help="float32, int8, ... or bits")
    option("--units", choices=["exact", "auto", "K", "M", "G"], default="exact")
    option("--byte-units", choices=["binary", "decimal"], default="binary")
    option("--layout", choices=["HWC", "CHW"], default="HWC", help="of shapes")
    _convention(command, "a tool's, whose number of operations stands below too")
    _language(command)
    _formats(command)


def _explain(command: argparse.ArgumentParser) -> None:
    _network(command)
    command.add_argument(
        "path", nargs="?", help="a node or group, as layer2/0/conv1; none: all"
    )
    _convention(command, "explain a tool's number of operations instead")
    _language(command)
    _format(command, ("text", "markdown", "latex", "html"))


def _compare(command: argparse.ArgumentParser) -> None:
    words: Any = command.add_argument(
        "networks", metavar="NETWORK", nargs="+", help=_NETWORK
    )
    words.complete = _COMPLETE
    _input(command)
    command.add_argument("--columns", metavar="A,B,...", help="which numbers, by name")
    _convention(command, "tools whose numbers of operations to add: A,B,...")
    _language(command)
    _formats(command)


def _diff(command: argparse.ArgumentParser) -> None:
    for name in ("before", "after"):
        word: Any = command.add_argument(name, metavar=name.upper(), help=_NETWORK)
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
        "--kind", choices=list(KINDS), default="architecture", help="what to draw"
    )
    command.add_argument("--depth", type=int, metavar="N", help="levels to show")
    command.add_argument("--title", help="what stands above it")
    command.add_argument("--output", metavar="FILE", help="write there, not here")


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
    _format(command, ("json", "python"))


def _shell(command: argparse.ArgumentParser) -> None:
    command.add_argument("shell", choices=["bash", "zsh", "tcsh"])


def _nothing(_: argparse.ArgumentParser) -> None:
    """Add no options."""


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
            "lenet --format latex --output table.tex",
        ),
    ),
    "explain": _Command(
        commands.explain,
        _explain,
        "show the arithmetic behind every number",
        ("lenet5 C3", "lenet --format markdown", "resnet50 --convention fvcore"),
    ),
    "compare": _Command(
        commands.compare,
        _compare,
        "show the totals of networks side by side",
        (
            "resnet50 resnext50_32x4d regnet_y_4gf",
            "vgg16 resnet50 --columns params,macs,peak_memory,fvcore",
        ),
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
        ("googlenet_2014",),
    ),
    "list": _Command(commands.listing, _nothing, "list the networks of the zoo"),
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
        ("bash > ~/.local/share/bash-completion/completions/cnncalc",),
    ),
}
