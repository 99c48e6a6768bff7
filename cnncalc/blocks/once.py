"""Blocks made once: what the same arguments make is the same block again."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, update_wrapper
from typing import ParamSpec, TypeVar

__all__ = ["made_once"]

P = ParamSpec("P")
T = TypeVar("T")


def made_once(make: Callable[P, T]) -> Callable[P, T]:
    """Return *make* with a memory, which tells ``16``, ``16.0`` and ``True`` apart.

    What cannot be hashed is not remembered: it is for *make* to say what is wrong.

    Example:
        >>> @made_once
        ... def shown(value):
        ...     return f"{value!r}"
        >>> shown(1), shown(True), shown([1]), shown(1) is shown(1)
        ('1', 'True', '[1]', True)
    """
    remembered = lru_cache(maxsize=1024, typed=True)(make)

    def made(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return remembered(*args, **kwargs)  # type: ignore[arg-type]
        except TypeError:
            return make(*args, **kwargs)

    return update_wrapper(made, make, updated=())
