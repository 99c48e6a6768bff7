"""Polynomials over sizes and over quotients that are rounded down: a canonical form.

What the rules of layers do to a size is ``+ - * //``, and so each of their numbers is a
polynomial with integer coefficients over *atoms*: symbols, and floors ⌊(a·H + b) / c⌋.
Equal ones are written in one way, as far as these laws go:

- what divides a coefficient exactly is no part of a floor, and the coefficients that
  are left in it are the smallest: ⌊(5·H + 7) / 2⌋ = 2·H + 3 + ⌊(H + 1) / 2⌋;
- the first of them is positive: ⌊-H / 7⌋ = -⌊(H + 6) / 7⌋;
- what divides all of them, and the divisor, goes: ⌊(2·H + 3) / 4⌋ = ⌊(H + 1) / 2⌋;
- a floor within a floor is one: ⌊(⌊x / m⌋ + n) / k⌋ = ⌊(x + m·n) / (m·k)⌋.

Source:
    Graham, Knuth & Patashnik 1994, *Concrete Mathematics*, §3.2, for nested floors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import gcd
from typing import Any

from cnncalc._typing import override
from cnncalc.checks import MOST
from cnncalc.errors import UndecidedError
from cnncalc.symbolic.atoms import (
    Divisor,
    Floor,
    Indicator,
    Monomial,
    Ratio,
    key_of,
    keys,
)

__all__ = ["Polynomial", "as_polynomial", "variable"]


class Polynomial:
    """A polynomial with integer coefficients over symbols and floors.

    Args:
        terms: By monomial its coefficient, none of which is 0.

    Example:
        >>> h = variable("H")
        >>> once = (h + 6 - 7) // 2 + 1
        >>> twice = (once + 2 - 3) // 2 + 1
        >>> once.key, twice.key, twice == (h + 3) // 4
        ('1*⌊(1+1*H; 2)', '1*⌊(1*H+3; 4)', True)
    """

    __slots__ = ("_hash", "terms")

    def __init__(self, terms: Mapping[Monomial, int]) -> None:
        self.terms = terms
        self._hash: int | None = None

    @classmethod
    def of(cls, terms: Mapping[Monomial, int]) -> Polynomial:
        """Return the polynomial of terms, of which some may be 0."""
        return cls({monomial: c for monomial, c in terms.items() if c})

    @classmethod
    def total(cls, several: Iterable[Polynomial]) -> Polynomial:
        """Return the sum of some, made at once."""
        terms: dict[Monomial, int] = {}
        for each in several:
            for monomial, c in each.terms.items():
                terms[monomial] = terms.get(monomial, 0) + c
        return cls.of(terms)

    @property
    def key(self) -> str:
        """The key that no other polynomial has."""
        terms = self.terms.items()
        texts = ["*".join([str(c), *map(key_of, monomial)]) for monomial, c in terms]
        return "+".join(sorted(texts))

    @property
    def constant(self) -> int:
        """The term without symbols."""
        return self.terms.get((), 0)

    @property
    def is_constant(self) -> bool:
        """Whether it has no symbols."""
        return not self.terms or (len(self.terms) == 1 and () in self.terms)

    @property
    def symbols(self) -> frozenset[str]:
        """The names of its symbols."""
        found: set[str] = set()
        for atom in {atom for monomial in self.terms for atom in monomial}:
            found |= {atom} if isinstance(atom, str) else atom.symbols
        return frozenset(found)

    @property
    def is_positive(self) -> bool:
        """Whether it is a sum of products of symbols, and so from 1 on."""
        terms = self.terms.items()
        plain = all(isinstance(atom, str) for monomial, _ in terms for atom in monomial)
        return bool(terms) and plain and all(c > 0 for _, c in terms)

    @property
    def has_ratios(self) -> bool:
        """Whether something in it is divided by symbols."""
        atoms = {atom for monomial in self.terms for atom in monomial}
        compounds = [atom for atom in atoms if not isinstance(atom, str)]
        return any(isinstance(a, Ratio) or a.inner.has_ratios for a in compounds)

    @property
    def line(self) -> tuple[str, int, int] | None:
        """Its symbol, factor and constant, if it has one symbol alone: 2·H + 1."""
        names = [monomial for monomial in self.terms if monomial]
        if len(names) != 1 or len(names[0]) != 1 or not isinstance(names[0][0], str):
            return None
        return names[0][0], self.terms[names[0]], self.constant

    def __add__(self, other: Polynomial | int) -> Polynomial:
        found = dict(self.terms)
        for monomial, c in as_polynomial(other).terms.items():
            _put(found, monomial, c)
        return Polynomial(found)

    __radd__ = __add__

    def __neg__(self) -> Polynomial:
        return Polynomial({monomial: -c for monomial, c in self.terms.items()})

    def __sub__(self, other: Polynomial | int) -> Polynomial:
        return self + -other

    def __rsub__(self, other: int) -> Polynomial:
        return -self + other

    def __mul__(self, other: Polynomial | int) -> Polynomial:
        found: dict[Monomial, int] = {}
        for its, d in as_polynomial(other).terms.items():
            for mine, c in self.terms.items():
                _put(found, _product(mine, its), c * d)
        return Polynomial(found)

    __rmul__ = __mul__

    def __floordiv__(self, divisor: Polynomial | int) -> Polynomial:
        divisor = as_polynomial(divisor)
        if divisor.is_constant:
            return _floor(self, divisor.constant)
        return _ratio(self, divisor)

    def __rfloordiv__(self, dividend: int) -> Polynomial:
        return as_polynomial(dividend) // self

    def __mod__(self, divisor: Polynomial | int) -> Polynomial:
        return self - self // divisor * divisor

    def common_divisor(self, number: int) -> Polynomial:
        """Return the greatest common divisor of it and an integer from 1 on."""
        rest = Polynomial.of({m: c % number for m, c in self.terms.items()})
        common = gcd(number, *rest.terms.values())
        if common == number or rest.is_constant:
            return as_polynomial(common)
        inner = Polynomial({m: c // common for m, c in rest.terms.items()})
        return Polynomial({(Divisor(inner, number // common),): common})

    def bracket(self) -> Polynomial:
        """Return 1 where it is 0, and 0 elsewhere."""
        rest, others = self.constant, [term for term in self.terms.items() if term[0]]
        if not others:
            return as_polynomial(int(not rest))
        if len(others) == 1 and all(isinstance(a, Indicator) for a in others[0][0]):
            ((monomial, c),) = others
            either = Polynomial({monomial: 1})
            return (1 - either) * (not rest) + either * (rest + c == 0)
        common = gcd(*[c for _, c in others])
        if rest % common:
            return as_polynomial(0)
        if min(others, key=lambda term: keys(term[0]))[1] < 0:
            common = -common
        inner = Polynomial({m: c // common for m, c in self.terms.items()})
        return Polynomial({(Indicator(inner),): 1})

    def divided(self, divisor: Polynomial) -> Polynomial | None:
        """Return the quotient by a single term, if it leaves no rest."""
        if len(divisor.terms) != 1:
            return None
        ((atoms, factor),) = divisor.terms.items()
        found: dict[Monomial, int] = {}
        for monomial, c in self.terms.items():
            left = list(monomial)
            for atom in atoms:
                if atom not in left:
                    return None
                left.remove(atom)
            if c % factor:
                return None
            found[tuple(left)] = c // factor
        return Polynomial(found)

    @override
    def __eq__(self, other: object) -> bool:
        if isinstance(other, int):
            return self.is_constant and self.constant == other
        return isinstance(other, Polynomial) and self.terms == other.terms

    @override
    def __hash__(self) -> int:
        if self._hash is None:
            constant = self.is_constant
            self._hash = hash(self.constant if constant else self.key)
        return self._hash

    @override
    def __reduce__(self) -> Any:
        return _restored, (tuple(self.terms.items()),)


def variable(symbol: str) -> Polynomial:
    """Return a symbol as a polynomial."""
    return Polynomial({(symbol,): 1})


def as_polynomial(value: Any) -> Polynomial:
    """Return a polynomial, also of an integer."""
    if isinstance(value, Polynomial):
        return value
    return Polynomial({(): int(value)} if value else {})


def _restored(terms: Any) -> Polynomial:
    return Polynomial(dict(terms))


def _put(terms: dict[Monomial, int], monomial: Monomial, c: int) -> None:
    """Add to a coefficient; one that is 0 then is none."""
    total = terms.get(monomial, 0) + c
    if total:
        terms[monomial] = total
    else:
        terms.pop(monomial, None)


def _product(one: Monomial, other: Monomial) -> Monomial:
    if not (one and other):
        return one or other
    found = sorted((*one, *other), key=key_of)
    once = [a for a, b in pairwise(found) if a != b or not isinstance(a, Indicator)]
    return (*once, found[-1])  # an indicator is its own square


def _floor(p: Polynomial, divisor: int) -> Polynomial:
    """Return a quotient rounded down, in its canonical form."""
    if divisor < 0:
        return _floor(-p, -divisor)
    outside: dict[Monomial, int] = {}
    inside: dict[Monomial, int] = {}
    for monomial, c in p.terms.items():
        quotient, rest = _split(c, divisor, not monomial)
        _put(outside, monomial, quotient)
        _put(inside, monomial, rest)
    whole, rest = Polynomial(outside), inside.pop((), 0)
    if not inside:
        return whole
    x, divisor, rest = _reduced(Polynomial(inside), divisor, rest)
    first = min(x.terms, key=keys)
    if x.terms[first] < 0:
        return whole - _floor(-x + (divisor - 1 - rest), divisor)
    return whole + _merged(x, rest, divisor)


def _split(c: int, divisor: int, alone: bool) -> tuple[int, int]:
    """Return how often a divisor is in a coefficient, and what is left.

    That is the smallest, of either sign, and a half has the sign that it had; of what
    is *alone*, with nothing that varies, it is from 0 on.
    """
    quotient, rest = divmod(c, divisor)
    if not alone and (2 * rest > divisor or (2 * rest == divisor and c < 0)):
        return quotient + 1, rest - divisor
    return quotient, rest


def _reduced(x: Polynomial, divisor: int, rest: int) -> tuple[Polynomial, int, int]:
    """Return ⌊(x + rest) / divisor⌋ without what divides *x* and the divisor."""
    common = gcd(divisor, *x.terms.values())
    if common == 1:
        return x, divisor, rest
    each = {monomial: c // common for monomial, c in x.terms.items()}
    return Polynomial(each), divisor // common, rest // common


def _ratio(p: Polynomial, divisor: Polynomial) -> Polynomial:
    """Return a quotient by what has symbols, rounded down; of products canonically.

    What has symbols is positive. What it divides goes out, by its largest term; by a
    product the first term of what is left is positive: ⌊-x / s⌋ = -⌊(x - 1) / s⌋ - 1.
    """
    largest = max(divisor.terms, key=_degree)
    factor, whole = divisor.terms[largest], Polynomial({})
    x, done = p, set[Monomial]()
    while left := x.terms.keys() - done:  # from the largest on, which adds smaller ones
        monomial = max(left, key=_degree)
        done.add(monomial)
        part = Polynomial({monomial: 1}).divided(Polynomial({largest: 1}))
        if part is not None:
            quotient, _ = _split(x.terms[monomial], factor, part == 1)
            whole, x = whole + part * quotient, x - part * quotient * divisor
    if not x.terms:
        return whole
    first = min(x.terms, key=lambda monomial: (not monomial, keys(monomial)))
    if x.terms[first] < 0 and len(divisor.terms) == 1:
        return whole - 1 - _ratio(-x - 1, divisor)
    common = gcd(*divisor.terms.values(), *x.terms.values())
    x, divisor = (
        Polynomial({m: c // common for m, c in each.terms.items()})
        for each in (x, divisor)
    )
    rest = x.constant
    return whole + _merged(x - rest, rest, divisor)


def _degree(monomial: Monomial) -> tuple[int, tuple[str, ...]]:
    """Return what orders products: their degree, then what they are made of."""
    return len(monomial), keys(monomial)


def _merged(x: Polynomial, rest: int, divisor: Any) -> Polynomial:
    """Return ⌊(x + rest) / divisor⌋, with a floor in *x* as part of it."""
    for (atom, *others), c in x.terms.items():
        if others or not isinstance(atom, Floor) or abs(c) != 1:
            continue
        m, inner = atom.number, atom.inner
        if c < 0:  # -⌊x / m⌋ = ⌊(m - 1 - x) / m⌋
            inner = m - 1 - inner
        left = {monomial: d for monomial, d in x.terms.items() if monomial != (atom,)}
        found: Polynomial = ((Polynomial(left) + rest) * m + inner) // (divisor * m)
        return found
    if isinstance(divisor, Polynomial):
        return Polynomial({(Ratio(x + rest, divisor),): 1})
    if divisor >= MOST:
        why = "a size in symbols is divided by more than can be printed"
        raise UndecidedError(why, "Give its symbols numbers")
    return Polynomial({(Floor(x + rest, divisor),): 1})
