"""Remembering what was made of sizes, which may be columns.

An integer is looked up by what it is. A column has no one value to be looked up by;
what is made of one is found again by its identity, as long as the sweep goes on that
it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from cnncalc.checks import COLUMNAR, Mixed
from cnncalc.errors import UndecidedError

__all__ = ["is_column", "key_and_memo", "made_once", "remembered"]


def is_column(value: Any) -> bool:
    """Tell whether a value is a column: a number for each of many networks."""
    return type(value) in COLUMNAR


_PLAIN = {int, str, float, bool, type(None)}

F = TypeVar("F", bound=Callable[..., Any])


def key_and_memo(values: Iterable[Any]) -> tuple[Any, Any]:
    """Return what only the same values have, and where what is made of them is kept.

    That is None where none of them is a column, or one may not be looked up.

    Args:
        values: Sizes, and other values, in tuples too.
    """
    key: list[Any] = []
    memo = None
    for value in values:
        kind: Any = type(value)
        if kind in _PLAIN:
            key += kind, value
        elif kind in COLUMNAR:
            memo = value.frame.memo
            key.append((id(value),))
        elif issubclass(kind, tuple):
            inner, found = key_and_memo(value)
            if inner is None:
                return None, None
            memo = memo if found is None else found
            key += kind, inner
        elif kind.__hash__ is None:
            return None, None
        else:
            key += kind, value
    return tuple(key), memo


def made_once(
    make: Callable[[Any, Any], Any], thing: Any, shapes: Any, memo: dict[Any, Any]
) -> Any:
    """Return what a function makes of a thing on shapes of which some have columns.

    It is kept as long as their sweep goes on, unless it is not `immutable`.

    Args:
        make: The function.
        thing: What it is given.
        shapes: What it is given besides.
        memo: Where the sweep keeps what was made.
    """
    sizes = [n if type(n) is int else (id(n),) for x in shapes for n in (*x, None)]
    key = (make, id(thing), *sizes)
    known = memo.get(key)
    if known is not None:
        return known[1]
    made = make(thing, shapes)
    if made.immutable:
        memo[key] = thing, made  # whose identity is in the key
    return made


def remembered(most: int = 1024) -> Callable[[F], F]:
    """Return a decorator of functions that make the same of equal arguments.

    Args:
        most: How much is remembered of what is no column.
    """

    def decorated(function: Any) -> Any:
        known = lru_cache(maxsize=most, typed=True)(function)

        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                return known(*args, **kwargs)
            except UndecidedError:  # of sizes in symbols, which are decided anew
                return function(*args, **kwargs)
            except Mixed as mixed:
                if mixed.what != "looked up":
                    raise
            key, memo = key_and_memo((known, *args, *kwargs.items()))
            if memo is None:
                return function(*args, **kwargs)
            if key not in memo:
                memo[key] = function(*args, **kwargs)
            return memo[key]

        return call

    return decorated
