"""Words for type checkers, which cost nothing when a program runs.

To import `typing_extensions` takes half a megabyte and some milliseconds, and checkers
alone need what it adds to `typing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["Concatenate", "Never", "ParamSpec", "Self", "Unpack", "override"]

if TYPE_CHECKING:
    from typing import Concatenate

    from typing_extensions import Never, ParamSpec, Self, Unpack, override
else:
    from typing import Concatenate, ParamSpec

    Self = Never = Any
    Unpack = tuple  # whose brackets take anything
    Method = TypeVar("Method")

    def override(method: Method) -> Method:
        """Say that a method overrides another, for checkers to see whether it does."""
        return method
