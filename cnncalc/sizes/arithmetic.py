"""Arithmetic as data, and the one writer of it.

It is written in two ways: in general, where a leaf is its symbol, and with
numbers. Nothing is dropped and nothing is rearranged: ``32 + 0 - 5`` stays that.
Rules, in which what says nothing drops out, work with `cnncalc.sizes.term.Term`, the
arithmetic that is an `int`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import gcd, prod
from typing import Any, TypeAlias

from cnncalc._typing import NamedTuple, override

__all__ = ["PLAIN", "Arithmetic", "Notation", "made", "substituted", "symbols", "write"]

# The marks in which a kind of text writes arithmetic.


def _result(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def _raised(base: str, exponent: str) -> str:
    return base + exponent.translate(_RAISED)


class Notation(NamedTuple):
    """The text of each sign; the defaults are plain text.

    Signs that stand between others are texts; what goes around others is a function
    of their texts. `write` puts them together.

    Attributes:
        plus: Between addends.
        minus: Before an addend that is taken away.
        negative: The same, before the first.
        times: Between factors.
        comma: Between candidates for the largest.
        equals: Between what is equal.
        at_least: Before a lower bound.
        stacked: Whether a fraction's bar groups what is above and below it.
        text: Words, so that they stand for themselves.
        number: A number within a formula: an integer or a fraction.
        result: A number that comes out.
        symbol: The symbol of a quantity, such as ``k_h``.
        named: A number, and the name of what it belongs to.
        brackets: Something in brackets.
        quotient: A fraction: what is above, and what is below.
        power: A power: the base, and the exponent.
        floor: Something rounded down.
        ceil: Something rounded up.
        largest: The largest of candidates.
        common: The greatest common divisor of numbers.
        indicator: 1 where two numbers are equal, else 0: an Iverson bracket.

    Example:
        >>> from cnncalc.sizes.term import leaf
        >>> size = leaf(28, "H") * leaf(28, "W") // leaf(3, "s") + 1
        >>> write(size, Notation(times="*", floor="floor({})".format), general=True)
        'floor(H*W / s) + 1'
    """

    plus: str = " + "
    minus: str = " - "
    negative: str = "-"
    times: str = "×"
    comma: str = ", "
    equals: str = " = "
    at_least: str = " ≥ "
    stacked: bool = False
    text: Callable[[str], str] = str
    number: Callable[[Any], str] = str
    result: Callable[[Any], str] = _result
    symbol: Callable[[str], str] = str
    named: Callable[[str, str], str] = "{} ({})".format
    brackets: Callable[[str], str] = "({})".format
    quotient: Callable[[str, str], str] = "{} / {}".format
    power: Callable[[str, str], str] = _raised
    floor: Callable[[str], str] = "⌊{}⌋".format
    ceil: Callable[[str], str] = "⌈{}⌉".format
    largest: Callable[[str], str] = "max({})".format
    common: Callable[[str], str] = "gcd({})".format
    indicator: Callable[[str, str], str] = "[{} = {}]".format


PLAIN = Notation()


# Arithmetic as data.


class Arithmetic:
    """A value, and the arithmetic that it came out of.

    Attributes:
        value: What comes out: an int, a fraction; None where it is unknown.
        op: What stands outermost in it:

            - "": nothing, it is a leaf;
            - "+": addends, of which those with "-" are taken away;
            - "-": one part, with the other sign;
            - "×": factors;
            - "/": dividend and divisor, where the quotient is exact by its nature;
              "⌊", "⌈": the same, rounded down or up;
            - "**": base and exponent;
            - "max": candidates;
            - "=": two numbers: 1 where they are equal, and else 0;
            - "gcd": numbers, of which it is the greatest common divisor;
            - "whole": one part, which with numbers is shown as its value;
            - "named": a leaf that shows its number with a name, which is *symbol*.
        parts: What it is made of.
        symbol: What a leaf is called in general; without one it is its number.

    Example:
        >>> k = Arithmetic(3, symbol="k")
        >>> made("+", k, made("-", Arithmetic(1)))
        <3 - 1 = 2>
    """

    value: Any
    op: str = ""
    parts: tuple[Arithmetic, ...] = ()
    symbol: str = ""

    def __init__(
        self,
        value: Any,
        op: str = "",
        parts: tuple[Arithmetic, ...] = (),
        symbol: str = "",
    ) -> None:
        self.value, self.op, self.parts, self.symbol = value, op, parts, symbol

    @override
    def __str__(self) -> str:
        return _written(self, PLAIN, False)[0]

    @override
    def __repr__(self) -> str:
        return f"<{self} = {self.value}>"

    @property
    def general(self) -> str:
        """The same in symbols: ``k_h×k_w×C_in×F + F``."""
        return _written(self, PLAIN, True)[0]


def _exactly(dividend: Any, divisor: Any) -> Any:
    from fractions import Fraction  # heavy to import, and hardly ever needed

    return Fraction(dividend) / divisor


_VALUES: Mapping[str, Callable[..., Any]] = {
    "+": lambda *addends: sum(addends),
    "-": lambda part: -part,
    "×": lambda *factors: prod(factors),
    "/": _exactly,
    "⌊": lambda dividend, divisor: dividend // divisor,
    "⌈": lambda dividend, divisor: -(-dividend // divisor),
    "**": pow,
    "max": max,
    "gcd": gcd,
    "=": lambda one, other: int(one == other),
    "whole": lambda part: part,
}


def made(op: str, *parts: Arithmetic) -> Arithmetic:
    """Return parts put together by an operator, as `Arithmetic` lists them.

    An addend, a factor or a candidate that is alone is itself.
    """
    if len(parts) == 1 and op in {"+", "×", "max"}:
        return parts[0]
    return Arithmetic(_VALUES[op](*[part.value for part in parts]), op, parts)


def substituted(arithmetic: Arithmetic, values: Mapping[str, int]) -> Arithmetic:
    """Return the same arithmetic with other numbers for its symbols."""
    op, symbol = arithmetic.op, arithmetic.symbol
    if op:
        return made(op, *[substituted(part, values) for part in arithmetic.parts])
    known = symbol in values
    return Arithmetic(values[symbol], symbol=symbol) if known else arithmetic


def symbols(arithmetic: Arithmetic) -> set[str]:
    """Return the symbols of its leaves."""
    if not arithmetic.op:
        return {arithmetic.symbol} - {""}
    return set[str]().union(*map(symbols, arithmetic.parts))


def write(
    arithmetic: Arithmetic, notation: Notation = PLAIN, *, general: bool = False
) -> str:
    """Return arithmetic in a notation: in symbols, or with its numbers."""
    return _written(arithmetic, notation, general)[0]


# How tightly a text holds together, by what stands outermost in it. Within another it
# needs brackets unless it is tighter than what the place asks for.
_SUM, _QUOTIENT, _PRODUCT, _POWER, _ATOM = range(5)

_Written: TypeAlias = tuple[str, int]


def _written(e: Arithmetic, n: Notation, general: bool) -> _Written:
    return _WRITERS[e.op](e, n, general)


def _inside(place: int, e: Arithmetic, n: Notation, general: bool) -> str:
    text, tightness = _WRITERS[e.op](e, n, general)
    return text if tightness > place else n.brackets(text)


def _leaf(e: Arithmetic, n: Notation, general: bool) -> _Written:
    if general and e.symbol:
        return n.symbol(e.symbol), _ATOM
    if isinstance(e.value, int):
        return n.number(e.value), _SUM if e.value < 0 else _ATOM
    return n.number(e.value), _ATOM if n.stacked else _QUOTIENT


def _named(e: Arithmetic, n: Notation, _: bool) -> _Written:
    number = "?" if e.value is None else n.result(e.value)
    return n.named(number, n.text(e.symbol)) if e.symbol else number, _ATOM


def _whole(e: Arithmetic, n: Notation, general: bool) -> _Written:
    return _written(e.parts[0], n, general) if general else _leaf(e, n, general)


def _sum(e: Arithmetic, n: Notation, general: bool) -> _Written:
    texts: list[str] = []
    for part in e.parts if e.op == "+" else (e,):
        sign, addend = (n.minus, part.parts[0]) if part.op == "-" else (n.plus, part)
        texts += sign, _inside(_SUM, addend, n, general)
    texts[0] = n.negative if texts[0] == n.minus else ""
    return "".join(texts), _SUM


def _product(e: Arithmetic, n: Notation, general: bool) -> _Written:
    factors = [_inside(_QUOTIENT, part, n, general) for part in e.parts]
    return n.times.join(factors), _PRODUCT


def _quotient(e: Arithmetic, n: Notation, general: bool) -> _Written:
    above, below = e.parts
    if n.stacked:
        upper, lower = (_written(part, n, general)[0] for part in e.parts)
    else:
        upper = _inside(_QUOTIENT, above, n, general)
        lower = _inside(_PRODUCT, below, n, general)
    text, tightness = n.quotient(upper, lower), _ATOM if n.stacked else _QUOTIENT
    if e.op == "/" or (not general and above.value % below.value == 0):
        return text, tightness
    return (n.floor(text) if e.op == "⌊" else n.ceil(text)), _ATOM


def _power(e: Arithmetic, n: Notation, general: bool) -> _Written:
    base, exponent = e.parts
    raised = _written(exponent, n, general)[0]
    return n.power(_inside(_POWER, base, n, general), raised), _POWER


def _largest(e: Arithmetic, n: Notation, general: bool) -> _Written:
    # In general candidates are alike: max(p_i).
    texts = dict.fromkeys(_written(part, n, general)[0] for part in e.parts)
    return n.largest(n.comma.join(texts)), _ATOM


def _common(e: Arithmetic, n: Notation, general: bool) -> _Written:
    texts = [_written(part, n, general)[0] for part in e.parts]
    return n.common(n.comma.join(texts)), _ATOM


def _indicator(e: Arithmetic, n: Notation, general: bool) -> _Written:
    return n.indicator(*[_written(part, n, general)[0] for part in e.parts]), _ATOM


_WRITERS: Mapping[str, Callable[[Arithmetic, Notation, bool], _Written]] = {
    "": _leaf,
    "+": _sum,
    "-": _sum,
    "×": _product,
    "/": _quotient,
    "⌊": _quotient,
    "⌈": _quotient,
    "**": _power,
    "max": _largest,
    "gcd": _common,
    "=": _indicator,
    "whole": _whole,
    "named": _named,
}
