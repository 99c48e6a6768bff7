"""The door of what people call: wrong arguments are answered with what was meant.

``@guarded`` stands at functions and classes that people use. A call that fits costs
next to nothing more, and what tells of others is imported when one fails.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from functools import wraps
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from cnncalc._typing import override
from cnncalc.errors import ArgumentError, CnncalcError, MissingNameError
from cnncalc.refusals import NoNumber, NoSequence

__all__ = [
    "Asked",
    "Method",
    "Uncalled",
    "briefly",
    "guarded",
    "guarded_call",
    "never_made",
]

T = TypeVar("T", bound=Callable[..., Any])


@overload
def guarded(thing: T, /) -> T: ...


@overload
def guarded(
    thing: str, /, *, but: Container[str] = (), asked: Container[str] = ()
) -> Callable[[T], T]: ...


def guarded(
    thing: Any, /, *, but: Container[str] = (), asked: Container[str] = ()
) -> Any:
    """Return a function or class that answers wrong arguments with what was meant.

    Of a class so do its constructor and its public methods, as far as it states them
    itself. The errors of all come without the frames of our own that led to them.

    Args:
        thing: The function or class; or what a value of the class is called in
            messages, where the class's own name is not the word for it.
        but: Methods that are left as they are: nothing is faster than those.
        asked: Methods that tell that they were not called.

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
        return lambda cls: _guarded_class(cls, thing, but, asked)
    if isinstance(thing, type):
        return _guarded_class(thing, thing.__name__.lower(), but, asked)
    return guarded_call(thing, thing.__name__)


def _guarded_class(
    cls: Any, noun: str, but: Container[str], asked: Container[str] = ()
) -> Any:
    made = next((name for name in ("__init__", "__new__") if name in vars(cls)), None)
    for name, value in list(vars(cls).items()):
        called = f"{noun}.{name}"
        if name == made:
            function = getattr(value, "__func__", value)
            setattr(cls, name, guarded_call(function, "", skipped=1))
        elif name.startswith("_") or name in but:
            continue
        elif type(value) is FunctionType:
            guard: Any = guarded_call(value, called, skipped=1, owner=cls)
            if name in asked:
                guard = Asked(guard)
            setattr(cls, name, guard)
        elif type(value) is classmethod:
            called = f"{cls.__name__}.{name}"
            function = guarded_call(value.__func__, called, skipped=1)
            setattr(cls, name, classmethod(function))
    return cls


def guarded_call(
    function: Any, called: str, *, skipped: int = 0, owner: Any = object
) -> Callable[..., Any]:
    """Return a function that answers wrong arguments with what was meant.

    Args:
        function: The function.
        called: What it is called by in a message; "" of what makes values of a class.
        skipped: How many of its first arguments a caller does not write: its *self*.
        owner: The class of that, if it has one.
    """

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (CnncalcError, TypeError, AttributeError) as error:
            if skipped and not isinstance(args[0] if args else None, owner):
                raise never_made(called, args, kwargs) from None
            found: Exception = error
            ours = isinstance(error, CnncalcError)
            if ours or isinstance(error, TypeError):
                found = _found(error, function, called, skipped, args, kwargs)
            if found is error and not ours:
                raise  # with its cause
            raise found from None

    return call


def briefly(function: T) -> T:
    """Return a function whose errors come without our own frames that led to them."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except CnncalcError as error:
            raise error.at_door() from None

    return cast("T", call)


class Asked:
    """A method of networks, which tells that it was not called.

    Args:
        function: The function.
    """

    def __init__(self, function: Any) -> None:
        self.function = function
        self.method = Method(function)

    def __get__(self, net: Any, owner: Any) -> Any:
        # What Python itself gives for a function of a class, and of its instance.
        return self.function if net is None else MethodType(self.method, net)


class Method(staticmethod):  # type: ignore[type-arg]
    """The function of a method, which tells that it was not called.

    Python itself calls a static method: by a ``__call__`` of its own a class takes half
    as long again.
    """

    # What tools read the source of: the function that is guarded.
    __wrapped__ = property(  # pyright: ignore[reportIncompatibleMethodOverride]
        lambda self: self.__func__.__wrapped__
    )

    if not TYPE_CHECKING:  # which tells of this itself

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            make = MethodType(self.__func__, self)
            Uncalled(f"net.{self.__name__}", make, f".{name[:60]}")._ask()


class Uncalled(NoNumber, NoSequence):
    """A method in the place of an attribute of its answer: it was not called.

    Args:
        called: How it is called.
        make: What tells its arguments.
        then: What is written behind the call.
    """

    def __init__(
        self, called: str, make: Any, then: str = ", and then what follows"
    ) -> None:
        self._called, self._make, self._then = called, make, then

    @property
    @override
    def _instead(self) -> str:  # type: ignore[override]
        from cnncalc.words.signatures import call_with_needed

        return call_with_needed(self._called, self._make) + self._then

    def _ask(self, *args: Any, **words: Any) -> Any:  # noqa: ARG002
        why = f"{self._called} is a method, which was not called"
        raise MissingNameError(why, f"Write {self._instead}")

    if not TYPE_CHECKING:  # which tells of this itself
        __call__ = _ask

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            self._ask()


def never_made(called: str, args: Any, kwargs: Any) -> ArgumentError:
    """Return the error that a method was asked of a class instead of a value.

    Args:
        called: How it is called.
        args: What came without names.
        kwargs: What came with names.
    """
    from cnncalc.words.signatures import call_text

    noun, _, name = called.partition(".")
    made = {"net": "Sequential(input=(32, 32, 3))", "layer": "Conv2d(5, 6)"}
    given = dict(enumerate(args))
    code = call_text(f"{made.get(noun, noun)}.{name}", tuple(given), given | kwargs)
    why = f"{name} is asked of a value, and this is its class"
    return ArgumentError(why, f"Write {code}")


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
