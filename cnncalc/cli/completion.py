"""The scripts by which shells complete commands."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from cnncalc.cli.output import Options, Printed
from cnncalc.cli.parser import parser
from cnncalc.errors import OptionError

__all__ = ["completion"]

# How shells complete the name of a network, for shtab.
_PREAMBLES = {
    "bash": '_cnncalc_networks() { compgen -W "$(cnncalc list --names)" -f -- "$1"; }',
    "zsh": "_cnncalc_networks() { compadd -- $(cnncalc list --names); _files; }",
}


def completion(options: Options) -> Printed:
    """Print the script by which a shell completes commands.

    Raises:
        OptionError: If the package that writes it is not installed.
    """
    if options.shell == "fish":  # which shtab does not know
        return "\n".join(_fish(parser())), 0
    try:
        import shtab
    except ImportError:
        why = "shell completion needs the package shtab"
        raise OptionError(
            why, "Install it: pip install 'cnncalc[completion]'"
        ) from None
    preamble = _PREAMBLES.get(options.shell, "")
    script = shtab.complete(parser(), shell=options.shell, preamble=preamble)
    return script.rstrip("\n"), 0


def _fish(whole: argparse.ArgumentParser) -> Iterator[str]:
    """Give the lines of the script for fish: one for each command and option."""
    group: Any = whole._subparsers
    (commands,) = group._group_actions
    start = "complete -c cnncalc -n __fish_use_subcommand"
    yield f"{start} -f"
    for choice in commands._choices_actions:
        yield f"{start} -a {choice.dest} -d {_quoted(choice.help)}"
    for name, command in commands.choices.items():
        start = f"complete -c cnncalc -n '__fish_seen_subcommand_from {name}'"
        for action in command._actions:
            if action.option_strings:
                yield f"{start} {_option(action)} -d {_quoted(action.help)}"
            elif action.choices:
                yield f"{start} -f -a {_quoted(' '.join(action.choices))}"
            elif hasattr(action, "complete"):
                yield f"{start} -a '(cnncalc list --names)'"


def _option(action: argparse.Action) -> str:
    """Return how fish is told of an option, and of what it takes."""
    name = f"-l {action.option_strings[-1][2:]}"
    if action.choices:
        return f"{name} -x -a {_quoted(' '.join(action.choices))}"
    return name if action.nargs == 0 else f"{name} -r"


def _quoted(text: str | None) -> str:
    words = (text or "").replace("\\", "\\\\").replace("'", "\\'")
    return f"'{words}'"
