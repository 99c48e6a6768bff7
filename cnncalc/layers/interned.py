"""Values made once: what equal arguments make is the same object again.

To make a layer takes microseconds, most of them to check its fields; and what is always
the same object can be told by its identity, which costs next to nothing.
"""

from __future__ import annotations

from abc import ABCMeta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs

from cnncalc.cache import Memo, weight_of

__all__ = [
    "PLAIN_TYPES",
    "Interned",
    "fields_of",
    "identity_key",
    "remade",
    "weight_in_memo",
]

# Types whose equal values are the same for everybody, if their types are told apart.
PLAIN_TYPES = frozenset([int, bool, str, type(None)])

# What was made of which arguments.
_MADE = Memo(most=4096)


class Interned(ABCMeta):
    """The class of classes whose values are made once, as far as they are of cnncalc.

    What a class of somebody else's does when a value is made is not known here.
    """

    if TYPE_CHECKING:
        pass  # checkers go by what `__init__` takes
    else:

        def __init__(cls, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            cls._is_ours = cls.__module__.startswith("cnncalc.")

        def __call__(cls, *args: Any, **kwargs: Any) -> Any:
            """Return what was made of these arguments before, or make it."""
            if not cls._is_ours:
                return super().__call__(*args, **kwargs)
            key = identity_key(cls, args, kwargs)
            made = _MADE.get(key)
            if made is None:
                made = super().__call__(*args, **kwargs)
                if key is not None:
                    _MADE.put(key, made, weight_of((*args, *kwargs.values())))
            return made

        @property
        def __signature__(cls) -> Any:
            """The arguments of `__init__`, as `inspect` tells them of any class."""
            from inspect import signature

            _, *parameters = signature(cls.__init__).parameters.values()
            return signature(cls.__init__).replace(parameters=parameters)


def weight_in_memo(value: Any) -> int:
    """Return the weight of a layer in a memo: 1, and more for a long one."""
    kind: Any = type(value)
    long = _long_fields(kind)
    if len(long) == 1 and value.name is None:  # the name is one of them
        return 1
    return weight_of([getattr(value, name) for name in long])


@lru_cache(maxsize=1024)
def _long_fields(cls: Any) -> tuple[str, ...]:
    """Return the fields of a class of which a value may be long."""
    long = []
    for f in attrs.fields(cls):
        # Where a kind works along any number of axes, there may be very many.
        many = "along" in f.metadata and cls.rank is None
        if f.init and (many or not f.metadata.get("short")):
            long.append(f.name)
    return tuple(long)


def fields_of(value: Any) -> dict[str, Any]:
    """Return the fields that a value is made of."""
    return {f.name: getattr(value, f.name) for f in attrs.fields(type(value)) if f.init}


def remade(cls: Any, fields: dict[str, Any]) -> Any:
    """Return the value of these fields, when it is read from a pickle: the same one."""
    return cls(**fields)


def identity_key(of: Any, args: Any, kwargs: Any) -> Any:
    """Return what only the same call with the same arguments has.

    ``2 == 2.0 == True``, so types stand beside values; and parts go by identity, for
    equal ones may have other names. What is made of parts keeps them.

    Args:
        of: Whatever else tells the calls apart.
        args: The arguments.
        kwargs: Those that have names.

    Returns:
        A key; None if an argument may change.
    """
    values = (*args, *kwargs.values())
    types = tuple(map(type, values))
    if PLAIN_TYPES.issuperset(types):
        return (of, *kwargs, *values, *types)
    inner = _exact((args, *kwargs.items()))
    return inner and (of, inner)


def _exact(values: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """Return what equals only the same values; None if one of them may change."""
    found: list[Any] = []
    for value in values:
        kind = type(value)
        if kind in PLAIN_TYPES:
            found += kind, value
        elif kind is float:
            found += kind, repr(value)  # 0.0 == -0.0
        elif issubclass(kind, tuple):  # a shape, too
            inner = _exact(tuple(value))
            if inner is None:
                return None
            found += kind, inner
        elif getattr(value, "immutable", False) is True:
            found.append(id(value))
        else:
            return None
    return tuple(found)
