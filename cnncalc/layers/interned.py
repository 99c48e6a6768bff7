"""Values made once: what equal arguments make is the same object again.

To make a layer takes microseconds, most of them to check its fields; and what is always
the same object can be told by its identity, which costs next to nothing.
"""

from __future__ import annotations

import operator
from abc import ABCMeta
from collections.abc import Callable
from functools import lru_cache
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any

import attrs

from cnncalc._lazy import modules
from cnncalc._typing import override
from cnncalc.cache import Memo, weight_of
from cnncalc.errors import ConfigError, UnchangingError, UndecidedError
from cnncalc.layers.fields import arguments
from cnncalc.refusals import unchanging
from cnncalc.sizes.number import structure_of

__all__ = [
    "PLAIN_TYPES",
    "FieldsValue",
    "Interned",
    "attributes_beside",
    "changed",
    "fields_of",
    "identity_key",
    "remade",
    "restored",
    "state_of",
    "values_of",
    "weight_in_memo",
]

# Types whose equal values are the same for everybody, if their types are told apart.
PLAIN_TYPES = frozenset([int, bool, str, type(None)])

_size = modules("cnncalc.symbolic", "size")["size"]

# What was made of which arguments. Without it a sweep takes three times as long, and
# one of plain calls six times.
_MADE = Memo(most=4096)


class Interned(ABCMeta):
    """The class of classes whose values are made once, as far as they are of cnncalc.

    What a class of somebody else's does when a value is made is not known here.
    """

    if TYPE_CHECKING:
        pass  # checkers go by what `__init__` takes
    else:

        def __new__(
            mcs, name: str, bases: Any, namespace: dict[str, Any], **kwargs: Any
        ) -> Any:
            """Return a class whose values say that they never change."""
            for name_of in ("__setattr__", "__delattr__"):
                if name_of in namespace:  # by attrs, which has no cure
                    namespace[name_of] = _unchangeable
            return super().__new__(mcs, name, bases, namespace, **kwargs)

        def __init__(cls, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            cls._is_ours = cls.__module__.startswith("cnncalc.")

        def __call__(cls, *args: Any, **kwargs: Any) -> Any:
            """Return what was made of these arguments before, or make it."""
            try:
                if not cls._is_ours:
                    return _unchanging(super().__call__(*args, **kwargs))
                key = identity_key(cls, args, kwargs)
                made = _MADE.get(key)
                if made is None:
                    made = super().__call__(*args, **kwargs)
                    if key is not None:
                        _MADE.put(key, made, weight_of((*args, *kwargs.values())))
            except UnchangingError:
                why = "its __init__ sets attributes, and what is made never changes"
                fix = "Make them fields, below @attrs.frozen: width: int = 3"
                raise ConfigError(why, fix, cls.__name__) from None
            except UndecidedError:  # of sizes in symbols: as what they are like
                if _size.is_noting():
                    raise
                with _size.noting():
                    return cls(*args, **kwargs)
            except (TypeError, ConfigError) as error:
                raise _helped(error, cls, args, kwargs) from None
            return made

        @property
        def __signature__(cls) -> Any:
            """The arguments of `__init__`, as `inspect` tells them of any class."""
            from inspect import signature

            _, *parameters = signature(cls.__init__).parameters.values()
            return signature(cls.__init__).replace(parameters=parameters)


def _unchangeable(part: Any, name: str, *value: Any) -> None:
    """Refuse to change a layer or block; it is their ``__setattr__``."""
    settled = value and name in attrs.fields_dict(type(part))
    fields = f"{name}={value[0]!r}" if settled else "..."
    raise unchanging(part, f"attrs.evolve(layer, {fields})")


class FieldsValue:
    """A value of fields: it compares, hashes, pickles and writes itself by them.

    A class that writes its own `__init__` has attributes instead, which tell its values
    apart likewise.
    """

    __slots__ = ()

    @override
    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return bool(structure_of(values_of(self)) == structure_of(values_of(other)))

    @override
    def __hash__(self) -> int:
        return hash((type(self), structure_of(values_of(self))))

    @override
    def __reduce_ex__(self, protocol: Any) -> Any:
        if not type(self).__module__.startswith("cnncalc."):
            return restored, (type(self), state_of(self))
        return remade, (type(self), fields_of(self))

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(arguments(self))})"


