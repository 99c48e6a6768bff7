"""Several conditions together: what all of them say, and for which sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from cnncalc.errors import ShapeError
from cnncalc.symbolic.allowed import ANY, Allowed
from cnncalc.symbolic.conditions import Among, Assumptions, Condition
from cnncalc.symbolic.polynomial import Polynomial

__all__ = ["assume", "conditions_text", "meeting", "restated", "violated"]


def assume(assumed: Assumptions, conditions: Iterable[Condition]) -> None:
    """Note conditions of an earlier reading among what is assumed."""
    for condition in meeting(assumed.conditions, conditions):
        if isinstance(condition, Among):
            (symbol,) = condition.symbols
            assumed.allowed[symbol] = condition.allowed
        else:
            assumed.note(condition)


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


def conditions_text(conditions: Iterable[Condition]) -> str:
    """Return some conditions as one text."""
    words = list(map(str, conditions))
    several = len(words) > 1
    return " and ".join([f"({w})" if several and " or " in w else w for w in words])


def violated(
    conditions: Iterable[Condition], sizes: Mapping[str, int]
) -> tuple[Condition, ...]:
    """Return which conditions do not hold for some sizes."""
    return tuple([one for one in conditions if not one.holds(**sizes)])
