"""Conditions: for which sizes an expression holds, and what decides a branch of a rule.

A rule that is read on symbols compares sizes. What follows from the sizes being positive,
and from what was assumed before, is decided by that. Anything else is as it is at the
network's own size, and is assumed from then on: it becomes a condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, product
from math import gcd, prod
from typing import Any, NamedTuple, TypeAlias

from cnncalc._typing import override
from cnncalc.errors import ShapeError
from cnncalc.symbolic.allowed import ANY, Allowed, Sign, allowed_by, compared
from cnncalc.symbolic.polynomial import Atom, Divisor, Polynomial, as_polynomial, evaluated, variable
from cnncalc.symbolic.writing import as_text, parts_of

__all__ = [
    "Among",
    "Assumptions",
    "Condition",
    "Relation",
    "meeting",
    "restated",
    "violated",
]


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
    sign: Sign

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
        left, right = map(as_text, parts_of(self.polynomial))
        return f"{left} {self.sign} {right}"


_CASES = 64  # combinations of remainders that are looked at one by one

Condition: TypeAlias = Among | Relation


class Assumptions:
    """What is assumed of sizes while rules are read on symbols.

    Attributes:
        allowed: By symbol, which sizes it may have.
        relations: What is assumed of several together.
    """

    def __init__(self) -> None:
        self.allowed: dict[str, Allowed] = {}
        self.relations: dict[Relation, None] = {}
        self._seen: set[Relation] = set()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All of it, as far as it says anything."""
        every = self.allowed.items()
        among = [Among(variable(s), some) for s, some in every if some != ANY]
        return *among, *[one for one in self.relations if not self._follows(one)]

    def decide(self, polynomial: Polynomial, sign: Sign, truth: bool) -> bool:
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
            if not self._settled(relation):
                self.relations[relation] = None
        return truth

    def _settled(self, relation: Relation) -> bool:
        """Tell whether a relation needs no note: it follows, or its one symbol has it."""
        if len(relation.symbols) == 1:
            (symbol,) = relation.symbols
            known = self.allowed.get(symbol, ANY)
            if known.remainders:
                some = allowed_by(*relation)
                both = None if some is None else known.both(some)
            else:
                few = [n for n in known.few if relation.holds(**{symbol: n})]
                both = known._replace(few=frozenset(few))
            if both is not None:
                self.allowed[symbol] = both
                return True
        return self._follows(relation)

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

    def _bounds(self, polynomial: Polynomial) -> tuple[int | None, int | None]:
        """Return what a polynomial is at least and at most; None where nothing is known.

        Sizes are positive, and so are the atoms that are multiplied.
        """
        low: int | None = 0
        high: int | None = 0
        for monomial, c in polynomial.terms.items():
            least: int | None = 1
            most: int | None = 1
            for atom in monomial:
                below, above = self._bounds_of(atom)
                if below is None or below < 0:
                    return None, None
                assert least is not None
                least *= below
                most = None if most is None or above is None else most * above
            ends = (least, most) if c > 0 else (most, least)
            low, high = (
                None if total is None or end is None else total + c * end
                for total, end in zip((low, high), ends, strict=True)
            )
        return low, high

    def _bounds_of(self, atom: Atom) -> tuple[int | None, int | None]:
        if isinstance(atom, str):
            some = self.allowed.get(atom, ANY)
            return some.least, some.most
        if isinstance(atom, Divisor):
            return 1, atom.number
        ends = self._bounds(atom.inner)
        low, high = (None if end is None else end // atom.number for end in ends)
        return low, high


def meeting(*several: Iterable[Condition]) -> tuple[Condition, ...]:
    """Return what all of some conditions say together, each once."""
    allowed: dict[Polynomial, Allowed] = {}
    rest: dict[Condition, None] = {}
    for condition in chain(*several):
        if isinstance(condition, Among):
            both = allowed.get(condition.size, ANY).both(condition.allowed)
            if both is not None:
                allowed[condition.size] = both
                continue
        rest[condition] = None
    return *map(Among._make, allowed.items()), *rest


def restated(
    conditions: Iterable[Condition], sizes: Mapping[str, Any]
) -> tuple[Condition, ...]:
    """Return conditions of other sizes, which stand for their symbols.

    Raises:
        ShapeError: If one of them never holds then.
    """
    found: list[Condition] = []
    for condition in conditions:
        new = condition.restated(sizes)
        if new is False:
            why = f"it holds for {condition}, and that is never so then"
            raise ShapeError(why, "Choose other sizes")
        if new is not True:
            found.append(new)
    return tuple(found)


def violated(
    conditions: Iterable[Condition], sizes: Mapping[str, int]
) -> tuple[Condition, ...]:
    """Return which conditions do not hold for some sizes."""
    return tuple([one for one in conditions if not one.holds(**sizes)])


def _always(case: Polynomial, sign: Sign) -> bool:
    """Tell whether a polynomial over integers from 0 on compares so, whatever they are.

    False may mean that it is not known.
    """
    if case.is_constant:
        return compared(case.constant, sign)
    return sign == "≥" and min(case.terms.values()) > 0 and case.constant >= 0


def _opposite(polynomial: Polynomial, sign: Sign) -> tuple[Polynomial, Sign]:
    """Return the comparison that holds where another does not."""
    if sign == "≥":
        return -polynomial - 1, "≥"
    return polynomial, "≠" if sign == "=" else "="


def _shorter(polynomial: Polynomial, sign: Sign) -> Relation | None:
    """Return a true comparison without what divides all of it; None if it needs none."""
    common = gcd(*[c for monomial, c in polynomial.terms.items() if monomial])
    rest = polynomial.constant
    if sign == "≠" and rest % common:
        return None
    each = {m: c // common for m, c in polynomial.terms.items() if m}
    shorter = Polynomial(each) + rest // common
    first = next(iter(each.values()))
    return Relation(-shorter if sign != "≥" and first < 0 else shorter, sign)
