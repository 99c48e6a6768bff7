"""The words that commands take.

A command without options is read here. `argparse`, which reads all others, takes a
megabyte and more milliseconds to get ready than a network to be counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import cnncalc
from cnncalc.cli.known import COMMANDS
from cnncalc.cli.options import named_arguments
from cnncalc.cli.output import Options
from cnncalc.cli.settings import Given
from cnncalc.errors import CnncalcError, OptionError, unknown_name

if TYPE_CHECKING:
    import argparse

__all__ = ["parsed", "parser"]


# The functions of the scripts in `completion`.
_COMPLETE = {"bash": "_cnncalc_networks", "zsh": "_cnncalc_networks"}


def parsed(words: Sequence[str]) -> Options:
    """Return what the words of a command line say.

    Raises:
        OptionError: If they are no command, or none with such options.
    """
    command = COMMANDS.get(words[0]) if words else None
    settings: dict[str, Any] = {}
    takes = named_arguments(command.takes) if command else ()
    if command:
        if command.has_settings:
            words, settings = _apart(words, {a.name for a in takes if a.is_option})
        if not any(word.startswith("-") for word in words):
            found = {a.key: a.default for a in takes if a.is_option}
            plain = [a for a in takes if not a.is_option]
            if len(plain) == len(words) - 1 and all(a.is_one_text for a in plain):
                found |= {a.key: w for a, w in zip(plain, words[1:], strict=True)}
                return SimpleNamespace(run=command.run, settings=settings, **found)
    elif words and not words[0].startswith("-"):
        raise _no_command(words[0])
    options, more = parser(words[0] if command else None).parse_known_args(words)
    if more:
        asked = f"cnncalc {words[0]}" if command else "cnncalc"
        fix = f"See `{asked} --help`"
        if "." in more[-1] and "--output" in [a.name for a in takes]:
            fix = f"Write a file's name behind an option: --output {more[-1]}"
        raise OptionError(f"there is no place for {' '.join(more)}", fix)
    options.settings = settings
    return options


def _no_command(word: str) -> CnncalcError:
    """Return the error that there is no such command; a network comes behind one."""
    from shlex import quote

    from cnncalc import zoo

    error = unknown_name("command", word, COMMANDS)
    if word in zoo.names() or "(" in word:
        error.fix = f"Write cnncalc summary {quote(word)}"
    return error


def _apart(words: Sequence[str], known: set[str]) -> tuple[list[str], dict[str, Any]]:
    """Return the words without those that give settings of a network, and these.

    A setting is an option that is none of the command's, nor a shortened one; without
    a value it is true.
    """
    rest: list[str] = []
    settings = Given()
    settings.options = sorted(known)
    left = list(reversed(words))
    while left:
        word = left.pop()
        option, given, value = word.partition("=")
        ours = any(name.startswith(option) for name in (*known, "--help"))
        if not option.startswith("--") or ours:
            rest.append(word)
        elif given:
            settings[_setting(option)] = value
        elif left and not left[-1].startswith("--"):
            settings[_setting(option)] = left.pop()
        else:
            settings[_setting(option)] = True
    return rest, settings


def _setting(option: str) -> str:
    return option.removeprefix("--").replace("-", "_")


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Args:
        only: The command whose options are wanted; None for all.
    """
    from cnncalc.cli import help_text
    from cnncalc.cli.argparse_types import Formatter, Parser

    whole = Parser(
        prog="cnncalc",
        description=help_text.ABOUT,
        epilog=help_text.EPILOG,
        formatter_class=Formatter,
    )
    version = f"cnncalc {cnncalc.__version__}"
    whole.add_argument("--version", action="version", version=version)
    group = whole.add_subparsers(required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        lines = "".join(f"\n  cnncalc {name} {words}" for words in command.examples)
        names = "".join(f"{getattr(help_text, text)}\n" for text in command.names)
        made = group.add_parser(
            name,
            help=command.about,
            description=f"{command.about[0].upper()}{command.about[1:]}.",
            epilog=f"{names}examples:{lines}",
            formatter_class=Formatter,
        )
        made.set_defaults(run=command.run)
        for argument in named_arguments(command.takes) if only in {name, None} else ():
            action: Any = made.add_argument(argument.name, **argument.facts)
            if argument.is_network:
                action.complete = _COMPLETE
    return whole
