"""Names of nodes and groups, given and automatic.

Names that are given must differ within a scope. Automatic ones (conv1, conv2, ...)
make way for them, wherever in the scope they are given; so an automatic name is
settled only when its scope is complete, or when somebody reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from cnncalc.errors import ConfigError

__all__ = ["Child", "Names", "numbered_names"]

# What stands directly in a scope: the name it was given, if any, and the beginning of
# an automatic one.
Child: TypeAlias = tuple[str | None, str]


def numbered_names(children: Sequence[Child]) -> list[str]:
    """Return the final names of all that is directly in one scope, in order.

    Example:
        >>> numbered_names([(None, "conv"), ("conv2", "conv"), (None, "conv")])
        ['conv1', 'conv2', 'conv3']
    """
    taken = {name for name, _ in children if name is not None}
    numbers: dict[str, int] = {}
    result = []
    for given, prefix in children:
        name = given
        while name is None or (given is None and name in taken):
            numbers[prefix] = numbers.get(prefix, 0) + 1
            name = f"{prefix}{numbers[prefix]}"
        result.append(name)
    return result


class Names:
    """The names that are given in one scope: a value, which more names make longer.

    It is a few sets of growing size, of which equal ones are merged, so that a chain of
    n named layers costs n·log(n), and each shorter chain keeps names of its own.
    """

    __slots__ = ("_sets",)

    def __init__(self, sets: tuple[frozenset[str], ...] = ()) -> None:
        self._sets = sets

    def __contains__(self, name: str) -> bool:
        return any(name in some for some in self._sets)

    def and_also(self, names: Iterable[str]) -> Names:
        """Return these and other names, none of which may be there already.

        Raises:
            ConfigError: If one is.
        """
        new: set[str] = set()
        for name in names:
            if name in new or name in self:
                why = f'the name "{name}" is given twice in this scope'
                raise ConfigError(why, "Choose another, or leave it out")
            new.add(name)
        if not new:
            return self
        sets, last = list(self._sets), frozenset(new)
        while sets and len(sets[-1]) <= len(last):
            last |= sets.pop()
        return Names((*sets, last))
