"""Polynomials as arithmetic that `cnncalc.sizes.arithmetic` writes in any notation."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import groupby
from typing import Any

from cnncalc.sizes.arithmetic import Arithmetic, Notation, write
from cnncalc.symbolic.atoms import Atom, Divisor, Indicator, Monomial, Ratio
from cnncalc.symbolic.polynomial import Polynomial

__all__ = ["ON_A_LINE", "added_and_taken", "as_text", "tree"]

# As people write it on a line: 9,408·⌈H/2⌉·⌈W/2⌉.
ON_A_LINE = Notation(times="·", number="{:,}".format, quotient="{}/{}".format)


def as_text(polynomial: Polynomial) -> str:
    """Return a polynomial as plain text, with its terms from large maps to small."""
    return write(tree(polynomial), ON_A_LINE, general=True)


def tree(polynomial: Polynomial) -> Arithmetic:
    """Return a polynomial as arithmetic: its largest terms first."""
    common = _common(polynomial)
    rest = polynomial.divided(Polynomial({common: 1}))
    if rest is None or not common or len(rest.terms) == 1:
        return _sum(polynomial)
    return Arithmetic(None, "×", (_sum(rest), *_factors(common)))


def added_and_taken(polynomial: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Return what is added in a polynomial, and what is taken away."""
    terms = polynomial.terms.items()
    added = Polynomial({monomial: c for monomial, c in terms if c > 0})
    return added, Polynomial({monomial: -c for monomial, c in terms if c < 0})


def _common(polynomial: Polynomial) -> Monomial:
    """Return the symbols that all terms have: (m·n·d + 1)·k."""
    first, *others = polynomial.terms or [()]
    names = dict.fromkeys(atom for atom in first if isinstance(atom, str))
    least = {name: min(m.count(name) for m in (first, *others)) for name in names}
    return tuple([name for name, times in least.items() for _ in range(times)])


def _sum(polynomial: Polynomial) -> Arithmetic:
    ordered = sorted(polynomial.terms.items(), key=lambda term: _order(term[0]))
    terms = [_term(monomial, c) for monomial, c in ordered]
    return _joined("+", terms or [Arithmetic(0)])


def _order(monomial: Monomial) -> tuple[Any, ...]:
    """Return what comes first: the highest degree, the largest map, then by name."""
    sizes = [_size(atom) for atom in monomial]
    share = Fraction(1)
    for _, each in sizes:
        share *= each
    names = tuple([a if isinstance(a, str) else a.key for a in monomial])
    return -sum(degree for degree, _ in sizes), -share, names


def _size(atom: Atom) -> tuple[int, Fraction]:
    """Return how fast an atom grows: its degree, and with what factor."""
    if isinstance(atom, str):
        return 1, Fraction(1)
    if atom.ends:
        return 0, Fraction(atom.ends[1])
    monomial, c = min(atom.inner.terms.items(), key=lambda term: _order(term[0]))
    degree, share, _ = _order(monomial)
    if isinstance(atom, Ratio):
        return -degree, -share * abs(c) / max(atom.number.terms.values())
    return -degree, -share * abs(c) / atom.number


def _term(monomial: Monomial, c: int) -> Arithmetic:
    number = [] if abs(c) == 1 and monomial else [Arithmetic(abs(c))]
    term = _joined("×", [*number, *_factors(monomial)])
    return Arithmetic(None, "-", (term,)) if c < 0 else term


def _factors(monomial: Monomial) -> list[Arithmetic]:
    found = []
    for atom, same in groupby(monomial):
        base, times = _atom(atom), len(list(same))
        power = Arithmetic(None, "**", (base, Arithmetic(times)))
        found.append(base if times == 1 else power)
    return found


def _atom(atom: Atom) -> Arithmetic:
    if isinstance(atom, str):
        return Arithmetic(None, symbol=atom)
    inner, divisor = atom.inner, atom.number
    if isinstance(atom, Ratio):
        return Arithmetic(None, "⌊", (tree(inner), tree(atom.number)))
    if isinstance(atom, Indicator):
        return Arithmetic(None, "=", tuple(map(tree, added_and_taken(inner))))
    if isinstance(atom, Divisor):
        return Arithmetic(None, "gcd", (tree(inner), Arithmetic(divisor)))
    if up := inner.constant == divisor - 1:  # ⌊(x + d - 1) / d⌋ = ⌈x / d⌉
        inner = inner - inner.constant
    return Arithmetic(None, "⌈" if up else "⌊", (tree(inner), Arithmetic(divisor)))


def _joined(op: str, parts: Iterable[Arithmetic]) -> Arithmetic:
    first, *others = parts
    return Arithmetic(None, op, (first, *others)) if others else first
