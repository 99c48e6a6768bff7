"""Terms: integers that remember how they were made.

A rule, such as the number of parameters of a convolution, is written once, as
plain arithmetic over the fields of a layer and of a shape. Called on integers it
counts. Called on terms that stand in for those fields, *the same rule* gives its
own formula: with its numbers (``5×5×1×6 + 6``) and in general
(``k_h×k_w×C_in×F + F``). So a printed formula cannot drift from the number, and
counting never pays for explaining.

What carries no information drops out while a formula is built: ``+ 0``, ``× 0``
and ``// 1``.
"""

from __future__ import annotations

from typing import Any, TypeVar

import attrs

from cnncalc._typing import Self, override
from cnncalc.errors import ConfigError, OptionError
from cnncalc.sizes.axes import ends_of, letters, subscripts

__all__ = ["RULES", "Formula", "Term", "ceil_div", "leaf", "whole"]

# What a formula can be of.
RULES = ("params", "connections", "macs", "output")
_WORK = {"connections", "macs"}

T = TypeVar("T")

_MAX_POWER = 4  # what a reader still takes in at a glance: k×k×k×k


class Term(int):
    """An integer that remembers how it was made.

    It is an `int` in every respect, so that whatever a rule may do with a number
    it may do with a term; only ``+ - * // **`` are remembered.

    Example:
        >>> k, c = leaf(5, "k"), leaf(3, "C_in")
        >>> size = k * k * c + 1
        >>> int(size), str(size), size.general
        (76, '5×5×3 + 1', 'k×k×C_in + 1')
    """

    # What a term is made of, by its operator:
    #   ""         a leaf: no parts, perhaps a symbol
    #   "+"        (sign, term) pairs, two or more
    #   "×"        terms, two or more
    #   "⌊" "⌈"    dividend and divisor, rounded down or up
    #   "whole"    one term, shown as its number
    # Sums and products are kept flat, so that a long one is not a deep one.
    _op: str
    _parts: tuple[Any, ...]
    _symbol: str
    _divides: bool

    @classmethod
    def _make(
        cls,
        value: int,
        op: str = "",
        parts: tuple[Any, ...] = (),
        symbol: str = "",
        divides: bool = False,
    ) -> Self:
        term = cls(value)
        term._op, term._parts, term._symbol = op, parts, symbol
        term._divides = divides
        return term

    # What is no int, such as a float or a list, is left to Python: it then takes the
    # term for the int that it is.

    @override
    def __add__(self, other: Any) -> Any:
        return _sum(self, +1, other) if isinstance(other, int) else NotImplemented

    @override
    def __radd__(self, other: Any) -> Any:
        return (
            _sum(_term(other), +1, self) if isinstance(other, int) else NotImplemented
        )

    @override
    def __sub__(self, other: Any) -> Any:
        return _sum(self, -1, other) if isinstance(other, int) else NotImplemented

    @override
    def __rsub__(self, other: Any) -> Any:
        return (
            _sum(_term(other), -1, self) if isinstance(other, int) else NotImplemented
        )

    @override
    def __neg__(self) -> Term:
        return _sum(leaf(0), -1, self)

    @override
    def __mul__(self, other: Any) -> Any:
        return _product(self, other) if isinstance(other, int) else NotImplemented

    @override
    def __rmul__(self, other: Any) -> Any:
        return _product(other, self) if isinstance(other, int) else NotImplemented

    @override
    def __pow__(self, power: Any, modulus: int | None = None) -> Any:
        if not isinstance(power, int):
            return NotImplemented
        if modulus is None and 1 <= power <= _MAX_POWER:
            return _product(*(self,) * int(power))
        return pow(int(self), int(power), modulus)

    @override
    def __floordiv__(self, other: Any) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return _quotient("⌊", int(self) // int(other), self, other)

    @override
    def __rfloordiv__(self, other: Any) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return _quotient("⌊", int(other) // int(self), other, self)

    @override
    def __str__(self) -> str:
        return _write(self, general=False)[0]

    @override
    def __repr__(self) -> str:
        return f"<{self} = {int(self)}>"

    @property
    def general(self) -> str:
        """The same expression in symbols: ``k_h×k_w×C_in×F + F``."""
        return _write(self, general=True)[0]


def leaf(value: int, symbol: str = "", *, divides: bool = False) -> Term:
    """Return *value* as a term without parts.

    Args:
        value: The number.
        symbol: What it is called in general; without one it is the number itself.
        divides: Whatever is divided by it is divided exactly (a number of groups).
    """
    return Term._make(int(value), symbol=symbol, divides=divides)


def whole(value: int) -> int:
    """Return *value*; in a formula its number stands for it, in general its parts.

    Example:
        >>> k = leaf(5, "k")
        >>> links = 3 * whole(k * k) + 1
        >>> str(links), links.general
        ('3×25 + 1', '3×k×k + 1')
    """
    return (
        Term._make(int(value), "whole", (value,)) if isinstance(value, Term) else value
    )


def ceil_div(dividend: int, divisor: int) -> int:
    """Return the quotient rounded up, in integers throughout.

    Example:
        >>> ceil_div(7, 2), str(ceil_div(leaf(7), 2))
        (4, '⌈7 / 2⌉')
    """
    value = -(-int(dividend) // int(divisor))
    if isinstance(dividend, Term) or isinstance(divisor, Term):
        return _quotient("⌈", value, dividend, divisor)
    return value


def _term(value: int) -> Term:
    return value if isinstance(value, Term) else leaf(value)


def _sum(left: Term, sign: int, right: int) -> Term:
    if right == 0:
        return left
    if left == 0 and sign > 0:
        return _term(right)
    parts = [] if left == 0 else _addends(left)
    parts += [(sign * inner, part) for inner, part in _addends(_term(right))]
    return Term._make(int(left) + sign * int(right), "+", tuple(parts))


def _addends(term: Term) -> list[tuple[int, Term]]:
    return list(term._parts) if term._op == "+" else [(+1, term)]


def _product(*factors: int) -> Term:
    value = 1
    parts: list[Term] = []
    for factor in map(_term, factors):
        value *= int(factor)
        parts += factor._parts if factor._op == "×" else [factor]
    return Term._make(value, "×", tuple(parts)) if value else leaf(0)


def _quotient(op: str, value: int, dividend: int, divisor: int) -> Term:
    if divisor == 1:
        return _term(dividend)
    return Term._make(value, op, (_term(dividend), _term(divisor)))


def _write(term: Term, *, general: bool) -> tuple[str, str]:
    """Return the text and what stands outermost in it: "+", "×", "/" or ""."""
    op, parts = term._op, term._parts
    if op == "+":
        text = "".join(
            (" - " if sign < 0 else " + ") + _inside("+", part, general)
            for sign, part in parts
        )
        return text[3:] if text.startswith(" + ") else "-" + text[3:], "+"
    if op == "×":
        return "×".join(_inside("×", part, general) for part in parts), "×"
    if op in {"⌊", "⌈"}:
        return _write_quotient(op, *parts, general=general)
    if op == "whole" and general:
        return _write(parts[0], general=True)
    text = (general and term._symbol) or str(int(term))
    return text, "+" if text.startswith("-") else ""


def _write_quotient(
    op: str, dividend: Term, divisor: Term, *, general: bool
) -> tuple[str, str]:
    text = f"{_inside('/', dividend, general)} / {_inside('//', divisor, general)}"
    if divisor._divides or (not general and int(dividend) % int(divisor) == 0):
        return text, "/"
    return f"{op}{text}{'⌋' if op == '⌊' else '⌉'}", ""


# What needs brackets inside what. A sum inside a sum was made one sum already.
_LOOSER = {
    "+": {"+"},
    "×": {"+", "/"},
    "/": {"+", "/"},
    "//": {"+", "×", "/"},
}


def _inside(around: str, part: Term, general: bool) -> str:
    text, outermost = _write(part, general=general)
    return f"({text})" if outermost in _LOOSER[around] else text


class Formula:
    """A number's own arithmetic, written out when it is asked for.

    ``str(formula)`` has the numbers, ``formula.general`` the symbols and
    ``int(formula)`` is the number itself. What is unknown is written as "?".

    Args:
        layer: The layer.
        shapes: What reaches it.
        rule: The name of one of its rules: ``params``, ``connections``, ``macs``;
            or ``output``, whose number is the size of the output, H×W×C. Of a layer
            that has such a rule, also ``weights``: its parameters but the biases.
    """

    __slots__ = ("_layer", "_rule", "_shapes", "_text")

    def __init__(self, layer: Any, shapes: tuple[Any, ...], rule: str) -> None:
        if rule not in {*RULES, "weights"}:
            fix = f"The rules are: {', '.join(RULES)}"
            raise OptionError(f"there is no rule {rule!r}", fix)
        self._layer, self._shapes, self._rule = layer, shapes, rule
        self._text: str | None = None  # once it was written

    def term(self) -> Term | None:
        """Return the number as one that remembers how it was made; None if unknown."""
        layer = self._layer
        several = len(self._shapes) > 1
        shapes = [
            _shape_terms(shape, _Naming(f"_{i}") if several else _SINGLE)
            for i, shape in enumerate(self._shapes, 1)
        ]
        standing = _stand_in(layer, self._shapes)
        if self._rule == "output":
            number = standing.output_of(*shapes).size
        elif self._rule == "weights":
            number = standing.weights(*shapes)
        else:
            if self._rule in _WORK:  # for which the output is known: 28, not 32 - 5 + 1
                y = layer.output_of(*self._shapes)
                shapes.append(_shape_terms(y, _Naming("_out")))
            number = getattr(standing, f"{self._rule}_of")(*shapes)
        return None if number is None else _term(number)

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


class _Naming:
    """How the symbols of a stand-in's fields are called."""

    def __init__(self, suffix: str = "", **special: str) -> None:
        self._suffix, self._special = suffix, special

    def __call__(self, symbol: str) -> str:
        return self._special.get(symbol, symbol + self._suffix)


_SINGLE = _Naming(C="C_in")


def _shape_terms(x: Any, naming: _Naming) -> Any:
    """Return a shape with terms for its sizes: H, W and C of a map."""
    names = (*letters(x.rank), "C")
    *space, channels = [leaf(n, naming(s)) for n, s in zip(x, names, strict=True)]
    return type(x).made(tuple(space), channels)


def _stand_in(layer: Any, shapes: tuple[Any, ...]) -> Any:
    """Return a copy of a layer with terms for its integers.

    Args:
        layer: The layer.
        shapes: What reaches it, whose axes say along how many it is asked.
    """
    rank = max([shape.rank for shape in shapes], default=0)
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
    if expand is not None and value is not None and not isinstance(value, str):
        return _along(expand(value, rank), symbol)
    if _is_int(value):
        return leaf(value, symbol, divides=facts.get("divides", False))
    numbers = isinstance(value, tuple) and all(map(_is_int, value))
    return _along(value, symbol) if numbers and facts.get("axes", True) else value


def _along(value: tuple[Any, ...], symbol: str) -> tuple[Any, ...]:
    """Return terms for what is stated along axes, named after axes or their ends."""
    rank = len(value)
    if value and isinstance(value[0], tuple):
        return tuple(
            [
                (leaf(before, symbol + first), leaf(behind, symbol + last))
                for (before, behind), (first, last) in zip(
                    value, ends_of(rank), strict=True
                )
            ]
        )
    named = zip(value, subscripts(rank), strict=True)
    return tuple([leaf(n, symbol + axis) for n, axis in named])


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
