"""The places of the nodes of a network in the making: their groups and names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from cnncalc.interop.names import Path, Unique
from cnncalc.network.builder import Builder

__all__ = ["Placing"]


class Placing:
    """A network in the making that knows where its next node stands.

    Attributes:
        builder: What the nodes are added to.
    """

    def __init__(self) -> None:
        self.builder = Builder()
        self._open: list[tuple[str, str, AbstractContextManager[None]]] = []
        self._names = Unique()
        self._path = Path((), None)

    @contextmanager
    def at(self, path: Path) -> Iterator[None]:
        """Let what is added meanwhile stand at a path: the first has its name."""
        before, self._path = self._path, path
        try:
            yield
        finally:
            self._path = before

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Let what one node of the model becomes stand in a group of its name."""
        groups, name = self._path
        with self.at(Path(groups if name is None else (*groups, name), None)):
            yield

    def _enter(self, groups: tuple[str, ...]) -> None:
        """Leave the groups that are open but these, and open what is missing of them.

        A group that was left is not opened again: one that comes back has a number.
        """
        kept = 0
        while kept < min(len(self._open), len(groups)):
            if self._open[kept][0] != groups[kept]:
                break
            kept += 1
        while len(self._open) > kept:
            self._open.pop()[2].__exit__(None, None, None)
        for group in groups[kept:]:
            around = [name for _, name, _ in self._open]
            name = self._names.name(around, group)
            scope = self.builder.scope(name)
            scope.__enter__()
            self._open.append((group, name, scope))

    def _name(self, name: str | None) -> str | None:
        if name is None:
            return None
        return self._names.name([name for _, name, _ in self._open], name)
