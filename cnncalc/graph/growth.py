"""What a network shares with the longer ones that are made from it."""

from __future__ import annotations

from threading import Lock
from typing import Any

from cnncalc.graph.builder import Builder

__all__ = ["Growth"]


class Growth:
    """The steps of networks, each of which has the first so many. It only grows.

    Attributes:
        steps: The layers and blocks that were added.
        starts: For each step, the first node that it became.
        builder: Where they are lowered, if there is an input.
        lock: Held while it grows.
    """

    __slots__ = ("builder", "lock", "starts", "steps")

    def __init__(
        self, steps: list[Any], starts: list[int], builder: Builder | None
    ) -> None:
        self.steps, self.starts, self.builder = steps, starts, builder
        self.lock = Lock()

    def copy(self, count: int, length: int) -> Growth:
        """Return the first *count* steps, *length* nodes, to grow another way."""
        builder = self.builder and self.builder.copy(length)
        return Growth(self.steps[:count], self.starts[:count], builder)
