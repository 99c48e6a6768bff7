"""What a layer is: the contract of every kind, and how its fields are checked.

A layer is a frozen value that knows everything about its kind. All rules of a
kind, from its output shape to its multiply-accumulates, stand in its one class,
in plain integer arithmetic over its own fields and the shape that reaches it;
nothing outside this package asks what class a layer is. What other rooms need to
know of a kind, the kind tells as a neutral fact (`role`, `geometry`, ...).

A layer of your own is a subclass with at least `output`; whatever it does not
state is unknown, not zero.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple

import attrs
from attrs import field, frozen
from typing_extensions import override

from cnncalc.errors import ConfigError
from cnncalc.formula import Formula
from cnncalc.shape import (
    Pads,
    Pair,
    Shape,
    by_axis,
    is_count,
    optional_pair,
    pads,
    pair,
    shown,
)

__all__ = [
    "ONE",
    "ZERO",
    "Free",
    "Geometry",
    "Layer",
    "Weighted",
    "choice",
    "count",
    "flag",
    "paddings",
    "pairs",
]

Facts = Mapping[str, Any]

# Defaults of fields whose converter makes pairs of them.
ONE: Any = 1
ZERO: Any = 0


def _facts(
    symbol: str | None, good: Callable[[Any], bool], expected: str, **more: Any
) -> Facts:
    """Return the metadata of a field: its symbol in formulas and its check."""
    return {"symbol": symbol, "good": good, "expected": expected, **more}


def count(symbol: str, **more: Any) -> Facts:
    """Return the facts of a field that is a positive integer."""
    return _facts(symbol, is_count, "a positive integer", **more)


def pairs(symbol: str, *, least: int = 1, optional: bool = False) -> Facts:
    """Return the facts of a field that is a pair of integers, each at least *least*."""
    expected = "a positive integer" if least else "an integer from 0 on"
    return _facts(
        symbol,
        lambda value: (optional and value is None) or _is_pair(value, least),
        f"{expected}, or a pair (height, width) of them",
    )


def paddings(*words: str) -> Facts:
    """Return the facts of a field that is a padding: numbers, or one of *words*."""
    expected = (
        "an integer from 0 on, a pair (height, width) or ((top, bottom), (left, right))"
    )
    named = "".join(f', "{word}"' for word in words)
    return _facts(
        "p",
        lambda value: value in words if isinstance(value, str) else _is_pads(value),
        expected + named,
    )


def choice(*options: str) -> Facts:
    """Return the facts of a field that is one of some words."""
    return _facts(
        None,
        lambda value: isinstance(value, str) and value in options,
        "one of " + ", ".join(f'"{option}"' for option in options),
    )


def flag() -> Facts:
    """Return the facts of a field that is True or False."""
    return _facts(None, lambda value: isinstance(value, bool), "True or False")


def _is_pair(value: Any, least: int = 1) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == len(("height", "width"))
        and all(is_count(part, least) for part in value)
    )


def _is_pads(value: Any) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == len(("height", "width"))
        and all(_is_pair(side, least=0) for side in value)
    )


_NAME = _facts(
    None,
    lambda value: value is None or (isinstance(value, str) and value != ""),
    "a text that is not empty",
)


class Geometry(NamedTuple):
    """What a layer slides over its input, as a table prints it."""

    kernel: Pair | None = None
    stride: Pair | None = None
    padding: Pads | Pair | None = None


@frozen(eq=False, repr=False)
class Layer(ABC):
    """One layer: its fields, and every rule of its kind.

    Args:
        name: What to call it in a network; not part of its equality.
        trainable: Whether training changes its parameters.
    """

    # eq=False and repr=False here and in every kind: the base writes both once,
    # and each class then costs a third less to import.
    name: str | None = field(default=None, kw_only=True, metadata=_NAME)
    trainable: bool = field(default=True, kw_only=True, metadata=flag())

    # What an automatic name begins with, when it is not the class's name.
    stem: ClassVar[str] = ""

    # How many inputs it takes, at least and at most.
    arity: ClassVar[tuple[int, int]] = (1, 1)

    def __attrs_post_init__(self) -> None:
        for attribute, good, expected in _checks(type(self)):
            value = getattr(self, attribute)
            if not good(value):
                why = f"{attribute} is {shown(_fold(value))}"
                raise ConfigError(why, f"It must be {expected}", self.class_name)
        self.check()

    def check(self) -> None:  # noqa: B027 - most kinds need none
        """Refuse fields that are right one by one, but not together."""

    # The rules of a kind. None means unknown.

    @abstractmethod
    def output(self, x: Shape, /) -> Shape:
        """Return the shape that comes out when *x* goes in."""

    def params(self, x: Shape, /) -> int | None:
        """Return the number of weights and biases, trainable or not."""
        return None

    def trainable_params(self, x: Shape, /) -> int | None:
        """Return the number of weights and biases that training changes."""
        return self.params(x) if self.trainable else 0

    def buffers(self, x: Shape, /) -> int | None:
        """Return the number of values kept that are not parameters."""
        return 0

    def connections(self, x: Shape, /) -> int | None:
        """Return the number of links into output units, those of biases included."""
        return None

    def macs(self, x: Shape, /) -> int | None:
        """Return the number of multiply-accumulates by weights, for one input."""
        return None

    # The facts that other rooms ask for.

    @property
    def class_name(self) -> str:
        """The name of the class."""
        return type(self).__name__

    @property
    def role(self) -> str:
        """What the layer does, in the words that counting conventions go by."""
        return self.class_name

    @property
    def default_name(self) -> str:
        """What an automatic name begins with."""
        return (
            self.stem or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.class_name).lower()
        )

    @property
    def geometry(self) -> Geometry:
        """The window that it slides over its input, if it does."""
        return Geometry()

    def filters_of(self, x: Shape, /) -> tuple[int, ...] | None:
        """Return its filters as (number, height, width, depth), if it has any."""
        return None

    def formula(self, rule: str, *shapes: Shape) -> Formula:
        """Return the formula of a rule: "params", "connections", "macs", "output"."""
        return Formula(self, shapes, rule)

    # A value: equal fields make equal layers, whatever their names.

    def _values(self) -> tuple[Any, ...]:
        return tuple(get(self) for get in _getters(type(self)))

    @override
    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    @override
    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    @override
    def __repr__(self) -> str:
        return f"{self.class_name}({', '.join(self.arguments())})"

    def arguments(self) -> list[str]:
        """Return the arguments that make it, as source text, defaults left out."""
        return _arguments(self)


@lru_cache(maxsize=1024)
def _checks(cls: type[Layer]) -> tuple[tuple[str, Callable[[Any], bool], str], ...]:
    return tuple(
        (f.name, f.metadata["good"], f.metadata["expected"])
        for f in attrs.fields(cls)
        if "good" in f.metadata
    )


@lru_cache(maxsize=1024)
def _getters(cls: type[Layer]) -> tuple[Callable[[Any], Any], ...]:
    return tuple(attrgetter(f.name) for f in attrs.fields(cls) if f.name != "name")


def _arguments(value: Any) -> list[str]:
    """Return the arguments that make *value*, as source text, defaults left out."""
    words = []
    by_keyword = False
    fields = sorted(
        attrs.fields(type(value)), key=lambda f: (f.kw_only, f.name in _COMMON)
    )
    for f in fields:
        current = getattr(value, f.name)
        default = f.converter(f.default) if callable(f.converter) else f.default
        by_keyword = by_keyword or f.kw_only
        if current == default:
            by_keyword = True  # those after one that is left out need their names
        elif f.init:
            folded = (
                _fold(current)
                if f.converter in (pair, optional_pair, pads)
                else current
            )
            words.append(f"{f.name}={folded!r}" if by_keyword else repr(folded))
    return words


_COMMON = {"name", "trainable"}  # every layer's, and the last to be written


def _fold(value: Any) -> Any:
    """Undo `pair` and `pads`: (2, 2) is 2, and ((1, 1), (2, 2)) is (1, 2)."""
    value = by_axis(value)
    if isinstance(value, tuple) and len(value) == len(("h", "w")):
        first, second = value
        return first if first == second and isinstance(first, int) else value
    return value


class Free(Layer):
    """A layer without parameters, connections or multiply-accumulates.

    Its output has the shape of its input, unless its class says otherwise.
    """

    __slots__ = ()

    @override
    def output(self, x: Shape, /) -> Shape:
        return x

    @override
    def params(self, x: Shape, /) -> int:
        return 0

    @override
    def connections(self, x: Shape, /) -> int:
        return 0

    @override
    def macs(self, x: Shape, /) -> int:
        return 0


class Weighted(Layer):
    """A layer that multiplies what it sees by weights and may add biases."""

    __slots__ = ()

    @abstractmethod
    def weights(self, x: Shape, /) -> int:
        """Return the number of weights."""

    @abstractmethod
    def biases(self, x: Shape, /) -> int:
        """Return the number of biases."""

    @override
    def params(self, x: Shape, /) -> int:
        return self.weights(x) + self.biases(x)
