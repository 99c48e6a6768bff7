"""JSON that anybody may have written: what it is, and whether a value is of its kind.

Every fault is an error that says where it stands; none is left to Python.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Collection
from typing import Any, NamedTuple

from cnncalc.checks import for_message, is_name
from cnncalc.errors import ConfigError
from cnncalc.saving.limits import LONGEST, MOST_DIGITS, check_text, limited

__all__ = ["Refused", "check_keys", "loaded", "name_of", "of_kind", "text_of", "worded"]


# The text as JSON.


class Refused(NamedTuple):
    """Stands for JSON that is refused, until it is known where that is."""

    why: str
    fix: str


def loaded(text: Any) -> Any:
    """Return what a text of JSON holds.

    Raises:
        ConfigError: If it is none, or too large.
    """
    if not isinstance(text, str):
        why = f"a network is read from a text, and this is a {type(text).__name__}"
        raise ConfigError(why, 'Pass the text: Path("net.json").read_text("utf-8")')
    limited(len(text), LONGEST, "characters")
    if text.startswith("\ufeff"):
        why = "it begins with a mark of the byte order"
        raise ConfigError(why, 'Read the file as "utf-8-sig", which leaves that out')
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_fraction,
            parse_constant=_constant,
        )
    except RecursionError:
        why, fix = "its brackets are nested too deeply", "A saved network is flat"
    except json.JSONDecodeError as error:
        why = f"it is no JSON: {error.msg}, in line {error.lineno} at {error.colno}"
        fix = "Pass what to_json() returned, unchanged; a file is read by load(path)"
    raise ConfigError(why, fix)


def _object(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    ((key, _),) = Counter(key for key, _ in pairs).most_common(1)
    return Refused(f"the key {for_message(key)} is given twice", "Leave one out")


def _integer(text: str) -> Any:
    if len(text) > MOST_DIGITS:
        return Refused("a number is too long", f"Use at most {MOST_DIGITS} digits")
    return int(text)


def _fraction(text: str) -> Any:
    number = float(text) if len(text) <= MOST_DIGITS else math.inf
    return number if math.isfinite(number) else _constant(text[:10])


def _constant(text: str) -> Refused:
    return Refused(f"{text} is no finite number", "Use a number that is")


# Values of one kind.

_WORDS = {dict: "an object", list: "a list", int: "an integer", str: "a text"}


def worded(value: Any) -> str:
    """Return a value for a message; of what may be nested, only what it is."""
    if isinstance(value, (dict, list)):
        return _WORDS[type(value)]
    return (
        json.dumps(value)
        if value is None or isinstance(value, bool)
        else for_message(value)
    )


def of_kind(value: Any, kind: type, what: str) -> Any:
    """Return a value that is just of that kind; true is no integer.

    Raises:
        ConfigError: If it is not.
    """
    if isinstance(value, Refused):
        raise ConfigError(*value)
    if type(value) is not kind:
        why = f"{what} is {worded(value)}"
        raise ConfigError(why, f"It must be {_WORDS[kind]}")
    return value


def text_of(value: Any, what: str) -> str:
    """Return a value that is a text."""
    return check_text(of_kind(value, str, what), what)


def name_of(value: Any, what: str) -> str:
    """Return a value that is a name."""
    if not (name := text_of(value, what)):
        raise ConfigError(f"{what} is empty", "Give it a text")
    if not is_name(name):
        raise ConfigError(f"{what} has an empty part at a slash", "Leave that out")
    return name


def check_keys(
    found: dict[str, Any], needed: Collection[str], more: Collection[str], what: str
) -> None:
    """Refuse an object that lacks a key, or has one more."""
    for key in found:
        if key not in needed and key not in more:
            why = f"{what} has no {for_message(key)}"
            known = ", ".join((*needed, *more)) or "nothing"
            raise ConfigError(why, f"It has {known}")
    for key in needed:
        if key not in found:
            raise ConfigError(f'{what} lacks "{key}"', "Add it")