def _unchanging(value: Any) -> Any:
    """Return a value of a class of somebody else's, as all values here are.

    It has the fields of the classes above, though its class may have an `__init__` that
    knows nothing of them; and it never changes: what it has as a list is a tuple.

    Raises:
        ConfigError: If it has something else that may change.
    """
    every = attrs.fields_dict(type(value))
    for name, f in every.items():
        held = getattr(value, name, f.default)
        fixed = _tuples(held)
        if fixed is not held or not hasattr(value, name):
            object.__setattr__(value, name, fixed)
    try:
        hash(value)
    except TypeError as error:
        why = f"it may change: {error}"
        fix = "Let its fields be numbers, texts, and tuples of these"
        raise ConfigError(why, fix, type(value).__name__) from None
    return value


def _tuples(value: Any) -> Any:
    """Return a value with tuples for lists; what has none stays the same object."""
    if isinstance(value, list) or (type(value) is tuple and value):
        found = tuple(map(_tuples, value))
        same = type(value) is tuple and all(map(operator.is_, found, value))
        return value if same else found
    return value


def changed(value: Any, **fields: Any) -> Any:
    """Return the same value with other fields, whatever its `__init__` takes."""
    makers = (kind for kind in type(value).__mro__ if "__init__" in vars(kind))
    maker = vars(next(makers))
    if "__attrs_attrs__" in maker and "__attrs_init__" not in maker:
        return attrs.evolve(value, **fields)
    return restored(type(value), state_of(value) | fields)


def state_of(value: Any) -> dict[str, Any]:
    """Return all attributes of a value, whoever keeps them: fields, and what is beside.

    attrs' own methods for pickles know fields alone.
    """
    members = [pair for kind in type(value).__mro__ for pair in vars(kind).items()]
    slots = [name for name, member in members if type(member) is MemberDescriptorType]
    found = {name: getattr(value, name) for name in slots if hasattr(value, name)}
    return found | getattr(value, "__dict__", {})


def restored(cls: Any, state: dict[str, Any]) -> Any:
    """Return a value of somebody else's class with such attributes."""
    made = object.__new__(cls)
    for name, attribute in state.items():
        object.__setattr__(made, name, attribute)
    return made


def _helped(error: Exception, cls: Any, args: Any, kwargs: Any) -> Exception:
    """Return the error of a value that cannot be made, with what may be meant."""
    from cnncalc.words.calls import helped

    return helped(error, cls, cls.__name__, args, kwargs)


def weight_in_memo(value: Any) -> int:
    """Return the weight of a layer in a memo: 1, and more for a long one."""
    kind: Any = type(value)
    long = _long_fields(kind)
    if len(long) == 1 and value.name is None:  # the name is one of them
        return 1
    return weight_of([getattr(value, name) for name in long])


# Without it a layer made anew takes a twelfth longer.
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
    made = [f for f in attrs.fields(type(value)) if f.init]
    return {f.alias: getattr(value, f.name) for f in made}


def attributes_beside(value: Any) -> dict[str, Any]:
    """Return the attributes of a layer that are no fields, by name.

    Those of cnncalc have none; a class with an ``__init__`` of its own may.
    """
    fields, kept = attrs.fields_dict(type(value)), state_of(value)
    return {name: kept[name] for name in sorted(kept) if name not in fields}


def values_of(value: Any) -> tuple[Any, ...]:
    """Return what tells a layer from others of its class: not its name."""
    kind: Any = type(value)
    return tuple([get(value) for get in _getters(kind)])


# Without it networks are hashed and compared in 1.4 of the time.
@lru_cache(maxsize=1024)
def _getters(cls: Any) -> tuple[Callable[[Any], Any], ...]:
    fields = tuple([operator.attrgetter(f.name) for f in attrs.fields(cls) if f.eq])
    return (*fields, _beside) if cls.__dictoffset__ else fields


def _beside(value: Any) -> tuple[tuple[str, Any], ...]:
    return tuple(attributes_beside(value).items())


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
    if not (args or kwargs):
        return (of,)
    values = (*args, *kwargs.values())
    types = tuple(map(type, values))
    if PLAIN_TYPES.issuperset(types):
        return (of, *kwargs, *values, *types)
    inner = _exact(values)
    return inner and (of, *kwargs, inner)


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
            inner = _exact(tuple.__getitem__(value, slice(None)))  # unknown ones, too
            if inner is None:
                return None
            found += kind, inner
        elif getattr(value, "immutable", False) is True:
            found.append(id(value))
        else:
            return None
    return tuple(found)
