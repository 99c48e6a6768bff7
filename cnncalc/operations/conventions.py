"""Counting conventions by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncalc.errors import unknown_name
from cnncalc.operations.presets import PRESETS
from cnncalc.operations.rules import Convention, Rule

__all__ = ["CONVENTIONS", "Convention", "Rule", "convention", "conventions_of"]

# The presets by name; "cnncalc" is our own, which is torchvision's.
CONVENTIONS: Mapping[str, Convention] = {
    **{preset.name: preset for preset in PRESETS},
    "cnncalc": PRESETS[0],
}


def convention(which: str | Convention) -> Convention:
    """Return the convention of that name; one that is given stays.

    Raises:
        UnknownNameError: If there is no such preset.
    """
    found: Any = CONVENTIONS.get(which) if isinstance(which, str) else which
    if not isinstance(found, Convention):
        raise unknown_name("convention", str(which), CONVENTIONS)
    return found


def conventions_of(which: Any) -> list[Convention]:
    """Return the conventions that are meant: one, several, or with None none.

    Raises:
        UnknownNameError: If there is no such preset.
    """
    if which is None:
        return []
    if isinstance(which, str):
        which = which.split(",")
    try:
        return [convention(one) for one in which]
    except TypeError:  # it is one
        return [convention(which)]
