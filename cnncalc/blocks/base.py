"""The base of blocks that have fields and a name."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from cnncalc.checks import integer, is_count
from cnncalc.graph.block import is_part
from cnncalc.graph.value import Value
from cnncalc.layers.activation import FUNCTIONS
from cnncalc.layers.fields import NAME, Metadata, choice
from cnncalc.layers.interned import Interned

__all__ = [
    "FUNCTION",
    "OPTIONAL_FUNCTION",
    "OPTIONAL_PART",
    "PART",
    "Composite",
    "counts",
    "integers",
]


@frozen(eq=False, repr=False)
class Composite(Value, metaclass=Interned):
    """A block with fields, which are checked as those of a layer are.

    Args:
        name: What to call its scope; not part of its equality.
    """

    name: str | None = field(  # pyright: ignore[reportIncompatibleMethodOverride]
        default=None, kw_only=True, eq=False, metadata=NAME
    )


PART = {"good": is_part, "expected": "a layer or a block, such as an open Sequential"}

OPTIONAL_PART = {
    "good": lambda value: value is None or is_part(value),
    "expected": "a layer, a block, or None",
}

# Those of an `Activation`, by all their names.
FUNCTION = choice(*FUNCTIONS, "swish")
OPTIONAL_FUNCTION = {
    "good": lambda value: value is None or FUNCTION["good"](value),
    "expected": f"{FUNCTION['expected']}, or None",
}


def counts(length: int | None = None) -> Metadata:
    """Return the facts of a field that is a tuple of positive integers.

    Args:
        length: How many; None is one or more.
    """

    def good(value: Any) -> bool:
        fits = isinstance(value, tuple) and len(value) == (length or len(value))
        return fits and len(value) > 0 and all(map(is_count, value))

    return {
        "good": good,
        "expected": f"{length or 'one or more'} positive integers in a tuple",
    }


def integers(value: Any) -> Any:
    """Return a tuple or list of what supports ``__index__`` as a tuple of `int`."""
    return tuple(map(integer, value)) if isinstance(value, (tuple, list)) else value
