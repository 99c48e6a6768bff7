"""Checks of the settings of networks of the zoo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cnncalc.checks import for_message, integer, is_count
from cnncalc.errors import ConfigError
from cnncalc.layers.fields import FROM_0, Metadata, count, flag, share
from cnncalc.layers.interned import PLAIN_TYPES

__all__ = ["checks_of", "settled"]


_MOST = 1e300  # of factors: thousands of filters times one are a float still


def _is_factor(value: Any) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and 0 < value < _MOST


def _counts(length: int) -> Metadata:
    return {
        "good": lambda value: (
            isinstance(value, tuple)
            and len(value) == length
            and all(map(is_count, value))
        ),
        "expected": f"{length} positive integers in a tuple",
    }


_COUNT, _FLAG, _SHARE = count(""), flag(), share()
_FACTOR = {"good": _is_factor, "expected": "a positive number"}

# What scales a network rather than counts or drops; how its default is written tells
# all else, but for a default of 0, which counts too.
_FACTORS = {"width", "depth"}


def _facts(name: str, default: Any) -> Metadata:
    """Return what a setting may be, which its name and its default tell."""
    match default:
        case bool():
            return _FLAG
        case int():
            return _COUNT if default else FROM_0
        case float():
            return _FACTOR if name in _FACTORS else _SHARE
        case tuple():
            return _counts(len(default))
        case _:
            return share(optional=True)


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


def checks_of(settings: Mapping[str, Any]) -> dict[str, Metadata]:
    """Return what each of some settings may be, by their defaults.

    The input is left out, for which a shape has checks of its own.
    """
    return {
        name: _facts(name, default)
        for name, default in settings.items()
        if name != "input"
    }


def settled(network: str, name: str, value: Any, facts: Metadata) -> Any:
    """Return the value of a setting, if it is what it may be.

    Raises:
        ConfigError: If it is not.
    """
    good: Callable[[Any], bool] = facts["good"]
    converted = _converted(value)
    if not good(converted):
        why = f"{name} is {for_message(value)}"
        raise ConfigError(why, f"It must be {facts['expected']}", network)
    return converted
