"""Values that are no numbers, sequences or functions, and never change: they say so.

Values of other libraries may be that; ours say what to write. These are bases and
methods of theirs, and what tells of it is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc._typing import override
from cnncalc.errors import ArgumentError, CnncalcError, UnchangingError

__all__ = [
    "Catalogue",
    "Elsewhere",
    "NamedElsewhere",
    "NoNumber",
    "NoSequence",
    "Unchanging",
    "making_of",
    "missing",
    "not_called",
    "refused",
    "unchanging",
]


class Elsewhere:
    """An attribute that values of other libraries have, and ours do not.

    They are named one by one: with a ``__getattr__`` any attribute takes twice as long.

    Args:
        name: What it is called.
        cure: What to write; "" of what depends on the class.
        tell: The function of `cnncalc.words.lookup` that returns the error then.
    """

    def __init__(self, name: str, cure: str = "", tell: str = "") -> None:
        self.name, self.cure, self.tell = name, cure, tell

    def __get__(self, value: Any, owner: Any) -> Any:
        if not self.cure:
            raise _missing(self.tell, owner, self.name)
        from cnncalc.words.lookup import missing_attribute

        raise missing_attribute(owner.__name__, self.name, self.cure)


class NamedElsewhere:
    """The base of values that have attributes of that kind, which nobody is shown."""

    __slots__ = ()

    @override
    def __dir__(self) -> list[str]:
        """Return the names that they have themselves."""
        own, kind = object.__dir__(self), type(self)
        return [name for name in own if not _is_elsewhere(kind, name)]


def _is_elsewhere(kind: Any, name: str) -> bool:
    from inspect import getattr_static

    return isinstance(getattr_static(kind, name, None), Elsewhere)


def missing(tell: str) -> Callable[[Any, str], Any]:
    """Return the ``__getattr__`` of values that tell what a name means here.

    Names that begin with "_" are left to Python: programs ask for those.

    Args:
        tell: The function of `cnncalc.words.lookup` that returns the error.
    """

    def __getattr__(self: Any, name: str) -> Any:  # noqa: N807 - what it is
        if name.startswith("_"):
            raise AttributeError(name)
        if name in dir(type(self)):  # which failed, and says why if it is asked again
            return object.__getattribute__(self, name)
        raise _missing(tell, type(self), name)

    return __getattr__


def _missing(tell: str, kind: Any, name: str) -> Exception:
    public = [known for known in dir(kind) if known[0] != "_"]
    own = [n for n in public if not _is_elsewhere(kind, n) and hasattr(kind, n)]
    lookup: Any = import_module("cnncalc.words.lookup")
    error: Exception = getattr(lookup, tell)(kind.__name__, name, own)
    return error


def not_called(cure: str) -> Callable[..., Any]:
    """Return the ``__call__`` of what other libraries call with data.

    Args:
        cure: What to write.
    """
    return refused("cnncalc runs no network, but counts it", cure)


def refused(why: str, cure: str) -> Callable[..., Any]:
    """Return a method of what values of other libraries do, and ours do not.

    Args:
        why: Why not.
        cure: What to write.
    """

    def call(self: Any, *data: Any, **words: Any) -> Any:  # noqa: ARG001
        raise ArgumentError(why, f"Write {cure}")

    return call


class Catalogue(ModuleType):
    """A module of named things, asked as a dictionary or called.

    It has their `names`; its ``_asked(name)`` returns what to write for one, and raises
    an error for a name that it lacks, with the nearest; its ``_example`` says what to
    write for one of them.
    """

    names: Callable[[], Collection[str]]
    _asked: Callable[[object], str]
    _example: str

    if not TYPE_CHECKING:  # which tells of this itself

        def __getitem__(self, name: object) -> Any:
            try:
                fix = f"Write {self._asked(name)}"
            except CnncalcError as error:
                raise error.at_door() from None
            raise ArgumentError("what it has is no item of it", fix)

        def __call__(self, *args: Any, **words: Any) -> Any:  # noqa: ARG002, D102
            raise ArgumentError("a module is no function", f"Write {self._example}")

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __len__(self) -> int:
        return len(self.names())


class Unchanging:
    """The base of values that never change, and say so where somebody sets a part.

    What is slow is to set an attribute, which few do: to read one is as fast as ever.
    """

    __slots__ = ()

    _another: ClassVar[str]  # what to write

    if not TYPE_CHECKING:  # which tells of this itself

        @override
        def __setattr__(self, name: str, value: Any) -> None:
            try:
                object.__setattr__(self, name, value)
            except AttributeError:
                raise unchanging(self, self._another) from None

        @override
        def __delattr__(self, name: str) -> None:
            raise unchanging(self, self._another)


def making_of(cls: Any) -> Any:
    """Return the class of `Unchanging` values of a class as long as they are made.

    Their attributes are set as fast as those of any value, if Python is given both of
    these methods. Then they are given their own class.
    """
    own = {
        "__slots__": (),
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    return type(cls)(cls.__name__, (cls,), own)


def unchanging(value: Any, cure: str) -> UnchangingError:
    """Return the error that a value never changes.

    Args:
        value: The value.
        cure: What to write.
    """
    return UnchangingError("it never changes", f"Write {cure}", type(value).__name__)


def _instead_of(why: str) -> Any:
    """Return a method that says why there is none, and what its value has instead.

    Args:
        why: Why not.
    """

    def call(self: Any, *others: Any) -> Any:  # noqa: ARG001
        raise ArgumentError(why, f"Write {self._instead}", type(self).__name__)

    return call


class NoNumber:
    """The base of values that are no numbers, and say so where they are used as such.

    Its `_instead` says what to write.
    """

    __slots__ = ()

    _instead: ClassVar[str]

    if not TYPE_CHECKING:  # which tells of this itself
        _as_number = _instead_of("it is no number")

        __add__ = __sub__ = __mul__ = __matmul__ = __truediv__ = __floordiv__ = (
            _as_number
        )
        __mod__ = __pow__ = __lshift__ = __rshift__ = __and__ = __or__ = _as_number

        _summed = _as_number

        def __radd__(self, other: Any) -> Any:
            # A list takes by `+=` what can be walked over, and a tuple takes tuples.
            if isinstance(other, list) or isinstance(self, type(other)):
                return NotImplemented
            return self._summed(other)

        __rsub__ = __rmul__ = __rmatmul__ = __rtruediv__ = _as_number
        __rfloordiv__ = __rmod__ = __rpow__ = __rand__ = __ror__ = _as_number
        __lt__ = __le__ = __gt__ = __ge__ = __neg__ = __float__ = __int__ = _as_number

        @override
        def __format__(self, form: str) -> str:
            return str(self) if form == "" else self._as_number()


class NoSequence:
    """The base of values that are no sequences, and say so where they are used as such.

    Its `_instead` says what to write.
    """

    __slots__ = ()

    _instead: ClassVar[str]

    if not TYPE_CHECKING:  # which tells of this itself
        __getitem__ = __len__ = _instead_of("it has no items")

        def __bool__(self) -> bool:
            return True
