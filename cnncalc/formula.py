"""Formulas: a layer's rule, read on terms, gives the number's own arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from cnncalc._typing import override
from cnncalc.errors import ConfigError, OptionError
from cnncalc.sizes.term import Term, as_term, ceil_div, leaf, whole

__all__ = ["RULES", "Formula", "Term", "ceil_div", "leaf", "whole"]

# What a formula can be of.
RULES = ("params", "connections", "macs", "output")
_WORK = {"connections", "macs"}


class Formula:
    """A number's own arithmetic, written out when it is asked for.

    ``str(formula)`` has the numbers, ``formula.general`` the symbols and
    ``int(formula)`` is the number itself. What is unknown is written as "?".

    Args:
        layer: The layer.
        shapes: What reaches it.
        rule: The name of one of its rules: ``params``, ``connections``, ``macs``;
            ``buffers``; or ``output``, whose number is the size of the output, H×W×C.
            Of a layer that has such a rule, also ``weights``: its parameters but the
            biases.
    """

    __slots__ = ("_layer", "_rule", "_shapes", "_text")

    def __init__(self, layer: Any, shapes: tuple[Any, ...], rule: str) -> None:
        if rule not in {*RULES, "buffers", "weights"}:
            fix = f"The rules are: {', '.join(RULES)}"
            raise OptionError(f"there is no rule {rule!r}", fix)
        self._layer, self._shapes, self._rule = layer, shapes, rule
        self._text: str | None = None  # once it was written

    def term(self) -> Term | None:
        """Return the number as one that remembers how it was made; None if unknown."""
        layer = self._layer
        shapes = standing(self._shapes)
        if self._rule == "output":
            number = _stand_in(layer).output_of(*shapes).size
        elif self._rule == "weights":
            number = _stand_in(layer).weights(*shapes)
        else:
            if self._rule in _WORK:  # for which the output is known: 28, not 32 - 5 + 1
                y = layer.output_of(*self._shapes)
                shapes.append(_stand_in(y, "{}_out".format))
            number = getattr(_stand_in(layer), f"{self._rule}_of")(*shapes)
        return None if number is None else as_term(number)

    @override
    def __str__(self) -> str:
        if self._text is None:
            term = self.term()
            self._text = "?" if term is None else str(term)
        return self._text

    __repr__ = __str__

    @property
    def general(self) -> str:
        """The formula in symbols: ``k_h×k_w×C_in×F + F``."""
        term = self.term()
        return "?" if term is None else term.general

    def __int__(self) -> int:
        term = self.term()
        if term is None:
            why = f"its {self._rule} are unknown"
            fix = f"Give the class a method {self._rule}(self, x)"
            raise ConfigError(why, fix, type(self._layer).__name__)
        return int(term)

    __index__ = __int__

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Formula):
            return NotImplemented
        return self._key() == other._key()

    @override
    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        return self._layer, self._shapes, self._rule


def standing(shapes: tuple[Any, ...]) -> list[Any]:
    """Return stand-ins for what reaches a layer: ``C_in``; of several ``C_1``, ..."""
    if len(shapes) == 1:
        return [_stand_in(shapes[0], lambda name: "C_in" if name == "C" else name)]
    return [_stand_in(x, f"{{}}_{i}".format) for i, x in enumerate(shapes, 1)]


def _stand_in(value: Any, naming: Callable[[str], str] = str) -> Any:
    """Return a copy of *value* with terms for its integers.

    A term has the symbol of its field, as *naming* changes it.
    """
    copy = object.__new__(type(value))
    for field in attrs.fields(type(value)):
        symbol = field.metadata.get("symbol", field.name)
        terms = getattr(value, field.name)
        if symbol is not None:
            divides = field.metadata.get("divides", False)
            if _is_int(terms) or field.metadata.get("axes", True):
                terms = _terms(terms, naming(symbol), divides=divides)
        object.__setattr__(copy, field.name, terms)
    fields = attrs.fields_dict(type(value))
    for name, other in getattr(value, "__dict__", {}).items():
        if name not in fields:  # what a class keeps besides its fields
            object.__setattr__(copy, name, other)
    return copy


def _terms(value: Any, symbol: str, *, divides: bool) -> Any:
    """Return *value* with every integer in it as a term named after its place."""
    if _is_int(value):
        return leaf(value, symbol, divides=divides)
    if _is_pair(value, _is_int):
        height, width = value
        return leaf(height, symbol + "_h"), leaf(width, symbol + "_w")
    if _is_pair(value, lambda part: _is_pair(part, _is_int)):
        (top, bottom), (left, right) = value
        return (
            (leaf(top, symbol + "_t"), leaf(bottom, symbol + "_b")),
            (leaf(left, symbol + "_l"), leaf(right, symbol + "_r")),
        )
    return value


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_pair(value: Any, of: Callable[[Any], bool]) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == len(("h", "w"))
        and all(map(of, value))
    )
