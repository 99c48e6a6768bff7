"""Names and scopes of nodes, given and automatic.

Names that are given must differ within a scope. Automatic ones (conv1, conv2, ...)
make way for them, wherever in the scope they are given; so an automatic name is
settled only when its scope is complete, or when somebody reads it.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from cnncalc.errors import ConfigError

__all__ = ["Scope", "settled"]


class Scope:
    """A group of nodes; the outermost one, without a parent, is the network.

    Attributes:
        parent: The group around it.
        name: Its name, once that is known.
        stem: What an automatic name begins with.
        start: The first node after its beginning.
        children: What is directly in it, in order: groups and positions of nodes.
        taken: The names given to these.
    """

    __slots__ = ("children", "name", "parent", "start", "stem", "taken")

    def __init__(
        self, parent: Scope | None, name: str | None, stem: str, start: int
    ) -> None:
        self.parent, self.name, self.stem, self.start = parent, name, stem, start
        self.children: list[Scope | int] = []
        self.taken: set[str] = set()

    def take(self, name: str, others: Container[str] = ()) -> None:
        """Note that *name* is given to something directly in this scope.

        Raises:
            ConfigError: If it is given already, here or to one of the others.
        """
        if name in self.taken or name in others:
            why = f'the name "{name}" is given twice in this scope'
            raise ConfigError(why, "Choose another, or leave it out")
        self.taken.add(name)


def settled(names: Sequence[tuple[str | None, str]]) -> list[str]:
    """Return the final names of all that is directly in one scope, in order.

    Args:
        names: For each, the name that is given, if any, and the stem of an
            automatic one.

    Example:
        >>> settled([(None, "conv"), ("conv2", "conv"), (None, "conv")])
        ['conv1', 'conv2', 'conv3']
    """
    taken = {name for name, _ in names if name is not None}
    numbers: dict[str, int] = {}
    result = []
    for given, stem in names:
        name = given
        while name is None or (given is None and name in taken):
            numbers[stem] = numbers.get(stem, 0) + 1
            name = f"{stem}{numbers[stem]}"
        result.append(name)
    return result
