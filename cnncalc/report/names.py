"""Names of options, however people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from cnncalc.checks import for_message
from cnncalc.errors import OptionError

__all__ = ["names_of", "normalised", "resolve"]


def normalised(name: str) -> str:
    """Return a name without what people write in different ways.

    Example:
        >>> normalised("Mult-Adds"), normalised("H×W×C"), normalised("MACs %")
        ('multadds', 'hwc', 'macspercent')
    """
    return re.sub(r"[\W_]+", "", name.lower().replace("%", "percent"))


def resolve(
    name: Any, known: Mapping[str, str], why: str, choices: Iterable[str]
) -> str:
    """Return what a name means; case, blanks, hyphens and underscores do not matter.

    Args:
        name: What somebody wrote.
        known: For each name, what it means; of two that look alike the first counts.
        why: What is wrong if there is no such name.
        choices: The names that a message tells then, if none is near.

    Raises:
        OptionError: If there is no such name.

    Example:
        >>> resolve("num-params", {"num_params": "params"}, "", ())
        'params'
    """
    if isinstance(name, str) and name in known:
        return known[name]
    word = normalised(name) if isinstance(name, str) else ""
    places: dict[str, str] = {}
    for candidate in known:
        places.setdefault(normalised(candidate), candidate)
    if word in places:
        return known[places[word]]
    from difflib import get_close_matches

    matches = get_close_matches(word, places, n=3)
    near = dict.fromkeys(known[places[match]] for match in matches)
    start = "The nearest" if near else "There are"
    raise OptionError(why, f"{start}: {', '.join(near or choices)}")


def names_of(names: Any, what: str) -> list[Any]:
    """Return names that are given in a list, or with commas between them.

    Raises:
        OptionError: If they are neither.
    """
    if isinstance(names, str):
        return names.split(",")
    if not isinstance(names, Iterable):
        fix = "Give names in a list, or with commas between them"
        raise OptionError(f"{what} is {for_message(names)}", fix)
    return list(names)
