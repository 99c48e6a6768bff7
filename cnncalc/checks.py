"""Checks of what people give, and how a message shows a wrong value."""

from __future__ import annotations

import operator
from typing import Any, SupportsIndex, TypeAlias, cast

from cnncalc._typing import override
from cnncalc.errors import OptionError

__all__ = [
    "COLUMNAR",
    "KEPT",
    "MOST",
    "NAME_FORM",
    "REAL",
    "SYMBOLIC",
    "IntLike",
    "Mixed",
    "checked_batch",
    "checked_count",
    "checked_depth",
    "checked_flag",
    "checked_range",
    "for_message",
    "integer",
    "is_count",
    "is_name",
    "optional_integer",
    "plain",
]

# An integer as people may write it.
IntLike: TypeAlias = SupportsIndex

# Sorts of integers that `integer` leaves as they are. Terms, which stand above checks,
# are added where they are defined.
KEPT: set[type] = {int, bool}

# Sorts of numbers that are sizes in symbols, and no integers. They compare as integers
# do; what they are compared with is noted where they come from.
SYMBOLIC: set[type] = set()

# Sorts of columns: numbers of many networks at once.
COLUMNAR: set[type] = set()

# Sorts of numbers that a factor may be.
REAL: set[type] = {int, float}

MOST = 10**300  # counts stay below this: Python refuses to print thousands of digits
_SHOWN = 60  # characters of a wrong value that a message repeats


class Mixed(BaseException):
    """A question about many numbers at once has not one answer for all of them.

    It is no `Exception`, so that nothing on the way takes it for a fault: who reads a
    network for many sizes at once reads it again for some of them. It is raised for
    each part that is looked up, so that to make it must cost next to nothing.
    """

    @property
    def of(self) -> Any:
        """The numbers, or an array of answers, by which the cases are told apart."""
        return self.args[0]

    @property
    def what(self) -> str:
        """The question, in a word."""
        return str(self.args[1])

    @override
    def __str__(self) -> str:
        return self.what


def integer(value: IntLike) -> int:
    """Return what supports ``__index__`` as an `int`; leave all else as it is.

    A bool is left alone: it is no count. Who calls this checks what comes out,
    since only the caller knows which field is wrong.
    """
    anything: Any = value
    if type(anything) in KEPT:
        same: int = anything
        return same
    try:
        return int(operator.index(anything))
    except TypeError:  # what is no integer, or an expression in symbols
        return cast("int", getattr(anything, "as_size", anything))


def optional_integer(value: IntLike | None) -> int | None:
    """Return the same of what may be None."""
    return None if value is None else integer(value)


def is_count(value: Any, least: int = 1) -> bool:
    """Tell whether *value* is an integer, no bool, and at least *least*.

    It must also be one that can be printed: Python refuses thousands of digits.
    """
    if type(value) is int:  # the usual type, which is told faster
        return least <= value < MOST
    if type(value) in SYMBOLIC:
        return bool(least <= value)
    is_int = isinstance(value, int) and not isinstance(value, bool)
    return is_int and least <= value < MOST


def is_name(value: Any) -> bool:
    """Tell whether *value* may be a name: a text without an empty part at a slash.

    Example:
        >>> is_name("a"), is_name("a/b"), is_name(""), is_name("a//"), is_name(3)
        (True, True, False, False, False)
    """
    return isinstance(value, str) and "" not in value.split("/")


NAME_FORM = "a text that is not empty, nor has an empty part at a slash"


def plain(value: Any) -> Any:
    """Return a text, float or bool of another type as a plain one.

    So are enumerations of words, and NumPy's. What is none of these stays as it is.
    """
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == ():
        value = value.item()
    if isinstance(value, str):
        return str.__str__(value)
    return float.__float__(value) if isinstance(value, float) else value


def for_message(value: Any) -> str:
    """Return *value* for a message: short, and with its type unless that is plain."""
    try:
        text = repr(value)
    except ValueError:  # Python refuses to print integers of thousands of digits
        text = "an integer of very many digits"
    if len(text) > _SHOWN:
        text = text[:_SHOWN] + "…"
    plain = isinstance(value, (int, str, tuple)) and not isinstance(value, bool)
    if plain or value is None:
        return text
    kind = "symbol" if type(value) in SYMBOLIC else type(value).__name__
    return f"{text} (a {kind})"


def checked_flag(name: str, flag: Any) -> bool:
    """Return an option that is True or False, checked.

    Raises:
        OptionError: If it is neither.
    """
    known = plain(flag)
    if not isinstance(known, bool):
        raise OptionError(f"{name} is {for_message(flag)}", "Say True or False")
    return known


def checked_count(name: str, number: Any) -> int:
    """Return an option that is a positive integer, checked.

    Raises:
        OptionError: If it is none.
    """
    found: int = integer(number)
    if not is_count(found):
        why = f"{name} is {for_message(found)}"
        raise OptionError(why, "It must be a positive integer")
    return found


def checked_range(least: Any, most: Any) -> tuple[int, Any]:
    """Return the options *least* and *most*, checked; None for *most* is any.

    Raises:
        OptionError: If one is no positive integer, or they are contradictory.
    """
    first = checked_count("least", least)
    last = None if most is None else checked_count("most", most)
    if last is not None and last < first:
        raise OptionError(f"most, {last}, is below least, {first}", "Exchange them")
    return first, last


def checked_batch(batch: int) -> int:
    """Return how many inputs go through together, checked.

    Raises:
        OptionError: If it is no positive integer.
    """
    batch = integer(batch)
    if not is_count(batch):
        why = f"batch {for_message(batch)} is no positive integer"
        raise OptionError(why, "Say how many inputs go through together")
    return batch


def checked_depth(depth: int | None) -> int | None:
    """Return how many levels of groups are shown, checked; None of all of them.

    Raises:
        OptionError: If it is no positive integer.
    """
    return None if depth is None else checked_count("depth", depth)
