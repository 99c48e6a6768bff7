"""The settings of networks of the zoo: their defaults, and what they may be."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from cnncalc._typing import NamedTuple
from cnncalc.checks import REAL, for_message, integer
from cnncalc.errors import ConfigError
from cnncalc.layers.fields import FROM_0, Metadata, count, flag, optional, share
from cnncalc.layers.interned import PLAIN_TYPES

__all__ = ["Setting", "setting"]


_MOST = 1e300  # of factors: thousands of filters times one are a float still


def _is_factor(value: Any) -> bool:
    return type(value) in REAL and 0 < value < _MOST


_SHAPE = {
    "good": lambda _: True,  # a shape has checks of its own
    "expected": "a shape: sizes and channels, as in 224×224×3",
}
_FACTOR = {"good": _is_factor, "expected": "a positive number"}

# What scales a network rather than counts or drops; how its default is written tells
# all else, but for a default of 0, which counts too.
_FACTORS = {"width", "depth"}
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.split("[x×,]", text.lower())))


def _size(text: str) -> int | tuple[int, ...]:
    sizes = _numbers(text)
    return sizes[0] if len(sizes) == 1 else sizes


def _optional(text: str) -> float | None:
    return None if text.lower() == "none" else float(text)


def _kind(name: str, default: Any) -> tuple[Metadata, Callable[[str], Any]]:
    """Return what a setting may be, by its name and default, and what reads a text."""
    if name == "input":
        return _SHAPE, _size
    match default:
        case bool():
            return flag(), lambda text: _FLAGS[text.lower()]
        case int():
            return count("") if default else FROM_0, int
        case float():
            return _FACTOR if name in _FACTORS else share(), float
        case tuple():
            from cnncalc.blocks.chain import counts  # which few networks need

            return counts(len(default)), _numbers
        case _:
            return optional(share()), _optional


def _converted(value: Any) -> Any:
    """Return *value* with numbers of other packages as Python's, in tuples too."""
    if isinstance(value, (tuple, list)):
        return tuple(map(integer, value))
    if type(value) in PLAIN_TYPES or type(value) is float:
        return value
    whole = integer(value)
    return _real(value) if whole is value else whole


def _real(value: Any) -> Any:
    from numbers import Real

    try:
        return float(value) if isinstance(value, Real) else value
    except OverflowError:  # of a fraction
        return value


class Setting(NamedTuple):
    """A keyword argument of a network of the zoo.

    Attributes:
        network: The network's name.
        name: Its own.
        default: Its value where it is left out.
        expected: What it may be, as a message says it: "a positive integer".
        good: Tells whether a value is that.
        read: Makes a value of a text; it fails with a `ValueError` or a `KeyError`.
    """

    network: str
    name: str
    default: Any
    expected: str
    good: Callable[[Any], bool]
    read: Callable[[str], Any]

    @property
    def about(self) -> str:
        """A sentence of what it may be, and its default."""
        expected = self.expected[0].upper() + self.expected[1:]
        return f"{expected}; by default {self.default!r}."

    def checked(self, value: Any) -> Any:
        """Return a value as it is used.

        Raises:
            ConfigError: If it is not what it may be.
        """
        converted = value if self.name == "input" else _converted(value)
        if not self.good(converted):
            raise self._refused(value)
        return converted

    def parsed(self, text: str) -> Any:
        """Return the value that is written as text.

        Raises:
            ConfigError: If it is not what it may be.
        """
        try:
            value = self.read(text)
        except (KeyError, ValueError):
            raise self._refused(text) from None
        return self.checked(value)

    def _refused(self, value: Any) -> ConfigError:
        why = f"{self.name} is {for_message(value)}"
        return ConfigError(why, f"It must be {self.expected}", self.network)


def setting(network: str, name: str, default: Any) -> Setting:
    """Return a setting; what it may be follows from its name and its default.

    Example:
        >>> setting("all_cnn", "dropout", 0.5).parsed("0.25")
        0.25
    """
    facts, read = _kind(name, default)
    return Setting(network, name, default, facts["expected"], facts["good"], read)
