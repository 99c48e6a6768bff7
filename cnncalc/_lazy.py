"""Names that are imported when they are first used, which keeps an import light."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["Later", "getter", "later"]


class Later:
    """Stands for a class of another module until it is called.

    Args:
        module: The module that has it.
        name: Its name there.

    Example:
        >>> pool = Later("cnncalc.layers.pool", "Pool")
        >>> pool(2)
        Pool(2)
    """

    __slots__ = ("_found", "module", "name")

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name
        self._found: Any = None

    def find(self) -> Any:
        """Return what it stands for, importing it the first time."""
        if self._found is None:
            self._found = getattr(import_module(self.module), self.name)
        return self._found

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call what it stands for."""
        return self.find()(*args, **kwargs)


def later(module: str, *names: str) -> Iterable[Later]:
    """Return a `Later` for each of some names of a module."""
    return [Later(module, name) for name in names]


def getter(package: str, places: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a module's ``__getattr__`` that imports names when they are asked for.

    Args:
        package: The module's own name.
        places: For each module the names that it has, separated by spaces; those of
            an empty one are modules of the package themselves.
    """
    homes = {name: place for place, names in places.items() for name in names.split()}

    def __getattr__(name: str) -> Any:  # noqa: N807 - what it is
        if name not in homes:
            msg = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(msg)
        if not homes[name]:
            return import_module(f"{package}.{name}")
        return getattr(import_module(homes[name]), name)

    return __getattr__
