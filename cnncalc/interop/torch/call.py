"""A call of a PyTorch function, as the operators see it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

from cnncalc.interop.reading import Reading, Unread, known_shape
from cnncalc.interop.torch.trace import Called, Ref
from cnncalc.interop.values import Dims, Value

__all__ = ["Call"]

_MISSING = object()


class Call:
    """A call, with the values that reach it.

    Attributes:
        r: The network in the making.
        name: What the function is called.
        outputs: The shapes of what it returned.
        wanted: Whether anything uses each of these.
    """

    def __init__(
        self,
        r: Reading,
        called: Called,
        values: Mapping[int, Value],
        used: Container[int],
    ) -> None:
        self.r, self.name, self._called, self._values = r, called.name, called, values
        self.outputs: list[Dims] = [ref.shape for ref in called.outputs]
        self.wanted = [ref.key in used for ref in called.outputs]

    def get(self, place: int | str, name: str = "", default: Any = _MISSING) -> Any:
        """Return an argument by its place or name, or by its name alone."""
        args, kwargs = self._called.args, self._called.kwargs
        if isinstance(place, str):
            found = kwargs.get(place, default)
        else:
            found = args[place] if place < len(args) else kwargs.get(name, default)
        if found is _MISSING:
            raise Unread(f"its argument {name or place} is missing")
        return self._valued(found)

    def _given(self, place: int, name: str) -> Any:
        args = self._called.args
        return args[place] if place < len(args) else self._called.kwargs.get(name)

    def key(self, place: int, name: str = "") -> Any:
        """Return what tells a tensor from others."""
        given = self._given(place, name)
        return given.key if isinstance(given, Ref) else None

    def is_buffer(self, place: int, name: str) -> bool:
        """Tell whether an argument is state that a module keeps."""
        given = self._given(place, name)
        return isinstance(given, Ref) and given.sort == "buffer"

    def _valued(self, given: Any) -> Any:
        if isinstance(given, Ref):
            return self._values[given.key]
        if type(given) in {list, tuple}:
            return type(given)(map(self._valued, given))
        return given

    def rest(self, place: int, name: str) -> Any:
        """Return what several arguments, or one list, give: ``x.view(2, 3)``."""
        args = self._called.args[place:]
        if not args:
            return self.get(place, name)
        if len(args) == 1 and isinstance(args[0], (list, tuple)):
            return self._valued(args[0])
        return self._valued(tuple(args))

    @property
    def x(self) -> Value:
        """Its first argument."""
        found = self.get(0, "input")
        if not isinstance(found, Value):
            raise Unread("its first argument is no tensor")
        return found

    @property
    def shape(self) -> Dims:
        """The shape of its first argument."""
        return known_shape(self.x)

    @property
    def rank(self) -> int:
        """The number of axes of its first argument."""
        return len(self.shape)

    def axis(self, place: int, name: str = "dim", default: Any = _MISSING) -> int:
        """Return an axis, counted from 0."""
        axis: int = self.get(place, name, default)
        return axis % max(self.rank, 1)

    def axes(self, place: int, name: str = "dim") -> list[int]:
        """Return several axes, counted from 0; all, if none are told."""
        axes = self.get(place, name, None)
        if axes is None or axes == ():
            return list(range(self.rank))
        if isinstance(axes, Value):
            raise Unread("it reduces two tensors")
        every: Sequence[int] = axes if isinstance(axes, (tuple, list)) else [axes]
        return [axis % self.rank for axis in every]

    @property
    def values(self) -> list[Value]:
        """All tensors among its arguments."""
        return [self._values[ref.key] for ref in self._called.refs]

    @property
    def shapes(self) -> tuple[Any, ...]:
        """The shapes of what reaches it, as here: channels last, and no batch."""
        return tuple([x.here.shape for x in self.values if x.here is not None])
