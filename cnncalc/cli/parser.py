"""The words that commands take.

A command without options is read here. `argparse`, which reads all others, takes a
megabyte and more milliseconds to get ready than a network to be counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import cnncalc
from cnncalc.cli import commands, options
from cnncalc.cli.options import Argument
from cnncalc.cli.output import Options, Printed
from cnncalc.cli.teaching import (
    ABOUT,
    COLUMN_HELP,
    CONVENTION_HELP,
    EPILOG,
    NUMBERS,
    TOTALS,
)

if TYPE_CHECKING:
    import argparse

__all__ = ["parsed", "parser"]


class _Command(NamedTuple):
    """A command: what runs it, what it takes, and what its help says."""

    run: Callable[..., Any]
    arguments: tuple[Argument, ...]
    about: str
    examples: tuple[str, ...] = ()
    names: str = ""  # what its options may name


# The functions of the scripts in `completion`.
_COMPLETE = {"bash": "_cnncalc_networks", "zsh": "_cnncalc_networks"}


def parsed(words: Sequence[str]) -> Options:
    """Return what the words of a command line say.

    Raises:
        OptionError: If they are no command, or none with such options.
    """
    command = _COMMANDS.get(words[0]) if words else None
    if command and not any(word.startswith("-") for word in words):
        found = {a.key: a.default for a in command.arguments if a.is_option}
        plain = [a for a in command.arguments if not a.is_option]
        if len(plain) == len(words) - 1 and all(a.is_one_text for a in plain):
            found |= {a.key: word for a, word in zip(plain, words[1:], strict=True)}
            return SimpleNamespace(run=command.run, **found)
    return parser(words[0] if command else None).parse_args(words)


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Args:
        only: The command whose options are wanted; None for all.
    """
    from cnncalc.cli.strict import Formatter, Parser

    whole = Parser(
        prog="cnncalc",
        description=ABOUT,
        epilog=EPILOG,
        formatter_class=Formatter,
    )
    version = f"cnncalc {cnncalc.__version__}"
    whole.add_argument("--version", action="version", version=version)
    group = whole.add_subparsers(required=True, metavar="COMMAND")
    for name, (run, arguments, about, examples, names) in _COMMANDS.items():
        lines = "".join(f"\n  cnncalc {name} {words}" for words in examples)
        command = group.add_parser(
            name,
            help=about,
            description=f"{about[0].upper()}{about[1:]}.",
            epilog=f"{names}examples:{lines}",
            formatter_class=Formatter,
        )
        command.set_defaults(run=run)
        for argument in arguments if only in {name, None} else ():
            action: Any = command.add_argument(argument.name, **argument.facts)
            if argument.is_network:
                action.complete = _COMPLETE
    return whole


def _completion(options: Options) -> Printed:
    """Print the script by which a shell completes commands."""
    from cnncalc.cli.completion import script

    return script(parser(), options.shell), 0


_COMMANDS = {
    "summary": _Command(
        commands.summary,
        options.SUMMARY,
        "show a network's layers and totals",
        (
            "lenet --box",
            "resnet50 --depth 1 --units auto",
            "vgg16 --columns layer,output,params,params_percent --where Conv2d,FC",
            "mobilenet_v2 --input 96x96x3 --convention fvcore",
            "lenet --output table.tex",
        ),
        f"{COLUMN_HELP}\n{CONVENTION_HELP}\n",
    ),
    "explain": _Command(
        commands.explain,
        options.EXPLAIN,
        "show the arithmetic behind every number",
        ("lenet5 C3", "lenet --format markdown", "resnet50 --convention fvcore"),
        f"{CONVENTION_HELP}\n",
    ),
    "compare": _Command(
        commands.compare,
        options.COMPARE,
        "show the totals of networks side by side",
        (
            "resnet50 resnext50_32x4d regnet_y_3_2gf",
            "vgg16 resnet50 --columns params,macs,peak_memory,fvcore",
        ),
        f"{TOTALS}\n{CONVENTION_HELP}\n",
    ),
    "diff": _Command(
        commands.diff,
        options.DIFF,
        "show what was added, removed or changed, and what that cost",
        (
            "vgg16 vgg19",
            "vgg16 vgg16_bn --columns params,activation_size",
            "before.json after.json --exit-code",
        ),
        f"{NUMBERS}\n{CONVENTION_HELP}\n",
    ),
    "draw": _Command(
        commands.draw,
        options.DRAW,
        "draw a network as SVG",
        ("lenet --output lenet.svg", "resnet50 --kind macs --output macs.svg"),
    ),
    "claims": _Command(
        commands.claims,
        options.CLAIMS,
        "show what papers print of a network, and whether it is so",
        ("googlenet_2014", "lenet5 --format markdown"),
    ),
    "list": _Command(
        commands.listing,
        options.LIST,
        "list the networks of the zoo",
        ("", "--format json"),
    ),
    "save": _Command(
        commands.save,
        options.SAVE,
        "write a network as JSON, or as Python source",
        ("lenet --output lenet.json", "mymodels:net --format python"),
    ),
    "completion": _Command(
        _completion,
        options.SHELL,
        "print a script that completes commands in your shell",
        (
            "bash > ~/.local/share/bash-completion/completions/cnncalc",
            "fish > ~/.config/fish/completions/cnncalc.fish",
        ),
    ),
}
