"""What a network shares with the longer ones that are made from it."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

from cnncalc.errors import ConfigError
from cnncalc.graph.builder import Builder
from cnncalc.graph.names import Scope

__all__ = ["Growth", "names_of"]


class Growth:
    """The steps of networks, each of which has the first so many. It only grows.

    Attributes:
        steps: The layers and blocks that were added.
        starts: For each step, the first node that it became.
        builder: Where they are lowered, if there is an input.
        taken: The names that are given to steps, where there is no input.
        lock: Held while it grows.
    """

    __slots__ = ("builder", "lock", "starts", "steps", "taken")

    def __init__(
        self, steps: list[Any], starts: list[int], builder: Builder | None
    ) -> None:
        self.steps, self.starts, self.builder = steps, starts, builder
        self.taken = set() if builder else {s.name for s in steps} - {None}
        self.lock = Lock()

    def copy(self, count: int, length: int) -> Growth:
        """Return the first *count* steps, *length* nodes, to grow another way."""
        builder = self.builder and self.builder.copy(length)
        return Growth(self.steps[:count], self.starts[:count], builder)


def names_of(steps: Sequence[Any], taken: set[str]) -> set[str]:
    """Return the names that are given to steps; refuse one that is given twice."""
    new = Scope(None, None, "", 0)
    for step in steps:
        if step.name is not None:
            try:
                new.take(step.name, taken)
            except ConfigError as error:
                raise error.at_place(step.name) from None
    return new.taken
