"""Conditions: for which sizes an expression holds, and what decides a branch of a rule.

A rule that is read on symbols compares sizes. What follows from the sizes being
positive, and from what was assumed before, is decided by that. Anything else is as it
is at the network's own size, and is assumed from then on: it becomes a condition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from math import gcd, prod
from typing import Any, NamedTuple, TypeAlias

from cnncalc._typing import override
from cnncalc.symbolic.allowed import ANY, Allowed, SizeSign, allowed_by, compared
from cnncalc.symbolic.atoms import Atom, Floor, Monomial, Ratio
from cnncalc.symbolic.evaluation import evaluated
from cnncalc.symbolic.polynomial import Polynomial, as_polynomial, variable
from cnncalc.symbolic.writing import added_and_taken, as_text

__all__ = ["Among", "Assumptions", "Condition", "Relation"]


class Among(NamedTuple):
    """A size must be one of some: ``H ≥ 32``, ``H mod 16 = 0``.

    Attributes:
        size: The size: a symbol, or more.
        allowed: What it may be.

    Example:
        >>> from cnncalc import zoo
        >>> condition, _ = zoo.vgg16().symbolic().conditions
        >>> print(condition, condition.holds(H=31), condition.holds(H=500))
        H ≥ 32 False True
    """

    size: Polynomial
    allowed: Allowed

    @property
    def symbols(self) -> frozenset[str]:
        """The names of the sizes that it is about."""
        return self.size.symbols

    def holds(self, **sizes: int) -> bool:
        """Tell whether it holds for some sizes."""
        return self.allowed.has(evaluated(self.size, sizes))

    def restated(self, sizes: Mapping[str, Any]) -> Condition | bool:
        """Return the same of other sizes, which stand for its symbols."""
        size = as_polynomial(evaluated(self.size, sizes))
        if size.is_constant:
            return self.allowed.has(size.constant)
        line = size.line
        if line is None or line[1] < 0:
            return Among(size, self.allowed)
        symbol, slope, rest = line
        some = self.allowed.behind(slope, rest)
        return some == ANY or Among(variable(symbol), some)

    @override
    def __str__(self) -> str:
        return self.allowed.words(as_text(self.size))


class Relation(NamedTuple):
    """Sizes must be like each other: ``⌈H/8⌉ = ⌈W/8⌉``.

    Attributes:
        polynomial: What is compared with 0.
        sign: How: it is "≥", "=" or "≠".
    """

    polynomial: Polynomial
    sign: SizeSign

    @property
    def symbols(self) -> frozenset[str]:
        """The names of the sizes that it is about."""
        return self.polynomial.symbols

    def holds(self, **sizes: int) -> bool:
        """Tell whether it holds for some sizes."""
        return compared(evaluated(self.polynomial, sizes), self.sign)

    def restated(self, sizes: Mapping[str, Any]) -> Condition | bool:
        """Return the same of other sizes, which stand for its symbols."""
        polynomial = as_polynomial(evaluated(self.polynomial, sizes))
        if polynomial.is_constant:
            return compared(polynomial.constant, self.sign)
        names = polynomial.symbols
        some = allowed_by(polynomial, self.sign) if len(names) == 1 else None
        if some is None:
            return Relation(polynomial, self.sign)
        return some == ANY or Among(variable(*names), some)

    @override
    def __str__(self) -> str:
        left, right = map(as_text, added_and_taken(self.polynomial))
        return f"{left} {self.sign} {right}"


_CASES = 64  # combinations of remainders that are looked at one by one

Condition: TypeAlias = Among | Relation

Bounds: TypeAlias = tuple[int | None, int | None]


class Assumptions:
    """The assumptions about sizes while rules are read on symbols.

    Attributes:
        allowed: By symbol, which sizes it may have.
        relations: What is assumed of several together.
        both_ways: Whether what is there for some sizes alone is added for all.
        there: Calls and shapes that are, by identity, each with a number in symbols
            that is 1 where it is there, and else 0.
    """

    def __init__(self, *, both_ways: bool = False) -> None:
        self.both_ways = both_ways
        self.there: dict[int, tuple[Any, Any]] = {}
        self.allowed: dict[str, Allowed] = {}
        self.relations: dict[Relation, None] = {}
        self._seen: set[Relation] = set()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All of it, as far as it says anything."""
        after = Assumptions()  # what was noted early may follow from what came later
        after.allowed = dict(self.allowed)
        for relation in self.relations:
            after.note(relation)
        every = after.allowed.items()
        among = [Among(variable(s), some) for s, some in every if some != ANY]
        return *among, *after.relations

    def sizes_of(self, symbol: str) -> Allowed | None:
        """Return which values of the only symbol are as assumed, if it can be told."""
        every = self.conditions
        if not all(isinstance(condition, Among) for condition in every):
            return None
        return self.allowed.get(symbol, ANY)

    def decide(self, polynomial: Polynomial, sign: SizeSign, truth: bool) -> bool:
        """Tell whether a polynomial compares so with 0; note it, if that is assumed.

        Args:
            polynomial: It has symbols.
            sign: How it is compared.
            truth: How that comes out at the network's own size.
        """
        if not truth:
            polynomial, sign = _opposite(polynomial, sign)
        relation = _shorter(polynomial, sign)
        if relation is not None and relation not in self._seen:
            self._seen.add(relation)
            self.note(relation)
        return truth

    def spreads(
        self, difference: Polynomial, one: Polynomial, size: Polynomial
    ) -> bool:
        """Tell whether a size is spread to another for some symbol, and note that.

        Args:
            difference: It is 0 where they are alike.
            one: It is 0 where the size is 1, which may be while they are not.
            size: It is 0 where the other is 1, which must not be so alone.
        """
        names = {*difference.symbols, *one.symbols, *size.symbols}
        if len(names) > 1:
            return False
        (symbol,) = names
        known = self.allowed.get(symbol, ANY)
        equal, ones, others = (known.zeros(p) for p in (difference, one, size))
        if equal is None or ones is None or others is None:
            return False
        ones, others = ones.but(equal), others.but(equal)
        if ones is None or ones.is_empty or others is None or not others.is_empty:
            return False
        self.allowed[symbol] = equal.either(ones) or equal
        return True

    def note(self, relation: Relation) -> None:
        """Note a relation: with its one symbol, or unless it follows."""
        polynomial = as_polynomial(
            evaluated(relation.polynomial, self._known(relation))
        )
        if polynomial.is_constant:
            return
        relation = relation._replace(polynomial=polynomial)
        if not (self._narrowed(relation) or self._follows(relation)):
            self.relations[relation] = None

    def _known(self, relation: Relation) -> dict[str, Polynomial | int]:
        """Return the symbols of a relation: as numbers, where only one is left."""
        found: dict[str, Polynomial | int] = {}
        for symbol in relation.symbols:
            some = self.allowed.get(symbol, ANY)
            single = len(some.few) == 1 and not some.remainders
            found[symbol] = next(iter(some.few)) if single else variable(symbol)
        return found

    def _narrowed(self, relation: Relation) -> bool:
        """Note a relation of one symbol as what that may be, if it can be told."""
        if len(relation.symbols) > 1:
            return False
        (symbol,) = relation.symbols
        known, both = self.allowed.get(symbol, ANY), None
        if not known.remainders:
            few = [n for n in known.few if relation.holds(**{symbol: n})]
            both = known._replace(few=frozenset(few))
        elif (some := allowed_by(*relation)) is not None:
            both = known.both(some)
        if both is not None:
            self.allowed[symbol] = both
        return both is not None

    def _follows(self, relation: Relation) -> bool:
        """Tell whether a relation of several sizes follows from what each may be."""
        if all(_always(case, relation.sign) for case in self._cases(relation)):
            return True
        low, high = self._bounds(relation.polynomial)
        if relation.sign == "≥":
            return low is not None and low >= 0
        below = high is not None and high < 0
        return relation.sign == "≠" and (below or (low is not None and low > 0))

    def _cases(self, relation: Relation) -> list[Polynomial]:
        """Return a polynomial with each remainder that its sizes may have.

        Its symbols are then integers from 0 on. Of too many, there is only itself.
        """
        symbols = sorted(relation.symbols)
        each = [self.allowed.get(symbol, ANY).cases(symbol) for symbol in symbols]
        if prod(map(len, each)) > _CASES:
            return [relation.polynomial]
        known = [dict(zip(symbols, case, strict=True)) for case in product(*each)]
        return [as_polynomial(evaluated(relation.polynomial, case)) for case in known]

    def _bounds(self, polynomial: Polynomial) -> Bounds:
        """Return what a polynomial is at least and at most; None where that is open."""
        ends = [self._bounds_of_term(*term) for term in polynomial.terms.items()]
        lows, highs = [low for low, _ in ends], [high for _, high in ends]
        return _unless_open(sum, lows), _unless_open(sum, highs)

    def _bounds_of_term(self, monomial: Monomial, c: int) -> Bounds:
        """Return the same of a term, whose atoms are positive, or its bounds open."""
        each = [self._bounds_of(atom) for atom in monomial]
        least = _unless_open(prod, [low for low, _ in each])
        if least is None or any(low is not None and low < 0 for low, _ in each):
            return None, None
        most = _unless_open(prod, [high for _, high in each])
        low, high = c * least, None if most is None else c * most
        return (low, high) if c > 0 else (high, low)

    def _bounds_of(self, atom: Atom) -> Bounds:
        if isinstance(atom, str):
            some = self.allowed.get(atom, ANY)
            return some.least, some.most
        if atom.ends:
            return atom.ends
        ends = self._bounds(atom.inner)
        if isinstance(atom, Ratio):
            open_ = ends[0] is None or ends[0] < 0
            return (None, None) if open_ else (0, ends[1])
        low, high = (None if end is None else end // atom.number for end in ends)
        return low, high


def _unless_open(join: Callable[[Any], int], ends: list[int | None]) -> int | None:
    """Return the sum or product of bounds; None if one of them is open."""
    return None if None in ends else join(ends)


def _always(case: Polynomial, sign: SizeSign) -> bool:
    """Tell whether a polynomial over integers from 0 on compares so, whatever they are.

    False may mean that it is not known.
    """
    if case.is_constant:
        return compared(case.constant, sign)
    return sign == "≥" and _is_positive(case)


def _is_positive(case: Polynomial) -> bool:
    """Tell whether nothing is taken away in a polynomial over integers from 0 on."""
    floors = {a for monomial in case.terms for a in monomial if isinstance(a, Floor)}
    inner = all(_is_positive(floor.inner) for floor in floors)
    return inner and min(case.terms.values()) > 0


def _opposite(polynomial: Polynomial, sign: SizeSign) -> tuple[Polynomial, SizeSign]:
    """Return the comparison that holds where another does not."""
    if sign == "≥":
        return -polynomial - 1, "≥"
    return polynomial, "≠" if sign == "=" else "="


def _undivided(polynomial: Polynomial) -> Polynomial:
    """Return what is at least 0 where a polynomial is: of ⌊x / s⌋ + n it is x + n·s."""
    rest = polynomial.constant
    (atoms, c), *others = (polynomial - rest).terms.items()
    if others or c != 1 or len(atoms) != 1:
        return polynomial
    (atom,) = atoms
    return atom.inner + atom.number * rest if isinstance(atom, Ratio) else polynomial


def _shorter(polynomial: Polynomial, sign: SizeSign) -> Relation | None:
    """Return a true comparison in its shortest form; None if it is always true."""
    polynomial = _undivided(polynomial) if sign == "≥" else polynomial
    if polynomial.is_constant:
        return None
    common = gcd(*[c for monomial, c in polynomial.terms.items() if monomial])
    rest = polynomial.constant
    if sign == "≠" and rest % common:
        return None
    each = {m: c // common for m, c in polynomial.terms.items() if m}
    shorter = Polynomial(each) + rest // common
    first = next(iter(each.values()))
    return Relation(-shorter if sign != "≥" and first < 0 else shorter, sign)
