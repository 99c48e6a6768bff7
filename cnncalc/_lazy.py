"""Names that are imported when they are first used, which keeps an import light."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["getter", "modules", "names_in"]


class _Module:
    """Stands for a module until something of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        found = getattr(import_module(self._name), name)
        setattr(self, name, found)  # and from now on it is there
        return found


def modules(package: str, names: str) -> dict[str, Any]:
    """Return what stands for some modules of a package, by their names.

    Args:
        package: The package's name.
        names: Those of its modules, separated by spaces.

    Example:
        >>> modules("cnncalc.layers", "pool")["pool"].Pool(2)
        Pool(2)
    """
    return {name: _Module(f"{package}.{name}") for name in names.split()}


def getter(
    package: str, places: Mapping[str, str], rooms: str | None = None
) -> Callable[[str], Any]:
    """Return a module's ``__getattr__`` that imports names when they are asked for.

    Args:
        package: The module's own name.
        places: For each module the names that it has, separated by spaces; those of
            an empty one are modules of the package themselves.
        rooms: The modules that are found by their dotted names, though nobody is told
            of them; None finds all that the package has.
    """
    homes = {name: place for place, names in places.items() for name in names.split()}

    def is_room(name: str) -> bool:
        if rooms is not None:
            return name in rooms.split()
        if not (name.isidentifier() and hasattr(import_module(package), "__path__")):
            return False
        from importlib.util import find_spec  # which only a name needs that is none

        return find_spec(f"{package}.{name}") is not None

    def __getattr__(name: str) -> Any:  # noqa: N807 - what it is
        if name.startswith("__"):  # as Python asks for, of a module that has no such
            raise AttributeError(name)
        if name not in homes and not is_room(name):
            words = import_module("cnncalc.words.lookup")  # which nobody else needs
            raise words.missing_from_module(package, name, homes)
        if not homes.get(name):
            return import_module(f"{package}.{name}")
        found = getattr(import_module(homes[name]), name)
        setattr(import_module(package), name, found)  # and from now on it is there
        return found

    return __getattr__


def names_in(places: Mapping[str, str]) -> list[str]:
    """Return all names of modules, as they are given to `getter`, in order."""
    return sorted(name for some in places.values() for name in some.split())
