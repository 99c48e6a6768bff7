"""Names of nodes and groups, given and automatic.

Names that are given must differ within a scope. Automatic ones (conv1, conv2, ...)
make way for them, wherever in the scope they are given; so an automatic name is
settled only when its scope is complete, or when somebody reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from cnncalc.checks import NAME_FORM, for_message, is_name, plain
from cnncalc.errors import ConfigError

__all__ = [
    "Child",
    "Entry",
    "Names",
    "checked_name",
    "common_depth",
    "numbered_names",
    "outline",
]

# What stands directly in a scope: the name it was given, if any, and the beginning of
# an automatic one.
Child: TypeAlias = tuple[str | None, str]

# A group or a node in an `outline`: how many names its path has, the node or the first
# in the group, and the node behind the last in the group; None of a node.
Entry: TypeAlias = tuple[int, int, int | None]


def numbered_names(children: Sequence[Child]) -> list[str]:
    """Return the final names of all that is directly in one scope, in order.

    A name that is the beginning of an automatic one, too, as a part with shared weights
    brings its own, has a number behind it where it is given again.

    Example:
        >>> numbered_names([(None, "conv"), ("conv2", "conv"), (None, "conv")])
        ['conv1', 'conv2', 'conv3']
    """
    taken: set[str] = set()
    for name, _ in children:
        if name is not None:
            taken.add(name)
            if "/" in name:
                taken.update(groups_in(name))
    numbers: dict[str, int] = {}
    result: list[str] = []
    used: set[str] = set()
    for name, prefix in children:
        if name is not None:
            if name != prefix or name not in used:
                used.add(name)
                result.append(name)
                continue
            numbers.setdefault(name, 1)  # which the first has, unwritten
        number = numbers.get(prefix, 0) + 1
        while (final := f"{prefix}{number}") in taken:
            number += 1
        numbers[prefix] = number
        result.append(final)
    return result


def groups_in(name: str) -> list[str]:
    """Return the names of groups that a name with slashes could be the path through.

    Example:
        >>> groups_in("a/b/c"), groups_in("a")
        (['a', 'a/b'], [])
    """
    if "/" not in name:
        return []
    parts = name.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def checked_name(name: Any, what: str = "name", kind: str = "") -> str:
    """Return what something is called, which must be a text, as `is_name` tells.

    Args:
        name: What somebody gave.
        what: What that is, for a message.
        kind: The class that was given it, likewise.

    Raises:
        ConfigError: If it is no such text.
    """
    if is_name(name):
        return name if type(name) is str else str(plain(name))
    why = f"{what} is {for_message(name)}"
    raise ConfigError(why, f"It must be {NAME_FORM}", kind)


def common_depth(ours: Sequence[str | None], theirs: Sequence[str | None]) -> int:
    """Return how many groups two scopes have in common.

    Example:
        >>> common_depth(("a", "b", "c"), ("a", "b", "d"))
        2
    """
    depth = min(len(ours), len(theirs))
    if ours[:depth] == theirs[:depth]:  # as mostly
        return depth
    return next(level for level in range(depth) if ours[level] != theirs[level])


def outline(scopes: Sequence[tuple[str, ...]]) -> list[Entry]:
    """Return the tree of groups and nodes whose scopes these are, outer before inner.

    Example:
        >>> for depth, start, stop in outline([("a", "b"), ("a",), ()]):
        ...     print("  " * depth, start, stop)
           0 2
             0 1
               0 None
             1 None
           2 None
    """
    found: list[Entry] = []
    opened: list[int] = []  # where in it the groups around a node stand
    before: tuple[str, ...] = ()
    for node, scope in enumerate((*scopes, ())):
        if scope is not before:
            kept = common_depth(before, scope)
            for place in opened[kept:]:
                found[place] = (*found[place][:2], node)
            del opened[kept:]
            for depth in range(kept + 1, len(scope) + 1):
                opened.append(len(found))
                found.append((depth, node, node))
            before = scope
        found.append((len(scope) + 1, node, None))
    return found[:-1]


class Names:
    """The names that are given in one scope: a value, which more names make longer.

    It is a few sets of growing size, of which equal ones are merged, so that a chain of
    n named layers costs n·log(n), and each shorter chain keeps names of its own. Of a
    name with slashes they also have the groups in it, as "a/" of "a/b": what is called
    so would have paths that are there already.
    """

    __slots__ = ("_sets",)

    def __init__(self, sets: tuple[frozenset[str], ...] = ()) -> None:
        self._sets = sets

    def and_also(self, names: Iterable[str], *, again: bool = False) -> Names:
        """Return these and other names, none of which may be there already.

        Args:
            names: The other names.
            again: Whether they may be there: then they get numbers.

        Raises:
            ConfigError: If one is.
        """
        sets = list(self._sets)
        for name in names:
            around: Sequence[str] = ()
            # Few are so: to check each took a twelfth of the time of named layers.
            if type(name) is not str or not name or "/" in name:
                around = groups_in(checked_name(name))
            taking = (name, f"{name}/", *around)
            for some in sets:
                if some.isdisjoint(taking):
                    continue
                if name in some and again:
                    return self
                if name in some:
                    why = f'the name "{name}" is given twice in this scope'
                    raise ConfigError(why, "Choose another, or leave it out")
                why = f'the name "{name}" could make a path that is there already'
                raise ConfigError(why, "Use no slash in names")
            last = frozenset((name, *map("{}/".format, around)))
            while sets and len(sets[-1]) <= len(last):
                last |= sets.pop()
            sets.append(last)
        return Names(tuple(sets))
