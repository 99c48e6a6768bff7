"""The shape of which nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from cnncalc._typing import override
from cnncalc.errors import UnknownShapeError
from cnncalc.sizes.shape import Shape

__all__ = ["UNKNOWN", "UnknownShape", "shown", "stated"]


def _none(*_: Any) -> NoReturn:
    why = "its shape is unknown, and so are its sizes"
    raise UnknownShapeError(why, "Ask first whether there is a shape: it is false")


class UnknownShape(Shape):
    """The shape of which nothing is known: it prints as "?" and is false.

    It is what flows behind an `Unknown` layer. Whoever asks for one of its sizes, as a
    block may whose parts depend on them, is told so.

    Raises:
        UnknownShapeError: If a size is asked for.

    Example:
        >>> print(UNKNOWN, bool(UNKNOWN))
        ? False
    """

    __slots__ = ()

    if not TYPE_CHECKING:  # for checkers it has what all have
        __iter__ = __getitem__ = _none
        space = channels = rank = positions = size = property(_none)
        length = depth = height = width = property(_none)

    @override
    def __reduce__(self) -> str:
        return "UNKNOWN"

    def __copy__(self) -> UnknownShape:
        return self

    def __deepcopy__(self, memo: Any) -> UnknownShape:
        return self

    @override
    def __str__(self) -> str:
        return "?"

    @override
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: UnknownShape = tuple.__new__(UnknownShape)


def shown(value: Any) -> Any:
    """Return a shape, or those of several, as they are shown: what is None as "?".

    Example:
        >>> shown(None), shown((None, Shape(8, 8, 3)))
        (UNKNOWN, (UNKNOWN, Shape(8, 8, 3)))
    """
    if type(value) is tuple:
        return tuple(map(shown, value))
    return value or UNKNOWN


def stated(value: Any) -> Any:
    """Return a shape, or those of several, as programs get them: unknown ones as None.

    Example:
        >>> stated(UNKNOWN), stated((UNKNOWN, Shape(8, 8, 3)))
        (None, (None, Shape(8, 8, 3)))
    """
    if type(value) is tuple:
        return tuple(map(stated, value))
    return value or None
