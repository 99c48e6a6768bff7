"""Fields that depend on the position: what the units of one period see.

Behind a layer that enlarges, neighbours do not see equally far: of two units that come
from one below, one may look beyond it where the other does not. Along each axis it is
the same again after a period, and so one period of units tells of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any, NamedTuple

from cnncalc.sizes.places import Slide

__all__ = ["Seeing", "positions_in", "seen_together", "through"]

_MOST_UNITS = 10_000  # of a period; that of sizes without a common divisor may be long


class Seeing(NamedTuple):
    """The positions that units see along one axis of an input, as if it had no border.

    Attributes:
        each: The positions that each unit of one period sees, from the first on.
        shift: How much farther on the next period's are.
    """

    each: tuple[range, ...]
    shift: int

    @classmethod
    def of(
        cls, size: int, stride: Any, padding: int, period: Sequence[range]
    ) -> Seeing:
        """Return what units see of which a field tells these."""
        if period:
            return cls(tuple(period), int(stride * len(period)))
        return cls((range(-padding, size - padding),), stride)

    @property
    def field(self) -> tuple[int, Any, int]:
        """The largest size, the stride and the padding of a field."""
        stride = Fraction(self.shift, len(self.each))
        seen = next((one for one in self.each if one), range(0))
        whole = stride.denominator == 1
        return (
            max(map(positions_in, self.each)),
            int(stride) if whole else stride,
            -seen.start,
        )

    def at(self, place: int) -> range:
        """Return what a unit sees."""
        turns, which = divmod(place, len(self.each))
        one, more = self.each[which], turns * self.shift
        return range(one.start + more, one.stop + more)

    def over(self, places: range) -> range:
        """Return what some units see, from the first position to the last."""
        period = len(self.each)
        if positions_in(places) > 2 * period:  # none between sees farther
            every = [*map(self.at, places[:period]), *map(self.at, places[-period:])]
        else:
            every = list(map(self.at, places))
        return _hull(every)

    def shortest(self) -> Seeing:
        """Return the same with the shortest period."""
        many = len(self.each)
        for few in range(1, many // 2 + 1):
            whole = many % few == 0 and self.shift * few % many == 0
            if whole and all(
                (one.start + more, one.stop + more) == (two.start, two.stop)
                for more in [self.shift * few // many]
                for one, two in zip(self.each, self.each[few:], strict=False)
            ):
                return Seeing(self.each[:few], self.shift * few // many)
        return self


def positions_in(seen: range) -> int:
    """Return how many positions there are, which may be more than `len` can tell."""
    return max(seen.stop - seen.start, 0)


def _hull(every: Sequence[range]) -> range:
    seen = [one for one in every if one]
    if not seen:
        return range(0)
    return range(min(one.start for one in seen), max(one.stop for one in seen))


def through(below: Seeing, layer: Slide) -> Seeing | None:
    """Return what units of a layer see; None if their period is very long.

    Args:
        below: What those see that it slides over.
        layer: How it slides along this axis.
    """
    period = len(below.each)
    turns = period // gcd(period, layer.stride)  # until its window is where it was
    units = layer.up * turns
    if units > _MOST_UNITS:
        return None
    each = tuple([below.over(layer.taken(unit)) for unit in range(units)])
    return Seeing(each, below.shift * layer.stride * turns // period).shortest()


def seen_together(a: Seeing, b: Seeing) -> tuple[Seeing | None, bool]:
    """Return what units see that see what two others do, and if these have one centre.

    They move equally fast. It is None if the period is very long.
    """
    units = lcm(len(a.each), len(b.each))
    if units > _MOST_UNITS:
        return None, False
    pairs = [(a.at(unit), b.at(unit)) for unit in range(units)]
    aligned = all(
        one.start + one.stop == two.start + two.stop
        for one, two in pairs
        if one and two
    )
    each = tuple(map(_hull, pairs))
    return Seeing(each, a.shift * units // len(a.each)).shortest(), aligned
