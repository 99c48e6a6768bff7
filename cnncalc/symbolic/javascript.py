"""Polynomials and conditions as JavaScript, in BigInts: exact however large."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cnncalc.sizes.arithmetic import Notation, write
from cnncalc.symbolic.conditions import Among, Condition
from cnncalc.symbolic.polynomial import Polynomial
from cnncalc.symbolic.writing import tree

__all__ = ["as_javascript", "function_text", "truth_text"]

# A quotient is what a function of the two rounds: that of BigInts is truncated.
_JAVASCRIPT = Notation(
    times="*",
    plus="+",
    minus="-",
    comma=",",
    stacked=True,
    number="{}n".format,
    symbol="${}".format,  # a name may be a word of the language
    quotient="{},{}".format,
    power="{}**{}".format,
    floor="floor({})".format,
    ceil="ceil({})".format,
    common="gcd({})".format,
    indicator="same({},{})".format,
)
_HELPERS = """\
const floor=(a,b)=>a/b-(a%b<0n?1n:0n),ceil=(a,b)=>-floor(-a,b),\
gcd=(a,b)=>b?gcd(b,a%b):a<0n?-a:a,same=(a,b)=>a===b?1n:0n;"""


def as_javascript(polynomial: Polynomial) -> str:
    """Return a polynomial in JavaScript, within what `function_text` makes.

    Example:
        >>> from cnncalc.symbolic.polynomial import variable
        >>> as_javascript((variable("H") + 6) // 4 * 3)
        '3n*floor($H+2n,4n)+3n'
    """
    return write(tree(polynomial), _JAVASCRIPT, general=True)


def truth_text(condition: Condition) -> str:
    """Return whether a condition holds, in JavaScript as `as_javascript`.

    Example:
        >>> from cnncalc import zoo
        >>> truth_text(zoo.vgg16().symbolic().conditions[0])
        '$H>=32n'
    """
    if not isinstance(condition, Among):
        sign = {"≥": ">=", "=": "===", "≠": "!=="}[condition.sign]
        return f"{as_javascript(condition.polynomial)}{sign}0n"
    few, start, period, remainders = condition.allowed
    size = as_javascript(condition.size)
    from_start = f"{size}>={start}n"
    if len(remainders) < period:
        from_start += f"&&{_list(remainders)}.includes(({size})%{period}n)"
    return f"{_list(few)}.includes({size})||{from_start}" if few else from_start


def function_text(symbols: Sequence[str], body: str) -> str:
    """Return a function of symbols, which are integers, as numbers or as BigInts.

    Args:
        symbols: Its arguments, in order.
        body: What it does, with texts as `as_javascript` gives.
    """
    names = ",".join(f"${name}" for name in symbols)
    return f"({names})=>{{[{names}]=[{names}].map(BigInt);{_HELPERS}{body}}}"


def _list(numbers: Iterable[int]) -> str:
    return f"[{','.join(f'{number}n' for number in sorted(numbers))}]"
