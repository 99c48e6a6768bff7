"""The settings of a network that the words of a command line give."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from cnncalc.errors import CnncalcError, OptionError, nearest, unknown_name

__all__ = ["Given", "Settings", "checked_settings"]

Settings = Mapping[str, "str | bool"]


class Given(dict[str, Any]):
    """Settings that a command was given, which may be misspelt options of its own.

    Attributes:
        options: Those that it has.
    """

    options: Collection[str] = ()


def checked_settings(settings: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse settings that are not known.

    Raises:
        CnncalcError: If there is one.
    """
    for setting in settings:
        if setting not in known:
            raise _no_option(setting, known, getattr(settings, "options", ()))


def _no_option(
    setting: str, known: Collection[str], options: Collection[str]
) -> CnncalcError:
    """Return the error that there is no such option: of a command, or a setting."""
    from cnncalc.words.table import word_of

    option = _option(setting)
    why = f"there is no option {option}"
    every = [*map(_option, known), *options]
    for row in word_of(setting, "argument", "left out"):
        if _option(row.ours) in every:
            return OptionError(why, f"Write {_option(row.ours)}")
        if row.note:
            return OptionError(why, f"Leave it out: {row.note}")
    near = nearest(option, every)
    if not near and not known:
        why += ", and the network no settings"
        return OptionError(why, "Leave it out, or see --help")
    return unknown_name("option", option, near or map(_option, known))


def _option(setting: str) -> str:
    return "--" + setting.replace("_", "-")
