"""Questions: functions of a network as its methods and properties, written once.

``peak_memory = question(lambda: liveness.peak_memory)`` gives networks the method
``net.peak_memory(...)`` with the function's signature and documentation, for type
checkers and for people. The function's module is imported when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from importlib import import_module
from types import MethodType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from cnncalc._typing import Concatenate, Never, ParamSpec, override
from cnncalc.door import Method, guarded_call

if TYPE_CHECKING:
    from cnncalc.answers.answer import Write
    from cnncalc.cost.asked import AnyNetwork

__all__ = ["fact", "question", "writer"]

P = ParamSpec("P")
R = TypeVar("R")


class question(Generic[P, R]):  # noqa: N801 - reads as a keyword, as `property` does
    """A method of networks, whose body is a function of a network.

    Args:
        find: Returns the function; its module may be imported only then.
    """

    def __init__(
        self, find: Callable[[], Callable[Concatenate[AnyNetwork, P], R]]
    ) -> None:
        self.find = cache(find)

    @overload
    def __get__(
        self, net: None, owner: type[Any]
    ) -> Callable[Concatenate[AnyNetwork, P], R]: ...
    @overload
    def __get__(self, net: AnyNetwork, owner: type[Any]) -> Callable[P, R]: ...
    def __get__(self, net: AnyNetwork | None, owner: type[Any]) -> Any:
        # What Python itself gives for a function of a class, and of its instance.
        return self.find() if net is None else MethodType(self.method, net)

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self.owner = owner

    @cached_property
    def asked(self) -> Callable[..., Any]:
        """The function, which tells what was meant by a call that it does not take.

        Errors come without the frames of our own that led to them.
        """
        make: Any = self.find()
        called = f"net.{make.__name__}"
        return guarded_call(make, called, skipped=1, owner=self.owner)

    @cached_property
    def method(self) -> Method:
        """The same, which tells that it was not called."""
        return Method(self.asked)


class fact(property, Generic[R]):  # noqa: N801 - as above
    """A property of networks, whose value a function of a network returns.

    Args:
        find: Returns the function; its module may be imported only then.
    """

    def __init__(self, find: Callable[[], Callable[[AnyNetwork], R]]) -> None:
        self.find = cache(find)

    # Where `help`, Sphinx and editors look for a property's text and type.
    fget: Any = property(lambda self: self.find())
    __doc__: Any = property(lambda self: self.find().__doc__)

    @overload  # type: ignore[override]
    def __get__(self, net: None, owner: type[Any] | None = None) -> property: ...
    @overload
    def __get__(self, net: AnyNetwork, owner: type[Any] | None = None) -> R: ...
    @override
    def __get__(self, net: AnyNetwork | None, owner: type[Any] | None = None) -> Any:
        return self if net is None else self.find()(net)

    if TYPE_CHECKING:

        @override
        def __set__(self, net: Any, value: Never) -> None:
            """Refuse a value: `property` does."""


class writer(question[..., Any]):  # noqa: N801 - as above
    """A question whose answer is a text, or with a path a file.

    The function stands in a room below, which imports networks.

    Args:
        module: The name of its module.
        name: Its own.
    """

    def __init__(self, module: str, name: str) -> None:
        super().__init__(lambda: getattr(import_module(module), name))

    if TYPE_CHECKING:

        @overload
        def __get__(self, net: None, owner: type[Any]) -> Callable[..., Any]: ...
        @overload
        def __get__(self, net: AnyNetwork, owner: type[Any]) -> Write: ...
        @override
        def __get__(self, net: AnyNetwork | None, owner: type[Any]) -> Any: ...
