"""The parser of `argparse` as it is used here."""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn

from cnncalc._typing import override
from cnncalc.cli.output import write_out
from cnncalc.errors import OptionError
from cnncalc.report.render.terminal import terminal_width

__all__ = ["Formatter", "Parser"]

_WIDTH = 80  # where there is no terminal


class Parser(argparse.ArgumentParser):
    """A parser whose errors are of our own family, and so one line.

    What begins with a minus and a digit is a value, as it is from Python 3.14 on.
    """

    @override
    def __init__(self, **words: Any) -> None:
        super().__init__(**words)
        self._negative_number_matcher = re.compile(r"-\d")

    @override
    def error(self, message: str) -> NoReturn:
        raise OptionError(message, f"See `{self.prog} --help`")

    @override
    def _print_message(self, message: str, file: Any = None) -> None:
        """Print a help or a version; argparse's own forgets whether that worked."""
        if code := write_out(message.rstrip("\n")):
            raise SystemExit(code)


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of examples.

    It knows how wide a line is: to ask, as argparse would for each argument, loads
    modules of compression.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=(terminal_width() or _WIDTH) - 2)
