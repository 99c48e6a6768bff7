"""The door of what people call: wrong arguments are answered with what was meant.

``@guarded`` stands at functions and classes that people use. A call that fits costs
next to nothing more, and what tells of others is imported when one fails.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from functools import wraps
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, overload

from cnncalc._typing import override
from cnncalc.errors import ArgumentError, CnncalcError, UnchangingError

__all__ = [
    "Elsewhere",
    "NoNumber",
    "Unchanging",
    "guarded",
    "guarded_call",
    "making_of",
    "not_called",
    "refused",
    "unchanging",
]

T = TypeVar("T", bound=Callable[..., Any])


@overload
def guarded(thing: T, /) -> T: ...
@overload
def guarded(thing: str, /, *, but: Container[str] = ()) -> Callable[[T], T]: ...
def guarded(thing: Any, /, *, but: Container[str] = ()) -> Any:
    """Return a function or class that answers wrong arguments with what was meant.

    Of a class so do its constructor and its public methods, as far as it states them
    itself. The errors of all come without the frames of our own that led to them.

    Args:
        thing: The function or class; or what a value of the class is called in
            messages, where the class's own name is not the word for it.
        but: Methods that are left as they are: nothing is faster than those.

    Example:
        >>> @guarded
        ... def area(height, *, width=1):
        ...     return height * width
        >>> area(3, 4)
        Traceback (most recent call last):
            ...
        cnncalc.errors.ArgumentError: 4 is left out. Write area(3).
    """
    if isinstance(thing, str):
        return lambda cls: _guarded_class(cls, thing, but)
    if isinstance(thing, type):
        return _guarded_class(thing, thing.__name__.lower(), but)
    return guarded_call(thing, thing.__name__)


def _guarded_class(cls: Any, noun: str, but: Container[str]) -> Any:
    made = next((name for name in ("__init__", "__new__") if name in vars(cls)), None)
    for name, value in list(vars(cls).items()):
        called = f"{noun}.{name}"
        if name == made:
            function = getattr(value, "__func__", value)
            setattr(cls, name, guarded_call(function, "", skipped=1))
        elif name.startswith("_") or name in but:
            continue
        elif type(value) is FunctionType:
            setattr(cls, name, guarded_call(value, called, skipped=1))
        elif type(value) is classmethod:
            called = f"{cls.__name__}.{name}"
            function = guarded_call(value.__func__, called, skipped=1)
            setattr(cls, name, classmethod(function))
    return cls


def guarded_call(function: Any, called: str, *, skipped: int = 0) -> Callable[..., Any]:
    """Return a function that answers wrong arguments with what was meant.

    Args:
        function: The function.
        called: What it is called by in a message; "" of what makes values of a class.
        skipped: How many of its first arguments a caller does not write: its *self*.
    """

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (CnncalcError, TypeError) as error:
            found = _found(error, function, called, skipped, args, kwargs)
            if found is error and not isinstance(error, CnncalcError):
                raise  # with its cause
            raise found from None

    return call


class Elsewhere:
    """An attribute that values of other libraries have, and ours do not.

    They are named one by one: a ``__getattr__`` would make every attribute slower.

    Args:
        cure: What to write.
        name: What it is called; from the class that has it, where it is not given.
    """

    def __init__(self, cure: str, name: str = "") -> None:
        self.cure, self.name = cure, name

    def __set_name__(self, owner: Any, name: str) -> None:
        if self.name:  # of several, each is told by its own
            setattr(owner, name, Elsewhere(self.cure, name))
        self.name = self.name or name

    def __get__(self, value: Any, owner: Any) -> Any:
        from cnncalc.words.lookup import missing_attribute

        raise missing_attribute(owner.__name__, self.name, self.cure)


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


class NoNumber:
    """The base of values that are no numbers, and say so where they are used as such.

    Its `_instead` says what to write.
    """

    __slots__ = ()

    _instead: ClassVar[str]

    if not TYPE_CHECKING:  # which tells of this itself

        def _as_number(self, *others: Any) -> Any:  # noqa: ARG002
            fix, kind = f"Write {self._instead}", type(self).__name__
            raise ArgumentError("it is no number", fix, kind)

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


def _found(
    error: Exception, function: Any, called: str, skipped: int, args: Any, kwargs: Any
) -> Exception:
    if isinstance(error, ArgumentError):  # which was answered further in
        return error.at_door()
    from cnncalc.words.calls import helped

    make, given = function, args[skipped:]
    if skipped and args:
        make = MethodType(function, args[0])
    if skipped and not called:
        make = args[0] if isinstance(args[0], type) else type(args[0])
        called = make.__name__
    return helped(error, make, called, given, kwargs, tried=False)
