"""Names of another tool's model as paths here: groups, and what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

__all__ = ["Path", "Unique", "cleaned", "path_of", "readable"]

_LONGEST = 80  # characters that are kept of a name
_DEEPEST = 20  # groups within one another; what is deeper is one name with dots


class Path(NamedTuple):
    """The place of a node.

    Attributes:
        groups: The names of the groups around it, outermost first.
        name: Its own name, or None: an automatic one.
    """

    groups: tuple[str, ...]
    name: str | None


# Without it the largest ONNX file of the tests is read in 1.1 of the time.
@lru_cache(4096)
def path_of(text: str, separator: str = ".") -> Path:
    """Return the path that a name with separators is.

    A name that anybody wrote is taken for hostile: what does not print is left out, and
    what is very long or deep is shortened.

    Example:
        >>> path_of("layer1.0.conv1")
        Path(groups=('layer1', '0'), name='conv1')
        >>> path_of("/features/features.0/Conv", "/")
        Path(groups=('features', 'features.0'), name='Conv')
    """
    parts = [part for part in map(cleaned, text.split(separator)) if part]
    if not parts:
        return Path((), None)
    if len(parts) > _DEEPEST:
        parts[_DEEPEST - 1 :] = [cleaned(".".join(parts[_DEEPEST - 1 :]))]
    return Path(tuple(parts[:-1]), parts[-1])


def cleaned(name: str) -> str:
    r"""Return a name without what does not print, or would part it, and not too long.

    Example:
        >>> cleaned("conv\n/1")
        'conv_1'
    """
    return readable(name.replace("/", "_"), _LONGEST)


def readable(text: str, longest: int = 300) -> str:
    r"""Return a text without what does not print, and its ends alone if it is long.

    Example:
        >>> readable("its kernel is '\x1b[3\n1m'"), readable("a" * 9, longest=5)
        ("its kernel is '[31m'", 'aa…aa')
    """
    text = "".join(c for c in text[: longest * 4] if c.isprintable()).strip()
    half = longest // 2
    return (
        text if len(text) <= longest else f"{text[:half]}…{text[half + 1 - longest :]}"
    )


class Unique:
    """Names that are given once in each group: who comes later has a number."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, ...], dict[str, int]] = {}

    def has(self, groups: Sequence[str], name: str) -> bool:
        """Tell whether a name was given in a group."""
        return name in self._taken.get(tuple(groups), ())

    def name(self, groups: Sequence[str], wanted: str) -> str:
        """Return a name that nothing has in a group: *wanted*, or one with a number.

        Example:
            >>> names = Unique()
            >>> [names.name((), "conv") for _ in range(3)]
            ['conv', 'conv_2', 'conv_3']
        """
        taken = self._taken.setdefault(tuple(groups), {})
        number = taken.get(wanted, 0) + 1
        found = wanted if number == 1 else f"{wanted}_{number}"
        while found in taken:
            number += 1
            found = f"{wanted}_{number}"
        taken[wanted] = number
        taken.setdefault(found, 1)
        return found
