"""What blocks that are written with attrs have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.graph.block import Block
from cnncalc.graph.value import Value
from cnncalc.layers.activation import FUNCTIONS
from cnncalc.layers.base import Layer
from cnncalc.layers.fields import NAME, argument_pieces, check_fields, choice
from cnncalc.layers.interned import Interned

__all__ = ["FUNCTION", "PART", "Composite", "is_part"]


@frozen(eq=False, repr=False)
class Composite(Value, metaclass=Interned):
    """A block with fields, which are checked as those of a layer are.

    Args:
        name: What to call its scope; not part of its equality.
    """

    name: str | None = field(  # pyright: ignore[reportIncompatibleMethodOverride]
        default=None, kw_only=True, eq=False, metadata=NAME
    )

    def __attrs_post_init__(self) -> None:
        check_fields(self)

    @override
    def compared(self) -> tuple[Any, ...]:
        fields = attrs.fields(type(self))
        return tuple([getattr(self, field.name) for field in fields if field.eq])

    @override
    def pieces(self) -> Iterator[Any]:
        yield f"{type(self).__name__}("
        yield from argument_pieces(self)
        yield ")"


def is_part(value: Any) -> bool:
    """Tell whether *value* can be added to a network."""
    return isinstance(value, (Layer, Block))


PART = {"good": is_part, "expected": "a layer or a block, such as an open Sequential"}

# Those of an `Activation`, by all their names.
FUNCTION = choice(*FUNCTIONS, "swish")
