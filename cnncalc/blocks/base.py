"""The base of blocks that have fields and a name."""

from __future__ import annotations

from attrs import field, frozen

from cnncalc.graph.block import is_part
from cnncalc.graph.value import Value
from cnncalc.layers.activation import FUNCTIONS
from cnncalc.layers.fields import NAME, choice
from cnncalc.layers.interned import Interned

__all__ = ["FUNCTION", "PART", "Composite"]


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

# Those of an `Activation`, by all their names.
FUNCTION = choice(*FUNCTIONS, "swish")
