"""Expressions: arithmetic as data, which each format writes in its own notation.

A rule's `Term` is made one, and so is what no layer knows of: receptive fields, memory
and sums. An expression is written in two ways: in general, where a leaf is its symbol,
and with numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from cnncalc.cost.totals import total
from cnncalc.formula import Term
from cnncalc.report.render.cells import written

__all__ = [
    "PLAIN",
    "Expression",
    "Notation",
    "Number",
    "largest",
    "leaf",
    "listed",
    "of_term",
    "over",
    "plain",
    "plus",
    "substituted",
    "symbols",
    "times",
    "write",
]

Number: TypeAlias = int | Fraction


class Expression(NamedTuple):
    """Arithmetic and its value.

    Attributes:
        op: What stands outermost. "": nothing, it is a leaf; "+": *parts* are pairs of
            a sign and an expression; "×"; "/": exact by its nature, "⌊" or "⌈": rounded
            quotients; "whole": one expression, with numbers shown as its value; "max";
            "named": a sum's addend, *symbol* says of what.
        parts: What it is made of.
        value: What comes out; None where an addend is unknown.
        symbol: What a leaf is called in general; without one it is its number.
    """

    op: str
    parts: tuple[Any, ...]
    value: Number | None
    symbol: str = ""


def leaf(value: Number, symbol: str = "") -> Expression:
    """Return a number, which in general is its symbol."""
    return Expression("", (), value, symbol)


def plus(first: Expression, *others: Expression | tuple[int, Expression]) -> Expression:
    """Return a sum; an addend in a pair with -1 is taken away."""
    pairs = [(1, first), *(o if o.__class__ is tuple else (1, o) for o in others)]
    return _made("+", tuple(pairs))


def times(*factors: Expression) -> Expression:
    """Return a product."""
    return _made("×", factors)


def over(dividend: Expression, divisor: Expression) -> Expression:
    """Return an exact quotient, which may be a fraction."""
    return _made("/", (dividend, divisor))


def largest(candidates: tuple[Expression, ...]) -> Expression:
    """Return the largest of some; one alone is itself."""
    return candidates[0] if len(candidates) == 1 else _made("max", candidates)


def listed(parts: Mapping[str, int | None], *, named: bool) -> Expression:
    """Return the sum of what a network's parts have.

    Args:
        parts: What each has; None is unknown.
        named: Whether each addend shows its name.
    """
    addends = [
        Expression("named", (), value, name if named else "")
        for name, value in parts.items()
    ]
    return Expression("+", tuple((1, a) for a in addends), total(parts.values()))


def of_term(term: Term) -> Expression:
    """Return a rule's arithmetic.

    Example:
        >>> from cnncalc.formula import leaf as variable
        >>> made = of_term(variable(28, "H") // 2 + 1)
        >>> plain(made, general=True), plain(made)
        ('⌊H / 2⌋ + 1', '28 / 2 + 1')
    """
    op, value = term._op, int(term)
    if op == "+":
        return Expression(op, tuple((s, of_term(p)) for s, p in term._parts), value)
    if op in {"⌊", "⌈"} and term._parts[1]._divides:
        op = "/"
    return Expression(op, tuple(map(of_term, term._parts)), value, term._symbol)


def substituted(expression: Expression, values: Mapping[str, int]) -> Expression:
    """Return the same arithmetic with other numbers for its symbols."""
    op, parts, _, symbol = expression
    if op == "":
        return leaf(values[symbol], symbol) if symbol in values else expression
    if op == "+":
        return _made(op, tuple((s, substituted(p, values)) for s, p in parts))
    return _made(op, tuple(substituted(part, values) for part in parts))


def _quotient(rounded: Callable[[Fraction], Number]) -> Callable[[Any], Number]:
    return lambda parts: rounded(Fraction(parts[0].value) / parts[1].value)


def _product(parts: tuple[Expression, ...]) -> Number:
    value: Any = 1
    for part in parts:
        value *= part.value
    result: Number = value
    return result


_VALUES: dict[str, Callable[[Any], Number]] = {
    "+": lambda parts: sum(sign * part.value for sign, part in parts),
    "×": _product,
    "/": _quotient(lambda value: value),
    "⌊": _quotient(lambda value: value.__floor__()),
    "⌈": _quotient(lambda value: value.__ceil__()),
    "whole": lambda parts: parts[0].value,
    "max": lambda parts: max(part.value for part in parts),
}


def _made(op: str, parts: tuple[Any, ...]) -> Expression:
    value = _VALUES[op](parts)
    if isinstance(value, Fraction) and value.denominator == 1:
        value = int(value)
    return Expression(op, parts, value)


def symbols(expression: Expression) -> set[str]:
    """Return the symbols of its leaves."""
    op, parts, _, symbol = expression
    if op == "+":
        parts = tuple(part for _, part in parts)
    own = {symbol} if op == "" and symbol else set()
    return own.union(*map(symbols, parts))


class Notation:
    """How arithmetic is written; this one is plain text.

    Attributes:
        plus: What stands between addends.
        minus: What stands before one that is taken away.
        negative: The same, before the first.
        times: What stands between factors.
        stacked: Whether a fraction's bar groups what is above and below it.
        equals: What stands between equal expressions.
        at_least: What stands before a lower bound.
    """

    plus = " + "
    minus = " - "
    negative = "-"
    times = "×"
    stacked = False
    equals = " = "
    at_least = " ≥ "

    def text(self, text: str) -> str:
        """Return words so that they stand for themselves."""
        return text

    def number(self, value: Number) -> str:
        """Return a number within a formula."""
        return str(value)

    def count(self, value: Number) -> str:
        """Return a number that is a result."""
        return f"{value:,}" if isinstance(value, int) else self.number(value)

    def symbol(self, name: str) -> str:
        """Return the symbol of a quantity, such as ``k_h``."""
        return name

    def named(self, number: str, name: str) -> str:
        """Return a number and what it belongs to."""
        return f"{number} ({self.text(name)})"

    def brackets(self, inner: str) -> str:
        """Return something in brackets."""
        return f"({inner})"

    def quotient(self, above: str, below: str) -> str:
        """Return a fraction."""
        return f"{above} / {below}"

    def floor(self, inner: str) -> str:
        """Return something rounded down."""
        return f"⌊{inner}⌋"

    def ceil(self, inner: str) -> str:
        """Return something rounded up."""
        return f"⌈{inner}⌉"

    def largest(self, candidates: list[str]) -> str:
        """Return the largest of some."""
        return f"max({', '.join(candidates)})"


PLAIN = Notation()


def plain(expression: Expression, *, general: bool = False) -> str:
    """Return arithmetic as plain text, as `Formula` writes it."""
    return write(expression, PLAIN, general=general)


def write(expression: Expression, notation: Notation, *, general: bool = False) -> str:
    """Return arithmetic in a notation: in symbols, or with its numbers."""
    return _written(expression, notation, general)[0]


# What needs brackets inside what; as in `cnncalc.formula`.
_LOOSER = {
    "+": {"+"},
    "×": {"+", "/"},
    "/": {"+", "/"},
    "//": {"+", "×", "/"},
}


def _written(e: Expression, n: Notation, general: bool) -> tuple[str, str]:
    """Return the text and what stands outermost in it: "+", "×", "/" or ""."""
    op, parts, value, symbol = e
    if op == "+":
        return _written_sum(parts, n, general), "+"
    if op == "×":
        return n.times.join(_inside("×", part, n, general) for part in parts), "×"
    if op in {"/", "⌊", "⌈"}:
        return _written_quotient(e, n, general)
    if op == "max":
        texts = dict.fromkeys(_written(part, n, general)[0] for part in parts)
        return n.largest(list(texts)), ""  # in general they are alike: max(p_i)
    if op == "named":
        number = "?" if value is None else n.count(value)
        name = written(symbol, "text")
        return (n.named(number, name) if name else number), ""
    if op == "whole" and general:
        return _written(parts[0], n, general)
    return _written_leaf(value, symbol if general else "", n)


def _written_leaf(value: Any, symbol: str, n: Notation) -> tuple[str, str]:
    if symbol:
        return n.symbol(symbol), ""
    if isinstance(value, Fraction):
        return n.number(value), "" if n.stacked else "/"
    return n.number(value), "+" if value < 0 else ""


def _written_sum(
    parts: tuple[tuple[int, Expression], ...], n: Notation, general: bool
) -> str:
    (first, addend), *others = parts
    text = ("" if first > 0 else n.negative) + _inside("+", addend, n, general)
    for sign, addend in others:
        text += (n.plus if sign > 0 else n.minus) + _inside("+", addend, n, general)
    return text


def _written_quotient(e: Expression, n: Notation, general: bool) -> tuple[str, str]:
    above, below = e.parts
    if n.stacked:
        upper, lower = (_written(part, n, general)[0] for part in e.parts)
        text, outermost = n.quotient(upper, lower), ""
    else:
        upper, lower = (
            _inside("/", above, n, general),
            _inside("//", below, n, general),
        )
        text, outermost = n.quotient(upper, lower), "/"
    if e.op == "/" or (not general and above.value % below.value == 0):
        return text, outermost
    return (n.floor(text) if e.op == "⌊" else n.ceil(text)), ""


def _inside(around: str, part: Expression, n: Notation, general: bool) -> str:
    text, outermost = _written(part, n, general)
    return n.brackets(text) if outermost in _LOOSER[around] else text
