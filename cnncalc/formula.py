"""Formulas: a layer's rule, read on terms, gives the number's own arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

from cnncalc._lazy import getter, modules
from cnncalc._typing import override
from cnncalc.errors import ConfigError, OptionError
from cnncalc.sizes.axes import ends_of, letters, subscripts
from cnncalc.sizes.number import ceil_div

if TYPE_CHECKING:
    from cnncalc.sizes import term
    from cnncalc.sizes.term import Term, leaf, whole
else:  # imported when a formula is written
    globals().update(modules("cnncalc.sizes", "term"))

__all__ = [
    "RULES",
    "Formula",
    "Term",
    "ceil_div",
    "leaf",
    "shape_terms",
    "stand_in",
    "standing",
    "whole",
]

__getattr__ = getter(__name__, {"cnncalc.sizes.term": "Term leaf whole"})

# What a formula can be of.
RULES = ("params", "connections", "macs", "output")
_WORK = {"connections", "macs"}
_KNOWN = frozenset([*RULES, "buffers", "weights"])


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
        if rule not in _KNOWN:
            fix = f"The rules are: {', '.join(RULES)}"
            raise OptionError(f"there is no rule {rule!r}", fix)
        self._layer, self._shapes, self._rule = layer, shapes, rule
        self._text: str | None = None  # once it was written

    def term(self) -> Term | None:
        """Return the number as one that remembers how it was made; None if unknown."""
        if not all(self._shapes):
            return None
        shapes = standing(self._shapes)
        layer = stand_in(self._layer, self._shapes)
        if self._rule == "output":
            y = layer.output_of(*shapes)
            number = y.size if y else None
        elif self._rule == "weights":
            number = layer.weights(*shapes)
        else:
            if self._rule in _WORK:  # for which the output is known: 28, not 32 - 5 + 1
                y = self._layer.output_of(*self._shapes)
                shapes.append(shape_terms(y, "{}_out".format) if y else y)
            number = getattr(layer, f"{self._rule}_of")(*shapes)
        return None if number is None else term.as_term(number)

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
        return [shape_terms(shapes[0], lambda s: "C_in" if s == "C" else s)]
    return [shape_terms(x, f"{{}}_{i}".format) for i, x in enumerate(shapes, 1)]


def shape_terms(x: Any, naming: Callable[[str], str]) -> Any:
    """Return a shape with terms for its sizes: H, W and C of a map."""
    names = (*letters(x.rank), "C")
    *space, channels = [term.leaf(n, naming(s)) for n, s in zip(x, names, strict=True)]
    return type(x).made(tuple(space), channels)


def stand_in(layer: Any, shapes: tuple[Any, ...]) -> Any:
    """Return a copy of a layer with terms for its integers.

    Args:
        layer: The layer.
        shapes: What reaches it; the axes of the first say along how many it is asked,
            unless its kind does.
    """
    rank = type(layer).rank or (shapes[0].rank if shapes else 0)
    copy = object.__new__(type(layer))
    for field in attrs.fields(type(layer)):
        symbol = field.metadata.get("symbol", field.name)
        terms = getattr(layer, field.name)
        if symbol is not None:
            terms = _terms(terms, symbol, field.metadata, rank)
        object.__setattr__(copy, field.name, terms)
    fields = attrs.fields_dict(type(layer))
    for name, other in getattr(layer, "__dict__", {}).items():
        if name not in fields:  # what a class keeps besides its fields
            object.__setattr__(copy, name, other)
    return copy


def _terms(value: Any, symbol: str, facts: Any, rank: int) -> Any:
    """Return *value* with every integer in it as a term named after its place."""
    expand = facts.get("along")
    if expand is not None:
        word = value is None or type(value) is str
        divides = facts.get("divides", False)
        return value if word else _along(expand(value, rank), symbol, divides)
    if facts.get("is_shape"):
        return shape_terms(value, str)
    if _is_int(value):
        return term.leaf(value, symbol, divides=facts.get("divides", False))
    return _along(value, symbol) if _is_axiswise(value, facts, rank) else value


def _is_axiswise(value: Any, facts: Any, rank: int) -> bool:
    """Tell whether a field that states no form has a number, or two, for each axis."""
    if not isinstance(value, tuple) or not facts.get("axes", True):
        return False
    pairs = [
        part for part in value if isinstance(part, tuple) and len(part) == len("ab")
    ]
    flat = [n for pair in pairs for n in pair] if len(pairs) == len(value) else value
    # A vector is taken for a map of one position.
    return len(value) == (rank or 2) and all(map(_is_int, flat))


def _along(
    value: tuple[Any, ...], symbol: str, divides: bool = False
) -> tuple[Any, ...]:
    """Return terms for what is stated along axes, named after axes or their ends."""
    rank = len(value)
    if value and isinstance(value[0], tuple):
        return tuple(
            [
                (term.leaf(before, symbol + first), term.leaf(behind, symbol + last))
                for (before, behind), (first, last) in zip(
                    value, ends_of(rank), strict=True
                )
            ]
        )
    named = zip(value, subscripts(rank), strict=True)
    return tuple(
        [
            term.leaf(n, symbol + axis, divides=divides) if _is_int(n) else n
            for n, axis in named
        ]
    )


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
