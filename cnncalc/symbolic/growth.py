"""The growth of an expression of one size: from where on it stays above a limit.

A floor lies between two lines, and so a polynomial over floors lies above a polynomial
without, of which it is easy to tell from where on it stays above a number.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb

from cnncalc.symbolic.atoms import Atom, Monomial
from cnncalc.symbolic.halving import first_where
from cnncalc.symbolic.polynomial import Polynomial

__all__ = ["above_from"]

Coefficients = list[Fraction]  # of a polynomial in one size, the constant first


def above_from(polynomial: Polynomial, limit: int) -> int | None:
    """Return a size from which on a polynomial in one symbol is more than a limit.

    None if it does not grow. It need not be the first such size, but is near it.

    Example:
        >>> from cnncalc.symbolic.polynomial import variable
        >>> s = variable("S")
        >>> above_from((s + 1) // 2 * (s // 2) - 3 * s, 1_000)
        71
    """
    if polynomial.has_ratios:
        return None
    below = _added([], [Fraction(-limit - 1)], 1)
    lines: list[Coefficients] = []
    for monomial, c in polynomial.terms.items():
        each = [_between(atom) for atom in monomial]
        lines += [low for low, _ in each]
        product = [Fraction(1)]
        for low, high in each:
            product = _times(product, low if c > 0 else high)
        below = _added(below, product, c)
    rising = [n for n, c in enumerate(below) if c]
    if rising[-1:] in ([], [0]) or below[rising[-1]] < 0:
        return None
    every = [below, *lines]

    def rises(start: int) -> bool:  # and then from any later one, too
        return all(min(_shifted(p, start)) >= 0 for p in every)

    last = 1
    while not rises(last):
        last *= 2
    return first_where(1, last, rises)


def _between(atom: Atom) -> tuple[Coefficients, Coefficients]:
    """Return lines below and above an atom, which is of the first degree or less."""
    if isinstance(atom, str):
        return [Fraction(0), Fraction(1)], [Fraction(0), Fraction(1)]
    if atom.ends:
        least, most = atom.ends
        return [Fraction(least)], [Fraction(most)]
    low: Coefficients = []
    high: Coefficients = []
    for monomial, c in atom.inner.terms.items():
        lines = _between_product(monomial)
        first, second = lines if c > 0 else lines[::-1]
        low, high = _added(low, first, c), _added(high, second, c)
    cut, share = [Fraction(1 - atom.number)], Fraction(1, atom.number)
    return _times(_added(low, cut, 1), [share]), _times(high, [share])


def _between_product(monomial: Monomial) -> tuple[Coefficients, Coefficients]:
    low = high = [Fraction(1)]
    for atom in monomial:
        below, above = _between(atom)
        low, high = _times(low, below), _times(high, above)
    return low, high


def _added(p: Coefficients, q: Coefficients, times: int) -> Coefficients:
    found = [*p, *[Fraction(0)] * (len(q) - len(p))]
    for n, c in enumerate(q):
        found[n] += c * times
    return found


def _times(p: Coefficients, q: Coefficients) -> Coefficients:
    found = [Fraction(0)] * (len(p) + len(q) - 1)
    for n, c in enumerate(p):
        for m, d in enumerate(q):
            found[n + m] += c * d
    return found


def _shifted(p: Coefficients, by: int) -> Coefficients:
    """Return the coefficients of p(n + by)."""
    return [
        sum(
            (c * comb(m, n) * by ** (m - n) for m, c in enumerate(p) if m >= n),
            Fraction(0),
        )
        for n in range(len(p))
    ]
