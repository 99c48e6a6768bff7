"""Fluent methods: layer classes as methods of a network, written once.

``conv = fluent(Conv2d)`` gives a class the method ``net.conv(...)`` with the
signature and the documentation of `Conv2d`, for type checkers and for people.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar, overload

from typing_extensions import ParamSpec, Self

from cnncalc.errors import CnncalcError
from cnncalc.graph.builder import Block
from cnncalc.layers.activation import Activation
from cnncalc.layers.base import Layer

__all__ = ["activates", "fluent"]

P = ParamSpec("P")


class _Fluent(Protocol):
    """What has fluent methods."""

    def add(self, *parts: Layer | Block) -> Self: ...

    def next_name(self, name: Any, stem: str) -> str: ...


N = TypeVar("N", bound=_Fluent)


class fluent(Generic[P]):  # noqa: N801 - reads as a keyword at its one use
    """Expose a layer class, or what makes a layer, as a method of a network.

    Args:
        make: What makes the layer; the method has its signature.
    """

    def __init__(self, make: Callable[P, Layer | Block]) -> None:
        self.make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self.__name__ = name

    @overload
    def __get__(self, net: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, net: N, owner: type[Any]) -> Callable[P, N]: ...
    def __get__(self, net: Any, owner: type[Any]) -> Any:
        return self if net is None else _Method(self, net)


class _Method:
    """A fluent method, bound to its network."""

    __slots__ = ("__self__", "_fluent")

    __doc__: Any = property(lambda self: self._fluent.__doc__)

    def __init__(self, of: Any, net: Any) -> None:
        self._fluent, self.__self__ = of, net

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        net, make = self.__self__, self._fluent.make
        try:
            part = make(*args, **kwargs)
        except CnncalcError as error:
            place = net.next_name(kwargs.get("name"), self.__name__)
            raise error.at_place(place) from None
        return net.add(part)

    def __getattr__(self, attribute: str) -> Any:
        # What `inspect` and editors ask for: __name__, __doc__, __wrapped__, ...
        if attribute == "__wrapped__":
            return self._fluent.make
        return getattr(self._fluent, attribute)


class _MakeActivation(Protocol):
    def __call__(
        self, *, name: str | None = None, trainable: bool = True
    ) -> Activation: ...


def activates(function: str) -> _MakeActivation:
    """Return what makes activations of one function."""

    def make(*, name: str | None = None, trainable: bool = True) -> Activation:
        return Activation(function, name=name, trainable=trainable)

    make.__doc__ = f"Apply {function} to each value; see `Activation`."
    return make
