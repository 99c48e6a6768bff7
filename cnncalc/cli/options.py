"""The arguments of commands, as data: a parser is told of them, or they are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from cnncalc.cli.output import EXPLANATION, PICTURE, REPORT, SOURCE
from cnncalc.cli.teaching import NETWORK
from cnncalc.draw import KINDS
from cnncalc.report.words import LANGUAGES

__all__ = [
    "CLAIMS",
    "COMPARE",
    "DIFF",
    "DRAW",
    "EXPLAIN",
    "LIST",
    "SAVE",
    "SHELL",
    "SUMMARY",
    "Argument",
]


class Argument(NamedTuple):
    """One argument of a command.

    Attributes:
        name: Its name; that of an option begins with dashes.
        facts: What `argparse` is told of it.
        is_network: Whether it names a network, which shells can complete.
    """

    name: str
    facts: Mapping[str, Any]
    is_network: bool = False

    @property
    def is_option(self) -> bool:
        """Whether it may be left out, and is said by its name."""
        return self.name.startswith("-")

    @property
    def is_one_text(self) -> bool:
        """Whether it is one word, and any will do."""
        return not self.facts.keys() & {"nargs", "choices", "type", "action"}

    @property
    def key(self) -> str:
        """Its name among the options that a command gets."""
        return self.name.lstrip("-").replace("-", "_")

    @property
    def default(self) -> Any:
        """Its value if it is left out."""
        return self.facts.get("default", False if "action" in self.facts else None)


def _argument(name: str, about: str, **facts: Any) -> Argument:
    return Argument(name, {**facts, "help": about})


def _network(name: str, about: str = NETWORK, **facts: Any) -> Argument:
    return Argument(name, {"metavar": name.upper(), **facts, "help": about}, True)


def _switch(name: str, about: str) -> Argument:
    return _argument(name, about, action="store_true")


_SHORT = {"md": "markdown", "tex": "latex", "txt": "text", "htm": "html"}


def _format_of(word: str) -> str:
    return _SHORT.get(word.lower(), word.lower())


def _formats(names: tuple[str, ...]) -> tuple[Argument, Argument]:
    """Return the options of a result that is written in any of these formats."""
    about = f"default: that of the file's suffix, or {names[0]}"
    return (
        _argument("--format", about, choices=names, type=_format_of),
        _argument("--output", "write there, not here", metavar="FILE"),
    )


def _conventions(where: str) -> Argument:
    about = f"tools whose numbers of operations stand {where}, too"
    return _argument("--convention", about, metavar="A,B,...")


def _columns(about: str) -> Argument:
    return _argument("--columns", about, metavar="A,B,...")


def _language_of(word: str) -> str:
    """Return the language of a locale, as zh_CN.UTF-8 or zh-CN."""
    return re.split("[-_.]", word.lower())[0]


def _kinds(words: str) -> tuple[str, ...]:
    return tuple(words.split(","))


def _dtype(word: str) -> str | int:
    return int(word) if word.isascii() and word.isdecimal() else word


_INPUT = _argument(
    "--input", "another input shape, as 224x224x3, 16000x1 or 10", metavar="HxWxC"
)
_LANGUAGE = _argument(
    "--language",
    "of titles and words; default: en",
    choices=LANGUAGES,
    default="en",
    type=_language_of,
)
_REPORT = (
    *_formats(REPORT),
    _switch("--box", "lines around the cells of text"),
    _argument(
        "--color",
        "of text; auto, the default, asks the terminal, NO_COLOR and FORCE_COLOR",
        choices=["auto", "always", "never"],
    ),
)

# The options of a summary that are passed on to it, by the names that it has for them.
SUMMARY = (
    _network("network"),
    _INPUT,
    _columns("which columns, by name, and their order"),
    _argument("--depth", "fold groups deeper than N levels", type=int, metavar="N"),
    _argument(
        "--sort",
        "rows by that column; --sort=-COLUMN: largest first",
        metavar="COLUMN",
    ),
    _argument("--where", "only rows of these kinds", metavar="KIND,...", type=_kinds),
    _argument("--batch", "how many inputs at once", type=int, default=1, metavar="N"),
    _argument(
        "--dtype",
        "what takes memory: float32, the default, int8, ... or a number of bits",
        default="float32",
        type=_dtype,
    ),
    _argument(
        "--units",
        "of counts: exact, the default; as fits; or one for all",
        choices=["exact", "auto", "K", "M", "G"],
        default="exact",
    ),
    _argument(
        "--byte-units",
        "KiB and MiB, the default, or kB and MB",
        choices=["binary", "decimal"],
        default="binary",
    ),
    _argument(
        "--layout",
        "of shapes, whatever their axes: channels last, the default, or first",
        choices=["HWC", "CHW"],
        default="HWC",
    ),
    _conventions("below"),
    _LANGUAGE,
    *_REPORT,
)
EXPLAIN = (
    _network("network"),
    _INPUT,
    _argument("path", "a node or group, as layer2/0/conv1; none: all", nargs="?"),
    _argument(
        "--convention",
        "explain a tool's number of operations instead, of the whole, in English",
        metavar="NAME",
    ),
    _LANGUAGE,
    *_formats(EXPLANATION),
)
COMPARE = (
    _network("networks", metavar="NETWORK", nargs="+"),
    _INPUT,
    _columns("which numbers, by name"),
    _conventions("there"),
    _LANGUAGE,
    *_REPORT,
)
DIFF = (
    _network("before"),
    _network("after"),
    _INPUT,
    _columns("which numbers of a node, by name"),
    _conventions("below"),
    _switch("--unchanged", "show also what did not change"),
    _switch("--exit-code", "exit with 1 if they differ"),
    _LANGUAGE,
    *_REPORT,
)
DRAW = (
    _network("network"),
    _INPUT,
    _argument(
        "--kind",
        "what to draw; default: architecture",
        choices=list(KINDS),
        default="architecture",
    ),
    _argument(
        "--depth",
        "fold groups deeper than N levels; default: what stays readable",
        type=int,
        metavar="N",
    ),
    _argument("--title", "what stands above it; default: its name"),
    *_formats(PICTURE),
)
CLAIMS = (_network("network", "a network of the zoo"), _LANGUAGE, *_REPORT)
LIST = _formats(REPORT)
SAVE = (_network("network"), _INPUT, *_formats(SOURCE))
SHELL = (
    _argument(
        "shell", "the shell that you use", choices=["bash", "fish", "tcsh", "zsh"]
    ),
)
