"""Calls that failed: what was probably meant, as it would be typed.

What is called has a signature, and the words of others are names of its arguments. A
call is offered only if it can be made.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import partial
from inspect import Parameter
from itertools import product
from typing import Any, NamedTuple

from cnncalc.checks import for_message
from cnncalc.errors import ArgumentError, CnncalcError, LikelyMistake, ShapeError
from cnncalc.words.places import (
    KERAS,
    MANY,
    OURS,
    POOL,
    SHAPES,
    activation_after,
    file_after,
    is_filters_first,
    is_of_keras,
    is_said,
    likely,
    meanings,
    orders_of,
    places_of,
    regrouped,
)
from cnncalc.words.shapes import meant_value
from cnncalc.words.signatures import (
    bound,
    call_text,
    is_refused,
    misfit,
    parameters_of,
    says_all,
    usage,
)
from cnncalc.words.table import normal, word_of

__all__ = ["helped"]

Arguments = dict[str, Any]


class _Reading(NamedTuple):
    """One meaning that a call may have.

    Attributes:
        arguments: Its arguments, as they are called here.
        why: What was otherwise.
        after: What is to be added behind the call.
    """

    arguments: Arguments
    why: list[str]
    after: str = ""


def helped(
    error: Exception,
    make: Callable[..., Any],
    called: str,
    args: tuple[Any, ...],
    kwargs: Arguments,
    *,
    channels: int | None = None,
    tried: bool = True,
) -> Exception:
    """Return the error of a call, with what was probably meant.

    Args:
        error: What it raised.
        make: What was called.
        called: What it is called by: ``Conv2d``, or ``conv`` for the method.
        args: Its arguments.
        kwargs: Those that have names.
        channels: How many channels reach a layer, where that is known.
        tried: Whether a call may be made to see whether it can be.

    Returns:
        An `ArgumentError` if the arguments do not fit what was called; else the same
        error, with a hint if another call is likely to be meant. Neither has a
        traceback: whoever was called raises it.
    """
    refused = is_refused(make, args, kwargs)
    if not refused and not isinstance(error, CnncalcError):
        return error  # a fault from within, as of somebody's own class
    return _cured(error, refused, _Call(make, called, args, kwargs, channels, tried))


def _cured(error: Exception, refused: bool, call: _Call) -> CnncalcError:
    if isinstance(error, ShapeError):
        swapped = call.swapped()
        error.hint = swapped or error.hint
        return error.at_door()
    found = [r for r in call.readings() if refused or call.is_whole(r)]
    codes = [call.written(reading) for reading in found]
    why = "; ".join(dict.fromkeys(each for one in found for each in one.why))
    if isinstance(error, CnncalcError) and not refused:
        if codes:
            why = f"{why[0].upper()}{why[1:]}. " if why else ""
            error.hint = f"{why}Write {', or '.join(codes)}"
        return error.at_door()
    why = why or misfit(call.plain, call.parameters, call.given, call.kwargs)
    fix = (
        f"Write {', or '.join(codes)}"
        if codes
        else f"It is {usage(call.called, call.parameters)}"
    )
    return ArgumentError(why, fix)


_KNOWN = "what comes in is known, and left out"


class _Call:
    """A call that failed, and what it may have meant."""

    def __init__(
        self,
        make: Callable[..., Any],
        called: str,
        args: tuple[Any, ...],
        kwargs: Arguments,
        channels: int | None,
        tried: bool,
    ) -> None:
        self.make, self.called, self.kwargs = make, called, kwargs
        self.args: tuple[Any, ...] = args
        self.given = args
        self.channels, self.tried = channels, tried
        # A class is called as if nobody helped where that fails.
        self.trial = partial(type.__call__, make) if isinstance(make, type) else make
        self.parameters = parameters_of(make)
        self.plain = tuple(
            name
            for name, p in self.parameters.items()
            if p.kind in {p.POSITIONAL_OR_KEYWORD, p.POSITIONAL_ONLY}
        )
        # What takes any number of arguments, without names and with them.
        kinds = {p.kind: name for name, p in self.parameters.items()}
        self.rest = kinds.get(Parameter.VAR_POSITIONAL)
        self.words = kinds.get(Parameter.VAR_KEYWORD)

    def readings(self) -> Iterator[_Reading]:
        """Give what it may have meant, as far as that can be done."""
        named, why, after = self._named()
        if self.rest:
            if len(self.args) == 1 and self.args[0] and type(self.args[0]) is list:
                (listed,) = self.args
                self.args = tuple(listed)
                why.append("they are given one by one")
            if why and self.args:  # what came without a name stays as it is
                yield _Reading(named, why)
            return
        self.args, more, written = regrouped(
            self.parameters, self.plain, self.args, "" if self.tried else self.called
        )
        why += more
        orders = orders_of(
            self.args,
            self.kwargs.keys() - self.parameters.keys(),
            self.channels,
            is_class=self.called[0].isupper(),
        )
        for places in places_of(self.plain, self.parameters, self.args, named, orders):
            placed, more = self._placed(places, named)
            if self.plain[:1] == ("units",) and "activation" in placed:
                after, added = activation_after(placed.pop("activation"), self.called)
                more = [*more, added]
            reasons = [*more, *why]
            arguments = self._completed(placed | named, reasons)
            reading = self._valued(arguments, reasons)
            if reading is None:
                continue
            if self._is_other(reading, after):
                yield reading._replace(after=after + written)
            if len(self.args) <= len(OURS[:2]):
                return  # others would be other readings of what is right
        yield from self._turned()

    def is_whole(self, reading: _Reading) -> bool:
        """Tell whether a reading says all that was given, but what fits nowhere."""
        given = {} if self.rest else dict(zip(self.plain, self.given, strict=False))
        is_said = says_all(given, reading.arguments, self.parameters)
        return bool(reading.after) or is_said

    def _turned(self) -> Iterator[_Reading]:
        """Give what two arguments of different kinds mean in the other order."""
        kinds = {type(value) for value in self.args}
        if self.tried and not self.kwargs and len(self.args) == len(kinds) == len("ab"):
            names = self.plain[:2]
            arguments = dict(zip(names, reversed(self.args), strict=False))
            if len(arguments) == len(kinds) and self._works(arguments):
                order = f"{self.called}({', '.join(names)})"
                yield _Reading(arguments, [f"the order is {order}"])

    def _named(self) -> tuple[Arguments, list[str], str]:
        """Return the arguments that have names, why these, and what comes after."""
        named: Arguments = {}
        why: list[str] = []
        after, count = "", len(self.args)
        for name, value in self.kwargs.items():
            ours = self._ours(name, named, value)
            unknown = name not in self.parameters and type(value) is int
            asked = not self.tried and (count or not ours)
            if name == self.rest or (unknown and self.rest in SHAPES):
                self.args += tuple(value) if isinstance(value, list) else (value,)
                why.append(f"{self.rest} have no names")
            elif ours == name:
                named[name] = value
            elif asked and file_after(value, self.called):
                self.args += (value,)  # as if it had no name
            elif ours:
                named[ours] = meant_value(ours, value, self.parameters[ours])
                why.append(f"{name} is called {ours}")
            elif normal(name) in {"activation", "act", "nonlinearity"}:
                after, added = activation_after(value, self.called)
                why.append(added)
            else:
                notes = [row.note for row in word_of(name, "left out")]
                why += [f"{name} is left out: {note}" for note in notes[:1]]
                if not notes and self.words:
                    named[name] = value
                elif not notes:
                    free = self.parameters.keys() - {*self.kwargs, *self.plain[:count]}
                    near = get_close_matches(name, free, n=1)
                    why.append(
                        f"there is no {name}" + "".join(f", but {n}" for n in near)
                    )
                    named |= dict.fromkeys(near, value)
        bias = None if "bias" in named else self.parameters.get("bias")
        if bias and bias.default == "torch" and any(map(is_of_keras, self.kwargs)):
            why.append("Keras has one bias, PyTorch two")
            named["bias"] = "keras"
        return named, why, after

    def _ours(self, name: str, named: Arguments, value: Any) -> str:
        """Return what an argument of that name is called here; "" if there is none.

        Args:
            name: Its name.
            named: Those that have one already.
            value: What it is given.
        """
        if name in self.parameters:
            return name
        said = self.plain[: len(self.args)] if self.rest else ()
        free = self.parameters.keys() - {*self.kwargs, *said, *named}
        words = (row.ours for row in word_of(name, "argument"))
        return next((w for w in words if w in free and is_said(w, value)), "")

    def _placed(
        self, places: tuple[str, ...], named: Arguments
    ) -> tuple[Arguments, list[str]]:
        """Return the arguments without names by their names, and what is left out."""
        placed: Arguments = {}
        why: list[str] = []
        for place, value in enumerate(self.args):
            name = (
                places[place] if place < len(places) else likely(value, self.parameters)
            )
            known = name in self.parameters or name == "activation"
            if known and name not in named and is_said(name, value):
                placed[name] = meant_value(name, value, self.parameters.get(name))
                beyond = place == len(self.plain) and places in {OURS, POOL}
                if beyond or place >= len(places):
                    why.append(f"{name} is said by its name")
            elif not name and place == 0 and len(places) > 1:
                why.append(_KNOWN)
            elif name in named:
                why.append(f"{name} is said twice")
            else:
                why.append(f"{for_message(value)} is left out")
        if places is KERAS:
            why = [self._filters_first()]
        return placed, why

    def _completed(self, arguments: Arguments, why: list[str]) -> Arguments:
        """Return the arguments of a convolution with the number that it lacks."""
        lacking = [name for name in self.plain[:2] if name not in arguments]
        if self.plain[:2] != OURS[:2] or len(lacking) != 1:
            return arguments
        number = next(arguments[n] for n in self.plain[:2] if n in arguments)
        why.append(f"{self.called} takes a kernel and filters")
        if isinstance(number, int) and number >= MANY:
            return arguments | {"kernel": 3, "filters": number}
        return arguments | {"kernel": number, "filters": 64}

    def _valued(self, arguments: Arguments, why: list[str]) -> _Reading | None:
        """Return a reading with the values that its words have here."""
        options = [tuple(meanings(value)) for value in arguments.values()]
        for values in product(*options):
            found = dict(zip(arguments, values, strict=True))
            if self._works(found):
                changed = [
                    f'"{arguments[name]}" is called "{value}"'
                    for name, value in found.items()
                    if isinstance(value, str) and value != arguments[name]
                ]
                return _Reading(found, [*changed, *why])
        return None

    def _works(self, arguments: Arguments) -> bool:
        """Tell whether a call can be made."""
        if not self.tried:
            return not is_refused(self.make, (), arguments)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", LikelyMistake)
                self.trial(**arguments)
        except (CnncalcError, TypeError):
            return False
        return True

    def written(self, reading: _Reading) -> str:
        """Return a reading as it is typed."""
        arguments, plain = reading.arguments, self.plain
        if self.rest:  # by numbers, which are no names of arguments
            plain = tuple(map(str, range(len(self.args))))
            arguments = dict(zip(plain, self.args, strict=True)) | arguments
        return call_text(self.called, plain, arguments) + reading.after

    def swapped(self) -> str:
        """Return what is said of a kernel that is likely to be a number of filters.

        It is asked where the kernel does not fit.
        """
        if self.plain[:2] != OURS[:2] or not is_filters_first(self.args):
            return ""
        filters, kernel = self.args
        arguments = {"kernel": kernel, "filters": filters, **self.kwargs}
        code = call_text(self.called, self.plain, arguments)
        return f"{self._filters_first()}. Write {code}"

    def _filters_first(self) -> str:
        return f"Filters first? The order is {self.called}(kernel, filters)"

    def _is_other(self, reading: _Reading, after: str) -> bool:
        """Tell whether a reading is another call than the one that failed."""
        given = bound(self.make, self.given, self.kwargs)
        return bool(after) or given is None or given != reading.arguments
