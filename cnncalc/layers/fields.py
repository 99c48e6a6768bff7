"""The fields of layers and blocks: their facts, their checks, and how they are written.

The facts of a field stand in its metadata: the symbol that it has in formulas, what
makes a value good, and what a message says is expected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import attrs

from cnncalc.checks import is_count, shown
from cnncalc.errors import ConfigError
from cnncalc.sizes.shape import by_axis, optional_pair, pads, pair

__all__ = [
    "FROM_0",
    "NAME",
    "ONE",
    "ZERO",
    "argument_pieces",
    "arguments",
    "check_fields",
    "choice",
    "count",
    "flag",
    "paddings",
    "pairs",
    "share",
]

Facts = Mapping[str, Any]

# Defaults of fields whose converter makes pairs of them.
ONE: Any = 1
ZERO: Any = 0


def _facts(
    symbol: str | None, good: Callable[[Any], bool], expected: str, **more: Any
) -> Facts:
    """Return the metadata of a field: its symbol in formulas and its check."""
    return {"symbol": symbol, "good": good, "expected": expected, **more}


def count(symbol: str, **more: Any) -> Facts:
    """Return the facts of a field that is a positive integer."""
    return _facts(symbol, is_count, "a positive integer", **more)


FROM_0 = _facts(None, lambda value: is_count(value, 0), "an integer from 0 on")


def pairs(symbol: str, *, least: int = 1, optional: bool = False) -> Facts:
    """Return the facts of a field that is a pair of integers, each at least *least*."""
    expected = "a positive integer" if least else "an integer from 0 on"
    return _facts(
        symbol,
        lambda value: (optional and value is None) or _is_pair(value, least),
        f"{expected}, or a pair (height, width) of them",
    )


def share(*, optional: bool = False) -> Facts:
    """Return the facts of a field that is a number from 0 to 1."""
    return _facts(
        None,
        lambda value: (optional and value is None) or _is_share(value),
        "a number from 0 to 1" + (", or None" if optional else ""),
    )


def _is_share(value: Any) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and 0 <= value <= 1


def paddings(*words: str) -> Facts:
    """Return the facts of a field that is a padding: numbers, or one of *words*."""
    expected = (
        "an integer from 0 on, a pair (height, width) or ((top, bottom), (left, right))"
    )
    named = "".join(f', "{word}"' for word in words)
    return _facts(
        "p",
        lambda value: value in words if isinstance(value, str) else _is_pads(value),
        expected + named,
    )


def choice(*options: str) -> Facts:
    """Return the facts of a field that is one of some words."""
    return _facts(
        None,
        lambda value: isinstance(value, str) and value in options,
        "one of " + ", ".join(f'"{option}"' for option in options),
    )


def flag() -> Facts:
    """Return the facts of a field that is True or False."""
    return _facts(None, lambda value: isinstance(value, bool), "True or False")


def _is_pair(value: Any, least: int = 1) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == len(("height", "width"))
        and is_count(value[0], least)
        and is_count(value[1], least)
    )


def _is_pads(value: Any) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == len(("height", "width"))
        and _is_pair(value[0], 0)
        and _is_pair(value[1], 0)
    )


NAME = _facts(
    None,
    lambda value: value is None or (isinstance(value, str) and value != ""),
    "a text that is not empty",
)


def check_fields(value: Any) -> None:
    """Refuse a layer or block of which a field is not what its facts say.

    Raises:
        ConfigError: If one is not.
    """
    kind: Any = type(value)
    for attribute, good, expected, paired in _checks(kind):
        current = getattr(value, attribute)
        if not good(current):
            why = f"{attribute} is {shown(_fold(current) if paired else current)}"
            raise ConfigError(why, f"It must be {expected}", type(value).__name__)


@lru_cache(maxsize=1024)
def _checks(cls: Any) -> tuple[tuple[str, Callable[[Any], bool], str, bool], ...]:
    return tuple(
        (f.name, f.metadata["good"], f.metadata["expected"], f.converter in _PAIRED)
        for f in attrs.fields(cls)
        if "good" in f.metadata
    )


def arguments(value: Any) -> list[str]:
    """Return the arguments that make *value*, as source text, defaults left out."""
    return [f"{keyword}{argument!r}" for keyword, argument in _arguments(value)]


def argument_pieces(value: Any) -> Iterator[Any]:
    """Give the same in pieces: texts, and values to be written in their place."""
    for place, (keyword, argument) in enumerate(_arguments(value)):
        yield f"{', ' if place else ''}{keyword}"
        yield repr(argument) if isinstance(argument, str) else argument


def _arguments(value: Any) -> list[tuple[str, Any]]:
    """Return the arguments that make *value*: ``name=`` or nothing, and the value."""
    words: list[tuple[str, Any]] = []
    by_keyword = False
    made = [f for f in attrs.fields(type(value)) if f.init]
    fields = sorted(made, key=lambda f: (f.kw_only, f.name in _COMMON))
    for f in fields:
        current = getattr(value, f.name)
        default = _default(f)
        by_keyword = by_keyword or f.kw_only
        if current == default:
            by_keyword = True  # those after one that is left out need their names
        else:
            folded = _fold(current) if f.converter in _PAIRED else current
            words.append((f"{f.name}=" if by_keyword else "", folded))
    return words


def _default(f: Any) -> Any:
    """Return the value that a field has when it is left out."""
    default = f.default
    if hasattr(default, "factory"):
        default = default.factory()
    convert = callable(f.converter) and default is not attrs.NOTHING
    return f.converter(default) if convert else default


_PAIRED = (pair, optional_pair, pads)
_COMMON = {"name", "trainable"}  # every layer's, and the last to be written


def _fold(value: Any) -> Any:
    """Undo `pair` and `pads`: (2, 2) is 2, and ((1, 1), (2, 2)) is (1, 2)."""
    value = by_axis(value)
    if isinstance(value, tuple) and len(value) == len(("h", "w")):
        first, second = value
        return first if first == second and isinstance(first, int) else value
    return value
