"""The fields of layers and blocks: their facts, their checks, and how they are written.

The facts of a field stand in its metadata: the symbol that it has in formulas, what
makes a value good, what a message says is expected, where it states something along
axes, in which form (`axes` or `sides`), and whether it is written by its name though it
may be given without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import attrs

from cnncalc.checks import NAME_FORM, for_message, integer, is_count, is_name, plain
from cnncalc.errors import ConfigError
from cnncalc.sizes.axes import Axes, AxesLike, along, axis_names, folded_axes, sides
from cnncalc.sizes.number import with_symbols

__all__ = [
    "ANY_AXES",
    "AXIS",
    "COUNT",
    "FROM_0",
    "LABEL",
    "NAME",
    "ONE",
    "PARAMETRIZATION",
    "ZERO",
    "arguments",
    "axiswise",
    "check_fields",
    "choice",
    "count",
    "default_of",
    "each_of",
    "flag",
    "one_or_more",
    "optional",
    "paddings",
    "rank_of",
    "saved_fields",
    "share",
    "shortest",
]

Metadata = Mapping[str, Any]

# Defaults of fields that are stated along axes.
ONE: Any = 1
ZERO: Any = 0


def _facts(
    symbol: str | None,
    good: Callable[[Any], bool],
    expected: str | Callable[[int | None], str],
    **more: Any,
) -> Metadata:
    """Return the metadata of a field: its symbol in formulas and its check.

    A value is short unless *more* says otherwise: a number, or a few of them.
    """
    facts = {"symbol": symbol, "good": good, "expected": expected, "short": True}
    return {**facts, **more}


def count(symbol: str, **more: Any) -> Metadata:
    """Return the facts of a field that is a positive integer."""
    return _facts(symbol, is_count, "a positive integer", **more)


AXIS = _facts(
    None,
    lambda value: type(value) is int,
    "an integer: axes are counted from 0, and -1 is the channels",
)

COUNT = _facts(None, is_count, "a positive integer")

FROM_0 = _facts(None, lambda value: is_count(value, 0), "an integer from 0 on")


def optional(facts: Metadata) -> Metadata:
    """Return the facts of a field that may also be None."""
    good, expected = facts["good"], facts["expected"]
    return {
        **facts,
        "good": lambda value: value is None or good(value),
        "expected": f"{expected}, or None",
    }


def axiswise(
    symbol: str, *, least: int = 1, optional: bool = False, divides: bool = False
) -> Metadata:
    """Return the facts of a field of integers along axes, each at least *least*."""
    number = "a positive integer" if least else "an integer from 0 on"

    def good(value: Any) -> bool:
        if type(value) is tuple:
            return len(value) > 0 and all(is_count(n, least) for n in value)
        return is_count(value, least) or (optional and value is None)

    def expected(rank: int | None) -> str:
        return f"{number}{_one_each(rank)}"

    return _facts(symbol, good, expected, along=along, divides=divides)


def _one_each(rank: int | None) -> str:
    """Return how a message goes on that said what stands for all axes."""
    if rank is None:
        return ", or a tuple of them, one for each axis"
    if rank == 1:
        return ""
    several = {2: "pair", 3: "triple"}.get(rank, "tuple")
    return f", or a {several} ({', '.join(axis_names(rank))}) of them"


def one_or_more(value: AxesLike) -> int | Axes:
    """Return plain integers: one as it is, and several as a tuple."""
    if isinstance(value, (tuple, list)):
        found = tuple(map(integer, value))
        return found[0] if len(found) == 1 else found
    return integer(value)


def each_of(value: int | tuple[int, ...]) -> tuple[int, ...]:
    """Return one number or several as a tuple."""
    return value if isinstance(value, tuple) else (value,)


ANY_AXES = _facts(
    None,
    lambda value: set(map(type, each_of(value))) == {int},
    "an axis, or a tuple of them; -1 is the channels",
    short=False,
)


def share() -> Metadata:
    """Return the facts of a field that is a number from 0 to 1."""
    return _facts(
        None,
        lambda value: type(value) in {int, float} and 0 <= value <= 1,
        "a number from 0 to 1",
    )


def paddings(*words: str) -> Metadata:
    """Return the facts of a field that is a padding: numbers, or one of *words*."""

    def good(value: Any) -> bool:
        if type(value) is tuple:
            return len(value) > 0 and all(map(_is_side, value))
        return value in words if type(value) is str else is_count(value, 0)

    def expected(rank: int | None) -> str:
        named = "".join(f', "{word}"' for word in words)
        return "an integer from 0 on, " + _FORMS.get(rank or 0, _ANY_FORM) + named

    return _facts("p", good, expected, along=sides)


_FORMS = {
    1: "((before, after),)",
    2: "a pair (height, width) or ((top, bottom), (left, right))",
}
_ANY_FORM = "a tuple of them, one for each axis, or of pairs (before, after)"


def _is_side(value: Any) -> bool:
    if type(value) is tuple:
        return len(value) == len(("before", "after")) and all(
            is_count(n, 0) for n in value
        )
    return is_count(value, 0)


def choice(*options: str) -> Metadata:
    """Return the facts of a field that is one of some words."""
    return _facts(
        None,
        lambda value: type(value) is str and value in options,
        "one of " + ", ".join(f'"{option}"' for option in options),
    )


def flag() -> Metadata:
    """Return the facts of a field that is True or False."""
    return _facts(None, lambda value: isinstance(value, bool), "True or False")


LABEL = _facts(
    None,
    lambda value: type(value) is str and value != "",
    "a text that is not empty",
    short=False,
)

# How weights are normalised: by the names of PyTorch's parametrizations.
PARAMETRIZATION = optional(choice("weight_norm", "spectral_norm"))


NAME = _facts(
    None,
    lambda value: value is None or (type(value) is str and is_name(value)),
    NAME_FORM,
    short=False,
)


def check_fields(value: Any) -> None:
    """Refuse a layer or block of which a field is not what its facts say.

    What is stated along axes is brought into its normal form here, once: where the kind
    has a rank, a number for each of its axes; where it works along any number, the
    shortest form, so that what means the same is equal.

    Raises:
        ConfigError: If a field is wrong.
    """
    kind: Any = type(value)
    for attribute, default, usual, good, normal in _checks(kind):
        given = current = getattr(value, attribute)
        if current is default:  # as most are: it is good, and its form is known
            current = usual
        else:
            if not good(current):
                # In reprs an enumeration's word, or NumPy's float, is another.
                current = plain(current)
                if not good(current):
                    current = with_symbols(current, like=3 if normal else None)
                if not good(current):
                    raise _refused(value, attribute, given)
            if normal is not None:
                current = normal(current)
                if current is None and given is not None:
                    raise _refused(value, attribute, given)
        if current is not given:
            object.__setattr__(value, attribute, current)


def _refused(value: Any, attribute: str, given: Any) -> ConfigError:
    kind: Any = type(value)
    expected = attrs.fields_dict(kind)[attribute].metadata["expected"]
    if callable(expected):
        expected = expected(rank_of(kind))
    why = f"{attribute} is {for_message(given)}"
    return ConfigError(why, f"It must be {expected}", kind.__name__)


# Without it a layer made anew takes a fifth longer.
@lru_cache(maxsize=1024)
def _checks(cls: Any) -> tuple[tuple[Any, ...], ...]:
    """Return the checks of a class: for each field that has one what it consists of.

    That is its name; its default, and the normal form of that; what tells whether a
    value is right; and what returns the normal form of one, None where it has other
    axes. Named tuples would take a fifth longer: Python unpacks only plain ones fast.
    """
    found, rank = [], rank_of(cls)
    for f in attrs.fields(cls):
        if "good" in f.metadata:
            default = usual = default_of(f)
            expand = f.metadata.get("along")
            normal = expand and _normal(expand, rank)
            if normal is not None and default is not attrs.NOTHING:
                usual = normal(default)
            found.append((f.name, default, usual, f.metadata["good"], normal))
    return tuple(found)


def _normal(
    expand: Callable[[Any, int], Any], rank: int | None
) -> Callable[[Any], Any]:
    """Return what brings a field along axes into the normal form of its kind."""
    if rank is None:
        return folded_axes

    def expanded(value: Any) -> Any:
        if value is None or type(value) is str:
            return value
        if type(value) is tuple and len(value) != rank:
            return None
        return expand(value, rank)

    return expanded


def rank_of(kind: Any) -> int | None:
    """Return along how many axes a kind works; None means any number."""
    rank: int | None = getattr(kind, "rank", None)
    return rank


def arguments(value: Any) -> list[str]:
    """Return the arguments that make *value*, as source text, defaults left out."""
    return [f"{keyword}{argument!r}" for keyword, argument in _arguments(value)]


def _arguments(value: Any) -> list[tuple[str, Any]]:
    """Return the arguments that make *value*: ``name=`` or nothing, and the value."""
    words: list[tuple[str, Any]] = []
    by_keyword = False
    made = [f for f in attrs.fields(type(value)) if f.init]
    fields = sorted(made, key=lambda f: (f.kw_only, f.name in _COMMON))
    for f in fields:
        current = shortest(f, getattr(value, f.name))
        by_keyword = by_keyword or f.kw_only or f.metadata.get("by_name", False)
        if current == default_of(f):
            by_keyword = True  # those after one that is left out need their names
        else:
            words.append((f"{f.alias}=" if by_keyword else "", current))
    return words


def saved_fields(kind: Any) -> tuple[Any, ...]:
    """Return the fields of a class that are its arguments, but for the name."""
    return tuple([f for f in attrs.fields(kind) if f.init and f.name != "name"])


def shortest(f: Any, value: Any) -> Any:
    """Return the value of a field as people write it: 2 for (2, 2) along axes."""
    return folded_axes(value) if "along" in f.metadata else value


def default_of(f: Any) -> Any:
    """Return the value that a field has when it is left out, as people write it."""
    default = f.default
    if hasattr(default, "factory"):
        default = default.factory()
    convert = callable(f.converter) and default is not attrs.NOTHING
    return f.converter(default) if convert else default


_COMMON = {"name", "trainable"}  # every layer's, and the last to be written
