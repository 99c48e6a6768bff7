"""All cases of a rule along one size: what it comes to, for every positive integer.

It is read on a symbol, as what that is like at one value; what is assumed on the way
says for which others it goes alike. One of those that are left is next, until none is.
A value for which nothing can be built is a case, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, NamedTuple, TypeVar

from cnncalc.errors import CnncalcError, UndecidedError
from cnncalc.symbolic.allowed import ANY, Allowed
from cnncalc.symbolic.growth import above_from
from cnncalc.symbolic.polynomial import Polynomial
from cnncalc.symbolic.size import noting, size_named

__all__ = ["ONE_SIZE", "Case", "all_cases", "top_of"]

ONE_SIZE = "s"  # the symbol
MOST_CASES = 64  # that are told apart

T = TypeVar("T")


class Case(NamedTuple, Generic[T]):
    """Sizes for which a rule goes alike.

    Attributes:
        sizes: Which these are.
        made: What it comes to; None where nothing can be built.
    """

    sizes: Allowed
    made: T | None


def all_cases(
    read: Callable[[Any], T],
    first: int,
    most: int = MOST_CASES,
) -> list[Case[T]]:
    """Return the cases that all positive integers fall into.

    What is there for some sizes alone is no case of its own: it is added for all.

    Args:
        read: Makes of a size, which is a symbol, what it comes to.
        first: The value to begin with.
        most: How many cases are told apart.

    Raises:
        UndecidedError: If there are too many cases, or which sizes one is of cannot be
            told.
    """
    found: list[Case[T]] = []
    left: Allowed | None = ANY
    value = first
    while len(found) < most:
        with noting(both_ways=True) as assumed:
            try:
                made = read(size_named(ONE_SIZE, value))
            except UndecidedError:
                raise
            except CnncalcError:
                made = None
        sizes = assumed.sizes_of(ONE_SIZE)
        left = None if sizes is None or left is None else left.but(sizes)
        if sizes is None or left is None:
            break
        found.append(Case(sizes, made))
        if left.is_empty:
            return found
        value = left.least
    raise UndecidedError("not all sizes can be told apart by cases", "Try some of them")


def top_of(
    case: Case[Any], bounds: Iterable[tuple[Iterable[Polynomial], int]]
) -> int | None:
    """Return the largest size of a case that may keep limits; None if there is no end.

    Args:
        case: The case.
        bounds: For each limit some polynomials, each at most what is limited, and it.
    """
    if case.made is None:
        return 0
    tops = [above_from(p, limit) for several, limit in bounds for p in several]
    known = [top - 1 for top in tops if top is not None]
    last = case.sizes.most
    return min(known if last is None else [*known, last], default=None)
