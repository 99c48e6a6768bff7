"""What blocks that are written with attrs have in common."""

from __future__ import annotations

from typing import Any, ClassVar

from attrs import field, frozen
from typing_extensions import override

from cnncalc.graph.block import Block
from cnncalc.layers.base import Layer
from cnncalc.layers.fields import NAME, arguments, check_fields

__all__ = ["PART", "Composite", "is_part"]


@frozen(repr=False)
class Composite(Block):
    """A block with fields, which are checked as those of a layer are.

    Args:
        name: What to call its scope; not part of its equality.
    """

    immutable: ClassVar[bool] = True

    name: str | None = field(  # pyright: ignore[reportIncompatibleMethodOverride]
        default=None, kw_only=True, eq=False, metadata=NAME
    )

    def __attrs_post_init__(self) -> None:
        check_fields(self)

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(arguments(self))})"


def is_part(value: Any) -> bool:
    """Tell whether *value* can be added to a network."""
    return isinstance(value, (Layer, Block))


PART = {"good": is_part, "expected": "a layer or a block, such as an open Sequential"}
