"""Every error of cnncalc.

One family, split by what went wrong, each also the standard kind that fits, so
that ``except ValueError`` and ``except KeyError`` keep working. A message says
where it happened, which layer, what arrived, why that cannot be and what to do.
The code that finds a fault knows its reason and its cure, but not its place: it
raises the bare reason, and whoever knows the place adds it with `at_place`.

`LikelyMistake` is no error, but a warning of what is taken as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from cnncalc._typing import Self, override

__all__ = [
    "ArgumentError",
    "CnncalcError",
    "ConfigError",
    "GraphError",
    "LikelyMistake",
    "MissingImportError",
    "MissingNameError",
    "OpenNetworkError",
    "OptionError",
    "ShapeError",
    "UnknownNameError",
    "UnknownPositionError",
    "UnknownShapeError",
    "nearest",
    "noted",
    "printable",
    "raise_noted",
    "shortened",
    "unknown_name",
    "warn_of",
]


class CnncalcError(Exception):
    """Anything that cnncalc refuses.

    Args:
        why: The reason, without a full stop.
        fix: What to do about it, without a full stop.
        layer: The layer concerned, with what reached it: ``Conv2d on 4×4×3``.
        place: Where in the network: the path of names, ``layer2/0/conv1``.

    Attributes:
        hint: What was probably meant, without a full stop: ``Write conv(3, 64)``.
        network: The network up to the layer that failed, which can still be shown:
            ``print(error.network.summary())``. None where no network was being made.
            It does not pickle with the error.

    Example:
        >>> from cnncalc import CnncalcError, Sequential
        >>> try:
        ...     Sequential(input=(8, 8, 3)).conv(3, 16).pool(2).conv(5, 32)
        ... except CnncalcError as error:
        ...     print(error.place, [row.name for row in error.network.nodes])
        conv2 ['conv1', 'pool1']
    """

    # All fields are positional: `BaseException` pickles through its `args`.
    def __init__(
        self, why: str, fix: str = "", layer: str = "", place: str = ""
    ) -> None:
        super().__init__(why, fix, layer, place)
        self.why = why
        self.fix = fix
        self.layer = layer
        self.place = place
        self.hint = ""
        self.network: Any = None
        self.table: Any = None  # what `network` is made of
        self.output: Any = ""  # what a command had to print nevertheless

    def at_place(self, place: str) -> Self:
        """Return this error with its place; one that is already set stays."""
        return self._with(self.layer, self.place or place)

    def at_layer(self, layer: str) -> Self:
        """Return this error with its layer; one that is already set stays."""
        return self._with(self.layer or layer, self.place)

    def _with(self, layer: str, place: str) -> Self:
        error = type(self)(self.why, self.fix, layer, place)
        error.network, error.table = self.network, self.table
        error.hint = self.hint
        return error

    def at_door(self) -> Self:
        """Return this error without our own calls that led to it.

        Whoever was called by the user raises it so: what is shown then is the user's
        line, and one of ours.
        """
        return self.with_traceback(None)

    @override
    def __str__(self) -> str:
        places = (shortened(self.place), self.layer)
        where = "".join(f"{_line(part, _LONGEST_PLACE)}: " for part in places if part)
        more = "".join(f" {_line(part)}." for part in (self.fix, self.hint) if part)
        return f"{where}{_line(self.why)}.{more}"


def noted(error: Exception, place: str, layer: str) -> Any:
    """Return an error with its place and layer, unless it has them.

    One that is not of cnncalc, as code of somebody's own raises it, has a note of them
    instead, where Python has notes: from 3.11 on.
    """
    if isinstance(error, CnncalcError):
        return error.at_layer(layer).at_place(place)
    note = getattr(error, "add_note", None)
    if note is not None:
        where = [_line(part, _LONGEST_PLACE) for part in (shortened(place), layer)]
        note(f"In the network at {': '.join(filter(None, where))}.")
    return error


def raise_noted(error: Exception, place: str, layer: str) -> NoReturn:
    """Raise an error as `noted` returns it."""
    found = noted(error, place, layer)
    if found is error:
        raise error
    raise found from None


# Characters that a message spends on a place or a layer, and on a reason or a cure.
_LONGEST_PLACE = 300
_LONGEST = 1000


def _line(words: Any, most: int = _LONGEST) -> str:
    r"""Return a text as one line that any terminal and any file can take.

    It may be made of the names of a network that anybody wrote: what does not print is
    escaped, and of what is very long the middle left out.

    Example:
        >>> print(_line("a\nb"), _line("a" * 1000, 5))
        a\nb aa…aa
    """
    text = str(words)
    if len(text) > most:
        text = f"{text[: most // 2]}…{text[-(most // 2) :]}"
    return printable(text)


def printable(text: str) -> str:
    r"""Return a text with what cannot be printed, such as a line's end, as its escape.

    Example:
        >>> print(printable("a\nb"))
        a\nb
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in text
    )


