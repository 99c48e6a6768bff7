"""The values that one symbol may have: sets that repeat from some value on.

A comparison of polynomials in one symbol, floors included, holds for such a set: from
some value on always, never, or, of the first degree, again and again, with its
divisors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import count, groupby
from math import gcd, lcm
from typing import Literal, NamedTuple, TypeAlias

from cnncalc.sizes.number import ceil_div
from cnncalc.symbolic.atoms import Atom, Ratio
from cnncalc.symbolic.evaluation import evaluated
from cnncalc.symbolic.growth import above_from
from cnncalc.symbolic.polynomial import Polynomial, variable

__all__ = ["ANY", "Allowed", "SizeSign", "allowed_by", "compared"]

SizeSign: TypeAlias = Literal["≥", "=", "≠"]  # how a polynomial is compared with 0

_MOST = 20_000  # values that are looked at one by one


def compared(value: int, sign: SizeSign) -> bool:
    """Tell whether a number compares so with 0."""
    return value >= 0 if sign == "≥" else (value == 0) == (sign == "=")


class Allowed(NamedTuple):
    """Positive integers: some small ones, and from a start on those of some remainders.

    Attributes:
        few: Those below the start.
        start: Where the rest begins.
        period: After how many it repeats.
        remainders: Which remainders by the period are in it.

    Example:
        >>> from cnncalc.symbolic.polynomial import variable
        >>> even = allowed_by(variable("H") % 2, "=")
        >>> print(even.words("H"))
        H mod 2 = 0
        >>> print(even.both(allowed_by(variable("H") - 5, "≥")).words("H"))
        H ≥ 6 and H mod 2 = 0
    """

    few: frozenset[int]
    start: int
    period: int
    remainders: frozenset[int]

    def has(self, n: int) -> bool:
        """Tell whether a value is allowed."""
        return n in self.few if n < self.start else n % self.period in self.remainders

    def both(self, other: Allowed) -> Allowed | None:
        """Return what is in this and in another; None if that repeats too late."""
        return self._with(other, all)

    def either(self, other: Allowed) -> Allowed | None:
        """Return what is in this or in another; None if that repeats too late."""
        return self._with(other, any)

    def _with(
        self, other: Allowed, of: Callable[[Iterable[bool]], bool]
    ) -> Allowed | None:
        start, period = max(self.start, other.start), lcm(self.period, other.period)
        if start + period > _MOST:
            return None
        every = [n for n in range(1, start + period) if of((self.has(n), other.has(n)))]
        return _shortest(set(every), start, period)

    def but(self, other: Allowed) -> Allowed | None:
        """Return what is in this and not in another; None if that repeats too late."""
        few = frozenset([n for n in range(1, other.start) if n not in other.few])
        rests = frozenset(range(other.period)) - other.remainders
        return self.both(Allowed(few, other.start, other.period, rests))

    def zeros(self, polynomial: Polynomial) -> Allowed | None:
        """Return for which of them a polynomial is 0; None if it cannot be told."""
        found = allowed_by(polynomial, "=")
        return None if found is None else found.both(self)

    def behind(self, slope: int, rest: int) -> Allowed:
        """Return for which n slope·n + rest is allowed, of a slope from 1 on."""
        period = self.period // gcd(self.period, slope)
        start = max(1, ceil_div(self.start - rest, slope))
        last = start + period
        every = {n for n in range(1, last) if self.has(slope * n + rest)}
        return _shortest(every, start, period)

    @property
    def least(self) -> int:
        """The smallest value that is allowed; of none, the first that might be."""
        found = self.least_from(1)
        return self.start + self.period if found is None else found

    def least_from(self, first: int) -> int | None:
        """Return the smallest value from one on that is allowed; None if none is."""
        last = max(first, self.start) + self.period
        return next((n for n in range(first, last) if self.has(n)), None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return not (self.few or self.remainders)

    @property
    def most(self) -> int | None:
        """The largest; None if there is none."""
        return None if self.remainders else max(self.few, default=0)

    def cases(self, symbol: str) -> list[int | Polynomial]:
        """Return the few, and for each remainder what has it, with a symbol from 0."""
        few: list[int | Polynomial] = list(self.few)
        firsts = range(self.start, self.start + self.period)
        more = [variable(symbol) * self.period + n for n in firsts if self.has(n)]
        return [*few, *more]

    def words(self, symbol: str) -> str:
        """Return it in words: ``H ≥ 32 and H mod 16 = 0``."""
        few, start = self.few, self.start
        alike = {n for n in range(1, start) if n % self.period in self.remainders}
        if alike < few and self.period > 1:  # some besides what repeats from 1 on
            few, start = few - alike, 1
        found = list(_runs(sorted(few), symbol))
        if not self.remainders:
            return " or ".join(found)
        first = next(n for n in count(start) if self.has(n))
        every = len(self.remainders) == self.period
        parts = [f"{symbol} ≥ {first}"] if every or start > 1 else []
        if not every:
            rests = ", ".join(map(str, sorted(self.remainders)))
            parts.append(f"{symbol} mod {self.period} = {rests}")
        return " or ".join([*found, " and ".join(parts)])


def _runs(numbers: list[int], symbol: str) -> Iterator[str]:
    """Give in words the runs of neighbouring numbers."""
    for _, pairs in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [n for _, n in pairs]
        first, last = run[0], run[-1]
        if first == last:
            yield f"{symbol} = {first}"
        else:
            yield f"{first} ≤ {symbol} ≤ {last}" if first > 1 else f"{symbol} ≤ {last}"


def _shortest(every: set[int], start: int, period: int) -> Allowed:
    """Return a set, given up to its first period, in its shortest form."""
    tail = [n in every for n in range(start, start + period)]
    for shorter in range(1, period):
        if period % shorter == 0 and tail == tail[:shorter] * (period // shorter):
            period = shorter
            break
    rests = frozenset([n % period for n in range(start, start + period) if n in every])
    while start > 1 and (start - 1 in every) == ((start - 1) % period in rests):
        start -= 1
    return Allowed(frozenset([n for n in every if n < start]), start, period, rests)


ANY = Allowed(frozenset(), 1, 1, frozenset({0}))


# Without it networks in symbols take a sixth longer.
@lru_cache(maxsize=4096)
def allowed_by(polynomial: Polynomial, sign: SizeSign) -> Allowed | None:
    """Return for which values of its one symbol a polynomial compares so with 0.

    None if too many values would have to be looked at, or it cannot be told: of a
    higher degree where it does not grow, nor fall.
    """
    line = _line(polynomial)
    if line is None:
        return _allowed_beyond(polynomial, sign)
    slope, denominator, low, high = line
    if slope:  # beyond the start it has the sign of its slope
        start = max(1, (-low // slope if slope > 0 else high // -slope) + 2)
        period, always = 1, compared(1 if slope > 0 else -1, sign)
    else:
        start, period, always = 1, denominator, False
    if start + period > _MOST:
        return None
    every = _tried(polynomial, sign, start if slope else start + period)
    return _shortest(every | ({start} if always else set()), start, period)


def _allowed_beyond(polynomial: Polynomial, sign: SizeSign) -> Allowed | None:
    """Return the same of one that has the sign of its growth from a size on."""
    for factor in (1, -1):
        start = above_from(polynomial * factor, 0)
        if start is not None and start <= _MOST:
            every = _tried(polynomial, sign, start)
            always = compared(factor, sign)
            return _shortest(every | ({start} if always else set()), start, 1)
    return None


def _tried(polynomial: Polynomial, sign: SizeSign, last: int) -> set[int]:
    (symbol,) = polynomial.symbols
    of = {n: evaluated(polynomial, {symbol: n}) for n in range(1, last)}
    return {n for n, value in of.items() if compared(value, sign)}


def _line(polynomial: Polynomial) -> tuple[int, int, int, int] | None:
    """Return between which lines a polynomial in one symbol runs.

    It is from (slope·n + low) / denominator to (slope·n + high) / denominator, and if
    n grows by the denominator, grows by the slope.
    """
    slope, denominator, low, high = 0, 1, polynomial.constant, polynomial.constant
    if any(len(monomial) > 1 for monomial in polynomial.terms):
        return None
    atoms = [(atom, c) for monomial, c in polynomial.terms.items() for atom in monomial]
    for atom, c in atoms:
        line = _line_of(atom)
        if line is None:
            return None
        a, below, ends = line[0], line[1], sorted((c * line[2], c * line[3]))
        common = lcm(denominator, below)
        mine, its = common // denominator, common // below
        slope, denominator = slope * mine + c * a * its, common
        low, high = low * mine + ends[0] * its, high * mine + ends[1] * its
    return slope, denominator, low, high


def _line_of(atom: Atom) -> tuple[int, int, int, int] | None:
    if isinstance(atom, str):
        return 1, 1, 0, 0
    if isinstance(atom, Ratio):
        return None
    line = _line(atom.inner)
    if line is None:
        return None
    slope, denominator, low, high = line
    number = atom.number
    if atom.ends:  # one that is 0 or 1 repeats only where its polynomial does
        below, (least, most) = denominator * (number or 1), atom.ends
        repeats = number or not slope
        return (0, below, below * least, below * most) if repeats else None
    return slope, denominator * number, low - (number - 1) * denominator, high
