"""Words for type checkers, which cost nothing when a program runs.

To import `typing_extensions` takes half a megabyte and some milliseconds, and checkers
alone need what it adds to `typing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

__all__ = [
    "Concatenate",
    "NamedTuple",
    "Never",
    "ParamSpec",
    "Self",
    "Unpack",
    "made_tuple",
    "override",
]

if TYPE_CHECKING:
    from typing import Concatenate, NamedTuple

    from typing_extensions import Never, ParamSpec, Self, Unpack, override
else:
    from collections import namedtuple
    from typing import Concatenate, ParamSpec

    Self = Never = Any
    Unpack = tuple  # whose brackets take anything
    Method = TypeVar("Method")

    def override(method: Method) -> Method:
        """Say that a method overrides another, for checkers to see whether it does."""
        return method

    class _Named(type):
        """The maker of classes of named tuples, as `typing` makes them.

        That of `typing` compiles each annotation once more, which takes longer than
        all else of it; here they stay texts.
        """

        def __new__(cls, name: str, _: Any, own: dict[str, Any]) -> Any:
            """Return the class of tuples whose names are those that are annotated."""
            types = own.pop("__annotations__", {})
            defaults = [own.pop(field) for field in types if field in own]
            module = own.pop("__module__")
            made = namedtuple(  # noqa: PYI024
                name, types, defaults=defaults, module=module
            )
            # namedtuple's own does it in Python, to check the length.
            made._make = classmethod(tuple.__new__)
            made.__annotations__ = made.__new__.__annotations__ = types
            for key, value in own.items():
                setattr(made, key, value)
            return made

    NamedTuple = type.__new__(_Named, "NamedTuple", (), {})

# What ``_make`` of named tuples does, without its check of the length.
made_tuple: Any = tuple.__new__
