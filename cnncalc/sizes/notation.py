"""Notations: the marks in which a kind of text writes arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cnncalc._typing import NamedTuple

__all__ = ["PLAIN", "Notation"]


def _result(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def _power(base: str, exponent: str) -> str:
    return base + exponent.translate(_RAISED)


class Notation(NamedTuple):
    """The text of each sign; the defaults are plain text.

    Signs that stand between others are texts; what goes around others is a function
    of their texts. `cnncalc.sizes.expression.write` puts them together.

    Attributes:
        plus: Between addends.
        minus: Before an addend that is taken away.
        negative: The same, before the first.
        times: Between factors.
        comma: Between candidates for the largest.
        equals: Between equal expressions.
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
        >>> from cnncalc.sizes.expression import write
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
    power: Callable[[str, str], str] = _power
    floor: Callable[[str], str] = "⌊{}⌋".format
    ceil: Callable[[str], str] = "⌈{}⌉".format
    largest: Callable[[str], str] = "max({})".format
    common: Callable[[str], str] = "gcd({})".format
    indicator: Callable[[str, str], str] = "[{} = {}]".format


PLAIN = Notation()
