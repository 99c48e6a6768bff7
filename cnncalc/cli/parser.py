"""The words that commands take."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from typing_extensions import override

import cnncalc
from cnncalc.cli import commands, options
from cnncalc.cli.teaching import (
    ABOUT,
    COLUMNS,
    CONVENTIONS,
    EPILOG,
    NUMBERS,
    TOTALS,
)
from cnncalc.errors import OptionError

__all__ = ["parser"]


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


_COMMANDS = {
    "summary": _Command(
        commands.summary,
        options.summary,
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
        options.explain,
        "show the arithmetic behind every number",
        ("lenet5 C3", "lenet --format markdown", "resnet50 --convention fvcore"),
        f"{CONVENTIONS}\n",
    ),
    "compare": _Command(
        commands.compare,
        options.compare,
        "show the totals of networks side by side",
        (
            "resnet50 resnext50_32x4d regnet_y_4gf",
            "vgg16 resnet50 --columns params,macs,peak_memory,fvcore",
        ),
        f"{TOTALS}\n{CONVENTIONS}\n",
    ),
    "diff": _Command(
        commands.diff,
        options.diff,
        "show what was added, removed or changed, and what that cost",
        (
            "vgg16 vgg19",
            "vgg16 vgg16_bn --columns params,activation_size",
            "before.json after.json --exit-code",
        ),
        f"{NUMBERS}\n{CONVENTIONS}\n",
    ),
    "draw": _Command(
        commands.draw,
        options.draw,
        "draw a network as SVG",
        ("lenet --output lenet.svg", "resnet50 --kind macs --output macs.svg"),
    ),
    "claims": _Command(
        commands.claims,
        options.claims,
        "show what papers print of a network, and whether it is so",
        ("googlenet_2014", "lenet5 --format markdown"),
    ),
    "list": _Command(
        commands.listing,
        options.listing,
        "list the networks of the zoo",
        ("", "--format json"),
    ),
    "save": _Command(
        commands.save,
        options.save,
        "write a network as JSON, or as Python source",
        ("lenet --output lenet.json", "mymodels:net --format python"),
    ),
    "completion": _Command(
        commands.completion,
        options.shell,
        "print a script that completes commands in your shell",
        (
            "bash > ~/.local/share/bash-completion/completions/cnncalc",
            "fish > ~/.config/fish/completions/cnncalc.fish",
        ),
    ),
}