def shortened(path: str) -> str:
    """Return a path of names; of one that is very long its beginning and end.

    Example:
        >>> shortened("a/b/c"), shortened("/".join(["block"] * 1000))
        ('a/b/c', 'block/block/…/block/block')
    """
    if len(path) <= _LONGEST_PLACE:
        return path
    names = path.split("/")
    return (
        "/".join([*names[:2], "…", *names[-2:]]) if len(names) > len("abcd") else path
    )


class ConfigError(CnncalcError, ValueError):
    """A layer, or a network, is described in a way that cannot be."""


class ShapeError(CnncalcError, ValueError):
    """A layer cannot take the shape that reached it."""


class UnknownShapeError(ShapeError):
    """A size was asked of a shape that is not known."""


class GraphError(CnncalcError, ValueError):
    """The nodes of a graph are put together in a way that cannot be."""


class OpenNetworkError(CnncalcError, ValueError):
    """A question that needs an input shape was put to a network without one."""


class OptionError(CnncalcError, ValueError):
    """A column, format, convention or other option that cnncalc does not have."""


class ArgumentError(CnncalcError, TypeError):
    """Something is called with arguments that it does not take, or without some."""


class UndecidedError(ArgumentError):
    """Something depends on the size that a symbol stands for, which is not known."""


class MissingNameError(CnncalcError, AttributeError):
    """Nothing has an attribute or a method of that name."""

    # Python would guess by it what is meant, beside what the message says.
    name: Any = property(lambda _: None, lambda _, name: None)  # noqa: ARG005


class UnchangingError(CnncalcError, AttributeError):
    """Something was to be changed, and nothing changes that was made."""


class MissingImportError(CnncalcError, ImportError):
    """There is nothing of that name to import."""


class UnknownNameError(CnncalcError, KeyError):
    """Nothing has that name."""

    # `KeyError` would print the repr of its arguments.
    __str__ = CnncalcError.__str__


class UnknownPositionError(CnncalcError, IndexError):
    """Nothing stands at that position."""


class LikelyMistake(UserWarning):
    """Something is likely to be meant otherwise, as a shape with its channels first.

    It is said once, and all is counted as it stands. Python's filters silence it:
    ``warnings.simplefilter("ignore", LikelyMistake)``.
    """


_MOST_NAMES = 10  # that a message lists


def nearest(name: str, names: Iterable[str]) -> list[str]:
    """Return the names that begin with another, or else are like it: three at most.

    Example:
        >>> nearest("resnet20", ["resnet50", "resnet20_cifar"])
        ['resnet20_cifar']
    """
    from difflib import get_close_matches

    names, most = list(names), 3
    longer = [each for each in names if each.startswith(name)]
    if longer and len(name) >= len("fpn"):
        return sorted(longer, key=len)[:most]
    return get_close_matches(name, names, n=most)


def unknown_name(what: str, name: str, names: Iterable[str]) -> UnknownNameError:
    """Return the error that nothing is called that, with the nearest names."""
    known = {candidate.lower(): candidate for candidate in names}
    name = name if isinstance(name, str) else repr(name)
    near = nearest(name.lower(), known)
    if near:
        fix = "The nearest: " + ", ".join(f'"{known[match]}"' for match in near)
    else:
        some = list(known.values())[:_MOST_NAMES]
        listed = ", ".join(f'"{candidate}"' for candidate in some)
        fix = f"There are: {listed or 'none'}"
        fix += f" and {len(known) - len(some)} more" if len(known) > len(some) else ""
    return UnknownNameError(f"there is no {what} {name[:60]!r}", fix)


def warn_of(mistake: str) -> None:
    """Warn of a likely mistake, at the user's line that led here."""
    import sys
    import warnings

    frame, level = sys._getframe(1), 2
    while frame.f_back and f"{frame.f_globals.get('__name__')}.".startswith("cnncalc."):
        frame, level = frame.f_back, level + 1
    warnings.warn(mistake, LikelyMistake, stacklevel=level)
